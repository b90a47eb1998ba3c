import { formatBytesOf } from '../../../base/bytes';
import type { Database } from '../duckdb/database';

/** All imports of a folder: bytes that are done and that are to be done, and rows that have been written. */
export interface Imported {
  readonly done: number;
  readonly total: number;
  readonly rows: number;
}

/** What is imported now: a name for people, and the size of its files. */
export interface ImportedNow {
  readonly name: string;
  readonly bytes: number;
}

/** Milliseconds between two looks at the engine. */
const LOOK_EVERY = 250;
/** Part of an import's work that is done when its rows begin to be written: columns and types have been found. */
const BEFORE_WRITING = 0.4;

/**
 * Tells how far an import is, until it is ended. Rows are those of finished imports, said where these are the most of what
 * has been read: what the engine counts while it reads text are pieces of files.
 */
export function watchImport(
  database: Database,
  { name, bytes }: ImportedNow,
  { done, total, rows }: Imported,
  report: (message: string, fraction: number | null) => void,
): { end(): void } {
  let share = 0;
  const tell = () => {
    const progress = database.progress();
    if (progress) {
      const { fraction, writing } = progress;
      share = Math.max(share, writing ? BEFORE_WRITING + (1 - BEFORE_WRITING) * fraction : BEFORE_WRITING * fraction);
    }
    const read = done + share * bytes;
    const written = done > read / 2 ? `, ${rows.toLocaleString('en')} rows` : '';
    report(`Importing ${name}: ${formatBytesOf(read, total)}${written}`, total === 0 ? null : read / total);
  };
  tell();
  const timer = setInterval(tell, LOOK_EVERY);
  return { end: () => clearInterval(timer) };
}
