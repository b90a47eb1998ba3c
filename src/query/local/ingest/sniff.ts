import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { isRow, placeNames } from './header';
import { type Compression, type Encoding, encodingOf, textOf } from './recode';

/** What a file holds, by its first bytes; its extension is not asked. */
export type Content =
  | { readonly kind: 'parquet' }
  | { readonly kind: 'empty' }
  /**
   * `lines`: one object a line; `array`: one array of objects; `stream`: objects after each other over several lines;
   * `wrapped`: an answer of a service with its rows inside (`tables`, `value`, `records`, `results`, frames of a cluster).
   */
  | {
      readonly kind: 'json';
      readonly layout: 'lines' | 'array' | 'stream' | 'wrapped';
      readonly compression: Compression;
      readonly encoding: Encoding;
    }
  | {
      readonly kind: 'csv';
      readonly delimiter: string;
      /** Names of its columns: its first record, or others where that is a row. */
      readonly header: readonly string[];
      /** `none`: its first record is a row, and nobody has named the columns; `named`: gapline.yaml has. */
      readonly headed: 'own' | 'none' | 'named';
      readonly compression: Compression;
      readonly encoding: Encoding;
      /** Lines before the header: what Excel and PowerShell write for themselves, and comments. */
      readonly skip: number;
    }
  /** Text whose lines are rows, whatever they hold: what stands for an address of `externaldata`. */
  | { readonly kind: 'lines'; readonly compression: Compression; readonly encoding: Encoding }
  /** An archive, whatever its name says. */
  | { readonly kind: 'packed' }
  /** Text that is no table: a template, a setting. */
  | { readonly kind: 'other' };

const PREFIX = 64 * 1024;
const DELIMITERS = ['\t', ',', ';', '|'];
/** Characters of a column's name; what is longer is no header. */
const LONGEST_NAME = 1000;
/** Records by which it is told whether the first is a header. */
const ROWS_LOOKED_AT = 20;
const WRAPPED =
  /^(?:\{\s*"(?:tables|Tables|value|records|results|Results|schema|Schema|statistics|Stats|@odata\.[\w.]+)"|\[\s*\{\s*"FrameType")\s*:/;

/** Reads the start of a file and says what it is. `readZstd` gives the first lines of a zstd file, which Node 20 cannot. */
export async function sniff(path: string, readZstd: (path: string) => Promise<string>): Promise<Content> {
  const bytes = await readPrefix(path);
  if (bytes.length === 0) return { kind: 'empty' };
  if (bytes.subarray(0, 4).toString('latin1') === 'PAR1') return { kind: 'parquet' };
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\x03\x04') return { kind: 'packed' };
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return sniffBytes(gunzipPrefix(bytes), 'gzip');
  if (bytes.readUInt32LE(0) === 0xfd2fb528 && bytes.length > 4) return sniffText(await readZstd(path), 'zstd');
  return sniffBytes(bytes, 'none');
}

function sniffBytes(bytes: Buffer, compression: Compression): Content {
  const encoding = encodingOf(bytes);
  return sniffText(textOf(bytes, encoding), compression, encoding);
}

/** How the lines of a file are read, whatever they hold; its extension is not asked. */
export async function sniffLines(path: string): Promise<Extract<Content, { kind: 'lines' | 'parquet' | 'empty' }>> {
  const bytes = await readPrefix(path);
  if (bytes.length === 0) return { kind: 'empty' };
  if (bytes.subarray(0, 4).toString('latin1') === 'PAR1') return { kind: 'parquet' };
  const isZstd = bytes.length > 4 && bytes.readUInt32LE(0) === 0xfd2fb528;
  const compression = bytes[0] === 0x1f && bytes[1] === 0x8b ? 'gzip' : isZstd ? 'zstd' : 'none';
  const encoding = compression === 'zstd' ? 'utf-8' : encodingOf(compression === 'gzip' ? gunzipPrefix(bytes) : bytes);
  return { kind: 'lines', compression, encoding };
}

async function readPrefix(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(PREFIX);
    const { bytesRead } = await file.read(buffer, 0, PREFIX, 0);
    return bytesRead < 4
      ? Buffer.concat([buffer.subarray(0, bytesRead), Buffer.alloc(bytesRead && 4)])
      : buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** As much text as the start of a gzip file gives; a broken file gives none. */
function gunzipPrefix(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

export function sniffText(text: string, compression: Compression, encoding: Encoding = 'utf-8'): Content {
  const start = text
    .replace(/^\uFEFF/, '')
    .replace(/\0+$/, '')
    .trimStart();
  if (start === '') return { kind: 'empty' };
  if (WRAPPED.test(start)) return { kind: 'json', layout: 'wrapped', compression, encoding };
  if (start[0] === '[')
    return /^\[\s*[{\]]/.test(start) ? { kind: 'json', layout: 'array', compression, encoding } : { kind: 'other' };
  if (start[0] === '{') return sniffObject(start, compression, encoding);
  // A page, not a table: what a portal answers to whom it does not know.
  if (start[0] === '<') return { kind: 'other' };
  const rest = withoutPreamble(start);
  const skip = rest === start ? 0 : lineBreaks(text.slice(0, text.length - rest.length));
  const table = firstRecord(rest);
  if (!table) return { kind: 'other' };
  const { delimiter, header } = table;
  const [, ...below] = parseRecords(rest, delimiter, ROWS_LOOKED_AT);
  const headed = isRow(header, below) ? 'none' : 'own';
  const names = headed === 'none' ? placeNames(header.length) : header;
  return { kind: 'csv', delimiter, header: names, headed, compression, encoding, skip };
}

/**
 * The text from the header on: `sep=;` is for Excel, `#TYPE …` for PowerShell, and other lines with a `#` are comments unless
 * they have as many fields as the line below.
 */
function withoutPreamble(text: string): string {
  const [line = '', rest] = splitLine(text);
  if (rest === '') return text;
  const fields = (s: string) => Math.max(...DELIMITERS.map((d) => parseRecord(s, d).length));
  const comment = /^#[^,;|\t]/.test(line) && (rest.startsWith('#') || fields(line) !== fields(rest));
  return /^sep=.$/i.test(line) || comment ? withoutPreamble(rest) : text;
}

/** The first line without its end, and what follows. */
function splitLine(text: string): [string, string] {
  const end = text.indexOf('\n');
  return end < 0 ? [text, ''] : [text.slice(0, end).replace(/\r$/, ''), text.slice(end + 1)];
}

const lineBreaks = (text: string): number => text.split('\n').length - 1;

function sniffObject(start: string, compression: Compression, encoding: Encoding): Content {
  if (/"\$schema"\s*:/.test(start.slice(0, 300))) return { kind: 'other' };
  const end = start.indexOf('\n');
  const line = end < 0 ? start : start.slice(0, end);
  // A line that breaks inside its object is the start of an indented one; a line longer than the prefix is a long row.
  const indented = end >= 0 && !isJson(line) && !/\}\s*$/.test(line);
  return { kind: 'json', layout: indented ? 'stream' : 'lines', compression, encoding };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The header of a delimited file and its delimiter: the one of tab, comma, semicolon and bar that splits it most. */
function firstRecord(text: string): { delimiter: string; header: string[] } | null {
  // Text has no such control characters; binary content soon has one.
  if (/[\u0000-\u0008\u000e-\u001a]/.test(text.slice(0, 1000))) return null;
  const best = DELIMITERS.map((delimiter) => ({ delimiter, header: parseRecord(text, delimiter) })).reduce((a, b) =>
    b.header.length > a.header.length ? b : a,
  );
  if (best.header.some((name) => name.length > LONGEST_NAME)) return null;
  return best.header.length > 1 || /^[\p{L}_][\p{L}\p{N}_ .[\]-]*\r?(\n|$)/u.test(text)
    ? { delimiter: best.header.length > 1 ? best.delimiter : ',', header: best.header }
    : null;
}

/** The first record of delimited text (RFC 4180). */
export const parseRecord = (text: string, delimiter: string): string[] => parseRecords(text, delimiter, 1)[0] ?? [''];

/** The first records of delimited text, empty lines left out. */
export function parseRecords(text: string, delimiter: string, most: number): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  const close = () => {
    fields.push(field);
    if (fields.length > 1 || field !== '') records.push(fields);
    fields = [];
    field = '';
  };
  for (let i = 0; i < text.length && records.length < most; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') {
        field += '"';
        i++;
      } else quoted = false;
    } else if (c === '"' && field === '') quoted = true;
    else if (c === delimiter) {
      fields.push(field);
      field = '';
    } else if (c === '\n' || c === '\r') close();
    else field += c;
  }
  if (records.length < most) close();
  return records;
}
