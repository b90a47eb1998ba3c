import type { BoundColumn, Expr, OperatorOf } from '../../../../kusto/tree';
import { severalOf, severalValues } from '../aggregates/several';
import { unnamed } from '../call';
import type { Column, Env, Relation, Translating } from '../context';
import { convert, dynamicSql } from '../convert';
import { columnRef, relation, scopeOf, settled } from '../relation';
import type { Value } from '../value';

interface Made {
  readonly as: string;
  readonly sql: string;
  readonly column: Column;
  /** The same as a list, beside JSON. */
  readonly list?: { readonly as: string; readonly sql: string };
}

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
  const keys = o.by.map((e, i) => make(t, bound[i], t.expression(unnamed(e), rows)));
  const groupNames = new Set([
    ...o.by.map((_, i) => bound[i]?.name ?? ''),
    ...o.by.flatMap((e) => (e.kind === 'column' ? [e.name] : [])),
  ]);
  const values = o.aggregates.flatMap((e) => aggregateValues(t, e, { ...rows, grouped: true }, groupNames));
  const rest = bound.slice(keys.length);
  if (values.length !== rest.length && o.aggregates.length > 0) {
    t.refuse(o, 'summarize', 'summarize with these columns is not run locally.');
  }
  const made = values.map((v, i) => make(t, rest[i], v));
  return grouped(t, r, keys, made);
}

function aggregateValues(
  t: Translating,
  e: Expr,
  scope: ReturnType<typeof scopeOf>,
  groupNames: ReadonlySet<string>,
): Value[] {
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
    sql: wanted.type === 'dynamic' ? dynamicSql(wanted) : wanted.sql,
    column: list ? { ...column, list: list.as } : column,
    list,
  };
}

/** Writes the GROUP BY. Carried columns are keys too, so that each partition is grouped by itself. */
export function grouped(t: Translating, r: Relation, keys: readonly Made[], made: readonly Made[]): Relation {
  const where = r.where.length ? ` WHERE ${r.where.join(' AND ')}` : '';
  const carried = r.carried.map((sql) => ({ sql, as: t.fresh('k') }));
  const all = [...carried, ...keys];
  const group = all.length ? ` GROUP BY ${all.map((_, i) => i + 1).join(', ')}` : ' HAVING true';
  const items = [
    ...all.map((m) => ({ as: m.as, sql: [m.sql], keep: true })),
    ...made.flatMap((m) => [m, ...(m.list ? [m.list] : [])].map((x) => ({ as: x.as, sql: [x.sql] }))),
  ];
  return relation(
    t.select(items, [`FROM ${r.from}${where}${group}`], all.length ? 'NOT MATERIALIZED' : ''),
    [...keys.map((k) => ({ ...k.column, list: undefined })), ...made.map((m) => m.column)],
    {
      carried: carried.map((c) => c.as),
      unique: keys.length ? keys.map((k) => k.as) : null,
    },
  );
}

/** `count`, whose column may be named: `count as n`. */
export function count(t: Translating, input: Relation, bound: readonly BoundColumn[]): Relation {
  const r = settled(t, input);
  const as = t.fresh('c');
  const v = { sql: as, type: 'long' as const, nullable: false, ticks: false };
  return grouped(t, r, [], [{ as, sql: 'count(*)', column: columnRef(bound[0]?.name ?? 'Count', as, v) }]);
}
