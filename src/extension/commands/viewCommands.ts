import * as vscode from 'vscode';
import { nodeToMarkdown } from '../views/markdown';
import type { ViewNode } from '../views/node';

/** Opens the KQL that proves what a line says, ready to run; a proof that is open already is shown again. */
export async function openProvingQuery(node: ViewNode | undefined): Promise<void> {
  if (!node?.query) return;
  await openProof(node.label, node.description ?? '', node.place?.source ?? node.label, node.query);
}

/** Opens KQL under a comment that says what it proves; `subject` names the document. */
export async function openProof(label: string, description: string, subject: string, kql: string): Promise<void> {
  const head = [label, description].filter((t) => t !== '').join(': ');
  // Text of logs must not leave the comment.
  const comment = `// ${head.replace(/[\r\n\u2028\u2029]+/g, ' ')}`;
  const text = `${comment}\n${kql}\n`;
  const name = subject.replace(/[^\p{L}\p{N}_.-]+/gu, '-');
  const document = await vscode.workspace.openTextDocument(
    vscode.Uri.from({ scheme: 'untitled', path: `${name} proof.kql` }),
  );
  const editor = await vscode.window.showTextDocument(document);
  if (document.getText() === text) return;
  await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, document.lineCount, 0), text));
  editor.selection = new vscode.Selection(1, 0, 1, 0);
}

export async function copyAsMarkdown(
  node: ViewNode | undefined,
  selected: readonly ViewNode[] | undefined,
): Promise<void> {
  const nodes = selected && selected.length > 0 ? selected : node ? [node] : [];
  if (nodes.length > 0) await vscode.env.clipboard.writeText(nodes.map(nodeToMarkdown).join('\n'));
}
