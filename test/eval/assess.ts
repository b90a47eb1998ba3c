/** The one place where the evaluation calls the assessment. */
import { HOUR, type Instant, instant } from '../../src/base/time';
import { type AssessmentContext, type AssessmentResult, createAssessment } from '../../src/coverage/assessment';
import type { Claim, IncidentWindow } from '../../src/protocol/review';
import type { LogSource, VolumeFailure, VolumeTable } from '../../src/protocol/source';
import type { ClaimKind } from '../../src/protocol/status';
import { START } from './noise';

export const at = (hour: number): Instant => instant(START + hour * HOUR);

export function windowOf(
  id: string,
  sources: readonly string[],
  from: number,
  to: number | readonly [number, number],
  over: Partial<IncidentWindow> = {},
): IncidentWindow {
  const [endEarliest, endLatest] = typeof to === 'number' ? [to, to] : to;
  return {
    id,
    incident: 'incident',
    label: id,
    service: 'Service',
    sources,
    kind: 'loss',
    start: { earliest: at(from), latest: at(from), text: '', approximate: false },
    end: { earliest: at(endEarliest), latest: at(endLatest), text: '', approximate: false },
    lossShare: null,
    claims: [],
    ...over,
  };
}

export function claimOn(
  windows: readonly string[],
  kind: ClaimKind = 'loss',
  id = 'c-001',
): { incident: string; claim: Claim } {
  return { incident: 'incident', claim: { id, text: 'Logs were lost.', kind, windows, quote: null } };
}

export interface Given {
  readonly source: LogSource;
  readonly volumes: VolumeTable | VolumeFailure;
}

export function assess(given: readonly Given[], over: Partial<AssessmentContext> = {}): AssessmentResult {
  const ends = given.flatMap((g) => ('bins' in g.volumes ? [g.volumes.start + g.volumes.bins * g.volumes.bin] : []));
  const now = instant(Math.max(START, ...ends) + 0.4 * HOUR);
  const assessment = createAssessment({
    now,
    from: START,
    to: now,
    windows: [],
    claims: [],
    changes: [],
    materiality: 0.1,
    seed: 1,
    derived: () => ({ derived: false, upstream: [] }),
    ...over,
  });
  for (const { source, volumes } of given)
    assessment.add(source, volumes, (_, repeated) => `${source.table} | ${repeated ? 'distinct Id | ' : ''}count`);
  return assessment.finish();
}
