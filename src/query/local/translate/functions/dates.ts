import type { Call, FunctionRule, FunctionTable } from '../call';
import { convert } from '../convert';
import { shifted } from '../expressions/arithmetic';
import { bin } from '../expressions/bin';
import { isTimeZone } from '../natives/zone';
import { datetime, literal, solid, ticksOf, timestampOf, type Value, value } from '../value';
import { formatDatetime, formatTimespan } from './format-time';

const DAY = 864_000_000_000n;

const at = (c: Call, i: number): Value => convert(c.value(i), 'datetime');
const stamp = (c: Call, i: number): string => timestampOf(at(c, i));

/** A part of the calendar as a whole number. */
const part =
  (write: (t: string) => string, type: 'int' | 'long' = 'int'): FunctionRule =>
  (c) =>
    value(`(${write(stamp(c, 0))})::${type === 'int' ? 'INTEGER' : 'BIGINT'}`, type);

const UNIT_MONTHS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };
const UNIT_TICKS: Readonly<Record<string, bigint>> = {
  week: 7n * DAY,
  day: DAY,
  hour: 36_000_000_000n,
  minute: 600_000_000n,
  second: 10_000_000n,
  millisecond: 10_000n,
  microsecond: 10n,
};

/** The start of a calendar unit `offset` units away: TIMESTAMP arithmetic, for months differ in length. */
function startOf(unit: 'day' | 'week' | 'month' | 'year', v: Value, offset: string | undefined): Value {
  if (unit === 'day') {
    const day = bin(v, literal('timespan', DAY));
    return offset ? shifted(day, value(`k_scaled(${offset}, ${DAY})`, 'timespan'), false) : day;
  }
  if (unit === 'week') {
    const week = bin(v, literal('timespan', 7n * DAY), datetime(-DAY + 7n * DAY));
    return offset ? shifted(week, value(`k_scaled(${offset}, ${7n * DAY})`, 'timespan'), false) : week;
  }
  const base = `date_trunc('${unit}', ${timestampOf(v)})`;
  if (!offset) return value(`(${base})::TIMESTAMP`, 'datetime', { ticks: false, nullable: v.nullable });
  const months = unit === 'year' ? `k_scaled(${offset}, 12)` : offset;
  return value(`k_ticks(k_add_months((${base})::TIMESTAMP, ${months}))`, 'datetime');
}

const starting =
  (unit: 'day' | 'week' | 'month' | 'year'): FunctionRule =>
  (c) =>
    c.count > 1
      ? value(`k_valid_ticks(${ticksOf(startOf(unit, at(c, 0), c.as(1, 'long')))})`, 'datetime')
      : startOf(unit, at(c, 0), undefined);

const ending =
  (unit: 'day' | 'week' | 'month' | 'year'): FunctionRule =>
  (c) => {
    const offset = c.count > 1 ? `((${c.as(1, 'long')})::HUGEINT + 1)` : '1';
    if (unit === 'month' || unit === 'year')
      return value(`(${ticksOf(startOf(unit, at(c, 0), offset))} - 1)`, 'datetime');
    // A tick less than the next start: the last day has no next one.
    const length = unit === 'day' ? DAY : 7n * DAY;
    return shifted(
      startOf(unit, at(c, 0), undefined),
      c.count > 1 ? value(`(k_scaled(${offset}, ${length}) - 1)`, 'timespan') : literal('timespan', length - 1n),
      false,
    );
  };

function datetimeAdd(c: Call): Value {
  const unit = c.constantText(0)?.toLowerCase();
  if (unit === undefined) return c.refuse('datetime_add needs a constant unit.');
  const amount = c.as(1, 'long');
  const months = UNIT_MONTHS[unit];
  const v = at(c, 2);
  if (months !== undefined) {
    const moved = `k_ticks(k_add_months(${timestampOf(v)}, k_scaled(${amount}, ${months})))`;
    return value(`k_valid_ticks(${moved}${v.ticks ? ` + ${ticksOf(v)} % 10` : ''})`, 'datetime');
  }
  if (unit === 'nanosecond') return shifted(v, value(`((${amount}) // 100)`, 'timespan'), false);
  const ticks = UNIT_TICKS[unit];
  if (ticks === undefined) return c.refuse(`datetime_add knows no unit '${unit}'.`);
  const n = convert(c.value(1), 'long').constant;
  const by =
    typeof n === 'bigint' && n > -1_000_000n && n < 1_000_000n
      ? literal('timespan', n * ticks)
      : value(`k_scaled(${amount}, ${ticks})`, 'timespan');
  return shifted(v, by, false);
}

/** Whole units between the starts of the units that hold the two datetimes. */
function datetimeDiff(c: Call): Value {
  const unit = c.constantText(0)?.toLowerCase();
  const [a, b] = [at(c, 1), at(c, 2)];
  if (unit === undefined) return c.refuse('datetime_diff needs a constant unit.');
  const months = (v: Value) => `(year(${timestampOf(v)}) * 12 + month(${timestampOf(v)}))`;
  const nullable = a.nullable || b.nullable;
  switch (unit) {
    case 'year':
      return value(`(year(${timestampOf(a)}) - year(${timestampOf(b)}))`, 'long', { nullable });
    case 'quarter':
      return value(`((${months(a)} - 1) // 3 - (${months(b)} - 1) // 3)`, 'long', { nullable });
    case 'month':
      return value(`(${months(a)} - ${months(b)})`, 'long', { nullable });
    case 'nanosecond':
      return value(`((${ticksOf(a)} - ${ticksOf(b)}) * 100)`, 'long', { nullable });
    default: {
      const ticks = UNIT_TICKS[unit];
      if (ticks === undefined) return c.refuse(`datetime_diff knows no unit '${unit}'.`);
      // 0001-01-01 is a Monday; weeks begin on Sunday.
      const origin = unit === 'week' ? DAY : 0n;
      const bucket = (v: Value) => `((${ticksOf(v)} + ${origin}) // ${ticks})`;
      const count = `(${bucket(a)} - ${bucket(b)})`;
      // Weeks come as a real, unlike what the binder says.
      return unit === 'week'
        ? value(`${count}::DOUBLE`, 'real', { nullable, own: true })
        : value(count, 'long', { nullable });
    }
  }
}

const PARTS: Readonly<Record<string, (v: Value) => string>> = {
  year: (v) => `year(${timestampOf(v)})`,
  quarter: (v) => `quarter(${timestampOf(v)})`,
  month: (v) => `month(${timestampOf(v)})`,
  week_of_year: (v) => `weekofyear(${timestampOf(v)})`,
  weekofyear: (v) => `weekofyear(${timestampOf(v)})`,
  day: (v) => `day(${timestampOf(v)})`,
  dayofyear: (v) => `dayofyear(${timestampOf(v)})`,
  hour: (v) => `hour(${timestampOf(v)})`,
  minute: (v) => `minute(${timestampOf(v)})`,
  second: (v) => `second(${timestampOf(v)})`,
  millisecond: (v) => `((${ticksOf(v)} // 10000) % 1000)`,
  microsecond: (v) => `((${ticksOf(v)} // 10) % 1000000)`,
  nanosecond: (v) => `((${ticksOf(v)} % 10000000) * 100)`,
};

function datetimePart(c: Call): Value {
  const unit = c.constantText(0)?.toLowerCase();
  const write = unit === undefined ? undefined : PARTS[unit];
  return write
    ? value(`(${write(at(c, 1))})::INTEGER`, 'int')
    : c.refuse(`datetime_part('${unit ?? '…'}') is not run locally.`);
}

function makeDatetime(c: Call): Value {
  if (c.count === 1) return convert(c.value(0), 'datetime');
  const whole = Array.from({ length: 5 }, (_, i) => (i < c.count ? c.as(i, 'long') : i < 3 ? '1' : '0'));
  const seconds = c.count > 5 ? c.as(5, 'real') : '0::DOUBLE';
  return value(`k_make_ticks(${whole.join(', ')}, ${seconds})`, 'datetime');
}

function makeTimespan(c: Call): Value {
  if (c.count === 1) return convert(c.value(0), 'timespan');
  const days = c.count > 3 ? c.as(0, 'long') : '0';
  const o = c.count > 3 ? 1 : 0;
  const seconds = c.count > 2 ? c.as(o + 2, 'real') : '0';
  return value(`k_make_timespan(${days}, ${c.as(o, 'long')}, ${c.as(o + 1, 'long')}, ${seconds})`, 'timespan');
}

/** Unix time in any unit; fractions of a tick are cut. */
const fromUnix =
  (ticksPerUnit: number): FunctionRule =>
  (c) => {
    const v = c.value(0);
    const scaled =
      v.type === 'real' || v.type === 'decimal' || v.type === 'dynamic'
        ? `k_real_long(${c.as(0, 'real')} * ${ticksPerUnit})`
        : `k_scaled(${c.as(0, 'long')}, ${ticksPerUnit})`;
    return value(`k_moved(621355968000000000, ${scaled})`, 'datetime');
  };

function now(c: Call, back: boolean): Value {
  const offset = c.count > 0 ? convert(c.value(0), 'timespan') : literal('timespan', 0n);
  return shifted(datetime(c.t.options.now), offset, back);
}

const zoned =
  (toLocal: boolean): FunctionRule =>
  (c) => {
    const v = at(c, 0);
    const constant = c.constantText(1);
    if (constant !== undefined && !isTimeZone(constant))
      return c.refuse(`'${constant}' is no time zone of the IANA database, such as 'Europe/Berlin'.`);
    if (constant === undefined) c.t.note('A time zone that is not in the IANA database gives no time here.');
    const zone = constant === undefined ? `kn_zone(${c.text(1)})` : c.text(1);
    const sql = toLocal
      ? `((${timestampOf(v)} AT TIME ZONE 'UTC') AT TIME ZONE ${zone})`
      : `((${timestampOf(v)} AT TIME ZONE ${zone}) AT TIME ZONE 'UTC')`;
    return value(v.ticks ? `(k_ticks(${sql}) + ${ticksOf(v)} % 10)` : sql, 'datetime', {
      ticks: v.ticks,
      nullable: v.nullable || constant === undefined,
    });
  };

/** Days since Sunday, as a length. */
function dayofweek(c: Call): Value {
  const v = at(c, 0);
  const days = v.ticks ? `((${ticksOf(v)} // ${DAY} + 1) % 7)` : `dayofweek(${v.sql})`;
  return value(`(${days} * ${DAY})`, 'timespan', { nullable: v.nullable });
}

export const DATES: FunctionTable = {
  now: (c) => now(c, false),
  ago: (c) => now(c, true),
  startofday: starting('day'),
  startofweek: starting('week'),
  startofmonth: starting('month'),
  startofyear: starting('year'),
  endofday: ending('day'),
  endofweek: ending('week'),
  endofmonth: ending('month'),
  endofyear: ending('year'),
  getyear: part((t) => `year(${t})`),
  getmonth: part((t) => `month(${t})`),
  monthofyear: part((t) => `month(${t})`),
  dayofmonth: part((t) => `day(${t})`),
  dayofyear: part((t) => `dayofyear(${t})`),
  hourofday: part((t) => `hour(${t})`),
  week_of_year: part((t) => `weekofyear(${t})`, 'long'),
  weekofyear: part((t) => `weekofyear(${t})`, 'long'),
  dayofweek,
  datetime_add: datetimeAdd,
  datetime_diff: datetimeDiff,
  datetime_part: datetimePart,
  datepart: datetimePart,
  make_datetime: makeDatetime,
  make_timespan: makeTimespan,
  unixtime_seconds_todatetime: fromUnix(10_000_000),
  unixtime_milliseconds_todatetime: fromUnix(10_000),
  unixtime_microseconds_todatetime: fromUnix(10),
  unixtime_nanoseconds_todatetime: (c) =>
    value(`k_valid_ticks((${c.as(0, 'long')}) // 100 + 621355968000000000)`, 'datetime'),
  datetime_utc_to_local: zoned(true),
  datetime_local_to_utc: zoned(false),
  format_datetime: (c) => {
    const format = c.constantText(1);
    return format === undefined
      ? c.refuse('format_datetime needs a constant format.')
      : solid(formatDatetime(ticksOf(at(c, 0)), format), 'string');
  },
  format_timespan: (c) => {
    const format = c.constantText(1);
    return format === undefined
      ? c.refuse('format_timespan needs a constant format.')
      : solid(`coalesce(${formatTimespan(c.as(0, 'timespan'), format)}, '')`, 'string');
  },
};
