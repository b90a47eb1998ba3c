/**
 * Min, max and sum of any run of bins in logarithmic time. Min is kept beside max so that a one-bin gap inside a pixel
 * still shows; sum and count give the mean that a shaded loss is measured against.
 */
const FAN = 8;

/** The size of the coarsest level whose entries hold at most `bins` bins; 1 where even the finest is too coarse. */
export function entrySize(bins: number): number {
  let size = 1;
  while (size * FAN <= bins) size *= FAN;
  return size;
}

/** One level: entry `i` covers bins `[i·size, (i+1)·size)`. Bins that are NaN count for nothing. */
interface Level {
  readonly size: number;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly sum: Float64Array;
  readonly count: Uint32Array;
}

export interface Pyramid {
  readonly values: Float64Array;
  readonly levels: readonly Level[];
}

/** What a run of bins holds; `count` is how many of them are numbers, and with none min and max are NaN. */
export interface Summary {
  min: number;
  max: number;
  sum: number;
  count: number;
}

export function buildPyramid(values: Float64Array): Pyramid {
  const levels: Level[] = [];
  for (let size = FAN; values.length > 0; size *= FAN) {
    const level = buildLevel(values, levels.at(-1), size);
    levels.push(level);
    if (level.min.length === 1) break;
  }
  return { values, levels };
}

function buildLevel(values: Float64Array, below: Level | undefined, size: number): Level {
  const n = Math.ceil(values.length / size);
  const level: Level = {
    size,
    min: new Float64Array(n),
    max: new Float64Array(n),
    sum: new Float64Array(n),
    count: new Uint32Array(n),
  };
  for (let i = 0; i < n; i++) {
    const s = emptySummary();
    const last = Math.min((i + 1) * FAN, below ? below.min.length : values.length);
    for (let j = i * FAN; j < last; j++) {
      if (below) addEntry(s, below, j);
      else addValue(s, values[j]!);
    }
    level.min[i] = s.min;
    level.max[i] = s.max;
    level.sum[i] = s.sum;
    level.count[i] = s.count;
  }
  return level;
}

const emptySummary = (): Summary => ({ min: Number.NaN, max: Number.NaN, sum: 0, count: 0 });

function addValue(s: Summary, v: number): void {
  if (Number.isNaN(v)) return;
  if (s.count === 0 || v < s.min) s.min = v;
  if (s.count === 0 || v > s.max) s.max = v;
  s.sum += v;
  s.count++;
}

function addEntry(s: Summary, level: Level, i: number): void {
  const count = level.count[i]!;
  if (count === 0) return;
  const min = level.min[i]!;
  const max = level.max[i]!;
  if (s.count === 0 || min < s.min) s.min = min;
  if (s.count === 0 || max > s.max) s.max = max;
  s.sum += level.sum[i]!;
  s.count += count;
}

/** Summary of bins `[from, to)`, written into `into` so that a frame makes no garbage. Bounds outside the data are cut. */
export function summarize(pyramid: Pyramid, from: number, to: number, into: Summary = emptySummary()): Summary {
  into.min = Number.NaN;
  into.max = Number.NaN;
  into.sum = 0;
  into.count = 0;
  const { values, levels } = pyramid;
  let at = Math.max(0, Math.floor(from));
  const end = Math.min(values.length, Math.ceil(to));
  while (at < end) {
    let best: Level | undefined;
    for (const level of levels) {
      if (at % level.size !== 0 || at + level.size > end) break;
      best = level;
    }
    if (best) {
      addEntry(into, best, at / best.size);
      at += best.size;
    } else {
      addValue(into, values[at]!);
      at++;
    }
  }
  return into;
}

/** Values that a quantile looks at; more would not change the top of a lane by a pixel. */
const SAMPLE = 20_000;

/** The value that about a share `q` (0–1) of the bins do not exceed; 0 without data. Long series are sampled evenly. */
export function quantile(values: Float64Array, q: number): number {
  const step = Math.max(1, Math.floor(values.length / SAMPLE));
  const sample = new Float64Array(Math.ceil(values.length / step));
  let n = 0;
  for (let i = 0; i < values.length; i += step) {
    const v = values[i]!;
    if (!Number.isNaN(v)) sample[n++] = v;
  }
  if (n === 0) return 0;
  return sample.subarray(0, n).sort()[Math.min(n - 1, Math.floor(q * n))]!;
}

/** The greatest bin of all; 0 without data. */
export function greatest(pyramid: Pyramid): number {
  const { max, count } = summarize(pyramid, 0, pyramid.values.length);
  return count === 0 ? 0 : max;
}
