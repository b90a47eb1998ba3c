/**
 * Lost rows of an interval with their 90 % interval, the planned test of a claimed window, and the smallest loss that such a
 * window could show.
 */
import type { LossEstimate } from '../protocol/review';
import type { Baseline } from './baseline';
import { correlatedSquare } from './day-noise';
import { studentUpperTail } from './distributions';
import type { Volumes } from './volumes';

export interface WindowLoss {
  readonly expected: number;
  readonly observed: number;
  /** expected − observed, rows; negative where more came than expected. */
  readonly deficit: number;
  /** Standard error of `expected`, with the noise that the window's own rows would have had. */
  readonly error: number;
  /** Half width of the 90 % interval of the deficit. */
  readonly halfWidth: number;
  /** halfWidth / expected: the minimum detectable loss, 0–1 and beyond where nothing can be seen. */
  readonly minimumDetectable: number;
  /** One-sided p of "nothing is lost". */
  readonly p: number;
}

export interface Bins {
  readonly from: number;
  readonly to: number;
}

/** Bins [from, to); unknown bins are left out on both sides. */
export const windowLoss = (v: Volumes, baseline: Baseline, from: number, to: number): WindowLoss =>
  unionLoss(v, baseline, [{ from, to }]);

/** The loss over several intervals together, in order and apart: their errors hang together through days and level. */
export function unionLoss(v: Volumes, baseline: Baseline, intervals: readonly Bins[]): WindowLoss {
  const { mu, noise } = baseline;
  let expected = 0;
  let observed = 0;
  let square = 0;
  const days: { day: number; m: number }[] = [];
  let today = { day: Number.NaN, m: 0 };
  const { unknown, records, day } = v;
  for (const { from, to } of intervals) {
    for (let i = from; i < to; i++) {
      if (unknown[i] === 1) continue;
      const m = mu[i]!;
      expected += m;
      observed += records[i]!;
      square += m * m;
      if (day[i] !== today.day) {
        today = { day: day[i]!, m: 0 };
        days.push(today);
      }
      today.m += m;
    }
  }
  const middle = days.length ? 0.5 * (days[0]!.day + days.at(-1)!.day) : 0;
  const error = Math.sqrt(expectedVariance(baseline, expected, square, days, middle));
  const halfWidth = noise.t * error;
  const deficit = expected - observed;
  return {
    expected,
    observed,
    deficit,
    error,
    halfWidth,
    minimumDetectable: expected > 0 ? halfWidth / expected : 1,
    p: expected > 0 && error > 0 ? studentUpperTail(deficit / error, noise.freedom) : 1,
  };
}

function expectedVariance(
  { noise }: Baseline,
  expected: number,
  square: number,
  days: readonly { readonly day: number; readonly m: number }[],
  middle: number,
): number {
  const cells = 1 + noise.cellShare;
  const hours = cells * (square / noise.k) + expected;
  const wandering = cells * noise.dayVariance * correlatedSquare(days, noise.correlation);
  const level = noise.levelVariance + noise.trend.slopeVariance * (middle - noise.trend.center) ** 2;
  return hours + wandering + level * expected * expected;
}

/** The loss with its 90 % interval, in rows. A loss is never below nothing nor above what was expected at most. */
export function lossEstimate(loss: WindowLoss): LossEstimate {
  return {
    estimate: Math.max(0, loss.deficit),
    low: Math.max(0, loss.deficit - loss.halfWidth),
    high: Math.max(0, loss.deficit + loss.halfWidth),
  };
}

/**
 * The loss of an interval whose ends are ranges: the interval of the estimate takes in the narrowest and the widest reading.
 * Searching for the place of a loss flatters its size, and this is what pays for it.
 */
export function rangedEstimate(best: WindowLoss, others: readonly WindowLoss[]): LossEstimate {
  let low = best.deficit - best.halfWidth;
  let high = best.deficit + best.halfWidth;
  for (const o of others) {
    low = Math.min(low, o.deficit - o.halfWidth);
    high = Math.max(high, o.deficit + o.halfWidth);
  }
  return { estimate: Math.max(0, best.deficit), low: Math.max(0, low), high: Math.max(0, high) };
}

/**
 * Minimum detectable loss for a window of `bins` bins somewhere in the history: the median over places that lie in it.
 * null where the history is shorter than the window.
 */
export function typicalMinimum(v: Volumes, baseline: Baseline, bins: number): number | null {
  const room = v.bins - bins - v.first;
  if (room < 0) return null;
  const values: number[] = [];
  for (let j = 0; j < 5; j++) {
    const from = v.first + Math.round((room * (j + 0.5)) / 5);
    values.push(windowLoss(v, baseline, from, from + bins).minimumDetectable);
  }
  return values.sort((a, b) => a - b)[2]!;
}
