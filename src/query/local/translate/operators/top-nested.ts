import type { BoundColumn, Expr, OperatorOf, TopNestedLevel } from '../../../../kusto/tree';
import { unnamed } from '../call';
import { type Column, type Env, type Relation, type Scope, scalarType, type Translating } from '../context';
import { convert, dynamicSql } from '../convert';
import { columnRef, flush, relation, scopeOf, settled } from '../relation';
import { nullOf, type Value } from '../value';
import { rowCount } from './order';
import { unionAll } from './union';

/**
 * `top-nested`: level by level the largest groups inside each group of the level above, and where asked for a row
 * for all the others.
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
  const others: Relation[] = [];
  o.levels.forEach((level, i) => {
    const names = [bound[2 * i]?.name ?? `Column${2 * i + 1}`, bound[2 * i + 1]?.name ?? `aggregated_${i}`] as const;
    const groups = rankGroups(t, level, rows, scopeOf(rows, env), levels, env);
    // A level without others still has them where a level below asks for its own.
    if (o.levels.slice(i).some((l) => l.others))
      others.push(allOthers(t, o.levels, i, groups, rows, levels, env, bound));
    if (i === last) answer = lastLevel(t, groups, levels, names);
    else ({ rows, levels } = intoRows(t, groups, rows, levels, names));
  });
  const top = answer ?? relation(rows.from, []);
  return others.length ? unionAll(t, [top, ...others], bound, undefined, false) : top;
}

/**
 * One row in each group of the levels above for the rows that are in no top group of this level. Neither this level nor
 * those below divide them: each that has others says so with its own figure, and the rest are empty.
 */
function allOthers(
  t: Translating,
  all: readonly TopNestedLevel[],
  at: number,
  g: Groups,
  rows: Relation,
  above: readonly Level[],
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const scope = scopeOf(rows, env);
  const top = `(SELECT * FROM ${g.from} WHERE ${g.inTop}) AS ${t.fresh('q')}`;
  const groups = above.flatMap((a) => [a.key, a.total].map((v) => ({ v, as: t.fresh('p'), name: v.name })));
  const figures = all.slice(at).flatMap((level, j) => {
    const [key, total] = [bound[2 * (at + j)]!, bound[2 * (at + j) + 1]!];
    const type = scalarType(key.type);
    const said = level.others ? convert(t.expression(level.others, scope), type) : nullOf(type);
    const figure = level.others
      ? t.expression(aggregateOf(level), { ...scope, grouped: true })
      : nullOf(scalarType(total.type));
    return [
      { v: said, as: t.fresh('k'), name: key.name },
      { v: figure, as: t.fresh('v'), name: total.name },
    ];
  });
  const list = [...groups, ...figures];
  const where = rows.where.length ? ` WHERE ${rows.where.join(' AND ')}` : '';
  const by = groups.length ? ` GROUP BY ${groups.map((_, i) => i + 1).join(', ')}` : '';
  const from = t.cte(
    `SELECT ${list.map(({ v, as }) => `${keyOf(v)} AS ${as}`).join(', ')} FROM ${rows.from} ANTI JOIN ${top} ON (${inGroup(g, above)})${where}${by} HAVING count(*) > 0`,
  );
  return relation(
    from,
    list.map(({ v, as, name }) => columnRef(name, as, v)),
  );
}

const aggregateOf = (level: TopNestedLevel): Expr => unnamed(level.by.kind === 'ordered' ? level.by.value : level.by);

/** True for a row of the group: its groups of the levels above, and its key. */
const inGroup = (g: Groups, above: readonly Level[]): string =>
  [...above.map((a, i) => same(a.key, a.key.sql, g.up[i]!.key.sql)), same(g.key, keyOf(g.key), g.keyName)].join(
    ' AND ',
  );

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
  const ascending = level.by.kind === 'ordered' && !level.by.descending;
  const key = t.expression(unnamed(level.of), scope);
  const total = t.expression(aggregateOf(level), { ...scope, grouped: true });
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
  const hidden = [
    columnRef(`\0key${above.length}`, g.keyName, g.key),
    columnRef(`\0total${above.length}`, g.totalName, g.total),
  ];
  const kept = above.flatMap((a, i) => [
    { ...a.key, name: `\0key${i}` },
    { ...a.total, name: `\0total${i}` },
  ]);
  const own = rows.columns.filter((c) => !c.name.startsWith('\0'));
  const joined = relation(`${rows.from} JOIN ${g.from} ON (${inGroup(g, above)})`, [...own, ...kept, ...hidden], {
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
