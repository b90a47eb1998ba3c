/**
 * When a loss began and ended: the profile of the change-point likelihood, for a sudden start and for one that creeps in (threads
 * that die one after another). A start is a range, not a point: even an oracle dates a 30 % step at 20 records an hour within two
 * hours in only 60 % of cases.
 */
import type { Steps } from '../base/steps';
import type { Baseline } from './baseline';
import { type Bins, windowLoss } from './loss';
import { lossEvidence } from './negative-binomial';
import type { Onset } from './onset';
import type { Volumes } from './volumes';

/** Bins. The loss is [from, to); its first bin lies in [startLow, startHigh], its end in [endLow, endHigh]. */
export interface Extent {
  readonly from: number;
  readonly to: number;
  readonly startLow: number;
  readonly startHigh: number;
  readonly endLow: number;
  readonly endHigh: number;
  /** Tempered log likelihood ratio of the loss against none. */
  readonly evidence: number;
}

/** Places within this log likelihood of the best are possible: both sides' maxima of a drifting walk exceed it in 10 %. */
const DROP = 3;
/** Evidence that a second piece in the same region needs. */
const PIECE = 9;
const PIECES = 48;
/** Standard errors by which the day before the plain step is short where the loss crept in. */
const CREEPS = 3;
/** Log likelihood by which a staircase must beat a sudden start before it moves a plain step. */
const SURE = 12;

const padOf = (v: Volumes, region: Bins): number =>
  Math.min(Math.round(10 * v.binsPerDay), Math.max(v.binsPerDay, 2 * (region.to - region.from)));

interface Within {
  readonly lo: number;
  readonly hi: number;
  /** The onset of a loss `at` the plain step, which may reach back to a bin. */
  readonly onsetOf: (earliest: number, at: Bins) => Steps<Onset>;
}

/** End of the bins that say where the losses of a region lie. */
export const reach = (v: Volumes, region: Bins, hi: number): number => Math.min(hi, region.to + padOf(v, region));

/**
 * The losses inside a suspicious region.
 *
 * @param within bins within which they may reach beyond the region, [lo, hi): the searched history, cut at its neighbours.
 */
export function* locate(
  v: Volumes,
  baseline: Baseline,
  region: { readonly from: number; readonly to: number },
  { lo, hi, onsetOf }: Within,
): Steps<Extent[]> {
  const from = Math.max(lo, region.from - padOf(v, region));
  const to = reach(v, region, hi);
  const found: Extent[] = [];
  function* search(a: number, b: number): Steps<void> {
    if (b <= a || found.length >= PIECES) return;
    // A start may lie before what was searched for the loss itself, but not in the loss before.
    const piece = yield* bestPiece(v, baseline, region, { lo: a, hi: b, earliest: a === from ? lo : a, onsetOf });
    if (!piece || (found.length > 0 && piece.evidence < PIECE)) return;
    found.push(piece);
    // The piece itself bounds the rest, not its range: among many stops the range of one reaches over the others.
    if (piece.from > region.from) yield* search(a, piece.from);
    if (piece.to < region.to) yield* search(piece.to, b);
  }
  yield* search(from, to);
  return found.sort((x, y) => x.from - y.from);
}

function* bestPiece(
  v: Volumes,
  baseline: Baseline,
  region: { readonly from: number; readonly to: number },
  { lo, hi, earliest, onsetOf }: Within & { readonly earliest: number },
): Steps<Extent | null> {
  let from = Math.max(lo, region.from);
  let to = Math.min(hi, region.to);
  if (to <= from) return null;
  let scores: Float64Array = new Float64Array(0);
  const temper = temperOf(v, baseline, lo, hi);
  for (let round = 0; round < 3; round++) {
    scores = evidenceByBin(v, baseline, lo, hi, keptShare(v, baseline, from, to), temper);
    const best = bestRun(scores);
    if (best.to <= best.from) return null;
    from = lo + best.from;
    to = lo + best.to;
  }
  if (to <= region.from || from >= region.to) return null;
  return ranged(v, baseline, scores, lo, { from, to, onset: yield* onsetOf(earliest, { from, to }) });
}

function keptShare(v: Volumes, baseline: Baseline, from: number, to: number): number {
  let y = 0;
  let m = 0;
  for (let i = from; i < to; i++) {
    if (v.unknown[i] === 1) continue;
    y += v.records[i]!;
    m += baseline.mu[i]!;
  }
  return Math.min(0.95, Math.max(0.005, m > 0 ? y / m : 1));
}

/**
 * By how much hourly evidence must be divided, since whole days share a wandering factor: the long-run variance of a day's
 * sum against what its hours alone would give.
 */
function temperOf(v: Volumes, { mu, noise }: Baseline, lo: number, hi: number): number {
  let m = 0;
  let q = 0;
  for (let i = lo; i < hi; i++) {
    m += mu[i]!;
    q += mu[i]! ** 2;
  }
  const days = Math.max(1, (hi - lo) / v.binsPerDay);
  const perDay = m / days;
  const own = perDay + q / days / noise.k;
  const longRun = (noise.dayVariance * (1 + noise.correlation)) / (1 - noise.correlation);
  return 1 + (longRun * perDay * perDay) / Math.max(own, 1e-9);
}

function evidenceByBin(
  v: Volumes,
  baseline: Baseline,
  lo: number,
  hi: number,
  q: number,
  temper: number,
): Float64Array {
  const out = new Float64Array(hi - lo);
  for (let i = lo; i < hi; i++) {
    if (v.unknown[i] === 0) out[i - lo] = lossEvidence(v.records[i]!, baseline.mu[i]!, baseline.noise.k, q) / temper;
  }
  return out;
}

/** The run with the largest sum (Kadane). */
function bestRun(scores: Float64Array): { from: number; to: number; sum: number } {
  let best = { from: 0, to: 0, sum: 0 };
  let sum = 0;
  let from = 0;
  for (let i = 0; i < scores.length; i++) {
    if (sum <= 0) {
      sum = 0;
      from = i;
    }
    sum += scores[i]!;
    if (sum > best.sum) best = { from, to: i + 1, sum };
  }
  return best;
}

interface Located {
  readonly from: number;
  readonly to: number;
  readonly onset: Onset;
}

function ranged(v: Volumes, baseline: Baseline, scores: Float64Array, lo: number, at: Located): Extent {
  const from = at.from - lo;
  const to = at.to - lo;
  const end = profile(scores, from, 1, to - 1);
  const { onset } = at;
  const short = onset.creeps > 0 && shortBefore(v, baseline, lo, at.from) > CREEPS;
  const outside = onset.creeps > SURE && (at.from < onset.low || at.from > onset.high);
  const start = short || outside ? Math.min(onset.best, at.to - 1) : at.from;
  return {
    from: start,
    to: at.to,
    startLow: Math.min(onset.low, start),
    startHigh: Math.max(onset.high, start),
    endLow: Math.min(lo + end.low + 1, at.to),
    endHigh: Math.max(lo + end.high + 1, at.to),
    evidence: scores.subarray(from, to).reduce((x, y) => x + y, 0),
  };
}

/** By how many standard errors the day before the step is already short of rows. */
function shortBefore(v: Volumes, baseline: Baseline, lo: number, step: number): number {
  const before = windowLoss(v, baseline, Math.max(lo, step - v.binsPerDay), step);
  return before.error > 0 ? before.deficit / before.error : 0;
}

/** Walks from the anchor outwards: the places whose sum is within DROP of the best, `best` among them. */
function profile(scores: Float64Array, anchor: number, step: 1 | -1, best: number) {
  let sum = 0;
  let top = Number.NEGATIVE_INFINITY;
  const sums: number[] = [];
  for (let i = anchor; i >= 0 && i < scores.length; i += step) {
    sum += scores[i]!;
    sums.push(sum);
    if (sum > top) top = sum;
  }
  let low = best;
  let high = best;
  sums.forEach((x, j) => {
    const place = anchor + j * step;
    if (x < top - DROP) return;
    low = Math.min(low, place);
    high = Math.max(high, place);
  });
  return { low, high };
}
