import * as vscode from 'vscode';
import type { QueryRun } from '../results/queryRun';
import type { ViewNode } from '../views/node';

/** Documents that may hold KQL; a log that happens to be open is not written into. */
const HOLDS_QUERIES: ReadonlySet<string> = new Set(['kusto', 'yaml', 'markdown', 'bicep', 'json', 'jsonc']);

/** Writes the name of a table or column at the cursor of the query editor, quoted where KQL needs it. */
export async function insertName(node: ViewNode | undefined): Promise<void> {
  if (node?.insert === undefined) return;
  const { activeTextEditor: active, visibleTextEditors: visible } = vscode.window;
  const isQuery = ({ document }: vscode.TextEditor) => document.languageId === 'kusto';
  const editor = active && HOLDS_QUERIES.has(active.document.languageId) ? active : visible.find(isQuery);
  if (!editor) {
    const document = await vscode.workspace.openTextDocument({ language: 'kusto', content: node.insert });
    await vscode.window.showTextDocument(document);
    return;
  }
  const { insert } = node;
  const done = await editor.edit((edit) => {
    for (const selection of editor.selections) edit.replace(selection, insert);
  });
  if (!done)
    throw new Error(vscode.l10n.t('The name could not be written: {0} is read-only.', editor.document.fileName));
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}

export async function copyName(node: ViewNode | undefined): Promise<void> {
  if (node?.insert !== undefined) await vscode.env.clipboard.writeText(node.insert);
}

/** Shows some rows of a table, or the most frequent values of a column. */
export async function previewTable(run: QueryRun, node: ViewNode | undefined): Promise<void> {
  if (node?.query !== undefined) await run.run({ kql: node.query, firstLine: 0 });
}
