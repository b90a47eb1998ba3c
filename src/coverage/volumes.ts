/**
 * A source's sparse volumes as dense series, one entry per bin up to now. Whatever the counts hold (holes, negative or NaN
 * cells, a key count above the row count) becomes a value that later steps can rely on.
 */
import { DAY, HOUR, type Instant, type Span } from '../base/time';
import type { VolumeTable } from '../protocol/source';

export interface Volumes {
  readonly bin: Span;
  readonly start: Instant;
  readonly bins: number;
  readonly binsPerDay: number;
  /** Bins per hour, or less than one where a bin is longer. */
  readonly perHour: number;
  /** UTC day of each bin, counted from the day of bin 0. */
  readonly day: Int32Array;
  readonly days: number;
  /** Records that the baseline counts: distinct keys where there is a key, else rows. */
  readonly records: Float64Array;
  readonly rows: Float64Array;
  /** Rows beyond distinct keys; null without a key. */
  readonly duplicates: Float64Array | null;
  /** 1: the count of this bin cannot be trusted. */
  readonly unknown: Uint8Array;
  readonly unknownBins: number;
  /** First bin with a row and one past the last; equal where there is none. */
  readonly first: number;
  readonly last: number;
  readonly total: number;
  /** True where rows carry an ingestion time. */
  readonly timed: boolean;
}

/** Largest number of bins that is looked at: a century of hours. More is a mistake in a clock, not a history. */
const MOST_BINS = 900_000;

/** Bins of a table that have begun at `now`. */
export const binsAt = (table: VolumeTable, now: Instant): number =>
  Math.max(0, Math.min(table.bins, MOST_BINS, Math.ceil((now - table.start) / table.bin)));

/** Volumes of a table whose first `cells` cells, all those of bins before `until`, and whose keys there are the same. */
export interface CountedBefore {
  readonly volumes: Volumes;
  readonly until: number;
  readonly cells: number;
}

/** @param before what was counted of the same source: only what lies behind it is counted anew. */
export function denseVolumes(table: VolumeTable, now: Instant, before: CountedBefore | null = null): Volumes {
  const bins = binsAt(table, now);
  const rows = new Float64Array(bins);
  const unknown = new Uint8Array(bins);
  let timed = false;
  if (before) {
    rows.set(before.volumes.rows.subarray(0, before.until));
    unknown.set(before.volumes.unknown.subarray(0, before.until));
    timed = hasTimes(table, before.cells);
  }
  for (let c = before?.cells ?? 0; c < table.eventBin.length; c++) {
    const i = table.eventBin[c]!;
    if (i < 0 || i >= bins) continue;
    const n = table.rows[c]!;
    if (!(n >= 0) || n === Number.POSITIVE_INFINITY) unknown[i] = 1;
    else rows[i]! += n;
    if (!Number.isNaN(table.delay[c]!)) timed = true;
  }
  const { records, duplicates } = distinctRecords(table.distinct, rows, unknown);
  return { ...extent(rows, unknown), ...calendar(table, bins, before), rows, records, duplicates, unknown, timed };
}

/** The volumes before a bin, as if nothing had been counted since. */
export function volumesBefore(v: Volumes, until: number): Volumes {
  const cut = <T extends Float64Array | Uint8Array>(values: T): T => values.subarray(0, until) as T;
  const rows = cut(v.rows);
  const unknown = cut(v.unknown);
  return {
    ...v,
    ...extent(rows, unknown),
    bins: until,
    day: v.day.subarray(0, until),
    days: until > 0 ? v.day[until - 1]! + 1 : 0,
    records: v.records === v.rows ? rows : cut(v.records),
    rows,
    duplicates: v.duplicates && cut(v.duplicates),
    unknown,
  };
}

function hasTimes(table: VolumeTable, cells: number): boolean {
  for (let c = 0; c < cells; c++) if (table.eventBin[c]! >= 0 && !Number.isNaN(table.delay[c]!)) return true;
  return false;
}

function distinctRecords(distinct: Float64Array | null, rows: Float64Array, unknown: Uint8Array) {
  if (!distinct) return { records: rows, duplicates: null };
  const records = new Float64Array(rows.length);
  const duplicates = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const d = distinct[i] ?? 0;
    if (!(d >= 0) || d === Number.POSITIVE_INFINITY) unknown[i] = 1;
    // Rows without a key value are records too: a count of keys of 0 on a bin with rows means that the key is empty there.
    records[i] = d > 0 ? Math.min(d, rows[i]!) : rows[i]!;
    duplicates[i] = rows[i]! - records[i]!;
  }
  return { records, duplicates };
}

function extent(rows: Float64Array, unknown: Uint8Array) {
  let first = rows.length;
  let last = 0;
  let total = 0;
  let unknownBins = 0;
  for (let i = 0; i < rows.length; i++) {
    unknownBins += unknown[i]!;
    if (!(rows[i]! > 0)) continue;
    if (first > i) first = i;
    last = i + 1;
    total += rows[i]!;
  }
  return { first: Math.min(first, last), last, total, unknownBins };
}

function calendar(table: VolumeTable, bins: number, before: CountedBefore | null) {
  const day0 = Math.floor(table.start / DAY);
  const day = new Int32Array(bins);
  if (before) day.set(before.volumes.day.subarray(0, before.until));
  for (let i = before?.until ?? 0; i < bins; i++) day[i] = Math.floor((table.start + i * table.bin) / DAY) - day0;
  return {
    bin: table.bin,
    start: table.start,
    bins,
    binsPerDay: Math.max(1, Math.round(DAY / table.bin)),
    perHour: HOUR / table.bin,
    day,
    days: bins ? day[bins - 1]! + 1 : 0,
  };
}

/** Start of bin `i`; `i` may be the number of bins, for the end. */
export const binStart = (v: { readonly start: Instant; readonly bin: Span }, i: number): Instant =>
  (v.start + i * v.bin) as Instant;

/** Bin that holds `at`, cut to [0, bins]. */
export const binOf = (v: { readonly start: Instant; readonly bin: Span; readonly bins: number }, at: Instant): number =>
  Math.min(v.bins, Math.max(0, Math.floor((at - v.start) / v.bin)));

/** Σ values over [from, to). */
export function sumOver(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i]!;
  return sum;
}
