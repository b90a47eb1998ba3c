import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

export type Compression = 'none' | 'gzip' | 'zstd';

/** How the characters of a text file are written; the engine reads UTF-8. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** A file whose text is read here and not by the engine. */
export interface EncodedFile {
  readonly path: string;
  readonly compression: Compression;
  /** Left out: UTF-8. */
  readonly encoding?: Encoding;
}

/** The encoding of a text by its start: its mark, else UTF-8 where it is that, else what Windows wrote in Western Europe. */
export function encodingOf(start: Buffer): Encoding {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  const tally = new Utf8Tally();
  // The start may end inside a character.
  tally.add(new TextDecoder('utf-8').decode(start, { stream: true }));
  return tally.holds ? 'utf-8' : 'windows-1252';
}

/** Whether a file with bytes that are no UTF-8 is no UTF-8 at all, by all of it. */
export async function isWestern(file: EncodedFile, signal: AbortSignal | undefined): Promise<boolean> {
  const tally = new Utf8Tally();
  for await (const text of decode({ ...file, encoding: 'utf-8' }, signal)) tally.add(text);
  return !tally.holds;
}

/** Text in UTF-8 that is damaged here and there has more characters that are whole than replaced ones; other text has none. */
class Utf8Tally {
  private whole = 0;
  private replaced = 0;

  add(text: string): void {
    for (const [c] of text.matchAll(/[^\0-\x7f]/gu)) {
      if (c === '\ufffd') this.replaced++;
      else this.whole++;
    }
  }

  get holds(): boolean {
    return this.whole >= this.replaced;
  }
}

/** The characters of a start of a file. */
export const textOf = (start: Buffer, encoding: Encoding): string =>
  new TextDecoder(encoding).decode(start, { stream: true });

/** The text of a file, piece by piece. Throws where it is packed in a way that only the engine reads, or is damaged. */
export async function* decode(file: EncodedFile, signal: AbortSignal | undefined): AsyncGenerator<string> {
  if (file.compression === 'zstd') throw new Error('a damaged zstd file cannot be read in part');
  const packed: Readable = createReadStream(file.path);
  const bytes: Readable = file.compression === 'gzip' ? packed.pipe(createGunzip()) : packed;
  const text = new TextDecoder(file.encoding ?? 'utf-8');
  for await (const chunk of bytes) {
    signal?.throwIfAborted();
    yield text.decode(chunk as Buffer, { stream: true });
  }
  yield text.decode();
}

/** Copies a file unpacked, in UTF-8 and with one kind of line ends. */
export async function recode(file: EncodedFile, target: string, signal: AbortSignal | undefined): Promise<void> {
  const out = createWriteStream(target, { mode: 0o600 });
  let held = '';
  const write = async (text: string) => {
    if (!out.write(text.replace(/\r\n?/g, '\n'))) await once(out, 'drain');
  };
  try {
    for await (const piece of decode(file, signal)) {
      const text = held + piece;
      // What follows may be the other half of the line's end.
      held = text.endsWith('\r') ? '\r' : '';
      await write(held === '' ? text : text.slice(0, -1));
    }
    await write(held);
  } finally {
    out.end();
    await once(out, 'close');
  }
}
