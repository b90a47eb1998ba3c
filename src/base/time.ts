/**
 * Time. Inside Gapline an instant is a branded number of milliseconds since 1970-01-01T00:00Z, a span is milliseconds;
 * strings appear only at the edges. Where KQL has 100 ns ticks they are kept as `Ticks` (bigint since 0001-01-01).
 */
export type Instant = number & { readonly __instant: unique symbol };
/** Milliseconds between two instants. */
export type Span = number & { readonly __span: unique symbol };
/** 100 ns since 0001-01-01T00:00Z (a datetime), or a length in 100 ns (a timespan): the unit of KQL. */
export type Ticks = bigint;

export const MINUTE = 60_000 as Span;
export const HOUR = 3_600_000 as Span;
export const DAY = 86_400_000 as Span;
export const WEEK = (7 * DAY) as Span;

/** Ticks at 1970-01-01T00:00Z. */
export const EPOCH_TICKS = 621_355_968_000_000_000n;
const TICKS_PER_MS = 10_000n;

export const instant = (ms: number): Instant => ms as Instant;
export const span = (ms: number): Span => ms as Span;
export const plus = (at: Instant, by: number): Instant => (at + by) as Instant;
export const floorTo = (at: Instant, step: Span): Instant => (Math.floor(at / step) * step) as Instant;
export const ceilTo = (at: Instant, step: Span): Instant => (Math.ceil(at / step) * step) as Instant;

export const ticksToInstant = (ticks: Ticks): Instant => {
  const since = ticks - EPOCH_TICKS;
  const q = since / TICKS_PER_MS;
  return Number(since < 0n && q * TICKS_PER_MS !== since ? q - 1n : q) as Instant;
};
export const instantToTicks = (at: Instant): Ticks => BigInt(Math.trunc(at)) * TICKS_PER_MS + EPOCH_TICKS;

const ISO = /^(\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/;

/**
 * Reads an ISO 8601 instant (`2024-09-02T23:00Z`, `2024-09-02`, with up to nine fractional digits); without a zone it is UTC.
 * Returns undefined for anything else, and for dates that do not exist (31 June).
 */
export function parseInstant(text: string): Instant | undefined {
  const m = ISO.exec(text.trim());
  if (!m) return undefined;
  const [, y, mo, d, h, mi, s, fraction, zone] = m;
  const month = Number(mo) - 1;
  const day = Number(d ?? 1);
  const date = new Date(0);
  date.setUTCFullYear(Number(y), month, day);
  if (date.getUTCMonth() !== month || date.getUTCDate() !== day) return undefined;
  const hour = Number(h ?? 0);
  const minute = Number(mi ?? 0);
  const second = Number(s ?? 0);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const ms = fraction ? Math.floor(Number(`0.${fraction}`) * 1000 + 1e-9) : 0;
  return (date.getTime() + hour * HOUR + minute * MINUTE + second * 1000 + ms - zoneOffset(zone)) as Instant;
}

function zoneOffset(zone: string | undefined): number {
  if (!zone || zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.replace(/[^\d]/g, '');
  return sign * (Number(digits.slice(0, 2)) * HOUR + Number(digits.slice(2, 4)) * MINUTE);
}

/** `2024-09-02T23:00:00Z`; milliseconds only where there are some. */
export function formatInstant(at: Instant): string {
  const text = new Date(at).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

/** `2024-09-02T23:00:00.0000000Z`, as the KQL engine prints a datetime. */
export function formatTicks(ticks: Ticks): string {
  const at = ticksToInstant(ticks);
  const rest = ticks - instantToTicks(at);
  const date = new Date(at);
  const year = date.getUTCFullYear().toString().padStart(4, '0');
  return `${year}${date.toISOString().slice(-20, -1)}${rest.toString().padStart(4, '0')}Z`;
}

/** `1.02:03:04.0000005`, as the KQL engine prints a timespan. */
export function formatTimespan(ticks: Ticks): string {
  const negative = ticks < 0n;
  const abs = negative ? -ticks : ticks;
  const days = abs / 864_000_000_000n;
  const two = (n: bigint) => n.toString().padStart(2, '0');
  const clock = `${two((abs / 36_000_000_000n) % 24n)}:${two((abs / 600_000_000n) % 60n)}:${two((abs / 10_000_000n) % 60n)}`;
  const fraction = abs % 10_000_000n;
  return `${negative ? '-' : ''}${days ? `${days}.` : ''}${clock}${fraction ? `.${fraction.toString().padStart(7, '0')}` : ''}`;
}

const DURATION =
  /^P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const KQL_SPAN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Reads an ISO 8601 duration (`PT1H`, `P1DT12H`) or a KQL timespan literal (`1h`, `90m`); undefined for anything else. */
export function parseSpan(text: string): Span | undefined {
  const t = text.trim();
  const kql = KQL_SPAN.exec(t);
  if (kql) return (Number(kql[1]) * { ms: 1, s: 1000, m: MINUTE, h: HOUR, d: DAY }[kql[2] as 'ms']) as Span;
  const m = DURATION.exec(t.toUpperCase());
  if (!m || t.length < 3) return undefined;
  const [, w, d, h, mi, s] = m.map((x) => Number(x ?? 0));
  return (w! * WEEK + d! * DAY + h! * HOUR + mi! * MINUTE + s! * 1000) as Span;
}

/** `PT1H`, `P1DT12H`, `PT4M`: ISO 8601, days as the largest unit. */
export function formatSpan(length: Span): string {
  const sign = length < 0 ? '-' : '';
  let rest = Math.abs(Math.round(length));
  const take = (unit: number) => {
    const n = Math.floor(rest / unit);
    rest -= n * unit;
    return n;
  };
  const d = take(DAY);
  const h = take(HOUR);
  const m = take(MINUTE);
  const s = rest / 1000;
  const time = `${h ? `${h}H` : ''}${m ? `${m}M` : ''}${s ? `${s}S` : ''}`;
  return `${sign}P${d ? `${d}D` : ''}${time ? `T${time}` : d ? '' : 'T0S'}`;
}

/** An interval [start, end) of instants. */
export interface Interval {
  readonly start: Instant;
  readonly end: Instant;
}
export const overlaps = (a: Interval, b: Interval): boolean => a.start < b.end && b.start < a.end;
export const contains = (a: Interval, at: Instant): boolean => a.start <= at && at < a.end;
export function intersect(a: Interval, b: Interval): Interval | undefined {
  const start = Math.max(a.start, b.start) as Instant;
  const end = Math.min(a.end, b.end) as Instant;
  return start < end ? { start, end } : undefined;
}
