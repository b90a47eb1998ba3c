import { messageOf } from '../../../base/result';
import type { DataProblem } from '../../../protocol/datahost';
import { type Database, parquetFiles, readParquetSql } from '../duckdb/database';
import type { FoundFile } from './files';
import { groupBy, unreadable } from './text-source';

/** Files that one statement reads: the engine keeps something of each while it runs. */
export const PARQUET_AT_ONCE = 500;

export function* slicesOf<T>(items: readonly T[], most: number): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += most) yield items.slice(i, i + most);
}

/** Parquet files of one schema, read where they are. */
export interface ParquetGroup {
  readonly files: readonly FoundFile[];
  readonly columns: readonly ParquetColumn[];
  readonly rows: number;
  /** True where names of folders are columns too. */
  readonly partitions: boolean;
}

export interface ParquetColumn {
  readonly name: string;
  /** DuckDB's name of its type. */
  readonly stored: string;
  /** False where the metadata of every row group counts no null. */
  readonly nullable: boolean;
  /** False where every value is null by the metadata. */
  readonly filled: boolean;
  /** True where most of the file keeps each of its distinct values once. */
  readonly few: boolean;
  /** Smallest and largest value as DuckDB prints it, null where the metadata has none. */
  readonly range: readonly [string, string] | null;
  /** The largest of whole numbers; null where the metadata does not say. */
  readonly largest: bigint | null;
}

/** Reads the metadata of all files in a few statements; files that are no sound Parquet are said and left out. */
export async function readParquet(
  database: Database,
  files: readonly FoundFile[],
  problems: DataProblem[],
  signal?: AbortSignal,
): Promise<ParquetGroup[]> {
  const sound: WithSchema[] = [];
  for (const some of slicesOf(files, PARQUET_AT_ONCE))
    sound.push(...(await withSchema(database, some, problems, signal)));
  const groups: ParquetGroup[] = [];
  for (const group of groupBy(sound, (f) => JSON.stringify([f.schema, partitionsOf(f.file)])))
    groups.push(
      await describe(
        database,
        group.map((f) => f.file),
      ),
    );
  return groups;
}

interface WithSchema {
  readonly file: FoundFile;
  /** Equal for files of equal columns. */
  readonly schema: string;
}

/** Halves the list until the files at fault stand alone, so that 10,000 sound files cost one statement. */
async function withSchema(
  database: Database,
  files: readonly FoundFile[],
  problems: DataProblem[],
  signal: AbortSignal | undefined,
): Promise<WithSchema[]> {
  if (files.length === 0) return [];
  try {
    const rows = await database.rows(
      `SELECT file_name, md5(string_agg(concat_ws('|', name, type, num_children, converted_type, logical_type), chr(10))) FROM parquet_schema(${list(files)}) GROUP BY file_name`,
    );
    const byPath = new Map(rows.map(([path, schema]) => [String(path), String(schema)]));
    return files.map((file) => ({ file, schema: byPath.get(file.path) ?? file.path }));
  } catch (error) {
    signal?.throwIfAborted();
    if (files.length === 1) {
      problems.push(unreadable(files[0]!.relative, explain(messageOf(error))));
      return [];
    }
    const half = files.length >> 1;
    const first = await withSchema(database, files.slice(0, half), problems, signal);
    return [...first, ...(await withSchema(database, files.slice(half), problems, signal))];
  }
}

function explain(message: string): string {
  if (/No magic bytes|too small|Footer|footer/i.test(message))
    return 'it is no whole Parquet file: it was cut off or is still being written';
  return message;
}

/**
 * Bytes of a value, on average, below which a column of texts is a list of places in a dictionary: writers begin one, and go on
 * without where it grows.
 */
const FEW_BYTES = 12;

async function describe(database: Database, files: readonly FoundFile[]): Promise<ParquetGroup> {
  const first = files[0]!;
  const describe = (partitions: boolean) =>
    database.rows(`DESCRIBE SELECT * FROM ${readParquetSql([first.path], partitions)}`);
  const stored = await describe(false);
  const own = new Set(stored.map(([name]) => String(name).toLowerCase()));
  const folders = partitionsOf(first);
  // A column of the file is right about its rows, whatever a folder is called.
  const partitions = folders.length > 0 && folders.every((name) => !own.has(name.toLowerCase()));
  const named = partitions ? (await describe(true)).filter(([name]) => folders.includes(String(name))) : [];
  const described = [...stored, ...named];
  const { rows, byColumn } = await statistics(database, files);
  return {
    files,
    rows,
    partitions,
    columns: described.map(([name, stored]) => {
      const { unknown, nulls, values, few, range, largest } = byColumn.get(String(name)) ?? NO_STATISTICS;
      return {
        name: String(name),
        stored: String(stored),
        nullable: unknown || nulls > 0,
        filled: unknown || nulls < values,
        few: 2 * few > values,
        range,
        largest,
      };
    }),
  };
}

interface ColumnStatistics {
  /** True where some row group does not say how many nulls it has. */
  readonly unknown: boolean;
  readonly nulls: number;
  readonly values: number;
  /** As many of the values are places in dictionaries. */
  readonly few: number;
  readonly range: readonly [string, string] | null;
  readonly largest: bigint | null;
}

const NO_STATISTICS: ColumnStatistics = { unknown: true, nulls: 0, values: 0, few: 0, range: null, largest: null };

/** Rows of files, and what their metadata say of each column. */
async function statistics(database: Database, files: readonly FoundFile[]) {
  const byColumn = new Map<string, ColumnStatistics>();
  let rows = 0;
  for (const some of slicesOf(files, PARQUET_AT_ONCE)) {
    const metadata = await database.rows(
      'SELECT path_in_schema, count(*) FILTER (stats_null_count IS NULL), sum(stats_null_count), sum(num_values), ' +
        'min(coalesce(stats_min_value, stats_min)), max(coalesce(stats_max_value, stats_max)), ' +
        'max(TRY_CAST(coalesce(stats_max_value, stats_max) AS HUGEINT))::VARCHAR, ' +
        `sum(num_values) FILTER (dictionary_page_offset IS NOT NULL AND total_uncompressed_size < ${FEW_BYTES} * num_values) FROM parquet_metadata(${list(some)}) GROUP BY 1`,
    );
    for (const [name, unknown, nulls, values, low, high, largest, few] of metadata) {
      const found: ColumnStatistics = {
        unknown: Number(unknown) > 0,
        nulls: Number(nulls ?? 0),
        values: Number(values ?? 0),
        few: Number(few ?? 0),
        range: low == null || high == null ? null : [String(low), String(high)],
        largest: largest == null ? null : BigInt(String(largest)),
      };
      const before = byColumn.get(String(name));
      byColumn.set(String(name), before ? together(before, found) : found);
    }
    const [[more] = []] = await database.rows(`SELECT sum(num_rows) FROM parquet_file_metadata(${list(some)})`);
    rows += Number(more ?? 0);
  }
  return { rows, byColumn };
}

function together(a: ColumnStatistics, b: ColumnStatistics): ColumnStatistics {
  const [first, second] = [a.range ?? b.range, b.range ?? a.range];
  return {
    unknown: a.unknown || b.unknown,
    nulls: a.nulls + b.nulls,
    values: a.values + b.values,
    few: a.few + b.few,
    largest: (a.largest ?? -1n) > (b.largest ?? -1n) ? a.largest : b.largest,
    range: first && second && [least(first[0], second[0]), most(first[1], second[1])],
  };
}

const least = (a: string, b: string): string => (a < b ? a : b);
const most = (a: string, b: string): string => (a < b ? b : a);

const list = (files: readonly FoundFile[]): string => parquetFiles(files.map((f) => f.path));

/** Folders that say when: the rows have their own time, which says more. */
const TIMES = /^(y|m|d|h|mm|dt|date|year|month|day|hour|minute|min)$/i;

/** Names that the folders of a partitioned table give to its rows: `Region` of `Region=west/part-0.parquet`. */
function partitionsOf(file: FoundFile): string[] {
  const folders = file.relative.split('/').slice(0, -1);
  const names = folders.flatMap((f) => /^(\w+)=/.exec(f)?.[1] ?? []);
  return names.filter((name) => !TIMES.test(name));
}
