/**
 * How high a statistic of clean days climbs by chance alone. Clean days are resampled as an autoregression of their own
 * innovations (the sieve bootstrap, Bühlmann 1997): blocks of five days (Künsch 1989) lose a seventh of the long-run
 * deviation at a correlation of 0.5, which is just what a search for long shallow losses lives on.
 */
import type { Random } from '../base/random';

/** A Gumbel distribution of the maximum. */
export interface MaximumLaw {
  readonly location: number;
  readonly scale: number;
}

const EULER = 0.5772156649;

/**
 * @param clean values of clean days in order; gaps between them do not matter to innovations much.
 * @param rho their lag-1 correlation.
 * @param statistic the maximum of the statistic over one series (the buffer is reused).
 */
export function bootstrapMaximum(
  clean: Float64Array,
  rho: number,
  days: number,
  rounds: number,
  random: Random,
  statistic: (series: Float64Array) => number,
): MaximumLaw {
  const innovations = centred(clean, rho);
  const series = new Float64Array(days);
  const warmUp = 6;
  let sum = 0;
  let square = 0;
  for (let b = 0; b < rounds; b++) {
    let x = 0;
    for (let d = -warmUp; d < days; d++) {
      x = rho * x + innovations[Math.floor(random() * innovations.length)]!;
      if (d >= 0) series[d] = x;
    }
    const max = statistic(series);
    sum += max;
    square += max * max;
  }
  const mean = sum / rounds;
  const scale = (Math.sqrt(Math.max(square / rounds - mean * mean, 1e-12)) * Math.sqrt(6)) / Math.PI;
  return { location: mean - EULER * scale, scale };
}

/** Innovations x[t] − ρ x[t−1], with mean 0 and the variance that makes the series as wide as the days were. */
function centred(clean: Float64Array, rho: number): Float64Array {
  const n = clean.length;
  if (n < 3) return new Float64Array(1);
  let mean = 0;
  for (const x of clean) mean += x / n;
  const out = new Float64Array(n - 1);
  for (let i = 1; i < n; i++) out[i - 1] = clean[i]! - mean - rho * (clean[i - 1]! - mean);
  let shift = 0;
  for (const x of out) shift += x / out.length;
  let have = 0;
  for (let i = 0; i < out.length; i++) {
    out[i]! -= shift;
    have += (out[i]! * out[i]!) / out.length;
  }
  let whole = 0;
  for (const x of clean) whole += (x - mean) ** 2 / (n - 1);
  const factor = Math.sqrt((whole * (1 - rho * rho)) / Math.max(have, 1e-12));
  return out.map((x) => x * factor);
}

/** ln P(maximum ≥ x). */
export function logExceedance(law: MaximumLaw, x: number): number {
  const u = (x - law.location) / Math.max(law.scale, 1e-9);
  return u > 3 ? -u : Math.log(-Math.expm1(-Math.exp(-u)));
}
