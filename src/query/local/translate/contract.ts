import type { Ticks } from '../../../base/time';
import type { QueryFault, Refusal, RenderHint, ResultColumn } from '../../../protocol/records';
import type { NativeFunction } from './natives/native';
import type { TranslateTable } from './types';

/** A saved function (parser, workspace function) that queries may call by name. */
export interface TranslateFunction {
  readonly name: string;
  /** `(a:string, b:datetime=datetime(null))` */
  readonly parameters: string;
  /** `{ … }` in KQL. */
  readonly body: string;
}

/** A file that stands for an address of `externaldata`, as text and, where it is JSON, as objects. */
export interface MappedFile {
  /** Relation of its lines: `n` (a number as text, in the order of the file) and `line`, both VARCHAR; null for what is no text. */
  readonly lines: string | null;
  /** Relation of its objects and their keys, which are its columns, all VARCHAR. */
  readonly objects: { readonly relation: string; readonly keys: readonly string[] } | null;
}

export interface TranslateOptions {
  readonly tables: readonly TranslateTable[];
  /** What `now()` means, in ticks. */
  readonly now: Ticks;
  /** Time range on each table's time column: from inclusive, to exclusive. */
  readonly from?: Ticks;
  readonly to?: Ticks;
  /** Rows wanted of each result; the SQL asks for one more, so that the caller can say that it was cut. */
  readonly maxRows?: number;
  readonly functions?: readonly TranslateFunction[];
  /** Watchlist alias → its rows, for `_GetWatchlist('alias')`. */
  readonly watchlists?: ReadonlyMap<string, TranslateTable>;
  /** What stands for an address of `externaldata`. */
  readonly files?: ReadonlyMap<string, MappedFile>;
  /** Answers to the probes of an earlier try, by their `at`. */
  readonly schemas?: ReadonlyMap<number, readonly ResultColumn[]>;
}

/**
 * Columns that only the data tell (bag_unpack, pivot). The SQL gives rows of (name VARCHAR, type VARCHAR), in the order of
 * the columns; translate again with them in `schemas`. `resolveTranslation` does that.
 */
export interface SchemaProbe {
  readonly at: number;
  readonly sql: string;
}

/** One tabular statement as one SELECT. */
export interface TranslatedStatement {
  readonly sql: string;
  /** The same rows with less memory and a second look at the data, where there is such a way. */
  readonly sparing?: string;
  readonly columns: readonly ResultColumn[];
  /** What the query calls this result; absent: nothing. */
  readonly name?: string;
  readonly render: RenderHint | null;
  /** Where the local answer knowingly differs from the cloud's. */
  readonly notes: readonly string[];
}

export type Translation =
  | { readonly kind: 'sql'; readonly statements: readonly TranslatedStatement[] }
  | { readonly kind: 'probe'; readonly probes: readonly SchemaProbe[] }
  | { readonly kind: 'refused'; readonly refused: readonly Refusal[] }
  | { readonly kind: 'invalid'; readonly faults: readonly QueryFault[] };

/** A translation whose probes are answered. */
export type ResolvedTranslation = Exclude<Translation, { readonly kind: 'probe' }>;

export interface Translator {
  /** Broken or untranslatable queries are values. About 10 ms CPU warm for a typical rule. */
  translate(kql: string, options: TranslateOptions): Translation;
  /** Functions to register in a fresh database, before the prelude. */
  readonly natives?: readonly NativeFunction[];
  /** SQL macros that every translation relies on: run once in a fresh database. */
  readonly prelude: string;
}

/** What is said of a text that declares names and asks nothing. */
export const NO_STATEMENT = 'The query has no tabular statement.';
