import { finish, type Steps } from '../base/steps';
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

/** Rows that one step takes: a few milliseconds of work. */
const STEP = 8_192;
const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * The rows of a result that pass the filters of a view on the time axis; how many they are is said. Other requests are served
 * between its steps: a million rows would hold the process for an eighth of a second.
 */
export async function overlayOfView(table: ResultTable, view: RowView, signal?: AbortSignal): Promise<OverlayResult> {
  const filters = { ...view, sort: null };
  const whole = isWhole(filters);
  const rows = whole ? undefined : await orderRows(table, filters, signal);
  if (!whole && !rows) throw new Error('Cancelled.');
  const steps = rows ? passingSteps(table, rows) : overlaySteps(table);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await pause();
    if (signal?.aborted) throw new Error('Cancelled.');
  }
}

function* passingSteps(table: ResultTable, rows: Uint32Array): Steps<OverlayResult> {
  const count = (n: number) => n.toLocaleString('en-US');
  const said = `${count(rows.length)} of ${count(table.rowCount)} rows: those that pass the filters of the grid.`;
  if (rows.length === 0) return { overlays: [], note: said };
  const values: Cell[][] = [];
  for (const column of table.values) {
    const cells: Cell[] = [];
    for (const row of rows) {
      if (cells.length % STEP === STEP - 1) yield;
      cells.push(column[row] ?? null);
    }
    values.push(cells);
  }
  const { overlays, note } = yield* overlaySteps({ ...table, rowCount: rows.length, values });
  return { overlays, note: note === null ? said : `${said} ${note}` };
}

/** The same at once, for what is small. */
export const overlayOf = (table: ResultTable): OverlayResult => finish(overlaySteps(table));

/**
 * A result on the time axis. A summary by time (one row a bin and group) gives its values, one series per number and group;
 * anything else is counted by bins of its time column, one series per group where there are few groups.
 */
function* overlaySteps(table: ResultTable): Steps<OverlayResult> {
  const time = timeColumn(table);
  if (time < 0)
    return { overlays: [], note: 'The result has no datetime column, so it cannot be laid on the timeline.' };
  const times = yield* readTimes(table.values[time] ?? []);
  const { at } = times;
  const name = table.columns[time]!.name;
  if (times.known === 0) return { overlays: [], note: `No row has a value in ${name}.` };
  const summary = yield* summaryOf(table, time, at);
  if (summary) return yield* valuesOf(table, time, at, summary);
  const weights = weightColumn(table, time);
  const groups = yield* groupColumn(table, time);
  const frame = frameOf(times);
  const series = new Map<string, Float64Array>();
  for (let row = 0; row < at.length; row++) {
    if (row % STEP === STEP - 1) yield;
    const t = at[row] ?? null;
    if (t === null) continue;
    const label = groups < 0 ? name : labelOf(table.values[groups]?.[row] ?? null, table, groups);
    const counts = series.get(label) ?? new Float64Array(frame.bins);
    series.set(label, counts);
    const i = Math.floor((t - frame.start) / frame.bin);
    counts[i] = (counts[i] ?? 0) + (weights < 0 ? 1 : Number(table.values[weights]?.[row] ?? 0));
  }
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
    note: noteOf(table, at.length - times.known, weights < 0 ? [] : [weights], name),
  };
}

/** The time of each row, null where it has none, and the first and last of them. */
interface Times {
  readonly at: readonly (Instant | null)[];
  readonly known: number;
  readonly first: number;
  readonly last: number;
}

function* readTimes(cells: readonly Cell[]): Steps<Times> {
  const at: (Instant | null)[] = [];
  let known = 0;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const cell of cells) {
    if (at.length % STEP === STEP - 1) yield;
    const t = typeof cell === 'bigint' ? ticksToInstant(cell) : null;
    at.push(t);
    if (t === null) continue;
    known++;
    if (t < first) first = t;
    if (t > last) last = t;
  }
  return { at, known, first, last };
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

function* summaryOf(table: ResultTable, time: number, at: readonly (Instant | null)[]): Steps<Summary | null> {
  const others = table.columns.flatMap((c, i) => (i === time ? [] : [{ type: c.type, i }]));
  const numbers = others.filter((c) => NUMBERS.has(c.type)).map((c) => c.i);
  const texts = others.filter((c) => TEXTS.has(c.type)).map((c) => c.i);
  if (numbers.length === 0 || numbers.length + texts.length < others.length) return null;
  const distinct = new Set<Instant>();
  for (let row = 0; row < at.length; row++) {
    if (row % STEP === STEP - 1) yield;
    const t = at[row] ?? null;
    if (t !== null) distinct.add(t);
    if (distinct.size > MOST_BINS) return null;
  }
  const times = [...distinct].sort((a, b) => a - b);
  const step = times.slice(1).reduce((known, t, i) => divisor(known, t - times[i]!), 0);
  if (step < 1_000) return null;
  const bins = (times.at(-1)! - times[0]!) / step + 1;
  if (bins > MOST_BINS || times.length < bins * LEAST_FILLED) return null;
  const seen = new Set<string>();
  for (const [row, t] of at.entries()) {
    if (row % STEP === STEP - 1) yield;
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

function* valuesOf(
  table: ResultTable,
  time: number,
  at: readonly (Instant | null)[],
  { numbers, texts, frame }: Summary,
): Steps<OverlayResult> {
  const series = new Map<string, Float64Array>();
  for (const [row, t] of at.entries()) {
    if (row % STEP === STEP - 1) yield;
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
function* groupColumn(table: ResultTable, time: number): Steps<number> {
  for (const [i, c] of table.columns.entries()) {
    if (i === time || (c.type !== 'string' && c.type !== 'bool')) continue;
    const distinct = new Set<Cell>();
    for (const [row, cell] of (table.values[i] ?? []).entries()) {
      if (row % STEP === STEP - 1) yield;
      distinct.add(cell);
      if (distinct.size > MOST_GROUPS) break;
    }
    if (distinct.size > 1 && distinct.size <= MOST_GROUPS) return i;
  }
  return -1;
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

function frameOf({ first, last }: Times): Frame {
  // Beyond the widest bin (times of many centuries) the width grows until the picture fits.
  const fits = WIDTHS.find((w) => (last - first) / w < MOST_BINS - 1);
  const bin = span(fits ?? Math.ceil((last - first) / (MOST_BINS - 1)));
  const start = floorTo(instant(first), bin);
  return { start, bin, bins: Math.floor((last - start) / bin) + 1 };
}
