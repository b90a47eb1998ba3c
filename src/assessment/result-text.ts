import { stringify } from 'csv-stringify/sync';
import { cellAt, cellToJson, cellToText, type Json, type QueryOutcome, type ResultTable } from '../protocol/records';
import { markdownText } from '../review/report-text';

/** A query's result as text: the shapes of the command line, of exports and of evidence. */

/** One tabular result in the JSON shape of `gapline query`. */
export function resultToJson(table: ResultTable, now: string) {
  return {
    columns: table.columns.map((c) => ({ name: c.name, type: c.type })),
    rows: rowsToJson(table, 0, table.rowCount),
    truncated: table.truncated,
    now,
    render: table.render,
    notes: table.notes,
  };
}

export function rowsToJson(table: ResultTable, first: number, end: number): Json[][] {
  const rows: Json[][] = [];
  for (let r = first; r < Math.min(end, table.rowCount); r++)
    rows.push(table.columns.map((c, i) => cellToJson(cellAt(table, r, i), c.type)));
  return rows;
}

/** The whole outcome as `gapline query` prints it: one object, or an array where several statements have results. */
export function outcomeToJson(outcome: Extract<QueryOutcome, { kind: 'results' }>) {
  const all = outcome.tables.map((t) => resultToJson(t, outcome.now));
  return all.length === 1 ? all[0] : all;
}

/** Rows per step between which the caller's event loop may run. */
const STEP = 5_000;
const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

async function* steps(table: ResultTable): AsyncGenerator<[first: number, end: number]> {
  for (let first = 0; first < table.rowCount; first += STEP) {
    yield [first, Math.min(first + STEP, table.rowCount)];
    await pause();
  }
}

/** RFC 4180, header first, lines end with `\n`; null is the empty field. */
export async function resultToCsv(table: ResultTable): Promise<string> {
  const parts = [stringify([table.columns.map((c) => c.name)])];
  for await (const [first, end] of steps(table)) parts.push(stringify(textRows(table, first, end)));
  return parts.join('');
}

/** One JSON object a line, keys as the columns are named. */
export async function resultToNdjson(table: ResultTable): Promise<string> {
  const parts: string[] = [];
  for await (const [first, end] of steps(table))
    for (const row of rowsToJson(table, first, end))
      parts.push(`${JSON.stringify(Object.fromEntries(table.columns.map((c, i) => [c.name, row[i] ?? null])))}\n`);
  return parts.join('');
}

export async function resultToMarkdown(table: ResultTable): Promise<string> {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const parts = [line(table.columns.map((c) => markdownText(c.name))), line(table.columns.map(() => '---'))];
  for await (const [first, end] of steps(table))
    parts.push(...textRows(table, first, end).map((row) => line(row.map(markdownText))));
  if (table.truncated) parts.push(`\nOnly the first ${table.rowCount} rows.\n`);
  return parts.join('');
}

export function textRows(table: ResultTable, first: number, end: number): string[][] {
  const rows: string[][] = [];
  for (let r = first; r < end; r++) rows.push(table.columns.map((c, i) => cellToText(cellAt(table, r, i), c.type)));
  return rows;
}
