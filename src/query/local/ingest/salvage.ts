import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { messageOf } from '../../../base/result';
import { type Compression, decode, type EncodedFile } from './recode';

/** What was kept of a file that could not be read as it stands. */
export interface Salvaged {
  readonly rows: number;
  /** Records that are no JSON object. */
  readonly bad: number;
  /** Line of the first of them, from 1. */
  readonly firstBadLine: number | null;
  /** Why reading stopped before the end: a compressed file that is cut off or damaged, an array that is not closed. */
  readonly cut: string | null;
}

/** Characters of the longest record that is kept: longer than a service writes one, and what a process can hold. */
const LONGEST = 16 * 1024 * 1024;

/**
 * Copies the sound records of a JSON file to `target`, one a line. Slow and sure: used only when the file is broken. The
 * file is read as a stream, never whole.
 */
export async function salvageJson(
  file: EncodedFile,
  layout: 'lines' | 'array' | 'stream',
  target: string,
  signal: AbortSignal | undefined,
): Promise<Salvaged> {
  const out = createWriteStream(target);
  const splitter = layout === 'lines' ? new LineSplitter() : new ObjectSplitter();
  const tally = { rows: 0, bad: 0, firstBadLine: null as number | null };
  const take = async (record: Record_) => {
    if (record.text !== null && isObject(record.text)) {
      tally.rows++;
      if (!out.write(`${layout === 'lines' ? record.text : oneLine(record.text)}\n`)) await once(out, 'drain');
    } else if (record.text === null || record.text.trim() !== '') {
      tally.bad++;
      tally.firstBadLine ??= record.line;
    }
  };
  let cut: string | null = null;
  try {
    for await (const chunk of decode(file, signal)) for (const record of splitter.push(chunk)) await take(record);
  } catch (error) {
    signal?.throwIfAborted();
    cut = messageOf(error);
  }
  const rest = splitter.end();
  if (rest && rest.text?.trim() !== '') {
    if (rest.text === null || isObject(rest.text)) await take(rest);
    else if (cut !== null || layout === 'array') cut ??= 'its last record is not closed';
    else await take(rest);
  }
  out.end();
  await once(out, 'close');
  return { ...tally, cut };
}

/** Unpacks as much of a gzip file as is sound. */
export async function salvageGzip(
  source: string,
  target: string,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const out = createWriteStream(target);
  let cut: string | null = null;
  try {
    for await (const chunk of createReadStream(source).pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }))) {
      signal?.throwIfAborted();
      if (!out.write(chunk)) await once(out, 'drain');
    }
  } catch (error) {
    signal?.throwIfAborted();
    cut = messageOf(error);
  }
  out.end();
  await once(out, 'close');
  return cut;
}

/** Copies a text file without the lines named (from 1): a quote that never closes swallows all after it. */
export async function withoutLines(
  source: string,
  lines: ReadonlySet<number>,
  target: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const out = createWriteStream(target);
  const splitter = new LineSplitter();
  const take = async (record: Record_) => {
    // A line that is too long to be kept is too long for the engine too.
    if (!lines.has(record.line) && !out.write(`${record.text ?? ''}\n`)) await once(out, 'drain');
  };
  for await (const chunk of decode({ path: source, compression: 'none' }, signal))
    for (const record of splitter.push(chunk)) await take(record);
  const rest = splitter.end();
  if (rest) await take(rest);
  out.end();
  await once(out, 'close');
}

/**
 * The first line that holds a text as a whole value, from 1; null where none does before the file's end or a fault in it, or
 * where the file is packed in a way that only the engine reads.
 */
export async function lineWith(
  file: EncodedFile,
  text: string,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  if (file.compression === 'zstd') return null;
  const splitter = new LineSplitter();
  try {
    for await (const chunk of decode(file, signal))
      for (const record of splitter.push(chunk)) if (holdsValue(record.text ?? '', text)) return record.line;
  } catch {
    // Whoever reads the rows says that a file is damaged or gone; here it only has no more lines.
    signal?.throwIfAborted();
  }
  const rest = splitter.end();
  return rest?.text && holdsValue(rest.text, text) ? rest.line : null;
}

/** Whether a text stands in a line between delimiters, quotes or the punctuation of JSON. */
function holdsValue(line: string, text: string): boolean {
  for (let at = line.indexOf(text); at >= 0; at = line.indexOf(text, at + 1)) {
    const end = at + text.length;
    const begins = at === 0 || /(?:[,;|\t"]|:\s*)$/.test(line.slice(Math.max(0, at - 4), at));
    if (begins && /^\s*(?:$|[,;|\t"}\]])/.test(line.slice(end, end + 4))) return true;
  }
  return false;
}

interface Record_ {
  /** Null where it is longer than can be kept. */
  readonly text: string | null;
  /** Line on which it starts, from 1. */
  readonly line: number;
}

/** Pieces of one record, until they are too many. */
class Pieces {
  private parts: string[] = [];
  private length = 0;

  add(part: string): void {
    this.length += part.length;
    if (this.length > LONGEST) this.parts = [];
    else if (part !== '') this.parts.push(part);
  }

  get empty(): boolean {
    return this.length === 0;
  }

  take(): string | null {
    const text = this.length > LONGEST ? null : this.parts.join('');
    this.parts = [];
    this.length = 0;
    return text;
  }
}

class LineSplitter {
  private readonly rest = new Pieces();
  private line = 0;

  *push(chunk: string): Generator<Record_> {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      this.rest.add(chunk.slice(from, end));
      yield { text: this.rest.take()?.replace(/\r$/, '') ?? null, line: ++this.line };
      from = end + 1;
    }
    this.rest.add(chunk.slice(from));
  }

  end(): Record_ | null {
    return this.rest.empty ? null : { text: this.rest.take(), line: this.line + 1 };
  }
}

/** Finds the objects at the top of an array or of a text of objects, by counting braces outside of strings. */
class ObjectSplitter {
  private readonly text = new Pieces();
  private depth = 0;
  private quoted = false;
  private escaped = false;
  private line = 1;
  private start = 1;

  *push(chunk: string): Generator<Record_> {
    let from = this.depth > 0 ? 0 : -1;
    for (let i = 0; i < chunk.length; i++) {
      const c = chunk.charCodeAt(i);
      if (c === 10) this.line++;
      if (this.escaped) this.escaped = false;
      else if (this.quoted) {
        if (c === 92) this.escaped = true;
        else if (c === 34) this.quoted = false;
      } else if (c === 34) this.quoted = this.depth > 0;
      else if (c === 123) {
        if (this.depth++ === 0) {
          from = i;
          this.start = this.line;
        }
      } else if (c === 125 && this.depth > 0 && --this.depth === 0) {
        this.text.add(chunk.slice(from, i + 1));
        yield { text: this.text.take(), line: this.start };
        from = -1;
      }
    }
    if (from >= 0) this.text.add(chunk.slice(from));
  }

  end(): Record_ | null {
    return this.text.empty ? null : { text: this.text.take(), line: this.start };
  }
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const oneLine = (text: string): string => (text.includes('\n') ? JSON.stringify(JSON.parse(text)) : text);

/** Answers of services are read whole: the services give no more than this. */
const LARGEST_ANSWER = 256 * 1024 * 1024;

/**
 * Writes the rows inside a service's answer to `target`, one object a line: `{"tables":[{"columns":…,"rows":…}]}` of Log
 * Analytics, `{"value":[…]}`, `{"records":[…]}`, `{"results":[…]}`. Each line of the file may be such an answer. Gives the
 * number of rows, or why there are none.
 */
export async function unwrapAnswer(source: string, compression: Compression, target: string): Promise<number | string> {
  if ((await stat(source)).size > LARGEST_ANSWER) return 'it is one answer of more than 256 MB';
  if (compression === 'zstd') return 'an answer inside zstd is not read; unpack it first';
  try {
    const bytes = await readFile(source);
    const text = (compression === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8').replace(/^\uFEFF/, '');
    const out = createWriteStream(target);
    let rows = 0;
    for (const answer of parseAnswers(text)) {
      for (const row of rowsOf(answer)) {
        rows++;
        if (!out.write(`${JSON.stringify(row)}\n`)) await once(out, 'drain');
      }
    }
    out.end();
    await once(out, 'close');
    return rows;
  } catch (error) {
    return messageOf(error);
  }
}

function parseAnswers(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as unknown);
  }
}

interface AnsweredTable {
  readonly name?: string;
  readonly TableName?: string;
  readonly columns?: readonly { readonly name: string }[];
  readonly Columns?: readonly { readonly ColumnName: string }[];
  readonly rows?: readonly unknown[];
  readonly Rows?: readonly unknown[];
}

function* rowsOf(answer: unknown): Generator<unknown> {
  // A cluster's answer is a list of frames, of which those of the primary result hold the rows that were asked for.
  if (Array.isArray(answer)) {
    for (const frame of answer as ({ TableKind?: string } & AnsweredTable)[])
      if (frame?.TableKind === 'PrimaryResult') yield* rowsOfTable(frame);
    return;
  }
  if (typeof answer !== 'object' || answer === null) return;
  const a = answer as Record<string, unknown>;
  const lists = [a['value'], a['records'], a['results'], a['Results']];
  for (const list of lists) if (Array.isArray(list)) yield* list;
  const tables = a['tables'] ?? a['Tables'];
  if (!Array.isArray(tables)) return;
  for (const table of tables as AnsweredTable[]) {
    const name = table.name ?? table.TableName;
    if (name !== undefined && !/^(PrimaryResult|Table_0)$/i.test(name) && tables.length > 1) continue;
    yield* rowsOfTable(table);
  }
}

function* rowsOfTable(table: AnsweredTable): Generator<unknown> {
  const names = table.columns?.map((c) => c.name) ?? table.Columns?.map((c) => c.ColumnName) ?? [];
  // Where a cluster failed in mid-answer, an object that says so stands among the rows.
  for (const row of table.rows ?? table.Rows ?? [])
    if (Array.isArray(row)) yield Object.fromEntries(names.map((name, i) => [name, row[i] ?? null]));
}
