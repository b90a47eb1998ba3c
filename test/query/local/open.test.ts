import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { formatInstant, formatTicks, instant } from '../../../src/base/time';
import { rowsOf, TestFolder } from './folder';

let test: TestFolder | undefined;
afterEach(async () => {
  await test?.dispose();
  test = undefined;
});

const EPOCH = '621355968000000000';

describe('openFolder', () => {
  it('reads CSV, NDJSON and JSON arrays of known tables with the catalogue types', async () => {
    test = await TestFolder.create({
      'SigninLogs.csv':
        'TimeGenerated [UTC],UserPrincipalName,ResultType,LocationDetails,IngestionTime,Extra\n' +
        '"9/2/2024, 11:00:00.123 PM",a@x.org,0,"{""city"":""Oslo""}",2024-09-02T23:05:00Z,7\n' +
        '2024-09-02T23:00:00.1234567Z,b@x.org,50126,,,8\n',
      'AuditLogs/2024-09-01.ndjson.gz': gzipSync(
        '{"TimeGenerated":"2024-09-01T00:00:00.7654321Z","OperationName":"Add user","TargetResources":"[{\\"id\\":\\"x\\"}]"}\n',
      ),
      'AuditLogs/2024-09-02.ndjson.gz': gzipSync(
        '{"TimeGenerated":"2024-09-02T00:00:00Z","OperationName":"Delete user","TargetResources":[{"id":"y"}],"More":true}\n',
      ),
      'SecurityEvent.json': '[{"TimeGenerated":"2024-09-02T10:00:00Z","EventID":4624},\n{"EventID":"4625"}]',
    });
    const c = await test.connect();
    const d = c.describe();
    expect(d.problems.map((p) => [p.code, p.file])).toEqual([['bad-row', 'SecurityEvent.json']]);
    expect(d.tables.map((t) => [t.name, t.rows, t.timeColumn, t.ingestionColumn, t.files.length])).toEqual([
      ['AuditLogs', 2, 'TimeGenerated', null, 2],
      ['SecurityEvent', 2, 'TimeGenerated', null, 1],
      ['SigninLogs', 2, 'TimeGenerated', 'IngestionTime', 1],
    ]);
    expect([formatInstant(d.now), d.nowBasis]).toEqual(['2024-09-02T23:05:00Z', 'end of data']);
    const rows = await rowsOf(
      c,
      'u:string, r:string, t:datetime, l:dynamic, e:long, missing:string | SELECT UserPrincipalName, ResultType, TimeGenerated, LocationDetails, Extra, AppDisplayName FROM logs."SigninLogs" ORDER BY 1',
    );
    expect(rows.map((r) => r.map((v, i) => (i === 2 ? formatTicks(v as bigint) : v)))).toEqual([
      ['a@x.org', '0', '2024-09-02T23:00:00.1230000Z', { city: 'Oslo' }, 7, ''],
      ['b@x.org', '50126', '2024-09-02T23:00:00.1234567Z', null, 8, ''],
    ]);
    expect(
      await rowsOf(
        c,
        't:datetime, o:string, x:dynamic, m:bool | SELECT TimeGenerated, OperationName, TargetResources, More FROM logs."AuditLogs" ORDER BY 1',
      ),
    ).toEqual([
      [638607456007654321n, 'Add user', [{ id: 'x' }], null],
      [638608320000000000n, 'Delete user', [{ id: 'y' }], true],
    ]);
    expect(await rowsOf(c, 'e:int | SELECT EventID FROM logs."SecurityEvent" ORDER BY 1')).toEqual([[4624], [4625]]);
  });

  it('imports once: an unchanged folder is opened again without reading its text', async () => {
    test = await TestFolder.create({ 'SigninLogs.csv': 'TimeGenerated,ResultType\n2024-09-02T23:00:00Z,0\n' });
    const seen: string[] = [];
    const onProgress = (p: { message: string }) => void seen.push(p.message);
    await test.connect({ onProgress });
    await test.connect({ onProgress });
    expect(seen).toEqual(['Importing SigninLogs.csv: 0 of 1 KB']);
    await test.write('SigninLogs.csv', 'TimeGenerated,ResultType\n2024-09-02T23:00:00Z,0\n2024-09-02T23:00:00Z,1\n');
    const c = await test.connect({ onProgress });
    expect(seen.length).toBe(2);
    expect(c.describe().tables[0]?.rows).toBe(2);
  });

  it('says which tables a time range does not cut', async () => {
    test = await TestFolder.create({
      'SigninLogs.csv': 'TimeGenerated,UserPrincipalName\n2024-09-01T00:00:00Z,a\n2024-09-03T00:00:00Z,b\n',
      'Assets_CL.csv': 'Name,Owner\nsrv1,a\nsrv2,b\n',
    });
    const c = await test.connect({ translator: undefined });
    const run = async (kql: string, ranged: boolean) => {
      const outcome = await c.query(kql, ranged ? { from: instant(Date.UTC(2024, 8, 2)) } : {});
      if (outcome.kind !== 'results') throw new Error(JSON.stringify(outcome));
      const [only] = outcome.tables;
      return [only!.values[0]![0], only!.notes.filter((n) => n.includes('time range'))];
    };
    const note = 'Assets_CL has no time column, so the time range does not cut it: all of its rows are read.';
    expect(await run('Assets_CL | count', true)).toEqual([2, [note]]);
    expect(await run('SigninLogs | count', true)).toEqual([1, []]);
    expect(
      await run('SigninLogs | join kind=inner Assets_CL on $left.UserPrincipalName == $right.Owner | count', true),
    ).toEqual([1, [note]]);
    expect(await run('Assets_CL | count', false)).toEqual([2, []]);
  });

  it('runs without a folder', async () => {
    test = await TestFolder.create({});
    const c = await test.connect({ folder: null });
    expect(await rowsOf(c, `a:long | SELECT 1 + (${EPOCH} = 0)::INT`)).toEqual([[1]]);
    expect(c.describe()).toMatchObject({ tables: [], problems: [], nowBasis: 'clock' });
  });
});
