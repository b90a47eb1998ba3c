import * as vscode from 'vscode';
import { lineInsertion } from './queryLine';

export interface WrittenQuery {
  readonly kql: string;
  /** Line of the document on which the query starts, from zero. */
  readonly firstLine: number;
}

/**
 * Puts a line into the query that gave a result, in the editor that holds it, and the cursor behind it: it is not run, since the
 * next step is the user's. A query that no editor holds any more is opened in a new one. Gives the query as it is now.
 */
export async function addToQuery(query: WrittenQuery, line: string): Promise<WrittenQuery> {
  const { at, text } = lineInsertion(query.kql, line);
  const kql = `${query.kql.slice(0, at)}${text}${query.kql.slice(at)}`;
  const found = findQuery(query);
  if (!found) {
    const document = await vscode.workspace.openTextDocument({ language: 'kusto', content: kql });
    const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    select(editor, at, text);
    return { kql, firstLine: 0 };
  }
  const { document, start } = found;
  const column = vscode.window.visibleTextEditors.find((e) => e.document === document)?.viewColumn;
  const editor = await vscode.window.showTextDocument(document, column ?? vscode.ViewColumn.One);
  const done = await editor.edit((edit) => edit.insert(document.positionAt(start + at), text));
  if (!done) throw new Error(vscode.l10n.t('The query could not be changed in {0}.', document.fileName));
  select(editor, start + at, text);
  // The document has its own line ends: the query is read back as it stands there.
  return {
    kql: document.getText().slice(start, start + kql.length + extraEnds(document, text)),
    firstLine: query.firstLine,
  };
}

/** Characters that line ends of the document add to an inserted text. */
const extraEnds = (document: vscode.TextDocument, text: string): number =>
  document.eol === vscode.EndOfLine.CRLF ? text.split('\n').length - 1 : 0;

/** The document in which the query stands, where it was if it is there still, else where its text is. */
function findQuery({ kql, firstLine }: WrittenQuery) {
  for (const document of vscode.workspace.textDocuments) {
    if (document.languageId !== 'kusto' || document.isClosed) continue;
    const text = document.getText();
    const line = firstLine < document.lineCount ? document.offsetAt(new vscode.Position(firstLine, 0)) : 0;
    const near = text.indexOf(kql, line);
    const start = near >= 0 && document.positionAt(near).line === firstLine ? near : text.indexOf(kql);
    if (start >= 0) return { document, start };
  }
  return undefined;
}

/** Puts the cursor behind the line that now stands at `at`. */
function select(editor: vscode.TextEditor, at: number, text: string): void {
  const { document } = editor;
  const line = document.lineAt(document.positionAt(at).line + (text.startsWith('\n') ? 1 : 0));
  editor.selection = new vscode.Selection(line.range.end, line.range.end);
  editor.revealRange(line.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
