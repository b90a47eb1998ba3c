import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type Position,
  SymbolKind,
} from 'vscode-languageserver-types';
import type { Steps } from '../base/steps';
import type { SyntaxNode } from '../kusto/editor-tree';
import { lexemes } from '../kusto/lexemes';
import type { KqlDocument } from './document';
import { type LocalFunction, localCallees, localCallers, localFunctionAt } from './local-calls';
import type { IndexedFile, WorkspaceIndex } from './workspace-index';
import type { FileQuery } from './workspace-queries';
import { callsIn, targetAt, uses, type WorkspaceContext } from './workspace-uses';

/** What an item carries so that it is found again: a function by its name, a rule or query by its place. */
interface ItemData {
  readonly name: string;
  readonly isFunction: boolean;
  /** Host offset of the query. */
  readonly at: number;
  /** Offset in the query of the name of a function that the query itself declares. */
  readonly local?: number;
}

const KINDS: Record<FileQuery['kind'], SymbolKind> = {
  rule: SymbolKind.Event,
  function: SymbolKind.Function,
  query: SymbolKind.File,
};

function itemOf(file: IndexedFile, query: FileQuery): CallHierarchyItem {
  const lead = query.text.length - query.text.trimStart().length;
  const end = query.text.trimEnd().length;
  const range = file.lines.range(query.toHost(lead), query.toHost(Math.max(lead, end - 1)) + (end > lead ? 1 : 0));
  const own = file.facts.functions.find((f) => f.name === query.name);
  const name = own ? file.lines.range(own.nameStart, own.nameEnd) : { start: range.start, end: range.start };
  // The name of a published parser stands outside its query; a client wants it inside.
  const inside =
    name.start.line >= range.start.line && name.end.line <= range.end.line
      ? name
      : { start: range.start, end: range.start };
  const data: ItemData = { name: query.name, isFunction: query.kind === 'function', at: query.toHost(0) };
  return {
    name: query.name,
    kind: KINDS[query.kind],
    // A file of queries has many: its name alone does not tell which.
    detail: query.kind === 'query' ? `query, line ${range.start.line + 1}` : query.kind,
    uri: file.uri,
    range,
    selectionRange: inside,
    data,
  };
}

/** Queries that make up a function, in every file that declares it. */
function bodies(index: WorkspaceIndex, name: string): { readonly file: IndexedFile; readonly query: FileQuery }[] {
  return [...new Set(index.functions(name).map((f) => f.file))].flatMap((file) =>
    file
      .queries()
      .filter((q) => q.kind === 'function' && file.facts.functions.some((f) => f.name === name && belongs(f, q)))
      .map((query) => ({ file, query: { ...query, name } })),
  );
}

const belongs = (fn: IndexedFile['facts']['functions'][number], query: FileQuery): boolean => {
  const at = fn.embedded.toHost(fn.start);
  return query.toHost(0) <= at && at <= query.toHost(query.text.length);
};

/** A function that the query declares by `let`. */
function localItem(file: IndexedFile, query: FileQuery, fn: LocalFunction): CallHierarchyItem {
  const data: ItemData = { name: fn.name, isFunction: false, at: query.toHost(0), local: fn.at };
  return {
    name: fn.name,
    kind: SymbolKind.Function,
    detail: `in ${query.name}`,
    uri: file.uri,
    range: placeOf(file, query, fn),
    selectionRange: placeOf(file, query, { start: fn.at, end: fn.at + fn.name.length }),
    data,
  };
}

const placeOf = (file: IndexedFile, query: FileQuery, p: { readonly start: number; readonly end: number }) =>
  file.lines.range(query.toHost(p.start), query.toHost(p.end - 1) + 1);

const treeOf = ({ schema }: WorkspaceContext, query: FileQuery): SyntaxNode | null =>
  schema.current().bind(query.text).query.tree();

/** The query that an item is, or stands in. */
function queryOf({ index }: WorkspaceContext, { uri, data }: CallHierarchyItem) {
  const file = index.file(uri);
  const query = file?.queries().find((q) => q.toHost(0) === (data as ItemData | undefined)?.at);
  return file && query ? { file, query } : null;
}

/**
 * The saved function or parser that a position names, else the function that the query declares by `let`, else the rule or query
 * around it.
 */
export function prepareCallHierarchy(
  document: KqlDocument,
  position: Position,
  workspace: WorkspaceContext,
): readonly CallHierarchyItem[] {
  const target = targetAt(workspace, document, position);
  if (target?.kind === 'function') {
    return bodies(workspace.index, target.name).map(({ file, query }) => itemOf(file, query));
  }
  const file = workspace.index.file(document.uri);
  const host = document.lines.offsetAt(position);
  const around = file?.queries().findLast((q) => q.toHost(0) <= host);
  if (!file || !around) return [];
  const at = document.at(position);
  const tree = at?.block.text === around.text ? treeOf(workspace, around) : null;
  const local = at && tree ? localFunctionAt(tree, at.offset) : null;
  return [local ? localItem(file, around, local) : itemOf(file, around)];
}

/** Who calls a function: rules, queries and other functions, with the places of the calls. */
export function* incomingCalls(
  item: CallHierarchyItem,
  workspace: WorkspaceContext,
): Steps<readonly CallHierarchyIncomingCall[]> {
  const data = item.data as ItemData | undefined;
  if (data?.local !== undefined) return callersInside(item, data.local, workspace);
  if (!data?.isFunction) return [];
  const found = yield* uses(workspace, { kind: 'function', name: data.name });
  const callers = new Map<FileQuery, CallHierarchyIncomingCall>();
  for (const use of found) {
    if (!use.query) continue;
    const caller = callers.get(use.query) ?? { from: itemOf(use.file, use.query), fromRanges: [] };
    caller.fromRanges.push(use.file.lines.range(use.start, use.end));
    callers.set(use.query, caller);
  }
  return [...callers.values()];
}

/** Who calls a function of the query's own: its other functions, and the query itself. */
function callersInside(item: CallHierarchyItem, at: number, workspace: WorkspaceContext): CallHierarchyIncomingCall[] {
  const found = queryOf(workspace, item);
  const tree = found ? treeOf(workspace, found.query) : null;
  if (!found || !tree) return [];
  const { file, query } = found;
  return localCallers(tree, at).map((c) => ({
    from: c.of ? localItem(file, query, c.of) : itemOf(file, query),
    fromRanges: c.places.map((p) => placeOf(file, query, p)),
  }));
}

/** The functions of its own that a query, or one of them, calls. */
function calleesInside(
  { file, query }: { file: IndexedFile; query: FileQuery },
  local: number | null,
  workspace: WorkspaceContext,
): CallHierarchyOutgoingCall[] {
  const tree = /\blet\b/.test(query.text) ? treeOf(workspace, query) : null;
  if (!tree) return [];
  // A saved function is one of the workspace's, by whichever `let` its file declares it.
  const own = localCallees(tree, local).filter((c) => c.of && workspace.index.functions(c.of.name).length === 0);
  return own.map((c) => ({
    to: localItem(file, query, c.of!),
    fromRanges: c.places.map((p) => placeOf(file, query, p)),
  }));
}

/** Which saved functions a function, rule or query calls, with the places of the calls. */
export function* outgoingCalls(
  item: CallHierarchyItem,
  workspace: WorkspaceContext,
): Steps<readonly CallHierarchyOutgoingCall[]> {
  const { index } = workspace;
  const local = (item.data as ItemData | undefined)?.local ?? null;
  const around = queryOf(workspace, item);
  if (!around) return [];
  const { file, query } = around;
  const tree = local === null ? null : treeOf(workspace, query);
  const fn = tree && local !== null ? localFunctionAt(tree, local) : null;
  const isIn = (p: { readonly start: number }) => !fn || (fn.start <= p.start && p.start < fn.end);
  const words = new Set(
    lexemes(query.text)
      .filter((l) => l.kind === 'word')
      .map((l) => query.text.slice(l.start, l.end)),
  );
  const out = calleesInside(around, local, workspace);
  for (const name of words) {
    const called = bodies(index, name);
    if (called.length === 0) continue;
    const fromRanges = callsIn(workspace, file, query, name)
      .filter(isIn)
      .map((p) => placeOf(file, query, p));
    if (fromRanges.length) out.push(...called.map((c) => ({ to: itemOf(c.file, c.query), fromRanges })));
    yield;
  }
  return out;
}
