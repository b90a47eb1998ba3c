import type { Instant, Interval } from '../base/time';
import { intersect } from '../base/time';
import { FINDINGS, type Verdict, WORST_FIRST } from '../protocol/status';
import type { TimelineLane, TimelineSegment } from '../protocol/webview';
import { type BandShape, concerns } from './bands';
import { formatCount, formatLength, formatShare, formatShort } from './format';
import { binAt, type Lane, type LaneVolumes } from './model';
import { summarize } from './pyramid';
import { STATUS_WORDS, statusNoun, VERDICT_WORDS } from './status-words';

/**
 * A lane in one sentence, for its label, for the screen reader and for the table:
 * `SigninLogs: 2 gaps, longest 4 h, 1 inside MS-2024-09`.
 */
export function laneSummary(lane: TimelineLane, bands: readonly BandShape[]): string {
  const parts = WORST_FIRST.filter((status) => FINDINGS.has(status)).flatMap((status) => {
    const segments = lane.segments.filter((s) => s.status === status);
    return segments.length > 0 ? [partOf(lane, segments, bands)] : [];
  });
  if (parts.length > 0) return `${lane.label}: ${parts.join('; ')}`;
  return `${lane.label}: ${STATUS_WORDS[lane.status].word.toLowerCase()}`.replace(/: ok$/, ': nothing missing');
}

function partOf(lane: TimelineLane, segments: readonly TimelineSegment[], bands: readonly BandShape[]): string {
  const n = segments.length;
  const status = segments[0]!.status;
  const longest = Math.max(...segments.map((s) => s.end - s.start));
  const length = `${n === 1 ? '' : 'longest '}${formatLength(longest)}`;
  const inside = insideOf(lane, segments, bands);
  const lost = segments.reduce((sum, s) => sum + (s.lost ?? 0), 0);
  return [
    `${formatCount(n)} ${statusNoun(status, n)}`,
    length,
    ...(lost > 0 ? [`about ${formatShort(Math.round(lost))} rows lost`] : []),
    ...inside,
    ...(segments.some((s) => s.ongoing) ? ['still running'] : []),
  ].join(', ');
}

/** Per label of the windows that name this lane: how many of the segments overlap one. */
function insideOf(lane: TimelineLane, segments: readonly TimelineSegment[], bands: readonly BandShape[]): string[] {
  const labels = [...new Set(bands.filter((b) => concerns(b.band, lane.id)).map((b) => b.band.label))];
  return labels.flatMap((label) => {
    const shapes = bands.filter((b) => b.band.label === label && concerns(b.band, lane.id));
    const n = segments.filter((s) => shapes.some((b) => intersect(s, b))).length;
    if (n === 0) return [];
    return [segments.length === 1 ? `inside ${label}` : `${n} inside ${label}`];
  });
}

/** What one lane shows of one incident window. */
export interface WindowFacts {
  /** Share of the window's bins that hold rows, 0–1; NaN where the lane has no bins there. */
  readonly present: number;
  /** Longest run of bins without rows, ms. */
  readonly longestGap: number;
  /** The worst verdict of the window's claims on this lane; null: none tested. */
  readonly verdict: Verdict | null;
}

const VERDICT_ORDER: readonly Verdict[] = [
  'CONTRADICTED',
  'CONFIRMED',
  'INCONCLUSIVE',
  'NOT_EVALUABLE',
  'NOT_SEEN_HERE',
];

export function windowFacts(lane: Lane, shape: BandShape): WindowFacts {
  return { ...presence(lane.volumes, shape), verdict: verdictOf(lane, shape) };
}

function presence(volumes: LaneVolumes | null, over: Interval): { present: number; longestGap: number } {
  if (!volumes) return { present: Number.NaN, longestGap: 0 };
  const from = Math.max(0, binAt(volumes, over.start));
  const to = Math.min(volumes.length, Math.ceil((over.end - volumes.start) / volumes.bin));
  let present = 0;
  let run = 0;
  let longest = 0;
  for (let i = from; i < to; i++) {
    if (volumes.observed.values[i]! > 0) {
      present++;
      run = 0;
    } else if (++run > longest) longest = run;
  }
  return { present: to > from ? present / (to - from) : Number.NaN, longestGap: longest * volumes.bin };
}

export function verdictOf(lane: TimelineLane, shape: BandShape): Verdict | null {
  const claims = shape.band.claims;
  if (!concerns(shape.band, lane.id)) return null;
  const verdicts = lane.verdicts.filter((v) => !claims || claims.includes(v.claim)).map((v) => v.verdict);
  return VERDICT_ORDER.find((v) => verdicts.includes(v)) ?? null;
}

/** The verdict that a lane's label shows: the weightiest of all its claims. */
export const laneVerdict = (lane: TimelineLane): Verdict | null =>
  VERDICT_ORDER.find((v) => lane.verdicts.some((l) => l.verdict === v)) ?? null;

/** `98 % of bins present, longest gap 4 h, confirmed`. */
export function windowSentence(facts: WindowFacts): string {
  return [
    Number.isNaN(facts.present) ? 'no data in this window' : `${formatShare(facts.present)} of bins present`,
    ...(facts.longestGap > 0 ? [`longest empty run ${formatLength(facts.longestGap)}`] : []),
    ...(facts.verdict ? [VERDICT_WORDS[facts.verdict].toLowerCase()] : []),
  ].join(', ');
}

/** What one bin of a lane holds, for the readout at the cursor. */
export interface BinFacts {
  readonly interval: Interval;
  readonly observed: number;
  readonly late: number | null;
  /** NaN where no baseline holds. */
  readonly expected: number;
  readonly low: number;
  readonly high: number;
}

/** Facts of the bins that lie in `[from, to)`; null outside the data. */
export function binFacts(volumes: LaneVolumes, from: Instant, to: Instant): BinFacts | null {
  const first = Math.max(0, binAt(volumes, from));
  const last = Math.min(volumes.length, Math.max(first + 1, Math.ceil((to - volumes.start) / volumes.bin)));
  if (from < volumes.start || last <= first || first >= volumes.length) return null;
  const total = (p: LaneVolumes['observed']) => {
    const s = summarize(p, first, last);
    return s.count === 0 ? Number.NaN : s.sum;
  };
  return {
    interval: {
      start: (volumes.start + first * volumes.bin) as Instant,
      end: (volumes.start + last * volumes.bin) as Instant,
    },
    observed: total(volumes.observed),
    late: volumes.late ? total(volumes.late) : null,
    expected: total(volumes.expected),
    low: total(volumes.low),
    high: total(volumes.high),
  };
}
