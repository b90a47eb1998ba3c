import { rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { messageOf } from '../../../base/result';
import type { ScalarType } from '../../../protocol/records';
import { type Database, literal, pathLiteral } from '../duckdb/database';
import { RELATION_TYPE } from '../translate/types';
import { type ShreddedPath, samplePaths, shredded } from './shred';

/** A table as it was imported: columns are `c0`, `c1`, … in the file, in the physical form of a relation. */
export interface ImportedTable {
  readonly table: string;
  readonly known: boolean;
  /** File name of the Parquet in the storage. */
  readonly parquet: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: ScalarType;
    readonly filled: boolean;
    /** Rows in which it holds nothing; text is never null. */
    readonly nulls: number;
    /** Of datetimes: smallest and largest value in ticks, as text; null where it has none. */
    readonly range: readonly [string, string] | null;
  }[];
  readonly rows: number;
  /** Texts of paths that are kept beside the dynamic columns: `s0`, `s1`, … in the file. */
  readonly shredded: readonly ShreddedPath[];
}

/** A column to write: SQL over the relation, in the physical form of its type, datetimes as ticks. */
export interface WrittenColumn {
  readonly name: string;
  readonly type: ScalarType;
  readonly sql: string;
}

/** Two imports of one process do not write to one file. */
let written = 0;

/** Writes the rows of a relation as an imported table; the file appears under its name only when it is whole. */
export async function writeImported(
  database: Database,
  table: { readonly table: string; readonly known: boolean },
  columns: readonly WrittenColumn[],
  relation: string,
  path: string,
): Promise<ImportedTable> {
  const partial = `${path}.partial-${process.pid}-${++written}`;
  const select = `SELECT ${columns.map((c, i) => `${c.sql} AS c${i}`).join(', ')} FROM ${relation}`;
  try {
    const dynamics = columns.flatMap((c, i) => (c.type === 'dynamic' ? [i] : []));
    const paths = await samplePaths(database, select, dynamics);
    await copyToParquet(database, shredded(select, columns.length, paths), columns.length, partial);
    const types = columns.map((c) => c.type);
    const stats = await statistics(database, partial, types);
    await rename(partial, path);
    return {
      table: table.table,
      known: table.known,
      parquet: basename(path),
      columns: columns.map((c, i) => ({
        name: c.name,
        type: c.type,
        filled: stats.filled[i]!,
        nulls: stats.nulls[i]!,
        range: stats.range[i] ?? null,
      })),
      rows: stats.rows,
      shredded: paths,
    };
  } finally {
    await rm(partial, { force: true });
  }
}

/** Bytes of one row group before compression: two threads hold a few of them at a time. */
const GROUP_BYTES = 24e6;
const [FEWEST_ROWS, MOST_ROWS] = [2048, 122_880];

/**
 * Writes a SELECT of the columns `c0`, `c1`, … to a Parquet file. Rows of logs may be kilobytes of JSON: a row group of
 * the usual number of them would not fit into memory, so the number follows their width.
 */
export async function copyToParquet(database: Database, select: string, columns: number, path: string): Promise<void> {
  const width = `strlen(concat(${Array.from({ length: columns }, (_, i) => `c${i}`).join(', ')}))`;
  const [[average] = []] = await database.rows(`SELECT avg(${width}) FROM (${select} LIMIT 1000)`);
  const fitting = Math.floor(GROUP_BYTES / Math.max(1, Number(average ?? 1)));
  const copy = (rows: number) =>
    database.run(`COPY (${select}) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rows})`);
  try {
    await copy(Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, fitting)));
  } catch (error) {
    if (!/Out of Memory/.test(messageOf(error))) throw error;
    const [[threads] = []] = await database.rows("SELECT current_setting('threads')");
    await database.run('SET threads = 1');
    try {
      await copy(FEWEST_ROWS);
    } finally {
      await database.run(`SET threads = ${String(threads)}`);
    }
  }
}

interface Statistics {
  readonly rows: number;
  readonly filled: readonly boolean[];
  readonly nulls: readonly number[];
  readonly range: readonly (readonly [string, string] | null)[];
}

/** Rows, columns that are not empty and ranges of datetimes, from the file's own metadata. */
async function statistics(database: Database, path: string, types: readonly ScalarType[]): Promise<Statistics> {
  const [[rows] = []] = await database.rows(`SELECT sum(num_rows) FROM parquet_file_metadata(${pathLiteral(path)})`);
  const found = await database.rows(
    'SELECT path_in_schema, sum(num_values - coalesce(stats_null_count, 0)), min(TRY_CAST(stats_min_value AS BIGINT))::VARCHAR, ' +
      `max(TRY_CAST(stats_max_value AS BIGINT))::VARCHAR, max(coalesce(stats_max_value, 'x') <> ''), sum(coalesce(stats_null_count, 0)) FROM parquet_metadata(${pathLiteral(path)}) GROUP BY 1`,
  );
  const byColumn = new Map(found.map((row) => [String(row[0]), row]));
  const row = (i: number) => byColumn.get(`c${i}`);
  return {
    rows: Number(rows ?? 0),
    filled: types.map(
      (type, i) => Number(row(i)?.[1] ?? 0) > 0 && (RELATION_TYPE[type] !== 'VARCHAR' || row(i)?.[4] === true),
    ),
    nulls: types.map((_, i) => Number(row(i)?.[5] ?? 0)),
    range: types.map((type, i) => {
      const [, , low, high] = row(i) ?? [];
      return type === 'datetime' && low != null && high != null ? ([String(low), String(high)] as const) : null;
    }),
  };
}
