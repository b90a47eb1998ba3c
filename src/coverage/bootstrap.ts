/**
 * How high a statistic climbs by chance alone: its largest value over simulated days that share a wandering level. The
 * statistics are studentised, so that their law depends on the number of days and their correlation and not on the source:
 * a law is simulated once and serves a thousand sources.
 */
import { type Random, seededRandom } from '../base/random';

/** A Gumbel distribution of the square of the maximum: normal tails fall with the square. */
export interface MaximumLaw {
  readonly location: number;
  readonly scale: number;
}

/** A statistic of one series of days; `clean` 1: the day may tell the level. */
export type DayStatistic = (series: Float64Array, clean: Uint8Array) => number;

const EULER = 0.5772156649;
const WARM_UP = 8;
const ROUNDS = 300;
const SEED = 20_240_902;

/**
 * Laws of one statistic, kept by days, clean days (to the nearest ten) and correlation (to the nearest tenth). The clean days
 * that are missing are taken out of the middle, where incident windows lie.
 */
export function maximumLaws(statistic: DayStatistic): (days: number, clean: number, rho: number) => MaximumLaw {
  const laws = new Map<string, MaximumLaw>();
  return (days, clean, rho) => {
    const n = Math.min(days, Math.max(10, Math.round(clean / 10) * 10));
    const r = Math.round(rho * 10) / 10;
    const key = `${days}/${n}/${r}`;
    let law = laws.get(key);
    if (!law) {
      law = simulateLaw(statistic, days, n, r);
      laws.set(key, law);
    }
    return law;
  };
}

function simulateLaw(statistic: DayStatistic, days: number, clean: number, rho: number): MaximumLaw {
  const random = seededRandom(SEED);
  const mask = new Uint8Array(days).fill(1);
  const first = Math.floor((days - (days - clean)) / 2);
  mask.fill(0, first, first + days - clean);
  const series = new Float64Array(days);
  let sum = 0;
  let square = 0;
  for (let b = 0; b < ROUNDS; b++) {
    let x = 0;
    for (let d = -WARM_UP; d < days; d++) {
      x = rho * x + normal(random);
      if (d >= 0) series[d] = x;
    }
    const max = Math.max(0, statistic(series, mask)) ** 2;
    sum += max;
    square += max * max;
  }
  const mean = sum / ROUNDS;
  const scale = (Math.sqrt(Math.max(square / ROUNDS - mean * mean, 1e-12)) * Math.sqrt(6)) / Math.PI;
  return { location: mean - EULER * scale, scale };
}

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** ln P(maximum ≥ x). */
export function logExceedance(law: MaximumLaw, x: number): number {
  const u = (x * x - law.location) / Math.max(law.scale, 1e-9);
  if (x <= 0) return 0;
  return u > 3 ? -u : Math.log(-Math.expm1(-Math.exp(-u)));
}
