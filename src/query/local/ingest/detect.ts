import type { ScalarType } from '../../../protocol/records';
import type { Database } from '../duckdb/database';

/** A column of text whose type is asked. */
export interface TextColumn {
  readonly sql: string;
  /** True where the source writes it between quotes: then it is no number and no bool. */
  readonly quoted: boolean;
}

const SAMPLE = 20_000;

/** Tests of a text for a type, the narrowest first. Leading zeros and plus signs are identifiers, not numbers. */
const TESTS: readonly (readonly [ScalarType, (x: string) => string])[] = [
  ['bool', (x) => `lower(${x}) IN ('true', 'false')`],
  ['long', (x) => `regexp_full_match(${x}, '-?(0|[1-9][0-9]{0,17})')`],
  ['real', (x) => `regexp_full_match(${x}, '-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?')`],
  [
    'datetime',
    (x) =>
      `(regexp_matches(${x}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:|$)') AND TRY_CAST(${x} AS TIMESTAMP) IS NOT NULL)`,
  ],
  ['dynamic', (x) => `(${x}[1:1] IN ('{', '[') AND json_valid(${x}))`],
];

/**
 * Types of columns that no catalogue describes. A sample proposes, the whole decides: a type is given only when every value
 * has it, so that no value is lost.
 */
export async function detectTypes(
  database: Database,
  relation: string,
  columns: readonly TextColumn[],
): Promise<ScalarType[]> {
  if (columns.length === 0) return [];
  const proposed = await passing(
    database,
    `(SELECT * FROM ${relation} LIMIT ${SAMPLE})`,
    columns,
    columns.map((c) => TESTS.filter(([type]) => !c.quoted || type === 'datetime' || type === 'dynamic')),
  );
  const decided = await passing(database, relation, columns, proposed);
  return decided.map((tests) => tests[0]?.[0] ?? 'string');
}

type Tests = (typeof TESTS)[number][];

/** Which tests all non-empty values of each column pass; none where a column has no value. */
async function passing(
  database: Database,
  relation: string,
  columns: readonly TextColumn[],
  tests: readonly (readonly (typeof TESTS)[number][])[],
): Promise<Tests[]> {
  const asked = columns.flatMap((c, i) => tests[i]!.map((test) => ({ column: i, test, sql: c.sql })));
  if (asked.length === 0) return columns.map(() => []);
  const expressions = asked.map(({ test, sql }) => `bool_and(${test[1](sql)}) FILTER (${sql} <> '')`);
  const [row] = await database.rows(`SELECT ${expressions.join(', ')} FROM ${relation}`);
  return columns.map((_, i) => asked.flatMap((a, k) => (a.column === i && row?.[k] === true ? [a.test] : [])));
}
