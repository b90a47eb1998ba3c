import type { BoundColumn, OperatorOf, TopNestedLevel } from '../../../../kusto/tree';
import { unnamed } from '../call';
import type { Column, Env, Relation, Scope, Translating } from '../context';
import { dynamicSql } from '../convert';
import { columnRef, flush, relation, scopeOf, settled } from '../relation';
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
  o.levels.forEach((level, i) => {
    const names = [bound[2 * i]?.name ?? `Column${2 * i + 1}`, bound[2 * i + 1]?.name ?? `aggregated_${i}`] as const;
    const made = oneLevel(t, level, rows, scopeOf(rows, env), levels, names, env);
    rows = made.rows;
    levels = made.levels;
  });
  return distinctLevels(t, rows, levels);
}

/** Ranks the groups of one level and gives every row its group and the group's total. */
function oneLevel(
  t: Translating,
  level: TopNestedLevel,
  rows: Relation,
  scope: Scope,
  above: readonly Level[],
  names: readonly [string, string],
  env: Env,
): { readonly rows: Relation; readonly levels: readonly Level[] } {
  const by = level.by.kind === 'ordered' ? level.by.value : level.by;
  const ascending = level.by.kind === 'ordered' && !level.by.descending;
  const key = t.expression(unnamed(level.of), scope);
  const total = t.expression(unnamed(by), { ...scope, grouped: true });
  const parents = above.map((a) => a.key.sql);
  const [k, v, r] = [t.fresh('k'), t.fresh('v'), t.fresh('r')];
  const up = parents.map(() => t.fresh('p'));
  const where = rows.where.length ? ` WHERE ${rows.where.join(' AND ')}` : '';
  const keySql = key.type === 'dynamic' ? dynamicSql(key) : key.sql;
  const list = [...parents.map((p, i) => `${p} AS ${up[i]}`), `${keySql} AS ${k}`, `${total.sql} AS ${v}`].join(', ');
  const groups = t.cte(
    `SELECT ${list} FROM ${rows.from}${where} GROUP BY ${[...parents, k].map((_, i) => i + 1).join(', ')}`,
  );
  const partition = up.length ? `PARTITION BY ${up.join(', ')} ` : '';
  const ranked = t.cte(
    `SELECT *, row_number() OVER (${partition}ORDER BY ${v} ${ascending ? 'ASC' : 'DESC'} NULLS LAST) AS ${r} FROM ${groups}`,
  );
  const count = level.count ? rowCount(t, level.count, env) : undefined;
  const on = [
    ...parents.map((p, i) => `${p} IS NOT DISTINCT FROM ${up[i]}`),
    `${keySql} IS NOT DISTINCT FROM ${k}`,
  ].join(' AND ');
  if (level.others) t.refuse(level.others, 'top-nested with others', 'top-nested … with others is not run locally.');
  const inTop = count ? `${r} <= ${count}` : 'true';
  const joined = relation(`${rows.from} JOIN ${ranked} ON (${on})`, rows.columns, {
    where: [...rows.where, inTop],
  });
  const hidden = [columnRef(`\0key${above.length}`, k, key), columnRef(`\0total${above.length}`, v, total)];
  const kept = above.flatMap((a, i) => [
    { ...a.key, name: `\0key${i}` },
    { ...a.total, name: `\0total${i}` },
  ]);
  const own = rows.columns.filter((c) => !c.name.startsWith('\0'));
  const next = flush(t, { ...joined, columns: [...own, ...kept, ...hidden] });
  const find = (name: string) => next.columns.find((c) => c.name === name)!;
  const at = (i: number, key: string, sum: string): Level => ({
    key: { ...find(`\0key${i}`), name: key },
    total: { ...find(`\0total${i}`), name: sum },
  });
  const levels = [...above.map((a, i) => at(i, a.key.name, a.total.name)), at(above.length, names[0], names[1])];
  return { rows: next, levels };
}

function distinctLevels(t: Translating, rows: Relation, levels: readonly Level[]): Relation {
  const columns = levels.flatMap((l) => [l.key, l.total]);
  const made = columns.map((c) => ({ c, as: t.fresh('c') }));
  const from = t.cte(`SELECT DISTINCT ${made.map((m) => `${m.c.sql} AS ${m.as}`).join(', ')} FROM ${rows.from}`);
  return relation(
    from,
    made.map((m) => columnRef(m.c.name, m.as, m.c)),
  );
}
