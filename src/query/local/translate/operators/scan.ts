import type { BoundColumn, Expr, OperatorOf } from '../../../../kusto/tree';
import { type Column, type Env, type Relation, type Scope, scalarType, type Translating } from '../context';
import { convert, dynamicSql } from '../convert';
import { columnRef, flush, numbered, orderSql, relation, scopeOf, settled } from '../relation';
import { nullOf, sqlType, type Value, value } from '../value';
import { orderKeys } from './order';
import { emptyRelation } from './project';

/**
 * `scan` with one step: a fold over the rows in their order, as a recursive query that takes one row of every partition at
 * a time. Several steps are a state machine and are refused.
 */
export function scan(
  t: Translating,
  o: OperatorOf<'scan'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const step = o.steps[0];
  if (!step || o.steps.length > 1 || step.output !== 'all' || o.parameters.size > 0) {
    t.refuse(o, 'scan', 'scan with several steps, an output clause or a match id is not run locally.');
    return emptyRelation(t, bound);
  }
  const sorted = settled(t, input);
  const keys = o.orderBy.length ? orderKeys(t, o.orderBy, sorted, env) : sorted.order;
  const r = numbered(t, { ...sorted, order: keys });
  const partition = o.partitionBy.map((e) => t.expression(e, scopeOf(r, env)).sql);
  const part = partition.length ? `dense_rank() OVER (ORDER BY ${partition.join(', ')})` : '1';
  const over = `OVER (${partition.length ? `PARTITION BY ${partition.join(', ')} ` : ''}${r.order.length ? `ORDER BY ${orderSql(r.order)}` : ''})`;
  const hidden: Column[] = [
    { ...value(part, 'long', { nullable: false }), name: '\0part' },
    { ...value(`row_number() ${over}`, 'long', { nullable: false }), name: '\0row' },
  ];
  const rows = flush(t, { ...r, columns: [...r.columns, ...hidden], sealed: true }, '', 'MATERIALIZED');
  return fold(t, o, rows, env, bound);
}

/** The state of the step: whether it has matched yet, its declared columns, and the columns of its last row. */
function fold(
  t: Translating,
  o: OperatorOf<'scan'>,
  rows: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const step = o.steps[0]!;
  const own = rows.columns.filter((c) => !c.name.startsWith('\0'));
  const [part, row] = ['\0part', '\0row'].map((n) => rows.columns.find((c) => c.name === n)!.sql) as [string, string];
  const [active, matched, at, group, state] = ['a', 'm', 'n', 'p', 'z'].map((p) => t.fresh(p)) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const declared = o.declared.map((d) => {
    const type = scalarType(d.type);
    const start = d.default ? convert(t.expression(d.default, scopeOf(rows, env)), type) : nullOf(type);
    return { name: d.name, type, start, as: t.fresh('d') };
  });
  const last = own.map((c) => ({ c, as: t.fresh('l') }));
  const held = (name: string): Value | undefined => {
    const d = declared.find((x) => x.name === name);
    if (d) return value(d.as, d.type);
    const l = last.find((x) => x.c.name === name);
    return l && columnRef(name, l.as, { ...l.c, nullable: true });
  };
  const scope: Scope = {
    ...scopeOf(rows, env),
    column: (name) => declared.find((d) => d.name === name)?.start ?? own.find((c) => c.name === name),
    steps: new Map([[step.name, held]]),
  };
  const test = t.condition(step.condition, scope);
  const next = declared.map((d) => {
    const assignment = step.assignments.find((a) => a.name === d.name);
    const v = assignment ? convert(t.expression(assignment.value as Expr, scope), d.type) : d.start;
    return `CASE WHEN ${test} THEN ${v.type === 'dynamic' ? dynamicSql(v) : v.sql} ELSE ${d.as} END AS ${d.as}`;
  });
  const first = [
    ...declared.map((d) => `(${d.start.sql})::${sqlType(d.start)} AS ${d.as}`),
    ...last.map((l) => `NULL::${sqlType(l.c)} AS ${l.as}`),
  ];
  const later = [...next, ...last.map((l) => `CASE WHEN ${test} THEN ${l.c.sql} ELSE ${l.as} END AS ${l.as}`)];
  const body =
    `WITH RECURSIVE ${state} AS (SELECT DISTINCT ${part} AS ${group}, 0::BIGINT AS ${at}, false AS ${active}, false AS ${matched}, ${first.join(', ')} FROM ${rows.from}` +
    ` UNION ALL SELECT ${group}, ${at} + 1, (${active} OR coalesce(${test}, false)), coalesce(${test}, false), ${later.join(', ')} FROM ${state} JOIN ${rows.from} ON (${part} = ${group} AND ${row} = ${at} + 1))` +
    ` SELECT * FROM ${state}`;
  const states = t.cte(body, 'MATERIALIZED');
  const made = new Map<string, Column>([
    ...own.map((c) => [c.name, c] as const),
    ...declared.map((d) => [d.name, { ...value(d.as, d.type), name: d.name, simple: true }] as const),
  ]);
  const from = `${rows.from} JOIN ${states} ON (${part} = ${group} AND ${row} = ${at})`;
  return flush(
    t,
    relation(
      from,
      bound.flatMap((b) => made.get(b.name) ?? []),
      { where: [matched], order: rows.order, carried: rows.carried },
    ),
  );
}
