import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { literal, openDatabase } from '../../../src/query/local/duckdb/database';
import { rowsOf, TestFolder } from './folder';

let test: TestFolder | undefined;
afterEach(async () => {
  await test?.dispose();
  test = undefined;
});

async function write(paths: readonly string[], select: (i: number) => string): Promise<TestFolder> {
  const folder = await TestFolder.create(Object.fromEntries(paths.map((p) => [p, ''])));
  const database = await openDatabase({ threads: 1, memory: '200MB', temporary: folder.storage });
  for (const [i, path] of paths.entries()) {
    await database.run(`COPY (${select(i)}) TO ${literal(join(folder.folder, path))} (FORMAT parquet)`);
  }
  database.close();
  return folder;
}

describe('Parquet that is dear to query in place', () => {
  it('is rewritten once where its times are text', async () => {
    test = await write(
      ['SigninLogs.parquet'],
      () => "SELECT '2024-09-02T01:00:00.1234567Z' AS TimeGenerated, 'u' AS UserPrincipalName",
    );
    const seen: string[] = [];
    const onProgress = (p: { message: string }) => void seen.push(p.message);
    await test.connect({ onProgress });
    const c = await test.connect({ onProgress });
    expect(seen).toEqual(['Rewriting SigninLogs.parquet']);
    expect((await readdir(join(test.storage, 'imported'))).length).toBe(2);
    expect(await rowsOf(c, 't:datetime | SELECT TimeGenerated FROM logs."SigninLogs"')).toEqual([
      [638608356001234567n],
    ]);
    expect(c.describe().tables[0]).toMatchObject({ rows: 1, files: ['SigninLogs.parquet'] });
  });

  it('is joined into one file where it is hundreds of small ones', async () => {
    const paths = Array.from({ length: 210 }, (_, i) => `SigninLogs/part-${i}.parquet`);
    test = await write(
      paths,
      (i) =>
        `SELECT TIMESTAMP '2024-09-02' + to_seconds(${i}) AS TimeGenerated, ${i % 2 ? "'u'" : 'NULL::VARCHAR'} AS UserPrincipalName`,
    );
    const c = await test.connect();
    expect(c.describe().problems).toEqual([]);
    expect((await readdir(join(test.storage, 'imported'))).filter((n) => n.endsWith('.parquet')).length).toBe(1);
    expect(
      await rowsOf(
        c,
        'n:long, m:long | SELECT count(*), count(*) FILTER (UserPrincipalName = \'\') FROM logs."SigninLogs"',
      ),
    ).toEqual([[210, 105]]);
  });
});
