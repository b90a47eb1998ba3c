import { LineIndex } from '../base/text';
import { looksLikeArmRule } from '../detections/read-arm';
import { looksLikeBicepRule } from '../detections/read-bicep';
import { looksLikeMarkdownKql } from '../detections/read-markdown';
import { looksLikeRule } from '../detections/read-yaml';
import { mayHoldFunctions, type SavedFunction } from '../detections/saved-functions';
import { mayHoldWatchlist } from '../detections/watchlists';
import type { SavedNames, Watchlists } from '../detections/workspace-schema';
import { safePath } from './document';
import { type FileFacts, fileFacts, type WorkspaceName } from './workspace-facts';
import { type FileQuery, fileQueries } from './workspace-queries';

/** A file of the workspace as the index holds it. */
export interface IndexedFile {
  readonly uri: string;
  readonly text: string;
  readonly facts: FileFacts;
  readonly lines: LineIndex;
  /** The queries in it, read as the editor reads them; costs a parse of the file when first asked for. */
  queries(): readonly FileQuery[];
}

/** A saved function and the file that declares it. */
export interface DeclaredFunction {
  readonly file: IndexedFile;
  readonly fn: SavedFunction;
}

/**
 * What the files of the workspace declare. Whoever can read files tells it their texts; a file's facts are worked out when they
 * are first asked for, so that a keystroke in an open file costs nothing here.
 */
export interface WorkspaceIndex {
  /** Takes a file's text; one that declares nothing and asks nothing is left out. */
  set(uri: string, text: string): void;
  delete(uri: string): void;
  file(uri: string): IndexedFile | undefined;
  files(): Iterable<IndexedFile>;
  /** Files whose text holds this word: where a use of it must be looked for. */
  mentioning(word: string): readonly IndexedFile[];
  names(): Iterable<{ readonly file: IndexedFile; readonly name: WorkspaceName }>;
  /** Every place that declares a function of this name. */
  functions(name: string): readonly DeclaredFunction[];
  /** Files that declare a watchlist of this alias. */
  watchlists(alias: string): readonly IndexedFile[];
  /** What queries bind against: functions by name, the first one of a name, and the columns of each watchlist. */
  saved(): SavedNames;
  readonly size: number;
}

/** Where two spellings of a URI name one file: escapes undone, a drive's letter small. */
const keyOf = (uri: string): string => safePath(uri).replace(/^\/[A-Z]:/, (drive) => drive.toLowerCase());

/** True when a file may add to the index; by its text, since most YAML and JSON is something else. */
export function isIndexed(path: string, text: string): boolean {
  if (/\.(kql|csl|kusto)$/i.test(path)) return true;
  if (mayHoldWatchlist(path, text)) return true;
  if (/\.ya?ml$/i.test(path)) return looksLikeRule(text) || mayHoldFunctions(path, text);
  if (/\.jsonc?$/i.test(path)) return looksLikeArmRule(text);
  if (/\.bicep$/i.test(path)) return looksLikeBicepRule(text);
  return /\.(md|markdown)$/i.test(path) && looksLikeMarkdownKql(text);
}

/** True when a text may declare what other files' queries bind against. */
export const mayDeclare = (path: string, text: string): boolean =>
  mayHoldFunctions(path, text) || mayHoldWatchlist(path, text);

class File implements IndexedFile {
  private known: FileFacts | undefined;
  private index: LineIndex | undefined;
  private read: readonly FileQuery[] | undefined;
  constructor(
    readonly uri: string,
    readonly text: string,
  ) {}
  get facts(): FileFacts {
    this.known ??= fileFacts(safePath(this.uri), this.text);
    return this.known;
  }
  get lines(): LineIndex {
    this.index ??= new LineIndex(this.text);
    return this.index;
  }
  queries(): readonly FileQuery[] {
    this.read ??= fileQueries(safePath(this.uri), this.text, this.facts);
    return this.read;
  }
}

export function createWorkspaceIndex(): WorkspaceIndex {
  const files = new Map<string, File>();
  /** Files that declare functions or watchlists: few, while rules are thousands. */
  const declaring = new Map<string, File>();
  const remove = (key: string) => {
    files.delete(key);
    declaring.delete(key);
  };
  return {
    set: (uri, text) => {
      const key = keyOf(uri);
      if (files.get(key)?.text === text) return;
      remove(key);
      const path = safePath(uri);
      if (!isIndexed(path, text)) return;
      const file = new File(uri, text);
      files.set(key, file);
      if (mayDeclare(path, text)) declaring.set(key, file);
    },
    delete: (uri) => remove(keyOf(uri)),
    file: (uri) => files.get(keyOf(uri)),
    files: () => files.values(),
    mentioning: (word) => [...files.values()].filter((f) => f.text.includes(word)),
    *names() {
      for (const file of files.values()) for (const name of file.facts.names) yield { file, name };
    },
    functions: (name) =>
      [...declaring.values()].flatMap((file) =>
        file.facts.functions.filter((fn) => fn.name === name).map((fn) => ({ file, fn })),
      ),
    watchlists: (alias) => [...declaring.values()].filter((f) => f.facts.watchlist?.alias === alias),
    saved: () => {
      const functions = new Map<string, SavedFunction>();
      const watchlists: Record<string, Watchlists[string]> = {};
      for (const { facts } of declaring.values()) {
        for (const f of facts.functions) if (!functions.has(f.name)) functions.set(f.name, f);
        if (facts.watchlist) watchlists[facts.watchlist.alias] = facts.watchlist.columns;
      }
      return { functions: [...functions.values()], watchlists };
    },
    get size() {
      return files.size;
    },
  };
}
