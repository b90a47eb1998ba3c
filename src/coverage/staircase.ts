/**
 * How well a staircase of dying threads explains the counts: its log likelihood, and a bound on it that costs a twentieth, so that
 * of half a million staircases only those that may be the best are worked out. Nothing that the bound rules out could have won.
 */
import type { Baseline } from './baseline';
import type { Volumes } from './volumes';

/** Losses are fitted in whole thirty-seconds of the rows. */
export const LEVELS = 32;
/** What comes through a full stop, as a share: a stray row must not rule a stop out. */
const STRAY = 0.005;
/** Normal deviate of a one-sided 90 % bound. */
const NINE_IN_TEN = 1.28;
/** A day's factor is not believed to lie farther out than so many deviations, whatever a wrong staircase would ask of it. */
const FARTHEST = 3.5;
/** Room for rounding, as a share of the log likelihoods' own size and in all. */
const ROUNDING = 1e-9;
const LEAST_ROOM = 1e-3;

/** Bins at which each thread died, from the start of the window, ascending; and the loss after each, in LEVELS. */
export interface Stairs {
  readonly edges: Int32Array;
  readonly levels: Int32Array;
}

export interface StaircaseLikelihood {
  value(stairs: Stairs): number;
  /** True where the first `steps` edges and levels certainly have a lower log likelihood than `best`. */
  isBelow(best: number, stairs: Stairs, steps: number): boolean;
}

/**
 * Log likelihood of a staircase over the bins [from, to). Counts are negative binomial about expected × arriving share × the factor
 * of their day; the factors wander as an AR(1), which is integrated out (Laplace, one step from the factor 1).
 */
export function staircaseLikelihood(
  v: Volumes,
  { mu, noise }: Baseline,
  from: number,
  to: number,
): StaircaseLikelihood {
  const n = to - from;
  const k = noise.k / (1 + noise.cellShare);
  const sums = levelSums(v, mu, k, from, n);
  const firstDay = v.day[from]!;
  const days = v.day[to - 1]! - firstDay + 1;
  const dayEnd = new Int32Array(days);
  for (let i = 0; i < n; i++) dayEnd[v.day[from + i]! - firstDay] = i + 1;
  const variance = dayVarianceBound(v, mu, noise, from, n);
  const marginal = dayMarginal(days, variance, noise.correlation);
  return {
    value({ edges, levels }) {
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
    },
    isBelow: upperBound(sums, dayEnd, n, dayBound(days, variance, noise.correlation)),
  };
}

/**
 * The bound: the log likelihood without the factors of the days, plus for each day the most that its factor can add. Sums of whole
 * days are kept by level, so that a staircase costs the days in which a thread died.
 */
function upperBound(
  sums: (level: number) => Sums,
  dayEnd: Int32Array,
  n: number,
  most: (day: number, score: number, weight: number) => number,
): StaircaseLikelihood['isBelow'] {
  const days = dayEnd.length;
  const dayOf = new Int32Array(n + 1).fill(days);
  for (let d = 0, i = 0; d < days; d++) for (; i < dayEnd[d]!; i++) dayOf[i] = d;
  const known: (Tables | undefined)[] = new Array(LEVELS + 1).fill(undefined);
  const tablesOf = (level: number): Tables => {
    const own = sums(level);
    const { value, score, weight } = own;
    const whole = new Float64Array(days + 1);
    for (let d = 0, i = 0; d < days; i = dayEnd[d++]!) {
      const j = dayEnd[d]!;
      whole[d + 1] = whole[d]! + value[j]! - value[i]! + most(d, score[j]! - score[i]!, weight[j]! - weight[i]!);
    }
    known[level] = { ...own, whole };
    return known[level];
  };
  return (best, { edges, levels }, steps) => {
    let bound = 0;
    let day = 0;
    let i = 0;
    // Of a day in which a thread dies: the sums so far.
    let s = 0;
    let w = 0;
    for (let stage = 0; stage <= steps && i < n; stage++) {
      const end = stage === steps ? n : Math.min(n, edges[stage]!);
      if (end <= i) continue;
      const level = stage === 0 ? 0 : levels[stage - 1]!;
      const { value, score, weight, whole } = known[level] ?? tablesOf(level);
      const last = dayOf[end]!;
      if (last > day) {
        if (i > (day > 0 ? dayEnd[day - 1]! : 0)) {
          const j = dayEnd[day]!;
          bound += value[j]! - value[i]! + most(day, s + score[j]! - score[i]!, w + weight[j]! - weight[i]!);
          day++;
          i = j;
        }
        bound += whole[last]! - whole[day]!;
        i = last > day ? dayEnd[last - 1]! : i;
        day = last;
        s = 0;
        w = 0;
      }
      bound += value[end]! - value[i]!;
      s += score[end]! - score[i]!;
      w += weight[end]! - weight[i]!;
      i = end;
    }
    return bound + LEAST_ROOM + ROUNDING * Math.abs(best) < best;
  };
}

interface Tables extends Sums {
  /** Of the days before a day: what they add at most. */
  readonly whole: Float64Array;
}

/**
 * The most that the factor of one day can add, whatever the others do: P is at least diag(w + the diagonal dominance of the AR(1)'s
 * precision), which bounds s′P⁻¹s, and each pivot of P is at least w + 1/(variance (1 − ρ²)), the last one w + 1/variance.
 */
function dayBound(days: number, variance: number, rho: number) {
  const unit = 1 / (variance * (1 - rho * rho));
  const inside = unit * (1 - rho) * (1 - rho);
  const ends = days === 1 ? 1 / variance : unit * (1 - rho);
  const deviation = FARTHEST * Math.sqrt(variance);
  return (day: number, score: number, weight: number): number => {
    const limit = deviation * (weight + 1 / variance);
    const s = Math.min(limit, Math.abs(score));
    const least = day === 0 || day === days - 1 ? ends : inside;
    const pivot = weight + (day === days - 1 ? 1 / variance : unit);
    return 0.5 * ((s * s) / (weight + least) - Math.log(pivot));
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
