import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportFormat, TableBatch } from '../../../src/protocol/table-writer';
import { literal, openDatabase } from '../../../src/query/local/duckdb/database';
import { createTableWriter } from '../../../src/query/local/table-writer';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gapline writer's "));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const BASE = Date.UTC(2024, 8, 2, 23);
/** Two batches with differing dictionaries; rows are numbered through `n`. */
function* batches(rows: number): Generator<TableBatch> {
  for (let start = 0, part = 0; start < rows; start += 3000, part++) {
    const rowCount = Math.min(3000, rows - start);
    const at = (i: number) => start + i;
    const words = part % 2 === 0 ? ['a', 'b', 'say "ü", twice'] : ['b', 'c'];
    yield {
      rowCount,
      columns: [
        {
          name: 'TimeGenerated',
          data: { type: 'datetime', ms: Float64Array.from({ length: rowCount }, (_, i) => BASE + at(i) * 0.25) },
        },
        {
          name: 'n',
          data: {
            type: 'long',
            values: Float64Array.from({ length: rowCount }, (_, i) => (at(i) === 1 ? Number.NaN : at(i))),
          },
        },
        {
          name: 'word',
          data: { type: 'string', codes: Uint32Array.from({ length: rowCount }, (_, i) => i % words.length), words },
        },
        {
          name: 'Id',
          data: {
            type: 'id',
            high: new Uint32Array(rowCount).fill(7),
            low: Uint32Array.from({ length: rowCount }, (_, i) => at(i)),
          },
        },
      ],
    };
  }
}

async function write(name: string, format: ExportFormat, rows: number): Promise<string> {
  const path = join(folder, 'deep', name);
  await createTableWriter({ threads: 2 }).writeTable(path, format, batches(rows));
  return path;
}

async function read(path: string, select: string): Promise<unknown[][]> {
  const database = await openDatabase({ threads: 1, memory: '200MB', temporary: folder });
  try {
    return (await database.rows(`SELECT ${select} FROM read_parquet(${literal(path)})`)).map((r) => [...r]);
  } finally {
    database.close();
  }
}

describe('table writer', () => {
  it('writes Parquet in row order, with nulls, words and unique ids', async () => {
    const path = await write('t.parquet', 'parquet', 7000);
    const [summary] = await read(
      path,
      "count(*), count(n), count(DISTINCT Id), min(TimeGenerated)::VARCHAR, bool_and(regexp_full_match(Id, '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}')), string_agg(DISTINCT word, ';' ORDER BY word)",
    );
    expect(summary).toEqual([7000n, 6999n, 7000n, '2024-09-02 23:00:00', true, 'a;b;c;say "ü", twice']);
    const rows = await read(path, 'n, word, TimeGenerated::VARCHAR');
    expect(rows.slice(0, 3)).toEqual([
      [0n, 'a', '2024-09-02 23:00:00'],
      [null, 'b', '2024-09-02 23:00:00.00025'],
      [2n, 'say "ü", twice', '2024-09-02 23:00:00.0005'],
    ]);
    expect(rows.every(([n], i) => i === 1 || n === BigInt(i))).toBe(true);
    expect(rows[3001]!.slice(0, 2)).toEqual([3001n, 'c']);
  });

  it('writes text exports as the portal prints them', async () => {
    const json = gunzipSync(await readFile(await write('t.ndjson.gz', 'ndjson.gz', 2))).toString();
    const [first, second] = json
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toEqual({ TimeGenerated: '2024-09-02T23:00:00.0000000Z', n: 0, word: 'a', Id: expect.any(String) });
    expect(second).toMatchObject({ TimeGenerated: '2024-09-02T23:00:00.0002500Z', n: null, word: 'b' });
    const csv = await readFile(await write('t.csv', 'csv', 3), 'utf8');
    expect(csv.split('\n')[0]).toBe('TimeGenerated,n,word,Id');
    expect(csv.split('\n')[3]).toMatch(/^2024-09-02T23:00:00\.0005000Z,2,"say ""ü"", twice",[0-9a-f-]{36}$/);
  });

  it('writes the same bytes for the same rows', async () => {
    for (const format of ['parquet', 'ndjson.gz', 'csv'] as const) {
      const [a, b] = [await write(`a.${format}`, format, 9000), await write(`b.${format}`, format, 9000)];
      expect((await readFile(a)).equals(await readFile(b)), format).toBe(true);
    }
  });
});
