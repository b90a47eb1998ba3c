import type * as vscode from 'vscode';
import type { OverlayParams, ProgressParams, QuerySummary } from '../../protocol/datahost';
import type { ToResults } from '../../protocol/webview';
import type { DataHost } from '../data/dataHost';
import type { DataSession } from '../data/session';
import { loadResults } from '../lazy';
import type { QueryHistory } from './history';
import type { PreparedQuery, ResultSession, ResultSessionInit } from './resultSession';

export interface QueryText {
  readonly kql: string;
  /** Line of the document on which the query starts, from zero. */
  readonly firstLine: number;
}

/** Runs queries on the data host and shows what came out; a new query takes the place of a running one. */
export interface QueryRun extends vscode.Disposable {
  run(query: QueryText): Promise<QuerySummary | undefined>;
  /** Runs several queries one after another and shows their results as tabs. */
  runAll(queries: readonly QueryText[]): Promise<readonly (QuerySummary | undefined)[]>;
  /** Asks for the time range of this and the next runs, and runs again what is shown. */
  askRange(): Promise<void>;
  /**
   * Writes the result in front of the latest panel to a file; asks what the argument of the command does not say (`ExportAnswers`).
   * The file, or undefined where none was written.
   */
  export(argument: unknown): Promise<vscode.Uri | undefined>;
  /** What the latest panel shows, rows aside. */
  readonly shown: ToResults | undefined;
}

export interface QueryRunInit {
  readonly extensionUri: vscode.Uri;
  readonly session: DataSession;
  readonly log: vscode.LogOutputChannel;
  readonly memory: vscode.Memento;
  readonly history: QueryHistory;
  readonly onProgress: vscode.Event<ProgressParams>;
  /** Lays a result over a timeline. */
  overlay(host: DataHost, params: OverlayParams, title: string): Promise<void>;
}

export function createQueryRun(init: QueryRunInit): QueryRun {
  /** Open panels, the one of the latest run last. */
  let panels: readonly Panel[] = [];
  const runSettings = async () => (await loadResults()).createRunSettings(init.memory, init.session);

  const open = async (): Promise<Panel> => {
    const { createResultSession } = await loadResults();
    // Looked for after the wait, so that two runs in a row share one panel.
    const panel = panels.find((p) => !p.session.pinned) ?? newPanel(createResultSession);
    panels = [...panels.filter((p) => p !== panel), panel];
    return panel;
  };
  const newPanel = (create: (init: ResultSessionInit) => ResultSession): Panel => {
    const panel: Panel = {
      queries: [],
      session: create({
        ...init,
        closed: () => {
          panels = panels.filter((p) => p !== panel);
        },
        change: async (what) => {
          if (what === 'range') await changeRange(panel);
          else await runIn(panel, panel.queries, what === 'parameters');
        },
      }),
    };
    return panel;
  };
  const runIn = async (panel: Panel, queries: readonly QueryText[], again = false) => {
    panel.queries = queries;
    const prepared: PreparedQuery[] = [];
    const settings = await runSettings();
    for (const query of queries) {
      const one = await settings.prepare(query, again);
      if (!one) return queries.map(() => undefined);
      prepared.push(one);
    }
    const summaries = await panel.session.run(prepared);
    for (const [i, summary] of summaries.entries()) if (summary) await remember(queries[i]!, summary);
    return summaries;
  };
  const remember = ({ kql }: QueryText, summary: QuerySummary) =>
    init.history.add({
      at: Date.now(),
      kql,
      outcome: summary.kind,
      rows: summary.kind === 'results' ? summary.tables.reduce((n, t) => n + t.rowCount, 0) : null,
      elapsedMs: summary.kind === 'results' ? summary.elapsedMs : null,
    });
  const changeRange = async (panel: Panel | undefined) => {
    if (!(await (await runSettings()).askRange())) return;
    if (panel && panel.queries.length > 0) await runIn(panel, panel.queries);
  };
  return {
    async run(query) {
      return (await runIn(await open(), [query]))[0];
    },
    runAll: async (queries) => runIn(await open(), queries),
    askRange: () => changeRange(panels.at(-1)),
    async export(argument) {
      const panel = panels.at(-1);
      const { readAnswers, sayNothingToExport } = await loadResults();
      if (panel) return panel.session.export(readAnswers(argument));
      sayNothingToExport();
      return undefined;
    },
    get shown() {
      return panels.at(-1)?.session.shown;
    },
    dispose: () => {
      for (const { session } of panels) session.dispose();
    },
  };
}

interface Panel {
  readonly session: ResultSession;
  /** What it ran last, as it is written. */
  queries: readonly QueryText[];
}
