/**
 * What the closed past of a source says, its whole UTC days: baseline, noise, suspicious intervals, and by what those of the open day
 * are judged. It is the same for every hour of the day that follows.
 */
import type { Steps } from '../base/steps';
import type { Span } from '../base/time';
import type { LogSource } from '../protocol/source';
import { type Baseline, type FitMemory, type Fitted, fitBaseline, type KeptFit } from './baseline';
import { type BinSearch, type Candidate, familyLogP, searchBins } from './bins';
import { type DayShapes, dayShapes } from './day-shapes';
import { type Season, seasonOf } from './season';
import { scanShallow } from './shallow';
import { type SilenceSearch, searchSilence, smallestProvableSilence } from './silence';
import type { Volumes } from './volumes';

export interface Past {
  /** The bins of the whole days. */
  readonly volumes: Volumes;
  /** What the searches found in it; null below one clean week. */
  readonly learnt: Learnt | null;
}

export interface Learnt {
  readonly baseline: Fitted;
  readonly silence: SilenceSearch;
  readonly bins: BinSearch;
  readonly shallow: readonly Candidate[];
  readonly shapes: DayShapes;
  readonly taughtDays: number;
  /** The shortest silence that could be proved in a typical hour. */
  readonly provable: Span | null;
  /** Minimum detectable losses that were asked for, by the bins of the window. */
  readonly minima: Map<number, number | null>;
}

export interface PastInput {
  readonly source: LogSource;
  readonly volumes: Volumes;
  /** 1 for bins outside every window. */
  readonly usable: Uint8Array;
  /** UTC days (since 1970) that people had off. */
  readonly holidays: ReadonlySet<number>;
}

/**
 * Family p below which a suspicious interval is kept from teaching the baseline. A shallow one must be beyond doubt: to set a
 * chance low aside makes the rest look steadier than it is, and the next chance low a finding.
 */
const UNTAUGHT = { silence: Math.log(0.02), bin: Math.log(0.02), shallow: Math.log(1e-4), planned: 0 } as const;
/** Below this a stop or short loss stands on its own, and the search for shallow ones need not explain it again. */
const EXPLAINED = Math.log(5e-4);
const ROUNDS = 3;

/** Fit, search, set aside what was found, and fit again: what is lost must not teach what to expect. */
export function* learnPast(input: PastInput, memory: { fits: readonly KeptFit[] }): Steps<Past> {
  const { volumes: v } = input;
  const fits: FitMemory = { before: memory.fits, next: [] };
  const holidays = withoutDays(v, input.usable, input.holidays);
  const season = chooseSeason(input.source, v, holidays, fits);
  let teaching = holidays;
  let found: Searched | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    const baseline = fitBaseline(v, season, teaching, v.bins, fits);
    if (!baseline) break;
    asSundays(v, baseline.mu, input.holidays, 0);
    found = { baseline, ...(yield* search(input, baseline)) };
    const after = without(v, holidays, [...found.silence.found, ...found.bins.found, ...found.shallow]);
    if (same(after, teaching)) break;
    teaching = after;
  }
  memory.fits = fits.next;
  if (!found) return { volumes: v, learnt: null };
  const provable = smallestProvableSilence(v, found.baseline, v.first, v.bins);
  const taughtDays = found.baseline.taught.reduce((n, t) => n + t, 0) / v.binsPerDay;
  return {
    volumes: v,
    learnt: { ...found, shapes: dayShapes(v, found.baseline), taughtDays, provable, minima: new Map() },
  };
}

type Searched = Omit<Learnt, 'shapes' | 'taughtDays' | 'provable' | 'minima'>;

function* search({ volumes: v, holidays }: PastInput, baseline: Baseline): Steps<Omit<Searched, 'baseline'>> {
  const off = daysOff(v, holidays);
  const silence = searchSilence(v, baseline, off, v.first, v.bins);
  const bins = searchBins(v, baseline, off, v.first, v.bins);
  const masked = off.slice();
  for (const c of [...silence.found, ...bins.found]) if (familyLogP(c) < EXPLAINED) masked.fill(1, c.from, c.to);
  // Each keeps its own evidence: a chance low beside a plain stop must not borrow the stop's.
  return { silence, bins, shallow: yield* scanShallow(v, baseline, masked, v.first, v.bins) };
}

const utcDay = (v: Volumes, i: number): number => Math.floor(v.start / 86_400_000) + v.day[i]!;

/** A day off begins at midnight where the people are: up to so much before or after it begins in UTC. */
const MIDNIGHTS = 8 * 3_600_000;

/** 1 for bins of days that people had off: a low there is the day off, only a silence is looked at. */
export function daysOff(v: Volumes, holidays: ReadonlySet<number>): Uint8Array {
  const out = new Uint8Array(v.bins);
  for (const day of holidays) {
    const from = Math.floor((day * 86_400_000 - MIDNIGHTS - v.start) / v.bin);
    const to = Math.ceil(((day + 1) * 86_400_000 + MIDNIGHTS - v.start) / v.bin);
    if (to > 0 && from < v.bins) out.fill(1, Math.max(0, from), Math.min(v.bins, to));
  }
  return out;
}

/**
 * A day off is expected to look like the nearest Sunday: for machines, which know no weekend, like any other day.
 *
 * @param from first bin that may be changed.
 */
export function asSundays(v: Volumes, mu: Float64Array, holidays: ReadonlySet<number>, from: number): void {
  if (holidays.size === 0) return;
  for (let i = from; i < v.bins; i++) {
    const day = utcDay(v, i);
    if (!holidays.has(day)) continue;
    const toSunday = [0, -1, -2, -3, 3, 2, 1][(((day + 4) % 7) + 7) % 7]!;
    const shift = [toSunday, toSunday - 7, toSunday + 7].map((d) => i + d * v.binsPerDay);
    const sunday = shift.find((j) => j >= 0 && j < v.bins && !holidays.has(utcDay(v, j)));
    if (sunday !== undefined) mu[i] = mu[sunday]!;
  }
}

function withoutDays(v: Volumes, usable: Uint8Array, holidays: ReadonlySet<number>): Uint8Array {
  const off = daysOff(v, holidays);
  return usable.map((u, i) => (off[i] === 1 ? 0 : u));
}

/** Bins outside the strong candidates, with half a day of guard. */
function without(v: Volumes, usable: Uint8Array, candidates: readonly Candidate[]): Uint8Array {
  const out = usable.slice();
  const guard = Math.round(v.binsPerDay / 2);
  for (const c of candidates) {
    if (familyLogP(c) < UNTAUGHT[c.test]) out.fill(0, Math.max(0, c.from - guard), Math.min(v.bins, c.to + guard));
  }
  return out;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The source's own time zone where it predicts the last third of the history better than UTC does. */
function chooseSeason(source: LogSource, v: Volumes, usable: Uint8Array, fits: FitMemory): Season {
  const utc = seasonOf(v, null)!;
  const local = source.seasonalZone ? seasonOf(v, source.seasonalZone) : null;
  if (!local) return utc;
  const split = v.first + Math.floor(((v.last - v.first) * 2) / 3);
  const score = (season: Season) => {
    const fit = fitBaseline(v, season, usable, split, fits);
    if (!fit) return Number.POSITIVE_INFINITY;
    let deviance = 0;
    for (let i = split; i < v.last; i++) {
      if (usable[i] === 0 || v.unknown[i] === 1) continue;
      const y = v.records[i]!;
      const m = fit.mu[i]!;
      // Clipped, so that a gap in the last third does not decide about the zone.
      deviance += Math.min(20, 2 * ((y > 0 ? y * Math.log(y / m) : 0) - (y - m)));
    }
    return deviance;
  };
  return score(local) < score(utc) ? local : utc;
}
