import type * as v from 'valibot';
import { type CancellationToken, ErrorCodes, type MessageConnection, ResponseError } from 'vscode-jsonrpc';
import { countsQuery } from '../assessment/export-query';
import { resultToCsv } from '../assessment/result-text';
import { formatBytesOf } from '../base/bytes';
import { messageOf } from '../base/result';
import { HOUR, type Instant, parseInstant } from '../base/time';
import { catalogSources } from '../catalog/services';
import type { SourceSeries } from '../protocol/coverage';
import {
  type AssessResult,
  DataHostMethod,
  type DataProblem,
  type OpenParams,
  type OpenResult,
  type ProgressParams,
  type QuerySummary,
  type TableSummary,
} from '../protocol/datahost';
import type { QueryOutcome, ResultTable } from '../protocol/records';
import { WHOLE } from '../protocol/row-view';
import type { QueryProgress } from '../query/connection';
import { columnStatistics } from './column-statistics';
import type { Engines, OpenedFolder, Report } from './engines';
import { overlayOfView } from './overlay';
import * as shapes from './params';
import { createResultStore } from './results';
import { rankTables } from './table-names';
import { writeResult } from './write-result';

export interface DataHostInit {
  readonly connection: MessageConnection;
  /** Everything heavy: loaded by the first request that needs it, never by `ping`. */
  readonly engines: Engines;
  /** Ends the process, after the answer to `shutdown` is out. */
  readonly exit: () => void;
}

/** LSP's code for a request that its caller gave up. */
const REQUEST_CANCELLED = -32800;
/** Milliseconds between two progress notes of one request. */
const PROGRESS_EVERY = 100;

/** Serves the methods of `protocol/datahost.ts` on a connection. */
export function createDataHost(init: DataHostInit): void {
  const { connection, engines } = init;
  const results = createResultStore({ most: 20, mostBytes: 1.2e9 });
  let folder: OpenedFolder | null = null;
  let opened: OpenParams | null = null;
  let opening: AbortController | null = null;
  let series: readonly SourceSeries[] = [];

  const handle = createHandle(connection);
  const need = (): OpenedFolder => {
    if (!folder) throw fault('No folder of logs is open.');
    return folder;
  };
  const resultTable = (id: string, table: number): ResultTable => {
    const found = results.table(id, table);
    if (!found) throw fault('This result is no longer kept. Run the query again.');
    return found;
  };
  const open = async (params: OpenParams, report: Report, signal: AbortSignal): Promise<OpenResult> => {
    // The latest open wins: an import of a folder that nobody waits for is stopped.
    opening?.abort();
    const own = new AbortController();
    opening = own;
    const next = await engines.open({
      folder: params.folder,
      storage: params.storage,
      now: instantOf(params.now),
      onProgress: report,
      signal: AbortSignal.any([signal, own.signal]),
    });
    if (own.signal.aborted || signal.aborted) {
      await next.close();
      throw cancelled();
    }
    const before = folder;
    folder = next;
    opened = params;
    series = [];
    await before?.close();
    return describe(params.folder, next);
  };
  const reopen = (change: Partial<OpenParams>, report: Report, signal: AbortSignal) => {
    if (!opened) throw fault('No folder of logs is open.');
    return open({ ...opened, ...change }, report, signal);
  };

  handle(DataHostMethod.ping, shapes.NOTHING, async () => ({}));
  handle(DataHostMethod.open, shapes.OPEN, (p, { report, signal }) => open(p, report(p.token ?? ''), signal));
  handle(DataHostMethod.setNow, shapes.SET_NOW, (p, { report, signal }) => reopen({ now: p.now }, report(''), signal));
  handle(DataHostMethod.query, shapes.QUERY, async (p, { report, signal }) => {
    const [now, from, to] = [instantOf(p.now), instantOf(p.from), instantOf(p.to)];
    const range = { ...(now !== null && { now }), ...(from !== null && { from }), ...(to !== null && { to }) };
    const told = report(p.token);
    const onProgress = (progress: QueryProgress) => told(readText(progress), progress.fraction);
    const outcome = await need().query(p.kql, { ...range, maxRows: p.maxRows, signal, onProgress });
    return summaryOf(outcome, results.keep);
  });
  handle(DataHostMethod.rows, shapes.ROWS, async (p) => {
    resultTable(p.resultId, p.table);
    return results.rows(p);
  });
  handle(DataHostMethod.columnStatistics, shapes.COLUMN_STATISTICS, async (p, { signal }) => {
    const found = await columnStatistics(resultTable(p.resultId, p.table), p.column, p.view, signal);
    if (!found) throw fault('The result has no such column.');
    return found;
  });
  handle(DataHostMethod.overlay, shapes.OVERLAY, (p, { signal }) =>
    overlayOfView(resultTable(p.resultId, p.table), p.view ?? WHOLE, signal),
  );
  handle(DataHostMethod.exportResult, shapes.EXPORT, async (p) => resultToCsv(resultTable(p.resultId, p.table)));
  handle(DataHostMethod.writeResult, shapes.WRITE_RESULT, async (p, { report, signal }) =>
    writeResult(resultTable(p.resultId, p.table), {
      ...p,
      now: results.nowOf(p.resultId),
      writeParquet: engines.writeParquet,
      report: report(p.token),
      signal,
    }),
  );
  handle(DataHostMethod.releaseResult, shapes.RELEASE, async (p) => void results.release(p.resultId));
  handle(DataHostMethod.assess, shapes.ASSESS, async (p, { report, signal }): Promise<AssessResult> => {
    const assessed = await engines.assess(need(), {
      reviews: p.reviews,
      detections: p.detections,
      sourceSettings: p.sourceSettings,
      from: instantOf(p.from),
      to: instantOf(p.to),
      onProgress: report(p.token),
      signal,
    });
    series = assessed.series;
    const reviews = assessed.reviews.map(({ path, report: found, problems }) => ({ path, report: found, problems }));
    const settingProblems = (assessed.settingProblems ?? []).map(settingProblem);
    return {
      coverage: assessed.coverage,
      windows: assessed.windows,
      reviews,
      ...(settingProblems.length > 0 && { settingProblems }),
    };
  });
  handle(DataHostMethod.series, shapes.SERIES, async (p) =>
    p.sources.length === 0 ? series : series.filter((s) => p.sources.includes(s.id)),
  );
  handle(DataHostMethod.sample, shapes.SAMPLE, (p, { report, signal }) =>
    engines.sample({ folder: p.folder, seed: p.seed, scale: p.scale, onProgress: report(p.token), signal }),
  );
  handle(DataHostMethod.mapFile, shapes.MAP_FILE, async (p) => {
    const held = need();
    await held.mapFile(p.file, p.table);
    series = [];
    return describe(opened?.folder ?? '', held);
  });
  handle(DataHostMethod.tableNames, shapes.TABLE_NAMES, async (p) => rankTables(p.columns));
  handle(DataHostMethod.exportQuery, shapes.EXPORT_QUERY, async (p) => countsQuery({ ...p, bin: HOUR }));
  handle(DataHostMethod.exportSources, shapes.NOTHING, async () =>
    [...catalogSources().values()].map((s) => ({ source: s.id, service: s.services[0] ?? '' })),
  );
  handle(DataHostMethod.deleteImported, shapes.NOTHING, async () => {
    results.clear();
    series = [];
    await folder?.deleteImported();
  });
  handle(DataHostMethod.shutdown, shapes.NOTHING, async () => {
    opening?.abort();
    await folder?.close();
    // The answer goes out before the process ends.
    setImmediate(init.exit);
  });
}

interface Context {
  readonly signal: AbortSignal;
  /** A progress function for the request with this token; without a token nothing is sent. */
  report(token: string): Report;
}

type Handle = <S extends v.GenericSchema<unknown, unknown>, R>(
  method: string,
  shape: S,
  run: (params: v.InferOutput<S>, context: Context) => Promise<R>,
) => void;

/** Registers handlers: reads the parameters, turns tokens into signals and exceptions into answers with a sentence. */
function createHandle(connection: MessageConnection): Handle {
  return (method, shape, run) =>
    connection.onRequest(method, async (raw: unknown, token: CancellationToken): Promise<unknown> => {
      const params = shapes.parseParams(shape, raw);
      if (!params.ok) return new ResponseError(ErrorCodes.InvalidParams, `${method}: ${params.fault.message}`);
      const controller = new AbortController();
      if (token.isCancellationRequested) controller.abort();
      const listening = token.onCancellationRequested(() => controller.abort());
      try {
        return await run(params.value, { signal: controller.signal, report: (id) => reporter(connection, id) });
      } catch (error) {
        if (controller.signal.aborted) return cancelled();
        return error instanceof ResponseError ? error : new ResponseError(ErrorCodes.InternalError, messageOf(error));
      } finally {
        listening.dispose();
      }
    });
}

function reporter(connection: MessageConnection, token: string): Report {
  let last = 0;
  return (message, fraction) => {
    const now = Date.now();
    if (token === '' || (now - last < PROGRESS_EVERY && fraction !== 1)) return;
    last = now;
    const progress: ProgressParams = { token, message, fraction };
    connection.sendNotification(DataHostMethod.progress, progress).catch(() => {
      // The other side is gone; the disconnect ends this process.
    });
  };
}

const fault = (message: string) => new ResponseError(ErrorCodes.InvalidRequest, message);
const cancelled = () => new ResponseError(REQUEST_CANCELLED, 'Cancelled.');
const countText = (n: number): string => n.toLocaleString('en-US');

/** `1,200 of 4,800 rows read, about 120 of 480 MB of files`: columns that a query does not name are passed over, so bytes are about. */
function readText({ rows, of, bytes }: QueryProgress): string {
  const files = bytes ? `, about ${formatBytesOf(bytes.read, bytes.of)} of files` : '';
  // A query that makes its own rows reads none.
  return of === 0 ? 'Running' : `${countText(rows)} of ${countText(of)} rows read${files}`;
}

const instantOf = (text: string | null): Instant | null => (text === null ? null : (parseInstant(text) ?? null));

const settingProblem = (message: string): DataProblem => ({
  severity: 'warning',
  code: 'config',
  message,
  file: null,
  line: null,
});

function describe(path: string, folder: OpenedFolder): OpenResult {
  const { tables, problems, now, nowBasis } = folder.describe();
  return { folder: path, tables, problems, now, nowBasis };
}

function summaryOf(outcome: QueryOutcome, keep: (tables: readonly ResultTable[], now: string) => string): QuerySummary {
  if (outcome.kind !== 'results') return outcome;
  const tables: TableSummary[] = outcome.tables.map((t) => ({
    columns: t.columns,
    rowCount: t.rowCount,
    truncated: t.truncated,
    render: t.render,
    notes: t.notes,
    ...(t.name !== undefined && { name: t.name }),
  }));
  return {
    kind: 'results',
    resultId: keep(outcome.tables, outcome.now),
    tables,
    now: outcome.now,
    elapsedMs: outcome.elapsedMs,
  };
}
