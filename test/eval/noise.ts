/** Series for the evaluation: seasonal shapes, day noise with memory, negative-binomial hours. No kinder than real tenants. */
import { type Random, seededRandom } from '../../src/base/random';
import { DAY, HOUR, type Instant, instant } from '../../src/base/time';

export const SHAPES = ['office', 'flat', 'bursts', 'zones'] as const;
export type Shape = (typeof SHAPES)[number];

export interface NoiseSpec {
  readonly shape: Shape;
  /** Mean rows per hour. */
  readonly rate: number;
  readonly weeks: number;
  /** Day-to-day innovations of the log level. */
  readonly daySd: number;
  readonly correlation: number;
  readonly k: number;
  readonly seed: number;
  /** Days (from the start) that people have off, with the share of a working day that remains. */
  readonly holidays?: ReadonlyMap<number, number>;
}

/** Monday 15 July 2024. */
export const START: Instant = instant(Date.UTC(2024, 6, 15));
export const NOISE = { weeks: 13, daySd: 0.06, correlation: 0.5, k: 25 } as const;

export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Marsaglia and Tsang 2000, mean `shape`. */
export function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

export function poisson(mean: number, random: Random): number {
  if (mean <= 0) return 0;
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let p = Math.exp(-mean);
  let sum = p;
  const u = random();
  let n = 0;
  while (u > sum && n < 1000) {
    n++;
    p *= mean / n;
    sum += p;
  }
  return n;
}

/** Each of n rows is kept with probability p. */
export function binomial(n: number, p: number, random: Random): number {
  if (p <= 0) return 0;
  if (p >= 1) return n;
  if (n * p * (1 - p) > 60) {
    return Math.min(n, Math.max(0, Math.round(n * p + Math.sqrt(n * p * (1 - p)) * normal(random))));
  }
  let kept = 0;
  for (let i = 0; i < n; i++) if (random() < p) kept++;
  return kept;
}

const bell = (h: number, at: number, width: number): number => {
  const d = ((h - at + 36) % 24) - 12;
  return Math.exp(-((d / width) ** 2));
};

function weekly(shape: Shape): Float64Array {
  const p = new Float64Array(168);
  for (let d = 0; d < 7; d++) {
    for (let h = 0; h < 24; h++) {
      const weekend = d >= 5 ? 0.35 : 1;
      const office = (0.15 + bell(h, 13, 4)) * weekend;
      p[d * 24 + h] =
        shape === 'office'
          ? office
          : shape === 'flat'
            ? 1 + 0.1 * bell(h, 14, 5)
            : shape === 'bursts'
              ? 0.25 + (h % 6 === 2 ? 4 : 0) + (h === 23 && d === 6 ? 8 : 0)
              : 0.12 + 0.7 * bell(h, 9, 3) * weekend + 0.5 * bell(h, 18, 3.5) * (d >= 5 ? 0.5 : 1);
    }
  }
  const mean = p.reduce((a, b) => a + b, 0) / 168;
  return p.map((x) => x / mean);
}

export interface Truth {
  /** Mean of each hour with the day's level in it. */
  readonly mean: Float64Array;
  /** Rows of each hour if nothing had gone wrong. */
  readonly rows: Float64Array;
}

export function generate(spec: NoiseSpec): Truth {
  const random = seededRandom(spec.seed);
  const shape = weekly(spec.shape);
  const hours = spec.weeks * 168;
  const mean = new Float64Array(hours);
  const rows = new Float64Array(hours);
  let day = (spec.daySd / Math.sqrt(1 - spec.correlation ** 2)) * normal(random);
  for (let t = 0; t < hours; t++) {
    if (t % 24 === 0 && t > 0) day = spec.correlation * day + spec.daySd * normal(random);
    const off = spec.holidays?.get(Math.floor(t / 24));
    mean[t] = spec.rate * shape[t % 168]! * Math.exp(day) * (off ?? 1);
    rows[t] = poisson(mean[t]! * (gamma(spec.k, random) / spec.k), random);
  }
  return { mean, rows };
}

export const hourOf = (at: Instant): number => Math.floor((at - START) / HOUR);
export const dayAt = (day: number): Instant => instant(START + day * DAY);
