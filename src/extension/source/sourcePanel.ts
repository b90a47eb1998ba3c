import * as vscode from 'vscode';
import { messageOf } from '../../base/result';
import type { DataSession } from '../data/session';
import { loadSourcePage } from '../lazy';
import { webviewFolder } from '../results/webviewPage';

export interface SourcePanel extends vscode.Disposable {
  /** Shows the page of a log source; without one it asks which. */
  show(source: string | null): Promise<void>;
  /** Opens the query behind a link of the page. */
  openProof(link: ProofLink): Promise<void>;
  /** Source and HTML that are shown, for tests. */
  readonly shown: { readonly source: string; readonly html: string } | undefined;
}

/** What a link of a page hands over: names, never a query. */
export interface ProofLink {
  readonly source: string;
  readonly proof: string;
}

export const isProofLink = (argument: object | undefined): argument is ProofLink =>
  argument !== undefined &&
  'source' in argument &&
  'proof' in argument &&
  typeof argument.source === 'string' &&
  typeof argument.proof === 'string';

export interface SourcePanelInit {
  readonly extensionUri: vscode.Uri;
  readonly session: DataSession;
  readonly log: vscode.LogOutputChannel;
  openQuery(label: string, description: string, subject: string, kql: string): Promise<void>;
}

/** What links of the page may run; the page has no script. */
const LINKS = ['gapline.openProvingQuery', 'gapline.openTimeline', 'gapline.showSourcePage'];

/** One panel for the pages of log sources, used again for the next one, and drawn anew when the data was judged anew. */
export function createSourcePanel(init: SourcePanelInit): SourcePanel {
  const { session, extensionUri } = init;
  let panel: vscode.WebviewPanel | undefined;
  let source: string | undefined;
  let drawn: unknown;

  const facts = async (id: string) => {
    const { sourceFacts } = await loadSourcePage();
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
    const { sourcePage } = await loadSourcePage();
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
      const { proofOf } = await loadSourcePage();
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
