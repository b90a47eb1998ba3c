import type { Cell, Dynamic, ResultColumn, ScalarType } from '../../../protocol/records';

/**
 * How KQL types live in DuckDB: the contract between the importer (which makes relations), the translator (which reads them)
 * and the connection (which decodes what comes out).
 *
 * In a relation:
 *
 * | KQL      | DuckDB    | rule |
 * |----------|-----------|------|
 * | bool     | BOOLEAN   | |
 * | int      | INTEGER   | |
 * | long     | BIGINT    | |
 * | real     | DOUBLE    | |
 * | decimal  | DOUBLE    | log tables have none to speak of; 15 digits are kept |
 * | string   | VARCHAR   | **never NULL**: a view gives '' for a missing text (KQL strings are never null) |
 * | datetime | TIMESTAMP | UTC, microseconds; or BIGINT ticks (`DatetimeForm`) where a seventh digit must be kept |
 * | timespan | BIGINT    | 100 ns |
 * | guid     | VARCHAR   | lower case, with hyphens; NULL where missing or broken |
 * | dynamic  | JSON      | SQL NULL where missing; a JSON null at the top is SQL NULL too |
 *
 * Why datetime is TIMESTAMP and not ticks: files that are read in place hold TIMESTAMP, and only a plain comparison of the
 * column is pushed into Parquet's row groups. `bin` over it costs less than `date_trunc` (integer arithmetic on
 * `epoch_us`, measured 38 against 46 ms CPU on 2M rows), so nothing is lost by it. Values that need the seventh digit
 * (literals, arithmetic in ticks) are BIGINT ticks inside the query; the translator knows the form of each expression.
 */
export const RELATION_TYPE: { readonly [T in ScalarType]: string } = {
  bool: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  real: 'DOUBLE',
  decimal: 'DOUBLE',
  string: 'VARCHAR',
  datetime: 'TIMESTAMP',
  timespan: 'BIGINT',
  guid: 'VARCHAR',
  dynamic: 'JSON',
};

/** `timestamp`: TIMESTAMP in UTC; `ticks`: BIGINT, 100 ns since 0001-01-01. */
export type DatetimeForm = 'timestamp' | 'ticks';

/** A table of the connection as the translator sees it. */
export interface TranslateTable {
  readonly name: string;
  readonly columns: readonly ResultColumn[];
  /** SQL to read from: a quoted view or table name. Column names are those of `columns`, in their case. */
  readonly relation: string;
  readonly timeColumn: string | null;
  readonly ingestionColumn: string | null;
  /** Physical form of datetime columns that are not TIMESTAMP. */
  readonly datetimeForms?: ReadonlyMap<string, DatetimeForm>;
  /** Columns of the relation that hold the text of a dynamic column as the file has it, which may be no JSON. */
  readonly jsonTexts?: ReadonlyMap<string, string>;
  /**
   * Of dynamic columns: columns of the relation that hold what `json_extract_string(column, path)` gives, by path. Paths are
   * spelled as `expressions/paths.ts` writes them: `$."a"[0]."b"`.
   */
  readonly pathTexts?: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Texts, and dynamics by their text, of which the files keep each distinct one once: see `Value.few`. */
  readonly fewTexts?: ReadonlySet<string>;
  /** Of dynamic columns whose fields are dear to read: what a query that reads one is told. */
  readonly fieldNotes?: ReadonlyMap<string, string>;
}

/**
 * Types of the final SELECT's columns: what `decodeCell` takes. The translator's last projection casts to them, whatever
 * the form inside the query.
 */
export const OUTPUT_TYPE: { readonly [T in ScalarType]: string } = {
  bool: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  real: 'DOUBLE',
  decimal: 'VARCHAR',
  string: 'VARCHAR',
  datetime: 'BIGINT',
  timespan: 'BIGINT',
  guid: 'VARCHAR',
  dynamic: 'VARCHAR',
};

/** A value as the DuckDB client gives it for `OUTPUT_TYPE`. */
export type OutputValue = null | boolean | number | bigint | string;

/** Turns a value of the final SELECT into a cell (see `protocol/records`). */
export function decodeCell(value: OutputValue | undefined, type: ScalarType): Cell {
  if (value === null || value === undefined) return type === 'string' ? '' : null;
  switch (type) {
    case 'bool':
      return Boolean(value);
    case 'int':
    case 'real':
      return Number(value);
    case 'long': {
      const n = Number(value);
      return Number.isSafeInteger(n) ? n : BigInt(value);
    }
    case 'datetime':
    case 'timespan':
      return BigInt(value);
    case 'dynamic':
      return decodeDynamic(String(value));
    default:
      return String(value);
  }
}

/** JSON text as a value; text that is no JSON (an infinite number has no JSON form) stays text. */
function decodeDynamic(text: string): Cell {
  try {
    const value = JSON.parse(text) as Dynamic;
    return LONG_NUMBER.test(text) ? exact(text, value) : value;
  } catch {
    return text;
  }
}

/** Numbers up to 2^53 have 16 digits at most: text without so many in a row needs no second reading. */
const LONG_NUMBER = /\d{16}/;
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

/**
 * The value again, with whole numbers of up to 38 digits that were rounded as bigint: they are marked as text, by a mark
 * that the value has not.
 */
function exact(text: string, rounded: Dynamic): Dynamic {
  const isRounded = (token: string) => /^-?\d{16,38}$/.test(token) && !Number.isSafeInteger(Number(token));
  const held = JSON.stringify(rounded);
  const mark = 'n'.repeat(1 + (held.match(/"n*/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0));
  const marked = text.replace(STRING_OR_NUMBER, (token) => (isRounded(token) ? `"${mark}${token}"` : token));
  if (marked === text) return rounded;
  const read = (_: string, v: unknown) =>
    typeof v === 'string' && v.startsWith(mark) ? BigInt(v.slice(mark.length)) : v;
  return JSON.parse(marked, read) as Dynamic;
}
