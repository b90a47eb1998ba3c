import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, readParquetSql } from '../duckdb/database';
import type { TablePart } from '../tables';
import { toForm } from './convert';
import { type FoundFile, nameWithSize } from './files';
import type { ImportStore } from './import-store';
import { writeImported } from './imported-table';
import type { ParquetGroup } from './parquet';

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

/** The part as one imported file; gives the key under which it is kept. */
export async function rewriteParquet(
  database: Database,
  store: ImportStore,
  group: ParquetGroup,
  part: TablePart,
  known: boolean,
  report: (name: string) => void,
): Promise<{ readonly part: TablePart; readonly key: string }> {
  const key = store.keyFor(group.files, [part.table, part.where, part.columns.map((c) => [c.name, c.type, c.sql])]);
  const earlier = await store.load(key);
  if (!earlier) report(`Rewriting ${nameWithSize(group.files, part.table)}`);
  const relation = `${readParquetSql(part.parquet, part.partitions)}${part.where === null ? '' : ` WHERE ${part.where}`}`;
  const columns = part.columns.map((c) => ({
    name: c.name,
    type: c.type,
    sql: c.type === 'datetime' ? toForm(c.sql, c.form, 'ticks') : c.sql,
  }));
  await mkdir(store.folder, { recursive: true, mode: 0o700 });
  const path = join(store.folder, `${key}.parquet`);
  const table =
    earlier?.tables[0] ?? (await writeImported(database, { table: part.table, known }, columns, relation, path));
  if (!earlier) await store.save(key, { tables: [table], problems: [], changed: false });
  return { part: store.partOf(table, part.origin), key };
}
