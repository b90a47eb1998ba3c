import type { Span } from '../base/time';
import type { TimeScale } from './scale';

/**
 * The columns in which a series is drawn: one per bin where a bin is a pixel or wider, else one per pixel. Together they
 * hold every bin on screen exactly once, so that none can be lost between two pixels.
 */
export interface Columns {
  readonly count: number;
  /** Left edge and width, CSS pixels, whole. */
  readonly x: Int32Array;
  readonly width: Int32Array;
  /** Bins `[from, to)`. */
  readonly from: Int32Array;
  readonly to: Int32Array;
}

export interface Binned {
  readonly start: number;
  readonly bin: Span;
  readonly length: number;
}

export function columnsOf(series: Binned, scale: TimeScale): Columns {
  const perBin = (series.bin * scale.width) / (scale.view.to - scale.view.from);
  return perBin >= 1 ? binColumns(series, scale) : pixelColumns(series, scale);
}

const make = (n: number): { -readonly [K in keyof Columns]: Columns[K] } => ({
  count: 0,
  x: new Int32Array(n),
  width: new Int32Array(n),
  from: new Int32Array(n),
  to: new Int32Array(n),
});

function binColumns(series: Binned, scale: TimeScale): Columns {
  const first = Math.max(0, Math.floor((scale.view.from - series.start) / series.bin));
  const last = Math.min(series.length, Math.ceil((scale.view.to - series.start) / series.bin));
  const columns = make(Math.max(0, last - first));
  for (let i = first; i < last; i++) {
    const left = Math.round(scale.x(series.start + i * series.bin));
    const right = Math.round(scale.x(series.start + (i + 1) * series.bin));
    const n = columns.count++;
    columns.x[n] = left;
    columns.width[n] = Math.max(1, right - left);
    columns.from[n] = i;
    columns.to[n] = i + 1;
  }
  return columns;
}

function pixelColumns(series: Binned, scale: TimeScale): Columns {
  const columns = make(scale.width);
  const perPixel = (scale.view.to - scale.view.from) / scale.width;
  const index = (x: number) => Math.floor((scale.view.from + x * perPixel - series.start) / series.bin);
  for (let x = 0; x < scale.width; x++) {
    const from = Math.max(0, index(x));
    const to = Math.min(series.length, x === scale.width - 1 ? index(x + 1) + 1 : index(x + 1));
    if (to <= from) continue;
    const n = columns.count++;
    columns.x[n] = x;
    columns.width[n] = 1;
    columns.from[n] = from;
    columns.to[n] = to;
  }
  return columns;
}

/** Rows to a share of the lane's height, 0–1, linear or logarithmic; what is above the top is cut there. */
export function heightOf(value: number, top: number, log: boolean): number {
  if (!(value > 0)) return 0;
  const share = log ? Math.log1p(value) / Math.log1p(top) : value / top;
  return Math.min(1, share);
}
