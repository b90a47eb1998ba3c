/**
 * Functions of statistics that SQL has no words for: the error function, the beta distribution and Welch's test. All are
 * good to about fourteen digits.
 */

/** Coefficients of Lanczos's approximation of the gamma function, g = 7. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** The logarithm of the gamma function, of numbers above 0. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const t = x + 6.5;
  const sum = LANCZOS.slice(1).reduce((a, k, i) => a + k / (x + i), LANCZOS[0]!);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

const TINY = 1e-300;
const STEPS = 500;

/** A continued fraction by Lentz's method: `term(m)` gives its numerators, all denominators are 1. */
function continued(term: (m: number) => number): number {
  const kept = (x: number) => (Math.abs(x) < TINY ? TINY : x);
  let c = 1;
  let d = 1 / kept(1 + term(1));
  let h = d;
  for (let m = 2; m < 2 * STEPS; m++) {
    d = 1 / kept(1 + term(m) * d);
    c = kept(1 + term(m) / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return h;
}

/** Of small numbers by the series, of others by what is left of 1. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size > 2.5) return Math.sign(x) * (1 - erfc(size));
  let term = x;
  let sum = x;
  for (let n = 1; n < STEPS && Math.abs(term) > 1e-18; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

export function erfc(x: number): number {
  if (x < 2.5 || Number.isNaN(x)) return 1 - erf(x);
  if (!Number.isFinite(x)) return 0;
  let fraction = x;
  for (let k = 60; k > 0; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / (fraction * Math.sqrt(Math.PI));
}

/** The regularised incomplete beta function. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const term = (n: number): number => {
    const m = Math.floor(n / 2);
    return n % 2 === 0
      ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
      : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
  };
  const front = Math.exp(
    a * Math.log(x) + b * Math.log(1 - x) + logGamma(a + b) - logGamma(a) - logGamma(b) - Math.log(a),
  );
  return front * continued(term);
}

/** Parameters of the distribution that the reference gives figures for. */
const isShape = (a: number): boolean => a > 0 && a <= 10_000;

export function betaCdf(x: number, a: number, b: number): number {
  return x >= 0 && x <= 1 && isShape(a) && isShape(b) ? incompleteBeta(x, a, b) : Number.NaN;
}

export function betaPdf(x: number, a: number, b: number): number {
  if (!(x > 0 && x < 1 && a > 0 && b > 0)) return Number.NaN;
  const scale = logGamma(a + b) - logGamma(a) - logGamma(b);
  return Math.exp(scale + (a - 1) * Math.log(x) + (b - 1) * Math.log(1 - x));
}

/** Where the distribution reaches a probability; the reference's printed results have null beyond 1, NaN for a bad shape. */
export function betaInv(p: number, a: number, b: number): number | null {
  if (!(a > 0 && b > 0)) return Number.NaN;
  if (!(p > 0 && p <= 1)) return null;
  let [low, high] = [0, 1];
  for (let i = 0; i < 200 && high - low > Number.EPSILON * low; i++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Two-sided probability that two samples of these means, variances and counts have the same mean. */
export function welchTest([m1, v1, n1, m2, v2, n2]: readonly number[]): number | null {
  const [a, b] = [v1! / n1!, v2! / n2!];
  const t = (m1! - m2!) / Math.sqrt(a + b);
  const free = (a + b) ** 2 / (a ** 2 / (n1! - 1) + b ** 2 / (n2! - 1));
  return Number.isFinite(t) && free > 0 ? incompleteBeta(free / (free + t * t), free / 2, 0.5) : null;
}
