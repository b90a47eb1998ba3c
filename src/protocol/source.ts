import type { Instant, Span } from '../base/time';
import type { Reason } from './status';

/** What a log source is to its service: only `primary`, `adjacent`, `control` and unknown tables are counted as evidence. */
export type SourceRole =
  | 'primary'
  | 'adjacent'
  | 'control'
  | 'periodic'
  | 'downstream'
  | 'derived'
  | 'state'
  | 'evidence'
  | 'carrier'
  | 'unknown';

/**
 * A table, optionally narrowed by a filter. `id` is the table, or `table/filter name` (`AzureDiagnostics/MICROSOFT.LOGIC`).
 */
export interface LogSource {
  readonly id: string;
  readonly table: string;
  /** A KQL predicate, or null for the whole table. */
  readonly filter: string | null;
  readonly services: readonly string[];
  readonly role: SourceRole;
  /** The record's own event time; null: no time column at all. */
  readonly eventTime: string | null;
  /** True where only TimeGenerated is known: backfill older than two days was restamped by the platform and cannot be seen. */
  readonly restampable: boolean;
  /** Column that holds the ingestion time in this data; null: late cannot be told from on time. */
  readonly ingestionTime: string | null;
  /** Verified columns that name one record; null: duplicates are not judged. */
  readonly key: readonly string[] | null;
  /** Column with the size of a record in bytes, for the agent model. */
  readonly size: string | null;
  /** IANA zone of the people or machines that make the events. */
  readonly seasonalZone: string | null;
  readonly retired: boolean;
  readonly retentionDays: number | null;
  /** Who says `retentionDays`; left out: gapline.yaml. */
  readonly retentionBy?: 'setting';
  readonly licence: string | null;
  readonly plan: string | null;
  /** Table that holds its counts by bins of so many minutes, where the data has no rows of it; left out: it has. */
  readonly counts?: {
    readonly table: string;
    readonly binMinutes: number;
    /** Names under which the counts have it, where these are not its id alone. */
    readonly names?: readonly string[];
    /** True where finer bins are there too: counts of both are held together at `binMinutes`. */
    readonly mixed?: boolean;
  };
  /** Sentences that a reader must know before the figures. */
  readonly notes: readonly string[];
}

/**
 * Counts of one log source. Rows are bucketed by event-time bin and by delay, sparse: parallel arrays, one entry per
 * non-empty cell.
 */
export interface VolumeTable {
  /** Width of an event bin. */
  readonly bin: Span;
  /** Start of bin 0 (UTC, a multiple of `bin`). */
  readonly start: Instant;
  readonly bins: number;
  /** Bin index of each cell, 0 ≤ i < bins. */
  readonly eventBin: Int32Array;
  /** Ingestion minus event time of each cell in ms, floored to the delay bucket; NaN: ingestion time unknown. */
  readonly delay: Float64Array;
  readonly rows: Float64Array;
  /** Summed size of each cell in bytes; null: no size column. */
  readonly bytes: Float64Array | null;
  /** Exact distinct keys per event bin (length `bins`); null: no key. */
  readonly distinct: Float64Array | null;
  /** Rows with no event time or one outside any sane range (before 2000, or more than a day after `now`): set apart. */
  readonly outside: number;
  /** Latest ingestion or event time in the data, null when empty. */
  readonly lastSeen: Instant | null;
}

/** Volumes that could not be had: a status with a reason, never a gap. */
export interface VolumeFailure {
  readonly reason: Reason;
  readonly message: string;
}

/** A change of configuration by the customer (diagnostic setting, DCR) that may explain a change of level. */
export interface ConfigurationChange {
  readonly at: Instant;
  readonly operation: string;
  readonly resource: string;
  readonly caller: string;
  /** Log source ids that it can explain; empty: not known, so none. */
  readonly sources: readonly string[];
}
