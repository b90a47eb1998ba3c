import * as vscode from 'vscode';
import type { QueryHistory } from '../results/history';
import { historyNodes } from './historyNodes';
import type { ViewNode } from './node';
import { NodeTree } from './nodeTree';

export interface HistoryView extends vscode.Disposable {
  readonly tree: NodeTree;
  /** To be called when the history changed. */
  refresh(): void;
}

/** The Query History view. The history is of this workspace and stays on this machine. */
export function createHistoryView(history: QueryHistory): HistoryView {
  const tree = new NodeTree();
  const view = vscode.window.createTreeView<ViewNode>('gapline.history', { treeDataProvider: tree });
  const refresh = () => {
    tree.show(historyNodes(vscode.l10n, history.entries, timeText));
    vscode.commands.executeCommand('setContext', 'gapline.history', history.entries.length > 0);
  };
  refresh();
  return { tree, refresh, dispose: () => vscode.Disposable.from(view, tree).dispose() };
}

/** The machine's own time: this is when the user ran it, not a time of the logs. */
const timeText = (at: number): string =>
  new Date(at).toLocaleString(vscode.env.language, { dateStyle: 'short', timeStyle: 'short' });

const idOf = (node: ViewNode): string => node.id.replace(/^history:/, '');

interface HistoryChoice extends vscode.QuickPickItem {
  readonly kql: string;
}

/** The query of the line, or of the one chosen from a list where no line was given. */
export async function historyQuery(history: QueryHistory, node: ViewNode | undefined): Promise<string | undefined> {
  if (node?.query !== undefined) return node.query;
  const choices = historyNodes(vscode.l10n, history.entries, timeText).map(
    (n): HistoryChoice => ({ label: n.label, description: n.description, kql: n.query ?? '' }),
  );
  const placeHolder =
    choices.length === 0
      ? vscode.l10n.t('No query was run in this workspace yet')
      : vscode.l10n.t('Query to run again');
  return (await vscode.window.showQuickPick(choices, { placeHolder, matchOnDescription: true }))?.kql;
}

/** Puts the text of a past query into a new editor. */
export async function openHistoryQuery(node: ViewNode | undefined): Promise<void> {
  if (node?.query === undefined) return;
  const document = await vscode.workspace.openTextDocument({ language: 'kusto', content: node.query });
  await vscode.window.showTextDocument(document);
}

export async function copyHistoryQuery(node: ViewNode | undefined): Promise<void> {
  if (node?.query !== undefined) await vscode.env.clipboard.writeText(node.query);
}

export async function removeFromHistory(history: QueryHistory, node: ViewNode | undefined): Promise<void> {
  if (node) await history.remove(idOf(node));
}

export async function clearHistory(history: QueryHistory): Promise<void> {
  const clear = vscode.l10n.t('Clear');
  const question = vscode.l10n.t('Forget all {0} queries of this workspace?', history.entries.length);
  if ((await vscode.window.showWarningMessage(question, { modal: true }, clear)) === clear) await history.clear();
}
