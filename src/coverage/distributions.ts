/** Distribution functions of the normal and of Student's t, accurate to about 1e-7 and safe in the far tails. */

const LN_SQRT_2PI = 0.9189385332046727;

/** ln Φ(z): the log of the lower tail of the standard normal, also where Φ(z) underflows. */
export function logNormalCdf(z: number): number {
  if (z > -5) return Math.log(normalCdf(z));
  const s = 1 / (z * z);
  return -0.5 * z * z - LN_SQRT_2PI - Math.log(-z) + Math.log1p(-s * (1 - 3 * s * (1 - 5 * s)));
}

/** Φ(z) by W. J. Cody's rational erfc as condensed in Numerical Recipes (erfcc refined), relative error < 1.2e-7. */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const poly =
    -1.26551223 +
    t *
      (1.00002368 +
        t *
          (0.37409196 +
            t *
              (0.09678418 +
                t *
                  (-0.18628806 +
                    t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  const upper = 0.5 * t * Math.exp(-x * x + poly);
  return z < 0 ? upper : 1 - upper;
}

/** φ(z). */
export const normalDensity = (z: number): number => Math.exp(-0.5 * z * z - LN_SQRT_2PI);

/** Φ⁻¹(p) for 0 < p < 1 (Acklam 2003 with one Newton step). */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p <= 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const q = Math.min(p, 1 - p);
  const t = Math.sqrt(-2 * Math.log(q));
  let z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let i = 0; i < 2; i++) z += (normalCdf(-z) - q) / normalDensity(z);
  return p < 0.5 ? -z : z;
}

/** Upper quantile of Student's t: P(T ≤ t) = p, for ν ≥ 2 (Hill 1970's expansion through the normal). */
export function studentQuantile(p: number, nu: number): number {
  const z = normalQuantile(p);
  let low = Math.abs(z) * 0.5;
  let high = Math.abs(z) * 8 + 40;
  const tail = 1 - Math.max(p, 1 - p);
  for (let i = 0; i < 60; i++) {
    const mid = 0.5 * (low + high);
    if (studentUpperTail(mid, nu) > tail) low = mid;
    else high = mid;
  }
  return p < 0.5 ? -low : low;
}

/** P(T > t) for Student's t with ν degrees of freedom. */
export function studentUpperTail(t: number, nu: number): number {
  if (t < 0) return 1 - studentUpperTail(-t, nu);
  return 0.5 * incompleteBeta(nu / (nu + t * t), nu / 2, 0.5);
}

/** Regularised incomplete beta I_x(a, b) by its continued fraction (Lentz). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let f = 1;
  let c = 1;
  let d = 0;
  for (let i = 0; i <= 200; i++) {
    const m = i >> 1;
    const numerator =
      i === 0
        ? 1
        : i % 2 === 0
          ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
          : -((a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + numerator * d);
    c = guard(1 + numerator / c);
    const step = c * d;
    f *= step;
    if (Math.abs(1 - step) < 1e-12) break;
  }
  return front * (f - 1);
}

const guard = (x: number): number => (Math.abs(x) < 1e-300 ? 1e-300 : x);

/** ln Γ(x), x > 0 (Lanczos). */
export function logGamma(x: number): number {
  const c = [
    76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155, 1.208650973866179e-3,
    -5.395239384953e-6,
  ];
  const t = x + 5.5;
  let sum = 1.000000000190015;
  for (let i = 0; i < 6; i++) sum += c[i]! / (x + 1 + i);
  return (x + 0.5) * Math.log(t) - t + Math.log((2.5066282746310007 * sum) / x);
}
