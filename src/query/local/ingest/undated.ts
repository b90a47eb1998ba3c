import type { DataProblem } from '../../../protocol/datahost';
import type { Database } from '../duckdb/database';
import { lineWith } from './salvage';
import type { TextFile } from './text-source';

/** A time column of a table that was imported, as it stands in the text. */
export interface TimeText {
  readonly column: string;
  /** SQL over the source: the text, and the time that it is read as. */
  readonly text: string;
  readonly time: string;
}

/**
 * Says that rows have no time: no time range finds them, and coverage does not count them. Where a text stands in place of
 * the time, the first is shown with its file and line.
 */
export async function undatedRows(
  database: Database,
  relation: string,
  { column, text, time }: TimeText,
  rows: number,
  files: readonly TextFile[],
  signal: AbortSignal | undefined,
): Promise<DataProblem> {
  const wanted = `${text} <> '' AND ${time} IS NULL`;
  const [first] = await database.rows(`SELECT ${text} FROM ${relation} WHERE ${wanted} LIMIT 1`);
  const found = first === undefined ? null : String(first[0]);
  const place = found === null ? null : await placeOf(found, files, signal);
  const file = place?.file ?? files[0]!.relative;
  const all = files.length === 1 ? file : `${file} and ${files.length - 1} more`;
  const count = rows === 1 ? '1 row' : `${rows.toLocaleString('en')} rows`;
  const shown = found === null ? '' : ` (the first holds “${found.slice(0, 60)}”)`;
  const message = `${count} of ${all} ${rows === 1 ? 'has' : 'have'} no time that can be read in ${column}${shown}: no time range finds ${rows === 1 ? 'it' : 'them'}.`;
  return { severity: 'warning', code: 'bad-row', message, file, line: place?.line ?? null };
}

async function placeOf(text: string, files: readonly TextFile[], signal: AbortSignal | undefined) {
  for (const { path, relative, compression } of files) {
    const line = await lineWith(path, compression, text, signal);
    if (line !== null) return { file: relative, line };
  }
  return null;
}
