import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { literal, openDatabase } from '../../../src/query/local/duckdb/database';
import type { LocalConnection } from '../../../src/query/local/local-connection';
import { createTranslator } from '../../../src/query/local/translate/index';
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
    expect(new Set(seen)).toEqual(new Set(['Importing SigninLogs.parquet: 0 of 1 KB']));
    expect((await readdir(join(test.storage, 'imported'))).length).toBe(2);
    expect(await rowsOf(c, 't:datetime | SELECT TimeGenerated FROM logs."SigninLogs"')).toEqual([
      [638608356001234567n],
    ]);
    expect(c.describe().tables[0]).toMatchObject({ rows: 1, files: ['SigninLogs.parquet'] });
  });

  it('is joined into one file where it is hundreds of small ones', async () => {
    const paths = Array.from({ length: 1210 }, (_, i) => `SigninLogs/part-${i}.parquet`);
    test = await write(
      paths,
      (i) =>
        `SELECT TIMESTAMP '2024-09-02' + to_seconds(${i}) AS TimeGenerated, ${i % 2 ? "'u'" : 'NULL::VARCHAR'} AS UserPrincipalName`,
    );
    const c = await test.connect();
    expect(c.describe().problems).toEqual([]);
    expect(c.describe().tables[0]).toMatchObject({
      rows: 1210,
      first: Date.UTC(2024, 8, 2),
      last: Date.UTC(2024, 8, 2, 0, 20, 9),
    });
    expect((await readdir(join(test.storage, 'imported'))).filter((n) => n.endsWith('.parquet')).length).toBe(1);
    expect(
      await rowsOf(
        c,
        'n:long, m:long | SELECT count(*), count(*) FILTER (UserPrincipalName = \'\') FROM logs."SigninLogs"',
      ),
    ).toEqual([[1210, 605]]);
  });
});

/** Sign-ins with a field that repeats. */
const signins = (rows: number, more = '') =>
  `SELECT TIMESTAMP '2024-09-02' + to_seconds(i) AS TimeGenerated, 'u' || i % 7 AS UserPrincipalName, ` +
  `'{"city":"c' || i % 5 || '","n":' || i || '}' AS LocationDetails${more} FROM range(${rows}) t(i)`;
const IMPORT = 'sources: {signinlogs: {import: true}}\n';
const BY_CITY = 'SigninLogs | summarize n = count() by c = tostring(LocationDetails.city) | order by c asc';
const translator = createTranslator();

async function sqlOf(c: LocalConnection, kql: string): Promise<string> {
  const made = await c.explain(kql);
  return made.kind === 'sql' ? made.statements.join() : JSON.stringify(made);
}

async function notesOf(c: LocalConnection, kql: string): Promise<readonly string[]> {
  const outcome = await c.query(kql);
  if (outcome.kind !== 'results') throw new Error(JSON.stringify(outcome));
  return outcome.tables[0]!.notes;
}

describe('Parquet that gapline.yaml wants imported', () => {
  it('keeps fields that repeat as columns, and gives the rows that it gives in place', async () => {
    test = await write(['SigninLogs.parquet'], () => signins(2000, ", 7.5::DECIMAL(9,2) AS d, [1, 2] AS l, 'x' AS X"));
    const all = 'SigninLogs | order by TimeGenerated asc';
    const inPlace = await test.connect({ translator });
    const before = [await rowsOf(inPlace, BY_CITY), await rowsOf(inPlace, all)];
    expect(await sqlOf(inPlace, BY_CITY)).toContain('json_extract');

    await test.write('gapline.yaml', IMPORT);
    const told: string[] = [];
    const imported = await test.connect({ translator, onProgress: (p) => told.push(p.message) });
    expect(told[0]).toMatch(/^Importing SigninLogs\.parquet: 0 of \d+ KB$/);
    expect(imported.describe().problems).toEqual([]);
    expect(await sqlOf(imported, BY_CITY)).not.toContain('json_extract');
    expect([await rowsOf(imported, BY_CITY), await rowsOf(imported, all)]).toEqual(before);
  });

  it('is imported anew where a file changes, and old rows are said to be old', async () => {
    test = await write(['SigninLogs.parquet'], () => signins(1200));
    await test.write('gapline.yaml', IMPORT);
    const c = await test.connect({ translator });
    const more = await write(['a.parquet'], () => signins(1300));
    await writeFile(join(test.folder, 'SigninLogs.parquet'), await readFile(join(more.folder, 'a.parquet')));
    await more.dispose();
    expect(await notesOf(c, 'SigninLogs | count')).toEqual([
      'SigninLogs.parquet changed after being read; the rows here are as they were then. Read the data again to see the change.',
    ]);
    await c.reload();
    expect(await rowsOf(c, 'SigninLogs | count')).toEqual([[1300]]);
    expect((await readdir(join(test.storage, 'imported'))).length).toBe(2);
  });

  it('is queried in place where it cannot be imported, and that is said', async () => {
    test = await write(['SigninLogs.parquet', 'AuditLogs.parquet'], () => signins(3000));
    const path = join(test.folder, 'SigninLogs.parquet');
    const bytes = await readFile(path);
    // The first page of the first column is no page; the footer is whole.
    bytes.fill(0xee, 4, 400);
    await writeFile(path, bytes);
    await test.write('gapline.yaml', IMPORT);
    const c = await test.connect({ translator });
    expect(c.describe().tables.map((t) => [t.name, t.rows])).toEqual([
      ['AuditLogs', 3000],
      ['SigninLogs', 3000],
    ]);
    const [problem, ...others] = c.describe().problems;
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ severity: 'warning', code: 'unreadable-file', file: 'SigninLogs.parquet' });
    expect(problem?.message).toMatch(
      /^SigninLogs\.parquet could not be imported \(.+\), so queries read it where it is/,
    );
    expect(problem?.message).not.toContain(test.folder);
  });

  it('leaves nothing behind when the import is cancelled', async () => {
    test = await write(['SigninLogs.parquet'], () => signins(20_000));
    await test.write('gapline.yaml', IMPORT);
    const stop = new AbortController();
    const onProgress = () => stop.abort(new Error('enough'));
    await expect(test.connect({ translator, onProgress, signal: stop.signal })).rejects.toThrow('enough');
    expect(await readdir(join(test.storage, 'imported'))).toEqual([]);
    const c = await test.connect({ translator });
    expect(await rowsOf(c, 'SigninLogs | count')).toEqual([[20_000]]);
  });
});

describe('fields of JSON in Parquet that is read in place', () => {
  const large = (column: string) =>
    `SELECT TIMESTAMP '2024-09-02' AS TimeGenerated, ${column} FROM range(1000001) t(i)`;
  const NOTE =
    'Every query parses LocationDetails in 1,000,001 rows of Parquet. For fields that are kept as columns, write into gapline.yaml: sources: {SigninLogs: {import: true}}.';

  it('are said to be dear where the rows are many', async () => {
    test = await write(['SigninLogs.parquet', 'AuditLogs.parquet'], (i) =>
      i === 0
        ? large(`'{"city":"c","n":' || hash(i) || '}' AS LocationDetails, '{"os":"w"}' AS DeviceDetail`)
        : signins(10).replace('LocationDetails', 'InitiatedBy'),
    );
    const c = await test.connect({ translator });
    expect(await notesOf(c, BY_CITY)).toEqual([NOTE]);
    expect(await notesOf(c, 'SigninLogs | extend d = LocationDetails | where d["city"] == "x" | count')).toEqual([
      NOTE,
    ]);
    expect(await notesOf(c, 'SigninLogs | count')).toEqual([]);
    expect(await notesOf(c, 'SigninLogs | where isempty(tostring(LocationDetails)) | count')).toEqual([]);
    // The file keeps the one text once.
    expect(await notesOf(c, 'SigninLogs | where isempty(tostring(DeviceDetail.os)) | count')).toEqual([]);
    expect(await notesOf(c, 'AuditLogs | summarize count() by tostring(InitiatedBy.city)')).toEqual([]);
    await test.write('gapline.yaml', IMPORT);
    await c.reload();
    expect(await notesOf(c, BY_CITY)).toEqual([]);
  }, 120_000);
});
