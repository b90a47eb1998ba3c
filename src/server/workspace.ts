import {
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type TextDocuments,
} from 'vscode-languageserver/node';
import { safePath } from '../language/document';
import type { MutableSchema } from '../language/schema';
import { mayDeclare, type WorkspaceIndex } from '../language/workspace-index';
import type { OpenDocument } from './open-documents';
import { faultText, type Report } from './run-safe';
import { createWorkspaceFiles } from './workspace-files';

/** The workspace's files in the server: read at the start, followed as they change, open ones as the editor has them. */
export interface Workspace {
  initialize(params: InitializeParams): void;
  /** Starts reading; the client is asked to say what changes. */
  start(): void;
  /** Takes an open document's text. */
  edited(uri: string, text: string): void;
  closed(uri: string): void;
  /** Settles when what has been asked for so far is read. */
  ready(): Promise<void>;
  dispose(): void;
}

export interface WorkspaceInit {
  readonly connection: Connection;
  readonly documents: TextDocuments<OpenDocument>;
  readonly index: WorkspaceIndex;
  readonly schema: MutableSchema;
  /** Called after files were read. */
  readonly changed: () => void;
  /** Called when queries bind against other names than before. */
  readonly rebound: () => void;
  readonly report: Report;
}

/** Pause after an edit of a saved function before the queries that call it bind anew. */
const SETTLE_MS = 700;
const LOOK_AGAIN_MS = 3_000;
const LOOK_EVERY_MS = 10_000;
const WATCHED = ['**/*.{kql,csl,kusto,yaml,yml,json,jsonc,bicep,md,markdown}', '**/watchlist{,s}/*.csv'];

export function createWorkspace(init: WorkspaceInit): Workspace {
  const { connection, documents, index, schema } = init;
  let folders: readonly string[] = [];
  let client: InitializeParams['capabilities'] = {};
  let settling: NodeJS.Timeout | undefined;
  let again: NodeJS.Timeout | undefined;
  let lookedAt: number | null = null;
  const look = () => {
    lookedAt = performance.now();
    void files.load(folders);
  };
  const bind = () => {
    if (schema.setSaved(index.saved())) init.rebound();
  };
  const files = createWorkspaceFiles({
    index,
    isOpen: (uri) => documents.get(uri) !== undefined,
    changed: () => {
      bind();
      init.changed();
    },
    report: init.report,
  });
  const quietly = (work: Promise<unknown>) =>
    work.catch((fault: unknown) => init.report(`workspace: ${faultText(fault)}`));

  connection.onDidChangeWatchedFiles(({ changes }) => {
    void files.refresh(changes.map((c) => c.uri));
  });
  return {
    initialize: (params) => {
      client = params.capabilities;
      folders = params.workspaceFolders?.map((f) => f.uri) ?? (params.rootUri ? [params.rootUri] : []);
    },
    start: () => {
      look();
      if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration) {
        const watchers = WATCHED.map((globPattern) => ({ globPattern }));
        const registered = connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
        // What appears while the client sets its watchers up is told by nobody: it is looked for once more.
        void quietly(
          registered.then(() => {
            again = setTimeout(look, LOOK_AGAIN_MS);
          }),
        );
      }
      if (client.workspace?.workspaceFolders) {
        connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
          const within = (uri: string) => removed.some((f) => uri.startsWith(`${f.uri}/`));
          for (const file of [...index.files()]) if (within(file.uri)) index.delete(file.uri);
          const kept = folders.filter((uri) => !removed.some((f) => f.uri === uri));
          folders = [...kept, ...added.map((f) => f.uri)];
          look();
        });
      }
    },
    edited: (uri, text) => {
      const path = safePath(uri);
      const before = index.file(uri);
      const declared = before !== undefined && mayDeclare(path, before.text);
      index.set(uri, text);
      if (!declared && !mayDeclare(path, text)) return;
      clearTimeout(settling);
      settling = setTimeout(bind, SETTLE_MS);
    },
    closed: (uri) => {
      // What was typed and not saved is gone; a file that is on no disk is gone with its document.
      index.delete(uri);
      void files.refresh([uri]);
    },
    ready: () => {
      // Watchers of a busy system lose events: a question looks again where nothing has looked for a while.
      if (lookedAt !== null && performance.now() - lookedAt > LOOK_EVERY_MS) look();
      return files.ready();
    },
    dispose: () => {
      clearTimeout(settling);
      clearTimeout(again);
      files.dispose();
    },
  };
}
