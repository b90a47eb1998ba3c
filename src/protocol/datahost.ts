import type { Instant } from '../base/time';
import type { CoverageReport, SourceSeries } from './coverage';
import type { ExactCell, Json, QueryFault, Refusal, RenderHint, ResultColumn } from './records';
import type { IncidentWindow, ReviewReport } from './review';
import type { ColumnFilter, RowSort, RowView } from './row-view';

import type { TimelineOverlay } from './webview';

/**
 * Flags of the data host's runtime. New objects in 4 MB instead of 16: the KQL engine's first translation leaves 30 MB less
 * behind, and neither a translation nor 300,000 rows take more CPU.
 */
export const DATA_HOST_FLAGS: readonly string[] = ['--max-semi-space-size=4'];

/**
 * Requests of the extension host to the data host, over Node's IPC channel with `serialization: 'advanced'` (typed arrays,
 * bigint and Map cross as they are). Carried by vscode-jsonrpc: request, response, cancellation and progress are its.
 */
export const DataHostMethod = {
  open: 'gapline/open',
  query: 'gapline/query',
  rows: 'gapline/rows',
  columnStatistics: 'gapline/columnStatistics',
  overlay: 'gapline/overlay',
  exportResult: 'gapline/exportResult',
  writeResult: 'gapline/writeResult',
  releaseResult: 'gapline/releaseResult',
  assess: 'gapline/assess',
  series: 'gapline/series',
  sample: 'gapline/sample',
  setNow: 'gapline/setNow',
  mapFile: 'gapline/mapFile',
  tableNames: 'gapline/tableNames',
  exportQuery: 'gapline/exportQuery',
  exportSources: 'gapline/exportSources',
  deleteImported: 'gapline/deleteImported',
  ping: 'gapline/ping',
  progress: 'gapline/progress',
  shutdown: 'gapline/shutdown',
} as const;

export interface OpenParams {
  readonly folder: string;
  /** Where imported Parquet and DuckDB's temporary files may be written. */
  readonly storage: string;
  /** The user's "now" (ISO 8601); null: gapline.yaml's, else the end of the data. */
  readonly now: string | null;
  /** Progress token, unique per request; without one nothing is reported. */
  readonly token?: string;
}

/** One table of a connection, for the schema of the language server and for people. */
export interface TableInfo {
  readonly name: string;
  readonly columns: readonly ResultColumn[];
  readonly files: readonly string[];
  readonly rows: number | null;
  readonly timeColumn: string | null;
  readonly ingestionColumn: string | null;
  readonly first: Instant | null;
  readonly last: Instant | null;
}

/** Something about the data that a person must know: a bad row, an unreadable file, a file with no known table. */
export interface DataProblem {
  readonly severity: 'error' | 'warning' | 'information';
  readonly code:
    | 'empty-folder'
    | 'unreadable-file'
    | 'bad-row'
    | 'unknown-table'
    | 'no-time-column'
    | 'file-changed'
    | 'config'
    | 'too-large'
    | 'link-outside';
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  /** For unknown-table: columns found, so that the user can be asked. */
  readonly columns?: readonly string[];
}

export interface OpenResult {
  readonly folder: string;
  readonly tables: readonly TableInfo[];
  readonly problems: readonly DataProblem[];
  readonly now: Instant;
  /** Where that now comes from. */
  readonly nowBasis: 'setting' | 'gapline.yaml' | 'end of data' | 'clock';
}

export interface QueryParams {
  readonly kql: string;
  readonly now: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly maxRows: number;
  /** Progress token, unique per request. */
  readonly token: string;
}

export interface ReviewText {
  /** Absolute path of a `*.pir.yaml`. */
  readonly path: string;
  readonly text: string;
}

export interface AssessParams {
  readonly reviews: readonly ReviewText[];
  /** Detection files of the workspace, so that tables which rules read are expected. */
  readonly detections: readonly string[];
  readonly from: string | null;
  readonly to: string | null;
  readonly token: string;
  /** The setting `gapline.sources` as the user wrote it: log source → retentionDays, licence, plan. It is read with suspicion. */
  readonly sourceSettings?: unknown;
}

export interface AssessResult {
  readonly coverage: CoverageReport;
  readonly windows: readonly IncidentWindow[];
  /** By review path. */
  readonly reviews: readonly {
    readonly path: string;
    readonly report: ReviewReport;
    readonly problems: readonly string[];
  }[];
  /** What of the setting `gapline.sources` cannot be used; left out: nothing. */
  readonly settingProblems?: readonly DataProblem[];
}

export interface SeriesParams {
  /** Log source ids; empty: all. */
  readonly sources: readonly string[];
}
export type SeriesResult = readonly SourceSeries[];

export interface SampleParams {
  readonly folder: string;
  readonly seed: number;
  readonly scale: number;
  readonly token: string;
}

export interface ProgressParams {
  readonly token: string;
  readonly message: string;
  /** 0–1, or null where unknown. */
  readonly fraction: number | null;
}

export interface MapFileParams {
  readonly file: string;
  readonly table: string;
}

export interface TableNamesParams {
  /** Columns of a file that no table was found for. */
  readonly columns: readonly string[];
}
/** Names of known tables, those that share most columns first. */
export type TableNamesResult = readonly string[];

/** Asks for the KQL that a person runs where the logs are. */
export interface ExportQueryParams {
  /** Log source id. */
  readonly source: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** Log sources that the catalogue knows, each with a service. */
export type ExportSourcesResult = readonly { readonly source: string; readonly service: string }[];

/** What a finished query says; the rows stay in the data host and are asked for by page. */
export type QuerySummary =
  | {
      readonly kind: 'results';
      readonly resultId: string;
      readonly tables: readonly TableSummary[];
      readonly now: string;
      readonly elapsedMs: number;
    }
  | { readonly kind: 'refused'; readonly refused: readonly Refusal[] }
  | { readonly kind: 'invalid'; readonly faults: readonly QueryFault[] }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'cancelled' };

export interface TableSummary {
  readonly columns: readonly ResultColumn[];
  readonly rowCount: number;
  readonly truncated: boolean;
  readonly render: RenderHint | null;
  readonly notes: readonly string[];
  /** What the query calls it: a branch of `fork`, a facet's column, `as`. */
  readonly name?: string;
}

export interface RowsParams {
  readonly resultId: string;
  readonly table: number;
  readonly first: number;
  readonly count: number;
  readonly sort: RowSort | null;
  /** Text that a row must hold in some cell, in any case; empty: all rows. */
  readonly filter: string;
  /** Conditions on single columns; absent: none. */
  readonly columns?: readonly ColumnFilter[];
}
export interface RowsResult {
  /** Rows as the command line's JSON, and how many rows pass the filter. */
  readonly rows: readonly (readonly Json[])[];
  readonly matching: number;
  /** Dynamic cells with whole numbers that JSON readers would round, in full; absent: none. */
  readonly exact?: readonly ExactCell[];
}

/** What one column of a result holds. */
export interface ColumnStatisticsParams {
  readonly resultId: string;
  readonly table: number;
  readonly column: number;
  /** Only the rows that pass its filters count. */
  readonly view: RowView;
}
/** A result's rows counted by time bin, for the timeline. */
export interface OverlayParams {
  readonly resultId: string;
  readonly table: number;
  /** Only the rows that pass its filters count; absent: all. */
  readonly view?: RowView;
}
export interface OverlayResult {
  readonly overlays: readonly TimelineOverlay[];
  /** Why there is none, or what was left out. */
  readonly note: string | null;
}

/** The whole result as text, for what is hashed as evidence. */
export interface ExportParams {
  readonly resultId: string;
  readonly table: number;
  readonly format: 'csv';
}

/** `csv` holds the values as they are; `spreadsheet` is CSV that a spreadsheet takes as text, formulas included. */
export type ResultFormat = 'csv' | 'spreadsheet' | 'ndjson' | 'json' | 'markdown' | 'parquet';

/** Writes a result to a file that the user chose; it stands there whole or not at all. */
export interface WriteResultParams {
  readonly resultId: string;
  readonly table: number;
  readonly format: ResultFormat;
  /** Absolute path. */
  readonly file: string;
  /** Which rows, in what order. */
  readonly view: RowView;
  /** Which columns of the result, in what order; absent: all, as the query gave them. */
  readonly columns?: readonly number[];
  /** Progress token, unique per request. */
  readonly token: string;
}
export interface WriteResultResult {
  readonly rows: number;
  readonly bytes: number;
}
