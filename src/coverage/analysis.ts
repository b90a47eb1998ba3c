/**
 * Everything that one source says on its own: volumes, delays, baseline and suspicious intervals. What needs the other sources
 * (Holm, Benjamini–Hochberg, holidays) comes after.
 */
import type { Steps } from '../base/steps';
import { DAY, type Instant } from '../base/time';
import type { LogSource, VolumeTable } from '../protocol/source';
import { type Baseline, extended, type KeptFit } from './baseline';
import { type Candidate, openBins } from './bins';
import { type ClosedCells, closedCells } from './closed';
import { type CleanDelays, cleanDelays, type Delays, delaysAt, movedTo } from './delay';
import { asSundays, daysOff, type Learnt, learnPast, type Past } from './past';
import { cleanShareOf, type Run, runsOf } from './runs';
import { sameDays, sameNumbers, sameTable } from './same';
import { openSilence } from './silence';
import { binStart, binsAt, denseVolumes, type Volumes, volumesBefore } from './volumes';
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
  /** What whole UTC days taught: the last one counts once its rows have had time to come. */
  readonly past: Past;
  readonly closed: ClosedCells;
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

/** What an assessment before learnt of the same source. */
export interface StudyMemory {
  study: KeptStudy | null;
  fits: readonly KeptFit[];
}

export interface KeptStudy {
  readonly usable: Uint8Array;
  readonly zone: string | null;
  readonly holidays: ReadonlySet<number>;
  readonly clean: CleanDelays;
  readonly shares: CleanShares;
  readonly analysis: Analysis;
}

/** Shares of the rows of a typical clean day that are late, and that repeat a key. */
interface CleanShares {
  readonly late: number;
  readonly duplicate: number;
}

/** The very analysis of before, where nothing that it rests on has changed; else what has changed is learnt anew. */
export function* analyse(input: AnalysisInput, memory: StudyMemory = { study: null, fits: [] }): Steps<Analysis> {
  const before = memory.study;
  const counted = countOnce(input, before);
  const { volumes, usable, delays } = counted;
  const zone = input.source.seasonalZone;
  const { holidays } = input;
  const until = wholeBins(volumes, Math.min(input.now, binStart(volumes, delays.pendingFrom)) as Instant);
  const taughtAlike =
    before !== null &&
    before.zone === zone &&
    sameDays(before.holidays, holidays) &&
    sameNumbers(before.usable, usable, until) &&
    samePast(before.analysis.past.volumes, volumes, until, counted.same);
  const past = taughtAlike
    ? before.analysis.past
    : yield* learnPast({ source: input.source, volumes: volumesBefore(volumes, until), usable, holidays }, memory);
  const kept = before?.analysis;
  const unchanged =
    kept?.past === past &&
    kept.volumes === volumes &&
    kept.delays === delays &&
    sameNumbers(before!.usable, usable) &&
    kept.closed.until === counted.closed.until;
  const shares =
    before !== null && kept?.past === past && counted.same && before.clean === counted.clean
      ? before.shares
      : cleanShares(past.volumes, delays, usable);
  const analysis = unchanged ? kept : opened(input, counted, past, shares);
  memory.study = { usable, zone, holidays, clean: counted.clean, shares, analysis };
  return analysis;
}

/** First bin of the UTC day that is not over at `at`. */
function wholeBins(v: Pick<Volumes, 'start' | 'bin' | 'bins'>, at: Instant): number {
  const today = Math.floor(at / DAY) * DAY;
  return Math.max(0, Math.min(v.bins, Math.floor((today - v.start) / v.bin)));
}

interface Counted extends Pick<Analysis, 'volumes' | 'delays' | 'closed'> {
  /** 1 for bins outside every window. */
  readonly usable: Uint8Array;
  readonly clean: CleanDelays;
  /** True where the closed cells are those of before. */
  readonly same: boolean;
}

function countOnce({ table, now, windows }: AnalysisInput, before: KeptStudy | null): Counted {
  const bins = binsAt(table, now);
  const until = wholeBins({ start: table.start, bin: table.bin, bins }, now);
  const kept = before?.analysis;
  const unchanged = kept !== undefined && sameTable(kept.closed.table, table);
  const { closed, same } =
    unchanged && kept.closed.until === until
      ? { closed: kept.closed, same: true }
      : closedCells(table, until, kept?.closed ?? null);
  const ahead = kept && same && closed.cells !== null ? { until, cells: closed.cells } : null;
  const volumes =
    unchanged && kept.volumes.bins === bins
      ? kept.volumes
      : denseVolumes(table, now, ahead && { volumes: kept!.volumes, ...ahead });
  const usable = outsideWindows(volumes, windows);
  const cleanAlike =
    before !== null &&
    same &&
    before.clean.whole &&
    before.analysis.volumes.timed === volumes.timed &&
    sameNumbers(before.usable, usable, until);
  const clean = cleanAlike ? before.clean : cleanDelays(table, volumes, usable, until);
  if (kept && cleanAlike && kept.volumes === volumes)
    return { volumes, usable, closed, clean, same, delays: movedTo(kept.delays, volumes, now) };
  const late = ahead && cleanAlike && kept?.delays.late ? { late: kept.delays.late, ...ahead } : null;
  return { volumes, usable, closed, clean, same, delays: delaysAt(clean, table, volumes, now, late) };
}

/** @param same the cells of all whole days are known to be the same. */
function samePast(past: Volumes, v: Volumes, until: number, same: boolean): boolean {
  if (past.bins !== until || past.start !== v.start || past.bin !== v.bin) return false;
  return (
    same ||
    (sameNumbers(past.records, v.records, until) &&
      sameNumbers(past.rows, v.rows, until) &&
      sameNumbers(past.unknown, v.unknown, until))
  );
}

const cleanShares = (past: Volumes, { late, cleanLateShare }: Delays, usable: Uint8Array): CleanShares => ({
  late: late ? Math.max(cleanLateShare, cleanShareOf(past, late, usable)) : 0,
  duplicate: past.duplicates ? cleanShareOf(past, past.duplicates, usable) : 0,
});

/** What the bins since the closed past add to it. */
function opened(input: AnalysisInput, counted: Counted, past: Past, shares: CleanShares): Analysis {
  const { volumes, delays, closed } = counted;
  const searched = { from: volumes.first, to: Math.max(volumes.first, delays.pendingFrom) };
  const runs = (kind: Float64Array | null, share: number) =>
    kind ? runsOf(volumes, kind, share, volumes.first, volumes.bins) : [];
  const { learnt } = past;
  return {
    volumes,
    delays,
    ...(learnt ? openDay(input, volumes, past, learnt, searched.to) : { baseline: null, candidates: [] }),
    searched,
    lateRuns: runs(delays.late, shares.late),
    duplicateRuns: runs(volumes.duplicates, shares.duplicate),
    past,
    closed,
  };
}

function openDay(
  { holidays }: AnalysisInput,
  v: Volumes,
  past: Past,
  learnt: Learnt,
  to: number,
): Pick<Analysis, 'baseline' | 'candidates'> {
  const baseline = extended(learnt.baseline, v);
  const closed = past.volumes.bins;
  asSundays(v, baseline.mu, holidays, closed);
  const off = daysOff(v, holidays);
  const silence = openSilence(v, baseline, off, learnt.silence, to);
  const bins = openBins(v, baseline, off, learnt.bins, { from: past.volumes.first, closed, to });
  return { baseline, candidates: [...silence, ...bins, ...learnt.shallow] };
}
