/**
 * Delay of ingestion: what clean rows take, which rows came later than that, and how complete the newest bins can be.
 * Lawless 1994 (reporting delay as right truncation) is the model of the data's edge.
 */
import { HOUR, type Instant, MINUTE, type Span } from '../base/time';
import type { VolumeTable } from '../protocol/source';
import type { ClosedCells, DelayCounts } from './closed';
import type { Volumes } from './volumes';

export interface Delays {
  /** Rows that took as long or longer are late: the 99.9 % quantile of clean delays with room for its bucket. null: no ingestion time. */
  readonly limit: Span | null;
  /** Late rows by event bin; null without ingestion time. */
  readonly late: Float64Array | null;
  /** Share of late rows that a clean bin has. */
  readonly cleanLateShare: number;
  /** First bin whose rows may still be on their way: below 95 % of its rows are expected to have come. */
  readonly pendingFrom: number;
  /** Delays and rows of the clean days, ascending: the distribution F. */
  readonly clean: DelayCounts;
}

const LATE_QUANTILE = 0.999;
/** A day whose rows are this late this often says nothing about clean delays. */
const LATE_DAY = 0.02;
const COMPLETE = 0.95;

/** What clean rows take. */
export interface CleanDelays extends Pick<Delays, 'limit' | 'cleanLateShare' | 'clean'> {
  /** True where whole days taught it, so that it holds through the open day. */
  readonly whole: boolean;
}

/**
 * @param usable 1 for bins outside every window: only they teach what a clean delay is.
 * @param until end of the last whole UTC day: later rows teach nothing, unless there is no other.
 */
export function cleanDelays(table: VolumeTable, v: Volumes, usable: Uint8Array, until: number): CleanDelays {
  if (!v.timed) return { limit: null, cleanLateShare: 0, clean: EMPTY, whole: true };
  const all = countDelays(table, v, until, (i) => usable[i] === 1);
  if (all.total === 0 && until < v.bins) return { ...cleanDelays(table, v, usable, v.bins), whole: false };
  const rough = Math.max(2 * quantile(all, 0.9), 15 * MINUTE);
  const lateDays = daysLaterThan(table, v, until, rough);
  const some = countDelays(table, v, until, (i) => usable[i] === 1 && lateDays[v.day[i]!] === 0);
  const clean = some.total > 0.2 * all.total ? some : all;
  // A bucket's rows lie anywhere up to the next bucket: the room keeps its own rows on time.
  const q = quantile(clean, LATE_QUANTILE);
  const limit = wholeBucket(Math.max(1.25 * q + 10 * MINUTE, 15 * MINUTE));
  const cleanLateShare = clean.total ? 1 - completeness(clean, limit - 1) : 0;
  return { limit, cleanLateShare, clean, whole: true };
}

/** @param before late rows that were counted of the same closed cells with the same limit. */
export function delaysAt(
  { limit, cleanLateShare, clean }: CleanDelays,
  table: VolumeTable,
  v: Volumes,
  now: Instant,
  before: { readonly late: Float64Array; readonly until: number; readonly cells: number } | null,
): Delays {
  if (limit === null) return { limit, late: null, cleanLateShare, pendingFrom: untimedEdge(v, now), clean };
  const late = new Float64Array(v.bins);
  if (before) late.set(before.late.subarray(0, before.until));
  for (let c = before?.cells ?? 0; c < table.eventBin.length; c++) {
    const i = table.eventBin[c]!;
    if (i >= 0 && i < v.bins && table.delay[c]! >= limit && table.rows[c]! > 0) late[i]! += table.rows[c]!;
  }
  return { limit, late, cleanLateShare, pendingFrom: timedEdge(v, clean, now), clean };
}

/** The same delays when only `now` has moved: what changes is the edge of the data, if that. */
export function movedTo(delays: Delays, v: Volumes, now: Instant): Delays {
  const pendingFrom = delays.limit === null ? untimedEdge(v, now) : timedEdge(v, delays.clean, now);
  return pendingFrom === delays.pendingFrom ? delays : { ...delays, pendingFrom };
}

/** The next edge of the delay buckets (5 minutes, beyond six hours an hour), so that a query of single rows counts the same. */
function wholeBucket(delay: number): Span {
  const bucket = delay > 6 * HOUR ? HOUR : 5 * MINUTE;
  return (Math.ceil(delay / bucket) * bucket) as Span;
}

const BUCKET = 5 * MINUTE;
const SHORT = 6 * HOUR;
const EMPTY: DelayCounts = { delay: new Float64Array(0), rows: new Float64Array(0), total: 0 };

function countDelays(
  table: VolumeTable,
  v: Volumes,
  until: number,
  take: (bin: number) => boolean,
  firstCell = 0,
): DelayCounts {
  const counts = new Map<number, number>();
  // Nearly all delays are short and lie in buckets: those are counted by place.
  const short = new Float64Array(SHORT / BUCKET);
  const end = Math.min(until, v.bins);
  for (let c = firstCell; c < table.eventBin.length; c++) {
    const i = table.eventBin[c]!;
    const d = table.delay[c]!;
    const n = table.rows[c]!;
    if (i < 0 || i >= end || Number.isNaN(d) || !(n > 0) || !take(i)) continue;
    const place = d / BUCKET;
    if (d >= 0 && d < SHORT && Number.isInteger(place)) short[place]! += n;
    else counts.set(d, (counts.get(d) ?? 0) + n);
  }
  short.forEach((n, place) => {
    if (n > 0) counts.set(place * BUCKET, n);
  });
  return sorted(counts);
}

function sorted(counts: ReadonlyMap<number, number>): DelayCounts {
  const delay = Float64Array.from(counts.keys()).sort();
  const rows = delay.map((d) => counts.get(d)!);
  return { delay, rows, total: rows.reduce((a, b) => a + b, 0) };
}

function together(a: DelayCounts, b: DelayCounts): DelayCounts {
  const counts = new Map<number, number>();
  for (const { delay, rows } of [a, b]) {
    delay.forEach((d, i) => {
      counts.set(d, (counts.get(d) ?? 0) + rows[i]!);
    });
  }
  return sorted(counts);
}

function daysLaterThan(table: VolumeTable, v: Volumes, until: number, limit: number): Uint8Array {
  const all = new Float64Array(v.days);
  const late = new Float64Array(v.days);
  for (let c = 0; c < table.eventBin.length; c++) {
    const i = table.eventBin[c]!;
    const n = table.rows[c]!;
    if (i < 0 || i >= until || i >= v.bins || !(n > 0)) continue;
    all[v.day[i]!]! += n;
    if (table.delay[c]! > limit) late[v.day[i]!]! += n;
  }
  return Uint8Array.from(all, (n, d) => (late[d]! > 2 && late[d]! > LATE_DAY * n ? 1 : 0));
}

/** Smallest delay that the share `p` of rows does not exceed (floor of its bucket); 0 without rows. */
export function quantile(counts: DelayCounts, p: number): number {
  let sum = 0;
  for (let i = 0; i < counts.delay.length; i++) {
    sum += counts.rows[i]!;
    if (sum >= p * counts.total) return counts.delay[i]!;
  }
  return counts.delay.at(-1) ?? 0;
}

/** Median and 99 % quantile of the clean delays; null where none is known. */
export function usualDelay({ clean }: Delays): { readonly p50: Span; readonly p99: Span } | null {
  if (clean.total === 0) return null;
  return { p50: quantile(clean, 0.5) as Span, p99: quantile(clean, 0.99) as Span };
}

/** F(d): share of clean rows that have come after `d`. */
function completeness(counts: DelayCounts, d: number): number {
  if (d < 0) return 0;
  let sum = 0;
  for (let i = 0; i < counts.delay.length && counts.delay[i]! <= d; i++) sum += counts.rows[i]!;
  return counts.total ? sum / counts.total : 1;
}

function timedEdge(v: Volumes, clean: DelayCounts, now: Instant): number {
  let from = v.bins;
  const oldest = Math.max(0, v.bins - 60 * v.binsPerDay);
  for (let i = v.bins - 1; i >= oldest; i--) {
    let expected = 0;
    for (let part = 0; part < 8; part++) {
      expected += completeness(clean, now - (v.start + (i + (part + 0.5) / 8) * v.bin)) / 8;
    }
    if (expected >= COMPLETE) break;
    from = i;
  }
  return from;
}

/** Without ingestion time the last bin is judged only once a whole bin has followed it. */
function untimedEdge(v: Volumes, now: Instant): number {
  const whole = Math.floor((now - v.start) / v.bin);
  return Math.max(0, Math.min(v.bins, whole - 1));
}

/** Median and 99 % quantile of the delays of the rows with event bins in [from, to); null where none is known. */
export function delayQuantiles(
  { table, until, cells, delays }: ClosedCells,
  v: Volumes,
  from: number,
  to: number,
): { readonly p50: Span; readonly p99: Span } | null {
  if (!v.timed) return null;
  const key = `${from}/${Math.min(to, until)}`;
  const closed = delays.get(key) ?? countDelays(table, v, Math.min(to, until), (i) => i >= from);
  delays.set(key, closed);
  const first = Math.max(from, until);
  const counts =
    to > first
      ? together(
          closed,
          countDelays(table, v, to, (i) => i >= first, cells ?? 0),
        )
      : closed;
  return counts.total > 0 ? { p50: quantile(counts, 0.5) as Span, p99: quantile(counts, 0.99) as Span } : null;
}
