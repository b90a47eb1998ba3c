import * as vscode from 'vscode';
import { formatInstant, parseInstant } from '../../base/time';
import type { ProgressParams, QuerySummary } from '../../protocol/datahost';
import type { ToResults } from '../../protocol/webview';
import type { DataHost } from '../data/dataHost';
import type { DataSession } from '../data/session';
import { loadResults } from '../lazy';
import { askTimeRange } from './askTimeRange';
import type { QueryHistory } from './history';
import type { PreparedQuery, ResultSession, ResultSessionInit } from './resultSession';
import { boundsOf, rangeText, readTimeRange, type TimeRange } from './timeRange';

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
  overlay(host: DataHost, resultId: string, table: number, title: string): Promise<void>;
}

const RANGE_KEY = 'timeRange';

export function createQueryRun(init: QueryRunInit): QueryRun {
  /** Open panels, the one of the latest run last. */
  let panels: readonly Panel[] = [];
  let range: TimeRange = readTimeRange(init.memory.get(RANGE_KEY));

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
        change: (what) => (what === 'range' ? changeRange(panel) : runIn(panel, panel.queries, true).then(() => {})),
      }),
    };
    return panel;
  };
  const runIn = async (panel: Panel, queries: readonly QueryText[], again = false) => {
    panel.queries = queries;
    const prepared: PreparedQuery[] = [];
    for (const query of queries) {
      const one = await prepare(query, again);
      if (!one) return queries.map(() => undefined);
      prepared.push(one);
    }
    const summaries = await panel.session.run(prepared);
    for (const [i, summary] of summaries.entries()) if (summary) await remember(queries[i]!, summary);
    return summaries;
  };
  const prepare = async (query: QueryText, again: boolean): Promise<PreparedQuery | undefined> => {
    const { askParameters, createParameterMemory, typedText, withParameters } = await loadResults();
    const values = await askParameters(query.kql, createParameterMemory(init.memory), again);
    if (!values) return undefined;
    const data = range.kind === 'query' ? undefined : await init.session.open();
    const now = parseInstant(init.session.chosenNow() ?? '') ?? data?.now;
    // Without data there is no now, and nothing to cut: the run itself says why.
    const { from, to } = now === undefined ? { from: null, to: null } : boundsOf(range, now);
    return {
      kql: withParameters(query.kql, values),
      firstLine: query.firstLine,
      from: from === null ? null : formatInstant(from),
      to: to === null ? null : formatInstant(to),
      rangeText: rangeText(vscode.l10n, range),
      parameterText:
        values.size === 0 ? null : [...values].map(([name, value]) => `${name} = ${typedText(value)}`).join(', '),
    };
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
    const chosen = await askTimeRange(range);
    if (!chosen) return;
    range = chosen;
    await init.memory.update(RANGE_KEY, range);
    if (panel && panel.queries.length > 0) await runIn(panel, panel.queries);
  };
  return {
    async run(query) {
      return (await runIn(await open(), [query]))[0];
    },
    runAll: async (queries) => runIn(await open(), queries),
    askRange: () => changeRange(panels.at(-1)),
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
