import * as vscode from 'vscode';
import type { RunQueryArgument } from '../../protocol/language';
import type { LanguageService } from '../language/languageService';
import type { QueryHistory } from '../results/history';
import type { QueryRun, QueryText } from '../results/queryRun';
import { historyQuery } from '../views/historyView';
import type { ViewNode } from '../views/node';

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

/** Runs every query of the file, one after another, with a tab for each result. */
export async function runAllQueries(run: QueryRun, language: LanguageService): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== 'kusto') return;
  const queries = await queriesOf(editor.document, language);
  if (queries.length > 0) await run.runAll(queries);
}

/** The blocks of a document, found by asking for the one at each line that no block holds yet. */
async function queriesOf(document: vscode.TextDocument, language: LanguageService): Promise<readonly QueryText[]> {
  const client = await language.client();
  // Without the language server the whole file is the query, as it is for Run.
  if (!client) return [{ kql: document.getText(), firstLine: 0 }];
  const queries: QueryText[] = [];
  let next = 0;
  for (let line = 0; line < document.lineCount; line++) {
    const { range, isEmptyOrWhitespace, firstNonWhitespaceCharacterIndex: indent } = document.lineAt(line);
    const offset = document.offsetAt(range.start) + indent;
    if (isEmptyOrWhitespace || offset < next) continue;
    const block = await client.blockAt({ uri: document.uri.toString(), offset });
    if (!block || block.end <= next) continue;
    next = block.end;
    if (isQuery(block.text)) queries.push({ kql: block.text, firstLine: document.positionAt(block.start).line });
  }
  return queries;
}

/** A block of comments alone is no query. */
const isQuery = (text: string): boolean => text.split('\n').some((l) => l.trim() !== '' && !l.trim().startsWith('//'));

/** Runs a query of the history again; without one, the user chooses. */
export async function rerunQuery(run: QueryRun, history: QueryHistory, node: ViewNode | undefined): Promise<void> {
  const kql = await historyQuery(history, node);
  if (kql !== undefined) await run.run({ kql, firstLine: 0 });
}
