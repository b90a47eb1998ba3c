import type { Expr, OperatorOf } from '../../../../kusto/tree';
import { unnamed } from '../call';
import type { Env, OrderKey, Relation, Translating } from '../context';
import { convert, dynamicSql } from '../convert';
import { limited, scopeOf, settled } from '../relation';
import type { Value } from '../value';

/** Sort keys: descending by default; nulls first when ascending, last when descending, unless said otherwise. */
export function orderKeys(t: Translating, keys: readonly Expr[], r: Relation, env: Env): OrderKey[] {
  const scope = scopeOf(r, env);
  return keys.flatMap((k): OrderKey[] => {
    const descending = k.kind === 'ordered' ? k.descending : true;
    const nulls = (k.kind === 'ordered' ? k.nulls : null) ?? (descending ? 'last' : 'first');
    const v = t.expression(k.kind === 'ordered' ? unnamed(k.value) : unnamed(k), scope);
    const key: OrderKey = { sql: sortable(v), descending, nulls: nulls === 'first' ? 'FIRST' : 'LAST' };
    return v.type === 'real' && v.constant === undefined ? [...besideNulls(v, key), key] : [key];
  });
}

/** NaN stands beside the nulls, on the side of the numbers. */
const besideNulls = (v: Value, key: OrderKey): OrderKey[] => [
  {
    sql: `(CASE WHEN isnan(${v.sql}) THEN 1 WHEN ${v.sql} IS NULL THEN 2 ELSE 0 END)`,
    descending: key.nulls === 'FIRST',
    nulls: key.nulls,
  },
];

const sortable = (v: Value): string => (v.type === 'dynamic' ? dynamicSql(v) : v.sql);

export function sort(t: Translating, o: OperatorOf<'sort'>, input: Relation, env: Env): Relation {
  const r = settled(t, input);
  return { ...r, order: orderKeys(t, o.keys, r, env) };
}

/** SQL of a row count that a query gives as an expression. */
export function rowCount(t: Translating, e: Expr, env: Env): string {
  const v = t.expression(e, {
    env,
    column: () => undefined,
    columns: [],
    grouped: false,
    window: { partition: [], order: [] },
  });
  return typeof v.constant === 'bigint' ? String(v.constant < 0n ? 0n : v.constant) : `(${convert(v, 'long').sql})`;
}

export function take(t: Translating, o: OperatorOf<'take'>, input: Relation, env: Env): Relation {
  if (input.order.length === 0) t.note('take without an order gives any rows; the cloud may give others.');
  return limited(t, input, rowCount(t, o.count, env));
}

export function top(t: Translating, o: OperatorOf<'top'>, input: Relation, env: Env): Relation {
  const r = settled(t, input);
  return limited(t, { ...r, order: orderKeys(t, [o.key], r, env) }, rowCount(t, o.count, env));
}
