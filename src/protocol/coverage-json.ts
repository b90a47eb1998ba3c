import { formatInstant, formatSpan, type Instant, type Span } from '../base/time';
import type { CoverageReport, Segment, SourceCoverage } from './coverage';
import type { InstantRange, ReviewReport } from './review';

/**
 * The JSON of `gapline coverage` and `gapline review`: the one place that spells these shapes. Both are documented and closed: a key more is a key that scripts come to
 * rely on. The sentence of a source leads its notes.
 */
const range = (r: InstantRange) => ({ earliest: formatInstant(r.earliest), latest: formatInstant(r.latest) });
const maybeSpan = (s: Span | null) => (s === null ? null : formatSpan(s));

function segmentToJson(s: Segment) {
  return {
    status: s.status,
    reason: s.reason,
    start: formatInstant(s.start),
    end: formatInstant(s.end),
    startRange: range(s.startRange),
    endRange: range(s.endRange),
    expected: s.expected,
    observed: s.observed,
    late: s.late,
    duplicates: s.duplicates,
    delay: s.delay && { p50: formatSpan(s.delay.p50), p99: formatSpan(s.delay.p99) },
    lost: s.lost,
    signature: s.signature && {
      policy: s.signature.policy,
      restart: formatInstant(s.signature.restart),
      bufferEvents: s.signature.bufferEvents,
    },
  };
}

function sourceToJson(s: SourceCoverage) {
  return {
    id: s.id,
    table: s.table,
    filter: s.filter,
    services: s.services,
    status: s.status,
    reason: s.reason,
    ongoing: s.ongoing,
    minimumDetectableLoss: s.minimumDetectableLoss,
    smallestProvableSilence: maybeSpan(s.smallestProvableSilence),
    notes: s.sentence === '' ? s.notes : [s.sentence, ...s.notes],
    segments: s.segments.map(segmentToJson),
  };
}

const iso = (at: Instant) => formatInstant(at);

export function coverageToJson(report: CoverageReport) {
  return {
    from: iso(report.from),
    to: iso(report.to),
    now: iso(report.now),
    bin: formatSpan(report.bin),
    sources: report.sources.map(sourceToJson),
  };
}

export function reviewToJson(report: ReviewReport) {
  return {
    claims: report.claims.map((c) => ({
      id: c.id,
      service: c.service,
      source: c.source,
      kind: c.kind,
      verdict: c.verdict,
      reason: c.reason,
      differs: c.differs,
      minimumDetectableLoss: c.minimumDetectableLoss,
      settlesFrom: c.settlesFrom,
      lost: c.lost,
      late: c.late,
    })),
    undisclosed: report.undisclosed.map((u) => ({
      source: u.source,
      start: iso(u.start),
      end: iso(u.end),
      startRange: range(u.startRange),
      lost: u.lost,
    })),
  };
}
