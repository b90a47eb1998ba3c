import type { BoundColumn, Expr, OperatorOf } from '../../../../kusto/tree';
import { unnamed } from '../call';
import { type Column, type Env, type Relation, scalarType, type Translating } from '../context';
import { convert, dynamicSql, textOf } from '../convert';
import { columnRef, relation, scopeOf } from '../relation';
import { literal, sqlType, text, type Value } from '../value';
import { emptyRelation } from './project';

/** Aggregates that are 0 over nothing. */
const ZERO: ReadonlySet<string> = new Set(['count', 'countif', 'dcount', 'dcountif', 'count_distinct', 'sum', 'sumif']);

/** `pivot(k, sum(v), g…)`: a column for each value of k; the rest of the columns are the groups unless they are named. */
export function pivot(
  t: Translating,
  o: OperatorOf<'evaluate'>,
  r: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const scope = scopeOf(r, env);
  const [by, aggregate, ...named] = o.args.map(unnamed);
  if (!by) {
    t.refuse(o, 'evaluate pivot');
    return emptyRelation(t, bound);
  }
  const key = t.expression(by, scope);
  const call: Expr = aggregate ?? {
    kind: 'call',
    name: 'count',
    args: [],
    type: 'long',
    start: o.start,
    length: o.length,
  };
  const total = t.expression(call, { ...scope, grouped: true });
  const used = new Set([...columnNames(by), ...columnNames(call)]);
  const names = named.flatMap((e) => (e.kind === 'column' ? [e.name] : []));
  const groups = r.columns.filter((c) => (names.length ? names.includes(c.name) : !used.has(c.name)));
  if (!o.schema) {
    probePivot(t, o, r, key, groups, total);
    return emptyRelation(t, bound);
  }
  return pivoted(t, o.schema, r, key, groups, total, ZERO.has(call.kind === 'call' ? call.name.toLowerCase() : ''));
}

function columnNames(e: Expr): string[] {
  if (e.kind === 'column') return [e.name];
  if (e.kind === 'call') return e.args.flatMap(columnNames);
  if (e.kind === 'binary') return [...columnNames(e.left), ...columnNames(e.right)];
  if (e.kind === 'path' || e.kind === 'element') return columnNames(e.base);
  return e.kind === 'named' ? columnNames(e.value) : [];
}

function probePivot(
  t: Translating,
  o: OperatorOf<'evaluate'>,
  r: Relation,
  key: Value,
  groups: readonly Column[],
  total: Value,
): void {
  const where = r.where.length ? ` WHERE ${r.where.join(' AND ')}` : '';
  const fixed = groups.map((c, i) => `SELECT ${text(c.name)} AS name, ${text(c.type)} AS type, ${i} AS place`);
  const fresh = `SELECT DISTINCT ${textOf(key)} AS name, ${text(total.type)} AS type, ${groups.length} AS place FROM ${r.from}${where}`;
  t.probe(o.start + o.length, `SELECT name, type FROM (${[...fixed, fresh].join(' UNION ALL ')}) ORDER BY place, name`);
}

function pivoted(
  t: Translating,
  schema: readonly BoundColumn[],
  r: Relation,
  key: Value,
  groups: readonly Column[],
  total: Value,
  zero: boolean,
): Relation {
  const where = r.where.length ? ` WHERE ${r.where.join(' AND ')}` : '';
  const [k, v] = [t.fresh('k'), t.fresh('v')];
  const own = groups.map((c) => ({ c, as: t.fresh('g') }));
  const list = [
    ...own.map((g) => `${g.c.type === 'dynamic' ? dynamicSql(g.c) : g.c.sql} AS ${g.as}`),
    `${textOf(key)} AS ${k}`,
    `${total.sql} AS ${v}`,
  ];
  const counted = t.cte(
    `SELECT ${list.join(', ')} FROM ${r.from}${where} GROUP BY ${list
      .slice(0, -1)
      .map((_, i) => i + 1)
      .join(', ')}`,
  );
  const columns = schema.map((c) => {
    const group = own.find((g) => g.c.name === c.name);
    if (group) return { as: group.as, sql: group.as, column: columnRef(c.name, group.as, group.c) };
    const as = t.fresh('c');
    const found = `any_value(CASE WHEN ${k} = ${text(c.name)} THEN ${v} END)`;
    const type = scalarType(c.type);
    const fill = zero
      ? convert(literal('long', 0n), type).sql
      : type === 'string'
        ? "''"
        : type === 'dynamic'
          ? "'[]'::JSON"
          : `NULL::${sqlType({ type, ticks: total.ticks })}`;
    return { as, sql: `coalesce(${found}, ${fill})`, column: columnRef(c.name, as, { ...total, nullable: !zero }) };
  });
  const grouping = own.length ? ` GROUP BY ${own.map((g) => g.as).join(', ')}` : '';
  const from = t.cte(`SELECT ${columns.map((c) => `${c.sql} AS ${c.as}`).join(', ')} FROM ${counted}${grouping}`);
  return relation(
    from,
    columns.map((c) => c.column),
  );
}
