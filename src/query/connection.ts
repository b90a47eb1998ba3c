import type { Instant } from '../base/time';
import type { DataProblem, TableInfo } from '../protocol/datahost';
import type { QueryOutcome } from '../protocol/records';

export type ConnectionKind = 'local' | 'loganalytics' | 'adx' | 'defender';

export interface QueryOptions {
  /** What `now()` and `ago()` mean in this query; the connection's now where left out. */
  readonly now?: Instant;
  /** Time range on each table's time column, as a portal's range picker applies it. */
  readonly from?: Instant;
  readonly to?: Instant;
  /** Rows kept of each result; more are cut and said. */
  readonly maxRows?: number;
  readonly signal?: AbortSignal;
  /** Called some times a second while the query runs, where the connection can say how far it is. */
  readonly onProgress?: (progress: QueryProgress) => void;
}

/** How far a running query is. */
export interface QueryProgress {
  /** Rows that were read, and that are to be read as far as is known. */
  readonly rows: number;
  readonly of: number;
  /** 0–1. */
  readonly fraction: number;
  /** Of the files that are read: those that the engine is through with, about, and all; null where they are not known. */
  readonly bytes: { readonly read: number; readonly of: number } | null;
}

export interface ConnectionDescription {
  readonly label: string;
  readonly tables: readonly TableInfo[];
  readonly problems: readonly DataProblem[];
  readonly now: Instant;
  readonly nowBasis: 'setting' | 'gapline.yaml' | 'end of data' | 'clock';
}

/**
 * Takes KQL, gives results. Local files, Log Analytics, Azure Data Explorer and Defender XDR stand behind it; nothing above
 * `query/` knows how a query is run. Broken queries are values (`refused`, `invalid`, `failed`), not exceptions.
 */
export interface Connection {
  readonly kind: ConnectionKind;
  describe(): ConnectionDescription;
  query(kql: string, options?: QueryOptions): Promise<QueryOutcome>;
  close(): Promise<void>;
}
