import * as vscode from 'vscode';
import type { DataSession } from '../data/session';
import { findReviews } from '../data/workspaceFiles';
import { incidentNodes } from './incidentNodes';
import type { ViewNode } from './node';
import { NodeTree } from './nodeTree';

export interface IncidentsView extends vscode.Disposable {
  /** Looks for review files again. */
  refresh(): Promise<void>;
  readonly tree: NodeTree;
}

/** The Incidents view: what reviews claim, and what the data says to it. */
export function createIncidentsView(session: DataSession): IncidentsView {
  const tree = new NodeTree();
  const view = vscode.window.createTreeView<ViewNode>('gapline.incidents', {
    treeDataProvider: tree,
    showCollapseAll: true,
  });
  let reviews: readonly string[] = [];
  const show = () => {
    const { state } = session;
    const shown = vscode.workspace.isTrusted
      ? incidentNodes(vscode.l10n, reviews, state.kind === 'open' ? state.assessment : null)
      : [];
    tree.show(shown);
    view.message = state.kind === 'open' && state.assessing ? vscode.l10n.t('Testing the claims …') : undefined;
  };
  const refresh = async () => {
    reviews = (await findReviews()).map((uri) => uri.fsPath);
    // The welcome view for "no review" must not flash before the files were looked for, hence a key of three values.
    await vscode.commands.executeCommand('setContext', 'gapline.reviews', reviews.length === 0 ? 'none' : 'some');
    show();
  };
  const visible = async () => {
    await refresh();
    if (reviews.length > 0) await session.assess();
  };
  const subscriptions = [
    view,
    tree,
    session.onDidChange(show),
    view.onDidChangeVisibility((e) => (e.visible ? visible() : undefined)),
  ];
  if (view.visible) visible();
  return { tree, refresh, dispose: () => vscode.Disposable.from(...subscriptions).dispose() };
}
