/**
 * Chance in the sample: no kinder than what real log sources show. A day's level wanders (sd ≥ 6 %, autocorrelation 0.5 from
 * day to day), and hours scatter about it as negative-binomial counts of size k ≤ 25.
 */
import type { Random } from '../base/random';

/** Autocorrelation of the day level from one day to the next. */
export const DAY_CORRELATION = 0.5;
/** Smallest day-to-day standard deviation of the log level. */
export const LEAST_DAY_SD = 0.065;

/** A standard normal number (Box and Muller 1958). */
export function normal(random: Random): number {
  const u = 1 - random();
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * random());
}

/** A gamma number of shape `a` and mean `a` (Marsaglia and Tsang 2000). */
export function gamma(random: Random, a: number): number {
  if (a < 1) return gamma(random, a + 1) * (1 - random()) ** (1 / a);
  const d = a - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A Poisson number: by multiplication up to 40, by the normal limit beyond, where the two cannot be told apart by hourly counts. */
export function poisson(random: Random, mean: number): number {
  if (mean <= 0) return 0;
  if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let n = 0;
  for (let product = random(); product > limit; product *= random()) n++;
  return n;
}

/** A negative-binomial count of mean μ and size k: variance μ + μ²/k. */
export const negativeBinomial = (random: Random, mean: number, k: number): number =>
  poisson(random, (mean * gamma(random, k)) / k);

/** Log levels of consecutive days: a stationary AR(1) of standard deviation `sd`. */
export function dayLevels(random: Random, days: number, sd: number): Float64Array {
  const levels = new Float64Array(days);
  const innovation = sd * Math.sqrt(1 - DAY_CORRELATION ** 2);
  let level = sd * normal(random);
  for (let d = 0; d < days; d++) {
    levels[d] = level;
    level = DAY_CORRELATION * level + innovation * normal(random);
  }
  return levels;
}

/** Quantile of the standard normal (Acklam's rational approximation, relative error below 1.2e-9). */
export function normalQuantile(p: number): number {
  const a = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572];
  const c = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
  if (p > 1 - 0.02425) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return (
      (((((c[0]! * q + c[1]!) * q + c[2]!) * q + c[3]!) * q + c[4]!) * q + c[5]!) /
      ((((d[0]! * q + d[1]!) * q + d[2]!) * q + d[3]!) * q + 1)
    );
  }
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((a[0]! * r + a[1]!) * r + a[2]!) * r + a[3]!) * r + a[4]!) * r + a[5]!) * q) /
    (((((b[0]! * r + b[1]!) * r + b[2]!) * r + b[3]!) * r + b[4]!) * r + 1)
  );
}

/** A fast sampler of a log-normal: one draw from a table of quantiles, spread between neighbours. */
export function logNormalSampler(median: number, sigma: number): (random: Random) => number {
  const size = 4096;
  const table = Float64Array.from(
    { length: size + 1 },
    (_, i) => median * Math.exp(sigma * normalQuantile(Math.min(1 - 5e-5, Math.max(5e-5, i / size)))),
  );
  return (random) => {
    const at = random() * size;
    const i = Math.floor(at);
    return table[i]! + (at - i) * (table[i + 1]! - table[i]!);
  };
}

/** A fast sampler of indices with the given weights. */
export function weighted(weights: readonly number[]): (random: Random) => number {
  const size = 8192;
  const total = weights.reduce((a, b) => a + b, 0);
  const table = new Uint16Array(size);
  let filled = 0;
  let sum = 0;
  weights.forEach((w, i) => {
    sum += w;
    const until = Math.round((sum / total) * size);
    while (filled < until) table[filled++] = i;
  });
  return (random) => table[Math.floor(random() * size)]!;
}

/** Weights of a few busy ones and many quiet ones. */
export const zipf = (count: number, exponent = 0.7): number[] =>
  Array.from({ length: count }, (_, i) => 1 / (i + 1) ** exponent);

export const between = (random: Random, low: number, high: number): number => low + (high - low) * random();
export const pickFrom = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}
