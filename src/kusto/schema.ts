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
