import './allocator';

import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';

/** Limits of one DuckDB instance. */
export interface DatabaseOptions {
  readonly threads: number;
  /** As DuckDB reads it: `500MB`. */
  readonly memory: string;
  /** Folder for what does not fit into memory; it must exist. */
  readonly temporary: string;
}

/**
 * An in-memory DuckDB for statements that Gapline writes itself: imports and exports. It may touch any path that its
 * caller names, so no text of a user ever becomes a statement here; queries run in `connect.ts`.
 */
export interface Database {
  readonly connection: DuckDBConnection;
  run(sql: string): Promise<void>;
  /** All rows of a small result. */
  rows(sql: string): Promise<readonly (readonly DuckDBValue[])[]>;
  /** How far the statement that runs now is; null where none runs or the engine cannot tell. */
  progress(): StatementProgress | null;
  /** Stops what runs now; it rejects. */
  interrupt(): void;
  close(): void;
}

export interface StatementProgress {
  /** 0–1. */
  readonly fraction: number;
  /** True while rows are written, false while they are only looked at. */
  readonly writing: boolean;
}

/** Options that every instance has: nothing is downloaded, nothing is loaded unasked, UTC everywhere. */
export const SAFE_SETTINGS: Readonly<Record<string, string>> = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
};

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:', {
    ...SAFE_SETTINGS,
    threads: String(options.threads),
    memory_limit: options.memory,
    temp_directory: options.temporary,
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run('SET enable_progress_bar = true');
  await connection.run('SET enable_progress_bar_print = false');
  let running: 'writing' | 'reading' | null = null;
  const during = async <T>(what: 'writing' | 'reading', work: () => Promise<T>): Promise<T> => {
    running = what;
    try {
      return await work();
    } finally {
      running = null;
    }
  };
  return {
    connection,
    async run(sql) {
      await during('writing', () => connection.run(sql));
    },
    async rows(sql) {
      return (await during('reading', () => connection.runAndReadAll(sql))).getRows();
    },
    progress() {
      if (running === null) return null;
      const { percentage } = connection.progress;
      // Below zero the engine does not know yet.
      if (percentage < 0) return null;
      return { fraction: Math.min(1, percentage / 100), writing: running === 'writing' };
    },
    interrupt: () => connection.interrupt(),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A text as a SQL string literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/**
 * A path as a SQL string literal for the engine's readers, which take `*`, `?` and `[` for patterns: a file or folder that has
 * them in its name would stand for others.
 */
export const pathLiteral = (path: string): string => literal(pathPattern(path));
/** The pattern that only this path fits. */
export const pathPattern = (path: string): string => path.replace(/[*?[]/g, '[$&]');
const pathList = (paths: readonly string[]): string => `[${paths.map(pathLiteral).join(', ')}]`;

/** Files of text for `read_csv` and `read_json`: options follow. What folders are called (`y=2024`) is no column of theirs. */
export const textFiles = (paths: readonly string[]): string => `${pathList(paths)}, hive_partitioning = false`;

/** `read_parquet` of these files; with `partitions`, the names of their folders (`Region=west`) are columns, as text. */
export const readParquetSql = (paths: readonly string[], partitions = false): string =>
  `read_parquet(${pathList(paths)}, hive_partitioning = ${partitions}${partitions ? ', hive_types_autocast = false' : ''})`;
/** The list of files for `parquet_schema` and its kin. */
export const parquetFiles = pathList;

/** A name as a SQL identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
