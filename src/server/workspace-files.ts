import { type Dirent, promises as fs } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IndexedFile, WorkspaceIndex } from '../language/workspace-index';
import { faultText, type Report } from './run-safe';

/** Reads the workspace's files into the index, and again when they change. */
export interface WorkspaceFiles {
  /** Goes through folders (as URIs). May be called again with more; settles when all of them are read. */
  load(folders: readonly string[]): Promise<void>;
  /** Settles when what has been asked for so far is read. */
  ready(): Promise<void>;
  /** Reads files that have changed, appeared or gone. */
  refresh(uris: readonly string[]): Promise<void>;
  dispose(): void;
}

export interface WorkspaceFilesInit {
  readonly index: WorkspaceIndex;
  /** Files that an editor holds are read from there, by others. */
  readonly isOpen: (uri: string) => boolean;
  /** Called after files were read. */
  readonly changed: () => void;
  readonly report: Report;
}

/** What is read at most: a folder of exports may hold millions of files, and none of them is a rule. */
const MOST_FILES = 20_000;
const MOST_ENTRIES = 200_000;
const LARGEST_FILE = 1_000_000;
const MOST_TEXT = 64_000_000;
/** Files read at a time, and work between two yields. */
const AT_ONCE = 16;
const SLICE_MS = 20;

const READ = /\.(kql|csl|kusto|ya?ml|jsonc?|bicep|md|markdown)$/i;
const WATCHLIST = /[\\/]watchlists?[\\/][^\\/]*\.csv$/i;
const SKIPPED = /^(?:\..*|node_modules|dist|out|bin|obj)$/i;

const uriOf = (path: string): string => {
  const parts = path.replaceAll('\\', '/').split('/').map(encodeURIComponent);
  return `file://${path.startsWith('/') ? '' : '/'}${parts.join('/')}`;
};

/** The path of a `file:` URI; null for files that live elsewhere. */
export function pathOfFile(uri: string): string | null {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : null;
  } catch {
    // A URI that names no file of this machine.
    return null;
  }
}

export const isWorkspaceFile = (path: string): boolean => READ.test(path) || WATCHLIST.test(path);

async function* walk(folder: string): AsyncGenerator<string> {
  const waiting = [folder];
  let entries = 0;
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const found: Dirent[] = await fs.readdir(at, { withFileTypes: true }).catch(() => []);
    entries += found.length;
    if (entries > MOST_ENTRIES) return;
    for (const entry of found) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED.test(entry.name)) waiting.push(path);
      } else if (entry.isFile() && isWorkspaceFile(path)) yield path;
    }
  }
}

/** What tells a file's state from another: its time and size; null where it is gone, too large, or no file. */
async function stateOf(path: string): Promise<string | null> {
  const facts = await fs.stat(path).catch(() => null);
  return facts?.isFile() && facts.size <= LARGEST_FILE ? `${facts.mtimeMs} ${facts.size}` : null;
}

export function createWorkspaceFiles(init: WorkspaceFilesInit): WorkspaceFiles {
  const { index } = init;
  let disposed = false;
  let pending: Promise<void> = Promise.resolve();
  let characters = 0;
  const states = new Map<string, string | null>();

  const read = async (path: string): Promise<IndexedFile | undefined> => {
    const uri = uriOf(path);
    const state = await stateOf(path);
    const known = index.file(uri);
    if (known && state !== null && states.get(path) === state) return known;
    states.set(path, state);
    const text = state === null ? null : await fs.readFile(path, 'utf8').catch(() => null);
    if (init.isOpen(uri)) {
      // The editor's text counts, and the file's own is read once it is closed.
      states.delete(path);
      return undefined;
    }
    characters -= index.file(uri)?.text.length ?? 0;
    if (text === null || characters + text.length > MOST_TEXT) index.delete(uri);
    else index.set(uri, text);
    const file = index.file(uri);
    characters += file?.text.length ?? 0;
    return file;
  };
  /** Reads files and works out their facts, so that no request pays for thousands of them at once. */
  const take = async (paths: readonly string[]) => {
    let until = performance.now() + SLICE_MS;
    for (const file of await Promise.all(paths.map(read))) {
      if (performance.now() >= until) {
        await new Promise((resume) => setImmediate(resume));
        until = performance.now() + SLICE_MS;
      }
      if (file && !disposed) void file.facts;
    }
  };
  const load = async (folders: readonly string[]) => {
    let files = 0;
    for (const uri of folders) {
      const folder = pathOfFile(uri);
      if (folder === null) continue;
      let batch: string[] = [];
      for await (const path of walk(folder)) {
        if (disposed || ++files > MOST_FILES) break;
        batch.push(path);
        if (batch.length < AT_ONCE) continue;
        await take(batch);
        batch = [];
      }
      if (!disposed) await take(batch);
    }
  };
  const after = (work: () => Promise<void>): Promise<void> => {
    pending = pending
      .then(async () => {
        if (disposed) return;
        await work();
        if (!disposed) init.changed();
      })
      .catch((fault: unknown) => init.report(`workspace files: ${faultText(fault)}`));
    return pending;
  };
  return {
    load: (folders) => after(() => load(folders)),
    ready: () => pending,
    refresh: (uris) => {
      const paths = uris.flatMap((uri) => pathOfFile(uri) ?? []).filter(isWorkspaceFile);
      return paths.length ? after(() => take(paths)) : pending;
    },
    dispose: () => {
      disposed = true;
    },
  };
}
