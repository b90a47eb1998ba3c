import type { BoundType, Expr, Place, Query } from '../../../kusto/tree';
import type { RenderHint, ScalarType } from '../../../protocol/records';
import type { TranslateOptions } from './contract';
import type { Determined } from './determined';
import type { SelectItem } from './selects';
import type { Value } from './value';

/** A column of a relation: its KQL name and the SQL that reads it from the relation's `from`. */
export interface Column extends Value {
  readonly name: string;
  /** How it follows from other columns of the relation, where it does. */
  readonly determined?: Determined;
}

export interface OrderKey {
  readonly sql: string;
  readonly descending: boolean;
  readonly nulls: 'FIRST' | 'LAST';
}

/**
 * A tabular expression under construction: `SELECT columns FROM from WHERE where`, not yet written down. Operators add to
 * it; `flush` (see relation.ts) makes it a common table expression when the next operator needs its columns by name.
 */
export interface Relation {
  readonly from: string;
  readonly where: readonly string[];
  readonly columns: readonly Column[];
  /** Order of the rows, kept until an operator loses it: SQL never keeps one by itself. */
  readonly order: readonly OrderKey[];
  /** Columns of `from` that every stage carries along: row ids of mv-apply, keys of partition. */
  readonly carried: readonly string[];
  /** True when a column is a window or an unnest: nothing may be filtered before it. */
  readonly sealed: boolean;
  /** SQL of columns that together are unique, if known. */
  readonly unique: readonly string[] | null;
  /** The time of ingestion of each row, while it can still be read. */
  readonly ingestion: Value | null;
  /** The table's name, for withsource. */
  readonly source: string | null;
}

/** Names that a `let`, a parameter or an operator brings. Values are made when asked for. */
export type Binding =
  | { readonly kind: 'scalar'; value(): Value }
  /** `absent` names what the table is made of and is not here; null where all of it is. */
  | { readonly kind: 'table'; relation(): Relation; absent(): string | null }
  | { readonly kind: 'function'; readonly env: Env };

export interface Env {
  find(name: string): Binding | undefined;
  with(name: string, binding: Binding): Env;
}

/** What an expression may name. */
export interface Scope {
  readonly env: Env;
  column(name: string): Value | undefined;
  readonly columns: readonly Column[];
  /** `$left` and `$right` of a join's condition. */
  readonly sides?: { readonly left: Relation; readonly right: Relation };
  /** True inside `summarize`: aggregates may stand here. */
  readonly grouped: boolean;
  /** OVER clause's order and partition for row functions. */
  readonly window: Window;
  /** Computes SQL in a SELECT below this one and gives its name: window functions do not nest. */
  readonly stage?: (sql: string) => string;
  /** As `stage`, for what one SELECT cannot compute. */
  readonly rebuild?: (make: (from: string, as: string) => string) => string;
  /** What ingestion_time() means here; null where the table does not say. */
  readonly ingestion?: Value | null;
  /** Inside a scan step: the columns of a step's last row. */
  readonly steps?: ReadonlyMap<string, (name: string) => Value | undefined>;
}

export interface Window {
  readonly partition: readonly string[];
  readonly order: readonly OrderKey[];
}

/** The relation that an operator without input stands on, inside mv-apply and partition. */
export type Input = Relation | null;

export interface Translating {
  readonly options: TranslateOptions;
  /** A fresh internal name: `c12`. */
  fresh(prefix: string): string;
  /** Adds a common table expression and gives its name. */
  cte(sql: string, materialized?: 'MATERIALIZED' | 'NOT MATERIALIZED' | ''): string;
  /** Adds one whose columns may be left out where nobody reads them; see selects.ts. */
  select(
    items: readonly SelectItem[],
    tails: readonly string[],
    materialized?: 'MATERIALIZED' | 'NOT MATERIALIZED' | '',
  ): string;
  /** True where a relation's rows come from files, filtered at most: reading them again costs what reading them cost. */
  readAgain(from: string): boolean;
  refuse(place: Place, name: string, message?: string): void;
  /** The binder found no meaning: the query is wrong, or names what is not there. */
  unknown(place: Place, what: string): void;
  /** Asks the data for the output columns of the plugin that ends at an offset. */
  probe(at: number, select: string): void;
  note(text: string): void;
  render(hint: RenderHint): void;
  expression(e: Expr, scope: Scope): Value;
  /** SQL for a WHERE clause: NULL counts as false. */
  condition(e: Expr, scope: Scope): string;
  query(q: Query, env: Env, input: Input): Relation;
  /** Relation of a table of the connection, with the time range applied; undefined where there is none. */
  table(name: string): Relation | undefined;
  /** Relation of a watchlist that a file stands for. */
  watchlist(alias: string): Relation | undefined;
}

/** A type that SQL can be written for; a column without one is treated as dynamic. */
export const scalarType = (type: BoundType): ScalarType => (type === 'unknown' ? 'dynamic' : type);
