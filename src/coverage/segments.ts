/** The segments of one source: maximal intervals of one status over the range asked, each with its figures and its sentence. */
import { DAY, type Instant, type Interval, overlaps } from '../base/time';
import type { Segment } from '../protocol/coverage';
import type { IncidentWindow } from '../protocol/review';
import type { ConfigurationChange, LogSource, VolumeTable } from '../protocol/source';
import type { Reason, Status } from '../protocol/status';
import type { Analysis } from './analysis';
import type { Extent } from './change-point';
import { delayQuantiles } from './delay';
import { windowLoss } from './loss';
import { unseenBefore } from './onset';
import type { Run } from './runs';
import { arrived, between, interval, lateBy, percent, REASON_WORDS, rows, utc } from './sentences';
import { signatureOf } from './signature';
import { LEAST_EXPECTED } from './silence';
import { GONE, type JudgedLoss, judgeLoss, type Piece, RECOVERED, splitBySilence, togetherLost } from './status';
import { binStart, sumOver } from './volumes';
import { dateWindow } from './windows';

export interface SegmentInput {
  readonly source: LogSource;
  readonly table: VolumeTable;
  readonly analysis: Analysis;
  readonly extents: readonly Extent[];
  readonly changes: readonly ConfigurationChange[];
  readonly windows: readonly IncidentWindow[];
  readonly range: Interval;
  readonly now: Instant;
}

/** The losses of a source with their status, in order and apart. */
export function judgeLosses(input: SegmentInput): JudgedLoss[] {
  const { analysis: a } = input;
  const pieces = input.extents.flatMap((e) => {
    const ongoing = e.to >= a.searched.to || e.endHigh > a.searched.to;
    const to = ongoing ? openEnd(a, e) : e.to;
    const piece: Piece = { ...e, to, endHigh: Math.max(e.endHigh, to), ongoing };
    const loss = windowLoss(a.volumes, a.baseline!, piece.from, piece.to);
    return loss.observed < GONE * loss.expected ? [piece] : splitBySilence(a, piece);
  });
  return pieces.map((p, n) => judgeLoss(input.source, a, p, input.changes, pieces[n + 1]?.from ?? a.volumes.bins));
}

/** A loss that reaches the edge of what can be judged runs on through empty bins that are too fresh to be judged alone. */
function openEnd({ volumes: v, searched }: Analysis, e: Extent): number {
  let to = Math.max(e.to, Math.min(searched.to, e.endHigh));
  while (to < v.bins && v.records[to] === 0) to++;
  return to;
}

/** A stretch of bins with a status; what a segment is made of. */
interface Stretch {
  readonly status: Status;
  readonly reason: Reason | null;
  readonly piece: Piece;
  readonly judged: JudgedLoss | null;
}

export function segmentsOf(input: SegmentInput, judged: readonly JudgedLoss[]): Segment[] {
  const taken = judged.map((j): Stretch => ({ status: j.status, reason: null, piece: j.piece, judged: j }));
  const withRuns = addRuns(input, taken);
  return fillRest(input, withRuns)
    .map((s) => ({ whole: s.judged?.spike, at: segment(input, clip(input, s)) }))
    .filter((s) => overlaps(s.at, input.range))
    .map((s) => (s.whole ? s.at : withinRange(s.at, input.range)));
}

/** A range need not begin or end with a bin. */
const withinRange = (s: Segment, range: Interval): Segment => ({
  ...s,
  start: Math.max(s.start, range.start) as Instant,
  end: Math.min(s.end, range.end) as Instant,
});

/**
 * The part of a stretch that lies in the range asked, with the figures of that part. What was found about the whole stays: its
 * status, which rests on all its rows, and the ranges of its start and end. What a spike brought back belongs to the whole loss
 * and cannot be shared out, so such a loss is reported whole.
 */
function clip({ analysis: a, range }: SegmentInput, s: Stretch): Stretch {
  const v = a.volumes;
  const from = Math.max(s.piece.from, Math.floor((range.start - v.start) / v.bin));
  const to = Math.min(s.piece.to, Math.ceil((range.end - v.start) / v.bin));
  if ((from === s.piece.from && to === s.piece.to) || to <= from || s.judged?.spike) return s;
  const piece = { ...s.piece, from, to };
  if (!s.judged) return { ...s, piece };
  const within = (i: number) => Math.min(to, Math.max(from, i));
  const { startLow, startHigh, endLow, endHigh } = piece;
  const clipped = {
    ...piece,
    startLow: within(startLow),
    startHigh: within(startHigh),
    endLow: within(endLow),
    endHigh: within(endHigh),
  };
  return { ...s, piece, judged: { ...s.judged, piece: clipped, loss: windowLoss(v, a.baseline!, from, to) } };
}

/** Late and duplicate runs outside the losses. */
function addRuns({ analysis: a }: SegmentInput, losses: readonly Stretch[]): Stretch[] {
  let out = [...losses];
  for (const run of a.lateRuns) {
    out = [...out, ...apart(run.from, run.to, out).flatMap((p): Stretch[] => lateStretch(a, begun(a, run, p, losses)))];
  }
  for (const run of a.duplicateRuns) {
    out = [
      ...out,
      ...apart(run.from, run.to, out).map(
        (p): Stretch => ({ status: 'DUPLICATED', reason: null, piece: p, judged: null }),
      ),
    ];
  }
  return out.sort((x, y) => x.piece.from - y.piece.from);
}

/**
 * The part of a run that holds its beginning has the run's range of starts. A cache that overwrites its oldest rows keeps the
 * newest: where late rows are a part of all, the same part may have been lost before them, for as long as the counts allow it.
 */
function begun(a: Analysis, run: Run, p: Piece, others: readonly Stretch[]): Piece {
  if (p.from !== run.from) return p;
  const piece = { ...p, startHigh: Math.min(run.startHigh, p.to) };
  const lo = others.reduce((x, o) => (o.piece.from < p.from ? Math.max(x, o.piece.to) : x), a.searched.from);
  const share = run.rows / Math.max(1, sumOver(a.volumes.rows, run.from, run.to));
  const lost = a.baseline && share < PART ? unseenBefore(a.volumes, a.baseline, lo, run.startLow, share) : run.startLow;
  return { ...piece, startLow: Math.max(Math.min(lost, run.startLow), lo) };
}

function lateStretch(a: Analysis, piece: Piece): Stretch[] {
  const late = sumOver(a.delays.late!, piece.from, piece.to);
  if (late < 1) return [];
  const observed = sumOver(a.volumes.rows, piece.from, piece.to);
  const expected = a.baseline ? windowLoss(a.volumes, a.baseline, piece.from, piece.to).expected : observed;
  const deficit = expected - (observed - late);
  const recovered = late >= 0.5 * observed && deficit > 0 && late >= RECOVERED * deficit;
  return [{ status: recovered ? 'RECOVERED' : 'DELAYED', reason: null, piece, judged: null }];
}

const plain = (from: number, to: number): Piece => ({
  from,
  to,
  startLow: from,
  startHigh: from,
  endLow: to,
  endHigh: to,
  ongoing: false,
});

/** The parts of [from, to) that no stretch has taken. */
function apart(from: number, to: number, taken: readonly Stretch[]): Piece[] {
  let parts = [{ from, to }];
  for (const { piece: t } of taken) {
    parts = parts.flatMap((p) =>
      t.to <= p.from || t.from >= p.to
        ? [p]
        : [
            { from: p.from, to: Math.min(p.to, t.from) },
            { from: Math.max(p.from, t.to), to: p.to },
          ].filter((x) => x.from < x.to),
    );
  }
  return parts.map((p) => plain(p.from, p.to));
}

const ORDINARY_EDGE = 2;
/** Late rows that are a smaller share than this come from some of the threads. */
const PART = 0.6;
const LATE: ReadonlySet<Status> = new Set<Status>(['DELAYED', 'RECOVERED']);

/** What is said of bins that no finding has taken. */
const LEFT = {
  before: { status: 'NOT_EVALUABLE', reason: 'retention' },
  unknown: { status: 'NOT_EVALUABLE', reason: 'partial-result' },
  pending: { status: 'PENDING', reason: 'pending' },
  whole: { status: 'OK', reason: null },
  unjudged: { status: 'NO_BASELINE', reason: 'no-baseline' },
} as const satisfies Record<string, { readonly status: Status; readonly reason: Reason | null }>;

/** What is left: before the data, unknown counts, too fresh, no baseline, or whole. */
function fillRest(input: SegmentInput, taken: readonly Stretch[]): Stretch[] {
  const { analysis: a, range } = input;
  const v = a.volumes;
  const lo = Math.floor((range.start - v.start) / v.bin);
  const asked = Math.max(lo, Math.min(v.bins, Math.ceil((range.end - v.start) / v.bin)));
  // One or two bins at the edge are on their way in every source at any time: they are left out rather than called pending.
  const hi = asked > a.searched.to && asked - a.searched.to <= ORDINARY_EDGE ? Math.max(lo, a.searched.to) : asked;
  const begins = historyStart(a, lo);
  const word = (i: number): (typeof LEFT)[keyof typeof LEFT] => {
    if (i < begins) return LEFT.before;
    if (i >= 0 && v.unknown[i] === 1) return LEFT.unknown;
    if (i >= a.searched.to) return LEFT.pending;
    return a.baseline ? LEFT.whole : LEFT.unjudged;
  };
  /** The first bin after `i` of which something else may be said. */
  const next = (i: number, end: number): number => {
    const other = v.unknown.indexOf(i >= 0 && v.unknown[i] === 1 ? 0 : 1, Math.max(0, i));
    return Math.min(end, ...[begins, a.searched.to, other].filter((edge) => edge > i));
  };
  const out: Stretch[] = [...taken];
  for (const gap of apart(lo, hi, taken)) {
    for (let i = gap.from; i < gap.to; ) {
      const said = word(i);
      let j = next(i, gap.to);
      while (j < gap.to && word(j) === said) j = next(j, gap.to);
      out.push({ ...said, piece: plain(i, j), judged: null });
      i = j;
    }
  }
  return out.sort((x, y) => x.piece.from - y.piece.from);
}

/**
 * First bin of the history. Where fewer rows than can be judged would have come between the start of the range and the first
 * row, the history begins with the range: a table's grid starts at its first row, which is no gap in what can be known.
 */
function historyStart({ volumes: v, baseline }: Analysis, lo: number): number {
  if (!baseline) return Number.NEGATIVE_INFINITY;
  const week = 7 * v.binsPerDay;
  let expected = 0;
  for (let i = lo; i < v.first && expected < LEAST_EXPECTED; i++) {
    const like = i >= 0 ? i : i + week * Math.ceil(-i / week);
    expected += baseline.mu[Math.min(v.bins - 1, like)]!;
  }
  return expected < LEAST_EXPECTED ? Number.NEGATIVE_INFINITY : v.first;
}

function segment(input: SegmentInput, s: Stretch): Segment {
  const { analysis: a, table, source } = input;
  const v = a.volumes;
  const { piece } = s;
  const from = Math.max(0, piece.from);
  const to = Math.max(from, Math.min(v.bins, piece.to));
  const loss = a.baseline && to > from ? (s.judged?.loss ?? windowLoss(v, a.baseline, from, to)) : null;
  const duplicated = s.status === 'DUPLICATED';
  const observed = sumOver(duplicated ? v.rows : v.records, from, to);
  const late = a.delays.late ? sumOver(a.delays.late, from, to) : null;
  const start = binStart(v, piece.from);
  const end = binStart(v, piece.to);
  const lost =
    s.judged && s.status !== 'STEP_CHANGE' && s.status !== 'INSUFFICIENT' ? togetherLost(a, [s.judged]) : null;
  // What stops in the middle of a bin leaves that bin nearly whole.
  const around = s.judged || LATE.has(s.status) ? 1 : 0;
  const base = {
    status: statusOf(s, loss?.expected ?? null),
    reason: s.reason,
    start,
    end,
    startRange: { earliest: binStart(v, piece.startLow - around), latest: binStart(v, piece.startHigh + around) },
    endRange: { earliest: binStart(v, piece.endLow - around), latest: binStart(v, piece.endHigh + around) },
    expected: loss ? loss.expected : null,
    observed,
    late,
    duplicates: v.duplicates ? sumOver(v.duplicates, from, to) : null,
    delay: to > from ? delayQuantiles(a.closed, v, from, to) : null,
    lost,
    signature:
      s.judged || s.status === 'RECOVERED' || s.status === 'DELAYED'
        ? signatureOf(source, table, a, s.judged, piece)
        : null,
    ongoing: piece.ongoing,
    windows: windowsOver(input.windows, { start, end }, input.now),
    explainedBy: s.judged?.change ? changeWords(s.judged.change) : null,
  };
  return { ...base, sentence: sentenceOf(base, s, a, loss?.minimumDetectable ?? null) };
}

/** A stretch with a baseline and hardly anything to expect is not "whole": it is not known. */
function statusOf(s: Stretch, expected: number | null): Status {
  return s.status === 'OK' && expected !== null && expected < LEAST_EXPECTED ? 'INSUFFICIENT' : s.status;
}

export const changeWords = (c: ConfigurationChange): string =>
  `${c.operation} on ${c.resource} by ${c.caller} at ${utc(c.at)} UTC`;

function windowsOver(windows: readonly IncidentWindow[], at: Interval, now: Instant): string[] {
  return windows.flatMap((w) => {
    const dated = dateWindow(w, now);
    return dated && overlaps(at, { start: dated.startEarliest, end: dated.endLatest }) ? [`${w.incident}/${w.id}`] : [];
  });
}

type Told = Omit<Segment, 'sentence'>;

/** @param least share of the rows whose loss would just be seen. */
function sentenceOf(s: Told, { judged }: Stretch, a: Analysis, least: number | null): string {
  const when = between(s.start, s.end);
  const began = `; it began between ${utc(s.startRange.earliest)} and ${utc(s.startRange.latest)}`;
  const still = s.ongoing ? ' and still so at the end of the data' : '';
  const part = s.expected === null ? `${rows(s.observed)} rows` : arrived(s.observed, s.expected);
  switch (s.status) {
    case 'GAP':
    case 'PARTIAL':
      return `${part} ${when}${still}; ${interval(s.lost!)}${lateWords(s)}${began}.`;
    case 'STEP_CHANGE':
      return `${part} ${when}${still}: the level changed with ${changeWords(judged!.change!)}.`;
    case 'RESTAMPED':
      return `${part} ${when}; ${rows(judged!.spike!.excess)} rows more than expected came at ${utc(binStart(a.volumes, judged!.spike!.from))} UTC with the time of their receipt; ${interval(s.lost!)}.`;
    case 'RECOVERED':
      return `${part} ${when}, of which ${rows(s.late ?? 0)} came late: they make up for what was missing on time.`;
    case 'DELAYED':
      return `${rows(s.late ?? 0)} of ${rows(s.observed)} rows ${when} came ${lateBy(a.delays.limit!)}${unseenWords(s, a)}.`;
    case 'DUPLICATED':
      return `${rows(s.duplicates ?? 0)} of ${rows(s.observed)} rows ${when} repeat the key of another row.`;
    case 'OK':
      return `${part} ${when}: tested, nothing found${minimumWords(least)}.`;
    case 'INSUFFICIENT':
      return `${part} ${when}: fewer than ${LEAST_EXPECTED} are expected, so that nothing can be said.`;
    default:
      return `${when.charAt(0).toUpperCase()}${when.slice(1)}: ${REASON_WORDS[s.reason ?? ''] ?? 'cannot be judged'}.`;
  }
}

/** Where rows may have been lost before the late ones, unseen. */
function unseenWords(s: Told, a: Analysis): string {
  if (s.start - s.startRange.earliest <= 2 * DAY || s.observed === 0) return '';
  const share = percent((s.late ?? 0) / s.observed);
  const v = a.volumes;
  const from = Math.max(0, Math.round((s.startRange.earliest - v.start) / v.bin));
  return `; a cache that overwrites its oldest rows may have lost ${share} of the rows since ${utc(binStart(v, from))} UTC, which the counts neither show nor rule out`;
}

const lateWords = (s: Told): string => (s.late ? `; ${rows(s.late)} of those that came were late` : '');

const minimumWords = (least: number | null): string =>
  least === null ? '' : `; a loss below ${percent(least)} over this time would not be seen`;
