import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Json, ResultColumn, ScalarType } from '../../protocol/records';
import { identifier, literal, openDatabase, textFiles } from './duckdb/database';

export interface ParquetInit {
  readonly file: string;
  readonly columns: readonly ResultColumn[];
  /** Rows as the command line's JSON. */
  readonly batches: AsyncIterable<readonly (readonly Json[])[]>;
  readonly signal: AbortSignal;
}

/** Types of the file's columns. Lengths of time, decimals and dynamic values stay text, which KQL reads back as they were. */
const TYPES: Record<ScalarType, string> = {
  bool: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  real: 'DOUBLE',
  decimal: 'VARCHAR',
  string: 'VARCHAR',
  datetime: 'TIMESTAMP_NS',
  timespan: 'VARCHAR',
  guid: 'VARCHAR',
  dynamic: 'VARCHAR',
};
/** Nanoseconds since 1970 hold these years; where a column leaves them, its times are kept to the microsecond. */
const NANOSECOND_YEARS = { first: 1678, last: 2261 };
/** Bytes of the longest row that is read back. */
const LONGEST_ROW = 64 * 1024 * 1024;

/** Writes rows of a result as Parquet (zstd). Rows go through a temporary file, so that memory holds a batch of them only. */
export async function writeParquet(init: ParquetInit): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'gapline-export-'));
  const rows = join(temporary, 'rows.ndjson');
  const far = new Set<number>();
  try {
    await pipeline(Readable.from(lines(init, far)), createWriteStream(rows), { signal: init.signal });
    const database = await openDatabase({ threads: 1, memory: '500MB', temporary });
    const stop = () => database.interrupt();
    init.signal.addEventListener('abort', stop);
    try {
      init.signal.throwIfAborted();
      await database.run(copyStatement(init, rows, far));
    } finally {
      init.signal.removeEventListener('abort', stop);
      database.close();
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Each cell as text or null, so that nothing is guessed when it is read back. */
async function* lines({ columns, batches }: ParquetInit, far: Set<number>): AsyncGenerator<string> {
  for await (const batch of batches)
    yield batch
      .map((row) => {
        const cells = row.map((cell, i): [string, string | null] => {
          const text = cell === null ? null : typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
          if (text !== null && columns[i]!.type === 'datetime') {
            const year = Number(text.slice(0, 4));
            if (year < NANOSECOND_YEARS.first || year > NANOSECOND_YEARS.last) far.add(i);
          }
          return [`c${i}`, text];
        });
        return `${JSON.stringify(Object.fromEntries(cells))}\n`;
      })
      .join('');
}

function copyStatement({ columns, file }: ParquetInit, rows: string, far: ReadonlySet<number>): string {
  const read = columns.map((_, i) => `c${i}: 'VARCHAR'`).join(', ');
  const typeOf = (c: ResultColumn, i: number) => (far.has(i) ? 'TIMESTAMP' : TYPES[c.type]);
  const kept = columns
    .map((c, i) => `CAST(c${i} AS ${typeOf(c, i)}) AS ${identifier(uniqueName(columns, i))}`)
    .join(', ');
  const source = `read_json(${textFiles([rows])}, format = 'newline_delimited', columns = {${read}}, maximum_object_size = ${LONGEST_ROW})`;
  return `COPY (SELECT ${kept} FROM ${source}) TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd)`;
}

/** Parquet readers take names without regard to letter case, KQL does not: `a` and `A` become `a` and `A_1`. */
function uniqueName(columns: readonly ResultColumn[], index: number): string {
  const { name } = columns[index]!;
  const same = columns.slice(0, index).filter((c) => c.name.toLowerCase() === name.toLowerCase()).length;
  return same === 0 ? name : `${name}_${same}`;
}
