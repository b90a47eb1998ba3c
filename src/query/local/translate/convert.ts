import { formatTicks, formatTimespan } from '../../../base/time';
import type { ScalarType } from '../../../protocol/records';
import {
  datetime,
  fitsTimestamp,
  literal,
  nullOf,
  SQL_TYPE,
  solid,
  text,
  ticksOf,
  timestampOf,
  tried,
  type Value,
  value,
} from './value';

/** Conversions between KQL's types, as tostring, tolong and their kin make them. */

/** JSON of a dynamic; a path is read here. */
export function dynamicSql(v: Value): string {
  return v.path ? pathSql(v.path) : v.sql;
}

type Path = NonNullable<Value['path']>;

/** A path as the engine reads it fastest: it looks into a key in quotes for every row anew, so plain keys stand bare. */
const stepsSql = (steps: string): string =>
  text(steps.startsWith('$') ? steps.replace(/\."([A-Za-z_]\w*)"/g, '.$1') : steps);

export function pathSql({ base, steps, source, few }: Path): string {
  if (source === undefined) return `k_get(${base}, ${stepsSql(steps)})`;
  // Only what stands alone inside TRY: a repeated expression would be made outside of it.
  return tried(
    { source, few },
    (json) => `json_extract(${json}, ${stepsSql(steps)})`,
    (sql) => `k_null(${sql})`,
  );
}

/** JSON of a dynamic where a JSON null may stand for NULL. */
function plainJson(v: Value): string {
  if (!v.path) return v.sql;
  const { base, steps, source, few } = v.path;
  const read = (json: string) => `json_extract(${json}, ${stepsSql(steps)})`;
  return source === undefined ? read(base) : tried({ source, few }, read);
}

const orEmpty = (sql: string): string => `coalesce(${sql}, '')`;
const asItIs = (sql: string): string => sql;

/** Text of a dynamic, NULL for null unless `then` says otherwise; a path is read as text in one step. */
function dynamicText(v: Value, then = asItIs): string {
  const read = (steps: string) => (json: string) => `json_extract_string(${json}, ${stepsSql(steps)})`;
  if (v.plain !== undefined) return then(v.plain);
  if (!v.path) return then(read('$')(v.sql));
  const { base, steps, source, few, texts } = v.path;
  const kept = texts?.get(steps);
  if (kept !== undefined) return then(kept);
  return source === undefined ? then(read(steps)(base)) : tried({ source, few }, read(steps), then);
}

/** Text of any value; never NULL. */
export function textOf(v: Value): string {
  if (v.constant === null) return "''";
  if (typeof v.constant === 'bigint') {
    if (v.type === 'datetime') return text(formatTicks(v.constant));
    if (v.type === 'timespan') return text(formatTimespan(v.constant));
    return text(String(v.constant));
  }
  if (typeof v.constant === 'boolean') return v.constant ? "'True'" : "'False'";
  switch (v.type) {
    case 'string':
      return v.nullable ? `coalesce(${v.sql}, '')` : v.sql;
    case 'guid':
      return v.nullable ? `coalesce(${v.sql}, '')` : v.sql;
    case 'dynamic':
      return dynamicText(v, orEmpty);
    case 'datetime':
      return v.ticks ? `k_ticks_text(${v.sql})` : `k_timestamp_text(${v.sql})`;
    case 'timespan':
      return `k_timespan_text(${v.sql})`;
    case 'bool':
      return `(CASE WHEN ${v.sql} THEN 'True' WHEN NOT (${v.sql}) THEN 'False' ELSE '' END)`;
    case 'real':
      return `k_real_text(${v.sql})`;
    case 'decimal':
      return `coalesce(k_decimal_text(${v.sql}), '')`;
    default:
      return v.nullable ? `coalesce((${v.sql})::VARCHAR, '')` : `(${v.sql})::VARCHAR`;
  }
}

/** JSON of any value, as it stands inside a dynamic; SQL NULL for null. */
export function jsonOf(v: Value): string {
  switch (v.type) {
    case 'dynamic':
      return dynamicSql(v);
    case 'datetime':
    case 'timespan':
      return v.nullable ? `to_json(nullif(${textOf(v)}, ''))` : `to_json(${textOf(v)})`;
    case 'real':
    case 'decimal':
      return `k_real_json(${v.sql})`;
    default:
      return `to_json(${v.sql})`;
  }
}

/** A column costs nothing to be looked at twice. */
const COLUMN = /^(?:"(?:[^"]|"")*"|_[a-z]+\d+)$/;

/** Reads a value out of text, as `tolong('12')` does: what does not fit is null. */
export function fromText(sql: string, type: ScalarType): Value {
  switch (type) {
    case 'string':
      return solid(sql, type);
    case 'dynamic':
      return value(`k_parse_json(${sql})`, type);
    case 'bool':
      return value(`k_text_bool(${sql})`, type);
    case 'int':
      return value(COLUMN.test(sql) ? `k_text_int(${sql})` : `coalesce(k_quick_int(${sql}), k_text_int(${sql}))`, type);
    case 'long':
      return value(
        COLUMN.test(sql) ? `k_text_long(${sql})` : `coalesce(k_quick_long(${sql}), k_text_long(${sql}))`,
        type,
      );
    case 'real':
    case 'decimal':
      return value(
        COLUMN.test(sql) ? `k_column_real(${sql})` : `coalesce(k_quick_real(${sql}), k_text_real(${sql}))`,
        type,
      );
    case 'datetime':
      return value(`k_text_ticks(${sql})`, type);
    case 'timespan':
      return value(`k_text_timespan(${sql})`, type);
    case 'guid':
      return value(`k_text_guid(${sql})`, type);
  }
}

function fromDynamic(v: Value, type: ScalarType): Value {
  switch (type) {
    case 'int':
      return value(`coalesce(k_quick_int(${dynamicText(v)}), k_rare_int(${dynamicSql(v)}))`, type);
    case 'long':
      return value(`coalesce(k_quick_long(${dynamicText(v)}), k_rare_long(${dynamicSql(v)}))`, type);
    case 'real':
    case 'decimal':
      return value(`coalesce(TRY_CAST(${plainJson(v)} AS DOUBLE), k_rare_real(${dynamicSql(v)}))`, type);
    case 'bool':
      return value(`k_dynamic_bool(${dynamicSql(v)})`, type);
    case 'timespan':
      return value(`k_text_timespan(${textOf(v)})`, type);
    default:
      return fromText(textOf(v), type);
  }
}

function toInteger(v: Value, type: 'int' | 'long'): Value {
  const to = SQL_TYPE[type];
  switch (v.type) {
    case 'real':
    case 'decimal':
      return value(type === 'long' ? `k_real_long(${v.sql})` : `k_real_int(${v.sql})`, type);
    case 'datetime':
      return value(type === 'long' ? ticksOf(v) : `k_wrap_int(${ticksOf(v)})`, type);
    case 'bool':
      return value(`(${v.sql})::${to}`, type, { nullable: v.nullable });
    case 'int':
      return value(`(${v.sql})::BIGINT`, type, { nullable: v.nullable });
    case 'long':
    case 'timespan':
      return value(type === 'int' ? `k_wrap_int(${v.sql})` : v.sql, type, { nullable: v.nullable });
    default:
      return nullOf(type);
  }
}

/** A whole constant that an int can hold. */
export const fitsInt = (v: Value): boolean =>
  typeof v.constant === 'bigint' && /^(int|long)$/.test(v.type) && BigInt.asIntN(32, v.constant) === v.constant;

function constantTo(v: Value, type: ScalarType): Value | undefined {
  if (v.constant === undefined) return undefined;
  if (v.constant === null) return nullOf(type);
  if (typeof v.constant === 'bigint' && (v.type === 'int' || v.type === 'long')) {
    if (type === 'long') return literal('long', v.constant);
    if (type === 'int' && fitsInt(v)) return literal('int', v.constant);
    if (type === 'real') return literal('real', Number(v.constant));
    if (type === 'timespan') return literal('timespan', v.constant);
  }
  // A constant that is no long becomes the smallest one; a row's value stays at the nearest.
  if (typeof v.constant === 'number' && type === 'long' && Number.isFinite(v.constant)) {
    const whole = BigInt(Math.trunc(v.constant));
    return literal('long', BigInt.asIntN(64, whole) === whole ? whole : -(2n ** 63n));
  }
  if (typeof v.constant === 'bigint' && v.type === 'datetime' && type === 'datetime') return datetime(v.constant);
  return undefined;
}

/** A value in another type. */
export function convert(v: Value, type: ScalarType): Value {
  if (v.type === type) return v;
  const known = constantTo(v, type);
  if (known) return known;
  if (type === 'string') return solid(textOf(v), type);
  if (type === 'dynamic') return value(jsonOf(v), type, { nullable: v.nullable });
  if (v.type === 'string') return fromText(v.sql, type);
  if (v.type === 'dynamic') return fromDynamic(v, type);
  if (v.type === 'guid') return nullOf(type);
  switch (type) {
    case 'int':
    case 'long':
      return toInteger(v, type);
    case 'real':
    case 'decimal':
      return value(`(${v.type === 'datetime' ? ticksOf(v) : v.sql})::DOUBLE`, type, { nullable: v.nullable });
    case 'bool':
      return value(`(${v.sql} <> 0)`, type, { nullable: v.nullable });
    case 'timespan':
      if (v.type === 'int' || v.type === 'long') return value(`(${v.sql})::BIGINT`, type, { nullable: v.nullable });
      return v.type === 'real' || v.type === 'decimal' ? value(`k_real_long(${v.sql})`, type) : nullOf(type);
    case 'datetime':
      if (v.type === 'real' || v.type === 'decimal') return value(`k_valid_ticks(k_real_long(${v.sql}))`, type);
      return /^(int|long|timespan)$/.test(v.type) ? value(`k_valid_ticks((${v.sql})::BIGINT)`, type) : nullOf(type);
    default:
      return nullOf(type);
  }
}

/** Values in one type and one physical form, for CASE, coalesce, UNION and VALUES. */
export function unify(
  values: readonly Value[],
  type: ScalarType,
): { readonly sql: readonly string[]; readonly ticks: boolean } {
  const same = values.map((v) => convert(v, type));
  if (type === 'dynamic') return { sql: same.map(dynamicSql), ticks: false };
  if (type !== 'datetime') return { sql: same.map((v) => v.sql), ticks: false };
  const ticks = !same.every(fitsTimestamp);
  return { sql: same.map((v) => (v.constant === null ? 'NULL' : ticks ? ticksOf(v) : timestampOf(v))), ticks };
}
