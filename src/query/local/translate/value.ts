import { EPOCH_TICKS, type Ticks } from '../../../base/time';
import type { LiteralValue } from '../../../kusto/tree';
import type { ScalarType } from '../../../protocol/records';

/** One scalar expression in SQL, with what the translator knows of it. */
export interface Value {
  readonly sql: string;
  readonly type: ScalarType;
  /** False where the SQL can never be NULL: texts, counts, constants. */
  readonly nullable: boolean;
  /** A datetime's physical form: BIGINT ticks, else TIMESTAMP. */
  readonly ticks: boolean;
  /** Known when translating; undefined where it depends on rows. */
  readonly constant?: LiteralValue;
  /** A dynamic that is known when translating, as JSON text. */
  readonly json?: string;
  /** long arithmetic not yet closed: the same in HUGEINT, to wrap as 64-bit integers do. */
  readonly wide?: string;
  /** A dynamic path not yet read: a JSON expression and a JSON path into it, so that text is read in one step. */
  readonly path?: {
    readonly base: string;
    readonly steps: string;
    readonly source?: string;
    readonly few?: boolean;
    readonly texts?: ReadonlyMap<string, string>;
  };
  /**
   * Text that a dynamic was made of, before anything checked that it is JSON. A path is read from it in one step, where
   * `sql` would parse all of it twice first; text that is no JSON has no paths.
   */
  readonly source?: string;
  /**
   * Of a text, or of a dynamic by its `source`: read from dictionaries that hold each distinct text once. What cannot fail and reads
   * nothing else is worked out once for each of them, not for each row.
   */
  readonly few?: boolean;
  /** Of a dynamic whose import kept the texts of some paths beside it: JSON path → SQL of that text. */
  readonly texts?: ReadonlyMap<string, string>;
  /** Of a dynamic whose fields are dear to read: what a query that reads one is told. */
  readonly fieldNote?: string;
  /** Of an array of texts: the same as a list of DuckDB's, for what need not go through JSON. */
  readonly list?: string;
  /** Of a dynamic that is a text or null: the same as VARCHAR. */
  readonly plain?: string;
  /** Of a datetime in bins: the number of its bin, which is cheaper to group by than its time, and how that is got back from it. */
  readonly slot?: Slot;
  /** True where the engine's own type differs from the binder's: it is kept. */
  readonly own?: boolean;
  /** A column of what the current SELECT reads, or a constant: free to repeat. */
  readonly simple?: boolean;
}

export interface Slot {
  readonly sql: string;
  /** The bin's start as TIMESTAMP, of the SQL of its number. */
  readonly time: (slot: string) => string;
}

export const SQL_TYPE: { readonly [T in ScalarType]: string } = {
  bool: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  real: 'DOUBLE',
  decimal: 'DOUBLE',
  string: 'VARCHAR',
  datetime: 'BIGINT',
  timespan: 'BIGINT',
  guid: 'VARCHAR',
  dynamic: 'JSON',
};

/** Type of the SQL of a value, its physical form included. */
export const sqlType = (v: Pick<Value, 'type' | 'ticks'>): string =>
  v.type === 'datetime' && !v.ticks ? 'TIMESTAMP' : SQL_TYPE[v.type];

export const ident = (name: string): string => `"${name.replace(/"/g, '""')}"`;

/** A text literal; NUL cannot stand in SQL text. */
export function text(s: string): string {
  const parts = s.split('\0').map((p) => `'${p.replace(/'/g, "''")}'`);
  return parts.length === 1 ? parts[0]! : `(${parts.join('||chr(0)||')})`;
}

export const value = (sql: string, type: ScalarType, extra: Partial<Value> = {}): Value => ({
  sql,
  type,
  nullable: type !== 'string',
  ticks: type === 'datetime',
  ...extra,
});

/** A value that never is NULL. */
export const solid = (sql: string, type: ScalarType, extra: Partial<Value> = {}): Value =>
  value(sql, type, { nullable: false, ...extra });

export const nullOf = (type: ScalarType): Value =>
  type === 'string' ? literal('string', '') : value(`NULL::${SQL_TYPE[type]}`, type, { constant: null, simple: true });

const MAX_TICKS = 3_155_378_975_999_999_999n;

/** A constant of a type; constants keep their value, so that arithmetic on them needs no SQL. */
export function literal(type: ScalarType, v: LiteralValue): Value {
  if (v === null) return nullOf(type);
  const known = { constant: v, simple: true };
  switch (type) {
    case 'string':
      return solid(text(String(v)), type, known);
    case 'guid':
      return solid(text(String(v)), type, known);
    case 'bool':
      return solid(v ? 'true' : 'false', type, known);
    case 'int':
      return solid(`${Number(v) < 0 ? `(${v})` : v}::INTEGER`, type, known);
    case 'long':
      return solid(longSql(BigInt(v as bigint)), type, known);
    case 'timespan':
      return solid(longSql(BigInt(v as bigint)), type, known);
    case 'real':
      return solid(realSql(Number(v)), type, known);
    case 'decimal':
      return solid(realSql(Number(v)), type, known);
    case 'datetime':
      return datetime(BigInt(v as bigint));
    default:
      return solid(`${text(String(v))}::JSON`, type, { simple: true });
  }
}

/** -2^63 cannot be written as a negated literal. */
const longSql = (n: bigint): string =>
  n === -(2n ** 63n) ? '(-9223372036854775807::BIGINT - 1)' : `${n < 0n ? `(${n})` : n}::BIGINT`;

function realSql(n: number): string {
  if (Number.isNaN(n)) return "'nan'::DOUBLE";
  if (!Number.isFinite(n)) return n > 0 ? "'infinity'::DOUBLE" : "'-infinity'::DOUBLE";
  return Object.is(n, -0) ? "'-0.0'::DOUBLE" : `${n < 0 ? `(${n})` : n}::DOUBLE`;
}

/** A constant datetime: TIMESTAMP where microseconds hold it, so that filters on files are pushed down. */
export function datetime(ticks: Ticks): Value {
  if (ticks < 0n || ticks > MAX_TICKS) return nullOf('datetime');
  const known = { constant: ticks, simple: true };
  if (ticks % 10n !== 0n) return solid(`${ticks}::BIGINT`, 'datetime', { ...known, ticks: true });
  return solid(`TIMESTAMP '${timestampText(ticks)}'`, 'datetime', { ...known, ticks: false });
}

function timestampText(ticks: Ticks): string {
  const since = ticks - EPOCH_TICKS;
  const seconds = since >= 0n ? since / 10_000_000n : (since - 9_999_999n) / 10_000_000n;
  const micros = (since - seconds * 10_000_000n) / 10n;
  const date = new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return micros ? `${date}.${micros.toString().padStart(6, '0')}` : date;
}

/** What DuckDB does not let stand inside TRY. */
export const UNTRIABLE = /\bSELECT\b|\bOVER\b|\brandom\(|\buuid\(/;

/**
 * Reads JSON out of a text that may be none: '' and what does not parse are NULL, without a cost where all parse. `then` goes on
 * with what was read.
 */
export function tried(
  { source, few }: { readonly source: string; readonly few?: boolean | undefined },
  read: (json: string) => string,
  then: (sql: string, text: string) => string = (sql) => sql,
): string {
  const once = (x: string) => then(`TRY(${read(`nullif(${x}, '')`)})`, x);
  // Reading JSON may fail and would be done for each row; a function with a lambda cannot.
  return few ? `list_transform([${source}], lambda j: ${once('j')})[1]` : once(source);
}

/** A constant dynamic from JSON text. */
export const dynamic = (json: string): Value =>
  json === 'null' ? { ...nullOf('dynamic'), json } : solid(`${text(json)}::JSON`, 'dynamic', { json, simple: true });

/** BIGINT ticks of a datetime. */
export function ticksOf(v: Value): string {
  if (typeof v.constant === 'bigint') return `${v.constant}::BIGINT`;
  return v.ticks ? v.sql : `k_ticks(${v.sql})`;
}

/** TIMESTAMP of a datetime; the seventh digit is lost, so only for what does not see it. */
export function timestampOf(v: Value): string {
  if (typeof v.constant === 'bigint') return `TIMESTAMP '${timestampText(v.constant)}'`;
  return v.ticks ? `k_timestamp(${v.sql})` : v.sql;
}

/** True where the value can be read as TIMESTAMP without loss. */
export const fitsTimestamp = (v: Value): boolean => v.constant === null || !v.ticks;
