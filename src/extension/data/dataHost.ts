import type {
  AssessParams,
  AssessResult,
  ColumnStatisticsParams,
  ExportParams,
  ExportQueryParams,
  ExportSourcesResult,
  MapFileParams,
  OpenParams,
  OpenResult,
  OverlayParams,
  OverlayResult,
  ProgressParams,
  QueryParams,
  QuerySummary,
  RowsParams,
  RowsResult,
  SampleParams,
  SeriesParams,
  SeriesResult,
  TableNamesParams,
  TableNamesResult,
  WriteResultParams,
  WriteResultResult,
} from '../../protocol/datahost';
import type { ColumnStatistics } from '../../protocol/row-view';

/** What VS Code's and vscode-jsonrpc's cancellation tokens have in common. */
export interface Cancellation {
  readonly isCancellationRequested: boolean;
  readonly onCancellationRequested: (listener: () => void) => { dispose(): void };
}

/** The data process as the extension host sees it; every call may reject when the process ends under it. */
export interface DataHost {
  open(params: OpenParams, token?: Cancellation): Promise<OpenResult>;
  query(params: QueryParams, token?: Cancellation): Promise<QuerySummary>;
  rows(params: RowsParams): Promise<RowsResult>;
  columnStatistics(params: ColumnStatisticsParams): Promise<ColumnStatistics>;
  overlay(params: OverlayParams): Promise<OverlayResult>;
  /** The whole result as text. */
  exportResult(params: ExportParams, token?: Cancellation): Promise<string>;
  /** Writes a result to a file, by the data host itself: rows do not pass through this process. */
  writeResult(params: WriteResultParams, token?: Cancellation): Promise<WriteResultResult>;
  releaseResult(resultId: string): Promise<void>;
  assess(params: AssessParams, token?: Cancellation): Promise<AssessResult>;
  series(params: SeriesParams): Promise<SeriesResult>;
  sample(params: SampleParams, token?: Cancellation): Promise<void>;
  setNow(now: string | null): Promise<OpenResult>;
  mapFile(params: MapFileParams): Promise<OpenResult>;
  tableNames(params: TableNamesParams): Promise<TableNamesResult>;
  /** The KQL that counts a log source where it is. */
  exportSources(): Promise<ExportSourcesResult>;
  exportQuery(params: ExportQueryParams): Promise<string>;
  deleteImported(): Promise<void>;
}

export interface DataHostInit {
  /** Absolute path of the data host's bundle. */
  readonly module: string;
  log(line: string): void;
  progress(params: ProgressParams): void;
}
