import { bracketed } from '../base/kql-text';
import type { Ticks } from '../base/time';
import { type CatalogFunction, catalogFunctions } from '../catalog/functions';
import { isOpenTable } from '../catalog/tables';
import type { QueryFault, ResultColumn, ScalarType } from '../protocol/records';
import type { TranslateFunction, Translation, Translator } from '../query/local/translate/contract';
import type { TranslateTable } from '../query/local/translate/types';

/**
 * Whether a query's operators, functions and forms run is a question about the query, not about whose tables it reads. So the
 * data that it names and nobody has here are made up as the translation asks for them: tables, columns, watchlists, files
 * behind addresses, published parsers. Functions of other people and services of the cloud are never made up.
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
  const made = new Map<string, TranslateTable>();
  const columns = new Map<string, ScalarType>();
  const addresses = new Set<string>();
  const files = answering((address) => {
    addresses.add(address);
    return relationOf(address);
  });
  const watchlists = watchlistsIn(kql);
  const functions = functionsIn(kql);
  const read = () => withColumns([...tables, ...made.values()], columns);
  const translate = () =>
    translator.translate(kql, {
      tables: read(),
      now,
      watchlists: withOwnColumns(watchlists, columns),
      files,
      functions: functions.map((f) => standInFunction(f, columns)),
    });
  let translation = translate();
  for (let round = 0; round < MOST_ROUNDS && translation.kind === 'invalid'; round++) {
    if (!learn(kql, translation.faults, made, columns)) break;
    translation = translate();
  }
  const stoodIn = [
    ...[...made.keys()].map((name) => `table ${name}`),
    ...[...columns.keys()].filter((name) => !PLAIN.has(name)).map((name) => `column ${name}`),
    ...[...addresses].map((address) => `externaldata ${address}`),
    ...[...watchlists.keys()].map((alias) => `watchlist ${alias}`),
    ...functions.map((f) => `function ${f.name}`),
  ];
  return { translation, stoodIn };
}

/** Takes up the names that the engine does not know; false where all were taken up before, so that another try is the same. */
function learn(
  kql: string,
  faults: readonly QueryFault[],
  made: Map<string, TranslateTable>,
  columns: Map<string, ScalarType>,
): boolean {
  const before = made.size + columns.size;
  for (const fault of faults) {
    const named = /^The (?:name|column) '([^']+)' (?:does not|is not known|must exist)/.exec(fault.message)?.[1];
    if (named === undefined) continue;
    const isTable = fault.code === 'KS204' || named.includes('*') || isCall(kql, fault);
    if (isTable) {
      const name = named.replaceAll('*', 'Any');
      if (!made.has(name)) made.set(name, tableOf(name));
    } else if (!columns.has(named)) columns.set(named, typeByName(named));
  }
  return made.size + columns.size > before;
}

/** True where the name begins a statement or a pipeline, which only a table does. */
const isCall = (kql: string, fault: QueryFault): boolean =>
  fault.start !== null && /(?:^|;)\s*$/.test(kql.slice(0, fault.start));

const tableOf = (name: string): TranslateTable => ({
  name,
  columns: [
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
): readonly TranslateTable[] {
  if (columns.size === 0) return tables;
  const isUnknown = (t: TranslateTable) => isOpenTable(t.name) || t.columns.length === 2;
  const open = tables.some(isUnknown) ? isUnknown : () => true;
  return tables.map((t) => (open(t) ? withMore(t, columns) : t));
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
): ReadonlyMap<string, TranslateTable> => new Map([...watchlists].map(([alias, t]) => [alias, withMore(t, columns)]));

/** A map that has an answer for every key. */
function answering(answer: (key: string) => string): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  map.get = answer;
  return map;
}

/** Published parsers that a query calls: their bodies are files to put into `functions/`, and their columns are known. */
const functionsIn = (kql: string): readonly CatalogFunction[] =>
  catalogFunctions().filter(
    (f) => f.asim && f.kind === 'tabular' && f.columns.length > 0 && new RegExp(`\\b${f.name}\\b`).test(kql),
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

/** Columns that every watchlist has; its own are in the workspace. */
const WATCHLIST: readonly ResultColumn[] = [
  { name: '_DTItemId', type: 'string' },
  { name: 'LastUpdatedTimeUTC', type: 'datetime' },
  { name: 'SearchKey', type: 'string' },
  { name: 'network', type: 'string' },
  { name: 'WatchlistItem', type: 'dynamic' },
];

/** Stand-ins for the watchlists that a query names. */
function watchlistsIn(kql: string): ReadonlyMap<string, TranslateTable> {
  const names = [...kql.matchAll(/_GetWatchlist\(\s*["']([^"']+)["']/gi)].map((m) => m[1]!);
  // Places of addresses come from a list that the user has to find.
  const places = /\bgeo_info_from_ip_address\b/i.test(kql) ? ['geo_info_from_ip_address'] : [];
  return new Map(
    [...names, ...places].map((name) => [
      name,
      { name, columns: WATCHLIST, relation: relationOf(name), timeColumn: null, ingestionColumn: null },
    ]),
  );
}

export const relationOf = (name: string): string => `"${name.replaceAll('"', '""')}"`;
