/**
 * Long shallow losses: every window of 2 days to 6 weeks is compared with the clean days outside it, by their mean daily
 * shortfall (observed − expected) / expected. Level, deviation and correlation come from the days outside that very window: a
 * loss that nobody excluded would otherwise widen the noise and raise its own threshold. Src README, "Why no CUSUM".
 */
import type { Steps } from '../base/steps';
import type { Baseline } from './baseline';
import type { Candidate } from './bins';
import { logExceedance, maximumLaws } from './bootstrap';
import { robustSd } from './robust';
import type { Volumes } from './volumes';

const LENGTHS = [2, 3, 4, 5, 7, 9, 12, 16, 21, 28, 36, 44];
const LEAST_OUTSIDE = 14;
/** ln of the family's p of a window that is worth judging. */
const KEEP = Math.log(0.1);
/** The correlation is drawn towards this, as if so many pairs of days had shown it. */
const PRIOR = { correlation: 0.5, pairs: 40 };
/** A day counts at most as so many robust deviations: one day alone is the business of the other tests. */
const CLIP = 4;
const MOST_FOUND = 4;

interface DayWindow {
  readonly from: number;
  readonly to: number;
  readonly t: number;
}

/** @param masked 1 for bins that other tests explained. Bins outside [from, to) do not count. */
export function* scanShallow(
  v: Volumes,
  baseline: Baseline,
  masked: Uint8Array,
  from: number,
  to: number,
): Steps<Candidate[]> {
  const { shortfall, judged, clean } = dailyShortfall(v, baseline, masked, from, to);
  const cleanDays = clean.reduce((n, x) => n + x, 0);
  if (cleanDays < LEAST_OUTSIDE + 4) return [];
  const windows = windowsOf(shortfall, clean, judged);
  const best = windows.reduce((b, w) => (w.t > b.t ? w : b), { from: 0, to: 0, t: 0 });
  // The law is that of days with a correlation between the one seen and the usual one: where chance makes the one seen small it
  // also makes the statistic large.
  const rho = 0.5 * (sumsOf(shortfall, clean).correlation(best.from, best.to) + PRIOR.correlation);
  const law = yield* lawOf(v.days, cleanDays, rho);
  const out: Candidate[] = [];
  for (const w of windows.sort((a, b) => b.t - a.t || a.from - b.from)) {
    const logP = logExceedance(law, w.t);
    if (logP > KEEP || out.length >= MOST_FOUND) break;
    const first = firstBin(v, w.from, from);
    const last = Math.min(to, firstBin(v, w.to, from));
    if (last <= first || out.some((c) => c.from < last && first < c.to)) continue;
    out.push({ from: first, to: last, test: 'shallow', logP: logP - Math.log(v.days), places: v.days });
  }
  return out;
}

const lawOf = maximumLaws((series, clean) => {
  let max = 0;
  visitWindows(series, clean, new Uint8Array(series.length).fill(1), (_from, _to, t) => {
    if (t > max) max = t;
  });
  return max;
});

function dailyShortfall(v: Volumes, baseline: Baseline, masked: Uint8Array, from: number, to: number) {
  const y = new Float64Array(v.days);
  const m = new Float64Array(v.days);
  const q = new Float64Array(v.days);
  const whole = new Float64Array(v.days);
  const clean = new Uint8Array(v.days).fill(1);
  for (let i = from; i < to; i++) {
    const d = v.day[i]!;
    whole[d]! += baseline.mu[i]!;
    if (baseline.taught[i] === 0) clean[d] = 0;
    if (masked[i] === 1 || v.unknown[i] === 1) continue;
    y[d]! += v.records[i]!;
    m[d]! += baseline.mu[i]!;
    q[d]! += baseline.mu[i]! ** 2;
  }
  const { k, dayVariance } = baseline.noise;
  const variance = Float64Array.from(m, (e, d) => dayVariance + (e + q[d]! / k) / Math.max(e * e, 1e-9));
  const judged = Uint8Array.from(m, (e, d) => (e > 0 && e >= 0.2 * whole[d]! ? 1 : 0));
  const middle = typical(variance, judged);
  const shortfall = new Float64Array(v.days);
  for (let d = 0; d < v.days; d++) {
    // A day that is noisier than most (a weekend with few rows) counts for less.
    if (judged[d] === 1) shortfall[d] = ((y[d]! - m[d]!) / m[d]!) * Math.min(1, Math.sqrt(middle / variance[d]!));
    else clean[d] = 0;
  }
  const limit = CLIP * Math.max(1e-3, robustSd(shortfall.filter((_, d) => clean[d] === 1)));
  return { shortfall: shortfall.map((x) => Math.max(-limit, Math.min(limit, x))), judged, clean };
}

function typical(variance: Float64Array, judged: Uint8Array): number {
  const values = variance.filter((_, d) => judged[d] === 1).sort();
  return values[values.length >> 1] ?? 1;
}

function windowsOf(x: Float64Array, clean: Uint8Array, judged: Uint8Array): DayWindow[] {
  const out: DayWindow[] = [];
  visitWindows(x, clean, judged, (from, to, t) => {
    out.push({ from, to, t });
  });
  return out;
}

/** Every window with its studentised shortfall, where that is above nothing. */
function visitWindows(
  x: Float64Array,
  clean: Uint8Array,
  judged: Uint8Array,
  visit: (from: number, to: number, t: number) => void,
): void {
  const days = x.length;
  const sums = sumsOf(x, clean);
  const total = new Float64Array(days + 1);
  const count = new Int32Array(days + 1);
  for (let d = 0; d < days; d++) {
    total[d + 1] = total[d]! + (judged[d] === 1 ? x[d]! : 0);
    count[d + 1] = count[d]! + judged[d]!;
  }
  for (const length of LENGTHS) {
    for (let from = 0; from + length <= days; from++) {
      const to = from + length;
      const n = count[to]! - count[from]!;
      const outside = sums.outside(from, to);
      if (n < Math.max(2, 0.6 * length) || outside.n < LEAST_OUTSIDE) continue;
      const gap = outside.mean - (total[to]! - total[from]!) / n;
      if (gap <= 0) continue;
      const rho = sums.correlation(from, to);
      const error = Math.sqrt(outside.variance * (dependence(n, rho) / n + (1 + rho) / (1 - rho) / outside.n));
      visit(from, to, gap / Math.max(error, 1e-9));
    }
  }
}

/** Variance of the mean of n successive days in units of a day's over n, for an autoregression of order 1. */
function dependence(n: number, rho: number): number {
  return (1 + rho) / (1 - rho) - (2 * rho * (1 - rho ** n)) / (n * (1 - rho) ** 2);
}

/** Sums of clean days that answer for the days outside any window at once. */
function sumsOf(x: Float64Array, clean: Uint8Array) {
  const days = x.length;
  let centre = 0;
  let all = 0;
  for (let d = 0; d < days; d++) {
    if (clean[d] === 0) continue;
    centre += x[d]!;
    all++;
  }
  centre /= Math.max(1, all);
  const n = new Int32Array(days + 1);
  const sum = new Float64Array(days + 1);
  const square = new Float64Array(days + 1);
  const pairs = new Int32Array(days + 1);
  const product = new Float64Array(days + 1);
  for (let d = 0; d < days; d++) {
    const c = clean[d]!;
    const dx = c * (x[d]! - centre);
    n[d + 1] = n[d]! + c;
    sum[d + 1] = sum[d]! + dx;
    square[d + 1] = square[d]! + dx * dx;
    const pair = d > 0 && c === 1 && clean[d - 1] === 1;
    pairs[d + 1] = pairs[d]! + (pair ? 1 : 0);
    product[d + 1] = product[d]! + (pair ? dx * (x[d - 1]! - centre) : 0);
  }
  const outside = (from: number, to: number) => {
    const count = n[days]! - n[to]! + n[from]!;
    const shift = (sum[days]! - sum[to]! + sum[from]!) / Math.max(1, count);
    const spread = (square[days]! - square[to]! + square[from]!) / Math.max(1, count) - shift * shift;
    return {
      n: count,
      mean: centre + shift,
      shift,
      variance: (Math.max(spread, 1e-9) * count) / Math.max(1, count - 3),
    };
  };
  /** Lag-1, bias-corrected and drawn to the prior. */
  const correlation = (from: number, to: number): number => {
    const o = outside(from, to);
    const edge = Math.min(days, to + 1);
    const count = pairs[days]! - pairs[edge]! + pairs[from]!;
    if (count === 0) return PRIOR.correlation;
    const mean = (product[days]! - product[edge]! + product[from]!) / count - o.shift * o.shift;
    const raw = mean / o.variance;
    const unbiased = Math.max(0, raw + (1 + 3 * Math.max(0, raw)) / count);
    return Math.min(0.8, (count * unbiased + PRIOR.pairs * PRIOR.correlation) / (count + PRIOR.pairs));
  };
  return { outside, correlation };
}

/** First bin of a day, not before `from`. */
function firstBin(v: Volumes, day: number, from: number): number {
  if (day >= v.days) return v.bins;
  let i = Math.max(0, Math.min(v.bins - 1, day * v.binsPerDay));
  while (i > 0 && v.day[i - 1]! >= day) i--;
  while (i < v.bins && v.day[i]! < day) i++;
  return Math.max(from, i);
}
