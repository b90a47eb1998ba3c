/**
 * What a bin should hold: log μ(t) = level(t) + seasonal(t), fitted on the clean bins of both sides of a window, with robust
 * reweighting (Noufaily et al. 2012, the improved Farrington). The noise about it is in `day-noise.ts`.
 */
import type { BaselineRegime } from '../protocol/coverage';
import { type DayNoise, dayNoise } from './day-noise';
import { fitLevel, type LevelChange, levelOf } from './level';
import { median } from './robust';
import { sameNumbers } from './same';
import { isWeekend, type Season, seasonOf } from './season';
import type { Volumes } from './volumes';

/**
 * How much history there is: ≥ 4 clean weeks `hour-of-week` (each cell shrunk to the product prior), 2–4 `day-factors`
 * (hour × weekday/weekend × day of week), 1–2 `weekday-weekend` (hour × weekday/weekend).
 */
export type Regime = BaselineRegime;

export interface Baseline {
  readonly regime: Regime;
  readonly zone: string;
  /** Clean weeks that taught it. */
  readonly weeks: number;
  /** Expected records by bin, level included; defined for every bin, also outside the history. */
  readonly mu: Float64Array;
  /** 1 where a bin taught the fit. */
  readonly taught: Uint8Array;
  readonly noise: DayNoise;
}

/**
 * A seasonal cell counts as if two weeks of the prior had been seen, and less the more plainly its own weeks contradict the
 * prior: a job that runs on Sundays at 23:00 is no reason to expect something on Saturdays at 23:00.
 */
const PSEUDO_WEEKS = 2;
/** Beyond this standardised residual a bin's weight falls as (2.58 / s)². */
const OUTLIER = 2.58;
const PASSES = 2;
const REWEIGHTS = 3;

/** What a fit learnt; `expectedFrom` makes a baseline of it. */
export interface Fit {
  readonly regime: Regime;
  readonly weeks: number;
  readonly taught: Uint8Array;
  /** End of the bins that taught. */
  readonly until: number;
  /** Expected records of a bin of the week, before the level. */
  readonly cells: Float64Array;
  /** What the level is made of, for any day. */
  readonly changes: readonly LevelChange[];
  readonly noise: DayNoise;
}

/** A fit with the volumes that taught it. */
export interface KeptFit {
  readonly volumes: Volumes;
  readonly zone: string;
  readonly fit: Fit;
}

/** Fits of an assessment before; what is used or learnt now goes into `next`. */
export interface FitMemory {
  readonly before: readonly KeptFit[];
  readonly next: KeptFit[];
}

/**
 * @param usable 1 for bins that may teach.
 * @param until end of the last whole UTC day: a later bin changes nothing, so that an update and a run from scratch agree.
 * @returns null below one clean week.
 */
export function fitBaseline(
  v: Volumes,
  season: Season,
  usable: Uint8Array,
  until: number,
  memory?: FitMemory,
): Fitted | null {
  const taught = new Uint8Array(v.bins);
  // What follows the last row teaches nothing: it is the silence that has to be judged.
  const end = Math.min(until, v.last);
  let n = 0;
  for (let i = v.first; i < end; i++) {
    if (usable[i] === 1 && v.unknown[i] === 0) {
      taught[i] = 1;
      n++;
    }
  }
  const weeks = n / (7 * v.binsPerDay);
  if (weeks < 1) return null;
  const kept = memory?.before.find((k) => taughtAlike(k, v, season, taught, end));
  const fit = kept?.fit ?? learn(v, season, taught, end, weeks);
  memory?.next.push(kept ?? { volumes: v, zone: season.zone, fit });
  return { ...expectedFrom(fit, v, season, taught), fit };
}

/** A baseline with the fit that it came from. */
export interface Fitted extends Baseline {
  readonly fit: Fit;
}

/** The same expectation for more bins than those it was fitted on. The bins that are new teach nothing. */
export function extended({ fit, ...past }: Fitted, v: Volumes): Baseline {
  const from = past.mu.length;
  const mu = new Float64Array(v.bins);
  mu.set(past.mu);
  const taught = new Uint8Array(v.bins);
  taught.set(past.taught);
  const { key } = seasonOf(v, past.zone, from) ?? seasonOf(v, null, from)!;
  const floor = leastOf(fit.cells);
  for (let i = from; i < v.bins; i++)
    mu[i] = Math.max(floor, fit.cells[key[i - from]!]!) * levelOf(fit.changes, v.day[i]!) * fit.noise.scale;
  return { ...past, mu, taught };
}

/** True where the same bins with the same records taught, and the days in which they lie are whole in both. */
function taughtAlike({ volumes, zone, fit }: KeptFit, v: Volumes, season: Season, taught: Uint8Array, end: number) {
  const grown = volumes.bins === v.bins || (volumes.days === v.days && end > 0 && v.day[end - 1]! < v.days - 1);
  return (
    grown &&
    zone === season.zone &&
    fit.until === end &&
    volumes.start === v.start &&
    volumes.bin === v.bin &&
    volumes.first === v.first &&
    sameNumbers(fit.taught, taught, end) &&
    sameNumbers(volumes.records, v.records, end)
  );
}

function learn(v: Volumes, season: Season, taught: Uint8Array, until: number, weeks: number): Fit {
  const regime: Regime = weeks >= 4 ? 'hour-of-week' : weeks >= 2 ? 'day-factors' : 'weekday-weekend';
  const weight = Float64Array.from(taught);
  capOutliers(v, taught, weight);
  const changes: LevelChange[] = [];
  let level = new Float64Array(v.days).fill(1);
  const mu = new Float64Array(v.bins);
  const roots = createRoots(7 * v.binsPerDay);
  let trend = { slopeVariance: 0, center: 0 };
  for (let pass = 0; pass < PASSES; pass++) {
    for (let round = 0; round < REWEIGHTS; round++) {
      expectedOf(v, season, seasonalCells(v, season, weight, level, regime), level, mu);
      reweigh(v, taught, mu, weight, roots);
    }
    const found = fitLevel(v, taught, weight, mu);
    trend = found.trend;
    if (found.change) changes.push(found.change);
    level = level.map((_, d) => levelOf(changes, d));
  }
  const cells = seasonalCells(v, season, weight, level, regime);
  expectedOf(v, season, cells, level, mu);
  return { regime, weeks, taught, until, cells, changes, noise: dayNoise(v, taught, mu, weeks, trend) };
}

function expectedFrom(
  { regime, weeks, cells, changes, noise }: Fit,
  v: Volumes,
  season: Season,
  taught: Uint8Array,
): Baseline {
  const level = new Float64Array(v.days).map((_, d) => levelOf(changes, d));
  const mu = new Float64Array(v.bins);
  expectedOf(v, season, cells, level, mu);
  for (let i = 0; i < v.bins; i++) mu[i]! *= noise.scale;
  return { regime, zone: season.zone, weeks, mu, taught, noise };
}

/** Before there is a fit, only what dwarfs everything else is set aside: a bin with a million times the rest. */
function capOutliers(v: Volumes, taught: Uint8Array, weight: Float64Array): void {
  const seen = v.records.filter((_, i) => taught[i] === 1).sort();
  const high = Math.max(seen[Math.floor(seen.length * 0.98)] ?? 0, 5);
  for (let i = 0; i < v.bins; i++) if (v.records[i]! > 5 * high) weight[i] = 0;
}

/** Expected records of a bin of the week, before the level. */
function seasonalCells(
  v: Volumes,
  season: Season,
  weight: Float64Array,
  level: Float64Array,
  regime: Regime,
): Float64Array {
  const bpd = v.binsPerDay;
  const cells = 7 * bpd;
  const counts = new Float64Array(cells);
  const exposure = new Float64Array(cells);
  for (let i = v.first; i < v.bins; i++) {
    const w = weight[i]!;
    if (w === 0) continue;
    const c = season.key[i]!;
    counts[c]! += w * v.records[i]!;
    exposure[c]! += w * level[v.day[i]!]!;
  }
  const prior = productPrior(counts, exposure, bpd, regime !== 'weekday-weekend');
  if (regime !== 'hour-of-week') return prior;
  for (let c = 0; c < cells; c++) {
    const pseudo = PSEUDO_WEEKS / (1 + 0.25 * contradiction(counts[c]!, exposure[c]!, prior[c]!));
    prior[c] = (pseudo * prior[c]! + counts[c]!) / (pseudo + exposure[c]!);
  }
  return prior;
}

/** Squared deviation of a cell from the prior in units of its variance, for hours that scatter by a fifth beyond Poisson. */
function contradiction(count: number, exposure: number, prior: number): number {
  const expected = prior * exposure;
  const variance = expected + (0.04 * expected * expected) / Math.max(exposure, 1) + 1;
  return (count - expected) ** 2 / variance;
}

/** Hour of day × weekday/weekend, times a factor for the day of the week. */
function productPrior(counts: Float64Array, exposure: Float64Array, bpd: number, dayFactors: boolean): Float64Array {
  const hourCounts = new Float64Array(2 * bpd);
  const hourExposure = new Float64Array(2 * bpd);
  for (let c = 0; c < counts.length; c++) {
    const h = isWeekend(c, bpd) * bpd + (c % bpd);
    hourCounts[h]! += counts[c]!;
    hourExposure[h]! += exposure[c]!;
  }
  const prior = new Float64Array(counts.length);
  for (let d = 0; d < 7; d++) {
    let y = 0;
    let m = 0;
    for (let h = 0; h < bpd; h++) {
      const c = d * bpd + h;
      prior[c] = hourMean(hourCounts, hourExposure, isWeekend(c, bpd), h, bpd);
      y += counts[c]!;
      m += exposure[c]! * prior[c]!;
    }
    // Half a day of the prior keeps a day of the week that was hardly seen from a factor of its own.
    const half = (0.5 * m) / Math.max(1e-9, sumSlice(exposure, d * bpd, bpd) / bpd);
    const factor = dayFactors && m > 0 ? (y + half) / (m + half) : 1;
    for (let h = 0; h < bpd; h++) prior[d * bpd + h]! *= factor;
  }
  return prior;
}

/** Mean of an hour; a weekend that was never seen borrows the weekday, and the other way round. */
function hourMean(counts: Float64Array, exposure: Float64Array, weekend: 0 | 1, h: number, bpd: number): number {
  const own = weekend * bpd + h;
  const other = (1 - weekend) * bpd + h;
  if (exposure[own]! > 0) return counts[own]! / exposure[own]!;
  return exposure[other]! > 0 ? counts[other]! / exposure[other]! : 0;
}

function sumSlice(values: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += values[i]!;
  return sum;
}

function expectedOf(v: Volumes, season: Season, cells: Float64Array, level: Float64Array, mu: Float64Array): void {
  const floor = leastOf(cells);
  for (let i = 0; i < v.bins; i++) mu[i] = Math.max(floor, cells[season.key[i]!]!) * level[v.day[i]!]!;
}

/** What is expected of an hour in which nothing ever came. */
function leastOf(cells: Float64Array): number {
  let mean = 0;
  for (const c of cells) mean += c / cells.length;
  return Math.max(1e-4 * mean, 1e-6);
}

/**
 * Weights by Anscombe residuals, which are near normal also for small counts: a Pearson residual would call every second row
 * of a quiet hour an outlier and pull μ down.
 */
function reweigh(v: Volumes, taught: Uint8Array, mu: Float64Array, weight: Float64Array, roots: Roots): void {
  const week = 7 * v.binsPerDay;
  const residual = new Float64Array(v.bins);
  const sizes: number[] = [];
  for (let i = v.first; i < v.bins; i++) {
    if (taught[i] === 0) continue;
    const r = anscombe(v.records[i]!, mu[i]!, i % week, roots);
    residual[i] = r;
    if (mu[i]! > 0.5) sizes.push(Math.abs(r));
  }
  const spread = Math.max(1, sizes.length ? median(sizes) / 0.6745 : 1);
  for (let i = v.first; i < v.bins; i++) {
    if (taught[i] === 0) continue;
    const s = Math.abs(residual[i]!) / spread;
    weight[i] = s <= OUTLIER ? 1 : (OUTLIER / s) ** 2;
  }
}

/** The roots of what was expected a week before: mostly the same is expected now. */
interface Roots {
  readonly mu: Float64Array;
  readonly centre: Float64Array;
  readonly sixth: Float64Array;
}

const createRoots = (bins: number): Roots => ({
  mu: new Float64Array(bins).fill(Number.NaN),
  centre: new Float64Array(bins),
  sixth: new Float64Array(bins),
});

/** Poisson Anscombe residual: 1.5 (y^⅔ − (μ − ⅙)^⅔) / μ^⅙. */
function anscombe(y: number, mu: number, place: number, roots: Roots): number {
  if (roots.mu[place] !== mu) {
    const m = Math.max(mu, 1e-6);
    roots.mu[place] = mu;
    roots.centre[place] = Math.cbrt(Math.max(0, m - 1 / 6));
    roots.sixth[place] = m ** (1 / 6);
  }
  const centre = roots.centre[place]!;
  return (1.5 * (Math.cbrt(y * y) - centre * centre)) / roots.sixth[place]!;
}
