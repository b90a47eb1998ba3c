/** Words of coverage. Each list is ordered; the order is part of the meaning and is tested. */

/** Status of a segment. The first line of design order that holds wins; `WORST_FIRST` ranks a source's segments. */
export const STATUSES = [
  'NOT_EVALUABLE',
  'NOT_COLLECTED',
  'PENDING',
  'NO_BASELINE',
  'INSUFFICIENT',
  'STEP_CHANGE',
  'DUPLICATED',
  'RESTAMPED',
  'RECOVERED',
  'DELAYED',
  'GAP',
  'PARTIAL',
  'OK',
] as const;
export type Status = (typeof STATUSES)[number];

/** A source's status is the first of these among its segments in the range asked. */
export const WORST_FIRST: readonly Status[] = [
  'GAP',
  'PARTIAL',
  'RESTAMPED',
  'DELAYED',
  'DUPLICATED',
  'RECOVERED',
  'STEP_CHANGE',
  'NOT_COLLECTED',
  'NOT_EVALUABLE',
  'NO_BASELINE',
  'INSUFFICIENT',
  'PENDING',
  'OK',
];

/** Statuses that say "this log source was incomplete or changed here": what a reader must look at. */
export const FINDINGS: ReadonlySet<Status> = new Set<Status>([
  'GAP',
  'PARTIAL',
  'RESTAMPED',
  'DELAYED',
  'DUPLICATED',
  'RECOVERED',
  'STEP_CHANGE',
]);

/** Why something cannot be evaluated. One list for statuses and verdicts. */
export const REASONS = [
  'query-failed',
  'no-time',
  'retention',
  'licence',
  'plan',
  'partial-result',
  'state-table',
  'derived',
  'no-ingestion-time',
  'no-key',
  'no-query-log',
  'not-collected',
  'pending',
  'no-baseline',
  'insufficient',
  'unknown-source',
  'undated',
] as const;
export type Reason = (typeof REASONS)[number];

export const VERDICTS = ['CONFIRMED', 'CONTRADICTED', 'NOT_SEEN_HERE', 'INCONCLUSIVE', 'NOT_EVALUABLE'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const CLAIM_KINDS = ['loss', 'partial', 'delay', 'duplicate', 'unavailable', 'not-affected'] as const;
export type ClaimKind = (typeof CLAIM_KINDS)[number];

/** How a confirmed finding differs from what the claim says. */
export const DIFFERENCES = ['earlier', 'later', 'longer', 'shorter', 'smaller', 'larger'] as const;
export type Difference = (typeof DIFFERENCES)[number];

export function worstStatus(statuses: readonly Status[]): Status {
  return WORST_FIRST.find((s) => statuses.includes(s)) ?? 'OK';
}
