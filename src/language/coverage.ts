import { HOUR, type Instant, instant, overlaps } from '../base/time';
import type { Filters } from '../detections/predicate';
import type { TableRead } from '../detections/reads';
import type { CoverageFact, CoverageFactSegment, CoverageFacts, WindowFact } from '../protocol/language';
import type { QueryBlock } from './document';

/** A log source that a query reads, with what was incomplete in the time that it reads. */
export interface SourceRead {
  readonly read: TableRead;
  readonly fact: CoverageFact;
  readonly segments: readonly CoverageFactSegment[];
  readonly windows: readonly WindowFact[];
}

export interface CoverageOfQuery {
  readonly now: Instant;
  readonly reads: readonly TableRead[];
  /** Reads of sources that the assessment knows. */
  readonly sources: readonly SourceRead[];
}

const COMPARISON = /^\s*\(?\s*([A-Za-z_]\w*)\s*(==|=~)\s*["']([^"']*)["']\s*\)?\s*$/;

/** True unless the query's own filters exclude the source: it reads another provider than the source's. */
export function mayRead(filter: string | null, filters: Filters): boolean {
  if (filter === null) return true;
  for (const part of filter.split(/\s+and\s+/i)) {
    const m = COMPARISON.exec(part);
    const asked = m ? filters.get(m[1]!) : undefined;
    if (asked && !asked.some((v) => v.toLowerCase() === m![3]!.toLowerCase())) return false;
  }
  return true;
}

/** Spread of the bounds of a read over the time that matters; an open end is now, an open start is the beginning. */
function interval(read: TableRead, now: Instant) {
  return { start: read.bounds.from ?? instant(0), end: read.bounds.to ?? now };
}

/** Every read of a query with its segments and windows. The query is read with the connection's now. */
export function coverageOfQuery(block: QueryBlock, facts: CoverageFacts): CoverageOfQuery {
  const reads = block.reads(facts.now);
  const sources = reads.flatMap((read): SourceRead[] => {
    const span = interval(read, facts.now);
    return facts.sources
      .filter((f) => f.table === read.table && mayRead(f.filter, read.filters))
      .map((fact) => ({
        read,
        fact,
        segments: fact.segments.filter((s) => overlaps(s, span)),
        windows: facts.windows.filter(
          (w) =>
            w.sources.includes(fact.id) && overlaps({ start: w.start ?? instant(0), end: w.end ?? facts.now }, span),
        ),
      }));
  });
  return { now: facts.now, reads, sources };
}

/** Length of time that a read covers, null where it is open. */
export function lookbackOf(read: TableRead, now: Instant): number | null {
  if (read.bounds.from === null) return null;
  return Math.max(0, (read.bounds.to ?? now) - read.bounds.from);
}

/** `14 d`, `6 h`, `30 min`: the largest unit that divides the span within a hundredth. */
export function spanWords(ms: number): string {
  const units: readonly (readonly [number, string])[] = [
    [24 * HOUR, 'd'],
    [HOUR, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ];
  for (const [unit, word] of units) {
    const n = ms / unit;
    if (n >= 1 && (Math.abs(n - Math.round(n)) < 0.01 || n >= 10)) return `${Math.round(n)} ${word}`;
    if (n >= 1) return `${n.toFixed(1)} ${word}`;
  }
  return `${Math.round(ms)} ms`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const day = (at: Instant): string => new Date(at).toISOString().slice(0, 10);

/** `2–19 Sep 2024`, `28 Aug – 3 Sep 2024`, `2 Sep 2024 23:00–03:30`: UTC, as short as it is unambiguous. */
export function intervalWords(start: Instant, end: Instant): string {
  const a = new Date(start);
  // An interval that ends at midnight ends on the day before.
  const b = new Date(end > start && end % (24 * HOUR) === 0 ? end - 1 : end);
  const short = (d: Date) => `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]}`;
  if (day(instant(+a)) === day(instant(+b))) {
    const clock = (d: Date) => d.toISOString().slice(11, 16);
    return `${short(a)} ${a.getUTCFullYear()} ${clock(a)}–${clock(new Date(end))}`;
  }
  if (a.getUTCFullYear() !== b.getUTCFullYear())
    return `${short(a)} ${a.getUTCFullYear()} – ${short(b)} ${b.getUTCFullYear()}`;
  if (a.getUTCMonth() === b.getUTCMonth()) return `${a.getUTCDate()}–${short(b)} ${b.getUTCFullYear()}`;
  return `${short(a)} – ${short(b)} ${b.getUTCFullYear()}`;
}

/** `2024-09-01 … 2024-09-30`, with words for open ends. */
export function boundsWords(read: TableRead, now: Instant): string {
  const from = read.bounds.from === null ? 'the first row' : day(read.bounds.from);
  return `${from} … ${day(read.bounds.to ?? now)}`;
}

const WORDS: Partial<Record<CoverageFactSegment['status'], string>> = {
  GAP: 'no rows',
  PARTIAL: 'rows missing',
  DELAYED: 'rows came late',
  RECOVERED: 'rows came late, then all',
  DUPLICATED: 'rows doubled',
  RESTAMPED: 'times rewritten',
  STEP_CHANGE: 'level changed',
};

/** Incidents whose windows lie over segments: the id before the slash. */
export const incidentsOf = (segments: readonly CoverageFactSegment[]): readonly string[] => [
  ...new Set(segments.flatMap((s) => s.windows.map((w) => w.split('/')[0]!))),
];

/** Rows lost of rows expected, in per cent; null where either is unknown. */
function lostShare(segments: readonly CoverageFactSegment[]): number | null {
  let lost = 0;
  let expected = 0;
  for (const s of segments) {
    if (s.lost === null || s.expected === null) return null;
    lost += s.lost;
    expected += s.expected;
  }
  return expected > 0 ? Math.round((100 * lost) / expected) : null;
}

/** `38 % of rows missing 2–19 Sep 2024, MS-2024-09`. */
export function segmentWords(s: CoverageFactSegment): string {
  const share = lostShare([s]);
  const what = s.status === 'PARTIAL' && share !== null ? `${share} % of rows missing` : (WORDS[s.status] ?? s.status);
  const when = s.ongoing ? `since ${day(s.start)}, still so` : intervalWords(s.start, s.end);
  return [`${what} ${when}`, ...incidentsOf([s])].join(', ');
}

/** Several intervals in one sentence: each, where they are few, else how much is missing in all. */
export function segmentsWords(segments: readonly CoverageFactSegment[], most: number): string {
  if (segments.length <= most) return segments.map(segmentWords).join('; ');
  const share = lostShare(segments);
  const start = instant(Math.min(...segments.map((s) => s.start)));
  const end = instant(Math.max(...segments.map((s) => s.end)));
  const what = share === null ? 'rows missing, late or doubled' : `${share} % of rows missing`;
  return [`${what} in ${segments.length} intervals, ${intervalWords(start, end)}`, ...incidentsOf(segments)].join(', ');
}
