/**
 * When a loss began, if it is the work of threads that die one after another. The plain step of a loss lies where most of it is
 * reached: hours after the first of two threads, days after the first of ten. What is fitted here is the staircase itself, and an
 * onset is possible as long as a milder loss from there, followed by the staircase, explains the counts nearly as well as the best.
 */
import type { Baseline } from './baseline';
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

/** Losses are fitted in whole thirty-seconds of the rows. */
const LEVELS = 32;
/** What comes through a full stop, as a share: a stray row must not rule a stop out. */
const STRAY = 0.005;
const THREADS = [2, 3, 4, 6, 8, 11, 15];
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
/** Hours in a row that are no possible onset, beyond which none is looked for. */
const MISSES = 6;
/** Normal deviate of a one-sided 90 % bound. */
const NINE_IN_TEN = 1.28;
/** A day's factor is not believed to lie farther out than so many deviations, whatever a wrong staircase would ask of it. */
const FARTHEST = 3.5;

/**
 * @param lo first bin that the loss may reach.
 * @param at the plain step: the loss without its ramp.
 */
export function onsetOf(
  v: Volumes,
  baseline: Baseline,
  lo: number,
  at: { readonly from: number; readonly to: number },
): Onset {
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
  const main = bestStairs(likelihood, { from: 0, to: last - from, step: coarse }, finals, ramps, to - from);
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
  const range = possible(places, (t) => likelihood({ edges: Int32Array.from([t, end - from]), levels }));
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

/** Bins at which each thread died, from the start of the window, ascending; and the loss after each, in LEVELS. */
interface Stairs {
  readonly edges: Int32Array;
  readonly levels: Int32Array;
}

type Likelihood = (stairs: Stairs) => number;

/** The staircase that fits best, from a regular one whose steps are then moved one by one, or a single step. */
function bestStairs(
  likelihood: Likelihood,
  onsets: { readonly from: number; readonly to: number; readonly step: number },
  finals: readonly number[],
  ramps: readonly number[],
  bins: number,
): { readonly stairs: Stairs; readonly creeps: number } {
  let step = Number.NEGATIVE_INFINITY;
  let stairs = Number.NEGATIVE_INFINITY;
  let single = regular(onsets.from, 1, 0, LEVELS, 0);
  let several = single;
  const consider = (tried: Stairs) => {
    const value = likelihood(tried);
    if (tried.edges.length === 1) {
      if (value > step) {
        step = value;
        single = tried;
      }
    } else if (value > stairs) {
      stairs = value;
      several = tried;
    }
  };
  for (let t = onsets.from; t <= onsets.to; t++) for (const level of finals) consider(regular(t, 1, 0, level, 0));
  for (let t = onsets.from; t <= onsets.to; t += onsets.step) {
    for (const level of finals) {
      for (const threads of THREADS) {
        if (threads > level) continue;
        for (const lead of threads > 2 ? LEADS : [0]) {
          for (const ramp of ramps) consider(regular(t, threads, ramp, level, lead));
        }
      }
    }
  }
  const moved = moveSteps(likelihood, several, bins);
  const creeps = moved.value - PRICE - step;
  return { stairs: creeps > 0 ? moved.stairs : single, creeps };
}

/**
 * Log likelihood of the best loss that begins at an onset: a milder one up to some step of the staircase, and the staircase from
 * there on. All onsets share what follows, so that their difference is what the counts around the onset say. A loss of a few per
 * cent is not refuted by weeks of counts; what bounds it is the pace of the deaths that are seen (`longestWait`).
 */
function withOnset(likelihood: Likelihood, { edges, levels }: Stairs, onset: number, slack: number) {
  let best = { value: Number.NEGATIVE_INFINITY, stairs: { edges, levels } };
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
      const value = likelihood(stairs);
      if (value > best.value) best = { value, stairs };
    }
  }
  return best;
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

function regular(onset: number, threads: number, ramp: number, level: number, lead: number): Stairs {
  const edges = new Int32Array(threads);
  const levels = new Int32Array(threads);
  for (let j = 0; j < threads; j++) {
    edges[j] = onset + (j === 0 ? 0 : Math.round(((j + lead) * ramp) / (threads - 1)));
    levels[j] = Math.round(((j + 1) * level) / threads);
  }
  return { edges, levels };
}

/** A staircase after each step from the `first` on was moved to its best place between its neighbours, in some rounds. */
function moveSteps(likelihood: Likelihood, { edges, levels }: Stairs, bins: number, first = 0) {
  const moved = edges.slice();
  let best = likelihood({ edges: moved, levels });
  for (let round = 0; round < ROUNDS; round++) {
    for (let j = first; j < moved.length; j++) {
      const high = Math.min(bins, j + 1 < moved.length ? moved[j + 1]! : bins);
      const low = j > 0 ? moved[j - 1]! : Math.max(0, 2 * moved[0]! - high);
      let place = moved[j]!;
      for (let part = 0; part <= MOVES; part++) {
        moved[j] = Math.round(low + ((high - low) * part) / MOVES);
        const value = likelihood({ edges: moved, levels });
        if (value <= best) continue;
        best = value;
        place = moved[j]!;
      }
      moved[j] = place;
    }
  }
  return { stairs: { edges: moved, levels }, value: best };
}

/**
 * Log likelihood of a staircase over the bins [from, to). Counts are negative binomial about expected × arriving share × the factor
 * of their day; the factors wander as an AR(1), which is integrated out (Laplace, one step from the factor 1).
 */
function staircaseLikelihood(v: Volumes, { mu, noise }: Baseline, from: number, to: number): Likelihood {
  const n = to - from;
  const k = noise.k / (1 + noise.cellShare);
  const sums = levelSums(v, mu, k, from, n);
  const firstDay = v.day[from]!;
  const days = v.day[to - 1]! - firstDay + 1;
  const dayEnd = new Int32Array(days);
  for (let i = 0; i < n; i++) dayEnd[v.day[from + i]! - firstDay] = i + 1;
  const marginal = dayMarginal(days, dayVarianceBound(v, mu, noise, from, n), noise.correlation);
  return ({ edges, levels }) => {
    let total = 0;
    let day = 0;
    let i = 0;
    marginal.clear();
    for (let stage = 0; stage <= edges.length && i < n; stage++) {
      const end = Math.min(n, stage === edges.length ? n : edges[stage]!);
      const { value, score, weight } = sums(stage === 0 ? 0 : levels[stage - 1]!);
      while (i < end) {
        const next = Math.min(end, dayEnd[day]!);
        total += value[next]! - value[i]!;
        marginal.score[day]! += score[next]! - score[i]!;
        marginal.weight[day]! += weight[next]! - weight[i]!;
        i = next;
        if (i === dayEnd[day]) day++;
      }
    }
    return total + marginal.gain();
  };
}

/**
 * Variance of a day's factor as large as it may well be (90 % bound): it was estimated from some weeks of days whose rows scatter
 * on their own, and one taken too small would rule onsets out.
 */
function dayVarianceBound(v: Volumes, mu: Float64Array, noise: Baseline['noise'], from: number, n: number): number {
  let m = 0;
  let q = 0;
  for (let i = from; i < from + n; i++) {
    m += mu[i]!;
    q += mu[i]! ** 2;
  }
  const days = n / v.binsPerDay;
  const own = m > 0 ? ((m + q / noise.k) * days) / (m * m) : 0;
  const error = Math.sqrt(2 / noise.freedom) * (noise.dayVariance + own);
  return (noise.dayVariance + NINE_IN_TEN * error + noise.levelVariance) * (1 + noise.cellShare);
}

interface Sums {
  readonly value: Float64Array;
  readonly score: Float64Array;
  readonly weight: Float64Array;
}

/** Prefix sums, by level of loss, of the log likelihood and its first two derivatives by the log of the day's factor. */
function levelSums(v: Volumes, mu: Float64Array, k: number, from: number, n: number) {
  const known = new Map<number, Sums>();
  return (level: number): Sums => {
    const before = known.get(level);
    if (before) return before;
    const share = Math.max(STRAY, 1 - level / LEVELS);
    const value = new Float64Array(n + 1);
    const score = new Float64Array(n + 1);
    const weight = new Float64Array(n + 1);
    for (let i = 0; i < n; i++) {
      const seen = v.unknown[from + i] === 0 && mu[from + i]! > 0 ? 1 : 0;
      const y = v.records[from + i]!;
      const m = share * mu[from + i]!;
      value[i + 1] = value[i]! + (seen ? y * Math.log(m) - (y + k) * Math.log(k + m) : 0);
      score[i + 1] = score[i]! + (seen * k * (y - m)) / (k + m);
      weight[i + 1] = weight[i]! + (seen * m * k * (k + y)) / (k + m) ** 2;
    }
    const sums = { value, score, weight };
    known.set(level, sums);
    return sums;
  };
}

/** What the wandering factors of the days add to a log likelihood with these scores and weights: ½ s′P⁻¹s − ½ ln |P|. */
function dayMarginal(days: number, variance: number, rho: number) {
  const score = new Float64Array(days);
  const weight = new Float64Array(days);
  const unit = 1 / (variance * (1 - rho * rho));
  const off = -rho * unit;
  return {
    score,
    weight,
    clear() {
      score.fill(0);
      weight.fill(0);
    },
    /** One sweep of the tridiagonal factorisation P = LDL′. */
    gain(): number {
      let square = 0;
      let logs = 0;
      let pivot = 0;
      let carried = 0;
      for (let d = 0; d < days; d++) {
        const inner = days === 1 ? 1 - rho * rho : d > 0 && d < days - 1 ? 1 + rho * rho : 1;
        const ratio = d === 0 ? 0 : off / pivot;
        const most = FARTHEST * Math.sqrt(variance) * (weight[d]! + 1 / variance);
        carried = Math.max(-most, Math.min(most, score[d]!)) - ratio * carried;
        pivot = unit * inner + weight[d]! - ratio * (d === 0 ? 0 : off);
        square += (carried * carried) / pivot;
        logs += Math.log(pivot);
      }
      return 0.5 * (square - logs);
    },
  };
}
