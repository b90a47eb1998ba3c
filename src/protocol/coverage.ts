import type { Instant, Span } from '../base/time';
import type { InstantRange, LossEstimate } from './review';
import type { Reason, Status } from './status';

/** What the data says about the collection agent that caused a segment. */
export interface AgentSignature {
  readonly policy: 'drop-oldest' | 'drop-newest' | 'sawtooth' | 'restamp';
  readonly restart: Instant;
  readonly bufferEvents: number | null;
  readonly bufferBytes: number | null;
}

/** A maximal interval of one status in one log source. */
export interface Segment {
  readonly status: Status;
  readonly reason: Reason | null;
  readonly start: Instant;
  readonly end: Instant;
  readonly startRange: InstantRange;
  readonly endRange: InstantRange;
  /** Rows; null where no baseline says. */
  readonly expected: number | null;
  readonly observed: number;
  /** Rows that came later than clean rows ever do; null without ingestion time. */
  readonly late: number | null;
  /** null without a key. */
  readonly duplicates: number | null;
  readonly delay: { readonly p50: Span; readonly p99: Span } | null;
  readonly lost: LossEstimate | null;
  readonly signature: AgentSignature | null;
  /** Still so at the end of the data. */
  readonly ongoing: boolean;
  /** Why this status, in a sentence that a person can check. */
  readonly sentence: string;
  /** Windows (`incident/window id`) that it overlaps. */
  readonly windows: readonly string[];
  /** Configuration change that explains it, if any. */
  readonly explainedBy: string | null;
}

/** Ids that another table records and this one does not, or that lack one record of two. */
export interface WitnessFinding {
  readonly kind: 'second-witness' | 'pair';
  /** Log source ids that it is about, all of them together. */
  readonly sources: readonly string[];
  /** Ids that were held against each other. */
  readonly seen: number;
  readonly missing: number;
  /** Times of the first and the last missing one; null where none is. */
  readonly first: Instant | null;
  readonly last: Instant | null;
  /** What the join proves, and no more. */
  readonly sentence: string;
  readonly query: string;
}

/** A hurt log source, and the services by which its logs reach another one, both ends included. */
export interface UpstreamLoss {
  readonly source: string;
  readonly status: Status;
  readonly path: readonly string[];
}

/** How much history taught the baseline: by hour of the week, by hour and day, or by hour of weekday and weekend alone. */
export type BaselineRegime = 'hour-of-week' | 'day-factors' | 'weekday-weekend';

/** Why a stretch of the history did not teach the baseline. */
export type ExclusionCause = 'window' | 'loss' | 'day-off' | 'unreadable' | 'unfinished';

export interface Exclusion {
  readonly start: Instant;
  readonly end: Instant;
  readonly causes: readonly ExclusionCause[];
  /** Windows (`incident/window id`) whose time, with its guard, it lies in. */
  readonly windows: readonly string[];
}

/** What a source was compared with, so that a reader can check it. */
export interface LearntBaseline {
  readonly regime: BaselineRegime;
  /** IANA zone whose hours of the week it follows. */
  readonly zone: string;
  /** Days of history that taught it, and days there are; parts of days count. */
  readonly taughtDays: number;
  readonly days: number;
  /** Rows a bin from midnight on, in `zone`: the mean of what is expected of weekdays, and of Saturdays and Sundays. */
  readonly weekday: readonly number[];
  readonly weekend: readonly number[];
  readonly excluded: readonly Exclusion[];
}

export interface SourceCoverage {
  readonly id: string;
  readonly table: string;
  readonly filter: string | null;
  readonly services: readonly string[];
  readonly status: Status;
  readonly reason: Reason | null;
  readonly ongoing: boolean;
  /** For a window of the length asked (the longest incident window, else 7 days), 0–1; null: no baseline. */
  readonly minimumDetectableLoss: number | null;
  readonly smallestProvableSilence: Span | null;
  readonly notes: readonly string[];
  /** Why this status, in a sentence. */
  readonly sentence: string;
  readonly segments: readonly Segment[];
  /** KQL that counts this source: the proving query. */
  readonly query: string;
  /** How long its rows take to come in outside every finding (floors of 5-minute buckets); null: no ingestion time. */
  readonly usualDelay?: { readonly p50: Span; readonly p99: Span } | null;
  /** What it was compared with; null or left out where there is no baseline. */
  readonly baseline?: LearntBaseline | null;
  /** Hurt log sources whose logs this one is made from; left out where there is none. */
  readonly upstream?: readonly UpstreamLoss[];
  /** What joins prove of it without a baseline; left out where no join could be run. */
  readonly witnesses?: readonly WitnessFinding[];
}

/** Series of one log source, one entry per bin, for the timeline and the source page. */
export interface SourceSeries {
  readonly id: string;
  readonly bin: Span;
  readonly start: Instant;
  readonly observed: Float64Array;
  readonly late: Float64Array | null;
  /** NaN where no baseline holds. */
  readonly expected: Float64Array;
  readonly expectedLow: Float64Array;
  readonly expectedHigh: Float64Array;
}

export interface CoverageReport {
  readonly from: Instant;
  readonly to: Instant;
  readonly now: Instant;
  readonly bin: Span;
  readonly sources: readonly SourceCoverage[];
}
