import { kqlName } from '../base/kql-text';
import type { ResultColumn, ScalarType } from '../protocol/records';
import { ownColumn, ownerOf } from './column-tables';
import { type Foreign, kusto, toArray, toList } from './engine';
import { columnSymbol, functionSymbol, type Globals } from './schema';

/** A table whose columns are built when something first asks for them: most of a large catalogue is never asked. */
export interface LazyTable {
  readonly name: string;
  readonly columns: () => readonly ResultColumn[];
  /** Columns beyond the listed ones may exist. */
  readonly open: boolean;
  readonly description?: string;
  /** Values offered by completion, by column. */
  readonly examples?: Readonly<Record<string, readonly string[]>>;
}

/** A workspace function of which only the signature and the output are known. */
export interface KnownFunction {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: string; readonly default: string | null }[];
  readonly description?: string;
  readonly returns:
    | { readonly kind: 'table'; readonly columns: () => readonly ResultColumn[]; readonly open: boolean }
    /** Columns by the value of the first argument, as a watchlist's alias decides. */
    | {
        readonly kind: 'table-by-argument';
        readonly columns: (argument: string | null) => readonly ResultColumn[];
        readonly open: boolean;
      }
    | { readonly kind: 'scalar'; readonly type: ScalarType }
    /** For `invoke`: the input's columns and these. */
    | { readonly kind: 'extends'; readonly columns: () => readonly ResultColumn[] }
    /** For `invoke`, where only the name is known: any arguments, the input's columns and whatever else is asked for. */
    | { readonly kind: 'input' }
    /** What its text says: a function that the workspace saves. */
    | { readonly kind: 'body'; readonly parameters: string; readonly body: string }
    /** Another workspace, application or cluster: every name in it is accepted, this schema's tables are known. */
    | { readonly kind: 'database' };
}

export interface SchemaParts {
  readonly tables: readonly LazyTable[];
  readonly functions: readonly KnownFunction[];
}

/** Databases whose tables are all built here. */
const ownDatabases = new WeakSet<Foreign>();
let patched = false;

/**
 * The engine answers "whose column is this" from a map over every column of every table, built anew for each query that an
 * analyzer looks at: 23 ms and 4 MB a query with the whole catalogue, and it would build all the lazy columns. A column of
 * ours knows its table.
 */
function answerColumnOwners(): void {
  if (patched) return;
  patched = true;
  const prototype = kusto().Kusto.Language.GlobalState.prototype;
  const original = prototype.GetTable;
  prototype.GetTable = function (this: Foreign, column: Foreign): Foreign {
    return ownDatabases.has(this.Database) ? ownerOf(column) : original.call(this, column);
  };
}

function lazyTableSymbol(table: LazyTable): Foreign {
  const { Bridge, Kusto } = kusto();
  const S = Kusto.Language.Symbols;
  let symbol = new S.TableSymbol.$ctor6(table.name, new Bridge.ArrayEnumerable([]), table.description ?? null);
  if (table.open) symbol = symbol.WithIsOpen(true);
  let columns: Foreign;
  // The engine reads the property alone, never the field behind it, so that a getter of our own is enough.
  Object.defineProperty(symbol, 'Columns', {
    configurable: true,
    get: () => {
      if (columns === undefined) {
        const built = table.columns().map((c) => columnSymbol(c, table.examples?.[c.name]));
        for (const c of built) ownColumn(c, symbol);
        columns = toList(S.ColumnSymbol, built);
      }
      return columns;
    },
  });
  return symbol;
}

/** A parameter with its default as an expression, so that it may be left out. */
function parameterList(f: KnownFunction, leading = ''): string {
  const fallback: Record<string, string> = {
    string: "''",
    datetime: 'datetime(null)',
    dynamic: 'dynamic(null)',
    bool: 'false',
  };
  const own = f.parameters.map((p) =>
    p.default === null
      ? `${p.name}:${p.type}`
      : `${p.name}:${p.type}=${p.default === '' ? (fallback[p.type] ?? `${p.type}(null)`) : p.default}`,
  );
  return `(${[leading, ...own].filter(Boolean).join(', ')})`;
}

const EMPTY_VALUE: Partial<Record<ScalarType, string>> = { string: "''", dynamic: 'dynamic(null)' };
const emptyValue = (type: ScalarType): string => EMPTY_VALUE[type] ?? `${type}(null)`;

function openTable(columns: readonly ResultColumn[], open: boolean): Foreign {
  return lazyTableSymbol({ name: '', columns: () => columns, open });
}

/** Parameters without parsing: the text form costs half a second over all parsers of the catalogue. */
function parameterSymbols(f: KnownFunction): readonly Foreign[] {
  const { Parameter, ScalarTypes } = kusto().Kusto.Language.Symbols;
  return f.parameters.map((p) => {
    const type = ScalarTypes.GetSymbol(p.type) ?? ScalarTypes.Dynamic;
    const least = p.default === null ? 1 : 0;
    return new Parameter.$ctor3(p.name, type, 0, undefined, undefined, false, undefined, least, 1, null, null);
  });
}

/** A function that gives back the table it is handed, open to columns that it may add. */
function inputFunctionSymbol(name: string): Foreign {
  const S = kusto().Kusto.Language.Symbols;
  const any = new S.Parameter.$ctor1('arguments', S.ParameterTypeKind.Any, 0, null, null, null, false, null, 0, 100);
  const returnType = (context: Foreign): Foreign => context.RowScope?.WithIsOpen(true) ?? openTable([], true);
  return new S.FunctionSymbol.$ctor1(name, returnType, S.Tabularity.Tabular, toList(S.Parameter, [any]));
}

function knownFunctionSymbol(f: KnownFunction, database: () => Foreign): Foreign {
  const { Kusto } = kusto();
  const S = Kusto.Language.Symbols;
  const { returns } = f;
  if (returns.kind === 'scalar') {
    const type = S.ScalarTypes.GetSymbol(returns.type) ?? S.ScalarTypes.Dynamic;
    return new S.FunctionSymbol.$ctor6(f.name, type, toList(S.Parameter, parameterSymbols(f)), f.description ?? null);
  }
  if (returns.kind === 'input') return inputFunctionSymbol(f.name);
  if (returns.kind === 'body') {
    return functionSymbol({ name: f.name, parameters: returns.parameters, body: returns.body });
  }
  if (returns.kind === 'extends') {
    const added = returns.columns().map((c) => `${kqlName(c.name)}=${emptyValue(c.type)}`);
    const body = `{ T ${added.length ? `| extend ${added.join(', ')}` : ''} }`;
    return functionSymbol({
      name: f.name,
      parameters: parameterList(f, 'T:(*)'),
      body,
      ...(f.description && { description: f.description }),
    });
  }
  const parameters = parameterSymbols(f);
  const tabularity = returns.kind === 'database' ? S.Tabularity.Other : S.Tabularity.Tabular;
  let fixed: Foreign;
  const returnType = (context: Foreign): Foreign => {
    if (returns.kind === 'database') return database();
    if (returns.kind === 'table') {
      fixed ??= openTable(returns.columns(), returns.open);
      return fixed;
    }
    const argument = context.GetArgument$1(parameters[0]?.Name);
    const value = argument?.ConstantValue;
    return openTable(returns.columns(typeof value === 'string' ? value : null), returns.open);
  };
  const symbol = new S.FunctionSymbol.$ctor1(f.name, returnType, tabularity, toList(S.Parameter, parameters));
  return symbol;
}

function globalsOfMembers(members: readonly Foreign[]): Globals {
  const { Kusto } = kusto();
  const S = Kusto.Language.Symbols;
  const db = new S.DatabaseSymbol.$ctor1('workspace', toList(S.Symbol, members), false);
  answerColumnOwners();
  ownDatabases.add(db);
  const cluster = new S.ClusterSymbol.$ctor1('gapline', toList(S.DatabaseSymbol, [db]), false);
  return Kusto.Language.GlobalState.Default.WithCluster(cluster).WithDatabase(db);
}

/** Globals of a catalogue: one cluster, one database with these tables and functions. */
export function buildGlobals(parts: SchemaParts): Globals {
  const S = kusto().Kusto.Language.Symbols;
  const tables = parts.tables.map(lazyTableSymbol);
  let scope: Foreign;
  const database = () => {
    scope ??= new S.DatabaseSymbol.$ctor1('workspace', toList(S.Symbol, tables), true);
    return scope;
  };
  return globalsOfMembers([...tables, ...parts.functions.map((f) => knownFunctionSymbol(f, database))]);
}

/** These globals with more members in the current database; symbols that were there are kept, with the columns they have built. */
export function extendGlobals(globals: Globals, more: SchemaParts): Globals {
  const { Database } = globals;
  const added = [
    ...more.tables.map(lazyTableSymbol),
    ...more.functions.map((f) => knownFunctionSymbol(f, () => Database)),
  ];
  return globalsOfMembers([...toArray(Database.Members), ...added]);
}

/** Names of the engine's own scalar, aggregate and plug-in functions. */
export function builtinFunctionNames(): readonly string[] {
  const L = kusto().Kusto.Language;
  return [L.Functions.All, L.Aggregates.All, L.PlugIns.All].flatMap((list) => toArray(list).map((f) => f.Name));
}
