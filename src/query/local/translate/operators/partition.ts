import type { BoundColumn, OperatorOf } from '../../../../kusto/tree';
import { unnamed } from '../call';
import type { Column, Env, Relation, Translating } from '../context';
import { dynamicSql } from '../convert';
import { ascending, columnRef, flush, limited, scopeOf, settled } from '../relation';
import { value } from '../value';
import { grouped } from './grouped';
import { rowCount } from './order';

/** `partition by k (…)`: the subquery works on the rows of each key by themselves. */
export function partition(
  t: Translating,
  o: OperatorOf<'partition'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const r = settled(t, input);
  const key = t.expression(unnamed(o.by), scopeOf(r, env));
  const column: Column = { ...key, name: '\0partition' };
  const keyed = flush(t, { ...r, columns: [...r.columns, column] });
  const id = keyed.columns.find((c) => c.name === '\0partition')!;
  const start = { ...keyed, columns: keyed.columns.filter((c) => c !== id), carried: [...keyed.carried, id.sql] };
  const made = settled(t, t.query(o.query, env, start));
  const byName = new Map(made.columns.map((c) => [c.name, c]));
  // A subquery that groups loses the key's column; the key itself is still at hand.
  const keyColumn = o.by.kind === 'column' ? columnRef(o.by.name, made.carried.at(-1) ?? id.sql, key) : undefined;
  const columns = bound.flatMap((b) => byName.get(b.name) ?? (b.name === keyColumn?.name ? [keyColumn] : []));
  // Where the subquery sorts, the rows of each part stand together.
  const part = made.carried.at(-1);
  const order = made.order.length && part !== undefined ? [ascending(part), ...made.order] : [];
  return {
    ...made,
    order,
    columns: columns.length ? columns : made.columns,
    carried: r.carried.length ? made.carried.slice(0, -1) : [],
  };
}

export function sample(t: Translating, o: OperatorOf<'sample'>, input: Relation, env: Env): Relation {
  return limited(t, input, rowCount(t, o.count, env));
}

export function sampleDistinct(
  t: Translating,
  o: OperatorOf<'sample-distinct'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const r = settled(t, input);
  const v = t.expression(unnamed(o.of), scopeOf(r, env));
  const as = t.fresh('c');
  const made = grouped(t, r, [{ as, sql: v.sql, column: columnRef(bound[0]?.name ?? 'Column1', as, v) }], []);
  return limited(t, made, rowCount(t, o.count, env));
}

/** `top-hitters`: exact here, an estimate in the cloud. */
export function topHitters(
  t: Translating,
  o: OperatorOf<'top-hitters'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  t.note('top-hitters is exact here; the cloud estimates it.');
  const place: Column = { ...value('row_number() OVER ()', 'long', { nullable: false }), name: '\0place' };
  const source = settled(t, input);
  const r = flush(t, { ...source, columns: [...source.columns, place], sealed: true });
  const scope = scopeOf(r, env);
  const v = t.expression(unnamed(o.of), scope);
  const by = o.by ? t.expression(unnamed(o.by), scope) : undefined;
  const [as, total] = [t.fresh('c'), t.fresh('c')];
  const sum = {
    sql: total,
    type: by && by.type === 'real' ? ('real' as const) : ('long' as const),
    nullable: false,
    ticks: false,
  };
  const keys = [
    { as, sql: v.type === 'dynamic' ? dynamicSql(v) : v.sql, column: columnRef(bound[0]?.name ?? 'Column1', as, v) },
  ];
  const sql = by
    ? by.type === 'real'
      ? `coalesce(sum(${by.sql}), 0)`
      : `k_wrap(coalesce(sum(${by.sql}), 0))`
    : 'count(*)';
  // Of values with the same count those that came last are kept, as the cloud's sketch does on few rows.
  const first = t.fresh('c');
  const at = r.columns.find((c) => c.name === '\0place')!;
  const made = grouped(t, r, keys, [
    { as: total, sql, column: columnRef(bound[1]?.name ?? 'approximate_count_', total, sum) },
    { as: first, sql: `min(${at.sql})`, column: columnRef('\0first', first, at) },
  ]);
  const order = [total, first].map((key) => ({ sql: key, descending: true, nulls: 'LAST' as const }));
  const columns = made.columns.filter((c) => c.name !== '\0first');
  return limited(t, { ...made, columns, order }, rowCount(t, o.count, env));
}
