import { join } from 'node:path';
import { messageOf } from '../../../base/result';
import type { DataProblem } from '../../../protocol/datahost';
import { type Database, literal, readParquetSql } from '../duckdb/database';
import type { TablePart } from '../tables';
import { toForm } from './convert';
import { changedFiles, type FoundFile } from './files';
import type { ImportStore } from './import-store';
import { fileChanged, type ImportedUnit } from './import-unit';
import { type WrittenColumn, writeImported } from './imported-table';
import { PARQUET_AT_ONCE, type ParquetGroup, slicesOf } from './parquet';
import { plainReason } from './text-source';

const MANY_FILES = 200;
const SMALL_FILE = 2 * 1024 * 1024;

/**
 * Parquet that is dear to query where it is: hundreds of small files are opened by every query, and times that are stored
 * as text are read anew by every query. Such files are rewritten once, as text is imported once. `files`: all of the table.
 */
export function needsRewrite(files: readonly FoundFile[], group: ParquetGroup, part: TablePart): boolean {
  const bytes = files.reduce((sum, f) => sum + f.size, 0);
  if (files.length > MANY_FILES && bytes / files.length < SMALL_FILE) return true;
  const text = new Set(group.columns.filter((c) => c.stored === 'VARCHAR').map((c) => c.name));
  return part.columns.some((c) => c.type === 'datetime' && c.form === 'ticks' && text.has(c.name));
}

/** Parquet that is to be imported. */
export interface Rewrite {
  /** Name of the file in the storage, without extension; equal for equal input. */
  readonly key: string;
  readonly group: ParquetGroup;
  /** Its rows where they are. */
  readonly part: TablePart;
  readonly known: boolean;
}

export function planRewrite(store: ImportStore, group: ParquetGroup, part: TablePart, known: boolean): Rewrite {
  const how = [part.table, part.where, part.columns.map((c) => [c.name, c.type, c.sql])];
  return { key: store.keyFor(group.files, how), group, part, known };
}

/**
 * The part as one imported file in the folder `target`. Where that fails, for the files or the disk, there is no table but
 * the reason: the rows can still be queried where they are. Rejects when the import is cancelled.
 */
export async function rewriteParquet(
  database: Database,
  { key, group, part, known }: Rewrite,
  target: string,
  scratch: string,
  signal: AbortSignal | undefined,
): Promise<ImportedUnit> {
  try {
    const { columns, relation } = await sourceOf(database, part, scratch, signal);
    const path = join(target, `${key}.parquet`);
    const table = await writeImported(database, { table: part.table, known }, columns, relation, path);
    const changed = await changedFiles(group.files);
    return { tables: [table], problems: changed.map((f) => fileChanged(f.relative)), changed: changed.length > 0 };
  } catch (error) {
    signal?.throwIfAborted();
    // Files that changed are read again, all of them.
    if ((await changedFiles(group.files)).length > 0) throw error;
    return { tables: [], problems: [notImported(group.files, messageOf(error))], changed: true };
  }
}

/** The columns of a part and what they are read from: its files, or copies of many of them in one. */
async function sourceOf(
  database: Database,
  part: TablePart,
  scratch: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly columns: readonly WrittenColumn[]; readonly relation: string }> {
  const relation = (files: readonly string[]) =>
    `${readParquetSql(files, part.partitions)}${part.where === null ? '' : ` WHERE ${part.where}`}`;
  const columns = part.columns.map(({ name, type, sql, form }) => ({
    name,
    type,
    sql: type === 'datetime' ? toForm(sql, form, 'ticks') : sql,
  }));
  if (part.parquet.length <= PARQUET_AT_ONCE) return { columns, relation: relation(part.parquet) };
  const select = columns.map((c, i) => `${c.sql} AS c${i}`).join(', ');
  const copies: string[] = [];
  for (const files of slicesOf(part.parquet, PARQUET_AT_ONCE)) {
    signal?.throwIfAborted();
    const copy = join(scratch, `${copies.length}.parquet`);
    await database.run(`COPY (SELECT ${select} FROM ${relation(files)}) TO ${literal(copy)} (FORMAT parquet)`);
    copies.push(copy);
  }
  return { columns: columns.map((c, i) => ({ ...c, sql: `c${i}` })), relation: readParquetSql(copies) };
}

function notImported(files: readonly FoundFile[], why: string): DataProblem {
  const [first, ...more] = files.map((f) => f.relative);
  const name = more.length === 0 ? first! : `${first} and ${more.length} more`;
  const message = `${name} could not be imported (${plainReason(why)}), so queries read it where it is, more slowly.`;
  return { severity: 'warning', code: 'unreadable-file', message, file: first!, line: null };
}
