import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { literal, openDatabase } from '../../../src/query/local/duckdb/database';
import { rowsOf, TestFolder } from './folder';

let test: TestFolder | undefined;
afterEach(async () => {
  await test?.dispose();
  test = undefined;
});

async function copy(folder: TestFolder, path: string, select: string, options: string): Promise<void> {
  const full = await folder.write(path, '');
  const database = await openDatabase({ threads: 1, memory: '200MB', temporary: folder.folder });
  await database.run(`COPY (${select}) TO ${literal(full)} ${options}`);
  database.close();
}

const ROWS =
  "SELECT '2024-09-02T0' || i || ':00:00Z' AS TimeGenerated, 'u' || i AS UserPrincipalName, i AS ResultType FROM range(3) t(i)";

/** One file of three sign-ins in some format gives three sign-ins. */
async function check(path: string, content: string | Buffer | { select: string; options: string }): Promise<void> {
  test = await TestFolder.create({});
  if (typeof content === 'string' || Buffer.isBuffer(content)) await test.write(path, content);
  else await copy(test, path, content.select, content.options);
  const c = await test.connect();
  expect(c.describe().problems, path).toEqual([]);
  expect(
    await rowsOf(
      c,
      'u:string, t:datetime, r:string | SELECT UserPrincipalName, TimeGenerated, ResultType FROM logs."SigninLogs" ORDER BY 1',
    ),
    path,
  ).toEqual([0, 1, 2].map((i) => [`u${i}`, 638608320000000000n + BigInt(i) * 36_000_000_000n, String(i)]));
  await test.dispose();
}

const records = [0, 1, 2].map((i) => ({
  TimeGenerated: `2024-09-02T0${i}:00:00Z`,
  UserPrincipalName: `u${i}`,
  ResultType: i,
}));
const lines = records.map((r) => JSON.stringify(r)).join('\n');
const delimited = (d: string) =>
  [Object.keys(records[0]!), ...records.map(Object.values)].map((r) => r.join(d)).join('\r\n');

describe('answers of services', () => {
  const names = Object.keys(records[0]!);
  const rows = records.map((r) => Object.values(r));
  const columns = names.map((ColumnName) => ({ ColumnName, ColumnType: 'string' }));
  it('reads what the hunting API of Defender for Endpoint gives', () =>
    check(
      'SigninLogs.json',
      JSON.stringify({ Stats: { ExecutionTime: 1 }, Schema: [{ Name: 'x' }], Results: records }),
    ));
  it('reads the first table of an answer of a cluster, version 1', () =>
    check(
      'SigninLogs.json',
      JSON.stringify({
        Tables: [
          { TableName: 'Table_0', Columns: columns, Rows: rows },
          { TableName: 'Table_1', Columns: [{ ColumnName: 'Value' }], Rows: [['status']] },
        ],
      }),
    ));
  it('reads the primary result among the frames of version 2, and leaves out what says that it failed', () =>
    check(
      'SigninLogs.json',
      JSON.stringify([
        { FrameType: 'DataSetHeader', IsProgressive: false, Version: 'v2.0' },
        { FrameType: 'DataTable', TableKind: 'QueryProperties', Columns: [{ ColumnName: 'Key' }], Rows: [['k']] },
        { FrameType: 'DataTable', TableKind: 'PrimaryResult', Columns: columns, Rows: [...rows, { OneApiErrors: [] }] },
        { FrameType: 'DataSetCompletion', HasErrors: false },
      ]),
    ));
});

describe('archives', () => {
  it('are said, not passed over', async () => {
    test = await TestFolder.create({ 'SigninLogs.json': lines, 'export.zip': 'PK', 'report.xlsx': 'PK' });
    const c = await test.connect();
    expect(c.describe().problems.map((p) => p.message)).toEqual([
      'export.zip is not read. Unpack it if it holds logs.',
      'report.xlsx is not read. Save its sheets as CSV if it holds logs.',
    ]);
  });
});

describe('formats', () => {
  it('reads JSON in every layout, whatever the extension says', async () => {
    await check('SigninLogs.json', lines);
    await check('SigninLogs.ndjson', JSON.stringify(records));
    await check('SigninLogs.json', JSON.stringify(records, null, 2));
    await check('SigninLogs.json', records.map((r) => JSON.stringify(r, null, 2)).join('\n'));
    await check('SigninLogs.json.gz', gzipSync(JSON.stringify(records)));
    await check('SigninLogs.gz', gzipSync(lines));
    await check('SigninLogs.json', JSON.stringify({ value: records }));
    await check(
      'SigninLogs.json',
      `{"records":${JSON.stringify(records.slice(0, 2))}}\n{"records":${JSON.stringify(records.slice(2))}}`,
    );
    await check('SigninLogs.json', JSON.stringify({ '@odata.context': 'x', results: records }));
    await check('SigninLogs.csv', lines);
  });

  it('reads delimited text in every form', async () => {
    await check('SigninLogs.csv', delimited(','));
    await check('SigninLogs.tsv', delimited('\t'));
    await check('SigninLogs.csv', delimited(';'));
    await check('SigninLogs.csv', `\uFEFF${delimited(',')}\r\n`);
    await check('SigninLogs.csv', Buffer.from(`\uFEFF${delimited(',')}`, 'utf16le'));
    await check('SigninLogs.csv.gz', gzipSync(delimited(',')));
  });

  it('tells a first record that is a row from a header', async () => {
    const header = async (text: string, more: Record<string, string> = {}) => {
      test = await TestFolder.create({ 'fw.csv': text, ...more });
      const c = await test.connect();
      const [table] = c.describe().tables;
      const problems = c.describe().problems.filter((p) => p.code === 'config');
      const shown = [
        table?.columns.map((col) => col.name).join(),
        table?.rows,
        problems.map((p) => [p.message, p.line]),
      ];
      await test.dispose();
      return shown;
    };
    const none = (n: number, names: string) => [
      `fw.csv has no header: the first line is a row like those below it. To name its ${n} columns, write into gapline.yaml: sources: {fw: {files: "fw.csv", columns: [${names}]}}.`,
      1,
    ];
    const rows = '2024-09-02T01:00:00Z,10.0.0.1,deny,12\n2024-09-02T01:00:05Z,10.0.0.2,allow,7\n';
    expect(await header(rows)).toEqual([
      'Column1,Column2,Column3,Column4',
      2,
      [none(4, 'Column1, Column2, Column3, …')],
    ]);
    expect((await header(rows.replaceAll(',', '\t'))).slice(0, 2)).toEqual(['Column1,Column2,Column3,Column4', 2]);
    expect(await header('alice,5\nbob,7\nalice,9\n')).toEqual(['Column1,Column2', 3, [none(2, 'Column1, Column2')]]);
    // Headers with numbers and times in them: pivots, and a table of text alone.
    expect(await header('User,2023,2024\nalice,5,7\nbob,7,1\n')).toEqual(['User,2023,2024', 2, []]);
    expect((await header('User,2024-09-02T00:00:00Z\nalice,5\nbob,7\n')).slice(1)).toEqual([2, []]);
    expect(await header('a,b\nc,d\n')).toEqual(['a,b', 1, []]);
    expect(await header('time,src\n2024-09-02T01:00:00Z,10.0.0.1\n')).toEqual(['time,src', 1, []]);
    // The names that gapline.yaml gives: also of a table that it only names, and over a header that has them.
    const yaml = (more: string) => ({ 'gapline.yaml': `sources: {fw: {${more}columns: [When, Src, Act, Bytes]}}` });
    expect(await header(rows, yaml('files: "*.csv", '))).toEqual(['When,Src,Act,Bytes', 2, []]);
    expect(await header(rows, yaml(''))).toEqual(['When,Src,Act,Bytes', 2, []]);
    expect(await header(`when,SRC,act,bytes\n${rows}`, yaml(''))).toEqual(['when,SRC,act,bytes', 2, []]);
    expect(await header('a,b,c,d\ne,f,g,h\n', yaml(''))).toEqual(['When,Src,Act,Bytes', 2, []]);
    expect(await header('a,b,c\ne,f,g\n', yaml(''))).toEqual([
      'When,Src,Act',
      2,
      [['gapline.yaml names 4 columns of fw.csv, which has 3.', 1]],
    ]);
  });

  it('lifts the properties of a diagnostic archive to columns', async () => {
    const record = (i: number) =>
      JSON.stringify({
        time: `2024-09-02T23:00:0${i}.1234567Z`,
        resourceId: '/tenants/x/providers/Microsoft.aadiam',
        category: 'NonInteractiveUserSignInLogs',
        location: 'AT',
        properties: { id: `r${i}`, userPrincipalName: `u${i}`, location: { city: 'Graz' }, Custom: '007' },
      });
    const container = 'insights-logs-noninteractiveusersigninlogs/tenantId=x/y=2024/m=09/d=02/h=23/m=00/PT1H.json';
    test = await TestFolder.create({ [container]: `${record(1)}\n${record(2)}\n` });
    const c = await test.connect();
    expect(c.describe().problems).toEqual([]);
    expect(
      await rowsOf(
        c,
        't:datetime, i:string, u:string, l:string, d:string, x:string | SELECT TimeGenerated, Id, UserPrincipalName, Location, LocationDetails, Custom FROM logs."AADNonInteractiveUserSignInLogs" ORDER BY 1',
      ),
    ).toEqual([
      [638609148011234567n, 'r1', 'u1', 'AT', '{"city":"Graz"}', '007'],
      [638609148021234567n, 'r2', 'u2', 'AT', '{"city":"Graz"}', '007'],
    ]);
  });

  it('reads zstd, and Parquet whatever its compression', async () => {
    await check('SigninLogs.csv.zst', { select: ROWS, options: '(FORMAT csv, HEADER, COMPRESSION zstd)' });
    await check('SigninLogs.ndjson.zst', { select: ROWS, options: '(FORMAT json, COMPRESSION zstd)' });
    for (const compression of ['zstd', 'snappy', 'gzip', 'uncompressed']) {
      await check('SigninLogs.parquet', { select: ROWS, options: `(FORMAT parquet, COMPRESSION ${compression})` });
    }
  });
});
