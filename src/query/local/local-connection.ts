import type { Connection, QueryOptions } from '../connection';
import type { FolderConfig } from './config';
import type { ResolvedTranslation } from './translate/contract';

export type ExplainOutcome =
  | { readonly kind: 'sql'; readonly statements: readonly string[] }
  | Exclude<ResolvedTranslation, { readonly kind: 'sql' }>;

/** A folder of exports, queried in place. */
export interface LocalConnection extends Connection {
  readonly kind: 'local';
  /** The SQL that a query becomes, or why it becomes none. */
  explain(kql: string, options?: QueryOptions): Promise<ExplainOutcome>;
  /** Reads the folder again: new, changed and removed files, `gapline.yaml`. */
  reload(): Promise<void>;
  /** Remembers in `gapline.yaml` which table a file holds (a path below the folder), and reads the folder again. */
  mapFile(file: string, table: string): Promise<void>;
  /** Removes what was imported into the storage; the next query imports it again. */
  deleteImported(): Promise<void>;
  /** What `gapline.yaml` says. */
  config(): FolderConfig;
  /** Columns that name one record of a table, where they are known and filled; null: duplicates cannot be judged. */
  keyOf(table: string): readonly string[] | null;
}
