import type { Range } from '../base/text';
import type { StatedTime, WindowKind } from '../protocol/review';
import type { ClaimKind, Reason, Verdict } from '../protocol/status';

/** A review as it stands in a `*.pir.yaml`: maps keyed by id become arrays in the file's order, each item with its place. */
export interface Review {
  /** Absolute path or URI of the file. */
  readonly path: string;
  /** The file's base name without `.pir.yaml`: how windows and reports name this review. */
  readonly incident: string;
  readonly id: string | null;
  readonly title: string | null;
  readonly vendor: string | null;
  /** The vendor's own ids of the incident (tracking id). */
  readonly vendorIds: readonly string[];
  readonly stage: ReviewStage;
  readonly state: ReviewState;
  readonly sources: readonly ReviewSource[];
  readonly windows: readonly ReviewWindow[];
  readonly claims: readonly ReviewClaim[];
  readonly evidence: readonly ReviewEvidence[];
  readonly actions: readonly ReviewAction[];
}

export const REVIEW_STAGES = ['notice', 'preliminary', 'final', 'unknown'] as const;
export type ReviewStage = (typeof REVIEW_STAGES)[number];
export const REVIEW_STATES = ['draft', 'in-review', 'reviewed', 'closed'] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];
export const WINDOW_KINDS: readonly WindowKind[] = ['loss', 'delay', 'duplicate', 'partial', 'unavailable'];
export const LOSS_BASES = ['vendor', 'observed', 'analyst'] as const;

/** Something with an id in one of the file's maps. */
interface Entry {
  readonly id: string;
  /** Place of the id in the text. */
  readonly range: Range;
}

/** A document that the review rests on. */
export interface ReviewSource extends Entry {
  readonly kind: string | null;
  readonly url: string | null;
  readonly file: string | null;
  readonly sha256: string | null;
}

export interface ReviewWindow extends Entry {
  readonly service: string;
  /** Log source ids. */
  readonly sources: readonly string[];
  readonly kind: WindowKind;
  readonly start: StatedTime;
  readonly end: StatedTime;
  /** Share of rows lost, 0–1, as the vendor states it; estimates of others are no claim. */
  readonly lossShare: number | null;
  readonly claims: readonly string[];
  /** Windows of an earlier stage that this one replaces. */
  readonly supersedes: readonly string[];
}

export interface ReviewClaim extends Entry {
  readonly text: string;
  readonly kind: ClaimKind;
  readonly at: {
    readonly source: string | null;
    readonly section: string | null;
    readonly quote: string | null;
  } | null;
  readonly results: readonly ReviewResult[];
}

/** What an earlier test of the claim on one log source said. */
export interface ReviewResult {
  readonly source: string;
  readonly verdict: Verdict;
  readonly reason: Reason | null;
  readonly evidence: readonly string[];
}

export interface ReviewEvidence extends Entry {
  readonly kind: string | null;
  readonly file: string | null;
  readonly query: string | null;
}

export interface ReviewAction extends Entry {
  readonly text: string;
  readonly owner: string | null;
  readonly due: string | null;
  readonly state: string | null;
}

/** Something wrong or doubtful in a review, with its place. */
export interface ReviewProblem {
  readonly message: string;
  readonly severity: 'error' | 'warning' | 'information';
  readonly range: Range;
  readonly code: ReviewProblemCode;
}

export type ReviewProblemCode =
  | 'yaml-syntax'
  | 'duplicate-key'
  | 'wrong-shape'
  | 'missing'
  | 'unknown-value'
  | 'unknown-key'
  | 'bad-time'
  | 'end-before-start'
  | 'unknown-reference'
  | 'claim-without-window'
  | 'no-log-source'
  | 'undated';
