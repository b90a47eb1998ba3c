import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ColumnData, ExportFormat, NamedColumn, TableBatch, TableWriter } from '../../protocol/table-writer';
import { appendWords, type ColumnAppender, createColumnAppender, type NumberColumn } from './duckdb/column-appender';
import { type Database, identifier, literal, openDatabase } from './duckdb/database';

export interface TableWriterInit {
  /** Threads of the engine that writes; rows keep their order with any number. */
  readonly threads: number;
  /** Memory before rows spill to disk, as DuckDB reads it. */
  readonly memory?: string;
}

/** Writes tables as exports of a workspace are written: Parquet, gzipped NDJSON, CSV. One engine per table. */
export function createTableWriter(init: TableWriterInit): TableWriter {
  return {
    async writeTable(path, format, batches) {
      const temporary = await mkdtemp(join(tmpdir(), 'gapline-write-'));
      await mkdir(dirname(path), { recursive: true });
      // Hash joins keep the order of the left side only while nothing reorders them and one thread runs them.
      const database = await openDatabase({ threads: 1, memory: init.memory ?? '700MB', temporary });
      const partial = `${path}.partial`;
      try {
        await database.run("SET disabled_optimizers = 'join_order,build_side_probe_side'");
        const staged = await stage(database, batches);
        if (init.threads > 1 && staged.dictionaries === 0) await database.run(`SET threads = ${init.threads}`);
        await database.run(`COPY (${select(staged, format)}) TO ${literal(partial)} ${COPY_OPTIONS[format]}`);
        await rename(partial, path);
      } finally {
        database.close();
        await rm(partial, { force: true });
        await rm(temporary, { recursive: true, force: true });
      }
    },
    async writeText(path, text) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text, 'utf8');
    },
  };
}

const COPY_OPTIONS: Record<ExportFormat, string> = {
  parquet: '(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)',
  'ndjson.gz': '(FORMAT json, COMPRESSION gzip)',
  csv: '(FORMAT csv, HEADER true)',
};

/** Where a column of the batches is in the staging table. */
interface StagedColumn {
  readonly name: string;
  readonly type: ColumnData['type'];
  /** Its first staging column; ids have two. */
  readonly place: number;
}
interface Staged {
  readonly columns: readonly StagedColumn[];
  readonly dictionaries: number;
}

/** One dictionary for a column, whatever dictionary each batch brings. */
class Words {
  readonly all: string[] = [];
  private readonly places = new Map<string, number>();
  private readonly remaps = new Map<readonly string[], Uint32Array>();

  /** The batch's codes as codes of this dictionary. */
  recode(codes: Uint32Array, words: readonly string[]): Uint32Array {
    let remap = this.remaps.get(words);
    if (!remap) {
      remap = Uint32Array.from(words, (word) => this.place(word));
      this.remaps.clear();
      this.remaps.set(words, remap);
    }
    const places = remap;
    return codes.map((code) => places[code]!);
  }

  private place(word: string): number {
    const known = this.places.get(word);
    if (known !== undefined) return known;
    const place = this.all.length;
    this.all.push(word);
    this.places.set(word, place);
    return place;
  }
}

/** Puts all batches into the table `staged`, and the words of column `c<i>` into `words<i>`. */
async function stage(database: Database, batches: Iterable<TableBatch> | AsyncIterable<TableBatch>): Promise<Staged> {
  let columns: readonly StagedColumn[] = [];
  let appender: ColumnAppender | undefined;
  const dictionaries = new Map<number, Words>();
  for await (const batch of batches) {
    if (!appender) {
      columns = placeColumns(batch.columns);
      appender = await createColumnAppender(database, 'staged', batch.columns.flatMap(kindsOf));
    }
    const data = batch.columns.flatMap((column, i) => numbersOf(column.data, columns[i]!.place, dictionaries));
    appender.append(data, batch.rowCount);
  }
  if (!appender) throw new Error('A table without any batch has no columns to write.');
  appender.finish();
  for (const [place, words] of dictionaries) await appendWords(database, `words${place}`, words.all);
  return { columns, dictionaries: dictionaries.size };
}

function placeColumns(columns: readonly NamedColumn[]): StagedColumn[] {
  let place = 0;
  return columns.map(({ name, data }) => {
    const staged = { name, type: data.type, place };
    place += data.type === 'id' ? 2 : 1;
    return staged;
  });
}

function kindsOf(column: NamedColumn): ('double' | 'uint')[] {
  const { type } = column.data;
  if (type === 'id') return ['uint', 'uint'];
  return [type === 'string' || type === 'dynamic' ? 'uint' : 'double'];
}

function numbersOf(data: ColumnData, place: number, dictionaries: Map<number, Words>): NumberColumn[] {
  switch (data.type) {
    case 'datetime':
      return [data.ms];
    case 'id':
      return [data.high, data.low];
    case 'string':
    case 'dynamic': {
      const words = dictionaries.get(place) ?? new Words();
      dictionaries.set(place, words);
      return [words.recode(data.codes, data.words)];
    }
    default:
      return [data.values];
  }
}

/** The statement that turns staging columns into the columns of an export. */
function select(staged: Staged, format: ExportFormat): string {
  const expressions = staged.columns.map((c) => `${expression(c, format)} AS ${identifier(c.name)}`);
  const joins = staged.columns
    .filter((c) => c.type === 'string' || c.type === 'dynamic')
    .map((c) => `LEFT JOIN words${c.place} ON words${c.place}.i = staged.c${c.place}`);
  return `SELECT ${expressions.join(', ')} FROM staged ${joins.join(' ')}`;
}

function expression(column: StagedColumn, format: ExportFormat): string {
  const c = `staged.c${column.place}`;
  switch (column.type) {
    case 'datetime': {
      const at = `make_timestamp(CAST(round(${c} * 1000) AS BIGINT))`;
      // Text exports print seven digits, as the portal does; a double of today's milliseconds does not hold the seventh.
      return format === 'parquet' ? at : `strftime(${at}, '%Y-%m-%dT%H:%M:%S.%f') || '0Z'`;
    }
    case 'long':
      return `CAST(${c} AS BIGINT)`;
    case 'int':
      return `CAST(${c} AS INTEGER)`;
    case 'real':
      return c;
    case 'id':
      return guid(c, `staged.c${column.place + 1}`);
    default:
      return `words${column.place}.w`;
  }
}

/**
 * A GUID from two 32-bit halves. Multiplying by an odd number modulo 2^32 is one-to-one, so the first eight digits name
 * `high`, the next four and the four after the variant name `low`: unique where the pair is. The rest is mixed from both.
 */
function guid(high: string, low: string): string {
  const word = (text: string, factor: number) => `(((${text}) * ${factor}) & 4294967295)`;
  const a = word(`${high}::UBIGINT`, 2654435769);
  const b = word(`${low}::UBIGINT`, 2246822519);
  const c = word(`${high}::UBIGINT + ${low}::UBIGINT & 4294967295`, 3266489917);
  const d = word(`xor(${high}::UBIGINT, ${low}::UBIGINT)`, 668265263);
  return (
    `format('{:08x}-{:04x}-4{:03x}-8{:03x}-{:04x}{:08x}', ${a}, ${b} >> 16, ${c} & 4095, (${c} >> 12) & 4095, ` +
    `${b} & 65535, ${d})`
  );
}
