import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { formatInstant, instant } from '../../../src/base/time';
import { parseConfig, withMappedFile } from '../../../src/query/local/config';
import { literal, openDatabase } from '../../../src/query/local/duckdb/database';
import { recogniseTable } from '../../../src/query/local/ingest/recognise';
import { sniffText } from '../../../src/query/local/ingest/sniff';
import { globTest, nameByPath } from '../../../src/query/local/ingest/table-name';
import { rowsOf, TestFolder } from './folder';

let test: TestFolder | undefined;
afterEach(async () => {
  await test?.dispose();
  test = undefined;
});

async function parquet(folder: TestFolder, path: string, select: string): Promise<void> {
  const full = await folder.write(path, '');
  const database = await openDatabase({ threads: 1, memory: '200MB', temporary: folder.folder });
  await database.run(`COPY (${select}) TO ${literal(full)} (FORMAT parquet)`);
  database.close();
}

describe('names of tables', () => {
  const name = (relative: string) => nameByPath({ path: '', relative, size: 0, modified: 0 });
  it('come from files and folders, in the spelling of the catalogue', () => {
    for (const path of [
      'signinlogs.csv',
      'SigninLogs_2024-09.ndjson.gz',
      'SigninLogs-2024-09-02T230000Z.json',
      'SigninLogs (1).csv',
      'SigninLogs/2024-09-02.parquet',
      'SigninLogs/part-00003.parquet',
      'export/am-SigninLogs/WorkspaceResourceId=x/y=2024/m=09/d=02/h=23/m=00/PT05M.json',
      'deep/SigninLogs/y=2024/m=09/PT1H.json',
      'query_data/SigninLogs_export_20240902.csv',
    ]) {
      expect(name(path).known, path).toBe('SigninLogs');
    }
    expect(name('my-firewall 2024-09.csv')).toEqual({ known: null, fallback: 'my_firewall' });
    expect(name('фаервол/2024-09-02.csv')).toEqual({ known: null, fallback: 'фаервол' });
    expect(name('2024.csv').fallback).toMatch(/^[\p{L}_]/u);
  });

  it('come from patterns of gapline.yaml', () => {
    expect(globTest('fw/*.csv')('fw/a.csv')).toBe(true);
    expect(globTest('fw/*.csv')('fw/x/a.csv')).toBe(false);
    expect(globTest('fw/**/*.csv')('fw/x/y/a.csv')).toBe(true);
    expect(globTest('fw/**')('fw/x/y/a.csv')).toBe(true);
    expect(globTest('**/a?.{csv,json}')('x/ab.json')).toBe(true);
    expect(globTest('a+b (1).csv')('a+b (1).csv')).toBe(true);
  });

  it('come from columns only where one table clearly fits', () => {
    const recognise = (columns: string[], action: string | null = null) =>
      recogniseTable({ filled: columns, present: columns, action });
    expect(recognise(['TimeGenerated', 'OfficeWorkload', 'MailboxOwnerUPN', 'Client_IPAddress', 'Operation'])).toBe(
      'OfficeActivity',
    );
    expect(recognise(['TimeGenerated', 'Type', 'TenantId'])).toBeNull();
    expect(recognise(['time', 'src', 'dst', 'bytes'])).toBeNull();
    const device = [
      'Timestamp',
      'DeviceId',
      'DeviceName',
      'ActionType',
      'ReportId',
      'InitiatingProcessFileName',
      'InitiatingProcessSHA256',
      'InitiatingProcessCommandLine',
      'FileName',
      'SHA256',
    ];
    expect(recognise(device, 'ProcessCreated')).toBe('DeviceProcessEvents');
    expect(recognise(device, 'FileCreated')).toBe('DeviceFileEvents');
  });
});

describe('content of files', () => {
  it('is told by content, not by extension', () => {
    const kind = (text: string) => {
      const c = sniffText(text, 'none');
      return c.kind === 'json' ? c.layout : c.kind === 'csv' ? `${c.delimiter}${c.header.length}` : c.kind;
    };
    expect(kind('{"a":1}\n{"a":2}')).toBe('lines');
    expect(kind('\uFEFF [\n {"a":1}]')).toBe('array');
    expect(kind('{\n "a": 1\n}\n{\n "a": 2\n}')).toBe('stream');
    expect(kind('{"tables":[{"name":"PrimaryResult"}]}')).toBe('wrapped');
    expect(kind('{"$schema":"https://schema/deploymentTemplate.json","resources":[]}')).toBe('other');
    expect(kind('a,b,"c,d"\n1,2,3')).toBe(',3');
    expect(kind('a\tb\n1\t2')).toBe('\t2');
    expect(kind('a;b;c\n1;2,5;3')).toBe(';3');
    expect(kind(' \n')).toBe('empty');
  });
});

describe('tables of a folder', () => {
  it('reads Parquet in place, whatever types its writer chose', async () => {
    test = await TestFolder.create({
      'SigninLogs/c.ndjson':
        '{"TimeGenerated":"2024-09-02T03:00:00.1234567Z","ResultType":5,"LocationDetails":{"c":3}}\n',
    });
    await parquet(
      test,
      'SigninLogs/a.parquet',
      "SELECT TIMESTAMP '2024-09-02 01:00:00' AS TimeGenerated, NULL::VARCHAR AS UserPrincipalName, 7 AS ResultType, '{\"c\":1}' AS LocationDetails, {'x': 1} AS DeviceDetail, 5::UTINYINT AS Extra",
    );
    await parquet(
      test,
      'SigninLogs/b.parquet',
      "SELECT TIMESTAMPTZ '2024-09-02 04:00:00+02' AS TimeGenerated, 'b' AS UserPrincipalName, '8' AS ResultType, 'plain' AS LocationDetails, 1.5 AS Extra, true AS Only",
    );
    const c = await test.connect();
    expect(c.describe().problems).toEqual([]);
    const rows = await rowsOf(
      c,
      't:datetime, u:string, r:string, l:dynamic, d:dynamic, e:real, o:bool | SELECT TimeGenerated, UserPrincipalName, ResultType, LocationDetails, DeviceDetail, Extra, "Only" FROM logs."SigninLogs" ORDER BY 1',
    );
    expect(rows).toEqual([
      [638608356000000000n, '', '7', { c: 1 }, { x: 1 }, 5, null],
      [638608392000000000n, 'b', '8', 'plain', null, 1.5, true],
      [638608428001234567n, '', '5', { c: 3 }, null, null, null],
    ]);
    const [info] = c.describe().tables;
    expect([info?.rows, formatInstant(info!.first!), formatInstant(info!.last!)]).toEqual([
      3,
      '2024-09-02T01:00:00Z',
      '2024-09-02T03:00:00.123Z',
    ]);
  });

  it('keeps unsigned numbers of Parquet that no long holds', async () => {
    test = await TestFolder.create({});
    const select = (n: string) => `SELECT TIMESTAMP '2024-09-02' AS TimeGenerated, ${n}::UBIGINT AS Session`;
    await parquet(test, 'small.parquet', select('5'));
    await parquet(test, 'large/1.parquet', select('18446744073709551615'));
    await parquet(test, 'large/2.parquet', select('9'));
    const c = await test.connect();
    expect(await rowsOf(c, 's:long | SELECT Session FROM logs."small"')).toEqual([[5]]);
    expect(await rowsOf(c, 's:string | SELECT Session FROM logs."large"')).toEqual([['18446744073709551615'], ['9']]);
  });

  it('pushes a time range into the row groups of plain Parquet', async () => {
    test = await TestFolder.create({});
    await parquet(
      test,
      'SigninLogs.parquet',
      "SELECT TIMESTAMP '2024-09-02' + to_seconds(i) AS TimeGenerated, 'u' AS UserPrincipalName FROM range(1000) t(i)",
    );
    const c = await test.connect();
    const [[plan]] = (await rowsOf(
      c,
      "p:string | SELECT view_definition FROM information_schema.views WHERE table_name = 'SigninLogs'",
    )) as [[string]];
    expect(plan).toMatch(/SELECT TimeGenerated AS/);
    expect(plan).not.toMatch(/COALESCE\(UserPrincipalName/i);
  });

  it('leaves implausible times out of the end of the data', async () => {
    test = await TestFolder.create({
      'SigninLogs.csv':
        'TimeGenerated,ResultType\n1601-01-01T00:00:00Z,0\n2024-09-02T00:00:00Z,0\n2024-09-03T00:00:00Z,0\n9999-12-31T23:59:59Z,0\n',
    });
    const c = await test.connect();
    const [info] = c.describe().tables;
    expect([info?.first, info?.last].map((t) => formatInstant(t!))).toEqual([
      '2024-09-02T00:00:00Z',
      '2024-09-03T00:00:00Z',
    ]);
    expect(formatInstant(c.describe().now)).toBe('2024-09-03T00:00:00Z');
  });

  it('takes now from the setting, then from gapline.yaml', async () => {
    test = await TestFolder.create({
      'gapline.yaml': 'now: 2024-10-13T00:00Z\n',
      'SigninLogs.csv': 'TimeGenerated\n2024-09-02T00:00:00Z\n',
    });
    expect((await test.connect()).describe()).toMatchObject({ now: Date.UTC(2024, 9, 13), nowBasis: 'gapline.yaml' });
    expect((await test.connect({ now: instant(5) })).describe()).toMatchObject({ now: 5, nowBasis: 'setting' });
  });

  it('splits a file of several tables by Type, and asks for the rest', async () => {
    test = await TestFolder.create({
      'gapline.yaml': '# ours\nzone: UTC\n',
      'dump.json': [
        { Type: 'SecurityEvent', TimeGenerated: '2024-09-02T00:00:00Z', EventID: 4624, process: 'a', Process: 'b' },
        { Type: 'Event', TimeGenerated: '2024-09-02T00:00:00Z', EventID: 1, RenderedDescription: 'x' },
        { TimeGenerated: '2024-09-02T00:00:00Z', who: 'knows', what: 'this', is: 1 },
      ]
        .map((r) => JSON.stringify(r))
        .join('\n'),
    });
    const c = await test.connect();
    const tables = () => c.describe().tables.map((t) => [t.name, t.rows]);
    expect(tables()).toEqual([
      ['Event', 1],
      ['SecurityEvent', 1],
      ['dump', 1],
    ]);
    expect(await rowsOf(c, 'p:string, q:string | SELECT "Process", "process1" FROM logs."SecurityEvent"')).toEqual([
      ['b', 'a'],
    ]);
    const asked = c.describe().problems.find((p) => p.code === 'unknown-table');
    expect([asked?.file, asked?.columns]).toEqual(['dump.json', ['TimeGenerated', 'who', 'what', 'is']]);
    await c.mapFile('dump.json', 'Thing_CL');
    expect(tables()).toEqual([
      ['Event', 1],
      ['SecurityEvent', 1],
      ['Thing_CL', 1],
    ]);
    expect(await readFile(join(test.folder, 'gapline.yaml'), 'utf8')).toBe(
      '# ours\nzone: UTC\nsources:\n  Thing_CL:\n    files:\n      - dump.json\n',
    );
  });

  it('reads answers of services, local times and mapped columns', async () => {
    test = await TestFolder.create({
      'gapline.yaml':
        'zone: Europe/Berlin\nsources:\n  Fw_CL:\n    files: [fw/*.csv]\n    time: when\n    ingestion: arrived\n    key: [id]\n',
      'AuditLogs.json': JSON.stringify({
        tables: [
          {
            name: 'PrimaryResult',
            columns: [
              { name: 'TimeGenerated', type: 'datetime' },
              { name: 'OperationName', type: 'string' },
            ],
            rows: [['2024-09-02T00:00:00Z', 'Add user']],
          },
        ],
      }),
      'SigninLogs.csv': 'TimeGenerated [Local Time],ResultType\n"9/2/2024, 1:00:00.000 AM",0\n',
      'fw/a.csv': 'id,when,arrived\n1,2024-09-02 02:00:00,2024-09-02 02:30:00\n',
    });
    const c = await test.connect();
    expect(c.describe().problems).toEqual([]);
    expect(await rowsOf(c, 't:datetime | SELECT TimeGenerated FROM logs."SigninLogs"')).toEqual([
      [638608284000000000n],
    ]);
    expect(c.describe().tables.find((t) => t.name === 'Fw_CL')).toMatchObject({
      timeColumn: 'when',
      ingestionColumn: 'arrived',
      first: Date.UTC(2024, 8, 2),
    });
    expect(c.keyOf('Fw_CL')).toEqual(['id']);
    expect(await rowsOf(c, 'o:string | SELECT OperationName FROM logs."AuditLogs"')).toEqual([['Add user']]);
  });

  it('reads times in the zone that a header names', async () => {
    test = await TestFolder.create({
      'query_data.csv':
        '"TenantId","TimeGenerated [UTC]","UserPrincipalName","Type"\n"t","9/2/2024, 11:00:00.123 PM","a","SigninLogs"\n',
      'SigninLogs (2).csv':
        'TenantId,TimeGenerated [Europe/Berlin],UserPrincipalName\nt,"9/3/2024, 1:00:00.123 AM",b\n',
    });
    const c = await test.connect();
    expect(c.describe().problems).toEqual([]);
    const at = 638609148001230000n;
    expect(
      await rowsOf(
        c,
        't:datetime, u:string | SELECT TimeGenerated, UserPrincipalName FROM logs."SigninLogs" ORDER BY 2',
      ),
    ).toEqual([
      [at, 'a'],
      [at, 'b'],
    ]);
  });

  it('gives watchlists by alias, with their search key', async () => {
    test = await TestFolder.create({
      'watchlists/VIP.csv': 'User,Since\nann,2020\n',
      'SigninLogs.csv': 'TimeGenerated\n2024-09-02T00:00:00Z\n',
    });
    const c = await test.connect();
    expect(c.describe().tables.map((t) => t.name)).toEqual(['SigninLogs']);
    expect(
      await rowsOf(c, 'u:string, s:string, k:string | SELECT "User", Since, SearchKey FROM watchlists."VIP"'),
    ).toEqual([['ann', '2020', 'ann']]);
  });

  it('deletes what it imported, and imports it again when asked', async () => {
    test = await TestFolder.create({ 'SigninLogs.csv': 'TimeGenerated\n2024-09-02T00:00:00Z\n' });
    const c = await test.connect();
    const { readdirSync, existsSync } = await import('node:fs');
    expect(readdirSync(join(test.storage, 'imported')).length).toBe(2);
    await c.deleteImported();
    expect(existsSync(join(test.storage, 'imported'))).toBe(false);
    expect(await rowsOf(c, 'n:long | SELECT count(*) FROM logs."SigninLogs"')).toEqual([[1]]);
  });
});

describe('gapline.yaml', () => {
  it('is read into plain values', () => {
    const { config, problems } = parseConfig(
      'now: 2024-10-13\nexpect: [A, B]\nsources:\n  A: {files: x.csv, key: [a, b], retired: true, retentionDays: 30, seasonalZone: Europe/Paris}\n  B/x: {filter: "c == 1"}\n',
    );
    expect(problems).toEqual([]);
    expect(config.sources['A']).toMatchObject({
      files: ['x.csv'],
      key: ['a', 'b'],
      retired: true,
      retentionDays: 30,
      seasonalZone: 'Europe/Paris',
    });
    expect(config.sources['B/x']).toMatchObject({ filter: 'c == 1', files: [], time: null });
  });

  it('keeps its comments when a file is mapped, and maps a file to one table', () => {
    const text = '# a\nsources:\n  # b\n  A:\n    time: t # c\n    files: [x.json]\n';
    const mapped = withMappedFile(text, 'y.json', 'A');
    expect(mapped).toBe('# a\nsources:\n  # b\n  A:\n    time: t # c\n    files: [ x.json, y.json ]\n');
    expect(withMappedFile(mapped, 'x.json', 'B')).toContain(
      '# c\n    files: [ y.json ]\n  B:\n    files:\n      - x.json\n',
    );
    expect(withMappedFile('', 'x.json', 'B')).toBe('sources:\n  B:\n    files:\n      - x.json\n');
  });
});
