import * as vscode from 'vscode';
import { messageOf } from '../../base/result';
import type { DataSession } from '../data/session';
import { webviewFolder } from '../results/webviewPage';
import type { SourcePanel, SourcePanelInit } from './panel';
import { proofOf, sourceFacts } from './sourceFacts';
import { sourcePage } from './sourcePage';

/** What links of the page may run; the page has no script. */
const LINKS = ['gapline.openProvingQuery', 'gapline.openTimeline', 'gapline.showSourcePage'];

/** One panel for the pages of log sources, used again for the next one, and drawn anew when the data was judged anew. */
export function createSourcePanel(init: SourcePanelInit): SourcePanel {
  const { session, extensionUri } = init;
  let panel: vscode.WebviewPanel | undefined;
  let source: string | undefined;
  let drawn: unknown;

  const facts = async (id: string) => {
    const result = await session.assess();
    const [series] = result ? await session.series([id]) : [];
    // The series may have needed a new assessment: the facts are those that stand now.
    const { state } = session;
    const assessment = state.kind === 'open' ? state.assessment : null;
    return assessment ? { assessment, facts: sourceFacts(assessment, id, series ?? null) } : undefined;
  };
  const draw = async () => {
    if (!panel || source === undefined) return;
    const wanted = source;
    const found = await facts(wanted);
    if (!panel || source !== wanted || !found) return;
    drawn = found.assessment;
    if (!found.facts) {
      vscode.window.showWarningMessage(vscode.l10n.t('There is no log source {0} in this data.', wanted));
      return;
    }
    const { webview } = panel;
    panel.title = wanted;
    const style = vscode.Uri.joinPath(webviewFolder(extensionUri), 'source.css');
    webview.html = sourcePage(found.facts, {
      cspSource: webview.cspSource,
      styleUri: webview.asWebviewUri(style).toString(),
    });
  };
  const open = () => {
    const created = vscode.window.createWebviewPanel('gapline.source', source ?? '', vscode.ViewColumn.Active, {
      enableScripts: false,
      enableCommandUris: LINKS,
      enableFindWidget: true,
      localResourceRoots: [webviewFolder(extensionUri)],
    });
    created.onDidDispose(() => {
      panel = undefined;
    });
    return created;
  };
  const subscription = session.onDidChange((state) => {
    if (state.kind === 'open' && state.assessment && state.assessment !== drawn)
      draw().catch((error: unknown) => init.log.error(`source page: ${messageOf(error)}`));
  });
  return {
    get shown() {
      return panel && source !== undefined ? { source, html: panel.webview.html } : undefined;
    },
    async show(wanted) {
      const id = wanted ?? (await pickSource(session));
      if (id === undefined) return;
      source = id;
      if (panel) panel.reveal(undefined, false);
      else panel = open();
      await draw();
    },
    async openProof({ source: id, proof }) {
      const found = (await facts(id))?.facts;
      const evidence = found && proofOf(found, proof);
      if (evidence) await init.openQuery(evidence.label, evidence.description, id, evidence.query);
    },
    dispose() {
      subscription.dispose();
      panel?.dispose();
    },
  };
}

async function pickSource(session: DataSession): Promise<string | undefined> {
  const result = await session.assess();
  if (!result) return undefined;
  const items = result.coverage.sources.map((s) => ({
    label: s.id,
    description: s.services.join(', '),
    detail: s.sentence,
  }));
  const choice = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Page of which log source?') });
  return choice?.label;
}
