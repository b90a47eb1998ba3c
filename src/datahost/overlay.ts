import { DAY, floorTo, HOUR, type Instant, instant, MINUTE, type Span, span, ticksToInstant } from '../base/time';
import type { OverlayResult } from '../protocol/datahost';
import { type Cell, cellToText, type ResultTable } from '../protocol/records';
import type { TimelineOverlay } from '../protocol/webview';

/** Widths of a bin, narrow to wide; the first that keeps the picture below `MOST_BINS` is taken. */
const WIDTHS: readonly number[] = [
  1_000,
  10_000,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  6 * HOUR,
  DAY,
  7 * DAY,
  28 * DAY,
];
const MOST_BINS = 4_000;
/** More groups than this are no picture; they are counted as one. */
const MOST_GROUPS = 8;
const TIME_NAMES = ['TimeGenerated', 'Timestamp', 'timestamp'];

/** Counts a result's rows by bins of its time column, one series per group where there are few groups. */
export function overlayOf(table: ResultTable): OverlayResult {
  const time = timeColumn(table);
  if (time < 0)
    return { overlays: [], note: 'The result has no datetime column, so it cannot be laid on the timeline.' };
  const at = (table.values[time] ?? []).map((c) => (typeof c === 'bigint' ? ticksToInstant(c) : null));
  const known = at.filter((t): t is Instant => t !== null);
  const name = table.columns[time]!.name;
  if (known.length === 0) return { overlays: [], note: `No row has a value in ${name}.` };
  const weights = weightColumn(table, time);
  const groups = groupColumn(table, time);
  const frame = frameOf(known);
  const series = new Map<string, Float64Array>();
  at.forEach((t, row) => {
    if (t === null) return;
    const label = groups < 0 ? name : labelOf(table.values[groups]?.[row] ?? null, table, groups);
    const counts = series.get(label) ?? new Float64Array(frame.bins);
    series.set(label, counts);
    const i = Math.floor((t - frame.start) / frame.bin);
    counts[i] = (counts[i] ?? 0) + (weights < 0 ? 1 : Number(table.values[weights]?.[row] ?? 0));
  });
  const overlays = [...series].map(
    ([label, counts]): TimelineOverlay => ({
      label,
      bin: frame.bin,
      start: frame.start,
      counts,
      total: counts.reduce((a, b) => a + b, 0),
    }),
  );
  return {
    overlays: overlays.sort((a, b) => b.total - a.total),
    note: noteOf(table, at.length - known.length, weights, name),
  };
}

function noteOf(table: ResultTable, undated: number, weights: number, name: string): string | null {
  const notes = [
    weights >= 0 ? `Height is ${table.columns[weights]!.name} by ${name}.` : '',
    undated > 0 ? `${undated} rows without ${name} are left out.` : '',
    table.truncated ? 'The result was cut; rows beyond the cut are not counted.' : '',
  ].filter((n) => n !== '');
  return notes.length > 0 ? notes.join(' ') : null;
}

function timeColumn(table: ResultTable): number {
  const times = table.columns.flatMap((c, i) => (c.type === 'datetime' ? [i] : []));
  return times.find((i) => TIME_NAMES.includes(table.columns[i]!.name)) ?? times[0] ?? -1;
}

/** A result of `summarize n = … by bin(time), group` has its heights in its only number; else each row counts one. */
function weightColumn(table: ResultTable, time: number): number {
  const numbers = table.columns.flatMap((c, i) => (['long', 'int', 'real'].includes(c.type) ? [i] : []));
  const others = table.columns.filter((_, i) => i !== time && i !== numbers[0]);
  return numbers.length === 1 && others.length <= 1 && others.every((c) => c.type === 'string' || c.type === 'guid')
    ? numbers[0]!
    : -1;
}

/** The first text column that has a few values over many rows. */
function groupColumn(table: ResultTable, time: number): number {
  return table.columns.findIndex((c, i) => {
    if (i === time || (c.type !== 'string' && c.type !== 'bool')) return false;
    const distinct = new Set<Cell>();
    for (const cell of table.values[i] ?? []) {
      distinct.add(cell);
      if (distinct.size > MOST_GROUPS) return false;
    }
    return distinct.size > 1;
  });
}

function labelOf(cell: Cell, table: ResultTable, column: number): string {
  const text = cellToText(cell, table.columns[column]!.type);
  return text === '' ? '(empty)' : text;
}

interface Frame {
  readonly start: Instant;
  readonly bin: Span;
  readonly bins: number;
}

function frameOf(times: readonly Instant[]): Frame {
  const first = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const last = times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  // Beyond the widest bin (times of many centuries) the width grows until the picture fits.
  const fits = WIDTHS.find((w) => (last - first) / w < MOST_BINS - 1);
  const bin = span(fits ?? Math.ceil((last - first) / (MOST_BINS - 1)));
  const start = floorTo(instant(first), bin);
  return { start, bin, bins: Math.floor((last - start) / bin) + 1 };
}
