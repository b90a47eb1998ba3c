import { catalogFunctions, publishedParsers, scopeFunctions } from '../catalog/functions';
import { builtinTableNames, catalogTable, isOpenTable } from '../catalog/tables';
import { type EngineQuery, openQuery } from '../kusto/editor';
import {
  buildGlobals,
  builtinFunctionNames,
  extendGlobals,
  type KnownFunction,
  type LazyTable,
} from '../kusto/editor-schema';
import { walkTree } from '../kusto/editor-tree';
import { expansions, MOST_EXPANSIONS, partsOfBodies } from '../kusto/expansion';
import { beyondEngine } from '../kusto/limits';
import { customTableNames, wordsOf } from '../kusto/names';
import type { Globals } from '../kusto/schema';
import type { TableInfo } from '../protocol/datahost';
import type { ResultColumn } from '../protocol/records';
import { resourceGraphColumns, resourceGraphTable } from './resource-graph';
import { valueExamplesOf } from './value-examples';

/** Columns of a watchlist by its alias. */
export type Watchlists = Readonly<Record<string, readonly ResultColumn[]>>;

export interface WorkspaceSchemaInit {
  /** Tables of a connection: they win over the catalogue's of the same name. */
  readonly tables?: readonly TableInfo[];
  readonly watchlists?: Watchlists;
  /** Functions that the workspace saves: they win over published ones of the same name. */
  readonly functions?: readonly SavedFunctionText[];
}

/** What the files of a workspace declare for queries. */
export interface SavedNames {
  readonly functions: readonly SavedFunctionText[];
  readonly watchlists: Watchlists;
}

/** A saved function as it binds: `(a:string)` and `{ … }`. */
export interface SavedFunctionText {
  readonly name: string;
  readonly parameters: string;
  readonly body: string;
}

/** A name that neither the catalogue nor the connection knows. */
export interface UnknownName {
  readonly name: string;
  readonly kind: 'table' | 'function';
  readonly start: number;
  readonly end: number;
  /** A known name that it may be meant to be: one or two letters off, or another case. */
  readonly near: string | null;
  /** True where `near` must be meant; else the name is taken for one of the workspace's own, and binds to anything. */
  readonly slip: boolean;
}

export interface BoundQuery {
  readonly query: EngineQuery;
  /** Unknown names; those that are no slip of a known one were taken as the workspace's own and bind to anything. */
  readonly unknown: readonly UnknownName[];
  /** Set where the text is too much for the engine: the query is then blank, of the same length. */
  readonly beyond: 'deep' | 'long' | 'unfolds' | null;
}

/**
 * What queries bind against: the catalogue's tables and functions, the connection's tables, watchlists. Custom tables
 * (`_CL`) exist as soon as a query names them, because no catalogue can know a workspace's own.
 */
export interface WorkspaceSchema {
  /** Grows with each change, so that answers can be told stale. */
  readonly version: number;
  bind(text: string): BoundQuery;
  /** The query for questions that need no names: nothing is bound unless it is asked. */
  parse(text: string): EngineQuery;
  /** The connection's table, if the connection has it. */
  connectionTable(name: string): TableInfo | undefined;
  isKnownTable(name: string): boolean;
  /** Names of functions that queries may call and that the engine is told of only then; `invoked`: those for `invoke`. */
  rareFunctions(prefix: string, invoked: boolean): readonly string[];
}

const WATCHLIST_COLUMNS: readonly ResultColumn[] = [
  { name: '_DTItemId', type: 'string' },
  { name: 'LastUpdatedTimeUTC', type: 'datetime' },
  { name: 'SearchKey', type: 'string' },
  { name: 'WatchlistItem', type: 'dynamic' },
];
const PLAIN_COLUMNS: readonly ResultColumn[] = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'Type', type: 'string' },
];

function catalogTables(init: WorkspaceSchemaInit): LazyTable[] {
  const own = new Map((init.tables ?? []).map((t) => [t.name, t]));
  const builtin = builtinTableNames
    .filter((name) => !own.has(name))
    .map(
      (name): LazyTable => ({
        name,
        columns: () => catalogTable(name)!.columns,
        open: isOpenTable(name),
        examples: valueExamplesOf(name),
      }),
    );
  const connected = [...own.values()].map((t): LazyTable => {
    const columns = () => withMissing(t.columns, catalogTable(t.name)?.columns ?? []);
    return { name: t.name, columns, open: isOpenTable(t.name), examples: valueExamplesOf(t.name) };
  });
  return [...connected, ...builtin];
}

/** An export may lack columns that the table has; a query that names them is still right. */
function withMissing(columns: readonly ResultColumn[], more: readonly ResultColumn[]): readonly ResultColumn[] {
  const names = new Set(columns.map((c) => c.name));
  return [...columns, ...more.filter((c) => !names.has(c.name))];
}

const watchlistColumns = (known: Watchlists): KnownFunction['returns'] => ({
  kind: 'table-by-argument',
  columns: (alias) => [...((alias && known[alias]) || []), ...WATCHLIST_COLUMNS],
  open: true,
});

function knownFunctions(init: WorkspaceSchemaInit): KnownFunction[] {
  const named = new Set<string>();
  const fromCatalogue = catalogFunctions().map((f): KnownFunction => {
    named.add(f.name);
    const base = { name: f.name, parameters: f.parameters };
    // The catalogue knows the columns of every watchlist; the workspace's files say those of each.
    if (f.name === '_GetWatchlist') return { ...base, returns: watchlistColumns(init.watchlists ?? {}) };
    if (f.kind === 'scalar')
      return { ...base, returns: { kind: 'scalar', type: (f.scalar ?? 'dynamic') as ResultColumn['type'] } };
    if (f.kind === 'invoke' && !f.open) return { ...base, returns: { kind: 'extends', columns: () => f.columns } };
    return { ...base, returns: { kind: 'table', columns: () => f.columns, open: true } };
  });
  const parsers = Object.keys(publishedParsers)
    .filter((name) => !named.has(name))
    .map(
      (name): KnownFunction => ({
        name,
        parameters: [],
        returns: { kind: 'table', columns: () => PLAIN_COLUMNS, open: true },
      }),
    );
  const scopes = scopeFunctions.map(
    (name): KnownFunction => ({
      name,
      parameters: [{ name: 'identifier', type: 'string', default: null }],
      returns: { kind: 'database' },
    }),
  );
  const own = scopes.filter((f) => !named.has(f.name));
  const saved = new Map((init.functions ?? []).map((f) => [f.name, savedFunction(f)]));
  return [...saved.values(), ...[...fromCatalogue, ...parsers, ...own].filter((f) => !saved.has(f.name))];
}

const savedFunction = ({ name, parameters, body }: SavedFunctionText): KnownFunction => ({
  name,
  parameters: [],
  returns: { kind: 'body', parameters, body },
});

/** Edits between two names, given up beyond `most`. */
export function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    if (Math.min(...next) > most) return most + 1;
    row = next;
  }
  return row[b.length]!;
}

/** A known name that may be meant: one or two letters off, or another case; null where none is near. */
export function nearest(name: string, known: Iterable<string>): string | null {
  const lower = name.toLowerCase();
  const most = name.length < 6 ? 0 : name.length < 10 ? 1 : 2;
  let best: string | null = null;
  let bestDistance = most + 1;
  for (const candidate of known) {
    const d = distance(lower, candidate.toLowerCase(), most);
    if (d < bestDistance) {
      bestDistance = d;
      best = candidate;
    }
  }
  return best;
}

/**
 * Functions that are declared only where a query names them: parsers of single products and those for `invoke`. They are more
 * than a thousand, and hardly a query calls one.
 */
function isRare(f: KnownFunction, schemas: ReadonlySet<string>): boolean {
  if (f.returns.kind === 'extends' || f.returns.kind === 'body') return true;
  if (f.returns.kind !== 'table') return false;
  const schema = /^(?:_ASim_|_Im_|ASim|im)([A-Za-z]+)$/.exec(f.name)?.[1];
  return schema === undefined || !schemas.has(schema);
}

let versions = 0;

export function createWorkspaceSchema(init: WorkspaceSchemaInit = {}): WorkspaceSchema {
  const tables = catalogTables(init);
  const tableNames = new Set(tables.map((t) => t.name));
  const all = knownFunctions(init);
  const schemas = new Set(all.flatMap((f) => /^_Im_([A-Za-z]+)$/.exec(f.name)?.[1] ?? []));
  const rare = new Map(all.filter((f) => isRare(f, schemas) && !tableNames.has(f.name)).map((f) => [f.name, f]));
  const common = all.filter((f) => !rare.has(f.name));
  const connection = new Map((init.tables ?? []).map((t) => [t.name, t]));
  let names: ReadonlySet<string> | undefined;
  const functionNames = () => {
    names ??= new Set([...all.map((f) => f.name), ...builtinFunctionNames()]);
    return names;
  };
  let base: Globals | undefined;
  const extended = new Map<string, Globals>();
  const globalsWith = (more: readonly string[]): Globals => {
    base ??= buildGlobals({ tables, functions: common });
    const key = [...more].sort().join(' ');
    if (key === '') return base;
    const known = extended.get(key);
    if (known) return known;
    const functions = more.flatMap((n) => rare.get(n) ?? []);
    const made = extendGlobals(base, { tables: more.filter((n) => !rare.has(n)).map(openTableFor), functions });
    if (extended.size > 200) extended.clear();
    extended.set(key, made);
    return made;
  };
  const partsOf = partsOfBodies((name) => {
    const returns = rare.get(name)?.returns;
    return returns?.kind === 'body' ? returns.body : undefined;
  });
  /** Names in a text that the engine is told of only where they are named, and those that saved bodies name in turn. */
  const namedIn = (text: string): string[] => {
    const found = new Set<string>();
    const look = (words: string) => {
      for (const w of wordsOf(words)) {
        const f = found.has(w) ? undefined : rare.get(w);
        if (!f && resourceGraphTable(w) && !tableNames.has(w)) found.add(w);
        if (!f) continue;
        found.add(w);
        if (f.returns.kind === 'body') look(f.returns.body);
      }
      for (const table of customTableNames(words)) if (!tableNames.has(table) && !rare.has(table)) found.add(table);
    };
    look(text);
    return [...found];
  };
  return {
    version: ++versions,
    connectionTable: (name) => connection.get(name),
    isKnownTable: (name) => tableNames.has(name),
    rareFunctions: (prefix, invoked) =>
      [...rare.values()]
        .filter(
          (f) => (f.returns.kind === 'extends') === invoked && f.name.toLowerCase().startsWith(prefix.toLowerCase()),
        )
        .map((f) => f.name),
    parse: (text) => openQuery(beyondEngine(text) ? ' '.repeat(text.length) : text, globalsWith([])),
    bind: (text) => {
      const beyond = beyondEngine(text) ?? (expansions(text, partsOf) > MOST_EXPANSIONS ? 'unfolds' : null);
      if (beyond) return { query: openQuery(' '.repeat(text.length), globalsWith([])), unknown: [], beyond };
      const more = namedIn(text);
      const query = openQuery(text, globalsWith(more));
      const unknown = [...unknownNames(query, tableNames, functionNames), ...takenForColumns(query, tableNames)];
      const taken = unknown.filter((u) => !u.slip);
      const own = taken.filter((u) => u.kind === 'table').map((u) => u.name);
      const invoked = taken.filter((u) => u.kind === 'function' && isInvoked(text, u.start)).map((u) => u.name);
      if (own.length + invoked.length === 0) return { query, unknown, beyond };
      const globals = globalsWith([...new Set([...more, ...own])]);
      return {
        query: openQuery(text, invoked.length === 0 ? globals : withInvoked(globals, invoked)),
        unknown,
        beyond,
      };
    },
  };
}

function openTableFor(name: string): LazyTable {
  const columns = () =>
    catalogTable(name)?.columns ?? (resourceGraphTable(name) ? resourceGraphColumns : PLAIN_COLUMNS);
  return { name, columns, open: true };
}

/** True where the name at `start` is called by `invoke`. */
const isInvoked = (text: string, start: number): boolean =>
  /\binvoke\s+$/.test(text.slice(Math.max(0, start - 40), start));

/** Functions that `invoke` calls and nobody knows: the workspace's own, so that the columns after them are not checked. */
const withInvoked = (globals: Globals, names: readonly string[]): Globals =>
  extendGlobals(globals, {
    tables: [],
    functions: [...new Set(names)].map((name) => ({ name, parameters: [], returns: { kind: 'input' } })),
  });

/** One letter wrong, missing or too many, or two in each other's place; a number of its own is no slip of the pen. */
function isOneOff(name: string, near: string): boolean {
  const shorter = Math.min(name.length, near.length);
  let from = 0;
  while (from < shorter && name[from] === near[from]) from++;
  let ends = 0;
  while (ends < shorter - from && name.at(-1 - ends) === near.at(-1 - ends)) ends++;
  const [mine, theirs] = [name.slice(from, name.length - ends), near.slice(from, near.length - ends)];
  if (/\d/.test(mine + theirs)) return false;
  return Math.max(mine.length, theirs.length) < 2 || (mine.length === 2 && mine === theirs[1]! + theirs[0]!);
}

/**
 * True where a name can only be a slip of another: a short name, a plural, a name two letters off or another product's parser is
 * as likely one of the workspace's own.
 */
function isSlip(name: string, near: string, kind: UnknownName['kind']): boolean {
  if (/^_?(?:ASim|Im|im|vim)[A-Z_]/.test(name)) return false;
  if (name.toLowerCase() === near.toLowerCase()) return true;
  if (!isOneOff(name.toLowerCase(), near.toLowerCase())) return false;
  return kind === 'function' || (name.length >= 8 && name.toLowerCase() !== `${near.toLowerCase()}s`);
}

/** In a filter on a table that may have any column, `T` of `in ((T | …))` is taken for one: what heads a pipe is a table. */
function takenForColumns(query: EngineQuery, tables: ReadonlySet<string>): UnknownName[] {
  const tree = query.diagnostics().some((d) => d.code === 'KS142') ? query.tree() : null;
  const out: UnknownName[] = [];
  if (!tree) return out;
  walkTree(tree, (n) => {
    const head = n.kind === 'PipeExpression' ? n.part('Expression') : null;
    if (head?.kind !== 'NameReference' || head.symbol()?.kind !== 'column') return;
    const name = head.text.trim();
    const near = nearest(name, tables);
    const slip = near !== null && isSlip(name, near, 'table');
    out.push({ name, kind: 'table', start: head.start, end: head.end, near, slip });
  });
  return out;
}

const UNKNOWN_TABLE = new Set(['KS204', 'KS205']);

function unknownNames(
  query: EngineQuery,
  tables: ReadonlySet<string>,
  functions: () => ReadonlySet<string>,
): UnknownName[] {
  return query.diagnostics().flatMap((d): UnknownName[] => {
    if (!UNKNOWN_TABLE.has(d.code) && d.code !== 'KS211') return [];
    // In a fuzzy union a call is marked whole.
    const [, name, call] = /^([A-Za-z_]\w*)(\s*\([\s\S]*)?$/.exec(query.text.slice(d.start, d.end)) ?? [];
    if (name === undefined) return [];
    const kind = d.code === 'KS211' || call !== undefined ? 'function' : 'table';
    const near = kind === 'table' ? nearest(name, tables) : nearest(name, functions());
    return [
      { name, kind, start: d.start, end: d.start + name.length, near, slip: near !== null && isSlip(name, near, kind) },
    ];
  });
}
