import * as vscode from 'vscode';
import type { RunQueryArgument } from '../../protocol/language';
import type { LanguageService } from '../language/languageService';
import type { QueryRun } from '../results/queryRun';

const isArgument = (a: unknown): a is RunQueryArgument =>
  typeof a === 'object' && a !== null && 'text' in a && typeof a.text === 'string' && 'start' in a;

/** Runs the query of a code lens, else the selection, else the block at the cursor. */
export async function runQuery(run: QueryRun, language: LanguageService, argument: unknown): Promise<void> {
  if (isArgument(argument)) {
    const document = vscode.workspace.textDocuments.find((d) => d.uri.toString() === argument.uri);
    const firstLine = document?.positionAt(argument.start).line ?? 0;
    await run.run({ kql: argument.text, firstLine });
    return;
  }
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== 'kusto') return;
  const { document, selection } = editor;
  if (!selection.isEmpty) {
    await run.run({ kql: document.getText(selection), firstLine: selection.start.line });
    return;
  }
  const client = await language.client();
  const block = await client?.blockAt({ uri: document.uri.toString(), offset: document.offsetAt(selection.active) });
  // Without the language server the whole file is the query: running must not depend on it.
  const kql = block?.text ?? document.getText();
  if (kql.trim() === '') return;
  await run.run({ kql, firstLine: document.positionAt(block?.start ?? 0).line });
}
