import type { BoundColumn, Expr, OperatorOf } from '../../../../kusto/tree';
import { type AggregateValue, severalOf, severalValues } from '../aggregates/several';
import { unnamed } from '../call';
import type { Column, Env, Relation, Translating } from '../context';
import { convert, dynamicSql } from '../convert';
import { determinedBy, underNames } from '../determined';
import { columnRef, scopeOf, settled } from '../relation';
import type { Value } from '../value';
import { type Extreme, twoPasses } from './extreme-rows';
import { grouped, type Made } from './grouped';

/** `summarize … by …`: one GROUP BY. Columns come in the binder's order: keys first, then aggregates. */
export function summarize(
  t: Translating,
  o: OperatorOf<'summarize'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const r = settled(t, input);
  const rows = scopeOf(r, env);
  const keys = groupKeys(
    o.by.map((e, i) => make(t, bound[i], t.expression(unnamed(e), rows))),
    r.columns,
  );
  const groupNames = new Set([
    ...o.by.map((_, i) => bound[i]?.name ?? ''),
    ...o.by.flatMap((e) => (e.kind === 'column' ? [e.name] : [])),
  ]);
  const each = o.aggregates.map((e) => aggregateValues(t, e, { ...rows, grouped: true }, groupNames));
  const values = each.flat();
  const rest = bound.slice(keys.length);
  if (values.length !== rest.length && o.aggregates.length > 0) {
    t.refuse(o, 'summarize', 'summarize with these columns is not run locally.');
  }
  const made = values.map((v, i) => make(t, rest[i], v));
  const extreme = extremeOf(each);
  return (extreme && twoPasses(t, r, keys, made, extreme)) ?? grouped(t, r, keys, made);
}

/** Where the values of the widest arg_max or arg_min stand among all; undefined where there is none. */
function extremeOf(each: readonly (readonly AggregateValue[])[]): Extreme | undefined {
  let at = 0;
  let widest: Extreme | undefined;
  for (const values of each) {
    const by = values[0]?.extreme;
    const found = by && { ...by, from: at + 1, to: at + values.length };
    if (found && (!widest || found.to - found.from > widest.to - widest.from)) widest = found;
    at += values.length;
  }
  return widest;
}

function aggregateValues(
  t: Translating,
  e: Expr,
  scope: ReturnType<typeof scopeOf>,
  groupNames: ReadonlySet<string>,
): AggregateValue[] {
  const several = severalOf(e);
  return several ? severalValues(t, several, scope, groupNames) : [t.expression(unnamed(e), scope)];
}

function make(t: Translating, target: BoundColumn | undefined, v: Value): Made {
  const wanted = target && target.type !== 'unknown' && target.type !== v.type ? convert(v, target.type) : v;
  const as = t.fresh('c');
  const list = wanted.list === undefined ? undefined : { as: t.fresh('l'), sql: wanted.list };
  const column = columnRef(target?.name ?? as, as, wanted);
  return {
    as,
    of: wanted,
    sql: wanted.type === 'dynamic' ? dynamicSql(wanted) : wanted.sql,
    column: list ? { ...column, list: list.as } : column,
    list,
  };
}

/** Keys as cheap to compare as can be: the few groups that come out get their times and what follows from other keys back. */
function groupKeys(keys: readonly Made[], columns: readonly Column[]): Made[] {
  // Only what follows from nothing is what others follow from: two keys may each follow from the other.
  const first = keys.filter((k) => k.of?.simple && !k.of.slot && determinedBy(k.of, columns) === undefined);
  const plain = new Map(first.map((k) => [k.sql, k.as]));
  return keys.map((k) => {
    if (!k.of) return k;
    const others = new Map([...plain].filter(([, as]) => as !== k.as));
    const determined = underNames(determinedBy(k.of, columns), others);
    const back = determined?.sql ?? k.of.slot?.time(k.as);
    if (back === undefined) return k;
    const column = { ...k.column, sql: back, simple: false };
    return determined ? { ...k, column, follows: true } : { ...k, sql: k.of.slot!.sql, column };
  });
}

/** `count`, whose column may be named: `count as n`. */
export function count(t: Translating, input: Relation, bound: readonly BoundColumn[]): Relation {
  const r = settled(t, input);
  const as = t.fresh('c');
  const v = { sql: as, type: 'long' as const, nullable: false, ticks: false };
  return grouped(t, r, [], [{ as, sql: 'count(*)', column: columnRef(bound[0]?.name ?? 'Count', as, v) }]);
}
