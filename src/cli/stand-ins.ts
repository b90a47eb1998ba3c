import { bracketed } from '../base/kql-text';
import type { Ticks } from '../base/time';
import { type CatalogFunction, catalogFunctions, publishedParsers } from '../catalog/functions';
import { catalogTable, isOpenTable } from '../catalog/tables';
import { createWorkspaceSchema } from '../detections/workspace-schema';
import { type SyntaxNode, walkTree } from '../kusto/editor-tree';
import type { QueryFault, ResultColumn, ScalarType } from '../protocol/records';
import type { TranslateFunction, Translation, Translator } from '../query/local/translate/contract';
import { GEO_LIST } from '../query/local/translate/functions/geo-info';
import { FILE_PROFILE } from '../query/local/translate/operators/file-profile';
import type { TranslateTable } from '../query/local/translate/types';

/**
 * Whether a query's operators, functions and forms run is a question about the query, not about whose tables it reads. So the
 * data that it names and nobody has here are made up as the translation asks for them: tables, columns, watchlists, files
 * behind addresses, published parsers, saved functions that are called as tables. Functions of other people that give a value and
 * services of the cloud are never made up.
 */
export interface StandInTranslation {
  readonly translation: Translation;
  /** What was made up, as words for a person: `table X_CL`, `column Y`, `externaldata https://…`, `watchlist vips`. */
  readonly stoodIn: readonly string[];
}

/** Every round learns a name at least; a query that names more than this is not read further. */
const MOST_ROUNDS = 40;

export function translateWithStandIns(
  translator: Translator,
  kql: string,
  tables: readonly TranslateTable[],
  now: Ticks,
): StandInTranslation {
  const unknown = unknownIn(kql, new Set(tables.map((t) => t.name)));
  const calls = unknown.filter((u) => u.call !== null);
  const asTables = calls.reduce(blanked, kql);
  const made = madeUp(translator, asTables, tables, now, unknown);
  // What a call stands for is not a table here: then the query is refused for the function itself.
  if (calls.length > 0 && made.translation.kind === 'invalid') return madeUp(translator, kql, tables, now, []);
  return made;
}

/** A name of the workspace's own: a table, or a saved function that is called where a table stands. */
interface OwnName {
  readonly name: string;
  /** Where its argument list, or the whole step that invokes it, begins and ends; null for a bare name. */
  readonly call: { readonly start: number; readonly end: number } | null;
  readonly isInvoked: boolean;
}

/** Node kinds in which a call may stand for a table; in all others it is a value's. */
const HOLDS_TABLES =
  /^(?:PipeExpression|ParenthesizedExpression|ExpressionStatement|LetStatement|UnionOperator|JoinOperator|LookupOperator|MaterializeExpression|ToScalarExpression|InExpression|SyntaxList|SeparatedElement|ExpressionList|QueryBlock)$/;

/** Names that nobody knows, where a table stands. Only where a fuzzy union or a call hides them from the translation's faults. */
function unknownIn(kql: string, known: ReadonlySet<string>): readonly OwnName[] {
  if (!/[A-Za-z_]\w*\s*\(|isfuzzy/.test(kql)) return [];
  schema ??= createWorkspaceSchema();
  const { unknown, query } = schema.bind(kql);
  const tree = query.tree();
  if (!tree) return [];
  const found: OwnName[] = [];
  const starts = new Set(unknown.map((u) => u.start));
  const withColumns = new Set(functionsIn(kql).map((f) => f.name));
  const isParser = (name: string) => Object.hasOwn(publishedParsers, name) && !withColumns.has(name);
  walkTree(tree, (n) => {
    if (n.kind !== 'NameReference') return;
    const name = n.text.trim();
    const isOwn = starts.has(n.start) || (isParser(name) && n.symbol()?.kind === 'function');
    if (!isOwn || known.has(name)) return;
    const parent = n.parent();
    const isCall = parent?.kind === 'FunctionCallExpression' && n.role === 'Name';
    const whole = isCall ? parent : n;
    const step = isCall ? parent.parent() : null;
    if (step?.kind === 'InvokeOperator') {
      found.push({ name, call: { start: kql.lastIndexOf('|', step.start), end: step.end }, isInvoked: true });
    } else if (holdsTable(whole)) {
      found.push({ name, call: isCall ? { start: n.end, end: parent.end } : null, isInvoked: false });
    }
  });
  return found;
}

let schema: ReturnType<typeof createWorkspaceSchema> | undefined;

/** True where an expression stands in for a table, through brackets and lists. */
function holdsTable(node: SyntaxNode): boolean {
  const parent = node.parent();
  if (!parent) return true;
  if (!HOLDS_TABLES.test(parent.kind)) return false;
  const passes = /^(?:ParenthesizedExpression|SyntaxList|SeparatedElement|ExpressionList)$/.test(parent.kind);
  return !passes || holdsTable(parent);
}

/** A call as a bare name, and none where it is invoked: its columns are made up. The length stays, so that places do. */
const blanked = (kql: string, { call }: OwnName): string =>
  call === null ? kql : kql.slice(0, call.start) + ' '.repeat(call.end - call.start) + kql.slice(call.end);

function madeUp(
  translator: Translator,
  kql: string,
  tables: readonly TranslateTable[],
  now: Ticks,
  own: readonly OwnName[],
): StandInTranslation {
  const called = new Set(own.filter((u) => u.call !== null).map((u) => u.name));
  const invoked = new Set(own.filter((u) => u.isInvoked).map((u) => u.name));
  const asTables = own.filter((u) => !u.isInvoked).map((u) => tableOf(u.name));
  const made = new Map([...asTables, ...profilesFor(kql, tables)].map((t) => [t.name, t]));
  if (READS_ALL.test(kql) && tables.length + made.size === 0) made.set(ANY, tableOf(ANY));
  for (const [, name = ''] of kql.matchAll(OF_RESOURCE_GRAPH))
    if (!tables.some((t) => t.name === name)) made.set(name, tableOf(name));
  const columns = new Map<string, ScalarType>();
  const addresses = new Set<string>();
  const files = answering((address) => {
    addresses.add(address);
    return { lines: relationOf(address), objects: { relation: relationOf(address), keys: [] } };
  });
  const watchlists = watchlistsIn(kql);
  const functions = functionsIn(kql);
  const without = new Map<string, Set<string>>();
  const read = () => withColumns([...tables, ...made.values()], columns, without);
  const translate = () =>
    translator.translate(kql, {
      tables: read(),
      now,
      watchlists: withOwnColumns(watchlists, columns),
      files,
      functions: functions.map((f) => standInFunction(f, columns)),
    });
  let translation = translate();
  let asFound: Translation | null = null;
  for (let round = 0; round < MOST_ROUNDS && translation.kind === 'invalid'; round++) {
    const { faults } = translation;
    const more = learn(kql, faults, made, columns) || retype(kql, faults, columns);
    if (!more && !leaveOut(kql, faults, made, without)) {
      if (!otherTypes(faults, columns)) break;
      asFound ??= translation;
    }
    translation = translate();
  }
  // Types that help nothing would only hide what is wrong.
  if (translation.kind === 'invalid' && asFound) translation = asFound;
  const stoodIn = [
    ...[...made.keys()].map((name) => `${called.has(name) ? 'function' : 'table'} ${name}`),
    ...[...invoked].map((name) => `function ${name}`),
    ...[...columns.keys()].filter((name) => !PLAIN.has(name)).map((name) => `column ${name}`),
    ...[...addresses].map((address) => `externaldata ${address}`),
    ...[...watchlists.keys()].map((alias) => `watchlist ${alias}`),
    ...functions.map((f) => `function ${f.name}`),
  ];
  return { translation, stoodIn };
}

/** What a fault says that its place wants instead of a dynamic value. */
function wanted(fault: QueryFault): ScalarType | null {
  if (/'dynamic'|cannot be dynamic/.test(fault.message)) return 'string';
  const named = /^A value of type (string|long|int|real|bool|datetime|timespan|guid)\b/.exec(fault.message)?.[1];
  return (named as ScalarType | undefined) ?? null;
}

/** Gives columns that stand where no dynamic value may the type that is wanted there; false where there are none left. */
function retype(kql: string, faults: readonly QueryFault[], columns: Map<string, ScalarType>): boolean {
  let found = false;
  for (const fault of faults) {
    const type = wanted(fault);
    if (type === null || fault.start === null) continue;
    for (const [word] of kql.slice(fault.start, fault.start + (fault.length ?? 0)).matchAll(/\w+/g)) {
      if (columns.get(word) !== 'dynamic') continue;
      columns.set(word, type);
      found = true;
    }
  }
  return found;
}

/** Takes a name that a rename gives from the table made up for it, for it cannot have had it; false where none is left. */
function leaveOut(
  kql: string,
  faults: readonly QueryFault[],
  made: ReadonlyMap<string, TranslateTable>,
  without: Map<string, Set<string>>,
): boolean {
  let found = false;
  for (const { code, message, start } of faults) {
    const name = code === 'KS171' ? /'([^']+)'/.exec(message)?.[1] : undefined;
    if (name === undefined || start === null) continue;
    const before = kql.slice(0, start);
    const table = [...made.keys()].sort((a, b) => before.lastIndexOf(b) - before.lastIndexOf(a))[0];
    if (table === undefined) continue;
    const names = without.get(table) ?? new Set();
    found ||= !names.has(name);
    without.set(table, names.add(name));
  }
  return found;
}

const UNKNOWN = /^The (?:name|column) '([^']+)' (?:does not|is not known|must exist)/;

/** Takes up the names that the engine does not know; false where all were taken up before, so that another try is the same. */
function learn(
  kql: string,
  faults: readonly QueryFault[],
  made: Map<string, TranslateTable>,
  columns: Map<string, ScalarType>,
): boolean {
  const before = made.size + columns.size;
  for (const fault of faults) {
    const named = UNKNOWN.exec(fault.message)?.[1];
    if (named === undefined) continue;
    const isTable =
      fault.code === 'KS204' || named.includes('*') || isCall(kql, fault) || catalogTable(named) !== undefined;
    if (isTable) {
      const name = named.replaceAll('*', 'Any');
      if (!made.has(name)) made.set(name, tableOf(name));
    } else if (!columns.has(named)) columns.set(named, typeByName(named));
  }
  return made.size + columns.size > before;
}

/** `find` and `search` without a list read every table there is: where nobody has one, one is made up. */
const READS_ALL = /(?:^|[;(\n])\s*(?:find|search)\b/;
const ANY = 'Any';
/** A table of Azure Resource Graph, for which an export stands. */
const OF_RESOURCE_GRAPH = /\barg\s*\(\s*(?:"[^"]*"|'[^']*')\s*\)\s*\.\s*(\w+)/g;

/** Types that columns are given in turn where a name stays unknown: in a union it has the type that another leg gives it. */
const IN_TURN: readonly ScalarType[] = ['dynamic', 'string', 'long', 'datetime', 'real', 'bool'];

/**
 * Where a name stays unknown, gives the columns whose names do not tell their types the next one, all together; false where they have
 * had all.
 */
function otherTypes(faults: readonly QueryFault[], columns: Map<string, ScalarType>): boolean {
  if (!faults.some((f) => UNKNOWN.test(f.message))) return false;
  const open = [...columns.keys()].filter((name) => typeByName(name) === 'dynamic');
  const next = IN_TURN[Math.max(...open.map((name) => IN_TURN.indexOf(columns.get(name)!))) + 1];
  if (next === undefined) return false;
  for (const name of open) columns.set(name, next);
  return open.length > 0;
}

/** True where the name begins a statement or a pipeline, which only a table does. */
const isCall = (kql: string, fault: QueryFault): boolean =>
  fault.start !== null && /(?:^|;)\s*$/.test(kql.slice(0, fault.start));

const tableOf = (name: string): TranslateTable => ({
  name,
  columns: catalogTable(name)?.columns ?? [
    { name: 'TimeGenerated', type: 'datetime' },
    { name: 'Type', type: 'string' },
  ],
  relation: relationOf(name),
  timeColumn: 'TimeGenerated',
  ingestionColumn: null,
});

/** The letters that Log Analytics puts behind the columns of custom tables. */
const BY_SUFFIX: Readonly<Record<string, ScalarType>> = {
  _s: 'string',
  _d: 'real',
  _b: 'bool',
  _g: 'guid',
  _t: 'datetime',
};
const PLAIN: ReadonlyMap<string, ScalarType> = new Map([
  ['TimeGenerated', 'datetime'],
  ['Timestamp', 'datetime'],
]);

const typeByName = (name: string): ScalarType => PLAIN.get(name) ?? BY_SUFFIX[name.slice(-2)] ?? 'dynamic';

/** The tables with unknown columns: on those that nobody knows whole, else on all, for any of them may have it. */
function withColumns(
  tables: readonly TranslateTable[],
  columns: ReadonlyMap<string, ScalarType>,
  without: ReadonlyMap<string, ReadonlySet<string>>,
): readonly TranslateTable[] {
  if (columns.size === 0) return tables;
  const isUnknown = (t: TranslateTable) => isOpenTable(t.name) || t.columns.length === 2;
  const open = tables.some(isUnknown) ? isUnknown : () => true;
  const had = (t: TranslateTable) => new Map([...columns].filter(([name]) => !without.get(t.name)?.has(name)));
  return tables.map((t) => (open(t) ? withMore(t, had(t)) : t));
}

function withMore(table: TranslateTable, columns: ReadonlyMap<string, ScalarType>): TranslateTable {
  const own = new Set(table.columns.map((c) => c.name));
  const more = [...columns].filter(([name]) => !own.has(name)).map(([name, type]): ResultColumn => ({ name, type }));
  return { ...table, columns: [...table.columns, ...more] };
}

/** A watchlist has columns of its owner's choice. */
const withOwnColumns = (
  watchlists: ReadonlyMap<string, TranslateTable>,
  columns: ReadonlyMap<string, ScalarType>,
): ReadonlyMap<string, TranslateTable> => {
  const texts = new Map([...columns].map(([name, type]) => [name, type === 'dynamic' ? 'string' : type] as const));
  return new Map([...watchlists].map(([alias, t]) => [alias, withMore(t, texts)]));
};

/** A map that has an answer for every key. */
function answering<T>(answer: (key: string) => T): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  map.get = answer;
  return map;
}

/** Published parsers that a query calls: their bodies are files to put into `functions/`, and their columns are known. */
const functionsIn = (kql: string): readonly CatalogFunction[] =>
  catalogFunctions().filter(
    (f) =>
      (f.asim || f.name.startsWith('_ASIM_')) &&
      f.kind === 'tabular' &&
      f.columns.length > 0 &&
      new RegExp(`\\b${f.name}\\b`).test(kql),
  );

const EMPTY_VALUE: Readonly<Record<string, string>> = { string: "''", dynamic: 'dynamic(null)' };
const emptyOf = (type: string): string => EMPTY_VALUE[type] ?? `${type}(null)`;

function standInFunction(f: CatalogFunction, columns: ReadonlyMap<string, ScalarType>): TranslateFunction {
  const own = new Set(f.columns.map((c) => c.name));
  const more = [...columns].filter(([name]) => f.open && !own.has(name)).map(([name, type]) => ({ name, type }));
  const list = [...f.columns, ...more].map((c) => `${bracketed(c.name)}:${c.type}`);
  const parameters = f.parameters.map((p) => `${p.name}:${p.type}=${emptyOf(p.type)}`).join(', ');
  return { name: f.name, parameters: `(${parameters})`, body: `{ datatable(${list.join(', ')})[] }` };
}

/** The export that stands for what the cloud knows of files, where a query asks for it and nobody has it. */
function profilesFor(kql: string, tables: readonly TranslateTable[]): readonly TranslateTable[] {
  const known = catalogFunctions().find((f) => f.name === FILE_PROFILE);
  if (!known || !new RegExp(`\\binvoke\\s+${FILE_PROFILE}\\b`).test(kql)) return [];
  if (tables.some((t) => t.name === FILE_PROFILE)) return [];
  const relation = relationOf(FILE_PROFILE);
  return [{ name: FILE_PROFILE, columns: known.columns, relation, timeColumn: null, ingestionColumn: null }];
}

/** Columns that every watchlist has; its own are in the workspace. */
const WATCHLIST: readonly ResultColumn[] = [
  { name: '_DTItemId', type: 'string' },
  { name: 'LastUpdatedTimeUTC', type: 'datetime' },
  { name: 'SearchKey', type: 'string' },
  { name: 'WatchlistItem', type: 'dynamic' },
];

/** Stand-ins for the watchlists that a query names, and for the list of networks that places addresses. */
function watchlistsIn(kql: string): ReadonlyMap<string, TranslateTable> {
  const names = [...kql.matchAll(/_GetWatchlist\(\s*["']([^"']+)["']/gi)].map((m) => m[1]!);
  const lists = new Map(names.map((name) => [name, watchlistOf(name, WATCHLIST)]));
  if (new RegExp(`\\b${GEO_LIST}\\b`, 'i').test(kql))
    lists.set(GEO_LIST, watchlistOf(GEO_LIST, [...WATCHLIST, { name: 'network', type: 'string' }]));
  return lists;
}

const watchlistOf = (name: string, columns: readonly ResultColumn[]): TranslateTable => ({
  name,
  columns,
  relation: relationOf(name),
  timeColumn: null,
  ingestionColumn: null,
});

export const relationOf = (name: string): string => `"${name.replaceAll('"', '""')}"`;
