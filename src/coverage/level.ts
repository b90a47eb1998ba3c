/**
 * The level of a source over days: constant, log-linear where a slope is proven, or with one lasting step up. A lasting step
 * down is never a new level: that is what a loss that still runs looks like.
 */
import { median, robustSd as spreadOf } from './robust';
import type { Volumes } from './volumes';

/** What the slope adds to the uncertainty of the level. */
export interface Trend {
  /** Variance of the slope per day, relative; 0 where no slope was fitted. */
  readonly slopeVariance: number;
  /** Day about which it turns. */
  readonly center: number;
}

/** A slope below three standard errors is not fitted: it would cost more precision than it brings. */
const SLOPE_Z = 3;
const STEP_Z = 6;
const SMALLEST_STEP = 0.15;
const LEAST_DAYS = 28;
/** Days on each side of a step that must agree. */
const SIDE = 7;
/** Variance of a mean of days with lag-1 autocorrelation 0.5 against independent ones. */
const DEPENDENCE = 3;

/** By what the level is multiplied: from a day on by exp(size + slope × (day − center)). It holds for days that are yet to come. */
export interface LevelChange {
  readonly from: number;
  readonly size: number;
  readonly slope: number;
  readonly center: number;
}

/** The level of a day after all changes. */
export const levelOf = (changes: readonly LevelChange[], day: number): number =>
  changes.reduce((level, c) => (day >= c.from ? level * Math.exp(c.size + c.slope * (day - c.center)) : level), 1);

interface CleanDay {
  readonly day: number;
  /** ln(observed / expected). */
  readonly log: number;
  readonly weight: number;
}

/** What the clean days say about the level beyond `mu`; a change of null: nothing. */
export function fitLevel(
  v: Volumes,
  taught: Uint8Array,
  weight: Float64Array,
  mu: Float64Array,
): { readonly trend: Trend; readonly change: LevelChange | null } {
  const days = cleanDays(v, taught, weight, mu);
  if (days.length < LEAST_DAYS) return { trend: { slopeVariance: 0, center: 0 }, change: null };
  const step = lastingStepUp(days);
  if (step) {
    const change = { from: step.day, size: step.size, slope: 0, center: 0 };
    return { trend: { slopeVariance: 0, center: 0 }, change };
  }
  const { slope, variance, center } = slopeOf(days);
  if (Math.abs(slope) < SLOPE_Z * Math.sqrt(variance)) return { trend: { slopeVariance: 0, center }, change: null };
  return {
    trend: { slopeVariance: variance, center },
    change: { from: Number.NEGATIVE_INFINITY, size: 0, slope, center },
  };
}

function cleanDays(v: Volumes, taught: Uint8Array, weight: Float64Array, mu: Float64Array): CleanDay[] {
  const y = new Float64Array(v.days);
  const m = new Float64Array(v.days);
  const whole = new Float64Array(v.days);
  for (let i = v.first; i < v.bins; i++) {
    const d = v.day[i]!;
    whole[d]! += mu[i]!;
    if (taught[i] === 0) continue;
    // Outliers enter at their weight: a single spike must not make a slope.
    y[d]! += weight[i]! * v.records[i]! + (1 - weight[i]!) * mu[i]!;
    m[d]! += mu[i]!;
  }
  const out: CleanDay[] = [];
  for (let d = 0; d < v.days; d++) {
    if (m[d]! > 0 && m[d]! > 0.5 * whole[d]!)
      out.push({ day: d, log: Math.log((y[d]! + 0.5) / (m[d]! + 0.5)), weight: m[d]! });
  }
  return out;
}

function slopeOf(days: readonly CleanDay[]) {
  const spread = robustSd(days.map((d) => d.log));
  const mid = median(days.map((d) => d.log));
  let center = 0;
  for (const d of days) center += d.day / days.length;
  let xx = 0;
  let xy = 0;
  for (const d of days) {
    const x = d.day - center;
    xx += x * x;
    xy += x * Math.max(-3 * spread, Math.min(3 * spread, d.log - mid));
  }
  const slope = xx > 0 ? xy / xx : 0;
  return { slope, variance: xx > 0 ? (spread * spread * DEPENDENCE) / xx : 0, center };
}

/** The step that parts the days into a lower first and a higher last level, where it is large, sure and lasts to the end. */
function lastingStepUp(days: readonly CleanDay[]): { readonly day: number; readonly size: number } | null {
  const logs = days.map((d) => d.log);
  let best: { day: number; size: number; z: number } | null = null;
  for (let s = SIDE; s <= days.length - SIDE; s++) {
    const before = logs.slice(0, s);
    const after = logs.slice(s);
    // Only a step at this very place is looked at closely: neighbours on both sides must differ already.
    const near = median(logs.slice(s, s + SIDE)) - median(logs.slice(s - SIDE, s));
    if (near < SMALLEST_STEP) continue;
    const size = median(after) - median(before);
    const spread = Math.max(1e-3, Math.hypot(robustSd(before), robustSd(after)) / Math.SQRT2);
    const z = size / (spread * Math.sqrt(DEPENDENCE * (1 / before.length + 1 / after.length)));
    if (size > SMALLEST_STEP && z > STEP_Z && z > (best?.z ?? 0)) best = { day: days[s]!.day, size, z };
  }
  return best;
}

const robustSd = (values: readonly number[]): number => Math.max(1e-3, spreadOf(values));
