/** Losses that no claim covers and no change of the customer's own explains, the largest first. */

import type { Instant } from '../base/time';
import { overlaps } from '../base/time';
import type { SourceCoverage } from '../protocol/coverage';
import type { IncidentWindow, Undisclosed } from '../protocol/review';
import { dateWindow } from './windows';

export function undisclosedLosses(
  sources: readonly SourceCoverage[],
  windows: readonly IncidentWindow[],
  now: Instant,
): Undisclosed[] {
  const out = sources.flatMap((s) => {
    const claimed = windows
      .filter((w) =>
        w.sources.length > 0 ? w.sources.includes(s.id) || w.sources.includes(s.table) : s.services.includes(w.service),
      )
      .flatMap((w) => dateWindow(w, now) ?? [])
      .map((w) => ({ start: w.startEarliest, end: w.endLatest }));
    return s.segments
      .filter((g) => g.status === 'GAP' || g.status === 'PARTIAL' || g.status === 'RESTAMPED')
      .filter((g) => g.explainedBy === null && !claimed.some((c) => overlaps(c, g)))
      .map((g): Undisclosed => ({ source: s.id, start: g.start, end: g.end, startRange: g.startRange, lost: g.lost }));
  });
  return out.sort((a, b) => (b.lost?.estimate ?? 0) - (a.lost?.estimate ?? 0) || a.start - b.start);
}
