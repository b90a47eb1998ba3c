import type { Call, FunctionTable } from '../call';
import { convert, dynamicSql, textOf, unify } from '../convert';
import { combine } from '../expressions/arithmetic';
import { pair, truth } from '../expressions/compare';
import { literal, solid, text, type Value, value } from '../value';

/** Conditionals, null tests and what is known of types. */

function choose(c: Call, tests: readonly number[], results: readonly number[]): Value {
  const values = results.map((i) => c.value(i));
  const type = c.e.type === 'unknown' ? commonOf(values) : c.type;
  const { sql, ticks } = unify(values, type);
  const whens = tests.map((i, k) => `WHEN ${truth(c.value(i)).sql} THEN ${sql[k]}`);
  const nullable = values.some((v) => v.nullable || v.constant === null) && type !== 'string';
  return value(`(CASE ${whens.join(' ')} ELSE ${sql.at(-1)} END)`, type, {
    ticks: type === 'datetime' && ticks,
    nullable,
  });
}

/** The type of a choice that the binder left open. */
const commonOf = (values: readonly Value[]) => {
  const types = new Set(values.filter((v) => v.constant !== null).map((v) => v.type));
  return types.size === 1 ? [...types][0]! : 'dynamic';
};

const iff = (c: Call): Value => choose(c, [0], [1, 2]);

function caseOf(c: Call): Value {
  const tests: number[] = [];
  const results: number[] = [];
  for (let i = 0; i + 1 < c.count; i += 2) {
    tests.push(i);
    results.push(i + 1);
  }
  return choose(c, tests, [...results, c.count - 1]);
}

function coalesce(c: Call): Value {
  const values = c.values();
  const { sql, ticks } = unify(values, c.type);
  if (c.type === 'string') return solid(`coalesce(${sql.map((s) => `nullif(${s}, '')`).join(', ')}, '')`, 'string');
  return value(`coalesce(${sql.join(', ')})`, c.type, {
    ticks: c.type === 'datetime' && ticks,
    nullable: values.every((v) => v.nullable),
  });
}

function empty(c: Call, negative: boolean): Value {
  const v = c.value(0);
  const sql =
    v.type === 'string' || v.type === 'dynamic'
      ? `${textOf(v)} ${negative ? '<>' : '='} ''`
      : `${v.sql} IS ${negative ? 'NOT ' : ''}NULL`;
  return solid(`(${sql})`, 'bool');
}

function nullTest(c: Call, negative: boolean): Value {
  const v = c.value(0);
  if (v.type === 'string') return literal('bool', negative);
  return solid(`(${v.type === 'dynamic' ? dynamicSql(v) : v.sql} IS ${negative ? 'NOT ' : ''}NULL)`, 'bool');
}

function columnIfExists(c: Call): Value {
  const name = c.constantText(0);
  const found = name === undefined ? undefined : c.scope.column(name);
  return found ?? c.value(1);
}

function typeName(c: Call): Value {
  const v = c.value(0);
  if (v.type === 'dynamic') return solid(`k_type_name(${dynamicSql(v)})`, 'string');
  return literal('string', v.type);
}

/** max_of and min_of skip nulls. */
function extreme(c: Call, name: 'greatest' | 'least'): Value {
  const { sql, ticks } = unify(c.values(), c.type);
  if (c.type === 'real') {
    const nan = sql.map((s) => `coalesce(isnan(${s}), false)`).join(' OR ');
    return c.result(`(CASE WHEN ${nan} THEN 'nan'::DOUBLE ELSE ${name}(${sql.join(', ')}) END)`);
  }
  return c.result(`${name}(${sql.join(', ')})`, c.type, { ticks: c.type === 'datetime' && ticks });
}

/** A condition that the query ends at where it is false, with the message. */
function asserted(c: Call): Value {
  const test = truth(c.value(0));
  const message = `assert() has failed with message: '${c.constantText(1) ?? ''}'`;
  if (test.constant === true) return literal('bool', true);
  if (test.constant !== undefined) return c.refuse(message);
  return solid(`(CASE WHEN ${test.sql} THEN true ELSE error(${text(message)}) END)`, 'bool');
}

export const LOGIC: FunctionTable = {
  iff,
  iif: iff,
  case: caseOf,
  coalesce,
  isempty: (c) => empty(c, false),
  isnotempty: (c) => empty(c, true),
  notempty: (c) => empty(c, true),
  isnull: (c) => nullTest(c, false),
  isnotnull: (c) => nullTest(c, true),
  notnull: (c) => nullTest(c, true),
  not: (c) => value(`(NOT ${truth(c.value(0)).sql})`, 'bool', { nullable: c.value(0).nullable }),
  column_ifexists: columnIfExists,
  columnifexists: columnIfExists,
  gettype: typeName,
  max_of: (c) => extreme(c, 'greatest'),
  min_of: (c) => extreme(c, 'least'),
  isnan: (c) => value(`isnan(${convert(c.value(0), 'real').sql})`, 'bool'),
  isinf: (c) => value(`isinf(${convert(c.value(0), 'real').sql})`, 'bool'),
  isfinite: (c) => value(`isfinite(${convert(c.value(0), 'real').sql})`, 'bool'),
  isascii: (c) => solid(`regexp_full_match(${c.text(0)}, '[\\x00-\\x7f]*')`, 'bool'),
  around: (c) => {
    const [v, center, delta] = [c.value(0), c.value(1), c.value(2)];
    const low = combine('-', center, delta, center.type, c.scope.grouped);
    const high = combine('+', center, delta, center.type, c.scope.grouped);
    const [above, below] = [pair(v, low), pair(v, high)];
    return value(`(${above.a} >= ${above.b} AND ${below.a} <= ${below.b})`, 'bool');
  },
  isutf8: () => literal('bool', true),
  has_any_index: (c) => solid(`k_has_any_index(${c.text(0)}, ${c.json(1)})`, 'long'),
  assert: asserted,
  iscolumnexists: (c) => {
    const name = c.constantText(0);
    return name === undefined
      ? c.refuse('iscolumnexists needs a constant name.')
      : literal('bool', c.scope.column(name) !== undefined);
  },
  ingestion_time: (c) => {
    if (c.scope.ingestion) return c.scope.ingestion;
    c.t.note('ingestion_time() is null here: the table has no ingestion time column.');
    return value('NULL::BIGINT', 'datetime', { constant: null });
  },
  current_cluster_endpoint: () => literal('string', 'local'),
  current_database: () => literal('string', 'local'),
  current_principal: () => literal('string', ''),
};
