import type { CallExpr, Expr } from '../../../../kusto/tree';
import { createCall, unnamed } from '../call';
import type { Column, Scope, Translating } from '../context';
import { dynamicSql } from '../convert';
import { type Value, value } from '../value';
import { percentages, percentileSql, weightedPercentileSql } from './index';

/** Aggregates that give several columns: arg_max(k, *), take_any(a, b), percentiles(x, 5, 95). */

const NAMES: ReadonlySet<string> = new Set([
  'arg_max',
  'arg_min',
  'argmax',
  'argmin',
  'take_any',
  'any',
  'percentiles',
  'percentilesw',
]);

/** A value of an aggregate; the key of arg_max and arg_min says how rows are ranked by it, where that can be compared in SQL. */
export type AggregateValue = Value & { readonly extreme?: { readonly rank: string; readonly side: 'max' | 'min' } };

/** The aggregate behind a name, if it gives several columns. */
export function severalOf(e: Expr): CallExpr | undefined {
  const call = unnamed(e);
  if (call.kind !== 'call' || !NAMES.has(call.name.toLowerCase())) return undefined;
  const name = call.name.toLowerCase();
  if (name === 'take_any' || name === 'any') {
    return call.args.length > 1 || call.args[0]?.kind === 'star' ? call : undefined;
  }
  return call;
}

/** Values of all its columns; `grouped` are the names that `by` gives, which a star leaves out. */
export function severalValues(
  t: Translating,
  call: CallExpr,
  scope: Scope,
  grouped: ReadonlySet<string>,
): AggregateValue[] {
  const rows = { ...scope, grouped: false };
  const name = call.name.toLowerCase();
  if (name === 'percentiles' || name === 'percentilesw') {
    const c = createCall(t, call, rows);
    const weighted = name === 'percentilesw';
    const percents = percentages(c, weighted ? 2 : 1);
    if (!percents) c.refuse(`${name} needs constant percentages.`);
    return (percents ?? []).map((p) => (weighted ? weightedPercentileSql(c, p) : percentileSql(c.value(0), String(p))));
  }
  if (name === 'take_any' || name === 'any') {
    const columns = starred(t, call.args, rows, grouped, '');
    return columns.map((v) => picked(v, `first(${bare(v)})`));
  }
  return argExtreme(t, call, rows, grouped, name.endsWith('max') ? 'max' : 'min');
}

const bare = (v: Value): string => (v.type === 'dynamic' ? dynamicSql(v) : v.sql);

const picked = (v: Value, sql: string): Value =>
  v.type === 'string'
    ? value(`coalesce(${sql}, '')`, 'string', { nullable: false })
    : value(sql, v.type, { ticks: v.ticks });

/**
 * The row with the extreme key. One `arg_max_null` a column lets columns that nobody reads be pruned; all of them see the
 * same keys in the same order, so they agree on the row. Rows with a null key come last of all.
 */
function argExtreme(
  t: Translating,
  call: CallExpr,
  scope: Scope,
  grouped: ReadonlySet<string>,
  side: 'max' | 'min',
): AggregateValue[] {
  const [first, ...rest] = call.args;
  const key = t.expression(unnamed(first!), scope);
  const keyName = first?.kind === 'column' ? first.name : '';
  const columns = starred(t, rest, scope, grouped, keyName);
  const raw = key.type === 'dynamic' ? `(${dynamicSql(key)})::VARCHAR` : key.sql;
  const lowNan = side === 'min' && key.type === 'real';
  const by = lowNan ? `(CASE WHEN isnan(${raw}) THEN '-infinity'::DOUBLE ELSE ${raw} END)` : raw;
  const picks = key.type === 'dynamic' ? `arg_${side}(${dynamicSql(key)}, ${by})` : `${side}(${by})`;
  const extreme = picked(key, lowNan ? `arg_min(${raw}, ${by})` : picks);
  const ranked = key.nullable ? `coalesce(${by}, ${LOWEST[key.type]?.[side] ?? 'NULL'})` : by;
  const rank = typedRank(key, ranked);
  const values = columns.map((v) => picked(v, `arg_${side}_null(${bare(v)}, ${rank})`));
  return [key.simple && ORDERED.test(key.type) ? { ...extreme, extreme: { rank, side } } : extreme, ...values];
}

/** Types whose extreme is found again by `=`. */
const ORDERED = /^(datetime|timespan|long|int)$/;

/** What stands for a null key: a value beyond all others, so that a group of null keys still gives a row. */
const LOWEST: Readonly<Partial<Record<Value['type'], { readonly max: string; readonly min: string }>>> = {
  datetime: { max: "'-infinity'", min: "'infinity'" },
  real: { max: "'-infinity'::DOUBLE", min: "'infinity'::DOUBLE" },
  decimal: { max: "'-infinity'::DOUBLE", min: "'infinity'::DOUBLE" },
  long: { max: '(-9223372036854775807 - 1)', min: '9223372036854775807' },
  timespan: { max: '(-9223372036854775807 - 1)', min: '9223372036854775807' },
  int: { max: '(-2147483648)', min: '2147483647' },
  bool: { max: 'false', min: 'true' },
  guid: { max: "''", min: "'~'" },
  dynamic: { max: "''", min: "'~'" },
};

const typedRank = (key: Value, sql: string): string =>
  key.type === 'datetime' && key.ticks
    ? sql.replace(/'-infinity'\)$/, '-1)').replace(/'infinity'\)$/, '9223372036854775807)')
    : sql;

function starred(
  t: Translating,
  args: readonly Expr[],
  scope: Scope,
  grouped: ReadonlySet<string>,
  key: string,
): Value[] {
  return args.flatMap((a): Value[] => {
    if (a.kind !== 'star') return [t.expression(unnamed(a), scope)];
    return scope.columns.filter((c: Column) => !grouped.has(c.name) && c.name !== key);
  });
}
