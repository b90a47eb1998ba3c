import type { Call, FunctionTable } from '../call';
import { convert, unify } from '../convert';
import { truth } from '../expressions/compare';
import { overSql } from '../relation';
import { solid, ticksOf, type Value, value } from '../value';

/**
 * Functions over the rows in their order. Where one stands inside another, the inner is computed a SELECT below; a restart
 * condition becomes a running group number that later windows are partitioned by.
 */

const isWindow = (sql: string): boolean => /\bOVER \(/.test(sql);

/** SQL that may stand inside a window function. */
const plain = (c: Call, sql: string): string => (isWindow(sql) && c.scope.stage ? c.scope.stage(sql) : sql);

/** `OVER (…)` with the group of a restart condition and, for running values, a frame up to this row. */
function over(c: Call, group?: string, running = false): string {
  const { partition, order } = c.scope.window;
  const sql = overSql({ partition: group ? [...partition, group] : partition, order });
  return running ? sql.replace(/\)$/, ' ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)') : sql;
}

/** Number of restarts so far. */
function restarts(c: Call, i: number): string | undefined {
  if (i >= c.count || c.value(i).constant === false) return undefined;
  const test = plain(c, truth(c.value(i)).sql);
  return c.scope.stage?.(`sum(CASE WHEN ${test} THEN 1 ELSE 0 END) ${over(c, undefined, true)}`);
}

function neighbour(c: Call, sql: 'lag' | 'lead'): Value {
  const v = c.value(0);
  const offset = c.count > 1 ? c.as(1, 'long') : '1';
  const fallback = c.count > 2 ? c.value(2) : undefined;
  const { sql: made, ticks } = unify(fallback ? [v, fallback] : [v], v.type);
  const missing = made[1] ?? (v.type === 'string' ? "''" : 'NULL');
  const inner = plain(c, made[0]!);
  return value(`${sql}(${inner}, ${offset}, ${missing}) ${over(c)}`, v.type, { ticks: v.type === 'datetime' && ticks });
}

/** A running sum that begins anew where the second argument is true. */
function runningSum(c: Call): Value {
  const v = c.value(0);
  const real = v.type === 'real' || v.type === 'decimal' || v.type === 'dynamic';
  const type = real ? 'real' : v.type === 'timespan' ? 'timespan' : 'long';
  const x = plain(c, convert(v, type).sql);
  const sql = `coalesce(sum(${x}) ${over(c, restarts(c, 1), true)}, 0)`;
  return value(real ? sql : `k_wrap(${sql})`, type, { nullable: false });
}

function rowNumber(c: Call): Value {
  const start = c.count > 0 ? (c.constantLong(0) ?? 1) : 1;
  const sql = `row_number() ${over(c, restarts(c, 1))}`;
  return solid(start === 1 ? sql : `(${sql} + ${start - 1})`, 'long');
}

/** Ranks of values that are sorted already: dense ranks count changes, minimal ones give the first row of a run. */
function rank(c: Call, dense: boolean): Value {
  const stage = c.scope.stage;
  if (!stage) return c.refuse();
  const v = plain(c, c.value(0).sql);
  const group = restarts(c, 1);
  const change = stage(
    `(CASE WHEN ${v} IS DISTINCT FROM lag(${v}) ${over(c, group)} OR row_number() ${over(c, group)} = 1 THEN 1 ELSE 0 END)`,
  );
  if (dense) return solid(`(sum(${change}) ${over(c, group, true)})::BIGINT`, 'long');
  const row = stage(`row_number() ${over(c, group)}`);
  return solid(`max(CASE WHEN ${change} = 1 THEN ${row} END) ${over(c, group, true)}`, 'long');
}

/**
 * The start of each row's session. Gaps and restarts cut the rows into stretches; the longest length of a session cuts a
 * stretch further, and there each start depends on the one before, which a native function walks through.
 */
function session(c: Call): Value {
  const { rebuild, window } = c.scope;
  const [x, longest, gap] = [c.value(0), c.value(1), c.value(2)];
  if (!rebuild) return c.refuse();
  if (longest.constant === undefined || gap.constant === undefined)
    return c.refuse('row_window_session of lengths that are not constant is not run locally.');
  const at = plain(c, ticksOf(convert(x, 'datetime')));
  const restart = c.count > 3 ? plain(c, truth(c.value(3)).sql) : 'false';
  const order = overSql({
    partition: [],
    order: [...window.partition.map((sql) => ({ sql, descending: false, nulls: 'LAST' as const })), ...window.order],
  });
  const [limit, near] = [longest, gap].map((v) => convert(v, 'timespan').sql) as [string, string];
  const as = rebuild((from, start) => {
    const { t } = c;
    const [n, v, cut, part] = [t.fresh('n'), t.fresh('v'), t.fresh('b'), t.fresh('s')];
    const rows = t.cte(
      `SELECT *, row_number() ${order} AS ${n}, ${at} AS ${v}, ${restart} AS ${cut} FROM ${from}`,
      'MATERIALIZED',
    );
    const other = window.partition.map((p) => ` OR ${p} IS DISTINCT FROM lag(${p}) OVER (ORDER BY ${n})`).join('');
    const last = `lag(${v}) OVER (ORDER BY ${n})`;
    const begins = `(${cut} OR ${v} IS NULL OR ${last} IS NULL OR ${v} - ${last} >= ${near}${other})`;
    const cuts = t.cte(`SELECT ${n}, ${v}, CASE WHEN ${begins} THEN 1 ELSE 0 END AS ${cut} FROM ${rows}`);
    const parts = t.cte(`SELECT ${n}, ${v}, sum(${cut}) OVER (ORDER BY ${n}) AS ${part} FROM ${cuts}`, 'MATERIALIZED');
    const list = `list(${v} ORDER BY ${n})`;
    const walked = `CAST(json(kn_session_starts(to_json(${list})::VARCHAR, (${limit})::VARCHAR)) AS BIGINT[])`;
    const first = `CASE WHEN max(${v}) - arg_min(${v}, ${n}) < ${limit} THEN list_transform(${list}, lambda y: arg_min(${v}, ${n})) ELSE ${walked} END`;
    const starts = t.cte(
      `SELECT unnest(list(${n} ORDER BY ${n})) AS ${n}, unnest(${first}) AS ${start} FROM ${parts} GROUP BY ${part}`,
    );
    const [a, b] = [t.fresh('q'), t.fresh('q')];
    return t.cte(`SELECT ${a}.*, ${b}.${start} FROM ${rows} AS ${a} JOIN ${starts} AS ${b} ON (${a}.${n} = ${b}.${n})`);
  });
  return value(as, 'datetime', { ticks: true });
}

export const WINDOWS: FunctionTable = {
  row_number: rowNumber,
  prev: (c) => neighbour(c, 'lag'),
  next: (c) => neighbour(c, 'lead'),
  row_cumsum: runningSum,
  // The older name of the dense rank; the engine says so where it marks it as obsolete.
  row_rank: (c) => rank(c, true),
  row_rank_dense: (c) => rank(c, true),
  row_rank_min: (c) => rank(c, false),
  row_window_session: session,
};
