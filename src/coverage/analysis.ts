/**
 * Everything that one source says on its own: volumes, delays, baseline and suspicious intervals. What needs the other sources
 * (Holm, Benjamini–Hochberg, holidays) comes after.
 */
import type { Steps } from '../base/steps';
import type { Instant } from '../base/time';
import type { LogSource, VolumeTable } from '../protocol/source';
import { type Baseline, type FitMemory, fitBaseline, type KeptFit } from './baseline';
import { type Candidate, familyLogP, scanBins } from './bins';
import { type Delays, delaysAt, measureDelays } from './delay';
import { cleanShareOf, type Run, runsOf } from './runs';
import { sameDays, sameNumbers, sameTable } from './same';
import { type Season, seasonOf } from './season';
import { scanShallow } from './shallow';
import { scanSilence } from './silence';
import { binsAt, denseVolumes, type Volumes } from './volumes';
import { type DatedWindow, outsideWindows } from './windows';

export interface Analysis {
  readonly volumes: Volumes;
  readonly delays: Delays;
  /** null below one clean week. */
  readonly baseline: Baseline | null;
  /** Suspicious intervals, each judged on its own evidence so far. */
  readonly candidates: readonly Candidate[];
  /** Bins that were searched: [from, to). */
  readonly searched: { readonly from: number; readonly to: number };
  readonly lateRuns: readonly Run[];
  readonly duplicateRuns: readonly Run[];
}

export interface AnalysisInput {
  readonly source: LogSource;
  readonly table: VolumeTable;
  readonly now: Instant;
  /** Windows of this source, of the review and of other known incidents. */
  readonly windows: readonly DatedWindow[];
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

/** What an assessment before learnt of the same source. */
export interface StudyMemory {
  study: KeptStudy | null;
  fits: readonly KeptFit[];
}

export interface KeptStudy {
  readonly table: VolumeTable;
  readonly now: Instant;
  readonly usable: Uint8Array;
  readonly wholeDays: number;
  readonly zone: string | null;
  readonly holidays: ReadonlySet<number>;
  readonly analysis: Analysis;
}

/** The very analysis of before, where nothing that it rests on has changed; else what has changed is learnt anew. */
export function* analyse(input: AnalysisInput, memory: StudyMemory = { study: null, fits: [] }): Steps<Analysis> {
  const { table, now, holidays } = input;
  const zone = input.source.seasonalZone;
  const same = memory.study && sameTable(memory.study.table, table) ? memory.study : null;
  const volumes = same?.analysis.volumes.bins === binsAt(table, now) ? same.analysis.volumes : denseVolumes(table, now);
  const usable = outsideWindows(volumes, input.windows);
  const kept = same?.analysis.volumes === volumes && sameNumbers(same.usable, usable) ? same : null;
  const delays = !kept
    ? measureDelays(table, volumes, usable, now)
    : kept.now === now
      ? kept.analysis.delays
      : delaysAt(kept.analysis.delays, volumes, now);
  const searched = { from: volumes.first, to: Math.max(volumes.first, delays.pendingFrom) };
  const wholeDays = lastWholeDay(volumes, now);
  const asBefore =
    kept?.analysis.searched.to === searched.to &&
    kept.wholeDays === wholeDays &&
    kept.zone === zone &&
    sameDays(kept.holidays, holidays);
  const analysis =
    kept && asBefore && delays === kept.analysis.delays
      ? kept.analysis
      : yield* study(input, { volumes, usable, delays, searched }, memory);
  memory.study = { table, now, usable, wholeDays, zone, holidays, analysis };
  return analysis;
}

interface Measured extends Pick<Analysis, 'volumes' | 'delays' | 'searched'> {
  readonly usable: Uint8Array;
}

function* study(input: AnalysisInput, measured: Measured, memory: StudyMemory): Steps<Analysis> {
  const { volumes, usable, delays, searched } = measured;
  const { baseline, candidates } = yield* searchLosses(input, volumes, usable, searched, memory);
  const lateShare = delays.late ? Math.max(delays.cleanLateShare, cleanShareOf(volumes, delays.late, usable)) : 0;
  const duplicateShare = volumes.duplicates ? cleanShareOf(volumes, volumes.duplicates, usable) : 0;
  return {
    volumes,
    delays,
    baseline,
    candidates,
    searched,
    lateRuns: delays.late ? runsOf(volumes, delays.late, lateShare, volumes.first, volumes.bins) : [],
    duplicateRuns: volumes.duplicates
      ? runsOf(volumes, volumes.duplicates, duplicateShare, volumes.first, volumes.bins)
      : [],
  };
}

/** Fit, search, set aside what was found, and fit again: what is lost must not teach what to expect. */
function* searchLosses(
  input: AnalysisInput,
  v: Volumes,
  usable: Uint8Array,
  searched: { readonly from: number; readonly to: number },
  memory: StudyMemory,
): Steps<{ readonly baseline: Baseline | null; readonly candidates: readonly Candidate[] }> {
  const fits: FitMemory = { before: memory.fits, next: [] };
  const holidays = withoutDays(v, usable, input.holidays);
  const season = chooseSeason(input.source, v, holidays, fits);
  let teaching = holidays;
  let baseline: Baseline | null = null;
  let candidates: readonly Candidate[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const next = fitBaseline(v, season, teaching, lastWholeDay(v, input.now), fits);
    if (!next) break;
    baseline = next;
    asSundays(v, baseline.mu, input.holidays);
    candidates = yield* search(input, v, baseline, searched);
    const after = without(v, holidays, candidates);
    if (same(after, teaching)) break;
    teaching = after;
  }
  memory.fits = fits.next;
  return { baseline, candidates };
}

function* search(
  input: AnalysisInput,
  v: Volumes,
  baseline: Baseline,
  { from, to }: Analysis['searched'],
): Steps<Candidate[]> {
  const off = daysOff(v, input.holidays);
  const silence = scanSilence(v, baseline, off, from, to);
  const short = scanBins(v, baseline, off, from, to);
  const masked = off.slice();
  for (const c of [...silence, ...short]) if (familyLogP(c) < EXPLAINED) masked.fill(1, c.from, c.to);
  const long = yield* scanShallow(v, baseline, masked, from, to);
  // Each keeps its own evidence: a chance low beside a plain stop must not borrow the stop's.
  return [...silence, ...short, ...long];
}

const utcDay = (v: Volumes, i: number): number => Math.floor(v.start / 86_400_000) + v.day[i]!;

/** A day off begins at midnight where the people are: up to so much before or after it begins in UTC. */
const MIDNIGHTS = 8 * 3_600_000;

/** 1 for bins of days that people had off: a low there is the day off, only a silence is looked at. */
function daysOff(v: Volumes, holidays: ReadonlySet<number>): Uint8Array {
  const out = new Uint8Array(v.bins);
  for (const day of holidays) {
    const from = Math.floor((day * 86_400_000 - MIDNIGHTS - v.start) / v.bin);
    const to = Math.ceil(((day + 1) * 86_400_000 + MIDNIGHTS - v.start) / v.bin);
    if (to > 0 && from < v.bins) out.fill(1, Math.max(0, from), Math.min(v.bins, to));
  }
  return out;
}

/** A day off is expected to look like the nearest Sunday: for machines, which know no weekend, like any other day. */
function asSundays(v: Volumes, mu: Float64Array, holidays: ReadonlySet<number>): void {
  if (holidays.size === 0) return;
  for (let i = 0; i < v.bins; i++) {
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

/** First bin of the day that is not over at `now`. */
function lastWholeDay(v: Volumes, now: Instant): number {
  const today = Math.floor(now / 86_400_000) * 86_400_000;
  return Math.max(0, Math.min(v.bins, Math.floor((today - v.start) / v.bin)));
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
