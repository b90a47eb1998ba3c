import type { DataProblem } from '../../../protocol/datahost';
import type { ScalarType } from '../../../protocol/records';
import type { Database } from '../duckdb/database';
import type { WrongValues } from './detect';
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
  const count = rows === 1 ? '1 row' : `${rows.toLocaleString('en')} rows`;
  const shown = found === null ? '' : ` (the first holds “${found.slice(0, 60)}”)`;
  const message = `${count} of ${andMore(file, files)} ${rows === 1 ? 'has' : 'have'} no time that can be read in ${column}${shown}: no time range finds ${rows === 1 ? 'it' : 'them'}.`;
  return { severity: 'warning', code: 'bad-row', message, file, line: place?.line ?? null };
}

/** The files of an import by one of them. */
const andMore = (file: string, files: readonly TextFile[]): string =>
  files.length === 1 ? file : `${file} and ${files.length - 1} more`;

/** A column as it stands in the text and as it is read. */
export interface ReadColumn {
  readonly name: string;
  readonly type: ScalarType;
  /** SQL over the source. */
  readonly text: string;
  readonly value: string;
}

/** Says which values of a column were lost, because nearly all others have a type that they have not. */
export function wrongValues(
  column: { readonly name: string; readonly type: ScalarType },
  wrong: WrongValues,
  files: readonly TextFile[],
  signal: AbortSignal | undefined,
): Promise<DataProblem> {
  const [values, are] = wrong.count === 1 ? ['1 value', 'is'] : [`${wrong.count.toLocaleString('en')} values`, 'are'];
  const rest = (example: string) => `${values} (${example}) cannot be read as that and ${are} null.`;
  return sayWrong(`${column.name} is ${column.type}`, 'warning', wrong, rest, files, signal);
}

/** Says that a column is text for the few of its values that are no times. */
export function almostTimes(
  column: string,
  wrong: WrongValues,
  files: readonly TextFile[],
  signal: AbortSignal | undefined,
): Promise<DataProblem> {
  const are = wrong.count === 1 ? '1 is no time' : `${wrong.count.toLocaleString('en')} are no times`;
  const rest = (example: string) => `${are} (${example}). todatetime(${column}) reads the others.`;
  return sayWrong(`${column} is text`, 'information', wrong, rest, files, signal);
}

async function sayWrong(
  what: string,
  severity: DataProblem['severity'],
  { count, of, example }: WrongValues,
  rest: (example: string) => string,
  files: readonly TextFile[],
  signal: AbortSignal | undefined,
): Promise<DataProblem> {
  const place = await placeOf(example, files, signal);
  const file = place?.file ?? files[0]!.relative;
  const shown = `${count === 1 ? '' : 'such as '}“${example.slice(0, 60)}”`;
  const message = `${what}: of its ${of.toLocaleString('en')} values in ${andMore(file, files)} ${rest(shown)}`;
  return { severity, code: 'bad-row', message, file, line: place?.line ?? null };
}

const SAMPLE = 20_000;
const NAMED = 5;

/**
 * Says which columns hold texts that are no value of their type, and so are null, with an example of each. A sample is
 * looked at: a column of the wrong kind shows at once, and reading all again would cost as much as the import.
 */
export async function lostValues(
  database: Database,
  relation: string,
  table: string,
  columns: readonly ReadColumn[],
  files: readonly TextFile[],
  signal: AbortSignal | undefined,
): Promise<DataProblem | null> {
  const asked = columns.filter((c) => c.type !== 'string' && c.type !== 'dynamic');
  if (asked.length === 0) return null;
  const examples = asked.map((c) => `first(${c.text}) FILTER (${c.text} <> '' AND ${c.value} IS NULL)`);
  const [row] = await database.rows(`SELECT ${examples.join(', ')} FROM (SELECT * FROM ${relation} LIMIT ${SAMPLE})`);
  const held = asked.flatMap((column, i) => (row?.[i] == null ? [] : [{ ...column, example: String(row[i]) }]));
  const lost = held.map(({ name, type, example }) => `${name} is ${type} and holds “${example.slice(0, 40)}”`);
  if (lost.length === 0) return null;
  const place = await placeOf(held[0]!.example, files, signal);
  const more = lost.length > NAMED ? `, and ${lost.length - NAMED} columns more` : '';
  const file = place?.file ?? files[0]!.relative;
  const message = `Values of ${table} in ${andMore(file, files)} are null because they are none of their column's type: ${lost.slice(0, NAMED).join(', ')}${more}.`;
  return { severity: 'information', code: 'bad-row', message, file, line: place?.line ?? null };
}

async function placeOf(text: string, files: readonly TextFile[], signal: AbortSignal | undefined) {
  for (const file of files) {
    const line = await lineWith(file, text, signal);
    if (line !== null) return { file: file.relative, line };
  }
  return null;
}
