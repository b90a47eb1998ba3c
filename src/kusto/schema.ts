import type { ResultColumn } from '../protocol/records';
import { type Foreign, kusto, toList } from './engine';

/** Tables, functions and databases as symbols of the engine. */
export interface SchemaTable {
  readonly name: string;
  readonly columns: readonly ResultColumn[];
  readonly description?: string;
  /** Value completions by column. */
  readonly examples?: Readonly<Record<string, readonly string[]>>;
}

/** A function with a KQL body (`{ … }`) or with fixed output columns. */
export interface SchemaFunction {
  readonly name: string;
  /** `(a:string, b:datetime=datetime(null))` */
  readonly parameters: string;
  readonly body: string;
  readonly description?: string;
}

export function columnSymbol(c: ResultColumn, examples?: readonly string[]): Foreign {
  const { Kusto, System } = kusto();
  const S = Kusto.Language.Symbols;
  const list = examples?.length ? toList(System.String, examples) : null;
  return new S.ColumnSymbol(c.name, S.ScalarTypes.GetSymbol(c.type) ?? S.ScalarTypes.String, null, null, null, list);
}

export function tableSymbol(t: SchemaTable): Foreign {
  const { Bridge, Kusto } = kusto();
  const columns = t.columns.map((c) => columnSymbol(c, t.examples?.[c.name]));
  return new Kusto.Language.Symbols.TableSymbol.$ctor6(
    t.name,
    new Bridge.ArrayEnumerable(columns),
    t.description ?? null,
  );
}

export function functionSymbol(f: SchemaFunction): Foreign {
  return new (kusto().Kusto.Language.Symbols.FunctionSymbol.$ctor16)(
    f.name,
    f.parameters,
    f.body,
    f.description ?? null,
  );
}

/** A GlobalState with one cluster and one database that holds these symbols. Opaque to callers outside src/kusto. */
export type Globals = Foreign & { readonly __globals?: unique symbol };

export function globalsOf(members: readonly Foreign[], database = 'workspace'): Globals {
  const { Kusto } = kusto();
  const S = Kusto.Language.Symbols;
  const db = new S.DatabaseSymbol.$ctor1(database, toList(S.Symbol, members), false);
  const cluster = new S.ClusterSymbol.$ctor1('gapline', toList(S.DatabaseSymbol, [db]), false);
  return Kusto.Language.GlobalState.Default.WithCluster(cluster).WithDatabase(db);
}

/** `_GetWatchlist('alias')` with the columns of each alias; an unknown alias gives the columns that every watchlist has. */
export function watchlistSymbol(
  watchlists: readonly { readonly alias: string; readonly columns: readonly ResultColumn[] }[],
): Foreign {
  const S = kusto().Kusto.Language.Symbols;
  const byAlias = new Map(watchlists.map((w) => [w.alias, tableSymbol({ name: w.alias, columns: w.columns })]));
  const other = tableSymbol({ name: 'watchlist', columns: [{ name: 'SearchKey', type: 'string' }] });
  const resultOf = (context: Foreign) =>
    byAlias.get(String(context.GetArgument$1('watchlistAlias')?.ConstantValue ?? '')) ?? other;
  const parameter = new S.Parameter.$ctor2('watchlistAlias', S.ScalarTypes.String);
  return new S.FunctionSymbol.$ctor1('_GetWatchlist', resultOf, S.Tabularity.Tabular, toList(S.Parameter, [parameter]));
}
