import * as vscode from 'vscode';
import { messageOf } from '../../base/result';
import type { FromResults, ToResults } from '../../protocol/webview';
import { resultsPage } from '../../timeline/page';
import { pageInit, webviewOptions } from './webviewPage';

/** A panel that shows results, opened beside the editor and used again for the next query. */
export interface ResultsPanel extends vscode.Disposable {
  /** Shows a message; the last one that fills the page is shown again when the page is loaded anew. */
  show(message: ToResults): void;
  /** Tells the page of a change; `whole` is what it is shown when it is loaded anew. */
  change(whole: ToResults, message: ToResults): void;
  /** Asks the page something, once it is there: a page that is behind another tab comes to the front. */
  ask(message: ToResults): void;
  /** Sends rows to the page that asked for them. */
  send(message: ToResults): void;
  /** Names the panel's tab after its query; null: after what all such panels show. */
  name(title: string | null): void;
  readonly visible: boolean;
}

export interface ResultsPanelInit {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  receive(message: FromResults): Promise<void>;
  /** The user closed the panel. */
  closed(): void;
}

export function createResultsPanel(init: ResultsPanelInit): ResultsPanel {
  let panel: vscode.WebviewPanel | undefined;
  let last: ToResults | undefined;
  let ready = false;
  let waiting: ToResults | undefined;

  const receive = (message: FromResults) => {
    if (message.type === 'ready') {
      ready = true;
      if (last) post(last);
      if (waiting) post(waiting);
      waiting = undefined;
      return;
    }
    if (message.type === 'fault') {
      init.log.error(`results page: ${message.message}`);
      return;
    }
    init.receive(message).catch((error: unknown) => {
      init.log.error(messageOf(error));
      vscode.window.showErrorMessage(messageOf(error));
    });
  };
  const post = (message: ToResults) => {
    if (ready) panel?.webview.postMessage(message);
  };
  const open = () => {
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const title = vscode.l10n.t('Results');
    const created = vscode.window.createWebviewPanel(
      'gapline.results',
      title,
      column,
      webviewOptions(init.extensionUri),
    );
    created.webview.onDidReceiveMessage(receive);
    created.onDidChangeViewState((e) => {
      // A hidden page is thrown away by VS Code; it says "ready" when it is back.
      if (!e.webviewPanel.visible) ready = false;
    });
    created.onDidDispose(() => {
      panel = undefined;
      ready = false;
      init.closed();
    });
    created.webview.html = resultsPage(pageInit(created.webview, init.extensionUri, 'results'));
    panel = created;
  };
  return {
    get visible() {
      return panel?.visible === true;
    },
    show(message) {
      last = message;
      if (!panel) open();
      else if (!panel.visible) panel.reveal(undefined, true);
      post(message);
    },
    change(whole, message) {
      last = whole;
      post(message);
    },
    ask(message) {
      if (ready) {
        post(message);
        return;
      }
      waiting = message;
      panel?.reveal(undefined, true);
    },
    send: post,
    name(title) {
      if (panel) panel.title = title === null ? vscode.l10n.t('Results') : vscode.l10n.t('Results: {0}', title);
    },
    dispose: () => panel?.dispose(),
  };
}
