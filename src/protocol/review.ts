import type { Instant } from '../base/time';
import type { ClaimKind, Difference, Reason, Verdict } from './status';

/** A time as a document states it: `earliest ≤ t ≤ latest`; null bounds are not stated. */
export interface StatedTime {
  readonly earliest: Instant | null;
  readonly latest: Instant | null;
  /** The text as written, for people. */
  readonly text: string;
  readonly approximate: boolean;
}

export type WindowKind = 'loss' | 'delay' | 'duplicate' | 'partial' | 'unavailable';

/** An interval in which some party says a service's logs were lost, delayed, duplicated, partial or unavailable. */
export interface IncidentWindow {
  readonly id: string;
  /** Review (file base name) or catalogue entry that states it. */
  readonly incident: string;
  /** What a label shows: the vendor's id or the review's. */
  readonly label: string;
  readonly service: string;
  /** Log source ids. */
  readonly sources: readonly string[];
  readonly kind: WindowKind;
  readonly start: StatedTime;
  readonly end: StatedTime;
  /** Share of rows lost, 0–1, where the vendor gave one. */
  readonly lossShare: number | null;
  readonly claims: readonly string[];
}

/** One testable statement of a PIR. */
export interface Claim {
  readonly id: string;
  readonly text: string;
  readonly kind: ClaimKind;
  /** Windows that name this claim. */
  readonly windows: readonly string[];
  readonly quote: string | null;
}

export interface LossEstimate {
  readonly estimate: number;
  /** 90 % interval. */
  readonly low: number;
  readonly high: number;
}

/** One claim tested on one log source. */
export interface ClaimResult {
  readonly id: string;
  readonly service: string;
  readonly source: string;
  readonly kind: ClaimKind;
  readonly verdict: Verdict;
  readonly reason: Reason | null;
  readonly differs: readonly Difference[];
  /** 0–1; null where nothing could be tested. */
  readonly minimumDetectableLoss: number | null;
  /** The smallest materiality that this source could settle, 0–1. */
  readonly settlesFrom: number | null;
  readonly lost: LossEstimate | null;
  readonly late: number | null;
  /** A sentence that a person can check. */
  readonly sentence: string;
  /** KQL that proves it. */
  readonly query: string;
}

export interface Undisclosed {
  readonly source: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly startRange: InstantRange;
  readonly lost: LossEstimate | null;
}

export interface InstantRange {
  readonly earliest: Instant;
  readonly latest: Instant;
}

export interface ReviewReport {
  readonly claims: readonly ClaimResult[];
  readonly undisclosed: readonly Undisclosed[];
}

export const ANNOTATION_STATES = ['hypothesis', 'confirmed', 'refuted'] as const;
export type AnnotationState = (typeof ANNOTATION_STATES)[number];

/** One note on a review's timeline; one YAML file each, named by its ULID. */
export interface Annotation {
  readonly id: string;
  /** Window, claim or log source id that it is about; null: nothing in particular. */
  readonly on: string | null;
  readonly by: string;
  readonly at: Instant;
  readonly start: Instant;
  readonly end: Instant;
  /** ISO 8601 duration: how exact start and end are. */
  readonly precision: string;
  readonly category: string;
  readonly tags: readonly string[];
  readonly state: AnnotationState;
  readonly assignee: string | null;
  readonly evidence: readonly string[];
  readonly text: string;
}
