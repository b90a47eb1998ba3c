import { DAY, floorTo, HOUR, type Instant, instant, MINUTE, type Span, span, ticksToInstant } from '../base/time';
import type { OverlayResult } from '../protocol/datahost';
import { type Cell, cellToText, type ResultTable } from '../protocol/records';
import { isWhole, type RowView } from '../protocol/row-view';
import type { TimelineOverlay } from '../protocol/webview';
import { orderRows } from './row-order';

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

/** The rows of a result that pass the filters of a view on the time axis; how many they are is said. */
export async function overlayOfView(table: ResultTable, view: RowView, signal?: AbortSignal): Promise<OverlayResult> {
  const filters = { ...view, sort: null };
  if (isWhole(filters)) return overlayOf(table);
  const rows = await orderRows(table, filters, signal);
  if (!rows) throw new Error('Cancelled.');
  const count = (n: number) => n.toLocaleString('en-US');
  const said = `${count(rows.length)} of ${count(table.rowCount)} rows: those that pass the filters of the grid.`;
  if (rows.length === 0) return { overlays: [], note: said };
  const values = table.values.map((column) => Array.from(rows, (r) => column[r] ?? null));
  const { overlays, note } = overlayOf({ ...table, rowCount: rows.length, values });
  return { overlays, note: note === null ? said : `${said} ${note}` };
}

/**
 * A result on the time axis. A summary by time (one row a bin and group) gives its values, one series per number and group;
 * anything else is counted by bins of its time column, one series per group where there are few groups.
 */
export function overlayOf(table: ResultTable): OverlayResult {
  const time = timeColumn(table);
  if (time < 0)
    return { overlays: [], note: 'The result has no datetime column, so it cannot be laid on the timeline.' };
  const at = (table.values[time] ?? []).map((c) => (typeof c === 'bigint' ? ticksToInstant(c) : null));
  const known = at.filter((t): t is Instant => t !== null);
  const name = table.columns[time]!.name;
  if (known.length === 0) return { overlays: [], note: `No row has a value in ${name}.` };
  const summary = summaryOf(table, time, at);
  if (summary) return valuesOf(table, time, at, summary);
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
    note: noteOf(table, at.length - known.length, weights < 0 ? [] : [weights], name),
  };
}

function noteOf(
  table: ResultTable,
  undated: number,
  heights: readonly number[],
  name: string,
  more: readonly string[] = [],
): string | null {
  const names = heights.map((i) => table.columns[i]!.name).join(', ');
  const notes = [
    names === '' ? '' : `Height is ${names} by ${name}.`,
    ...more,
    undated > 0 ? `${undated} rows without ${name} are left out.` : '',
    table.truncated ? 'The result was cut; rows beyond the cut are not counted.' : '',
  ].filter((n) => n !== '');
  return notes.length > 0 ? notes.join(' ') : null;
}

/** A result of `summarize … by bin(time, step)`: times on a grid, and one row for each of them and each group. */
interface Summary {
  readonly numbers: readonly number[];
  readonly texts: readonly number[];
  readonly frame: Frame;
}

const NUMBERS: ReadonlySet<string> = new Set(['long', 'int', 'real', 'decimal']);
const TEXTS: ReadonlySet<string> = new Set(['string', 'guid', 'bool']);
/** Share of a grid's places that hold rows at least; below it the times are those of single events. */
const LEAST_FILLED = 0.05;

function summaryOf(table: ResultTable, time: number, at: readonly (Instant | null)[]): Summary | null {
  const others = table.columns.flatMap((c, i) => (i === time ? [] : [{ type: c.type, i }]));
  const numbers = others.filter((c) => NUMBERS.has(c.type)).map((c) => c.i);
  const texts = others.filter((c) => TEXTS.has(c.type)).map((c) => c.i);
  if (numbers.length === 0 || numbers.length + texts.length < others.length) return null;
  const times = [...new Set(at)].filter((t): t is Instant => t !== null).sort((a, b) => a - b);
  const step = times.slice(1).reduce((known, t, i) => divisor(known, t - times[i]!), 0);
  if (step < 1_000) return null;
  const bins = (times.at(-1)! - times[0]!) / step + 1;
  if (bins > MOST_BINS || times.length < bins * LEAST_FILLED) return null;
  const seen = new Set<string>();
  for (const [row, t] of at.entries()) {
    if (t === null) continue;
    const place = JSON.stringify([t, ...texts.map((i) => textAt(table, row, i))]);
    if (seen.has(place)) return null;
    seen.add(place);
  }
  return { numbers, texts, frame: { start: times[0]!, bin: span(step), bins } };
}

/** Greatest common divisor; of zero and a number, the number. */
function divisor(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

const textAt = (table: ResultTable, row: number, column: number): string =>
  labelOf(table.values[column]?.[row] ?? null, table, column);

function valuesOf(
  table: ResultTable,
  time: number,
  at: readonly (Instant | null)[],
  { numbers, texts, frame }: Summary,
): OverlayResult {
  const series = new Map<string, Float64Array>();
  for (const [row, t] of at.entries()) {
    if (t === null) continue;
    const group = texts.map((i) => textAt(table, row, i)).join(' · ');
    for (const column of numbers) {
      const { name } = table.columns[column]!;
      const label = group === '' ? name : numbers.length > 1 ? `${group} · ${name}` : group;
      const values = series.get(label) ?? new Float64Array(frame.bins).fill(Number.NaN);
      series.set(label, values);
      const cell = table.values[column]?.[row] ?? null;
      values[Math.round((t - frame.start) / frame.bin)] = cell === null ? Number.NaN : Number(cell);
    }
  }
  const all = [...series]
    .map(([label, counts]): TimelineOverlay => {
      const total = counts.reduce((sum, v) => sum + (Number.isFinite(v) ? v : 0), 0);
      return { label, bin: frame.bin, start: frame.start, counts, total, values: true };
    })
    .sort((a, b) => Math.abs(b.total) - Math.abs(a.total));
  const undated = at.filter((t) => t === null).length;
  const left = all.length > MOST_GROUPS ? [`The ${MOST_GROUPS} largest of ${all.length} series.`] : [];
  return {
    overlays: all.slice(0, MOST_GROUPS),
    note: noteOf(table, undated, numbers, table.columns[time]!.name, left),
  };
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
