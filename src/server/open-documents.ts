import type { TextDocumentContentChangeEvent, TextDocumentsConfiguration } from 'vscode-languageserver/node';
import { LineIndex } from '../base/text';

/** A document as the client has it. */
export interface OpenDocument {
  readonly uri: string;
  readonly languageId: string;
  readonly version: number;
  getText(): string;
}

const documentOf = (uri: string, languageId: string, version: number, text: string): OpenDocument => ({
  uri,
  languageId,
  version,
  getText: () => text,
});

function changed(text: string, change: TextDocumentContentChangeEvent): string {
  if (!('range' in change)) return change.text;
  const lines = new LineIndex(text);
  const start = lines.offsetAt(change.range.start);
  const end = Math.max(start, lines.offsetAt(change.range.end));
  return text.slice(0, start) + change.text + text.slice(end);
}

/**
 * Keeps the texts of open documents. Lines are counted anew for each change: keeping the count from one change to the next goes
 * wrong where a change parts or joins the two characters of a line end, and then every later edit lands elsewhere.
 */
export const openDocuments: TextDocumentsConfiguration<OpenDocument> = {
  create: documentOf,
  update: (document, changes, version) =>
    documentOf(document.uri, document.languageId, version, changes.reduce(changed, document.getText())),
};
