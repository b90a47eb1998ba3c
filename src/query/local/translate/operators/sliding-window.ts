import type { BoundColumn, OperatorOf } from '../../../../kusto/tree';
import { bareScope } from '../bindings';
import { unnamed } from '../call';
import type { Column, Env, Relation, Translating } from '../context';
import { convert, dynamicSql } from '../convert';
import { columnRef, relation, scopeOf, settled } from '../relation';
import { ticksOf, type Value, value } from '../value';
import { emptyRelation } from './project';

/**
 * `evaluate sliding_window_counts(id, time, start, end, lookback, bin, dims…)`: for each bin from start to end, and each
 * combination of dims, the rows and the distinct ids of the bins that the lookback covers, its own included. Each row is
 * counted in as many windows as the lookback has bins.
 */
export function slidingWindowCounts(
  t: Translating,
  o: OperatorOf<'evaluate'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const r = settled(t, input);
  const [id, time, ...rest] = o.args.map((e, i) =>
    t.expression(unnamed(e), i >= 2 && i <= 5 ? bareScope(env) : scopeOf(r, env)),
  );
  const [start, end, lookback, bin, ...dims] = rest;
  if (!id || !time || !start || !end || !lookback || !bin || !/^(datetime|timespan|int|long)$/.test(time.type)) {
    t.refuse(
      o,
      'evaluate sliding_window_counts',
      'sliding_window_counts needs a time or whole numbers as its timeline.',
    );
    return emptyRelation(t, bound);
  }
  if (bin.type === 'string') {
    t.refuse(o, 'evaluate sliding_window_counts', 'sliding_window_counts by week, month or year is not run locally.');
    return emptyRelation(t, bound);
  }
  const span = time.type === 'datetime' ? 'timespan' : time.type;
  const [x, from, to] = [time, start, end].map((v) => whole(convert(v, time.type))) as [string, string, string];
  const [back, step] = [lookback, bin].map((v) => convert(v, span).sql) as [string, string];
  const names = { at: t.fresh('c'), id: t.fresh('c'), count: t.fresh('c'), dcount: t.fresh('c'), i: t.fresh('i') };
  const keys = dims.map((v) => ({ v, as: t.fresh('c') }));
  const bins = [
    `(${from} + ((${x} - ${from}) - k_mod(${x} - ${from}, ${step}))) AS ${names.at}`,
    `${id.type === 'dynamic' ? dynamicSql(id) : id.sql} AS ${names.id}`,
    ...keys.map((k) => `${k.v.type === 'dynamic' ? dynamicSql(k.v) : k.v.sql} AS ${k.as}`),
    `unnest(range((${back}) // (${step}))) AS ${names.i}`,
  ];
  const reached = [...r.where, `${x} > (${from}) - (${back})`, `${x} < (${to}) + (${step})`].join(' AND ');
  const rows = t.cte(`SELECT ${bins.join(', ')} FROM ${r.from} WHERE ${reached}`);
  const window = `${names.at} + ${names.i} * (${step})`;
  const group = [names.at, ...keys.map((k) => k.as)].map((_, i) => i + 1).join(', ');
  const list = [
    `${window} AS ${names.at}`,
    ...keys.map((k) => k.as),
    `count(*) AS ${names.count}`,
    `count(DISTINCT ${names.id}) AS ${names.dcount}`,
  ];
  const counted = t.cte(
    `SELECT ${list.join(', ')} FROM ${rows} WHERE ${window} BETWEEN ${from} AND ${to} GROUP BY ${group}`,
  );
  t.note('dcount is exact here; the cloud estimates it.');
  const long = (as: string): Value => value(as, 'long', { nullable: false });
  const made: Column[] = [
    columnRef('', names.at, value(names.at, time.type, { ticks: time.type === 'datetime' })),
    ...keys.map((k) => columnRef('', k.as, k.v)),
    columnRef('Count', names.count, long(names.count)),
    columnRef('Dcount', names.dcount, long(names.dcount)),
  ];
  return relation(
    counted,
    made.map((c, i) => ({ ...c, name: bound[i]?.name ?? c.name })),
  );
}

const whole = (v: Value): string => (v.type === 'datetime' ? ticksOf(v) : v.sql);
