import type { Call, FunctionTable } from '../call';
import { convert, unify } from '../convert';
import { overSql } from '../relation';
import { solid, type Value, value } from '../value';

/** Functions over the rows in their order. */

const over = (c: Call): string => overSql(c.scope.window);

function neighbour(c: Call, sql: 'lag' | 'lead'): Value {
  const v = c.value(0);
  const offset = c.count > 1 ? c.as(1, 'long') : '1';
  const fallback = c.count > 2 ? c.value(2) : undefined;
  const { sql: made, ticks } = unify(fallback ? [v, fallback] : [v], v.type);
  const missing = made[1] ?? (v.type === 'string' ? "''" : 'NULL');
  return value(`${sql}(${made[0]}, ${offset}, ${missing}) ${over(c)}`, v.type, {
    ticks: v.type === 'datetime' && ticks,
  });
}

/** A running sum that begins anew where the second argument is true. */
function runningSum(c: Call): Value {
  const v = c.value(0);
  const type = v.type === 'real' || v.type === 'decimal' ? v.type : v.type === 'timespan' ? 'timespan' : 'long';
  const x = type === 'long' ? convert(v, 'long').sql : v.sql;
  const close = (sql: string) => (type === 'real' || type === 'decimal' ? sql : `k_wrap(${sql})`);
  const frame = 'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW';
  const framed = (window: string) => window.replace(/\)$/, ` ${frame})`);
  if (c.count < 2) return value(close(`coalesce(sum(${x}) ${framed(over(c))}, 0)`), type);
  const restart = c.as(1, 'bool');
  const rows = `array_agg({'r': coalesce(${restart}, false), 'v': coalesce(${x}, 0)}) ${framed(over(c))}`;
  const folded = `list_reduce(${rows}, lambda a, b: {'r': false, 'v': CASE WHEN b.r THEN b.v ELSE a.v + b.v END}).v`;
  return value(folded, type);
}

/** The rank of a value among the sorted rows: dense ranks count distinct values. */
const rank =
  (dense: boolean) =>
  (c: Call): Value => {
    const restart = c.count > 1 && dense ? c.value(1).constant : undefined;
    if (c.count > (dense ? 1 : 1) && restart === undefined && c.scope.window.order.length === 0) return c.refuse();
    const v = c.value(0).sql;
    if (!dense) return solid(`rank() ${over(c)}`, 'long');
    const change = `(CASE WHEN ${v} IS DISTINCT FROM lag(${v}) ${over(c)} THEN 1 ELSE 0 END)`;
    void change;
    return solid(`dense_rank() ${over(c)}`, 'long');
  };

function rowNumber(c: Call): Value {
  const start = c.count > 0 ? c.as(0, 'long') : '1';
  if (c.count > 1) {
    const restart = c.as(1, 'bool');
    const rows = `array_agg(coalesce(${restart}, false)) ${over(c).replace(/\)$/, ' ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)')}`;
    return value(
      `(len(${rows}) - coalesce(list_position(list_reverse(${rows}[2:]), true), len(${rows}))) + ${start}`.replace(
        /\n/g,
        '',
      ),
      'long',
    );
  }
  return solid(
    start === '1::BIGINT' || start === '1' ? `row_number() ${over(c)}` : `(row_number() ${over(c)} + ${start} - 1)`,
    'long',
  );
}

export const WINDOWS: FunctionTable = {
  row_number: rowNumber,
  prev: (c) => neighbour(c, 'lag'),
  next: (c) => neighbour(c, 'lead'),
  row_cumsum: runningSum,
  row_rank_dense: rank(true),
  row_rank_min: rank(false),
};
