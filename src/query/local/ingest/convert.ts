import type { ScalarType } from '../../../protocol/records';
import { literal } from '../duckdb/database';
import { type DatetimeForm, RELATION_TYPE } from '../translate/types';

/** Ticks at 1970-01-01, as SQL. */
const EPOCH = '621355968000000000';

/** Times that are not ISO 8601, as portals and spreadsheets print them. */
const OTHER_TIMES = [
  '%m/%d/%Y, %I:%M:%S.%g %p',
  '%m/%d/%Y, %I:%M:%S %p',
  '%m/%d/%Y %I:%M:%S.%g %p',
  '%m/%d/%Y %I:%M:%S %p',
  '%m/%d/%Y, %H:%M:%S',
  '%m/%d/%Y %H:%M:%S',
  '%b %d, %Y %I:%M:%S.%g %p',
  '%b %d, %Y %I:%M:%S %p',
  '%a, %d %b %Y %H:%M:%S GMT',
];

/**
 * SQL that reads text as a KQL type, in the physical form of a relation (`RELATION_TYPE`); datetimes come as ticks, since
 * text holds seven digits. Text that is no such value gives NULL. `zone`: the IANA zone of times without one; null is UTC.
 */
export function fromText(x: string, type: ScalarType, zone: string | null): string {
  switch (type) {
    case 'string':
      return `coalesce(${x}, '')`;
    case 'bool':
      return `CASE lower(${x}) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END`;
    case 'int':
    case 'long':
      // A spreadsheet may have written 4624.0; a cast alone would round 12.7 up.
      return `coalesce(TRY_CAST(${x} AS ${RELATION_TYPE[type]}), TRY_CAST(trunc(TRY_CAST(${x} AS DOUBLE)) AS ${RELATION_TYPE[type]}))`;
    case 'real':
    case 'decimal':
      return `TRY_CAST(${x} AS DOUBLE)`;
    case 'datetime':
      return ticksFromText(x, zone);
    case 'timespan':
      return timespanFromText(x);
    case 'guid':
      return `CAST(TRY_CAST(${x} AS UUID) AS VARCHAR)`;
    case 'dynamic':
      return dynamicFromText(x);
  }
}

/** JSON text as JSON, other text as a JSON string; nothing and a JSON null are NULL. */
function dynamicFromText(x: string): string {
  const some = `nullif(${x}, '')`;
  return `CASE WHEN ${x} <> 'null' THEN coalesce(TRY_CAST(${some} AS JSON), to_json(${some})) END`;
}

/**
 * Nanoseconds reach from 1677 to 2262 and keep the seventh digit; beyond, microseconds and the digit from the text. Then
 * the forms of portals, then seconds and milliseconds since 1970.
 */
function ticksFromText(x: string, zone: string | null): string {
  const local = zone !== null && zone !== 'UTC';
  const shift = (us: string) =>
    local ? `epoch_us(CAST(timezone(${literal(zone)}, make_timestamp(${us})) AS TIMESTAMP))` : us;
  const zoned = `regexp_matches(${x}, '(Z|[+-][0-9]{2}:?[0-9]{2}|UTC)$')`;
  const nanoseconds = `epoch_ns(TRY_CAST(${x} AS TIMESTAMP_NS)) // 100 + ${EPOCH}`;
  const digit = `coalesce(CASE WHEN ${x}[20:20] = '.' THEN TRY_CAST(${x}[27:27] AS BIGINT) END, 0)`;
  const microseconds = `epoch_us(TRY_CAST(${x} AS TIMESTAMP)) * 10 + ${EPOCH} + ${digit}`;
  const other = `${shift(`epoch_us(try_strptime(nullif(${x}, ''), [${OTHER_TIMES.map(literal).join(', ')}]))`)} * 10 + ${EPOCH}`;
  const iso = local
    ? `CASE WHEN ${zoned} THEN ${nanoseconds} ELSE ${shift(`epoch_us(TRY_CAST(${x} AS TIMESTAMP))`)} * 10 + ${EPOCH} END`
    : nanoseconds;
  const epoch =
    `CASE WHEN regexp_full_match(${x}, '[0-9]{10}([.][0-9]+)?') THEN CAST(CAST(${x} AS DOUBLE) * 1000000 AS BIGINT) * 10 + ${EPOCH} ` +
    `WHEN regexp_full_match(${x}, '[0-9]{13}') THEN CAST(${x} AS BIGINT) * 10000 + ${EPOCH} END`;
  return `coalesce(${iso}, ${microseconds}, ${other}, ${epoch})`;
}

/** `1.02:03:04.0000005`, with or without days and fraction; a plain number is ticks. */
function timespanFromText(x: string): string {
  const pattern = literal('^(-?)(?:(\\d+)\\.)?(\\d{1,2}):(\\d{2}):(\\d{2})(?:\\.(\\d{1,7}))?$');
  const part = (i: number) => `coalesce(TRY_CAST(regexp_extract(${x}, ${pattern}, ${i}) AS BIGINT), 0)`;
  const fraction = `coalesce(TRY_CAST(rpad(regexp_extract(${x}, ${pattern}, 6), 7, '0') AS BIGINT), 0)`;
  const seconds = `((${part(2)} * 24 + ${part(3)}) * 60 + ${part(4)}) * 60 + ${part(5)}`;
  const sign = `CASE WHEN ${x}[1:1] = '-' THEN -1 ELSE 1 END`;
  return `CASE WHEN regexp_matches(${x}, ${pattern}) THEN ${sign} * ((${seconds}) * 10000000 + ${fraction}) ELSE TRY_CAST(${x} AS BIGINT) END`;
}

/** SQL that gives a typed column in the physical form of a relation. */
export interface Converted {
  readonly sql: string;
  readonly form: DatetimeForm;
}

/**
 * A column of a Parquet file as a KQL type. Where the file's type is the relation's the column is left bare, because only a
 * bare column is compared inside Parquet's row groups; `nullable` false says that its metadata count no null, `few` true
 * that they tell of a dictionary.
 */
export function fromTyped(
  x: string,
  stored: string,
  type: ScalarType,
  metadata: { readonly nullable: boolean; readonly few: boolean },
  zone: string | null,
): Converted {
  const plain = (sql: string): Converted => ({ sql, form: 'timestamp' });
  if (type === 'datetime') return datetimeFromTyped(x, stored, zone);
  if (type === 'string') {
    const text =
      stored === 'VARCHAR' ? x : isNested(stored) ? `CAST(to_json(${x}) AS VARCHAR)` : `CAST(${x} AS VARCHAR)`;
    if (!metadata.nullable) return plain(text);
    // A function is worked out once for each text of a dictionary, `coalesce` for each row; where there is none it costs less.
    return plain(metadata.few && stored === 'VARCHAR' ? `concat(${text})` : `coalesce(${text}, '')`);
  }
  if (stored === 'VARCHAR') return plain(fromText(x, type, zone));
  if (type === 'dynamic') return plain(stored === 'JSON' ? `nullif(${x}, 'null')` : `to_json(${x})`);
  if (type === 'timespan' && stored === 'INTERVAL') return plain(`epoch_us(${x}) * 10`);
  if (type === 'timespan' && stored === 'TIME') return plain(`epoch_us(${x}) * 10`);
  return plain(stored === RELATION_TYPE[type] ? x : `TRY_CAST(${x} AS ${RELATION_TYPE[type]})`);
}

const isNested = (stored: string): boolean => /^(STRUCT|MAP|UNION)\b|\[\d*\]$/.test(stored);

function datetimeFromTyped(x: string, stored: string, zone: string | null): Converted {
  switch (stored) {
    case 'TIMESTAMP':
      return { sql: x, form: 'timestamp' };
    case 'TIMESTAMP_NS':
      return { sql: `epoch_ns(${x}) // 100 + ${EPOCH}`, form: 'ticks' };
    case 'TIMESTAMP WITH TIME ZONE':
    case 'TIMESTAMP_S':
    case 'TIMESTAMP_MS':
    case 'DATE':
      return { sql: `CAST(${x} AS TIMESTAMP)`, form: 'timestamp' };
    default:
      return { sql: ticksFromText(`CAST(${x} AS VARCHAR)`, zone), form: 'ticks' };
  }
}

/** A datetime in one form as the other. */
export function toForm(sql: string, from: DatetimeForm, to: DatetimeForm): string {
  if (from === to) return sql;
  return to === 'ticks' ? `epoch_us(${sql}) * 10 + ${EPOCH}` : `make_timestamp((${sql} - ${EPOCH}) // 10)`;
}

/** KQL's name for a type of a Parquet file that no catalogue describes. */
export function typeOfStored(stored: string): ScalarType {
  if (stored.startsWith('DECIMAL')) return 'real';
  switch (stored) {
    case 'BOOLEAN':
      return 'bool';
    case 'TINYINT':
    case 'SMALLINT':
    case 'UTINYINT':
    case 'USMALLINT':
    case 'INTEGER':
      return 'int';
    case 'UINTEGER':
    case 'BIGINT':
    case 'UBIGINT':
      return 'long';
    case 'FLOAT':
    case 'DOUBLE':
      return 'real';
    case 'TIMESTAMP':
    case 'TIMESTAMP_NS':
    case 'TIMESTAMP_MS':
    case 'TIMESTAMP_S':
    case 'TIMESTAMP WITH TIME ZONE':
    case 'DATE':
      return 'datetime';
    case 'INTERVAL':
    case 'TIME':
      return 'timespan';
    case 'UUID':
      return 'guid';
    case 'VARCHAR':
    case 'BLOB':
      return 'string';
    default:
      return 'dynamic';
  }
}

/** What a column of no table takes when two files disagree about its type. */
export function commonType(a: ScalarType, b: ScalarType): ScalarType {
  if (a === b) return a;
  const numbers: ScalarType[] = ['int', 'long', 'real'];
  const [i, j] = [numbers.indexOf(a), numbers.indexOf(b)];
  return i >= 0 && j >= 0 ? numbers[Math.max(i, j)]! : 'string';
}

/** A value in the physical form of one type as the form of another, for the union of files that disagree. */
export function widen(sql: string, from: ScalarType, to: ScalarType, form: DatetimeForm = 'timestamp'): string {
  if (from === to) return sql;
  if (from === 'datetime' && to === 'string') {
    const ticks = toForm(sql, form, 'ticks');
    const at = toForm(sql, form, 'timestamp');
    return `coalesce(strftime(${at}, '%Y-%m-%dT%H:%M:%S.%f') || CAST((${ticks}) % 10 AS VARCHAR) || 'Z', '')`;
  }
  if (to !== 'string') return `CAST(${sql} AS ${RELATION_TYPE[to]})`;
  return `coalesce(CAST(${sql} AS VARCHAR), '')`;
}
