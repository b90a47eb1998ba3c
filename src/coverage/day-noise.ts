/**
 * The noise about the baseline on two scales. Within a day hours scatter as a negative binomial of size k; whole days share
 * a factor that wanders (variance, lag-1 correlation). An hourly model alone is over-confident about long windows.
 */
import { studentQuantile } from './distributions';
import type { Trend } from './level';
import { median, robustSd } from './robust';
import type { Volumes } from './volumes';

export interface DayNoise {
  /** Size of the negative binomial of a bin within its day. */
  readonly k: number;
  /** Size for one bin on its own, with the day's factor in it. */
  readonly kBin: number;
  /** Variance of the day factor, relative to its mean 1. */
  readonly dayVariance: number;
  /** Lag-1 autocorrelation of the day factor. */
  readonly correlation: number;
  /** Clean days that taught it. */
  readonly days: number;
  /** Degrees of freedom of the variance, for Student's t. */
  readonly freedom: number;
  /** t(0.95, freedom): half width of a 90 % interval in standard errors. */
  readonly t: number;
  /** Mean clean daily ratio of observed to expected: the fit is multiplied by it. */
  readonly scale: number;
  /** Relative variance of the level that the clean days give. */
  readonly levelVariance: number;
  readonly trend: Trend;
  /** Share by which noise of a short window grows because its seasonal cells were estimated from few weeks. */
  readonly cellShare: number;
}

/** True where all figures are the same. */
export const sameNoise = (a: DayNoise, b: DayNoise): boolean =>
  a === b ||
  (SCALARS.every((name) => Object.is(a[name], b[name])) &&
    Object.is(a.trend.slopeVariance, b.trend.slopeVariance) &&
    Object.is(a.trend.center, b.trend.center));

const SCALARS = [
  'k',
  'kBin',
  'dayVariance',
  'correlation',
  'days',
  'freedom',
  't',
  'scale',
  'levelVariance',
  'cellShare',
] as const satisfies readonly Exclude<keyof DayNoise, 'trend'>[];

/** Least variance that is believed: no source is steadier from day to day than 2 %. */
const LEAST_DAY_VARIANCE = 0.0004;
const PRIOR_CORRELATION = 0.5;
const STEADIEST = 100;
/** Days of noise that the fit takes for season: a mean for each day of the week, shrunk, beyond the level. */
const ABSORBED = 5;
const PRIOR_PAIRS = 10;

interface DaySums {
  readonly y: Float64Array;
  readonly m: Float64Array;
  /** Σ μ². */
  readonly q: Float64Array;
  readonly days: readonly number[];
}

export function dayNoise(v: Volumes, taught: Uint8Array, mu: Float64Array, weeks: number, trend: Trend): DayNoise {
  const sums = daySums(v, taught, mu);
  const ratios = sums.days.map((d) => sums.y[d]! / sums.m[d]!);
  const { scale, clipped } = clippedMean(ratios, sums);
  const n = sums.days.length;
  let k = STEADIEST;
  let variance = LEAST_DAY_VARIANCE;
  let own = 0;
  for (let round = 0; round < 2; round++) {
    own = meanOf(sums.days.map((d) => (sums.m[d]! + sums.q[d]! / k) / sums.m[d]! ** 2));
    variance = Math.max(LEAST_DAY_VARIANCE, totalVariance(clipped, scale, n) - own);
    k = sizeWithinDays(v, taught, mu, sums, variance, k, weeks);
  }
  own = meanOf(sums.days.map((d) => (sums.m[d]! + sums.q[d]! / k) / sums.m[d]! ** 2));
  variance = Math.max(LEAST_DAY_VARIANCE, totalVariance(clipped, scale, n) - own);
  const correlation = dayCorrelation(sums.days, clipped, scale, variance, own);
  const signal = variance / (variance + own);
  const dependence = 1 + (2 * correlation * signal) / (1 - correlation);
  const freedom = Math.max(3, n / dependence - 1);
  return {
    k,
    kBin: 1 / (1 / k + variance),
    dayVariance: variance,
    correlation,
    days: n,
    freedom,
    t: studentQuantile(0.95, freedom),
    scale: scale > 0 ? scale : 1,
    levelVariance: levelVariance(sums, variance, correlation, k),
    trend,
    cellShare: 1 / (weeks + 1),
  };
}

/** Days of which at least half was clean. */
function daySums(v: Volumes, taught: Uint8Array, mu: Float64Array): DaySums {
  const y = new Float64Array(v.days);
  const m = new Float64Array(v.days);
  const q = new Float64Array(v.days);
  const whole = new Float64Array(v.days);
  for (let i = v.first; i < v.bins; i++) {
    const d = v.day[i]!;
    whole[d]! += mu[i]!;
    if (taught[i] === 0) continue;
    y[d]! += v.records[i]!;
    m[d]! += mu[i]!;
    q[d]! += mu[i]! ** 2;
  }
  const days: number[] = [];
  for (let d = 0; d < v.days; d++) if (m[d]! > 0 && m[d]! > 0.5 * whole[d]!) days.push(d);
  return { y, m, q, days };
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

/** Ratios beyond three robust deviations are drawn in, so that one odd day sets neither the level nor its variance. */
function clippedMean(ratios: readonly number[], sums: DaySums) {
  const mid = median(ratios);
  const spread = Math.max(0.005, robustSd(ratios));
  const clipped = ratios.map((x) => Math.min(mid + 3 * spread, Math.max(mid - 3 * spread, x)));
  let y = 0;
  let m = 0;
  sums.days.forEach((d, j) => {
    y += clipped[j]! * sums.m[d]!;
    m += sums.m[d]!;
  });
  return { scale: m > 0 ? y / m : 1, clipped };
}

/** Variance of the daily ratios, relative to the level, made whole for the days' dependence. */
function totalVariance(ratios: readonly number[], scale: number, n: number): number {
  if (n < 3 || scale <= 0) return 0.01;
  const mean = meanOf(ratios);
  const sum = ratios.reduce((a, x) => a + (x - mean) ** 2, 0);
  const dependence = 1 + (2 * PRIOR_CORRELATION) / (1 - PRIOR_CORRELATION);
  return sum / (n * Math.max(0.3, 1 - (dependence + ABSORBED) / n)) / scale ** 2;
}

/** k by moments over hours, about their own day's level. */
function sizeWithinDays(
  v: Volumes,
  taught: Uint8Array,
  mu: Float64Array,
  sums: DaySums,
  variance: number,
  k0: number,
  weeks: number,
): number {
  const factor = new Float64Array(v.days);
  for (const d of sums.days) {
    const own = (sums.m[d]! + sums.q[d]! / k0) / sums.m[d]! ** 2;
    factor[d] = 1 + ((sums.y[d]! / sums.m[d]! - 1) * variance) / (variance + own);
  }
  let excess = 0;
  let square = 0;
  const size0 = Math.min(k0, 50);
  for (let i = v.first; i < v.bins; i++) {
    const f = factor[v.day[i]!]!;
    if (taught[i] === 0 || f <= 0) continue;
    const m = mu[i]! * f;
    const limit = 4.5 * Math.sqrt(m + (m * m) / size0) + 1;
    const r = Math.min(limit, Math.max(-limit, v.records[i]! - m));
    excess += r * r - m;
    square += m * m;
  }
  // Cells estimated from few weeks, and each day's own level, take their share of the scatter.
  const spent = (1 + 1 / (weeks + 1)) * (v.binsPerDay / Math.max(1, v.binsPerDay - 1));
  // A source that scatters less than this is not believed to: small counts say little about k.
  return Math.min(STEADIEST, Math.max(0.05, square / Math.max(excess * spent, square / STEADIEST)));
}

function dayCorrelation(
  days: readonly number[],
  ratios: readonly number[],
  scale: number,
  variance: number,
  own: number,
): number {
  const mean = meanOf(ratios);
  let product = 0;
  let pairs = 0;
  for (let j = 1; j < days.length; j++) {
    if (days[j]! !== days[j - 1]! + 1) continue;
    product += (ratios[j]! - mean) * (ratios[j - 1]! - mean);
    pairs++;
  }
  if (pairs < 5) return PRIOR_CORRELATION;
  const total = variance + own;
  const raw = product / pairs / scale ** 2 / total;
  const unbiased = raw + (1 + 3 * Math.max(0, raw)) / pairs;
  const reliability = variance / total;
  const trust = pairs * reliability * reliability;
  const estimate = Math.max(0, Math.min(0.9, unbiased / reliability));
  return Math.min(0.85, (trust * estimate + PRIOR_PAIRS * PRIOR_CORRELATION) / (trust + PRIOR_PAIRS));
}

function levelVariance(sums: DaySums, variance: number, correlation: number, k: number): number {
  let total = 0;
  let own = 0;
  for (const d of sums.days) {
    total += sums.m[d]!;
    own += sums.m[d]! + sums.q[d]! / k;
  }
  if (total <= 0) return 1;
  const days = sums.days.map((d) => ({ day: d, m: sums.m[d]! }));
  return (variance * correlatedSquare(days, correlation) + own) / total ** 2;
}

/** Σ Σ m m' ρ^|d − d'| over days in order: the square that a wandering day factor leaves of a sum. */
export function correlatedSquare(days: readonly { readonly day: number; readonly m: number }[], rho: number): number {
  let sum = 0;
  let carried = 0;
  let last = 0;
  for (const { day, m } of days) {
    carried *= rho ** Math.max(0, day - last);
    sum += m * m + 2 * m * carried;
    carried += m;
    last = day;
  }
  return sum;
}
