import type { QueryOutcome } from '../protocol/records';

/** Why a query has no table to give, in a sentence. */
export function faultText(outcome: QueryOutcome): string {
  switch (outcome.kind) {
    case 'results':
      return 'the query gave no table';
    case 'refused':
      return outcome.refused.map((r) => r.message).join(' ');
    case 'invalid':
      return outcome.faults.map((f) => f.message).join(' ');
    case 'failed':
      return outcome.message;
    case 'cancelled':
      return 'the query was cancelled';
  }
}
