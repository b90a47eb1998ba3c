/** What the sample knows of a log source: how often its rows come, and of what its columns are made. */
import type { Random } from '../base/random';
import type { Span } from '../base/time';
import type { ColumnData, ExportFormat } from '../protocol/table-writer';
import type { ClockShape } from './clock-shapes';

/** Rows that are being written: parallel arrays of `count`. */
export interface RowContext {
  readonly random: Random;
  readonly count: number;
  /** The record's own time, ms. */
  readonly eventMs: Float64Array;
  /** When the platform took it in, ms. */
  readonly receivedMs: Float64Array;
  /** TimeGenerated as the platform leaves it, ms. */
  readonly generatedMs: Float64Array;
  /** Names a row within its source; lost rows take numbers too. */
  readonly serial: Uint32Array;
  /** What was drawn for each row so far, by name. */
  readonly draws: Record<string, Uint32Array>;
}

/** A number drawn per row: which user, which result. Columns are made of draws, so that they agree with each other. */
export interface Draw {
  readonly name: string;
  readonly pick: (row: number, rows: RowContext) => number;
}

export interface ColumnModel {
  readonly name: string;
  readonly make: (rows: RowContext) => ColumnData;
}

/** A row with a meaning: what an attacker or an administrator did. Draws not named are left to chance. */
export interface StagedRow {
  readonly source: string;
  readonly at: number;
  readonly draws: Readonly<Record<string, number>>;
}

export interface SourceModel {
  /** Log source id. */
  readonly id: string;
  /** Rows per hour, averaged over the week. */
  readonly rate: number;
  readonly shape: ClockShape;
  /** Size k of the hourly negative-binomial counts. */
  readonly k: number;
  /** Standard deviation of the log day level. */
  readonly daySd: number;
  /** Log growth of the level over the whole span. */
  readonly growth?: number;
  /** Time from event to ingestion while all is well. */
  readonly delay: { readonly median: Span; readonly sigma: number };
  /** Mean size of a record in bytes. */
  readonly bytes: number;
  readonly draws: readonly Draw[];
  readonly columns: readonly ColumnModel[];
}

/** How a table lies in the folder. */
export interface TableExport {
  readonly table: string;
  /** File (`SigninLogs.parquet`) or, split by month, folder (`AuditLogs`). */
  readonly path: string;
  readonly format: ExportFormat;
  readonly monthly: boolean;
  /** Name of the column with the ingestion time; null: the export has none. */
  readonly ingestionColumn: string | null;
  /** The record's own time; null: the table has only TimeGenerated. */
  readonly eventColumn: string | null;
  readonly sources: readonly SourceModel[];
}
