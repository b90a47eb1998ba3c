import * as vscode from 'vscode';
import { nodeToMarkdown } from '../views/markdown';
import type { ViewNode } from '../views/node';

/** Opens the KQL that proves what a line says, ready to run. */
export async function openProvingQuery(node: ViewNode | undefined): Promise<void> {
  if (!node?.query) return;
  const head = [node.label, node.description ?? ''].filter((t) => t !== '').join(': ');
  // Text of logs must not leave the comment.
  const comment = `// ${head.replace(/[\r\n\u2028\u2029]+/g, ' ')}`;
  const document = await vscode.workspace.openTextDocument({
    language: 'kusto',
    content: `${comment}\n${node.query}\n`,
  });
  await vscode.window.showTextDocument(document);
}

export async function copyAsMarkdown(
  node: ViewNode | undefined,
  selected: readonly ViewNode[] | undefined,
): Promise<void> {
  const nodes = selected && selected.length > 0 ? selected : node ? [node] : [];
  if (nodes.length > 0) await vscode.env.clipboard.writeText(nodes.map(nodeToMarkdown).join('\n'));
}
