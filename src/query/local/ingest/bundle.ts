import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { countQuotes } from './csv-losses';
import type { FoundFile } from './files';
import type { Content } from './sniff';
import type { TextFile } from './text-source';

/**
 * Thousands of small text files as a few larger ones: the engine opens each of its files several times and keeps something of
 * each while a statement runs, which for 5,000 files is 400 MB. A bundle that has a fault is read again as the files that it
 * is made of, so that what is said of the fault is said of the file.
 */

/** Fewer files are read as they are. */
const FEWEST = 200;
/** Bytes of a file that is worth a copy. */
const LARGEST_FILE = 256 * 1024;
/** Bytes that a packed file may have unpacked. */
const LARGEST_UNPACKED = 8 * 1024 * 1024;
const BUNDLE_BYTES = 8 * 1024 * 1024;
const BUNDLE_FILES = 500;
/** Files that are read before others have their turn. */
const AT_ONCE = 32;

const [QUOTE, LF, CR] = [34, 10, 13];

type TextContent = Extract<Content, { kind: 'json' | 'csv' }>;

/** The files in their order, the small ones in bundles. */
export async function bundled(
  found: readonly FoundFile[],
  content: TextContent,
  scratch: string,
  signal: AbortSignal | undefined,
): Promise<TextFile[]> {
  const { compression } = content;
  const files = found.map(({ relative, path }): TextFile => ({ relative, path, compression }));
  if (files.length < FEWEST || !canBundle(content)) return files;
  const out: TextFile[] = [];
  // Lines that end differently do not go into one file.
  const [unix, windows] = [new Bundle(scratch, 'n'), new Bundle(scratch, 'rn')];
  for (const [i, file] of files.entries()) {
    if (i % AT_ONCE === 0) {
      await breathe();
      signal?.throwIfAborted();
    }
    const text = found[i]!.size > LARGEST_FILE ? null : readText(file);
    const rows = text && rowsOf(text, content);
    if (rows) await (rows.carriage ? windows : unix).add(file, rows, out);
    else out.push(file);
  }
  for (const bundle of [unix, windows]) await bundle.close(out);
  return out;
}

const canBundle = (content: TextContent): boolean =>
  content.encoding === 'utf-8' &&
  (content.kind === 'csv' ? content.skip === 0 : content.layout === 'lines' || content.layout === 'stream');

/** The unpacked bytes; null where the file is gone or no sound gzip, which is said by who reads it by itself. */
function readText({ path, compression }: TextFile): Buffer | null {
  if (compression === 'zstd') return null;
  try {
    const bytes = readFileSync(path);
    return compression === 'gzip' ? gunzipSync(bytes, { maxOutputLength: LARGEST_UNPACKED }) : bytes;
  } catch {
    return null;
  }
}

interface Rows {
  readonly header: Buffer;
  readonly rows: Buffer;
  /** True where a carriage return stands in it. */
  readonly carriage: boolean;
}

/** What of a file goes into a bundle; null for one whose quotes do not close: they would swallow the file that follows. */
function rowsOf(bytes: Buffer, content: TextContent): Rows | null {
  const text = bytes.subarray(bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0);
  const carriage = text.includes(CR);
  if (content.kind === 'json') return { header: Buffer.alloc(0), rows: text, carriage };
  if (countQuotes(text) % 2 === 1) return null;
  const end = content.headed === 'own' ? endOfRecord(text) : 0;
  return { header: text.subarray(0, end), rows: text.subarray(end), carriage };
}

/** Where the first record that is not empty ends, its line's end included. */
function endOfRecord(text: Buffer): number {
  let quoted = false;
  let filled = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === QUOTE) quoted = !quoted;
    if (!quoted && c === LF && filled) return i + 1;
    if (c !== LF && c !== CR) filled = true;
  }
  return text.length;
}

/** Files that are put together until they are enough; then the next bundle begins. */
class Bundle {
  private parts: Buffer[] = [];
  private members: TextFile[] = [];
  private bytes = 0;
  private count = 0;

  constructor(
    private readonly scratch: string,
    private readonly lineEnd: 'n' | 'rn',
  ) {}

  async add(file: TextFile, { header, rows }: Rows, out: TextFile[]): Promise<void> {
    if (this.members.length === 0) this.push(header);
    this.push(rows);
    this.members.push(file);
    if (this.bytes >= BUNDLE_BYTES || this.members.length >= BUNDLE_FILES) await this.close(out);
  }

  /** The last line of a file may have no end. */
  private push(bytes: Buffer): void {
    this.parts.push(bytes);
    this.bytes += bytes.length;
    if (bytes.length > 0 && bytes.at(-1) !== LF) this.parts.push(Buffer.from(this.lineEnd === 'rn' ? '\r\n' : '\n'));
  }

  async close(out: TextFile[]): Promise<void> {
    const { members } = this;
    if (members.length === 0) return;
    const path = join(this.scratch, `bundle-${this.lineEnd}-${this.count++}.txt`);
    await writeFile(path, Buffer.concat(this.parts), { flag: 'wx', mode: 0o600 });
    out.push({ relative: members[0]!.relative, path, compression: 'none', members });
    this.parts = [];
    this.members = [];
    this.bytes = 0;
  }
}
