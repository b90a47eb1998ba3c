import { chmodSync } from 'node:fs';
import { appendFile, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { DataProblem } from '../../../src/protocol/datahost';
import type { LocalConnection } from '../../../src/query/local/local-connection';
import { createTableWriter } from '../../../src/query/local/table-writer';
import { rowsOf, TestFolder } from './folder';

let test: TestFolder | undefined;
afterEach(async () => {
  await test?.dispose();
  test = undefined;
});

const HEADER = 'TimeGenerated,UserPrincipalName,ResultType\n';
const row = (i: number) => `2024-09-02T23:00:0${i}Z,u${i}@x.org,0\n`;
const json = (i: number) => `{"TimeGenerated":"2024-09-02T23:00:0${i}Z","UserPrincipalName":"u${i}@x.org"}\n`;

/** What is said, shortened to what a test must hold. */
const said = (c: LocalConnection) =>
  c.describe().problems.map((p: DataProblem) => [p.severity, p.code, p.file, p.line]);
const users = async (c: LocalConnection) =>
  (await rowsOf(c, 'u:string | SELECT UserPrincipalName FROM logs."SigninLogs" ORDER BY 1')).map(([u]) => u);

async function parquet(name: string, rows = 3): Promise<Buffer> {
  const path = join(tmpdir(), `gapline-${process.pid}-${name}`);
  const ms = Float64Array.from({ length: rows }, (_, i) => Date.UTC(2024, 8, 2, 23) + i * 1000);
  await createTableWriter({ threads: 1 }).writeTable(path, 'parquet', [
    {
      rowCount: rows,
      columns: [
        { name: 'TimeGenerated', data: { type: 'datetime', ms } },
        { name: 'UserPrincipalName', data: { type: 'string', codes: new Uint32Array(rows), words: ['p@x.org'] } },
      ],
    },
  ]);
  const bytes = await readFile(path);
  await rm(path);
  return bytes;
}

describe('bad input', () => {
  it('says that a folder is empty or is not there', async () => {
    test = await TestFolder.create({ 'README.md': '# nothing', 'empty.csv': '' });
    const c = await test.connect();
    expect(said(c)).toEqual([
      ['information', 'unreadable-file', 'empty.csv', null],
      ['warning', 'empty-folder', null, null],
    ]);
    await rm(join(test.folder, 'empty.csv'));
    await c.reload();
    expect(said(c)).toEqual([['warning', 'empty-folder', null, null]]);
    expect(c.describe().problems[0]?.message).toContain(test.folder);
    const missing = await test.connect({ folder: join(test.folder, 'no such') });
    expect(said(missing)).toEqual([['error', 'unreadable-file', null, null]]);
  });

  it('leaves out a truncated Parquet file and keeps the others', async () => {
    const whole = await parquet('a');
    test = await TestFolder.create({
      'SigninLogs/a.parquet': whole,
      'SigninLogs/b.parquet': whole.subarray(0, whole.length - 100),
      'SigninLogs/c.parquet': whole.subarray(0, 6),
      'SigninLogs/d.parquet': whole,
    });
    const c = await test.connect();
    expect(said(c)).toEqual([
      ['error', 'unreadable-file', 'SigninLogs/b.parquet', null],
      ['error', 'unreadable-file', 'SigninLogs/c.parquet', null],
    ]);
    expect(await users(c)).toEqual(Array(6).fill('p@x.org'));
  });

  it('counts broken CSV rows, says file and line, keeps the others', async () => {
    test = await TestFolder.create({
      'SigninLogs/1.csv': `${HEADER}${row(1)}2024-09-02T23:00:02Z\n${row(3)}a,b,c,d,e\n${row(5)}`,
      'SigninLogs/2.csv': `${HEADER}${row(6)}"2024-09-02,x,0\n${row(7)}a,b\n${row(8)}`,
    });
    const c = await test.connect();
    expect(said(c)).toEqual([
      ['warning', 'bad-row', 'SigninLogs/1.csv', 3],
      ['warning', 'bad-row', 'SigninLogs/2.csv', 3],
    ]);
    expect(c.describe().problems[0]?.message).toBe(
      '2 rows of SigninLogs/1.csv cannot be read (the first in line 3) and are left out; the others are used.',
    );
    expect(c.describe().problems[1]?.message).toMatch(/^2 rows of .* \(the first in line 3\)/);
    expect(await users(c)).toEqual([1, 3, 5, 6, 7, 8].map((i) => `u${i}@x.org`));
  });

  it('counts broken JSON lines and elements', async () => {
    test = await TestFolder.create({
      'SigninLogs/a.ndjson': `${json(1)}{"TimeGenerated": oops}\n${json(2)}[1,2]\n5\n\n${json(3)}`,
      'SigninLogs/b.json': `[${json(4)},${json(5)},{"a":}\n,${json(6)}]`,
      'SigninLogs/c.ndjson.gz': gzipSync(`${json(7)}{"TimeGenerated"\n${json(8)}`),
      'SigninLogs/d.ndjson': json(9),
    });
    const c = await test.connect();
    expect(await users(c)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => `u${i}@x.org`));
    expect(said(c).sort()).toEqual([
      ['warning', 'bad-row', 'SigninLogs/a.ndjson', 2],
      ['warning', 'bad-row', 'SigninLogs/b.json', 3],
      ['warning', 'bad-row', 'SigninLogs/c.ndjson.gz', 2],
    ]);
    expect(c.describe().problems.find((p) => p.file === 'SigninLogs/a.ndjson')?.message).toMatch(/^3 rows of/);
  });

  it('keeps the sound part of a file that is cut off', async () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, i) => `{"TimeGenerated":"2024-09-02T23:00:00Z","UserPrincipalName":"${(i * 7919).toString(36)}"}\n`,
    );
    const gz = gzipSync(lines.join(''));
    const csv = gzipSync(HEADER + lines.map((_, i) => `2024-09-02T23:00:00Z,${(i * 7919).toString(36)},0\n`).join(''));
    test = await TestFolder.create({
      'SigninLogs/a.ndjson.gz': gz.subarray(0, gz.length >> 1),
      'AuditLogs/a.json': `[${json(1)},${json(2)},{"TimeGen`,
      'AADNonInteractiveUserSignInLogs.csv.gz': csv.subarray(0, csv.length >> 1),
    });
    const c = await test.connect();
    const rows = Object.fromEntries(c.describe().tables.map((t) => [t.name, t.rows ?? 0]));
    expect(rows['SigninLogs']).toBeGreaterThan(5000);
    expect(rows['SigninLogs']).toBeLessThan(15_000);
    expect(rows['AADNonInteractiveUserSignInLogs']).toBeGreaterThan(5000);
    expect(rows['AuditLogs']).toBe(2);
    expect(
      said(c)
        .map(([severity, code, file]) => [severity, code, file])
        .filter(([s]) => s === 'error')
        .sort(),
    ).toEqual([
      ['error', 'unreadable-file', 'AADNonInteractiveUserSignInLogs.csv.gz'],
      ['error', 'unreadable-file', 'AuditLogs/a.json'],
      ['error', 'unreadable-file', 'SigninLogs/a.ndjson.gz'],
    ]);
  });

  it('says links that lead out of the folder and follows none', async () => {
    test = await TestFolder.create({ 'SigninLogs.csv': HEADER + row(1) });
    const outside = await TestFolder.create({ 'AuditLogs.csv': HEADER + row(2) });
    await symlink(join(outside.folder, 'AuditLogs.csv'), join(test.folder, 'AuditLogs.csv'));
    await symlink(outside.folder, join(test.folder, 'more'));
    await symlink(join(test.folder, 'SigninLogs.csv'), join(test.folder, 'again.csv'));
    const c = await test.connect();
    expect(said(c)).toEqual([
      ['warning', 'link-outside', 'AuditLogs.csv', null],
      ['warning', 'link-outside', 'more', null],
    ]);
    expect(c.describe().tables.map((t) => t.name)).toEqual(['SigninLogs']);
    await outside.dispose();
  });

  it.skipIf(process.getuid?.() === 0)('says that a file may not be read', async () => {
    test = await TestFolder.create({ 'SigninLogs.csv': HEADER + row(1), 'AuditLogs.csv': HEADER + row(1) });
    chmodSync(join(test.folder, 'AuditLogs.csv'), 0);
    expect(said(await test.connect())).toEqual([['error', 'unreadable-file', 'AuditLogs.csv', null]]);
  });

  it.skipIf(process.getuid?.() === 0)('says that a folder may not be read', async () => {
    test = await TestFolder.create({ 'SigninLogs.csv': HEADER + row(1), 'more/AuditLogs.csv': HEADER + row(1) });
    const more = join(test.folder, 'more');
    chmodSync(more, 0);
    const c = await test.connect();
    expect(said(c)).toEqual([['error', 'unreadable-file', 'more', null]]);
    expect(c.describe().problems[0]!.message).toBe(
      'more may not be read: your account has no permission. Its rows are missing.',
    );
    expect(c.describe().tables.map((t) => t.name)).toEqual(['SigninLogs']);
    chmodSync(more, 0o700);
  });

  it('says that a table has no time column, and queries it', async () => {
    test = await TestFolder.create({ 'Assets_CL.csv': 'Name,Owner\nsrv1,ann\nsrv2,bob\n' });
    const c = await test.connect();
    expect(said(c).map(([, code]) => code)).toContain('no-time-column');
    expect(await rowsOf(c, 'o:string | SELECT Owner FROM logs."Assets_CL" ORDER BY 1')).toEqual([['ann'], ['bob']]);
  });

  it('reads again a Parquet file that changed, and says so', async () => {
    test = await TestFolder.create({ 'SigninLogs.parquet': await parquet('b', 3) });
    const c = await test.connect();
    expect((await users(c)).length).toBe(3);
    await test.write('SigninLogs.parquet', await parquet('c', 5));
    expect((await users(c)).length).toBe(5);
    expect(said(c)).toEqual([['information', 'file-changed', 'SigninLogs.parquet', null]]);
    await rm(join(test.folder, 'SigninLogs.parquet'));
    const outcome = await c.query('u:string | SELECT UserPrincipalName FROM logs."SigninLogs"');
    expect(outcome.kind).toBe('failed');
  });

  it('reads a growing file again when it is whole', async () => {
    test = await TestFolder.create({ 'SigninLogs.ndjson': json(1) + json(2).slice(0, 30) });
    const c = await test.connect();
    expect(await users(c)).toEqual(['u1@x.org']);
    await appendFile(join(test.folder, 'SigninLogs.ndjson'), json(2).slice(30) + json(3));
    await c.reload();
    expect(await users(c)).toEqual(['u1@x.org', 'u2@x.org', 'u3@x.org']);
    expect(said(c)).toEqual([]);
  });

  it('reads numbers that are none, huge or odd', async () => {
    test = await TestFolder.create({
      'Perf.csv':
        'TimeGenerated,CounterValue,Odd\n2024-09-02T23:00:00Z,NaN,007\n2024-09-02T23:00:01Z,1e400,99999999999999999999\n2024-09-02T23:00:02Z,1e308,12\nnot a time,abc,\n',
    });
    const c = await test.connect();
    expect(await rowsOf(c, 'v:real, o:string | SELECT CounterValue, Odd FROM logs."Perf"')).toEqual([
      [Number.NaN, '007'],
      [Number.POSITIVE_INFINITY, '99999999999999999999'],
      [1e308, '12'],
      [null, ''],
    ]);
    expect(c.describe().tables[0]?.rows).toBe(4);
    expect(c.describe().problems.map((p) => p.message)).toEqual([
      '1 row of Perf.csv has no time that can be read in TimeGenerated (the first holds “not a time”): no time range finds it.',
      "Values of Perf in Perf.csv are null because they are none of their column's type: CounterValue is real and holds “abc”.",
    ]);
  });

  it('reads 10,000 small files without a statement for each', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, i) => [`SigninLogs/y=2024/m=09/d=02/h=${i % 24}/${i}.json`, json(i % 10)]),
    );
    test = await TestFolder.create(files);
    const c = await test.connect();
    expect(c.describe().tables.map((t) => [t.name, t.rows])).toEqual([['SigninLogs', 10_000]]);
    // Five thousand files are one statement, one Parquet file and its description.
    expect((await readdir(join(test.storage, 'imported'))).length).toBe(4);
    expect(said(c)).toEqual([]);
  }, 120_000);

  it('cancels an import and leaves nothing half done', async () => {
    const big = Array.from({ length: 300_000 }, (_, i) => json(i % 10)).join('');
    test = await TestFolder.create({ 'SigninLogs.ndjson': big });
    const stop = new AbortController();
    const opening = test.connect({ signal: stop.signal, onProgress: () => setTimeout(() => stop.abort(), 20) });
    await expect(opening).rejects.toThrow(/abort/i);
    const c = await test.connect();
    expect(c.describe().tables[0]?.rows).toBe(300_000);
    expect(said(c)).toEqual([]);
  });

  it('says where a row has no time that can be read', async () => {
    test = await TestFolder.create({
      'SigninLogs/1.csv': HEADER + row(1),
      'SigninLogs/2.csv': `${HEADER}${row(2)}yesterday,u3@x.org,0\n,u4@x.org,0\n`,
      'AuditLogs.ndjson': '{"TimeGenerated":"","OperationName":"x"}\n{"TimeGenerated":"2024-09-02T23:00:00Z"}\n',
    });
    const c = await test.connect();
    expect(said(c)).toEqual([
      ['warning', 'bad-row', 'AuditLogs.ndjson', null],
      ['warning', 'bad-row', 'SigninLogs/2.csv', 3],
    ]);
    expect(c.describe().problems.map((p) => p.message)).toEqual([
      '1 row of AuditLogs.ndjson has no time that can be read in TimeGenerated: no time range finds it.',
      '2 rows of SigninLogs/2.csv and 1 more have no time that can be read in TimeGenerated (the first holds “yesterday”): no time range finds them.',
    ]);
    expect((await users(c)).length).toBe(4);
  });

  it('says it of files whose first is cut off', async () => {
    const cut = gzipSync(HEADER + Array.from({ length: 500 }, (_, i) => row(i % 10)).join('')).subarray(0, -8);
    test = await TestFolder.create({
      'SigninLogs/1.csv.gz': Buffer.from(cut),
      'SigninLogs/2.csv.gz': gzipSync(`${HEADER}${row(2)}yesterday,u3@x.org,0\n`),
    });
    const c = await test.connect();
    expect(said(c)).toEqual([
      ['error', 'unreadable-file', 'SigninLogs/1.csv.gz', null],
      ['warning', 'bad-row', 'SigninLogs/2.csv.gz', 3],
    ]);
    expect((await users(c)).slice(-2)).toEqual(['u9@x.org', 'u9@x.org']);
    expect(await users(c)).toContain('u3@x.org');
  });

  it('names no file alone where values of several were lost', async () => {
    const perf = (value: string) => `TimeGenerated,CounterValue\n2024-09-02T23:00:00Z,${value}\n`;
    test = await TestFolder.create({ 'Perf/1.csv': perf('1.5'), 'Perf/2.csv': perf('abc') });
    const c = await test.connect();
    expect(c.describe().problems.map((p) => p.message)).toEqual([
      "Values of Perf in Perf/2.csv and 1 more are null because they are none of their column's type: CounterValue is real and holds “abc”.",
    ]);
  });

  it('shows the line on which the value stands, not one with another that holds its text', async () => {
    test = await TestFolder.create({ 'SigninLogs.csv': `${HEADER}${row(1)}-,u2@x.org,0\n` });
    const c = await test.connect();
    expect(said(c)).toEqual([['warning', 'bad-row', 'SigninLogs.csv', 3]]);
  });

  it('knows tables without a row, and files that hold none', async () => {
    test = await TestFolder.create({
      'SigninLogs.csv': HEADER,
      'AuditLogs.json': '[]',
      'Fw_CL.csv': 'TimeGenerated,src',
      'noise.csv': Buffer.from([0xfe, 0xfd, 0, 65, 1, 44, 2, 66]),
      'settings.json': '[1, 2]',
    });
    const c = await test.connect();
    expect(c.describe().tables.map((t) => [t.name, t.rows, t.timeColumn])).toEqual([
      ['AuditLogs', 0, 'TimeGenerated'],
      ['Fw_CL', 0, 'TimeGenerated'],
      ['SigninLogs', 0, 'TimeGenerated'],
    ]);
    expect(said(c)).toEqual([
      ['warning', 'unreadable-file', 'noise.csv', null],
      ['information', 'unreadable-file', 'AuditLogs.json', null],
      ['information', 'unreadable-file', 'Fw_CL.csv', null],
    ]);
  });

  it('joins files whose columns differ, keeps every value and says where text had to hold them', async () => {
    test = await TestFolder.create({
      'gapline.yaml': 'sources: {Fw_CL: {files: "fw/*"}}\n',
      'fw/1.csv': 'TimeGenerated,port,seen,src\n2024-09-01T00:00:00Z,443,2024-09-01T00:00:00.1234567Z,a\n',
      'fw/2.csv': 'TimeGenerated,port,seen,later\n2024-09-02T00:00:00Z,https,never,5\n',
      'fw/3.csv': 'TimeGenerated,src,src,\n2024-09-03T00:00:00Z,x,y,z\n',
    });
    const c = await test.connect();
    expect(
      await rowsOf(
        c,
        'p:string, s:string, a:string, b:string, e:string, l:long | SELECT port, seen, src, src1, Column4, later FROM logs."Fw_CL" ORDER BY TimeGenerated',
      ),
    ).toEqual([
      ['443', '2024-09-01T00:00:00.1234567Z', 'a', '', '', null],
      ['https', 'never', '', '', '', 5],
      ['', '', 'x', 'y', 'z', null],
    ]);
    expect(c.describe().problems.map((p) => p.message)).toEqual([
      'fw/3.csv has several columns named src; one of them is src1 here.',
      'port of Fw_CL holds values of type long in fw/1.csv and of type string in fw/2.csv; it is read as string.',
      'seen of Fw_CL holds values of type datetime in fw/1.csv and of type string in fw/2.csv; it is read as string.',
    ]);
  });

  it('says which source of gapline.yaml names files that another has', async () => {
    const row = 'TimeGenerated,Id\n2024-09-01T00:00:00Z,1\n';
    test = await TestFolder.create({
      'a.csv': row,
      'b.csv': row,
      'gapline.yaml':
        'sources:\n  A_CL: {files: a.csv}\n  A_CL/second: {files: a.csv, filter: Id > 1}\n  B_CL: {files: "*.csv"}\n  C_CL: {files: "*.csv"}\n',
    });
    const c = await test.connect();
    expect(c.describe().problems.map((p) => [p.message, p.line])).toEqual([
      ['gapline.yaml names a.csv for B_CL too; it is read for A_CL alone, which stands first.', 4],
      ['gapline.yaml names a.csv for C_CL too; it is read for A_CL alone, which stands first.', 5],
    ]);
    expect(c.describe().tables.map((t) => t.name)).toEqual(['A_CL', 'B_CL']);
  });

  it('says what gapline.yaml names and the folder does not have', async () => {
    test = await TestFolder.create({
      'a.csv': 'TimeGenerated,Id\n2024-09-01T00:00:00Z,1\n',
      'gapline.yaml':
        'sources:\n  A_CL: {files: a.csv, time: At, key: [Id,\n      Zip]}\n  B_CL:\n    files:\n      - b/*.csv\n      - ../a.csv\nexternaldata: {"https://x.org/ips": ../ips.csv}\n',
    });
    expect((await test.connect()).describe().problems.map((p) => [p.message, p.line])).toEqual([
      ['gapline.yaml names b/*.csv for B_CL, but the folder holds no such file that can be read.', 6],
      ['gapline.yaml names ../a.csv for B_CL, but the folder holds no such file that can be read.', 7],
      ['gapline.yaml names ../ips.csv for https://x.org/ips, but the folder holds no such file that can be read.', 8],
      ['gapline.yaml names the column At of A_CL, but its files have no such column.', 2],
      ['gapline.yaml names the column Zip of A_CL, but its files have no such column.', 3],
    ]);
  });

  it('says what is wrong in gapline.yaml and uses the rest', async () => {
    test = await TestFolder.create({
      'gapline.yaml':
        'now: 2024-13-45\nzone: Mars/Olympus\nexpect: [SigninLogs]\nsources:\n  SigninLogs:\n    time: Nope\n    tiem: x\n    retentionDays: many\n',
      'SigninLogs.csv': HEADER + row(1),
    });
    const c = await test.connect();
    expect(said(c).map(([, code, , line]) => [code, line])).toEqual([
      ['config', 1],
      ['config', 2],
      ['config', 7],
      ['config', 8],
      ['config', 6],
    ]);
    expect(c.config().expect).toEqual(['SigninLogs']);
    await writeFile(join(test.folder, 'gapline.yaml'), 'now: [');
    await c.reload();
    expect(said(c)[0]?.slice(0, 2)).toEqual(['warning', 'config']);
  });
});
