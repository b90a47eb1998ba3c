import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf } from '../../../base/result';
import type { DataProblem } from '../../../protocol/datahost';
import { badRows, type Rejected, type TextFile } from './text-source';

/** Rows of delimited files that were lost, over several readings of repaired copies. */
export class CsvLosses {
  /** Lines of the original that a repaired copy lacks. */
  private readonly removed = new Map<string, number[]>();
  private rejected: ReadonlyMap<string, Rejected> = new Map();

  /** Takes the engine's tally of the last reading, by original file. */
  record(rejected: ReadonlyMap<string, Rejected>): void {
    this.rejected = rejected;
  }

  /** Marks lines (of the copy that was read last) as left out; gives all lines of the original that are. */
  leaveOut(file: TextFile, lines: readonly number[]): readonly number[] {
    const before = this.removed.get(file.relative) ?? [];
    const all = [...before, ...lines.map((line) => this.original(file.relative, line))].sort((a, b) => a - b);
    this.removed.set(file.relative, all);
    return all;
  }

  /** A line of a repaired copy as a line of the original. */
  private original(file: string, line: number): number {
    let at = line;
    for (const gone of this.removed.get(file) ?? []) if (gone <= at) at++;
    return at;
  }

  problems(files: readonly TextFile[]): DataProblem[] {
    return files.flatMap((file) => {
      const removed = this.removed.get(file.relative) ?? [];
      const rejected = this.rejected.get(file.relative);
      const lines = [...removed, ...(rejected ? [this.original(file.relative, rejected.firstLine)] : [])];
      const rows = removed.length + (rejected?.rows ?? 0);
      return rows === 0 ? [] : [badRows(file.relative, rows, null, Math.min(...lines))];
    });
  }
}

/** What the engine does not say of a delimited file. */
export interface Inspected {
  /** Why a gzip file is not whole: the engine reads it to the cut. */
  readonly fault: string | null;
  /** True where some quote does not close: among many files the engine drops the row that it opens, and all after it. */
  readonly unclosed: boolean;
}

/** Reads a delimited file once, as bytes. */
export async function inspectCsv({ path, compression }: TextFile, signal: AbortSignal | undefined): Promise<Inspected> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  const bytes: Readable = compression === 'gzip' ? file.pipe(createGunzip({ chunkSize: 1 << 20 })) : file;
  let quotes = 0;
  try {
    for await (const chunk of bytes) {
      signal?.throwIfAborted();
      quotes += countQuotes(chunk as Buffer);
    }
    return { fault: null, unclosed: quotes % 2 === 1 };
  } catch (error) {
    signal?.throwIfAborted();
    return { fault: compression === 'gzip' ? messageOf(error) : null, unclosed: quotes % 2 === 1 };
  }
}

const QUOTE = 34;

export function countQuotes(bytes: Buffer): number {
  let quotes = 0;
  for (let at = bytes.indexOf(QUOTE); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) quotes++;
  return quotes;
}
