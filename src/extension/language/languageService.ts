import * as vscode from 'vscode';
import type { CoverageFacts, SchemaFacts } from '../../protocol/language';
import { onLanguagePreferencesChange, readLanguagePreferences } from '../configuration';
import { loadLanguageClient } from '../lazy';
import type { LanguageClientHandle, LanguageClientInit } from './client';

/** Starts the client when the first document that it serves is open, and not before. */
export interface LanguageService extends vscode.Disposable {
  /** Undefined when the server could not be started. */
  client(): Promise<LanguageClientHandle | undefined>;
  /** The client where it has been started. */
  readonly started: LanguageClientHandle | undefined;
  setCoverage(facts: CoverageFacts): void;
  setSchema(facts: SchemaFacts): void;
  stop(): Promise<void>;
}

/** Most YAML, JSON and Markdown is none of ours; it must not cost anybody a process. */
const HOSTS: Readonly<Record<string, RegExp>> = {
  yaml: /^\s*(?:-\s+)?(?:query|queryText)\s*:/m,
  json: /"query(?:Text)?"\s*:\s*"/,
  jsonc: /"query(?:Text)?"\s*:\s*"/,
  // A fence without a name is told by its pipes; the server reads more closely.
  markdown:
    /^[ \t]*(?:`{3,}|~{3,})[ \t]*(?:kql|kusto|csl)\b|^[^|\n]*\|[ \t]*(?:where|extend|project|summarize|take|distinct)[ \t]+[^|\s]/im,
  bicep: /^[ \t]*(?:query|queryText)[ \t]*:/m,
};
const REVIEW = /\.pir\.ya?ml$/i;
/** A file beyond this is data, not something that a person edits. */
const LARGEST = 2_000_000;

function isServed(document: vscode.TextDocument): boolean {
  if (document.languageId === 'kusto') return true;
  if (document.languageId === 'yaml' && REVIEW.test(document.uri.path)) return true;
  const query = HOSTS[document.languageId];
  if (!query) return false;
  const text = document.getText();
  return text.length <= LARGEST && query.test(text);
}

export function createLanguageService(init: LanguageClientInit): LanguageService {
  let status: vscode.Disposable | undefined;
  let coverage: CoverageFacts | undefined;
  let schema: SchemaFacts | undefined;
  let handle: LanguageClientHandle | undefined;
  let starting: Promise<LanguageClientHandle | undefined> | undefined;

  const load = async (): Promise<LanguageClientHandle | undefined> => {
    const { createDialectStatus, createLanguageClient } = await loadLanguageClient();
    handle = createLanguageClient(init);
    if (coverage) handle.setCoverage(coverage);
    if (schema) handle.setSchema(schema);
    handle.setPreferences(readLanguagePreferences());
    try {
      await handle.start();
      status = createDialectStatus(handle);
    } catch (error) {
      init.report({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
    }
    return handle;
  };
  const client = () => {
    starting ??= load();
    return starting;
  };
  const look = (document: vscode.TextDocument) => {
    if (isServed(document)) client();
  };
  const opened = vscode.workspace.onDidOpenTextDocument(look);
  const preferences = onLanguagePreferencesChange(() => handle?.setPreferences(readLanguagePreferences()));
  for (const document of vscode.workspace.textDocuments) look(document);
  return {
    client,
    get started() {
      return handle;
    },
    setCoverage(facts) {
      coverage = facts;
      handle?.setCoverage(facts);
    },
    setSchema(facts) {
      schema = facts;
      handle?.setSchema(facts);
    },
    async stop() {
      await starting;
      await handle?.stop();
    },
    dispose: () => {
      opened.dispose();
      status?.dispose();
      preferences.dispose();
    },
  };
}
