import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { literal, openDatabase } from '../../../src/query/local/duckdb/database';
import { rowsOf, TestFolder } from './folder';

let test: TestFolder | undefined;
afterEach(async () => {
  await test?.dispose();
  test = undefined;
});

const row = (user: string) => `TimeGenerated,UserPrincipalName\n2024-09-02T23:00:00Z,${user}\n`;

async function parquet(folder: TestFolder, path: string, select: string): Promise<void> {
  const full = await folder.write(path, '');
  const database = await openDatabase({ threads: 1, memory: '200MB', temporary: folder.folder });
  await database.run(`COPY (${select}) TO ${literal(full)} (FORMAT parquet)`);
  database.close();
}

async function users(folder: TestFolder): Promise<unknown[]> {
  const connection = await folder.connect();
  expect(connection.describe().problems).toEqual([]);
  const rows = await rowsOf(connection, 'u:string | SELECT UserPrincipalName FROM logs."SigninLogs" ORDER BY 1');
  return rows.flat();
}

/** Names that mean something to a shell, to the engine or to nobody; each is one file of one row that holds its name. */
const NAMES = ['a*', 'a1', 'a[1]', 'a?', 'a{1,2}', "it's", 'new\nline', 'ü 日志 😀', '**', '[!a]', '%41', '#x', '~'];

describe('names of files', () => {
  it('stand for one file each, whatever they look like', async () => {
    const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
    test = await TestFolder.create(
      Object.fromEntries(NAMES.map((name) => [`SigninLogs/${name}.csv`, row(quoted(name))])),
      'logs [2024] *?',
    );
    expect(await users(test)).toEqual([...NAMES].sort());
  });

  it('stand for one Parquet file each, that is queried where it is', async () => {
    test = await TestFolder.create({}, 'logs [2024] *?');
    for (const name of NAMES)
      await parquet(
        test,
        `SigninLogs/${name}.parquet`,
        `SELECT TIMESTAMP '2024-09-02' AS TimeGenerated, ${literal(name)} AS UserPrincipalName`,
      );
    expect(await users(test)).toEqual([...NAMES].sort());
  });

  it('of folders are no columns where the rows have their own', async () => {
    const path = (hour: number) => `SigninLogs/y=2024/m=09/d=02/h=0${hour}`;
    test = await TestFolder.create({
      [`${path(1)}/PT1H.json`]: '{"TimeGenerated":"2024-09-02T01:00:00Z","UserPrincipalName":"a","m":7}\n',
    });
    await parquet(
      test,
      `${path(2)}/x.parquet`,
      "SELECT TIMESTAMP '2024-09-02 02:00:00' AS TimeGenerated, 'b' AS UserPrincipalName, 8 AS m",
    );
    const c = await test.connect();
    expect(await rowsOf(c, 'm:long | SELECT m FROM logs."SigninLogs" ORDER BY 1')).toEqual([[7], [8]]);
    const names = c.describe().tables[0]!.columns.map((col) => col.name);
    expect(names.filter((n) => ['y', 'd', 'h'].includes(n))).toEqual([]);
  });

  it('of folders are columns of partitioned Parquet, which lacks them', async () => {
    test = await TestFolder.create({ 'gapline.yaml': 'sources: {Fw_CL: {files: "fw/**"}}\n' });
    for (const region of ['west', '007'])
      await parquet(
        test,
        `fw/Region=${region}/date=2024-09-02/part-0.parquet`,
        "SELECT TIMESTAMP '2024-09-02' AS TimeGenerated, 1 AS n",
      );
    const c = await test.connect();
    expect(c.describe().problems).toEqual([]);
    expect(await rowsOf(c, 'r:string, n:long | SELECT Region, n FROM logs."Fw_CL" ORDER BY 1')).toEqual([
      ['007', 1],
      ['west', 1],
    ]);
    expect(c.describe().tables[0]!.columns.map((col) => col.name)).toEqual(['TimeGenerated', 'n', 'Region']);
  });

  it('of storage may look like patterns too', async () => {
    test = await TestFolder.create({ 'SigninLogs.csv': row('a') });
    const c = await test.connect({ storage: join(test.folder, '..', 'store [1]') });
    expect(await rowsOf(c, 'u:string | SELECT UserPrincipalName FROM logs."SigninLogs"')).toEqual([['a']]);
  });
});
