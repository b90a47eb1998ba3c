import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type RowOrder, rowsToJson, textParts, textRows } from '../assessment/result-text';
import { messageOf } from '../base/result';
import type { WriteResultParams, WriteResultResult } from '../protocol/datahost';
import type { Json, ResultTable } from '../protocol/records';
import { isWhole } from '../protocol/row-view';
import type { Engines, Report } from './engines';
import { orderRows } from './row-order';

export interface WriteResultInit extends Pick<WriteResultParams, 'format' | 'file' | 'view' | 'columns'> {
  /** What now() meant in the query. */
  readonly now: string;
  readonly writeParquet: Engines['writeParquet'];
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Rows that are handed to the Parquet writer at a time. */
const BATCH = 5_000;

/** Writes the rows of a view beside the file and puts them in its place when all are there: a file is never half a result. */
export async function writeResult(result: ResultTable, init: WriteResultInit): Promise<WriteResultResult> {
  const { format, file, view, signal } = init;
  // A row may pass by, or be sorted by, a column that is not written.
  const order = isWhole(view) ? null : await orderRows(result, view, signal);
  if (order === undefined) throw new Error('Cancelled.');
  const table = init.columns ? columnsOf(result, init.columns) : result;
  const count = order?.length ?? table.rowCount;
  // A name that nobody's own file has, nor another export to the same place.
  const partial = `${file}.${randomUUID().slice(0, 8)}.partial`;
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
  } catch (error) {
    throw new Error(faultOf(error, file), { cause: error });
  } finally {
    await rm(partial, { force: true });
  }
  return { rows: count, bytes: (await stat(file)).size };
}

/** Why a file could not be written, for people; what is not of the disk is said as it is. */
function faultOf(error: unknown, file: string): string {
  const folder = dirname(file);
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `${folder} cannot be written to: it is read-only here. Choose another folder.`;
    case 'ENOENT':
    case 'ENOTDIR':
      return `There is no folder ${folder}.`;
    case 'EISDIR':
      return `${file} is a folder.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `No space is left, in ${folder} or in the folder of temporary files: nothing was written.`;
    default:
      return messageOf(error);
  }
}

function columnsOf(table: ResultTable, chosen: readonly number[]): ResultTable {
  if (chosen.some((c) => c >= table.columns.length)) throw new Error('The result has no such column.');
  return { ...table, columns: chosen.map((c) => table.columns[c]!), values: chosen.map((c) => table.values[c]!) };
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
