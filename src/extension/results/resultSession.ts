import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { messageOf } from '../../base/result';
import type { OverlayParams, ProgressParams, QueryParams, QuerySummary, TableSummary } from '../../protocol/datahost';
import type { FromResults, GridResult, SelectionFormat, ToResults } from '../../protocol/webview';
import { onTimeZoneChange, readConfiguration } from '../configuration';
import type { DataHost } from '../data/dataHost';
import { faultText, isCancellation, isProcessEnd } from '../data/faults';
import type { DataSession } from '../data/session';
import { addToQuery, type WrittenQuery } from './addToQuery';
import { type ExportAnswers, exportResult, MOST_ROWS, sayNothingToExport } from './exportResult';
import { createResultsPanel, type ResultsPanel } from './resultsPanel';
import { gridFault, gridResults, queryTitle, summaryMessage } from './summary';

/** A query as it is run: parameters filled in, time range resolved. */
export interface PreparedQuery {
  readonly kql: string;
  /** The same as its document holds it. */
  readonly written: string;
  /** Line of the document on which the query starts, from zero. */
  readonly firstLine: number;
  readonly from: string | null;
  readonly to: string | null;
  /** What the header says of the range and of the parameters; null: nothing to say. */
  readonly rangeText: string | null;
  readonly parameterText: string | null;
}

/** One results panel, what it shows and the rows behind it. */
export interface ResultSession extends vscode.Disposable {
  /** A pinned panel keeps its result: the next query opens another. */
  readonly pinned: boolean;
  /** What the panel shows, rows aside. */
  readonly shown: ToResults | undefined;
  /** Runs queries one after another and shows all results; a new run takes the place of a running one. */
  run(queries: readonly PreparedQuery[]): Promise<readonly (QuerySummary | undefined)[]>;
  /** Writes the result that is in front to a file; what `answers` holds is not asked. The file, or undefined where none was written. */
  export(answers: ExportAnswers): Promise<vscode.Uri | undefined>;
}

export interface ResultSessionInit {
  readonly extensionUri: vscode.Uri;
  readonly session: DataSession;
  readonly log: vscode.LogOutputChannel;
  readonly onProgress: vscode.Event<ProgressParams>;
  /** Lays a result over a timeline. */
  overlay(host: DataHost, params: OverlayParams, title: string): Promise<void>;
  /** The panel was closed: its rows are given back. */
  closed(): void;
  /** The page asks for another time range, or other parameters, of what it shows, or for the same once more. */
  change(what: 'range' | 'parameters' | 'same'): Promise<void>;
}

/** One table of the grid and where its rows are. */
interface Kept {
  readonly host: DataHost;
  readonly resultId: string;
  readonly table: number;
  readonly summary: TableSummary;
  readonly query: PreparedQuery;
  readonly now: string;
}

export function createResultSession(init: ResultSessionInit): ResultSession {
  return new Session(init);
}

class Session implements ResultSession {
  private readonly panel: ResultsPanel;
  private readonly zone: vscode.Disposable;
  private running: vscode.CancellationTokenSource | undefined;
  /** By the result's place in the page; a query without a table holds a place too. */
  private kept: readonly (Kept | undefined)[] = [];
  shown: ToResults | undefined;
  pinned = false;
  /** Queries of which the editor holds more than was run. */
  private readonly changed = new WeakMap<PreparedQuery, WrittenQuery>();
  /** An export that a command asked for, until the page says what is in front and how it is filtered. */
  private asked: { readonly answers: ExportAnswers; done(written: Promise<vscode.Uri | undefined>): void } | undefined;

  constructor(private readonly init: ResultSessionInit) {
    const { extensionUri, log } = init;
    this.panel = createResultsPanel({
      extensionUri,
      log,
      receive: (m) => this.receive(m),
      closed: () => {
        this.running?.cancel();
        this.release(this.kept);
        this.kept = [];
        this.asked?.done(Promise.resolve(undefined));
        this.zone.dispose();
        init.closed();
      },
    });
    this.zone = onTimeZoneChange((zone) => {
      if (this.shown?.type !== 'results') return;
      this.shown = { ...this.shown, zone };
      this.panel.change(this.shown, { type: 'zone', zone });
    });
  }

  async run(queries: readonly PreparedQuery[]): Promise<readonly (QuerySummary | undefined)[]> {
    this.running?.cancel();
    const source = new vscode.CancellationTokenSource();
    this.running = source;
    const title = queries.length > 1 ? vscode.l10n.t('{0} queries', queries.length) : queryTitle(queries[0]?.kql ?? '');
    const show = (message: ToResults) => {
      if (this.running !== source) return;
      // A page that opens late has seen no "running": the message itself names the query.
      this.shown = message.type === 'message' ? { ...message, query: title, ...ranWith(queries[0]) } : message;
      this.panel.show(this.shown);
    };
    show({ type: 'running', title });
    try {
      const host = await unlessCancelled(this.openHost(), source.token);
      if (typeof host === 'string') {
        const severity = 'information';
        show({ type: 'message', severity, title: vscode.l10n.t('The query did not run'), lines: [host] });
        return queries.map(() => undefined);
      }
      const done: { readonly query: PreparedQuery; readonly summary: QuerySummary }[] = [];
      for (const query of queries) {
        if (source.token.isCancellationRequested) break;
        if (queries.length > 1) this.panel.send({ type: 'progress', message: queryTitle(query.kql) });
        done.push({ query, summary: await this.ask(host, query, source.token) });
      }
      if (done.length === 0) throw new vscode.CancellationError();
      this.finish(host, title, done, source, show);
      return queries.map((_, i) => done[i]?.summary);
    } catch (error) {
      if (!isCancellation(error)) this.init.log.error(`query: ${messageOf(error)}`);
      show(
        isCancellation(error)
          ? summaryMessage(vscode.l10n, title, queries[0]!.kql, 0, { kind: 'cancelled' })
          : { ...failedMessage(error), again: true },
      );
      return queries.map(() => (isCancellation(error) ? { kind: 'cancelled' } : undefined));
    } finally {
      if (this.running === source) this.running = undefined;
      source.dispose();
    }
  }

  export(answers: ExportAnswers): Promise<vscode.Uri | undefined> {
    if (!this.kept.some((k) => k)) {
      sayNothingToExport();
      return Promise.resolve(undefined);
    }
    this.asked?.done(Promise.resolve(undefined));
    return new Promise((done) => {
      this.asked = { answers, done };
      this.panel.ask({ type: 'askExport' });
    });
  }

  /** Shows what came out: the outcome of one query, or a tab for each table of many. */
  private finish(
    host: DataHost,
    title: string,
    done: readonly { readonly query: PreparedQuery; readonly summary: QuerySummary }[],
    source: vscode.CancellationTokenSource,
    show: (message: ToResults) => void,
  ): void {
    const kept = done.flatMap(({ query, summary }): readonly { kept: Kept | undefined; grid: GridResult }[] => {
      if (summary.kind !== 'results')
        return [{ kept: undefined, grid: gridFault(vscode.l10n, query.kql, query.firstLine, summary) }];
      const grids = gridResults(query.kql, summary.tables, done.length === 1);
      return summary.tables.map((table, i) => ({
        kept: { host, resultId: summary.resultId, table: i, summary: table, query, now: summary.now },
        grid: grids[i]!,
      }));
    });
    const superseded = this.running !== source;
    this.release(superseded ? kept.map((k) => k.kept) : this.kept);
    if (superseded) return;
    this.kept = kept.map((k) => k.kept);
    const [first] = done;
    const failed = done.length === 1 && first && first.summary.kind !== 'results';
    if (failed) {
      show(summaryMessage(vscode.l10n, title, first.query.kql, first.query.firstLine, first.summary));
      return;
    }
    const now = this.kept.find((k) => k)?.now ?? '';
    const elapsedMs = done.reduce((sum, { summary }) => sum + (summary.kind === 'results' ? summary.elapsedMs : 0), 0);
    const { rangeText, parameterText } = first!.query;
    const results = kept.map((k) => k.grid);
    show({
      type: 'results',
      id: randomUUID(),
      title,
      now,
      elapsedMs,
      results,
      range: rangeText,
      parameters: parameterText,
      zone: readConfiguration().timeZone,
    });
  }

  /** The data host with the logs open, or why there is none. */
  private async openHost(): Promise<DataHost | string> {
    const data = await this.init.session.open();
    if (data) return this.init.session.host();
    const { state } = this.init.session;
    switch (state.kind) {
      case 'untrusted':
        return vscode.l10n.t('This workspace is not trusted. Running a query reads log files, which needs your trust.');
      case 'noFolder':
        return vscode.l10n.t('No folder is open. Open a folder with exported logs first.');
      case 'noLogs':
        return vscode.l10n.t('No exported logs were found in this workspace. Choose the folder that holds them.');
      case 'failed':
        return state.message;
      default:
        return vscode.l10n.t('Reading the logs was cancelled.');
    }
  }

  private async ask(host: DataHost, query: PreparedQuery, cancel: vscode.CancellationToken): Promise<QuerySummary> {
    const token = randomUUID();
    const listener = this.init.onProgress((p) => {
      if (p.token !== token) return;
      this.panel.send({ type: 'progress', message: p.message, ...(p.fraction !== null && { fraction: p.fraction }) });
    });
    const { kql, from, to } = query;
    const params: QueryParams = {
      ...{ kql, from, to, token },
      now: this.init.session.chosenNow(),
      maxRows: readConfiguration().maxRows,
    };
    try {
      return await host.query(params, cancel);
    } finally {
      listener.dispose();
    }
  }

  /** Rows are held by the data host until they are given back; a process that ended holds none. */
  private release(kept: readonly (Kept | undefined)[]): void {
    const ids = new Map(kept.flatMap((k) => (k ? [[k.resultId, k.host] as const] : [])));
    for (const [id, host] of ids)
      host.releaseResult(id).catch((error: unknown) => this.init.log.debug(faultText(error)));
  }

  private async receive(message: FromResults): Promise<void> {
    switch (message.type) {
      case 'cancel':
        this.running?.cancel();
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        return;
      case 'copyAs': {
        const format = await askFormat();
        if (format) this.panel.send({ type: 'copySelection', format });
        return;
      }
      case 'tell':
        vscode.window.showWarningMessage(message.message);
        return;
      case 'addToQuery':
        return this.addToQuery(message.result, message.line);
      case 'needStatistics': {
        const kept = this.kept[message.result];
        if (!kept) return;
        const { resultId, table } = kept;
        const { column, view, request } = message;
        const statistics = await kept.host.columnStatistics({ resultId, table, column, view });
        if (this.kept[message.result] === kept) this.panel.send({ type: 'statistics', request, statistics });
        return;
      }
      case 'setNow':
        await vscode.commands.executeCommand('gapline.setNow');
        return;
      case 'setRange':
        return this.init.change('range');
      case 'runAgain':
        return this.init.change('same');
      case 'setParameters':
        return this.init.change('parameters');
      case 'pin':
        this.pinned = message.pinned;
        this.panel.name(message.pinned && this.shown?.type === 'results' ? this.shown.title : null);
        return;
      case 'needRows':
        return this.sendRows(message);
      case 'export': {
        const { asked } = this;
        this.asked = undefined;
        const written = this.write(message, asked?.answers ?? {});
        // Whoever runs the command is told of a fault there; told here too, it would be shown twice.
        if (asked) asked.done(written);
        else await written;
        return;
      }
      case 'showOnTimeline': {
        const kept = this.kept[message.result];
        if (!kept) return;
        const { host, resultId, table } = kept;
        await this.init.overlay(host, { resultId, table, view: message.view }, queryTitle(kept.query.kql));
        return;
      }
    }
  }

  /** The query as it is written now is kept, so that a second line goes behind the first. */
  private async addToQuery(result: number, line: string): Promise<void> {
    const query = this.kept[result]?.query;
    if (!query || !line.startsWith('| ')) return;
    const before = this.changed.get(query) ?? { kql: query.written, firstLine: query.firstLine };
    this.changed.set(query, await addToQuery(before, line));
  }

  private async sendRows(message: Extract<FromResults, { type: 'needRows' }>): Promise<void> {
    const from = this.kept[message.result];
    if (!from) return;
    const { result, first, count, sort, filter, columns, request } = message;
    const { host, resultId, table } = from;
    try {
      const page = await host.rows({ resultId, table, first, count, sort, filter, columns });
      if (this.kept[result] === from)
        this.panel.send({
          ...{ type: 'rows', result, first, rows: page.rows, rowCount: page.matching, request },
          ...(page.exact && { exact: page.exact }),
        });
    } catch (error) {
      if (this.kept[result] !== from) return;
      this.kept = [];
      const why = isProcessEnd(error)
        ? vscode.l10n.t('The data host that held them ended. A new one is there, without them.')
        : faultText(error);
      const title = vscode.l10n.t('The rows are gone');
      this.shown = { type: 'message', severity: 'information', title, lines: [why], again: true };
      this.panel.show(this.shown);
    }
  }

  private async write(
    { result, view, matching, columns }: Extract<FromResults, { type: 'export' }>,
    answers: ExportAnswers,
  ): Promise<vscode.Uri | undefined> {
    const from = this.kept[result];
    if (!from) {
      sayNothingToExport();
      return undefined;
    }
    const { host, resultId, table, summary, query, now } = from;
    const { kql, from: start, to } = query;
    const { state } = this.init.session;
    return exportResult(
      {
        ...{ host, resultId, table, view, matching, columns, columnCount: summary.columns.length },
        dataFolder: state.kind === 'open' ? state.data.folder : null,
        rowCount: summary.rowCount,
        truncated: summary.truncated,
        async runWhole(token, cancel) {
          const again = await host.query({ kql, now, from: start, to, maxRows: MOST_ROWS, token }, cancel);
          return again.kind === 'results' ? again.resultId : undefined;
        },
      },
      this.init.onProgress,
      answers,
    );
  }

  dispose(): void {
    this.running?.cancel();
    this.zone.dispose();
    this.panel.dispose();
  }
}

/** Waits no longer once it is cancelled: reading the logs goes on, for it is not of this query alone. */
function unlessCancelled<T>(work: Promise<T>, token: vscode.CancellationToken): Promise<T> {
  return new Promise((resolve, reject) => {
    const listener = token.onCancellationRequested(() => reject(new vscode.CancellationError()));
    work.then(resolve, reject).finally(() => listener.dispose());
  });
}

/** What a run took along, in words: with the wrong parameters, that is what must be changed. */
const ranWith = (query: PreparedQuery | undefined) => ({
  range: query?.rangeText ?? null,
  parameters: query?.parameterText ?? null,
});

const failedMessage = (error: unknown) =>
  ({
    type: 'message',
    severity: 'error',
    title: vscode.l10n.t('The query failed'),
    lines: [faultText(error)],
  }) as const;

interface CopyChoice extends vscode.QuickPickItem {
  readonly format: SelectionFormat;
}

async function askFormat(): Promise<SelectionFormat | undefined> {
  const choices: readonly CopyChoice[] = [
    { label: vscode.l10n.t('With column names'), description: vscode.l10n.t('tab-separated'), format: 'tsv' },
    { label: vscode.l10n.t('Markdown table'), format: 'markdown' },
    {
      label: vscode.l10n.t('KQL datatable'),
      description: vscode.l10n.t('a query that gives these rows'),
      format: 'datatable',
    },
  ];
  const placeHolder = vscode.l10n.t('Copy the selected cells as; with one cell selected, all rows');
  return (await vscode.window.showQuickPick(choices, { placeHolder }))?.format;
}
