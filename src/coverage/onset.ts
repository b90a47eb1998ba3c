/**
 * When a loss began, if it is the work of threads that die one after another. The plain step of a loss lies where most of it is
 * reached: hours after the first of two threads, days after the first of ten. What is fitted here is the staircase itself, and an
 * onset is possible as long as a milder loss from there, followed by the staircase, explains the counts nearly as well as the best.
 */
import type { Steps } from '../base/steps';
import type { Baseline } from './baseline';
import { LEVELS, type StaircaseLikelihood, type Stairs, staircaseLikelihood } from './staircase';
import type { Volumes } from './volumes';

/** Bins. */
export interface Onset {
  /** The latest onset that is as good as any for all that can be told. */
  readonly best: number;
  /** First and last possible onset. */
  readonly low: number;
  readonly high: number;
  /** By how much the best staircase of several steps beats the best single step, in log likelihood after its price. */
  readonly creeps: number;
}

const THREADS = [2, 3, 4, 6, 8, 11, 15];
const MOST_THREADS = 15;
const RAMP_HOURS = [3, 6, 10, 15, 24, 36, 54, 80, 110, 140, 170];
/** By how many spacings the first death may come before its place. */
const LEADS = [0, 0.6, 1.5];
/** Places that a step is moved to, between its neighbours. */
const MOVES = 8;
const ROUNDS = 4;
/** The wait for the second death is at most so many times the mean wait: exponential waits exceed it in 8 %. */
const LONGEST = 2.5;
/** Of three deaths the first wait exceeds so many times the second in 5 %. */
const LONGEST_OF_THREE = 20;
/** Losses that the first threads may have made, in LEVELS: none is milder than one thread of sixteen. */
const FIRST_LEVELS = [2, 3, 4, 5, 6, 8, 11, 16, 20, 24, 28, 30, 31, 32];
/** Days before and after the plain step that are looked at. */
const BEFORE_DAYS = 12;
const MILD_BEFORE_DAYS = 18;
const AFTER_DAYS = 4;
/** A loss below this share is mild. */
const HALF = 0.5;
/** Days for which an agent may lose a small share before anybody restarts it. */
const UNSEEN_DAYS = 28;
/** Onsets beyond so many days from the plain step are tried at every third hour only. */
const NEAR_DAYS = 3;
/** Log likelihood that a staircase pays for its number of steps and its length. */
const PRICE = 1.5;
/** Onsets within this log likelihood of the best are possible. */
const DROP = 6;
const AS_GOOD = 1;
/** Onsets for which staircases are tried in one step: some milliseconds. */
const AT_ONCE = 16;
/** Hours in a row that are no possible onset, beyond which none is looked for. */
const MISSES = 6;

/**
 * @param lo first bin that the loss may reach.
 * @param at the plain step: the loss without its ramp.
 */
export function* onsetOf(
  v: Volumes,
  baseline: Baseline,
  lo: number,
  at: { readonly from: number; readonly to: number },
): Steps<Onset> {
  const mean = meanLoss(v, baseline, at);
  // The step of a mild loss may be dated many days too late, and days too early: the days around must tell.
  const before = (mean < HALF ? MILD_BEFORE_DAYS : BEFORE_DAYS) * v.binsPerDay;
  const after = (mean < HALF ? BEFORE_DAYS : AFTER_DAYS) * v.binsPerDay;
  const from = Math.max(lo, at.from - before);
  const to = Math.min(at.to, at.from + after);
  const likelihood = staircaseLikelihood(v, baseline, from, to);
  const last = Math.max(from, Math.min(to - 1, mean < HALF ? to - v.binsPerDay : at.from + 2 * v.binsPerDay));
  const finals = finalLevels(mean);
  const ramps = [...new Set(RAMP_HOURS.map((h) => Math.max(1, Math.round(h * v.perHour))))];
  const coarse = Math.max(1, Math.round(3 * v.perHour));
  const main = yield* bestStairs(likelihood, { from: 0, to: last - from, step: coarse }, finals, ramps, to - from);
  const slack = Math.max(1, Math.round(2 * v.perHour));
  const hour = Math.max(1, Math.round(v.perHour));
  const range = possible(
    onsetsAround(v, at.from - from, last - from),
    (t) => withOnset(likelihood, main.stairs, t, slack).value,
  );
  // What follows was fitted with another onset in mind: one before or after the range gets the chance to move the later steps.
  const least = range.top - DROP;
  const reach = (end: number, step: number) => {
    let reached = end;
    for (let t = end + step, missed = 0; t >= 0 && t <= last - from && missed < MISSES; t += step) {
      const moved = moveSteps(likelihood, withOnset(likelihood, main.stairs, t, slack).stairs, to - from, 1);
      missed = moved.value >= least ? 0 : missed + 1;
      if (missed === 0) reached = t;
    }
    return reached;
  };
  const low = reach(range.low, -hour);
  const high = reach(range.high, hour);
  return { low: from + low, high: from + high, best: from + range.best, creeps: main.creeps };
}

/** Onsets that are tried, of 0 to `last`: hours near the plain step, every third hour farther away. */
function onsetsAround(v: Volumes, step: number, last: number): number[] {
  const hour = Math.max(1, Math.round(v.perHour));
  const coarse = Math.max(1, Math.round(3 * v.perHour));
  const near = NEAR_DAYS * v.binsPerDay;
  const out: number[] = [];
  let t = step - Math.floor(step / hour) * hour;
  while (t <= last) {
    out.push(t);
    t += Math.abs(t - step) < near ? hour : coarse;
  }
  return out;
}

/**
 * First bin from which on, up to `end`, a loss of `share` of the rows may have gone unseen: the counts do not tell it from none.
 *
 * @param lo first bin that the loss may reach.
 */
export function unseenBefore(v: Volumes, baseline: Baseline, lo: number, end: number, share: number): number {
  const from = Math.max(lo, end - UNSEEN_DAYS * v.binsPerDay);
  const to = Math.min(v.bins, end + v.binsPerDay);
  if (end <= from) return end;
  const likelihood = staircaseLikelihood(v, baseline, from, to);
  const nearest = Math.min(LEVELS, Math.max(FIRST_LEVELS[0]!, Math.round(share * LEVELS)));
  const places = Array.from({ length: end - from + 1 }, (_, t) => t);
  const levels = Int32Array.from([nearest, 0]);
  const range = possible(places, (t) => likelihood.value({ edges: Int32Array.from([t, end - from]), levels }));
  return from + range.low;
}

/** The places within DROP of the best, with the bins between two places tried at both ends; the latest that is as good as any. */
function possible(places: readonly number[], valueAt: (place: number) => number) {
  const values = places.map(valueAt);
  const top = Math.max(...values);
  const within = (drop: number) => [...values.keys()].filter((j) => values[j]! >= top - drop);
  const range = within(DROP);
  const first = range[0]!;
  const end = range.at(-1)!;
  let low = places[first]!;
  while (first > 0 && low - 1 > places[first - 1]! && valueAt(low - 1) >= top - DROP) low--;
  let high = places[end]!;
  while (end + 1 < places.length && high + 1 < places[end + 1]! && valueAt(high + 1) >= top - DROP) high++;
  return { low, high, top, best: places[within(AS_GOOD).at(-1)!]! };
}

/** Share of the rows of a loss that did not come, 0–1. */
function meanLoss(v: Volumes, { mu }: Baseline, at: { readonly from: number; readonly to: number }): number {
  let y = 0;
  let m = 0;
  for (let i = at.from; i < at.to; i++) {
    if (v.unknown[i] === 1) continue;
    y += v.records[i]!;
    m += mu[i]!;
  }
  return m > 0 ? Math.max(0, 1 - y / m) : 0;
}

/**
 * Final losses that are worth trying, in LEVELS: threads do not come back by themselves, so the end is no milder than the whole;
 * finely about the whole, coarsely above.
 */
function finalLevels(mean: number): number[] {
  const least = Math.max(1, Math.floor((mean - 0.06) * LEVELS));
  const out = new Set<number>();
  for (let level = least; level < Math.min(LEVELS, least + 5); level++) out.add(level);
  for (let level = least + 5; level < LEVELS; level += Math.max(1, Math.round((LEVELS - least) / 6))) out.add(level);
  return [...out, LEVELS];
}

/** The staircase that fits best, from a regular one whose steps are then moved one by one, or a single step. */
function* bestStairs(
  likelihood: StaircaseLikelihood,
  onsets: { readonly from: number; readonly to: number; readonly step: number },
  finals: readonly number[],
  ramps: readonly number[],
  bins: number,
): Steps<{ readonly stairs: Stairs; readonly creeps: number }> {
  const first = { edges: Int32Array.of(onsets.from), levels: Int32Array.of(LEVELS) };
  const single = createBest(likelihood, first);
  const several = createBest(likelihood, first);
  for (let t = onsets.from; t <= onsets.to; t++)
    for (const level of finals) single.consider({ edges: Int32Array.of(t), levels: Int32Array.of(level) }, 1);
  const patterns = finals.flatMap((level) => patternsOf(level, ramps));
  const edges = new Int32Array(MOST_THREADS);
  for (let t = onsets.from, n = 0; t <= onsets.to; t += onsets.step, n++) {
    if (n % AT_ONCE === 0) yield;
    for (const { edges: after, levels } of patterns) {
      for (let j = 0; j < after.length; j++) edges[j] = t + after[j]!;
      several.consider({ edges, levels }, after.length);
    }
  }
  const step = single.best().stairs;
  const moved = moveSteps(likelihood, several.best().stairs, bins);
  const creeps = moved.value - PRICE - single.best().value;
  return { stairs: creeps > 0 ? moved.stairs : step, creeps };
}

interface Best {
  /** Looks at the first `steps` edges and levels, and keeps a copy of what is better than all before. */
  consider(tried: Stairs, steps: number): void;
  best(): { readonly value: number; readonly stairs: Stairs };
}

function createBest(likelihood: StaircaseLikelihood, first: Stairs): Best {
  let value = Number.NEGATIVE_INFINITY;
  let stairs = first;
  return {
    consider(tried, steps) {
      if (likelihood.isBelow(value, tried, steps)) return;
      const copy = { edges: tried.edges.slice(0, steps), levels: tried.levels.slice(0, steps) };
      const found = likelihood.value(copy);
      if (!(found > value)) return;
      value = found;
      stairs = copy;
    },
    best: () => ({ value, stairs }),
  };
}

/**
 * Log likelihood of the best loss that begins at an onset: a milder one up to some step of the staircase, and the staircase from
 * there on. All onsets share what follows, so that their difference is what the counts around the onset say. A loss of a few per
 * cent is not refuted by weeks of counts; what bounds it is the pace of the deaths that are seen (`longestWait`).
 */
function withOnset(likelihood: StaircaseLikelihood, { edges, levels }: Stairs, onset: number, slack: number) {
  const best = createBest(likelihood, { edges, levels });
  const final = levels.at(-1)!;
  const end = edges.at(-1)!;
  for (let j = 0; j <= edges.length; j++) {
    if (j < edges.length && edges[j]! < onset) continue;
    const next = j < edges.length ? levels[j]! : final;
    const wait = j < edges.length ? edges[j]! - onset : 0;
    const rest = j < edges.length ? end - edges[j]! + slack : slack;
    for (const level of FIRST_LEVELS) {
      if (level > next) break;
      if (wait > longestWait(final / level, rest)) continue;
      const stairs = {
        edges: Int32Array.from([onset, ...edges.subarray(j)]),
        levels: Int32Array.from([level, ...levels.subarray(j)]),
      };
      best.consider(stairs, stairs.edges.length);
    }
  }
  return best.best();
}

/**
 * Bins from the first death to the second, at most, when the deaths after it took `rest` bins. Of two threads the first may lie
 * dead as long as the counts allow. Of more, the wait is at most LONGEST times the mean wait, and at most LONGEST_OF_THREE times
 * what the others took.
 */
function longestWait(threads: number, rest: number): number {
  if (threads < 2.2) return Number.POSITIVE_INFINITY;
  const ofThree = LONGEST_OF_THREE * rest;
  return threads > 1 + LONGEST ? Math.min(ofThree, (LONGEST * rest) / (threads - 1 - LONGEST)) : ofThree;
}

/** Staircases of even steps from bin 0 to a final level. */
function patternsOf(level: number, ramps: readonly number[]): Stairs[] {
  return THREADS.filter((threads) => threads <= level).flatMap((threads) =>
    (threads > 2 ? LEADS : [0]).flatMap((lead) =>
      ramps.map((ramp) => ({
        edges: Int32Array.from({ length: threads }, (_, j) =>
          j === 0 ? 0 : Math.round(((j + lead) * ramp) / (threads - 1)),
        ),
        levels: Int32Array.from({ length: threads }, (_, j) => Math.round(((j + 1) * level) / threads)),
      })),
    ),
  );
}

/** A staircase after each step from the `first` on was moved to its best place between its neighbours, in some rounds. */
function moveSteps(likelihood: StaircaseLikelihood, { edges, levels }: Stairs, bins: number, first = 0) {
  const moved = edges.slice();
  let best = likelihood.value({ edges: moved, levels });
  for (let round = 0; round < ROUNDS; round++) {
    for (let j = first; j < moved.length; j++) {
      const high = Math.min(bins, j + 1 < moved.length ? moved[j + 1]! : bins);
      const low = j > 0 ? moved[j - 1]! : Math.max(0, 2 * moved[0]! - high);
      let place = moved[j]!;
      for (let part = 0; part <= MOVES; part++) {
        moved[j] = Math.round(low + ((high - low) * part) / MOVES);
        if (likelihood.isBelow(best, { edges: moved, levels }, moved.length)) continue;
        const value = likelihood.value({ edges: moved, levels });
        if (value <= best) continue;
        best = value;
        place = moved[j]!;
      }
      moved[j] = place;
    }
  }
  return { stairs: { edges: moved, levels }, value: best };
}
