import type { ScalarType } from '../../../protocol/records';
import type { Database } from '../duckdb/database';

/** A column of text whose type is asked. */
export interface TextColumn {
  readonly sql: string;
  /** True where the source writes it between quotes: then it is no number and no bool. */
  readonly quoted: boolean;
}

/** The type of a column, by its values. */
export interface DetectedType {
  readonly type: ScalarType;
  /** Values that are none of that type and so are lost; null where there is none. */
  readonly wrong: WrongValues | null;
  /** Where a column is text though most of its values are times: those that are none. */
  readonly nearlyTimes: WrongValues | null;
}

export interface WrongValues {
  readonly count: number;
  /** Values that are not empty, the wrong ones among them. */
  readonly of: number;
  /** One of them. */
  readonly example: string;
  /** True where all of them are the same. */
  readonly alike: boolean;
}

const SAMPLE = 20_000;
/** Tests in one statement: thousands of columns times five tests would be more than the engine holds. */
const MOST_TESTS = 250;

interface Test {
  readonly type: ScalarType;
  readonly passes: (x: string) => string;
  /** Whether a column is of the type though some of its values are not. */
  readonly tolerates: (wrong: WrongValues) => boolean;
}

const none = () => false;
/** One value in a hundred, or a single slip. */
const few = ({ count, of }: WrongValues) => count * 100 <= of || (count === 1 && of >= 20);
/** Codes look like numbers until one has a letter: several kinds of other values are no slip, one is (`-`, `N/A`). */
const fewAlike = (wrong: WrongValues) => wrong.alike && few(wrong);

/** Tests of a text for a type, the narrowest first. Leading zeros and plus signs are identifiers, not numbers. */
const TESTS: readonly Test[] = [
  { type: 'bool', passes: (x) => `lower(${x}) IN ('true', 'false')`, tolerates: none },
  // Patterns without counted repeats: thousands of them are compiled where a table has thousands of columns.
  {
    type: 'long',
    passes: (x) => `(regexp_full_match(${x}, '-?(0|[1-9][0-9]*)') AND TRY_CAST(${x} AS BIGINT) IS NOT NULL)`,
    tolerates: fewAlike,
  },
  {
    type: 'real',
    // Whole numbers of more digits than a real keeps are identifiers.
    passes: (x) =>
      `(regexp_full_match(${x}, '-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?') AND (strlen(${x}) <= 18 OR regexp_matches(${x}, '[.eE]')))`,
    tolerates: fewAlike,
  },
  {
    type: 'datetime',
    passes: (x) =>
      `(regexp_matches(${x}, '^[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}([T ][0-9]{2}:|$)') AND TRY_CAST(${x} AS TIMESTAMP) IS NOT NULL)`,
    tolerates: few,
  },
  { type: 'dynamic', passes: (x) => `(${x}[1:1] IN ('{', '[') AND json_valid(${x}))`, tolerates: none },
];

interface Tested {
  readonly test: Test;
  readonly wrong: WrongValues;
}

/**
 * Types of columns that no catalogue describes. A sample proposes, the whole decides: a type is given when every value has
 * it, else when so few have not that they are slips; which these are is told, so that no value is lost unsaid.
 */
export async function detectTypes(
  database: Database,
  relation: string,
  columns: readonly TextColumn[],
): Promise<DetectedType[]> {
  if (columns.length === 0) return [];
  const sampled = await run(
    database,
    `(SELECT * FROM ${relation} LIMIT ${SAMPLE})`,
    columns,
    columns.map((c) => TESTS.filter(({ type }) => !c.quoted || type === 'datetime' || type === 'dynamic')),
  );
  const proposed = sampled.map((tests) => tests.filter(possible));
  const whole = await run(
    database,
    relation,
    columns,
    proposed.map((tests) => tests.map((t) => t.test)),
  );
  return whole.map((tests) => decide(tests.filter(possible)));
}

const possible = ({ test, wrong }: Tested): boolean =>
  wrong.count === 0 || test.tolerates(wrong) || nearly({ test, wrong });
/** Most values are times: a reader expects a column of times. */
const nearly = ({ test, wrong }: Tested): boolean => test.type === 'datetime' && wrong.count * 10 <= wrong.of;

function decide(possible: readonly Tested[]): DetectedType {
  const allowed = possible.filter(({ test, wrong }) => wrong.count === 0 || test.tolerates(wrong));
  const least = Math.min(...allowed.map((t) => t.wrong.count));
  const best = allowed.find((t) => t.wrong.count === least);
  const almost = possible.find(nearly)?.wrong ?? null;
  if (!best) return { type: 'string', wrong: null, nearlyTimes: almost };
  return { type: best.test.type, wrong: least === 0 ? null : best.wrong, nearlyTimes: null };
}

/** How many values of each column fail each of its tests; a column without a value has no tests. */
async function run(
  database: Database,
  relation: string,
  columns: readonly TextColumn[],
  tests: readonly (readonly Test[])[],
): Promise<Tested[][]> {
  const asked = columns.flatMap((c, column) => tests[column]!.map((test) => ({ column, test, sql: c.sql })));
  const counted = await figuresOf(database, relation, asked, ({ test, sql }) => [
    `count(*) FILTER (${sql} <> '')`,
    `count(*) FILTER (${sql} <> '' AND NOT ${test.passes(sql)})`,
  ]);
  const tested = asked.map((a, k): Asked & Tested => {
    const [of, count] = counted[k]!.map(Number) as [number, number];
    return { ...a, wrong: { of, count, example: '', alike: true } };
  });
  // Which values are wrong matters only where they are few.
  const open = tested.filter((t) => t.wrong.count > 0 && possible(t));
  const ends = await figuresOf(database, relation, open, ({ test, sql }) => {
    const wrong = `FILTER (${sql} <> '' AND NOT ${test.passes(sql)})`;
    return [`min(${sql}) ${wrong}`, `max(${sql}) ${wrong}`];
  });
  const known = tested.map((t): Asked & Tested => {
    const [low, high] = ends[open.indexOf(t)] ?? [];
    return low == null ? t : { ...t, wrong: { ...t.wrong, example: String(low), alike: low === high } };
  });
  return columns.map((_, i) => known.filter((t) => t.column === i && t.wrong.of > 0));
}

interface Asked {
  readonly column: number;
  readonly test: Test;
  readonly sql: string;
}

/** Figures of each test, in statements that the engine can hold. */
async function figuresOf(
  database: Database,
  relation: string,
  asked: readonly Asked[],
  figures: (asked: Asked) => readonly string[],
): Promise<unknown[][]> {
  const out: unknown[][] = [];
  for (let from = 0; from < asked.length; from += MOST_TESTS) {
    const wanted = asked.slice(from, from + MOST_TESTS).map(figures);
    const [row = []] = await database.rows(`SELECT ${wanted.flat().join(', ')} FROM ${relation}`);
    let at = 0;
    for (const { length } of wanted) {
      out.push(row.slice(at, at + length));
      at += length;
    }
  }
  return out;
}
