import type { Steps } from '../base/steps';
import type { Range } from '../base/text';
import { walkTree } from '../kusto/editor-tree';
import { type Lexeme, lexemes, stringContent } from '../kusto/lexemes';
import type { KqlDocument } from './document';
import type { SchemaProvider } from './schema';
import type { IndexedFile, WorkspaceIndex } from './workspace-index';
import type { FileQuery } from './workspace-queries';

/** Something that one file declares and others name. */
export interface WorkspaceTarget {
  readonly kind: 'function' | 'watchlist';
  readonly name: string;
}

/** A place that names a target, with host offsets. */
export interface WorkspaceUse {
  readonly file: IndexedFile;
  /** The query that it stands in; null where the file's own text declares the name. */
  readonly query: FileQuery | null;
  readonly start: number;
  readonly end: number;
  readonly declares: boolean;
}

export interface WorkspaceContext {
  readonly index: WorkspaceIndex;
  readonly schema: SchemaProvider;
}

const wordOf = (text: string, l: Lexeme | undefined): string => (l ? text.slice(l.start, l.end) : '');

/** True when a query declares a name by `let`, at an offset that is not the one given. */
function declaresLocally(
  text: string,
  code: readonly Lexeme[],
  name: string,
  except: (at: number) => boolean,
): boolean {
  return code.some(
    (l, i) => l.kind === 'word' && wordOf(text, l) === name && wordOf(text, code[i - 1]) === 'let' && !except(l.start),
  );
}

/** Whether a name at an offset is a function that the query does not declare, as the engine binds it. */
function bindsToFunction(schema: SchemaProvider, text: string, at: number): boolean {
  const root = schema.current().bind(text).query.tree();
  let found = false;
  if (root) {
    walkTree(root, (n) => {
      if (n.start > at || n.end < at) return false;
      if (n.kind === 'NameReference' && n.start === at) found = n.symbol()?.kind === 'function';
      return true;
    });
  }
  return found;
}

/** The alias at a string that is the first argument of `_GetWatchlist`. */
function aliasAt(text: string, code: readonly Lexeme[], i: number): { start: number; end: number } | null {
  const isCall = wordOf(text, code[i - 2]) === '_GetWatchlist' && wordOf(text, code[i - 1]) === '(';
  return isCall ? stringContent(text, code[i]!) : null;
}

const codeOf = (text: string): readonly Lexeme[] => lexemes(text).filter((l) => l.kind !== 'comment');

/** Places in a query that call a function of this name. */
export function callsIn(context: WorkspaceContext, file: IndexedFile, query: FileQuery, name: string): Lexeme[] {
  const { text } = query;
  if (!text.includes(name)) return [];
  const code = codeOf(text);
  const own = new Set(file.facts.functions.filter((f) => f.name === name).map((f) => f.nameStart));
  const isOwn = (at: number) => own.has(query.toHost(at));
  if (declaresLocally(text, code, name, isOwn)) return [];
  return code.filter((l, i) => {
    if (l.kind !== 'word' || wordOf(text, l) !== name || isOwn(l.start)) return false;
    const before = wordOf(text, code[i - 1]);
    // `x.F` is a field of x; `database("d").F` is a function.
    if (before === '.' && wordOf(text, code[i - 2]) !== ')') return false;
    return wordOf(text, code[i + 1]) === '(' || bindsToFunction(context.schema, text, l.start);
  });
}

function aliasesIn(query: FileQuery, alias: string): { start: number; end: number }[] {
  const { text } = query;
  if (!text.includes(alias) || !text.includes('_GetWatchlist')) return [];
  const code = codeOf(text);
  return code.flatMap((l, i) => {
    const place = l.kind === 'string' ? aliasAt(text, code, i) : null;
    return place && text.slice(place.start, place.end) === alias ? [place] : [];
  });
}

type Declared = WorkspaceTarget & { readonly start: number; readonly end: number };

/** Every place of a file that declares a function or a watchlist; one that the file's name gives spans nothing. */
function declaredIn({ facts }: IndexedFile): readonly Declared[] {
  const functions = facts.functions.flatMap((f): Declared[] =>
    [{ start: f.nameStart, end: f.nameEnd }, ...(f.again ?? [])].map((p) => ({ kind: 'function', name: f.name, ...p })),
  );
  const { watchlist: w } = facts;
  return w ? [...functions, { kind: 'watchlist', name: w.alias, start: w.start, end: w.end }] : functions;
}

/** Places that declare a target. */
export function declarations({ index }: WorkspaceContext, target: WorkspaceTarget): readonly WorkspaceUse[] {
  const files =
    target.kind === 'function' ? index.functions(target.name).map((f) => f.file) : index.watchlists(target.name);
  return [...new Set(files)].flatMap((file) =>
    declaredIn(file)
      .filter((d) => d.kind === target.kind && d.name === target.name)
      .map(({ start, end }) => ({ file, query: null, start, end, declares: true })),
  );
}

/** Every place of the workspace that names a target, its declarations first. */
export function* uses(context: WorkspaceContext, target: WorkspaceTarget): Steps<readonly WorkspaceUse[]> {
  const out = [...declarations(context, target)];
  for (const file of context.index.mentioning(target.name)) {
    for (const query of file.queries()) {
      const places =
        target.kind === 'function' ? callsIn(context, file, query, target.name) : aliasesIn(query, target.name);
      for (const p of places)
        out.push({ file, query, start: query.toHost(p.start), end: query.toHost(p.end - 1) + 1, declares: false });
    }
    yield;
  }
  return out;
}

/** The target that a position names, with the name's range; null where it names nothing that the workspace declares. */
export function targetAt(
  context: WorkspaceContext,
  document: KqlDocument,
  position: Range['start'],
): (WorkspaceTarget & { readonly range: Range }) | null {
  const { index } = context;
  const host = document.lines.offsetAt(position);
  const file = index.file(document.uri);
  const own = file ? declaredIn(file).find((d) => d.start < d.end && d.start <= host && host <= d.end) : undefined;
  if (own) return { kind: own.kind, name: own.name, range: document.lines.range(own.start, own.end) };
  const at = document.at(position);
  if (!at) return null;
  const { text } = at.block;
  const code = codeOf(text);
  const i = code.findIndex((l) => l.start <= at.offset && at.offset <= l.end && l.kind !== 'sign');
  const lexeme = code[i];
  if (!lexeme) return null;
  const rangeOf = (p: { start: number; end: number }) => document.range(at.block, p.start, p.end);
  if (lexeme.kind === 'string') {
    const place = aliasAt(text, code, i);
    const name = place ? text.slice(place.start, place.end) : '';
    return place && index.watchlists(name).length ? { kind: 'watchlist', name, range: rangeOf(place) } : null;
  }
  const name = wordOf(text, lexeme);
  if (index.functions(name).length === 0 || !file) return null;
  const query = { text, name: '', kind: 'query' as const, toHost: (offset: number) => at.block.toHost(offset) };
  const calls = callsIn(context, file, query, name);
  return calls.some((l) => l.start === lexeme.start) ? { kind: 'function', name, range: rangeOf(lexeme) } : null;
}
