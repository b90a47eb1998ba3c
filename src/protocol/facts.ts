import type { AssessResult } from './datahost';
import type { CoverageFacts } from './language';
import { FINDINGS } from './status';

/** What diagnostics need to know of an assessment: incomplete intervals of sources and the windows of incidents, no volumes. */
export function factsOf(a: Pick<AssessResult, 'coverage' | 'windows'>): CoverageFacts {
  return {
    now: a.coverage.now,
    sources: a.coverage.sources.map((s) => ({
      id: s.id,
      table: s.table,
      filter: s.filter,
      status: s.status,
      minimumDetectableLoss: s.minimumDetectableLoss,
      usualDelay: s.usualDelay?.p99 ?? null,
      segments: s.segments
        .filter((x) => FINDINGS.has(x.status))
        .map((x) => ({
          status: x.status,
          start: x.start,
          end: x.end,
          ongoing: x.ongoing,
          lost: x.lost?.estimate ?? null,
          expected: x.expected,
          windows: x.windows,
        })),
    })),
    windows: a.windows.map((w) => ({
      label: w.label,
      sources: w.sources,
      start: w.start.earliest ?? w.start.latest,
      end: w.end.latest ?? w.end.earliest,
    })),
  };
}
