import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type RowOrder, rowsToJson, textParts, textRows } from '../assessment/result-text';
import type { WriteResultParams, WriteResultResult } from '../protocol/datahost';
import type { Json, ResultTable } from '../protocol/records';
import { isWhole } from '../protocol/row-view';
import type { Engines, Report } from './engines';
import { orderRows } from './row-order';

export interface WriteResultInit extends Pick<WriteResultParams, 'format' | 'file' | 'view'> {
  /** What now() meant in the query. */
  readonly now: string;
  readonly writeParquet: Engines['writeParquet'];
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Rows that are handed to the Parquet writer at a time. */
const BATCH = 5_000;

/** Writes the rows of a view beside the file and puts them in its place when all are there: a file is never half a result. */
export async function writeResult(table: ResultTable, init: WriteResultInit): Promise<WriteResultResult> {
  const { format, file, view, signal } = init;
  const order = isWhole(view) ? null : await orderRows(table, view, signal);
  if (order === undefined) throw new Error('Cancelled.');
  const count = order?.length ?? table.rowCount;
  const partial = `${file}.partial`;
  const told = (rows: number) => init.report(`${rows.toLocaleString('en-US')} rows`, count === 0 ? null : rows / count);
  try {
    if (format === 'parquet')
      await init.writeParquet({ file: partial, columns: table.columns, batches: batches(table, order, told), signal });
    else {
      const texts = async function* () {
        for await (const part of textParts(table, format, { order, now: init.now })) {
          told(part.rows);
          yield part.text;
        }
      };
      await pipeline(Readable.from(texts()), createWriteStream(partial), { signal });
    }
    signal.throwIfAborted();
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
  return { rows: count, bytes: (await stat(file)).size };
}

async function* batches(
  table: ResultTable,
  order: RowOrder,
  told: (rows: number) => void,
): AsyncGenerator<readonly (readonly Json[])[]> {
  const count = order?.length ?? table.rowCount;
  const isDynamic = table.columns.map((c) => c.type === 'dynamic');
  for (let first = 0; first < count; first += BATCH) {
    const end = Math.min(first + BATCH, count);
    // A dynamic is text in the file: given as text, its numbers keep their digits.
    const texts = textRows(table, first, end, order);
    const rows = rowsToJson(table, first, end, order);
    yield rows.map((row, r) => row.map((cell, i) => (cell !== null && isDynamic[i] ? texts[r]![i]! : cell)));
    told(end);
  }
}
