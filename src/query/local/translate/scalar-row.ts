import { dynamicSql } from './convert';
import { MACROS_WITH_LAMBDA } from './prelude';
import { type Value, value } from './value';

/**
 * The value of `toscalar` stands in SQL as a subquery, and DuckDB plans none inside a lambda, of which many functions of lists are
 * made. There the values of an expression become columns of a row of its own, since a lambda may name columns.
 */

/** How the value of `toscalar` is read from its table. */
export const readScalar = (table: string): string => `(SELECT v FROM ${table})`;

const SCALAR = /\(SELECT v FROM \w+\)/;
const LAMBDA = new RegExp(`\\b(?:lambda|${[...MACROS_WITH_LAMBDA].join('|')})\\b`);

/** True where SQL may read the value of a `toscalar` inside a lambda. */
export const isScalarInLambda = (sql: string): boolean => SCALAR.test(sql) && LAMBDA.test(sql);

/** What `make` makes of values, as a subquery in which those that are no constants are columns. */
export function inRow(
  values: readonly Value[],
  fresh: () => string,
  make: (columns: readonly Value[]) => string,
): string {
  const row: string[] = [];
  const columns = values.map((v): Value => {
    // A literal stays where it is: many functions want one.
    if (v.constant !== undefined || v.json !== undefined) return v;
    const as = fresh();
    row.push(`${v.path ? dynamicSql(v) : v.sql} AS ${as}`);
    return value(as, v.type, { ticks: v.ticks, nullable: v.nullable });
  });
  return `(SELECT ${make(columns)} FROM (SELECT ${row.join(', ')}))`;
}
