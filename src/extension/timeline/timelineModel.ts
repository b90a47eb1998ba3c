import type { Instant, Interval } from '../../base/time';
import { DAY, instant } from '../../base/time';
import type { SourceCoverage, SourceSeries } from '../../protocol/coverage';
import type { AssessResult } from '../../protocol/datahost';
import type { Annotation, ClaimResult, IncidentWindow } from '../../protocol/review';
import { WORST_FIRST } from '../../protocol/status';
import type { TimelineBand, TimelineLane, TimelineNote, TimelineSeries, ToTimeline } from '../../protocol/webview';
import { windowNames } from '../../review/window-names';

type Model = Extract<ToTimeline, { type: 'model' }>;

export interface TimelineFacts {
  readonly title: string;
  readonly windows: readonly IncidentWindow[];
  readonly notes: readonly Annotation[];
  /** Path of the review, to find its own report. */
  readonly path: string;
  readonly assessment: AssessResult | null;
  readonly now: Instant;
  readonly message: string | null;
}

/** What the page draws: bands of the review's windows over a lane for each log source. */
export function timelineModel(facts: TimelineFacts): Model {
  const { assessment, windows } = facts;
  const claims = assessment?.reviews.find((r) => r.path === facts.path)?.report.claims ?? [];
  const extent = extentOf(facts);
  const names = windowNames(windows);
  return {
    type: 'model',
    title: facts.title,
    from: extent.start,
    to: extent.end,
    now: assessment?.coverage.now ?? facts.now,
    lanes: assessment ? lanesOf(assessment.coverage.sources, windows, claims) : [],
    bands: windows.map((w) => bandOf(w, names.get(w.id) ?? w.id)),
    message: facts.message,
  };
}

/** The data's extent; without data the windows and notes, with room on both sides. */
function extentOf({ assessment, windows, notes, now }: TimelineFacts): Interval {
  if (assessment) return { start: assessment.coverage.from, end: assessment.coverage.to };
  const times = [
    ...windows.flatMap((w) => [w.start.earliest, w.start.latest, w.end.earliest, w.end.latest]),
    ...notes.flatMap((n) => [n.start, n.end]),
  ].filter((t): t is Instant => t !== null);
  if (times.length === 0) return { start: instant(now - 7 * DAY), end: now };
  return { start: instant(Math.min(...times) - 2 * DAY), end: instant(Math.max(...times) + 2 * DAY) };
}

/** Log sources that the review names come first, then the worst ones: the question of the review is read from the top. */
function lanesOf(
  sources: readonly SourceCoverage[],
  windows: readonly IncidentWindow[],
  claims: readonly ClaimResult[],
): readonly TimelineLane[] {
  const named = new Set([...windows.flatMap((w) => w.sources), ...claims.map((c) => c.source)]);
  const order = (s: SourceCoverage) => (named.has(s.id) ? 0 : 1) * 100 + WORST_FIRST.indexOf(s.status);
  return [...sources]
    .sort((a, b) => order(a) - order(b) || (a.id < b.id ? -1 : 1))
    .map((s) => ({
      id: s.id,
      label: s.id,
      service: s.services.join(', '),
      status: s.status,
      sentence: s.sentence,
      segments: s.segments.map((g) => ({
        status: g.status,
        start: g.start,
        end: g.end,
        startRange: g.startRange,
        endRange: g.endRange,
        ongoing: g.ongoing,
        sentence: g.sentence,
        lost: g.lost?.estimate ?? null,
      })),
      verdicts: claims.filter((c) => c.source === s.id).map((c) => ({ claim: c.id, verdict: c.verdict })),
    }));
}

export function bandOf(w: IncidentWindow, name: string): TimelineBand {
  return {
    id: w.id,
    label: w.label,
    kind: w.kind,
    service: name,
    sources: w.sources,
    claims: w.claims,
    startEarliest: w.start.earliest,
    startLatest: w.start.latest,
    endEarliest: w.end.earliest,
    endLatest: w.end.latest,
  };
}

export function noteMessage(notes: readonly Annotation[]): ToTimeline {
  return {
    type: 'notes',
    notes: notes.map(
      (n): TimelineNote => ({
        id: n.id,
        on: n.on,
        start: n.start,
        end: n.end,
        precision: n.precision,
        category: n.category,
        state: n.state,
        by: n.by,
        text: n.text,
      }),
    ),
  };
}

/** A typed array that is a view would send the whole buffer behind it, so each is copied. */
export function seriesMessage(s: SourceSeries): ToTimeline {
  const series: TimelineSeries = {
    lane: s.id,
    bin: s.bin,
    start: s.start,
    observed: s.observed.slice(),
    late: s.late?.slice() ?? null,
    expected: s.expected.slice(),
    expectedLow: s.expectedLow.slice(),
    expectedHigh: s.expectedHigh.slice(),
  };
  return { type: 'series', series };
}
