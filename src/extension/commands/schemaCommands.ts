import * as vscode from 'vscode';
import type { QueryRun } from '../results/queryRun';
import type { ViewNode } from '../views/node';

/** Writes the name of a table or column at the cursor of the query editor, quoted where KQL needs it. */
export async function insertName(node: ViewNode | undefined): Promise<void> {
  if (node?.insert === undefined) return;
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors.find(isQuery);
  if (!editor) {
    const document = await vscode.workspace.openTextDocument({ language: 'kusto', content: node.insert });
    await vscode.window.showTextDocument(document);
    return;
  }
  const { insert } = node;
  await editor.edit((edit) => {
    for (const selection of editor.selections) edit.replace(selection, insert);
  });
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}

const isQuery = (editor: vscode.TextEditor): boolean => editor.document.languageId === 'kusto';

export async function copyName(node: ViewNode | undefined): Promise<void> {
  if (node?.insert !== undefined) await vscode.env.clipboard.writeText(node.insert);
}

/** Shows some rows of a table, or the most frequent values of a column. */
export async function previewTable(run: QueryRun, node: ViewNode | undefined): Promise<void> {
  if (node?.query !== undefined) await run.run({ kql: node.query, firstLine: 0 });
}
