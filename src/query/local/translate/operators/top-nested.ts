import type { BoundColumn, OperatorOf, TopNestedLevel } from '../../../../kusto/tree';
import { unnamed } from '../call';
import type { Column, Env, Relation, Scope, Translating } from '../context';
import { dynamicSql } from '../convert';
import { columnRef, flush, relation, scopeOf, settled } from '../relation';
import type { Value } from '../value';
import { rowCount } from './order';

/**
 * `top-nested`: level by level the largest groups inside each group of the level above.
 */
interface Level {
  readonly key: Column;
  readonly total: Column;
}

export function topNested(
  t: Translating,
  o: OperatorOf<'top-nested'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  let rows = settled(t, input);
  let levels: readonly Level[] = [];
  const last = o.levels.length - 1;
  let answer: Relation | undefined;
  o.levels.forEach((level, i) => {
    const names = [bound[2 * i]?.name ?? `Column${2 * i + 1}`, bound[2 * i + 1]?.name ?? `aggregated_${i}`] as const;
    const groups = rankGroups(t, level, rows, scopeOf(rows, env), levels, env);
    if (i === last) answer = lastLevel(t, groups, levels, names);
    else ({ rows, levels } = intoRows(t, groups, rows, levels, names));
  });
  return answer ?? relation(rows.from, []);
}

interface Groups {
  /** Ranked groups, the top ones alone: keys of the levels above, then the key and its total. */
  readonly from: string;
  readonly inTop: string;
  readonly up: readonly Level[];
  readonly key: Value;
  readonly total: Value;
  readonly keyName: string;
  readonly totalName: string;
}

/** Ranks the groups of one level inside each group of the levels above. */
function rankGroups(
  t: Translating,
  level: TopNestedLevel,
  rows: Relation,
  scope: Scope,
  above: readonly Level[],
  env: Env,
): Groups {
  if (level.others) t.refuse(level.others, 'top-nested with others', 'top-nested … with others is not run locally.');
  const by = level.by.kind === 'ordered' ? level.by.value : level.by;
  const ascending = level.by.kind === 'ordered' && !level.by.descending;
  const key = t.expression(unnamed(level.of), scope);
  const total = t.expression(unnamed(by), { ...scope, grouped: true });
  const [k, v, r] = [t.fresh('k'), t.fresh('v'), t.fresh('r')];
  const up = above.map((a) => ({ key: { ...a.key, sql: t.fresh('p') }, total: { ...a.total, sql: t.fresh('p') } }));
  const where = rows.where.length ? ` WHERE ${rows.where.join(' AND ')}` : '';
  const parents = above.flatMap((a, i) => [
    `${a.key.sql} AS ${up[i]!.key.sql}`,
    `${a.total.sql} AS ${up[i]!.total.sql}`,
  ]);
  const list = [...parents, `${keyOf(key)} AS ${k}`];
  const groups = t.cte(
    `SELECT ${[...list, `${total.sql} AS ${v}`].join(', ')} FROM ${rows.from}${where} GROUP BY ${list.map((_, i) => i + 1).join(', ')}`,
  );
  const partition = up.length ? `PARTITION BY ${up.map((u) => u.key.sql).join(', ')} ` : '';
  const order = `ORDER BY ${v} ${ascending ? 'ASC' : 'DESC'} NULLS LAST`;
  const from = t.cte(`SELECT *, row_number() OVER (${partition}${order}) AS ${r} FROM ${groups}`);
  const inTop = level.count ? `${r} <= ${rowCount(t, level.count, env)}` : 'true';
  return { from, inTop, up, key, total, keyName: k, totalName: v };
}

const keyOf = (v: Value): string => (v.type === 'dynamic' ? dynamicSql(v) : v.sql);
const same = (v: Value, a: string, b: string): string =>
  v.nullable ? `${a} IS NOT DISTINCT FROM ${b}` : `${a} = ${b}`;

/** The last level is the answer: its groups with all that stands above them. */
function lastLevel(t: Translating, g: Groups, above: readonly Level[], names: readonly [string, string]): Relation {
  const columns = [
    ...g.up.flatMap((u, i) => [
      columnRef(above[i]!.key.name, u.key.sql, u.key),
      columnRef(above[i]!.total.name, u.total.sql, u.total),
    ]),
    columnRef(names[0], g.keyName, g.key),
    columnRef(names[1], g.totalName, g.total),
  ];
  return flush(t, relation(g.from, columns, { where: [g.inTop] }));
}

/** Gives every row its group of this level, for the level below. */
function intoRows(
  t: Translating,
  g: Groups,
  rows: Relation,
  above: readonly Level[],
  names: readonly [string, string],
): { readonly rows: Relation; readonly levels: readonly Level[] } {
  const on = [
    ...above.map((a, i) => same(a.key, a.key.sql, g.up[i]!.key.sql)),
    same(g.key, keyOf(g.key), g.keyName),
  ].join(' AND ');
  const hidden = [
    columnRef(`\0key${above.length}`, g.keyName, g.key),
    columnRef(`\0total${above.length}`, g.totalName, g.total),
  ];
  const kept = above.flatMap((a, i) => [
    { ...a.key, name: `\0key${i}` },
    { ...a.total, name: `\0total${i}` },
  ]);
  const own = rows.columns.filter((c) => !c.name.startsWith('\0'));
  const joined = relation(`${rows.from} JOIN ${g.from} ON (${on})`, [...own, ...kept, ...hidden], {
    where: [...rows.where, g.inTop],
  });
  const next = flush(t, joined);
  const find = (name: string) => next.columns.find((c) => c.name === name)!;
  const at = (i: number, key: string, sum: string): Level => ({
    key: { ...find(`\0key${i}`), name: key },
    total: { ...find(`\0total${i}`), name: sum },
  });
  return {
    rows: next,
    levels: [...above.map((a, i) => at(i, a.key.name, a.total.name)), at(above.length, names[0], names[1])],
  };
}
