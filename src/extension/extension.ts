import * as vscode from 'vscode';
import { messageOf } from '../base/result';
import type { ProgressParams } from '../protocol/datahost';
import { factsOf } from '../protocol/facts';
import { EditorCommand } from '../protocol/language';
import { chooseDataFolder, createSampleTenant, deleteImportedData, mapFile } from './commands/dataCommands';
import { placeOf, type TimelineArgument } from './commands/place';
import { createReviewCommands, type ReviewCommands } from './commands/reviewCommands';
import { rerunQuery, runAllQueries, runQuery } from './commands/runCommand';
import { copyName, insertName, previewTable } from './commands/schemaCommands';
import { copyAsMarkdown, openProof, openProvingQuery } from './commands/viewCommands';
import { writeResults } from './commands/writeResults';
import { onConfigurationChange } from './configuration';
import type { DataHost } from './data/dataHost';
import { createDataSession, type DataSession } from './data/session';
import { watchWorkspace } from './data/watch';
import { createLanguageService, type LanguageService } from './language/languageService';
import { loadDataClient, loadLanguageClient, loadSourcePage } from './lazy';
import { systemClock } from './process/clock';
import { createProcessHealth, type ProcessHealth } from './process/health';
import { createSupervisor, HEARTBEAT, type Supervisor } from './process/supervisor';
import { createQueryHistory, type QueryHistory } from './results/history';
import { askNow, createNowStatus } from './results/nowStatus';
import { createQueryRun, type QueryRun } from './results/queryRun';
import { rowsQuery } from './results/rowsQuery';
import { createLazyPanel } from './source/lazyPanel';
import { isProofLink, type ProofLink, type SourcePanel } from './source/panel';
import { registerTimeline, type Timeline } from './timeline/timelineProvider';
import { type CoverageView, createCoverageView } from './views/coverageView';
import {
  clearHistory,
  copyHistoryQuery,
  createHistoryView,
  type HistoryView,
  openHistoryQuery,
  removeFromHistory,
} from './views/historyView';
import { createIncidentsView, type IncidentsView } from './views/incidentsView';
import type { ViewNode } from './views/node';
import { createSchemaView, type SchemaView } from './views/schemaView';
import { createLazyWhatIf } from './whatif/lazyWhatIf';
import type { WhatIfArgument, WhatIfPanel } from './whatif/panel';

/** What the tests inside VS Code look at; no other extension is meant to use it. */
export interface GaplineApi {
  readonly session: DataSession;
  readonly coverage: CoverageView;
  readonly incidents: IncidentsView;
  readonly schema: SchemaView;
  readonly history: QueryHistory;
  readonly language: LanguageService;
  readonly dataHost: Supervisor<DataHost>;
  readonly health: ProcessHealth;
  readonly run: QueryRun;
  readonly timeline: Timeline;
  readonly sourcePanel: SourcePanel;
  readonly whatIf: WhatIfPanel;
}

let stop: (() => Promise<void>) | undefined;

/** Registers everything and starts nothing: processes and chunks come with the first need of them. */
export function activate(context: vscode.ExtensionContext): GaplineApi {
  const { extensionUri, subscriptions } = context;
  const log = vscode.window.createOutputChannel('Gapline', { log: true });
  const health = createProcessHealth(log);
  const progress = new vscode.EventEmitter<ProgressParams>();
  const bundle = (name: string) => vscode.Uri.joinPath(extensionUri, 'dist', name).fsPath;

  const dataHost = superviseDataHost(bundle('datahost.js'), log, health, progress, () => session);
  const session: DataSession = createDataSession({
    supervisor: dataHost,
    storage: context.storageUri,
    memory: context.workspaceState,
    log,
    onProgress: progress.event,
  });
  const language = createLanguageService({
    module: bundle('server.js'),
    log,
    report: (event) => health.report(vscode.l10n.t('language server'), event),
  });
  const history = createQueryHistory(context.workspaceState, () => historyView.refresh());
  const historyView: HistoryView = createHistoryView(history);
  const run: QueryRun = createQueryRun({
    extensionUri,
    session,
    log,
    memory: context.workspaceState,
    history,
    onProgress: progress.event,
    overlay: (...a) => reviews.overlay(...a),
  });
  const timeline = registerTimeline({
    extensionUri,
    session,
    log,
    async showRows(lane, start, end) {
      const kql = rowsQuery(session.state, lane, start, end);
      if (kql) await run.run({ kql, firstLine: 0 });
    },
  });
  const reviews: ReviewCommands = createReviewCommands(session, timeline);
  const coverage = createCoverageView(session);
  const incidents = createIncidentsView(session);
  const schema = createSchemaView(session);
  const sourcePanel = createLazyPanel({ extensionUri, session, log, openQuery: openProof });
  subscriptions.push(log, health, progress, dataHost, session, language, run, timeline, coverage, incidents);
  const whatIf = createLazyWhatIf({ extensionUri, session });
  subscriptions.push(schema, historyView, sourcePanel, whatIf);
  subscriptions.push(
    createNowStatus(session),
    pushFacts(session, language),
    publishState(session),
    watchWorkspace(session, () => incidents.refresh()),
    onConfigurationChange((part) => {
      if (session.state.kind === 'unknown') return;
      // What is said of log sources changes how they are judged, not what is read.
      if (part === 'sources') session.reassess();
      else session.refresh();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => session.refresh()),
    ...commands(log, {
      run,
      language,
      session,
      dataHost,
      reviews,
      coverage,
      sourcePanel,
      whatIf,
      history,
      version: versionOf(context),
    }),
  );
  stop = async () => {
    await Promise.all([language.stop(), dataHost.stop()]);
  };
  return {
    session,
    coverage,
    incidents,
    schema,
    history,
    language,
    dataHost,
    health,
    run,
    timeline,
    sourcePanel,
    whatIf,
  };
}

const versionOf = (context: vscode.ExtensionContext): string =>
  (context.extension.packageJSON as { readonly version: string }).version;

/** Ends both processes; VS Code waits for this for some seconds. */
export async function deactivate(): Promise<void> {
  await stop?.();
  stop = undefined;
}

function superviseDataHost(
  module: string,
  log: vscode.LogOutputChannel,
  health: ProcessHealth,
  progress: vscode.EventEmitter<ProgressParams>,
  session: () => DataSession,
): Supervisor<DataHost> {
  return createSupervisor({
    ...HEARTBEAT,
    clock: systemClock,
    report: (event) => health.report(vscode.l10n.t('data host'), event),
    restored: (host) => session().restored(host),
    failedText: (reason) =>
      vscode.l10n.t(
        'The data host {0}, again and again, and is not started by itself any more. Choose "Gapline: Restart Language Server and Data Host".',
        reason,
      ),
    async start() {
      const { startDataHost } = await loadDataClient();
      return startDataHost({
        module,
        log: (line) => log.info(`data host: ${line}`),
        progress: (p) => progress.fire(p),
      });
    },
  });
}

/** Tells the language server what the data says, so that the editor can warn of incomplete log sources. */
function pushFacts(session: DataSession, language: LanguageService): vscode.Disposable {
  let data: unknown;
  let assessment: unknown;
  return session.onDidChange((state) => {
    if (state.kind !== 'open') return;
    if (state.data !== data) language.setSchema({ tables: state.data.tables, problems: state.data.problems });
    if (state.assessment && state.assessment !== assessment) language.setCoverage(factsOf(state.assessment));
    data = state.data;
    assessment = state.assessment ?? assessment;
  });
}

/** Context keys for welcome views, menus and the walkthrough. */
function publishState(session: DataSession): vscode.Disposable {
  return session.onDidChange((state) => {
    vscode.commands.executeCommand('setContext', 'gapline.dataState', state.kind);
    if (state.kind === 'open' && state.assessment)
      vscode.commands.executeCommand('setContext', 'gapline.assessed', true);
  });
}

interface Parts {
  readonly run: QueryRun;
  readonly language: LanguageService;
  readonly session: DataSession;
  readonly dataHost: Supervisor<DataHost>;
  readonly reviews: ReviewCommands;
  readonly coverage: CoverageView;
  readonly history: QueryHistory;
  readonly sourcePanel: SourcePanel;
  readonly whatIf: WhatIfPanel;
  /** Of the extension, for evidence. */
  readonly version: string;
}

function commands(log: vscode.LogOutputChannel, parts: Parts): vscode.Disposable[] {
  const { run, language, session, dataHost, reviews, coverage, sourcePanel, whatIf, history, version } = parts;
  const register = (name: string, act: (...args: never[]) => unknown) =>
    vscode.commands.registerCommand(name, async (...args: never[]) => {
      try {
        const given = await act(...args);
        // A place is all that a command gives to whoever runs it; other values would cross to VS Code for nobody.
        return given instanceof vscode.Uri ? given : undefined;
      } catch (error) {
        log.error(`${name}: ${messageOf(error)}`);
        vscode.window.showErrorMessage(messageOf(error));
        return undefined;
      }
    });
  return [
    register(EditorCommand.runQuery, (argument: unknown) => runQuery(run, language, argument)),
    register(EditorCommand.openTimeline, (argument: TimelineArgument) => reviews.openTimeline(argument)),
    register(EditorCommand.showSource, (argument: TimelineArgument) => coverage.reveal(placeOf(argument))),
    register('gapline.runAllQueries', () => runAllQueries(run, language)),
    register('gapline.setTimeRange', () => run.askRange()),
    register('gapline.exportResults', (argument: unknown) => run.export(argument)),
    register('gapline.rerunQuery', (node: ViewNode | undefined) => rerunQuery(run, history, node)),
    register('gapline.openHistoryQuery', openHistoryQuery),
    register('gapline.copyHistoryQuery', copyHistoryQuery),
    register('gapline.removeFromHistory', (node: ViewNode | undefined) => removeFromHistory(history, node)),
    register('gapline.clearHistory', () => clearHistory(history)),
    register('gapline.previewTable', (node: ViewNode | undefined) => previewTable(run, node)),
    register('gapline.insertName', insertName),
    register('gapline.copyName', copyName),
    register('gapline.setNow', () => askNow(session)),
    register('gapline.chooseDialect', async () => (await loadLanguageClient()).chooseDialect()),
    register('gapline.refreshCoverage', () => session.refresh()),
    register('gapline.chooseDataFolder', () => chooseDataFolder(session)),
    register('gapline.createSampleTenant', () => createSampleTenant(session, dataHost)),
    register('gapline.deleteImportedData', () => deleteImportedData(session)),
    register('gapline.mapFile', (node: ViewNode | undefined) => mapFile(session, node)),
    register('gapline.openReviewText', () => reviews.openReviewText()),
    register('gapline.showReview', (node: ViewNode | undefined) => reviews.showReview(node)),
    register('gapline.writeResults', (node: ViewNode | undefined) => writeResults(session, node, version)),
    register('gapline.newReview', () => reviews.newReview()),
    register('gapline.showSourcePage', (argument: TimelineArgument) => sourcePanel.show(placeOf(argument).source)),
    register('gapline.whatIf', (argument: TimelineArgument | WhatIfArgument) => whatIf.show(argument)),
    register('gapline.exportQuery', async (argument: TimelineArgument) =>
      (await loadSourcePage()).openExportQuery(session, dataHost, placeOf(argument).source),
    ),
    register('gapline.openProvingQuery', (argument: ViewNode | ProofLink | undefined) =>
      isProofLink(argument) ? sourcePanel.openProof(argument) : openProvingQuery(argument),
    ),
    register('gapline.copyAsMarkdown', copyAsMarkdown),
    register('gapline.showLog', () => log.show()),
    register('gapline.restartProcesses', async () => {
      await Promise.all([language.started?.restart(), dataHost.restart()]);
      await session.refresh();
    }),
  ];
}
