import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { CoverageFacts } from '../protocol/language';
import type { Status } from '../protocol/status';
import { boundsWords, coverageOfQuery, type SourceRead, segmentsWords } from './coverage';
import type { QueryDiagnostic } from './diagnostics';
import type { QueryBlock } from './document';
import { suppressions } from './suppression';

/** Statuses under which a query's answer is wrong, not merely to be read with care. */
const LOSSES: ReadonlySet<Status> = new Set<Status>(['GAP', 'PARTIAL', 'RESTAMPED', 'DUPLICATED']);
/** Intervals that one sentence names singly; the log source's page has them all. */
const MOST_SEGMENTS = 3;

/** GL301 rows are missing or doubled; GL302 rows came late or their level changed; GL303 a claim covers the time, the data does not show it. */
function found(s: SourceRead, now: CoverageFacts['now']): QueryDiagnostic | null {
  const name = s.fact.id === s.read.table ? s.read.table : s.fact.id;
  const through = s.read.via ? ` through ${s.read.via}` : '';
  const reads = `Reads ${name}${through} ${boundsWords(s.read, now)}`;
  const base = { start: s.read.start, end: s.read.end };
  const losses = s.segments.filter((x) => LOSSES.has(x.status));
  const shown = losses.length ? losses : s.segments;
  if (shown.length === 0) return null;
  const words = segmentsWords(shown, MOST_SEGMENTS);
  return {
    ...base,
    code: losses.length ? 'GL301' : 'GL302',
    severity: losses.length ? DiagnosticSeverity.Warning : DiagnosticSeverity.Information,
    message: `${reads}: ${words}.`,
  };
}

/** A diagnostic for each log source that a query reads in an interval in which it was incomplete. */
export function coverageDiagnostics(block: QueryBlock, facts: CoverageFacts): readonly QueryDiagnostic[] {
  if (facts.sources.length === 0) return [];
  const suppressed = suppressions(block.text);
  const seen = new Set<string>();
  return coverageOfQuery(block, facts).sources.flatMap((s) => {
    const d = found(s, facts.now);
    if (!d || suppressed(d.start, d.code)) return [];
    const key = `${d.start}|${d.message}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [d];
  });
}
