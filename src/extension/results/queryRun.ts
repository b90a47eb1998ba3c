import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { messageOf } from '../../base/result';
import type { ProgressParams, QuerySummary } from '../../protocol/datahost';
import type { FromResults, ToResults } from '../../protocol/webview';
import { readConfiguration } from '../configuration';
import type { DataHost } from '../data/dataHost';
import { faultText, isCancellation } from '../data/faults';
import type { DataSession } from '../data/session';
import { exportResult, MOST_ROWS } from './exportResult';
import { createResultsPanel, type ResultsPanel } from './resultsPanel';
import { queryTitle, summaryMessage } from './summary';

export interface QueryText {
  readonly kql: string;
  /** Line of the document on which the query starts, from zero. */
  readonly firstLine: number;
}

/** Runs queries on the data host and shows what came out; a new query takes the place of a running one. */
export interface QueryRun extends vscode.Disposable {
  run(query: QueryText): Promise<QuerySummary | undefined>;
  /** What the panel shows, rows aside. */
  readonly shown: ToResults | undefined;
}

export interface QueryRunInit {
  readonly extensionUri: vscode.Uri;
  readonly session: DataSession;
  readonly log: vscode.LogOutputChannel;
  readonly onProgress: vscode.Event<ProgressParams>;
  /** Lays a result over a timeline. */
  overlay(host: DataHost, resultId: string, table: number, title: string): Promise<void>;
}

interface Finished {
  readonly host: DataHost;
  readonly resultId: string;
  readonly title: string;
  readonly kql: string;
  /** What now() meant. */
  readonly now: string;
  readonly summary: Extract<QuerySummary, { kind: 'results' }>;
}

export function createQueryRun(init: QueryRunInit): QueryRun {
  return new Run(init);
}

class Run implements QueryRun {
  private readonly panel: ResultsPanel;
  private running: vscode.CancellationTokenSource | undefined;
  private finished: Finished | undefined;
  shown: ToResults | undefined;

  constructor(private readonly init: QueryRunInit) {
    const { extensionUri, log } = init;
    this.panel = createResultsPanel({ extensionUri, log, receive: (m) => this.receive(m) });
  }

  async run(query: QueryText): Promise<QuerySummary | undefined> {
    this.running?.cancel();
    const source = new vscode.CancellationTokenSource();
    this.running = source;
    const title = queryTitle(query.kql);
    const show = (message: ToResults) => {
      if (this.running !== source) return;
      this.shown = message;
      this.panel.show(message);
    };
    show({ type: 'running', title });
    try {
      const host = await this.openHost();
      if (typeof host === 'string') {
        show({
          type: 'message',
          severity: 'information',
          title: vscode.l10n.t('The query did not run'),
          lines: [host],
        });
        return undefined;
      }
      const summary = await this.ask(host, query.kql, source.token);
      if (summary.kind === 'results')
        this.keep({ host, resultId: summary.resultId, title, kql: query.kql, now: summary.now, summary }, source);
      show(summaryMessage(vscode.l10n, title, query.kql, query.firstLine, summary));
      return summary;
    } catch (error) {
      if (!isCancellation(error)) this.init.log.error(`query: ${messageOf(error)}`);
      show(
        isCancellation(error)
          ? summaryMessage(vscode.l10n, title, query.kql, query.firstLine, { kind: 'cancelled' })
          : { type: 'message', severity: 'error', title: vscode.l10n.t('The query failed'), lines: [faultText(error)] },
      );
      return undefined;
    } finally {
      if (this.running === source) this.running = undefined;
      source.dispose();
    }
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

  private async ask(host: DataHost, kql: string, cancel: vscode.CancellationToken): Promise<QuerySummary> {
    const token = randomUUID();
    const listener = this.init.onProgress((p) => {
      if (p.token === token) this.panel.send({ type: 'progress', message: p.message });
    });
    try {
      return await host.query(
        { kql, now: this.init.session.chosenNow(), from: null, to: null, maxRows: readConfiguration().maxRows, token },
        cancel,
      );
    } finally {
      listener.dispose();
    }
  }

  private keep(next: Finished, source: vscode.CancellationTokenSource): void {
    const old = this.running === source ? this.finished : next;
    if (this.running === source) this.finished = next;
    // Rows are held by the data host until they are given back; a process that ended holds none.
    old?.host.releaseResult(old.resultId).catch((error: unknown) => this.init.log.debug(faultText(error)));
  }

  private async receive(message: FromResults): Promise<void> {
    switch (message.type) {
      case 'cancel':
        this.running?.cancel();
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        return;
      case 'setNow':
        await vscode.commands.executeCommand('gapline.setNow');
        return;
      case 'needRows':
        return this.sendRows(message);
      case 'export':
        return this.export(message);
      case 'showOnTimeline':
        if (this.finished)
          await this.init.overlay(this.finished.host, this.finished.resultId, message.result, this.finished.title);
        return;
    }
  }

  private async sendRows(message: Extract<FromResults, { type: 'needRows' }>): Promise<void> {
    const from = this.finished;
    if (!from) return;
    const { result, first, count, sort, filter, columns, request } = message;
    try {
      const page = await from.host.rows({
        resultId: from.resultId,
        table: result,
        first,
        count,
        sort,
        filter,
        columns,
      });
      if (this.finished === from)
        this.panel.send({ type: 'rows', result, first, rows: page.rows, rowCount: page.matching, request });
    } catch (error) {
      if (this.finished !== from) return;
      this.finished = undefined;
      const title = vscode.l10n.t('The rows are gone');
      const lines = [faultText(error), vscode.l10n.t('Run the query again to see them.')];
      this.panel.show({ type: 'message', severity: 'information', title, lines });
    }
  }

  private async export({ result, view, matching }: Extract<FromResults, { type: 'export' }>): Promise<void> {
    const from = this.finished;
    const shown = from?.summary.tables[result];
    if (!from || !shown) return;
    const { host, resultId, kql, now } = from;
    await exportResult(
      {
        host,
        resultId,
        table: result,
        rowCount: shown.rowCount,
        truncated: shown.truncated,
        view,
        matching,
        async runWhole(token, cancel) {
          const again = await host.query({ kql, now, from: null, to: null, maxRows: MOST_ROWS, token }, cancel);
          return again.kind === 'results' ? again.resultId : undefined;
        },
      },
      this.init.onProgress,
    );
  }

  dispose(): void {
    this.running?.cancel();
    this.panel.dispose();
  }
}
