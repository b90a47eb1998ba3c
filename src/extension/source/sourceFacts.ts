import { formatInstant } from '../../base/time';
import type { CoverageReport, Segment, SourceCoverage, SourceSeries } from '../../protocol/coverage';
import type { AssessResult } from '../../protocol/datahost';
import type { ClaimResult, IncidentWindow } from '../../protocol/review';
import { FINDINGS } from '../../protocol/status';
import { incidentName } from '../views/incidentNodes';

export interface SourceClaim {
  /** Path of the review. */
  readonly path: string;
  readonly incident: string;
  readonly claim: ClaimResult;
}

/** All that is known of one log source, for its page. */
export interface SourceFacts {
  readonly report: Pick<CoverageReport, 'from' | 'to' | 'now' | 'bin'>;
  readonly source: SourceCoverage;
  readonly series: SourceSeries | null;
  readonly windows: readonly IncidentWindow[];
  readonly claims: readonly SourceClaim[];
}

export function sourceFacts(result: AssessResult, id: string, series: SourceSeries | null): SourceFacts | null {
  const source = result.coverage.sources.find((s) => s.id === id);
  if (!source) return null;
  return {
    report: result.coverage,
    source,
    series,
    windows: result.windows.filter((w) =>
      w.sources.length > 0
        ? w.sources.includes(source.id) || w.sources.includes(source.table)
        : source.services.includes(w.service),
    ),
    claims: result.reviews.flatMap(({ path, report }) =>
      report.claims.filter((c) => c.source === id).map((claim) => ({ path, incident: incidentName(path), claim })),
    ),
  };
}

/** A piece of evidence that a page links to by name, so that no page ever hands over a query of its own. */
export interface Proof {
  readonly label: string;
  readonly description: string;
  readonly query: string;
}

export const segmentProof = (index: number): string => `segment ${index}`;
export const claimProof = (index: number): string => `claim ${index}`;
export const witnessProof = (index: number): string => `witness ${index}`;
export const SOURCE_PROOF = 'source';

/** The query behind a link; undefined where the page is older than the assessment. */
export function proofOf(facts: SourceFacts, name: string): Proof | undefined {
  const { source } = facts;
  const [kind, number] = name.split(' ');
  const index = Number(number);
  if (name === SOURCE_PROOF) return { label: source.id, description: 'rows by bin', query: source.query };
  const segment = kind === 'segment' ? source.segments[index] : undefined;
  if (segment)
    return {
      label: source.id,
      description: `${segment.status}. ${segment.sentence}`,
      query: segmentQuery(source, segment),
    };
  const witness = kind === 'witness' ? source.witnesses?.[index] : undefined;
  if (witness) return { label: source.id, description: witness.sentence, query: witness.query };
  const found = kind === 'claim' ? facts.claims[index]?.claim : undefined;
  if (found)
    return {
      label: `${found.id} × ${source.id}`,
      description: `${found.verdict}. ${found.sentence}`,
      query: found.query,
    };
  return undefined;
}

/** The counts of a segment alone; a query that does not count by bin is left as it is. */
export function segmentQuery(source: SourceCoverage, segment: Segment): string {
  if (!FINDINGS.has(segment.status) || !/\bby Bin = bin\(/.test(source.query)) return source.query;
  const time = (at: Segment['start']) => `datetime(${formatInstant(at)})`;
  return `${source.query}\n| where Bin >= ${time(segment.start)} and Bin < ${time(segment.end)}`;
}
