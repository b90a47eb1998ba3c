/**
 * Public formulas of other tools, written from their documentation, as scores by hour: the higher, the more a drop is
 * suspected. Thresholds are set by the caller, so that all are compared at the same share of clean hours flagged.
 */

export interface Peer {
  readonly name: string;
  /** Score of each hour; −Infinity where the formula says nothing. */
  readonly score: (y: Float64Array) => Float64Array;
}

const quantile = (sorted: Float64Array, p: number): number => {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
};

/** Tukey's fences on the 10 % and 90 % quantiles ("ctukey"): distance below the low fence in units of their range. */
function tukeyScore(residual: Float64Array, from: Float64Array): Float64Array {
  const sorted = from.slice().sort();
  const low = quantile(sorted, 0.1);
  const range = Math.max(quantile(sorted, 0.9) - low, 1e-9);
  return residual.map((r) => (low - r) / range);
}

const median = (values: number[]): number => {
  const s = values.sort((a, b) => a - b);
  return s.length % 2 ? s[s.length >> 1]! : (s[s.length / 2 - 1]! + s[s.length / 2]!) / 2;
};

/** series_decompose_anomalies(y, threshold, 168, 'avg', 0, 'ctukey') over the whole series, the incident included. */
function decompose(y: Float64Array): Float64Array {
  const season = Array.from({ length: 168 }, (_, h) => median([...y].filter((_, t) => t % 168 === h)));
  const residual = y.map((n, t) => n - season[t % 168]!);
  const mean = residual.reduce((a, b) => a + b, 0) / residual.length;
  const r = residual.map((x) => x - mean);
  return tukeyScore(r, r);
}

/** The Sentinel health workbook: 14 days in bins of a day, season of 7, 'linefit', one test point: each day by the 13 before. */
function healthWorkbook(y: Float64Array): Float64Array {
  const days = Math.floor(y.length / 24);
  const d = Float64Array.from({ length: days }, (_, i) => y.subarray(i * 24, i * 24 + 24).reduce((a, b) => a + b, 0));
  const out = new Float64Array(y.length).fill(Number.NEGATIVE_INFINITY);
  for (let t = 13; t < days; t++) {
    const x = d.slice(t - 13, t + 1);
    const fit = x.subarray(0, 13);
    const season = Array.from({ length: 14 }, (_, i) => median([...fit].filter((_, j) => j % 7 === i % 7)));
    const flat = x.map((n, i) => n - season[i]!);
    const { slope, base } = line(flat.subarray(0, 13));
    const residual = flat.map((n, i) => n - base - slope * i);
    const score = tukeyScore(residual, residual.subarray(0, 13));
    out.fill(score[13]!, t * 24, t * 24 + 24);
  }
  return out;
}

function line(y: Float64Array): { slope: number; base: number } {
  const n = y.length;
  const mx = (n - 1) / 2;
  const my = y.reduce((a, b) => a + b, 0) / n;
  let xy = 0;
  let xx = 0;
  y.forEach((v, i) => {
    xy += (i - mx) * (v - my);
    xx += (i - mx) ** 2;
  });
  return { slope: xy / xx, base: my - (xy / xx) * mx };
}

/** Rolling 4 h sums against mean − m·sd of the 7 days up to and with the hour itself. */
function rollingDeviation(y: Float64Array): Float64Array {
  const span = 4;
  const week = 168;
  const sums = y.map((_, t) => y.subarray(Math.max(0, t - span + 1), t + 1).reduce((a, b) => a + b, 0));
  const out = new Float64Array(y.length).fill(Number.NEGATIVE_INFINITY);
  let s = 0;
  let q = 0;
  for (let t = 0; t < y.length; t++) {
    s += sums[t]!;
    q += sums[t]! ** 2;
    if (t >= week) {
      s -= sums[t - week]!;
      q -= sums[t - week]! ** 2;
    }
    if (t < week) continue;
    const mean = s / week;
    const sd = Math.sqrt(Math.max((q - week * mean * mean) / (week - 1), 1e-12));
    out[t] = (mean - sums[t]!) / sd;
  }
  return out;
}

export const PEERS: readonly Peer[] = [
  { name: 'series_decompose_anomalies', score: decompose },
  { name: 'Sentinel health workbook', score: healthWorkbook },
  { name: 'mean − m·sd, 4 h in 7 d', score: rollingDeviation },
];

/** Threshold at which the share `budget` of these clean hours is flagged. */
export function thresholdAt(scores: readonly Float64Array[], budget: number): number {
  const all = Float64Array.from(scores.flatMap((s) => [...s])).sort();
  return Math.max(all[Math.min(all.length - 1, Math.ceil((1 - budget) * all.length))]!, 1e-9);
}
