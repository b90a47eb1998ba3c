import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { catalogTable } from '../../../catalog/tables';
import type { TablePart } from '../tables';
import type { FoundFile } from './files';
import type { ImportedUnit, ImportUnit } from './import-unit';
import type { ImportedTable } from './imported-table';

/** Raised when what an import writes changes, so that older imports are made anew. */
const VERSION = 5;

/** Imported Parquet in the extension's storage. It holds personal data: `clear` removes all of it. */
export interface ImportStore {
  /** Folder of the Parquet files. */
  readonly folder: string;
  /** The same name for the same files (path, size, time), settings and catalogue columns. */
  keyOf(unit: Omit<ImportUnit, 'key'>): string;
  /** The same name for the same files and the same way of reading them, whatever `how` holds. */
  keyFor(files: readonly FoundFile[], how: unknown): string;
  /** What an earlier import of this unit gave, if all of it is still there. */
  load(key: string): Promise<ImportedUnit | null>;
  save(key: string, imported: ImportedUnit): Promise<void>;
  /** Removes imports of this folder of exports that are not among `keys`. */
  keepOnly(keys: ReadonlySet<string>): Promise<void>;
  /** An imported table as a part of a table of the connection. */
  partOf(table: ImportedTable, origin: readonly string[]): TablePart;
  /** A new empty folder; its maker removes it. */
  scratch(): Promise<string>;
  clear(): Promise<void>;
}

let saved = 0;

export function createImportStore(storage: string, root: string): ImportStore {
  const folder = join(storage, 'imported');
  const prefix = hash([root]).slice(0, 8);
  const manifest = (key: string) => join(folder, `${key}.json`);
  const keyFor = (files: readonly FoundFile[], how: unknown): string => {
    const identity = files.map((f) => [f.path, f.size, f.modified]);
    return `${prefix}-${hash([VERSION, identity, how]).slice(0, 24)}`;
  };
  return {
    folder,
    keyFor,
    keyOf(unit) {
      const columns = unit.table === null ? null : (catalogTable(unit.table)?.columns ?? null);
      const { content, table, mapped, fallback, zone, textOnly } = unit;
      return keyFor(unit.files, [columns, content, table, mapped, fallback, zone, textOnly]);
    },
    async load(key) {
      try {
        const imported = JSON.parse(await readFile(manifest(key), 'utf8')) as ImportedUnit;
        for (const table of imported.tables) await access(join(folder, table.parquet));
        return imported;
      } catch {
        // Never imported, or half removed: it is imported again.
        return null;
      }
    },
    async save(key, imported) {
      const partial = `${manifest(key)}.partial-${process.pid}-${++saved}`;
      await writeFile(partial, JSON.stringify(imported), 'utf8');
      await rename(partial, manifest(key));
    },
    async keepOnly(keys) {
      const names = await readdir(folder).catch(() => []);
      // A partial file is another process's work, or a day old and swept with other remains.
      const own = names.filter((name) => name.startsWith(`${prefix}-`) && !name.includes('.partial-'));
      const stale = own.filter((name) => !keys.has(keyOfName(name)));
      await Promise.all(stale.map((name) => rm(join(folder, name), { force: true })));
    },
    partOf: (table, origin) => ({
      table: table.table,
      parquet: [join(folder, table.parquet)],
      partitions: false,
      where: null,
      rows: table.rows,
      origin,
      columns: table.columns.map((c, i) => ({
        name: c.name,
        type: c.type,
        sql: `c${i}`,
        form: c.type === 'datetime' ? 'ticks' : 'timestamp',
        filled: c.filled,
        range: c.range ? [BigInt(c.range[0]), BigInt(c.range[1])] : null,
        texts: new Map(table.shredded.flatMap((s, k) => (s.column === i ? [[s.path, `s${k}`] as const] : []))),
      })),
    }),
    async scratch() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return mkdtemp(join(storage, 'scratch-'));
    },
    async clear() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `prefix-hash` of `prefix-hash.json`, `prefix-hash.parquet`, `prefix-hash-2.parquet`. */
const keyOfName = (name: string): string => name.replace(/\..*$/, '').split('-').slice(0, 2).join('-');

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
