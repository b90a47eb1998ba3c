/**
 * When a loss began and ended: the profile of the change-point likelihood, for a sudden start and for a ramp (threads that die
 * one after another). A start is a range, not a point: even an oracle dates a 30 % step at 20 records an hour within two
 * hours in only 60 % of cases.
 */
import { HOUR } from '../base/time';
import type { Baseline } from './baseline';
import { lossEvidence } from './negative-binomial';
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
const PIECES = 6;

/**
 * The losses inside a suspicious region.
 *
 * @param lo, hi bins within which they may reach beyond the region: the searched history, cut at its neighbours.
 */
export function locate(
  v: Volumes,
  baseline: Baseline,
  region: { readonly from: number; readonly to: number },
  lo: number,
  hi: number,
): Extent[] {
  const pad = Math.min(Math.round(10 * v.binsPerDay), Math.max(v.binsPerDay, 2 * (region.to - region.from)));
  const from = Math.max(lo, region.from - pad);
  const to = Math.min(hi, region.to + pad);
  const found: Extent[] = [];
  const search = (a: number, b: number) => {
    if (b <= a || found.length >= PIECES) return;
    const piece = bestPiece(v, baseline, region, a, b);
    if (!piece || (found.length > 0 && piece.evidence < PIECE)) return;
    found.push(piece);
    if (piece.startLow > region.from) search(a, piece.startLow);
    if (piece.endHigh < region.to) search(piece.endHigh, b);
  };
  search(from, to);
  return found.sort((x, y) => x.from - y.from);
}

function bestPiece(
  v: Volumes,
  baseline: Baseline,
  region: { readonly from: number; readonly to: number },
  lo: number,
  hi: number,
): Extent | null {
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
  return ranged(v, baseline, scores, lo, { from, to, temper });
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
  readonly temper: number;
}

function ranged(v: Volumes, baseline: Baseline, scores: Float64Array, lo: number, at: Located): Extent {
  const from = at.from - lo;
  const to = at.to - lo;
  const start = profile(scores, to - 1, -1, from);
  const end = profile(scores, from, 1, to - 1);
  const ramp = rampStart(v, baseline, lo, at);
  const stepHolds = !ramp || ramp.excess < DROP;
  const startLow = lo + (stepHolds ? Math.min(start.low, ramp ? ramp.low - lo : start.low) : ramp!.low - lo);
  const startHigh = lo + (stepHolds ? Math.max(start.high, ramp ? ramp.high - lo : 0) : ramp!.high - lo);
  const begins = ramp && ramp.excess > 1 ? Math.min(ramp.best, at.from) : at.from;
  return {
    from: begins,
    to: at.to,
    startLow: Math.min(startLow, begins),
    startHigh: Math.max(startHigh, begins),
    endLow: Math.min(lo + end.low + 1, at.to),
    endHigh: Math.max(lo + end.high + 1, at.to),
    evidence: scores.subarray(from, to).reduce((a, b) => a + b, 0),
  };
}

/** Walks from the anchor outwards; the range are the places whose sum is within DROP of the best one at `best`. */
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
    if (x < top - DROP) return;
    const place = anchor + j * step;
    low = Math.min(low, place);
    high = Math.max(high, place);
  });
  return { low, high };
}

interface Blocks {
  readonly y: Float64Array;
  readonly m: Float64Array;
  readonly k: Float64Array;
  readonly size: number;
  readonly count: number;
}

/** Six-hour sums: fine enough for a ramp of days and cheap enough to try every start with several lengths. */
function blocksOf(v: Volumes, baseline: Baseline, lo: number, hi: number): Blocks {
  const size = Math.max(1, Math.round((6 * HOUR) / v.bin));
  const count = Math.ceil((hi - lo) / size);
  const y = new Float64Array(count);
  const m = new Float64Array(count);
  const q = new Float64Array(count);
  for (let i = lo; i < hi; i++) {
    if (v.unknown[i] === 1) continue;
    const b = Math.floor((i - lo) / size);
    y[b]! += v.records[i]!;
    m[b]! += baseline.mu[i]!;
    q[b]! += baseline.mu[i]! ** 2;
  }
  const k = m.map((x, b) => (q[b]! > 0 ? (baseline.noise.k * x * x) / q[b]! : 1e9));
  return { y, m, k, size, count };
}

/**
 * Starts of a ramp: the share that arrives falls from 1 at the start to its plateau at the knee.
 *
 * @returns bins; `excess`: by how much the best ramp is likelier than the best step. null where the loss is too short for one.
 */
function rampStart(v: Volumes, baseline: Baseline, lo: number, at: Located) {
  const blocks = blocksOf(v, baseline, lo, at.to);
  const step = Math.floor((at.from - lo) / blocks.size);
  const length = blocks.count - step;
  if (length < 4) return null;
  const scoreOf = (b: number, q: number) => lossEvidence(blocks.y[b]!, blocks.m[b]!, blocks.k[b]!, q) / at.temper;
  const stepShare = keptShare(v, baseline, at.from, at.to);
  let sum = 0;
  let stepTop = Number.NEGATIVE_INFINITY;
  for (let b = blocks.count - 1; b >= 0; b--) {
    sum += scoreOf(b, stepShare);
    stepTop = Math.max(stepTop, sum);
  }
  const byStart = new Float64Array(blocks.count).fill(Number.NEGATIVE_INFINITY);
  for (const part of [0.25, 0.5, 0.75, 1]) {
    const knee = Math.min(blocks.count, step + Math.max(2, Math.round(part * length)));
    const plateauFrom = Math.max(step, Math.min(knee, blocks.count - 2));
    const plateau = keptShare(v, baseline, lo + plateauFrom * blocks.size, at.to);
    let tail = 0;
    for (let b = knee; b < blocks.count; b++) tail += scoreOf(b, plateau);
    for (let s = 0; s < knee; s++) {
      let total = tail;
      for (let b = s; b < knee; b++) total += scoreOf(b, 1 - ((1 - plateau) * (b - s + 0.5)) / (knee - s));
      if (total > byStart[s]!) byStart[s] = total;
    }
  }
  return rangeOfStarts(byStart, Math.max(stepTop, ...byStart), stepTop, lo, blocks.size);
}

function rangeOfStarts(byStart: Float64Array, top: number, stepTop: number, lo: number, size: number) {
  let best = 0;
  byStart.forEach((x, s) => {
    if (x > byStart[best]!) best = s;
  });
  let low = best;
  let high = best;
  byStart.forEach((x, s) => {
    if (x < top - DROP) return;
    low = Math.min(low, s);
    high = Math.max(high, s);
  });
  if (byStart[best]! < top - DROP) return null;
  return {
    best: lo + best * size,
    low: lo + low * size,
    high: lo + (high + 1) * size - 1,
    excess: byStart[best]! - stepTop,
  };
}
