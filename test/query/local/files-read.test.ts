import { statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { QueryProgress } from '../../../src/query/connection';
import { literal, openDatabase } from '../../../src/query/local/duckdb/database';
import { openQueryEngine } from '../../../src/query/local/duckdb/query-engine';
import { bytesBehind, type ReadFrom, withBytes } from '../../../src/query/local/files-read';
import { TestFolder } from './folder';

let test: TestFolder | undefined;
afterEach(async () => {
  await test?.dispose();
  test = undefined;
});

const emptyEngine = (temporary: string) =>
  openQueryEngine({ threads: 1, memory: '100MB', temporary, files: [], setup: [] });

describe('bytes of the files behind a statement', () => {
  const at = (name: string) => join(test!.folder, name);
  const table = (relation: string, parquet: readonly string[]): ReadFrom['tables'][number] => ({
    translate: { name: relation, columns: [], relation, timeColumn: null, ingestionColumn: null },
    parquet: parquet.map(at),
  });

  async function check(sql: string, bytes: number | null): Promise<void> {
    test = await TestFolder.create({ a: 'x'.repeat(100), b: 'x'.repeat(20), w: 'x'.repeat(3) });
    const engine = await emptyEngine(test.folder);
    const tables = [
      table('logs."A"', ['a']),
      table('logs."it""s B"', ['a', 'b']),
      table('watchlists."W"', ['w']),
      table('logs."Gone"', ['gone']),
    ];
    try {
      expect(await bytesBehind(sql, { engine, tables })).toBe(bytes);
    } finally {
      engine.close();
    }
  }

  it('counts each file once, wherever the statement names its table', async () => {
    await check('SELECT 1 FROM logs."A" x JOIN logs."A" y ON x.n = y.n', 100);
  });
  it('knows a name with a quote in it, and files that two tables share', async () => {
    await check('WITH t AS MATERIALIZED (SELECT * FROM logs."it""s B") SELECT * FROM t, logs."A"', 120);
  });
  it('finds tables in subqueries and unions', async () => {
    await check('SELECT (SELECT max(n) FROM watchlists."W") FROM logs."A" UNION ALL SELECT 2 FROM logs."A"', 103);
  });
  it('takes neither a text nor a part of another statement for a table', async () => {
    await check(`WITH "A" AS (SELECT 'FROM logs."A"' AS s, 'it''s logs."A"' AS t) SELECT * FROM "A"`, null);
  });
  it('tells rows where the engine is closed before the files are known', async () => {
    test = await TestFolder.create({});
    const engine = await emptyEngine(test.folder);
    engine.close();
    const told: QueryProgress[] = [];
    const report = withBytes((p) => told.push(p), 'SELECT 1', { engine, tables: [] });
    const progress: QueryProgress = { rows: 1, of: 2, fraction: 0.5, bytes: null };
    report(progress);
    await new Promise((resolve) => setImmediate(resolve));
    report(progress);
    expect(told).toEqual([progress, progress]);
  });
  it('knows no bytes of a file that is gone, and of no SELECT', async () => {
    await check('SELECT * FROM logs."A", logs."Gone"', null);
    await test?.dispose();
    await check('SELECT (', null);
  });
});

async function writeParquet(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const database = await openDatabase({ threads: 1, memory: '100MB', temporary: dirname(path) });
  try {
    await database.run(
      `COPY (SELECT TIMESTAMP '2024-09-02' AS TimeGenerated, i AS n FROM range(1000) t(i)) TO ${literal(path)} (FORMAT parquet)`,
    );
  } finally {
    database.close();
  }
}

it('tells bytes of the tables that a running query reads, and of no other', { timeout: 60_000 }, async () => {
  test = await TestFolder.create({});
  for (const name of ['SigninLogs', 'AuditLogs']) await writeParquet(join(test.folder, `${name}.parquet`));
  writeFileSync(join(test.folder, 'Notes_CL.csv'), 'TimeGenerated,Text\n2024-09-02T00:00:00Z,x\n');
  // With one thread the asking thread runs the statement, and so tells how far it is.
  const connection = await test.connect({ threads: 1 });
  const stop = new AbortController();
  const told: QueryProgress[] = [];
  const outcome = await connection.query(
    'n:long | SELECT sum(range % 7 + k) FROM range(30000000000), (SELECT count(*) AS k FROM logs."SigninLogs")',
    {
      signal: stop.signal,
      onProgress(p) {
        told.push(p);
        if (p.bytes) stop.abort();
      },
    },
  );
  expect(outcome).toEqual({ kind: 'cancelled' });
  const { fraction, bytes } = told.at(-1)!;
  const size = statSync(join(test.folder, 'SigninLogs.parquet')).size;
  expect(bytes).toEqual({ read: fraction * size, of: size });
});
