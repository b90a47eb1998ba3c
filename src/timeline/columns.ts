import type { Span } from '../base/time';
import { entrySize, type Pyramid } from './pyramid';
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
  /** Bins that an entry of the pyramid's level holds which the edges fall on; 1: the bins themselves. */
  readonly step: number;
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
  step: 1,
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

/**
 * Pixels share edges that fall on whole entries of the pyramid, at most a quarter of a pixel off: a column then costs a few
 * entries whatever it holds, and every bin is still in exactly one.
 */
function pixelColumns(series: Binned, scale: TimeScale): Columns {
  const columns = make(scale.width);
  const perPixel = (scale.view.to - scale.view.from) / scale.width;
  const step = entrySize(perPixel / series.bin / 4);
  columns.step = step;
  const edge = (x: number) => {
    const bin = Math.floor((scale.view.from + x * perPixel - series.start) / series.bin);
    return Math.min(series.length, Math.max(0, Math.floor(bin / step) * step));
  };
  let from = edge(0);
  for (let x = 0; x < scale.width; x++) {
    const last = Math.ceil((scale.view.to - series.start) / series.bin);
    const to = x < scale.width - 1 ? edge(x + 1) : Math.min(series.length, Math.max(0, Math.ceil(last / step) * step));
    if (to <= from) continue;
    const n = columns.count++;
    columns.x[n] = x;
    columns.width[n] = 1;
    columns.from[n] = from;
    columns.to[n] = to;
    from = to;
  }
  return columns;
}

/** Least, greatest and mean bin of each column; NaN where a column holds no number. */
export interface ColumnValues {
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly mean: Float64Array;
}

export function columnValues(pyramid: Pyramid, columns: Columns): ColumnValues {
  const n = columns.count;
  const values = { min: new Float64Array(n), max: new Float64Array(n), mean: new Float64Array(n) };
  const level = pyramid.levels.find((l) => l.size === columns.step);
  const { min, max, sum, count } = level ?? {
    min: pyramid.values,
    max: pyramid.values,
    sum: pyramid.values,
    count: undefined,
  };
  const size = level?.size ?? 1;
  for (let i = 0; i < n; i++) {
    const end = Math.min(min.length, Math.ceil(columns.to[i]! / size));
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    let total = 0;
    let bins = 0;
    for (let j = columns.from[i]! / size; j < end; j++) {
      const low = min[j]!;
      if (Number.isNaN(low)) continue;
      if (low < least) least = low;
      if (max[j]! > most) most = max[j]!;
      total += sum[j]!;
      bins += count ? count[j]! : 1;
    }
    values.min[i] = bins > 0 ? least : Number.NaN;
    values.max[i] = bins > 0 ? most : Number.NaN;
    values.mean[i] = bins > 0 ? total / bins : Number.NaN;
  }
  return values;
}

/** The mean bin of each column alone, at half the cost; NaN where a column holds no number. */
export function columnMeans(pyramid: Pyramid, columns: Columns): Float64Array {
  const means = new Float64Array(columns.count);
  const level = pyramid.levels.find((l) => l.size === columns.step);
  const sum = level?.sum ?? pyramid.values;
  const count = level?.count;
  const size = level?.size ?? 1;
  for (let i = 0; i < means.length; i++) {
    const end = Math.min(sum.length, Math.ceil(columns.to[i]! / size));
    let total = 0;
    let bins = 0;
    for (let j = columns.from[i]! / size; j < end; j++) {
      const n = count ? count[j]! : 1;
      const v = sum[j]!;
      if (n === 0 || Number.isNaN(v)) continue;
      total += v;
      bins += n;
    }
    means[i] = bins > 0 ? total / bins : Number.NaN;
  }
  return means;
}

/** Rows to a share of the lane's height, 0–1, linear or logarithmic; what is above the top is cut there. */
export function heightOf(value: number, top: number, log: boolean): number {
  if (!(value > 0)) return 0;
  const share = log ? Math.log1p(value) / Math.log1p(top) : value / top;
  return Math.min(1, share);
}
