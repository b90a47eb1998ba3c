/**
 * The negative binomial with mean μ and size k (variance μ + μ²/k): what an hourly count of log rows follows when its rate
 * itself varies. k = ∞ is the Poisson.
 */
import { logNormalCdf, normalCdf, normalDensity } from './distributions';

/** ln P(Y = 0). */
export const logZero = (mu: number, k: number): number => (k > 1e9 ? -mu : -k * Math.log1p(mu / k));

/**
 * ln P(Y ≤ y), by the saddlepoint approximation of Lugannani and Rice (1980) with the continuity correction of Daniels
 * (1987): relative error of a few per cent down to 1e-300. Exact at y = 0.
 */
export function logLowerTail(y: number, mu: number, k: number): number {
  if (mu <= 0) return 0;
  if (y <= 0) return logZero(mu, k);
  const x = y + 1;
  if (Math.abs(x - mu) < 1e-6 * mu) return Math.log(0.5);
  // Cumulants: K(s) = −k ln(1 − (μ/k)(eˢ − 1)); K'(ŝ) = x has a closed form.
  const big = k > 1e9;
  const s = big ? Math.log(x / mu) : Math.log((x * (k + mu)) / (mu * (k + x)));
  const cumulant = big ? x - mu : k * Math.log((k + x) / (k + mu));
  const r = Math.sign(s) * Math.sqrt(Math.max(0, 2 * (s * x - cumulant)));
  const u = -Math.expm1(-s) * Math.sqrt(x + (big ? 0 : (x * x) / k));
  if (Math.abs(r) < 1e-4) return Math.log(0.5);
  const correction = 1 / u - 1 / r;
  if (r > -6) {
    const lower = normalCdf(r) - normalDensity(r) * correction;
    if (lower > 1e-12) return Math.min(0, Math.log(lower));
  }
  // Far in the tail the two terms nearly cancel: Φ(r) ≈ −φ(r)/r·(…), so work with the ratio.
  const ratio = normalRatio(r) - correction;
  return Math.min(0, -0.5 * r * r - 0.9189385332046727 + Math.log(Math.max(ratio, 1e-12)));
}

/** Φ(r)/φ(r), r < 0. */
const normalRatio = (r: number): number => Math.exp(logNormalCdf(r) + 0.5 * r * r + 0.9189385332046727);

/**
 * ln of the likelihood ratio of "only the share q of μ arrives" against "all of μ arrives" for one count y.
 * Positive: the count speaks for a loss.
 */
export function lossEvidence(y: number, mu: number, k: number, q: number): number {
  if (mu <= 0) return 0;
  if (k > 1e9) return y * Math.log(q) + mu * (1 - q);
  return y * Math.log(q) + (y + k) * Math.log((k + mu) / (k + q * mu));
}

/** Quantile of the negative binomial at the normal deviate z, by the gamma of the same mean and variance (Wilson–Hilferty). */
export function approximateQuantile(mu: number, variance: number, z: number): number {
  if (mu <= 0) return 0;
  const shape = (mu * mu) / Math.max(variance, 1e-12);
  const cube = 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape));
  return cube <= 0 ? 0 : mu * cube * cube * cube;
}
