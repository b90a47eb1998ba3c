import { createHash } from 'node:crypto';
import type { ColumnData, ExportFormat, TableBatch, TableWriter } from '../../src/protocol/table-writer';

export interface MemoryFile {
  readonly format: ExportFormat;
  readonly batches: TableBatch[];
}

export interface MemoryWriter extends TableWriter {
  readonly files: ReadonlyMap<string, MemoryFile>;
  readonly texts: ReadonlyMap<string, string>;
  /** A digest of everything written. */
  digest(): string;
  /** A column of all files of a table (file or folder of that name), as numbers or texts. */
  column(table: string, name: string): (number | string)[];
}

export function createMemoryWriter(): MemoryWriter {
  const files = new Map<string, MemoryFile>();
  const texts = new Map<string, string>();
  const hash = createHash('sha256');
  return {
    files,
    texts,
    async writeTable(path, format, batches) {
      const kept: TableBatch[] = [];
      hash.update(`${path} ${format}`);
      for await (const batch of batches) {
        kept.push(batch);
        for (const { name, data } of batch.columns) {
          hash.update(name);
          for (const part of parts(data)) hash.update(part);
        }
      }
      files.set(path, { format, batches: kept });
    },
    async writeText(path, text) {
      hash.update(path).update(text);
      texts.set(path, text);
    },
    digest: () => hash.copy().digest('hex'),
    column(table, name) {
      const out: (number | string)[] = [];
      for (const [path, file] of files) {
        if (path !== table && !path.startsWith(`${table}/`) && !path.startsWith(`${table}.`)) continue;
        for (const batch of file.batches) {
          const data = batch.columns.find((c) => c.name === name)?.data;
          if (data) for (let i = 0; i < batch.rowCount; i++) out.push(cell(data, i));
        }
      }
      return out;
    },
  };
}

const bytes = (view: Float64Array | Uint32Array) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

function parts(data: ColumnData): (Uint8Array | string)[] {
  switch (data.type) {
    case 'datetime':
      return [bytes(data.ms)];
    case 'id':
      return [bytes(data.high), bytes(data.low)];
    case 'string':
    case 'dynamic':
      return [bytes(data.codes), data.words.join('\u0000')];
    default:
      return [bytes(data.values)];
  }
}

function cell(data: ColumnData, i: number): number | string {
  switch (data.type) {
    case 'datetime':
      return data.ms[i]!;
    case 'id':
      return `${data.high[i]}-${data.low[i]}`;
    case 'string':
    case 'dynamic':
      return data.words[data.codes[i]!]!;
    default:
      return data.values[i]!;
  }
}
