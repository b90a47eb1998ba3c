import { stringify } from 'csv-stringify/sync';
import {
  cellAt,
  cellToJson,
  cellToText,
  type Json,
  type QueryOutcome,
  type ResultTable,
  type ScalarType,
} from '../protocol/records';
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

/** Numbers of rows in the order to give them; null: every row, as the query gave them. */
export type RowOrder = Uint32Array | null;

/** Rows `first` up to but without `end` of the order. */
export function rowsToJson(table: ResultTable, first: number, end: number, order: RowOrder = null): Json[][] {
  return rowNumbers(table, first, end, order).map((r) =>
    table.columns.map((c, i) => cellToJson(cellAt(table, r, i), c.type)),
  );
}

function rowNumbers(table: ResultTable, first: number, end: number, order: RowOrder): number[] {
  if (order) return [...order.subarray(first, end)];
  return Array.from({ length: Math.max(0, Math.min(end, table.rowCount) - first) }, (_, i) => first + i);
}

/** The whole outcome as `gapline query` prints it: one object, or an array where several statements have results. */
export function outcomeToJson(outcome: Extract<QueryOutcome, { kind: 'results' }>) {
  const all = outcome.tables.map((t) => resultToJson(t, outcome.now));
  return all.length === 1 ? all[0] : all;
}

/** Rows per step between which the caller's event loop may run: a step of wide rows takes some milliseconds. */
const STEP = 500;
const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

export type TextFormat = 'csv' | 'spreadsheet' | 'ndjson' | 'json' | 'markdown';

/** A piece of a text and how many rows it and those before it hold. */
export interface TextPart {
  readonly text: string;
  readonly rows: number;
}

/**
 * A result as text, in pieces between which other work may run. CSV is RFC 4180 with a header and `\n` ends, null the empty
 * field; for a spreadsheet it begins with the mark of UTF-8, ends lines with `\r\n`, and text that would be run as a formula
 * has an apostrophe before it; NDJSON one object a row; JSON one object in the shape of `gapline query`; Markdown a table.
 */
export async function* textParts(
  table: ResultTable,
  format: TextFormat,
  { order = null, now = '' }: { readonly order?: RowOrder; readonly now?: string } = {},
): AsyncGenerator<TextPart> {
  const count = order?.length ?? table.rowCount;
  const { head, rows, tail } = WRITERS[format](table, order, now);
  yield { text: head, rows: 0 };
  for (let first = 0; first < count; first += STEP) {
    const end = Math.min(first + STEP, count);
    yield { text: rows(first, end), rows: end };
    await pause();
  }
  yield { text: tail, rows: count };
}

interface Writer {
  readonly head: string;
  readonly rows: (first: number, end: number) => string;
  readonly tail: string;
}

const markdownLine = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

const FOR_SPREADSHEETS = { record_delimiter: '\r\n' } as const;
/** Types whose values anybody may have written; a number that is below zero stays one. */
const TEXTS: ReadonlySet<ScalarType> = new Set<ScalarType>(['string', 'dynamic', 'guid']);
/** What spreadsheets take for the beginning of a formula, in full width too, and white space that they skip before it. */
const FORMULA = /^[\t\r\n=+\-@＝＋－＠]/;

/** Text of logs is text in a spreadsheet too: `=HYPERLINK(…)` that an attacker wrote into a user agent is not run. */
const withoutFormula = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

const WRITERS: Record<TextFormat, (table: ResultTable, order: RowOrder, now: string) => Writer> = {
  csv: (table, order) => ({
    head: stringify([table.columns.map((c) => c.name)]),
    rows: (first, end) => stringify(textRows(table, first, end, order)),
    tail: '',
  }),
  spreadsheet: (table, order) => ({
    head: `\ufeff${stringify([table.columns.map((c) => withoutFormula(c.name))], FOR_SPREADSHEETS)}`,
    rows: (first, end) => {
      const held = table.columns.map((c) => TEXTS.has(c.type));
      const rows = textRows(table, first, end, order);
      return stringify(
        rows.map((row) => row.map((text, i) => (held[i] ? withoutFormula(text) : text))),
        FOR_SPREADSHEETS,
      );
    },
    tail: '',
  }),
  ndjson: (table, order) => ({
    head: '',
    rows: (first, end) =>
      rowsToJson(table, first, end, order)
        .map((row) => `${JSON.stringify(Object.fromEntries(table.columns.map((c, i) => [c.name, row[i] ?? null])))}\n`)
        .join(''),
    tail: '',
  }),
  json: (table, order, now) => {
    const { columns, rows: _, ...rest } = resultToJson({ ...table, rowCount: 0 }, now);
    return {
      head: `{"columns":${JSON.stringify(columns)},\n"rows":[`,
      rows: (first, end) =>
        rowsToJson(table, first, end, order)
          .map((row, i) => `${first + i > 0 ? ',' : ''}\n${JSON.stringify(row)}`)
          .join(''),
      tail: `\n],${JSON.stringify(rest).slice(1)}\n`,
    };
  },
  markdown: (table, order) => ({
    head: `${markdownLine(table.columns.map((c) => markdownText(c.name)))}${markdownLine(table.columns.map(() => '---'))}`,
    rows: (first, end) =>
      textRows(table, first, end, order)
        .map((row) => markdownLine(row.map(markdownText)))
        .join(''),
    tail: table.truncated ? `\nOnly the first ${table.rowCount} rows.\n` : '',
  }),
};

/** The whole text at once, for what is hashed or printed. */
async function whole(parts: AsyncGenerator<TextPart>): Promise<string> {
  const texts: string[] = [];
  for await (const part of parts) texts.push(part.text);
  return texts.join('');
}

export const resultToCsv = (table: ResultTable): Promise<string> => whole(textParts(table, 'csv'));
export const resultToNdjson = (table: ResultTable): Promise<string> => whole(textParts(table, 'ndjson'));

export function textRows(table: ResultTable, first: number, end: number, order: RowOrder = null): string[][] {
  return rowNumbers(table, first, end, order).map((r) =>
    table.columns.map((c, i) => cellToText(cellAt(table, r, i), c.type)),
  );
}
