/**
 * How high a statistic climbs by chance alone: its largest value over simulated days that share a wandering level. The
 * statistics are studentised, so that their law depends on the number of days and their correlation and not on the source:
 * a law is simulated once and serves a thousand sources.
 */
import { type Random, seededRandom } from '../base/random';
import type { Steps } from '../base/steps';

/**
 * The upper tail of the square of the maximum: the share TAIL of the rounds lie above `threshold`, and beyond it the square
 * falls off exponentially with `scale` (normal tails fall with the square). Fitted to the excesses: a Gumbel by moments made
 * a chance low of one in two hundred one in two thousand.
 */
export interface MaximumLaw {
  readonly threshold: number;
  readonly scale: number;
  /** Squares of all rounds, ascending. */
  readonly squares: Float64Array;
}

/** A statistic of one series of days; `clean` 1: the day may tell the level. */
export type DayStatistic = (series: Float64Array, clean: Uint8Array) => number;

const TAIL = 0.15;
const WARM_UP = 8;
const ROUNDS = 400;
/** Rounds in one step: some milliseconds. */
const AT_ONCE = 40;
const SEED = 20_240_902;

/**
 * Laws of one statistic, kept by days (to the next ten, on the safe side), clean days (to the nearest ten) and correlation (to
 * the nearest tenth), so that sources that begin on different days share them. The clean days that are missing are taken out of
 * the middle, where incident windows lie.
 */
export function maximumLaws(statistic: DayStatistic): (days: number, clean: number, rho: number) => Steps<MaximumLaw> {
  const laws = new Map<string, MaximumLaw>();
  return function* (observed, clean, rho) {
    const days = Math.max(20, Math.ceil(observed / 10) * 10);
    const n = Math.min(days, Math.max(10, Math.round(clean / 10) * 10));
    const r = Math.round(rho * 10) / 10;
    const key = `${days}/${n}/${r}`;
    let law = laws.get(key);
    if (!law) {
      law = yield* simulateLaw(statistic, days, n, r);
      laws.set(key, law);
    }
    return law;
  };
}

function* simulateLaw(statistic: DayStatistic, days: number, clean: number, rho: number): Steps<MaximumLaw> {
  const random = seededRandom(SEED);
  const mask = new Uint8Array(days).fill(1);
  const middle = Math.floor(clean / 2);
  mask.fill(0, middle, middle + days - clean);
  const series = new Float64Array(days);
  const squares = new Float64Array(ROUNDS);
  for (let b = 0; b < ROUNDS; b++) {
    if (b > 0 && b % AT_ONCE === 0) yield;
    let x = 0;
    for (let d = -WARM_UP; d < days; d++) {
      x = rho * x + normal(random);
      if (d >= 0) series[d] = x;
    }
    squares[b] = Math.max(0, statistic(series, mask)) ** 2;
  }
  squares.sort();
  const first = Math.floor((1 - TAIL) * ROUNDS);
  const threshold = squares[first]!;
  let excess = 0;
  for (let i = first; i < ROUNDS; i++) excess += (squares[i]! - threshold) / (ROUNDS - first);
  return { threshold, scale: Math.max(excess, 1e-9), squares };
}

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** ln P(maximum ≥ x). */
export function logExceedance(law: MaximumLaw, x: number): number {
  const square = Math.max(0, x) ** 2;
  if (square >= law.threshold) return Math.log(TAIL) - (square - law.threshold) / law.scale;
  let above = 0;
  for (let i = law.squares.length - 1; i >= 0 && law.squares[i]! >= square; i--) above++;
  return Math.log(above / law.squares.length);
}
