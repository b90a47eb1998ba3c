import type { AssessResult, OpenResult } from '../../protocol/datahost';
import type { CoverageFacts, SchemaFacts } from '../../protocol/language';
import { FINDINGS } from '../../protocol/status';

/** What the editor needs of an assessment: findings and windows, no volumes. */
export function coverageFacts(result: AssessResult): CoverageFacts {
  return {
    now: result.coverage.now,
    sources: result.coverage.sources.map((s) => ({
      id: s.id,
      table: s.table,
      filter: s.filter,
      status: s.status,
      minimumDetectableLoss: s.minimumDetectableLoss,
      segments: s.segments
        .filter((g) => FINDINGS.has(g.status))
        .map((g) => ({
          status: g.status,
          start: g.start,
          end: g.end,
          ongoing: g.ongoing,
          lost: g.lost?.estimate ?? null,
          expected: g.expected,
          windows: g.windows,
        })),
    })),
    windows: result.windows.map((w) => ({
      label: w.label,
      sources: w.sources,
      start: w.start.earliest ?? w.start.latest,
      end: w.end.latest ?? w.end.earliest,
    })),
  };
}

export const schemaFacts = (data: OpenResult): SchemaFacts => ({ tables: data.tables, problems: data.problems });
