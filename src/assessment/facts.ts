import type { CoverageFacts } from '../protocol/language';
import type { Assessment } from './assess';
import { findingsOf } from './coverage-markdown';

/** What diagnostics need to know of an assessment: incomplete intervals of sources, and the windows of incidents. */
export function factsOf(a: Pick<Assessment, 'coverage' | 'windows'>): CoverageFacts {
  return {
    now: a.coverage.now,
    sources: a.coverage.sources.map((s) => ({
      id: s.id,
      table: s.table,
      filter: s.filter,
      status: s.status,
      minimumDetectableLoss: s.minimumDetectableLoss,
      segments: findingsOf(s).map((x) => ({
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
