/** The report of one source: its segments, the worst of them, and what it could have seen. */
import { DAY, type Instant } from '../base/time';
import type { Segment, SourceCoverage, SourceSeries } from '../protocol/coverage';
import type { LogSource } from '../protocol/source';
import { FINDINGS, type Reason, type Status, worstStatus } from '../protocol/status';
import type { Analysis } from './analysis';
import type { AssessmentContext, Studied } from './context';
import { usualDelay } from './delay';
import { learntBaseline } from './learnt';
import { typicalMinimum } from './loss';
import { approximateQuantile } from './negative-binomial';
import type { Learnt } from './past';
import { type SegmentInput, segmentsOf } from './segments';
import { between, REASON_WORDS, rows, utc } from './sentences';
import type { JudgedLoss } from './status';
import { binStart, type Volumes } from './volumes';
import { dateWindow } from './windows';

export function coverageOf(
  context: AssessmentContext,
  s: Studied,
  input: SegmentInput | null,
  judged: readonly JudgedLoss[],
): SourceCoverage {
  const { source } = s;
  const fixed = fixedStatus(s);
  const notes = [...source.notes, ...notesOf(s)];
  const common = {
    id: source.id,
    table: source.table,
    filter: source.filter,
    services: source.services,
    notes,
    query: s.query,
  };
  if (fixed || !input) {
    const { status, reason, message } = fixed ?? {
      status: 'NOT_EVALUABLE' as const,
      reason: 'query-failed' as const,
      message: '',
    };
    const sentence = message || `${source.id}: ${REASON_WORDS[reason ?? ''] ?? 'not collected'}.`;
    const segments = [wholeRange(context, status, reason, sentence)];
    return {
      ...common,
      status,
      reason,
      ongoing: false,
      minimumDetectableLoss: null,
      smallestProvableSilence: null,
      sentence,
      segments,
    };
  }
  const a = input.analysis;
  const found = segmentsOf(input, judged);
  // Data of minutes, all of it in a bin that is still open, has no stretch to judge: that is no baseline, not "OK".
  const unjudged = `${source.id}: less than one clean week to compare with ${between(context.from, context.to)}.`;
  const segments =
    found.length === 0 && !a.baseline ? [wholeRange(context, 'NO_BASELINE', 'no-baseline', unjudged)] : found;
  const status = worstStatus(segments.map((g) => g.status));
  const worst = segments.filter((g) => g.status === status);
  return {
    ...common,
    status,
    reason: worst[0]?.reason ?? null,
    ongoing: segments.some((g) => g.ongoing && FINDINGS.has(g.status)),
    minimumDetectableLoss: a.past.learnt ? minimumOf(context, a.past.volumes, a.past.learnt) : null,
    smallestProvableSilence: a.past.learnt?.provable ?? null,
    sentence: worst[0] ? sentenceOf(worst) : `Nothing to report ${between(context.from, context.to)}.`,
    segments,
    usualDelay: usualDelay(a.delays),
    baseline: learntBaseline(context, source, a),
  };
}

const sentenceOf = (worst: readonly Segment[]): string =>
  worst.length > 1 ? `${worst[0]!.sentence} ${worst.length - 1} more such.` : worst[0]!.sentence;

/** Sources that no count can say anything about. */
function fixedStatus(s: Studied): { status: Status; reason: Reason | null; message: string } | null {
  const { source, failure, analysis } = s;
  if (failure) {
    const missing = failure.reason === 'not-collected';
    return { status: missing ? 'NOT_COLLECTED' : 'NOT_EVALUABLE', reason: failure.reason, message: failure.message };
  }
  if (source.role === 'state') return { status: 'NOT_EVALUABLE', reason: 'state-table', message: '' };
  if (source.retired) {
    return { status: 'NOT_COLLECTED', reason: 'not-collected', message: `${source.id} is declared retired.` };
  }
  if (source.eventTime === null && analysis?.volumes.total === 0 && s.table && s.table.outside > 0) {
    return { status: 'NOT_EVALUABLE', reason: 'no-time', message: '' };
  }
  if (analysis && analysis.volumes.total === 0) return emptyStatus(s);
  return null;
}

function emptyStatus({ source, analysis, table }: Studied): { status: Status; reason: Reason | null; message: string } {
  if (analysis!.volumes.unknownBins > 0) {
    return {
      status: 'NOT_EVALUABLE',
      reason: 'partial-result',
      message: `${source.id}: no count that can be trusted came back.`,
    };
  }
  if (table && table.outside > 0) {
    return {
      status: 'NOT_EVALUABLE',
      reason: 'no-time',
      message: `${source.id}: every row has a time outside any sane range.`,
    };
  }
  return { status: 'NOT_COLLECTED', reason: 'not-collected', message: `${source.id} holds no row.` };
}

function notesOf({ source, table, analysis }: Studied): string[] {
  const out: string[] = [];
  if (source.restampable) out.push('Only TimeGenerated is known: backfill older than two days cannot be seen.');
  if (!analysis || !table || analysis.volumes.total === 0) return out;
  if (!analysis.volumes.timed) out.push('There is no ingestion time: late cannot be told from on time.');
  if (table.outside > 0) out.push(`${rows(table.outside)} rows have a time outside any sane range and were set apart.`);
  if (analysis.volumes.unknownBins > 0) {
    out.push(`${rows(analysis.volumes.unknownBins)} bins have counts that cannot be trusted and were left out.`);
  }
  if (!analysis.baseline) {
    const { volumes: v } = analysis;
    const newest = utc(binStart(v, v.last));
    out.push(`Less than one clean week to compare with; the newest row is from before ${newest} UTC.`);
  }
  return out;
}

function wholeRange(context: AssessmentContext, status: Status, reason: Reason | null, sentence: string): Segment {
  const at = (t: Instant) => ({ earliest: t, latest: t });
  return {
    status,
    reason,
    start: context.from,
    end: context.to,
    startRange: at(context.from),
    endRange: at(context.to),
    expected: null,
    observed: 0,
    late: null,
    duplicates: null,
    delay: null,
    lost: null,
    signature: null,
    ongoing: false,
    sentence,
    windows: [],
    explainedBy: null,
  };
}

const DEFAULT_WINDOW = 7 * DAY;

/** For a window as long as the longest incident window, else a week; as long as the history where that is shorter. */
function minimumOf(context: AssessmentContext, v: Volumes, { baseline, minima }: Learnt): number | null {
  let longest = 0;
  for (const w of context.windows) {
    const d = dateWindow(w, context.now);
    if (!d) continue;
    // The certain core where there is one: what is stated must hold for the narrowest reading of a claim.
    const core = Math.min(d.endEarliest, context.now) - d.startLatest;
    longest = Math.max(longest, core > 0 ? core : Math.min(d.endLatest, context.now) - d.startEarliest);
  }
  const bins = Math.min(Math.max(1, Math.round((longest || DEFAULT_WINDOW) / v.bin)), v.bins - v.first);
  const minimum = minima.has(bins) ? minima.get(bins)! : typicalMinimum(v, baseline, bins);
  minima.set(bins, minimum);
  return minimum;
}

/**
 * Observed, late and expected by bin, with the band in which nine of ten clean bins lie.
 *
 * @param before of an analysis with the same past: what is expected of its bins is the same.
 */
export function seriesOf(source: LogSource, a: Analysis, before: SourceSeries | null): SourceSeries {
  const v = a.volumes;
  const from = before ? a.past.volumes.bins : 0;
  const begun = (values: Float64Array | undefined) => {
    const out = new Float64Array(v.bins);
    if (values) out.set(values.subarray(0, from));
    return a.baseline ? out : out.fill(Number.NaN);
  };
  const expectedLow = begun(before?.expectedLow);
  const expectedHigh = begun(before?.expectedHigh);
  if (a.baseline) {
    const { mu, noise } = a.baseline;
    for (let i = from; i < v.bins; i++) {
      const m = mu[i]!;
      const variance = m + (m * m) / noise.kBin;
      expectedLow[i] = approximateQuantile(m, variance, -1.645);
      expectedHigh[i] = approximateQuantile(m, variance, 1.645);
    }
  }
  return {
    id: source.id,
    bin: v.bin,
    start: v.start,
    observed: v.records,
    late: a.delays.late,
    expected: a.baseline ? a.baseline.mu : new Float64Array(v.bins).fill(Number.NaN),
    expectedLow,
    expectedHigh,
  };
}
