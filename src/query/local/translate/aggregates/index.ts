import type { Call, FunctionRule, FunctionTable } from '../call';
import { convert, dynamicSql, jsonOf } from '../convert';
import { truth } from '../expressions/compare';
import { orderSql } from '../relation';
import { ticksOf, type Value, value } from '../value';

/** Aggregates with one result; those with several columns are in `several.ts`. */

/** `FILTER (WHERE …)` of the `…if` forms. */
const filter = (c: Call, i: number | undefined): string =>
  i === undefined ? '' : ` FILTER (WHERE ${truth(c.value(i)).sql})`;

const isInteger = (v: Value) => v.type === 'long' || v.type === 'int';

function sum(c: Call, test?: number): Value {
  const v = c.value(0);
  const f = filter(c, test);
  if (isInteger(v)) return value(`k_wrap(coalesce(sum(${v.sql})${f}, 0))`, 'long', { nullable: false });
  if (v.type === 'timespan') return value(`k_wrap(coalesce(sum(${v.sql})${f}, 0))`, 'timespan', { nullable: false });
  if (v.type === 'bool') return value(`k_wrap(coalesce(sum((${v.sql})::INTEGER)${f}, 0))`, 'long', { nullable: false });
  const type = v.type === 'decimal' ? 'decimal' : 'real';
  const total = value(`coalesce(sum(${convert(v, 'real').sql})${f}, 0)`, type, { nullable: false });
  return v.type === 'dynamic' && c.type === 'long' ? convert(total, 'long') : total;
}

function avg(c: Call, test?: number): Value {
  const v = c.value(0);
  const f = filter(c, test);
  if (v.type === 'timespan') return value(`(avg(${v.sql})${f})::BIGINT`, 'timespan');
  if (v.type === 'datetime') return value(`(avg(${ticksOf(v)}::HUGEINT)${f})::BIGINT`, 'datetime');
  return value(
    `coalesce(avg(${convert(v, 'real').sql})${f}, 'nan'::DOUBLE)`,
    v.type === 'decimal' ? 'decimal' : 'real',
    { nullable: false },
  );
}

function extreme(c: Call, name: 'min' | 'max', test?: number): Value {
  const v = c.value(0);
  const f = filter(c, test);
  const sql = `${name}(${v.type === 'dynamic' ? dynamicSql(v) : v.sql})${f}`;
  if (v.type === 'string') return value(`coalesce(${sql}, '')`, 'string', { nullable: false });
  // DuckDB puts NaN above all numbers; here it wins on both sides.
  if (name === 'min' && v.type === 'real') {
    return value(`(CASE WHEN bool_or(isnan(${v.sql}))${f} THEN 'nan'::DOUBLE ELSE ${sql} END)`, 'real');
  }
  return value(sql, v.type, { ticks: v.ticks });
}

function distinctCount(c: Call, test?: number): Value {
  c.t.note('dcount is exact here; the cloud estimates it.');
  const v = c.value(0);
  return value(`count(DISTINCT ${v.type === 'dynamic' ? dynamicSql(v) : v.sql})${filter(c, test)}`, 'long', {
    nullable: false,
  });
}

/** `list(x ORDER BY …)`, so that a list keeps the order of the rows. */
function listed(c: Call, sql: string, tests: readonly string[], distinct: boolean): string {
  const order = c.scope.window.order.length && !distinct ? ` ORDER BY ${orderSql(c.scope.window.order)}` : '';
  const f = tests.length ? ` FILTER (WHERE ${tests.join(' AND ')})` : '';
  return `list(${distinct ? 'DISTINCT ' : ''}${sql}${order})${f}`;
}

/** make_list and make_set: nulls are dropped, '' is kept, nothing gives []. */
function collect(
  c: Call,
  options: { readonly set?: boolean; readonly test?: number; readonly limit?: number; readonly nulls?: boolean },
): Value {
  const v = c.value(0);
  const flat = v.type === 'string' || isInteger(v) || v.type === 'bool' || v.type === 'guid';
  const sql = flat ? v.sql : jsonOf(v);
  const tests = [
    ...(options.test === undefined ? [] : [truth(c.value(options.test)).sql]),
    ...(v.nullable && !options.nulls ? [`${v.type === 'dynamic' ? dynamicSql(v) : v.sql} IS NOT NULL`] : []),
  ];
  const list = listed(c, sql, tests, options.set === true);
  const most = options.limit === undefined || options.limit >= c.count ? undefined : sizeOf(c, options.limit);
  if (most === null) return c.refuse(`${c.e.name} needs a constant size.`);
  const cut = most === undefined ? list : `(${list})[1:${most}]`;
  // Arrays among the values are joined, item by item.
  const json = flat
    ? `to_json(${cut})`
    : v.type === 'dynamic'
      ? `k_flat_array(${cut}, ${options.set === true})`
      : `k_array(${cut})`;
  const texts = v.type === 'string' ? { list: `coalesce(${cut}, [])` } : {};
  return value(`coalesce(${json}, '[]'::JSON)`, 'dynamic', { nullable: false, ...texts });
}

/** The most that a list may hold: a number, or what is worked out once for all rows; null where each row has its own. */
function sizeOf(c: Call, i: number): number | string | null {
  const known = c.constantLong(i);
  if (known !== undefined) return known;
  return readsRows(c.e.args[i]) ? null : `(${convert(c.value(i), 'long').sql})`;
}

/** True where an expression names a column; what a query within it reads is its own affair. */
function readsRows(e: unknown): boolean {
  if (Array.isArray(e)) return e.some(readsRows);
  if (typeof e !== 'object' || e === null) return false;
  if ('kind' in e && (e.kind === 'column' || e.kind === 'tabular')) return e.kind === 'column';
  return Object.values(e).some(readsRows);
}

function makeBag(c: Call, test?: number): Value {
  const v = c.value(0);
  const list = listed(
    c,
    dynamicSql(v),
    [`json_type(${dynamicSql(v)}) = 'OBJECT'`, ...(test === undefined ? [] : [truth(c.value(test)).sql])],
    false,
  );
  return value(`coalesce(k_bag_merge(${list}), '{}'::JSON)`, 'dynamic', { nullable: false });
}

/** Any value of the group, a non-null one where there is one. */
function anyValue(c: Call, test?: number): Value {
  const v = c.value(0);
  const sql = `any_value(${v.type === 'dynamic' ? dynamicSql(v) : v.sql})${filter(c, test)}`;
  return v.type === 'string'
    ? value(`coalesce(${sql}, '')`, 'string', { nullable: false })
    : value(sql, v.type, { ticks: v.ticks });
}

/** The engine keeps ten decimals of a variance, and its root is taken of that. */
const spread =
  (sql: string, root: boolean, test?: number): FunctionRule =>
  (c) => {
    const x = convert(c.value(0), 'real').sql;
    const tests = [`isfinite(${x})`, ...(test === undefined ? [] : [truth(c.value(test)).sql])];
    const finite = `coalesce(round(${sql}(${x}) FILTER (WHERE ${tests.join(' AND ')}), 10), 0)`;
    const broken = `bool_or(NOT isfinite(${x}))${filter(c, test)}`;
    const variance =
      c.value(0).type === 'real' ? `(CASE WHEN ${broken} THEN 'nan'::DOUBLE ELSE ${finite} END)` : finite;
    return value(root ? `sqrt(${variance})` : variance, 'real', { nullable: false });
  };

/** The nearest rank, as the engine gives it on small sets. */
export function percentileSql(v: Value, percent: string, filterSql = ''): Value {
  const type = v.type === 'dynamic' ? 'real' : v.type;
  const x = convert(v, type);
  return value(`quantile_disc(${x.sql}, least(greatest((${percent}) / 100.0, 0), 1))${filterSql}`, type, {
    ticks: x.ticks,
  });
}

/** DuckDB takes constant percentages only. */
function percentile(c: Call): Value {
  const percent = c.constantLong(1);
  if (percent === undefined) return c.refuse(`${c.e.name} needs a constant percentage.`);
  return percentileSql(c.value(0), String(percent));
}

/** Constant percentages, in one dynamic array or one by one from an argument on; undefined where one is not constant. */
export function percentages(c: Call, from: number): readonly number[] | undefined {
  const json = from < c.count ? c.value(from).json : undefined;
  const given: unknown =
    json === undefined
      ? c
          .values()
          .slice(from)
          .map((_, i) => c.constantLong(from + i))
      : JSON.parse(json);
  return Array.isArray(given) && given.every((p) => typeof p === 'number') ? (given as number[]) : undefined;
}

/** The smallest value at which the weights of all up to it reach the percentage of their sum. */
export function weightedPercentileSql(c: Call, percent: number): Value {
  const v = c.value(0);
  const x = convert(v, v.type === 'dynamic' ? 'real' : v.type);
  const weight = c.as(1, 'real');
  const share = Math.min(Math.max(percent, 0), 100) / 100;
  const f = ` FILTER (WHERE ${x.sql} IS NOT NULL AND ${weight} > 0)`;
  const pairs = `list({'v': ${x.sql}, 'w': ${weight}})${f}`;
  return value(`k_weighted_rank(${pairs}, sum(${weight})${f} * ${share})`, x.type, { ticks: x.ticks });
}

function percentileArray(c: Call, weighted: boolean): Value {
  const percents = percentages(c, weighted ? 2 : 1);
  if (!percents) return c.refuse(`${c.e.name} needs constant percentages.`);
  const ranks = percents.map((p) => (weighted ? weightedPercentileSql(c, p) : percentileSql(c.value(0), String(p))));
  return value(`json_array(${ranks.map(jsonOf).join(', ')})`, 'dynamic');
}

const EXACT_SKETCH =
  'Sketches hold every value here and are exact; the cloud estimates, and prints its sketches otherwise.';

/** `hll`: the distinct values themselves. */
function distinctSketch(c: Call, test?: number): Value {
  c.t.note(EXACT_SKETCH);
  const x = jsonOf(c.value(0));
  const tests = [`${x} IS NOT NULL`, ...(test === undefined ? [] : [truth(c.value(test)).sql])];
  return value(`coalesce(k_array(list(DISTINCT ${x}) FILTER (WHERE ${tests.join(' AND ')})), '[]'::JSON)`, 'dynamic');
}

/** `tdigest`: the values themselves, each as often as its weight says. */
function valueSketch(c: Call): Value {
  c.t.note(EXACT_SKETCH);
  if (c.count > 1 && c.constantLong(1) !== 1) return c.refuse('tdigest with weights is not run locally.');
  const x = c.as(0, 'real');
  return value(`to_json(coalesce(list(${x}) FILTER (WHERE ${x} IS NOT NULL), []))`, 'dynamic');
}

const mergedSketches =
  (unique: boolean): FunctionRule =>
  (c) => {
    const all = `flatten(coalesce(list(k_list(${c.json(0)})) FILTER (WHERE k_is_array(${c.json(0)})), []))`;
    return value(`k_array(${unique ? `k_unique(${all})` : all})`, 'dynamic');
  };

const bitwise =
  (sql: string): FunctionRule =>
  (c) =>
    value(`${sql}(${c.as(0, 'long')})`, 'long');

const RULES: FunctionTable = {
  count: () => value('count(*)', 'long', { nullable: false }),
  countif: (c) => value(`count(*) FILTER (WHERE ${truth(c.value(0)).sql})`, 'long', { nullable: false }),
  sum: (c) => sum(c),
  sumif: (c) => sum(c, 1),
  avg: (c) => avg(c),
  avgif: (c) => avg(c, 1),
  min: (c) => extreme(c, 'min'),
  max: (c) => extreme(c, 'max'),
  minif: (c) => extreme(c, 'min', 1),
  maxif: (c) => extreme(c, 'max', 1),
  dcount: (c) => distinctCount(c),
  dcountif: (c) => distinctCount(c, 1),
  count_distinct: (c) => distinctCount(c),
  count_distinctif: (c) => distinctCount(c, 1),
  make_list: (c) => collect(c, { limit: 1 }),
  makelist: (c) => collect(c, { limit: 1 }),
  make_list_if: (c) => collect(c, { test: 1, limit: 2 }),
  make_list_with_nulls: (c) => collect(c, { nulls: true }),
  make_set: (c) => collect(c, { set: true, limit: 1 }),
  makeset: (c) => collect(c, { set: true, limit: 1 }),
  make_set_if: (c) => collect(c, { set: true, test: 1, limit: 2 }),
  make_bag: (c) => makeBag(c),
  make_dictionary: (c) => makeBag(c),
  make_bag_if: (c) => makeBag(c, 1),
  take_any: (c) => anyValue(c),
  any: (c) => anyValue(c),
  take_anyif: (c) => anyValue(c, 1),
  anyif: (c) => anyValue(c, 1),
  stdev: spread('var_samp', true),
  stdevif: spread('var_samp', true, 1),
  stdevp: spread('var_pop', true),
  variance: spread('var_samp', false),
  varianceif: spread('var_samp', false, 1),
  variancep: spread('var_pop', false),
  stdevpif: spread('var_pop', true, 1),
  variancepif: spread('var_pop', false, 1),
  percentile,
  percentile_approx: percentile,
  percentiles_array: (c) => percentileArray(c, false),
  percentilew: (c) => {
    const percent = c.constantLong(2);
    return percent === undefined
      ? c.refuse('percentilew needs a constant percentage.')
      : weightedPercentileSql(c, percent);
  },
  percentilesw_array: (c) => percentileArray(c, true),
  hll: (c) => distinctSketch(c),
  hll_if: (c) => distinctSketch(c, 1),
  hll_merge: mergedSketches(true),
  tdigest: valueSketch,
  tdigest_merge: mergedSketches(false),
  merge_tdigest: mergedSketches(false),
  binary_all_and: bitwise('bit_and'),
  binary_all_or: bitwise('bit_or'),
  binary_all_xor: bitwise('bit_xor'),
  covariance: (c) => value(`covar_samp(${c.as(0, 'real')}, ${c.as(1, 'real')})`, 'real'),
  covarianceif: (c) => value(`covar_samp(${c.as(0, 'real')}, ${c.as(1, 'real')})${filter(c, 2)}`, 'real'),
  covariancepif: (c) => value(`covar_pop(${c.as(0, 'real')}, ${c.as(1, 'real')})${filter(c, 2)}`, 'real'),
  covariancep: (c) => value(`covar_pop(${c.as(0, 'real')}, ${c.as(1, 'real')})`, 'real'),
};

const AGGREGATES: ReadonlyMap<string, FunctionRule> = new Map(Object.entries(RULES));

export const aggregateRule = (name: string): FunctionRule | undefined => AGGREGATES.get(name.toLowerCase());
