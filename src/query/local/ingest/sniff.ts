import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { isRow, placeNames } from './header';

export type Compression = 'none' | 'gzip' | 'zstd';

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
    }
  | {
      readonly kind: 'csv';
      readonly delimiter: string;
      /** Names of its columns: its first record, or others where that is a row. */
      readonly header: readonly string[];
      /** `none`: its first record is a row, and nobody has named the columns; `named`: gapline.yaml has. */
      readonly headed: 'own' | 'none' | 'named';
      readonly compression: Compression;
      readonly encoding: 'utf-8' | 'utf-16';
    }
  /** Text whose lines are rows, whatever they hold: what stands for an address of `externaldata`. */
  | { readonly kind: 'lines'; readonly compression: Compression; readonly encoding: 'utf-8' | 'utf-16' }
  /** Text that is no table: a template, a setting. */
  | { readonly kind: 'other' };

const PREFIX = 64 * 1024;
/** Records by which it is told whether the first is a header. */
const ROWS_LOOKED_AT = 20;
const WRAPPED =
  /^(?:\{\s*"(?:tables|Tables|value|records|results|Results|schema|Schema|statistics|Stats|@odata\.[\w.]+)"|\[\s*\{\s*"FrameType")\s*:/;

/** Reads the start of a file and says what it is. `readZstd` gives the first lines of a zstd file, which Node 20 cannot. */
export async function sniff(path: string, readZstd: (path: string) => Promise<string>): Promise<Content> {
  const bytes = await readPrefix(path);
  if (bytes.length === 0) return { kind: 'empty' };
  if (bytes.subarray(0, 4).toString('latin1') === 'PAR1') return { kind: 'parquet' };
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return sniffText(gunzipPrefix(bytes), 'gzip');
  if (bytes.readUInt32LE(0) === 0xfd2fb528 && bytes.length > 4) return sniffText(await readZstd(path), 'zstd');
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return sniffText(bytes.toString('utf16le'), 'none', 'utf-16');
  return sniffText(bytes.toString('utf8'), 'none');
}

/** How the lines of a file are read, whatever they hold; its extension is not asked. */
export async function sniffLines(path: string): Promise<Extract<Content, { kind: 'lines' | 'parquet' | 'empty' }>> {
  const bytes = await readPrefix(path);
  if (bytes.length === 0) return { kind: 'empty' };
  if (bytes.subarray(0, 4).toString('latin1') === 'PAR1') return { kind: 'parquet' };
  const isZstd = bytes.length > 4 && bytes.readUInt32LE(0) === 0xfd2fb528;
  const compression = bytes[0] === 0x1f && bytes[1] === 0x8b ? 'gzip' : isZstd ? 'zstd' : 'none';
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16' : 'utf-8';
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
function gunzipPrefix(bytes: Buffer): string {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString('utf8');
  } catch {
    return '';
  }
}

export function sniffText(text: string, compression: Compression, encoding: 'utf-8' | 'utf-16' = 'utf-8'): Content {
  const start = text
    .replace(/^\uFEFF/, '')
    .replace(/\0+$/, '')
    .trimStart();
  if (start === '') return { kind: 'empty' };
  if (WRAPPED.test(start)) return { kind: 'json', layout: 'wrapped', compression };
  if (start[0] === '[')
    return /^\[\s*[{\]]/.test(start) ? { kind: 'json', layout: 'array', compression } : { kind: 'other' };
  if (start[0] === '{') return sniffObject(start, compression);
  const table = firstRecord(start);
  if (!table) return { kind: 'other' };
  const { delimiter, header } = table;
  const [, ...below] = parseRecords(start, delimiter, ROWS_LOOKED_AT);
  const headed = isRow(header, below) ? 'none' : 'own';
  const names = headed === 'none' ? placeNames(header.length) : header;
  return { kind: 'csv', delimiter, header: names, headed, compression, encoding };
}

function sniffObject(start: string, compression: Compression): Content {
  if (/"\$schema"\s*:/.test(start.slice(0, 300))) return { kind: 'other' };
  const end = start.indexOf('\n');
  const line = end < 0 ? start : start.slice(0, end);
  // A line that breaks inside its object is the start of an indented one; a line longer than the prefix is a long row.
  const indented = end >= 0 && !isJson(line) && !/\}\s*$/.test(line);
  return { kind: 'json', layout: indented ? 'stream' : 'lines', compression };
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
  const best = ['\t', ',', ';', '|']
    .map((delimiter) => ({ delimiter, header: parseRecord(text, delimiter) }))
    .reduce((a, b) => (b.header.length > a.header.length ? b : a));
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
