import './allocator';

import { DOUBLE, DuckDBDataChunk, UINTEGER } from '@duckdb/node-api';
import { type Database, identifier } from './database';

const CHUNK = 2048;

/** A column of numbers to append; NaN becomes null. */
export type NumberColumn = Float64Array | Uint32Array;

/** Appends typed arrays to a table of DOUBLE and UINTEGER columns, chunk by chunk. */
export interface ColumnAppender {
  append(columns: readonly NumberColumn[], rowCount: number): void;
  finish(): void;
}

/** Creates `table` with the columns `c0`, `c1`, … and an appender for it. */
export async function createColumnAppender(
  database: Database,
  table: string,
  kinds: readonly ('double' | 'uint')[],
): Promise<ColumnAppender> {
  const columns = kinds.map((kind, i) => `c${i} ${kind === 'double' ? 'DOUBLE' : 'UINTEGER'}`);
  await database.run(`CREATE TABLE ${identifier(table)} (${columns.join(', ')})`);
  const appender = await database.connection.createAppender(table);
  const types = kinds.map((kind) => (kind === 'double' ? DOUBLE : UINTEGER));
  const chunk = DuckDBDataChunk.create(types, CHUNK);
  return {
    append(data, rowCount) {
      for (let offset = 0; offset < rowCount; offset += CHUNK) {
        const count = Math.min(CHUNK, rowCount - offset);
        chunk.reset();
        chunk.rowCount = count;
        data.forEach((values, c) => {
          const vector = chunk.getColumnVector(c) as unknown as { setItem(i: number, v: number | null): void };
          for (let i = 0; i < count; i++) {
            const value = values[offset + i]!;
            vector.setItem(i, Number.isNaN(value) ? null : value);
          }
          chunk.getColumnVector(c).flush();
        });
        appender.appendDataChunk(chunk);
      }
    },
    finish() {
      appender.flushSync();
      appender.closeSync();
    },
  };
}

/** Fills `table(i UINTEGER, w VARCHAR)` with words and their places. */
export async function appendWords(database: Database, table: string, words: readonly string[]): Promise<void> {
  await database.run(`CREATE TABLE ${identifier(table)} (i UINTEGER, w VARCHAR)`);
  const appender = await database.connection.createAppender(table);
  for (let i = 0; i < words.length; i++) {
    appender.appendUInteger(i);
    appender.appendVarchar(words[i]!);
    appender.endRow();
  }
  appender.flushSync();
  appender.closeSync();
}
