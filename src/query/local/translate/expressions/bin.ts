import { convert } from '../convert';
import { datetime, fitsTimestamp, literal, nullOf, ticksOf, type Value, value } from '../value';

/** Microseconds from 0001-01-01 to 1970-01-01. */
const EPOCH_MICROS = 62_135_596_800_000_000n;
const DAY_MICROS = 86_400_000_000n;

/** `bin`, `floor` and `bin_at`: rounds down to a multiple of the step, counted from 0 or from a fixed point. */
export function bin(v: Value, step: Value, at?: Value): Value {
  if (v.type === 'datetime') return binDatetime(v, step.type === 'timespan' ? step : convert(step, 'timespan'), at);
  if (/real|decimal|dynamic/.test(`${v.type} ${step.type}`)) return binReal(v, step, at);
  const type = v.type === 'timespan' || step.type === 'timespan' ? 'timespan' : 'long';
  const x = convert(v, type).sql;
  const s = convert(step, type);
  if (typeof s.constant === 'bigint' && s.constant <= 0n) return nullOf(type);
  if (at) {
    const origin = convert(at, type).sql;
    return value(`(k_bin(${x} - ${origin}, ${s.sql}) + ${origin})`, type);
  }
  if (typeof s.constant === 'bigint') return value(`k_bin(${x}, ${s.sql})`, type, { nullable: v.nullable });
  return value(`(CASE WHEN ${s.sql} > 0 THEN k_bin(${x}, ${s.sql}) END)`, type);
}

function binReal(v: Value, step: Value, at?: Value): Value {
  const x = convert(v, 'real').sql;
  const s = convert(step, 'real').sql;
  if (typeof step.constant === 'number' && step.constant <= 0) return nullOf('real');
  if (at) {
    const origin = convert(at, 'real').sql;
    return value(`(floor((${x} - ${origin}) / ${s}) * ${s} + ${origin})`, 'real');
  }
  return value(`(floor(${x} / ${s}) * ${s})`, 'real');
}

function binDatetime(v: Value, step: Value, at?: Value): Value {
  if (step.constant === null || v.constant === null) return nullOf('datetime');
  if (typeof step.constant !== 'bigint') {
    const origin = at ? ticksOf(at) : '0';
    return value(
      `(CASE WHEN ${step.sql} > 0 THEN k_valid_ticks(k_bin(${ticksOf(v)} - ${origin}, ${step.sql}) + ${origin}) END)`,
      'datetime',
    );
  }
  const size = step.constant;
  if (size <= 0n) return nullOf('datetime');
  if (at) return binAt(v, size, at);
  if (typeof v.constant === 'bigint') return datetime(v.constant - (v.constant % size));
  if (fitsTimestamp(v) && size % 10n === 0n) return inMicros(v, size / 10n, EPOCH_MICROS);
  return value(`(${ticksOf(v)} - ${ticksOf(v)} % ${size})`, 'datetime', { nullable: v.nullable });
}

/** Bins of a TIMESTAMP, counted from so many microseconds before 1970: early enough that the dividend is positive. */
function inMicros(v: Value, size: bigint, before: bigint): Value {
  const since = `(epoch_us(${v.sql}) + ${before})`;
  const days = size === DAY_MICROS && before % DAY_MICROS === 0n;
  const slot = days
    ? { sql: `(${v.sql})::DATE`, time: (day: string) => `(${day})::TIMESTAMP` }
    : { sql: `(${since} // ${size})`, time: (n: string) => `make_timestamp(${n} * ${size} - ${before})` };
  const sql = `make_timestamp(epoch_us(${v.sql}) - ${since} % ${size})`;
  return value(sql, 'datetime', { ticks: false, nullable: v.nullable, slot });
}

function binAt(v: Value, size: bigint, at: Value): Value {
  const sized = literal('timespan', size).sql;
  if (
    typeof at.constant === 'bigint' &&
    fitsTimestamp(v) &&
    v.constant === undefined &&
    size % 10n === 0n &&
    at.constant % 10n === 0n
  ) {
    // The origin modulo the step keeps the dividend positive.
    const shift = (size - (at.constant % size)) / 10n;
    return inMicros(v, size / 10n, EPOCH_MICROS + shift);
  }
  return value(`k_valid_ticks(k_bin(${ticksOf(v)} - ${ticksOf(at)}, ${sized}) + ${ticksOf(at)})`, 'datetime');
}
