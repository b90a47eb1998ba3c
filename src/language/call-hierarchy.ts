import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type Position,
  SymbolKind,
} from 'vscode-languageserver-types';
import { lexemes } from '../kusto/lexemes';
import type { KqlDocument } from './document';
import type { Steps } from './steps';
import type { IndexedFile, WorkspaceIndex } from './workspace-index';
import type { FileQuery } from './workspace-queries';
import { callsIn, targetAt, uses, type WorkspaceContext } from './workspace-uses';

/** What an item carries so that it is found again: a function by its name, a rule or query by its place. */
interface ItemData {
  readonly name: string;
  readonly isFunction: boolean;
  /** Host offset of the query. */
  readonly at: number;
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
    detail: query.kind,
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

/** The saved function or parser that a position names, else the rule or query around it. */
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
  return file && around ? [itemOf(file, around)] : [];
}

/** Who calls a function: rules, queries and other functions, with the places of the calls. */
export function* incomingCalls(
  item: CallHierarchyItem,
  workspace: WorkspaceContext,
): Steps<readonly CallHierarchyIncomingCall[]> {
  const data = item.data as ItemData | undefined;
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

/** Which saved functions a function, rule or query calls, with the places of the calls. */
export function* outgoingCalls(
  item: CallHierarchyItem,
  workspace: WorkspaceContext,
): Steps<readonly CallHierarchyOutgoingCall[]> {
  const { index } = workspace;
  const data = item.data as ItemData | undefined;
  const file = index.file(item.uri);
  const query = file?.queries().find((q) => q.toHost(0) === data?.at);
  if (!file || !query) return [];
  const words = new Set(
    lexemes(query.text)
      .filter((l) => l.kind === 'word')
      .map((l) => query.text.slice(l.start, l.end)),
  );
  const out: CallHierarchyOutgoingCall[] = [];
  for (const name of words) {
    const called = bodies(index, name);
    if (called.length === 0) continue;
    const fromRanges = callsIn(workspace, file, query, name).map((p) =>
      file.lines.range(query.toHost(p.start), query.toHost(p.end - 1) + 1),
    );
    if (fromRanges.length) out.push(...called.map((c) => ({ to: itemOf(c.file, c.query), fromRanges })));
    yield;
  }
  return out;
}
