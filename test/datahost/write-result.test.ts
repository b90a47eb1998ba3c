import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeResult } from '../../src/datahost/write-result';
import type { ResultFormat } from '../../src/protocol/datahost';
import type { ResultTable } from '../../src/protocol/records';
import { type RowView, WHOLE } from '../../src/protocol/row-view';
import { openDatabase } from '../../src/query/local/duckdb/database';
import { writeParquet } from '../../src/query/local/result-parquet';
import { table } from '../assessment/fake-connection';

const home = mkdtempSync(join(tmpdir(), 'gapline export ü-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const LOGS = table(
  ['TimeGenerated:datetime', 'User:string', 'n:long', 'took:timespan', 'more:dynamic', 'r:real', 'N:bool'],
  [
    ['2024-09-02T01:00Z', 'a|b, "c"\nd', 3, 600_000_001n, { city: 'Oslo' }, 0.5, true],
    ['2024-09-02T02:10Z', '', 9_007_199_254_740_993n, null, null, Number.NaN, null],
  ],
);

async function written(
  format: ResultFormat,
  over: {
    readonly view?: RowView;
    readonly columns?: readonly number[];
    readonly table?: ResultTable;
    readonly signal?: AbortSignal;
    readonly file?: string;
  } = {},
) {
  const file = over.file ?? join(home, `r.${format}`);
  const progress: (number | null)[] = [];
  const told = await writeResult(over.table ?? LOGS, {
    format,
    file,
    view: over.view ?? WHOLE,
    ...(over.columns && { columns: over.columns }),
    now: '2024-10-13T00:00:00Z',
    writeParquet,
    report: (_, fraction) => void progress.push(fraction),
    signal: over.signal ?? new AbortController().signal,
  });
  return { file, told, progress };
}
const text = async (format: ResultFormat, view?: RowView) => {
  const { file } = await written(format, view ? { view } : {});
  return readFileSync(file, 'utf8');
};

describe('a result written to a file', () => {
  it('is CSV that a spreadsheet reads', async () => {
    expect(await text('csv')).toBe(
      'TimeGenerated,User,n,took,more,r,N\n' +
        '2024-09-02T01:00:00.0000000Z,"a|b, ""c""\nd",3,00:01:00.0000001,"{""city"":""Oslo""}",0.5,true\n' +
        '2024-09-02T02:10:00.0000000Z,,9007199254740993,,,NaN,\n',
    );
  });

  it('is CSV in which no text is a formula of a spreadsheet', async () => {
    const hostile = table(
      ['=name:string', 'n:long', 'more:dynamic'],
      [
        ["=cmd|' /C calc'!A0", -3, '@SUM(1)'],
        ['+1', null, { a: 1 }],
        ['\t=1', 0, '-x'],
        ['＝1', 1, null],
        ['a=b', 2, 'ü'],
      ],
    );
    const { file } = await written('spreadsheet', { table: hostile });
    expect(readFileSync(file, 'utf8')).toBe(
      `\ufeff'=name,n,more\r\n'=cmd|' /C calc'!A0,-3,'@SUM(1)\r\n'+1,,"{""a"":1}"\r\n'\t=1,0,'-x\r\n'＝1,1,\r\na=b,2,ü\r\n`,
    );
    expect(readFileSync((await written('csv', { table: hostile })).file, 'utf8')).toContain("\n=cmd|' /C calc'!A0,-3,");
  });

  it('keeps the digits of numbers inside a dynamic', async () => {
    const ids = table(['d:dynamic'], [[{ id: 9_007_199_254_740_993n, n: 1 }], [-9_007_199_254_740_993n], [null]]);
    const of = async (format: ResultFormat, view?: RowView) =>
      readFileSync((await written(format, view ? { table: ids, view } : { table: ids })).file, 'utf8');
    expect(await of('csv')).toBe('d\n"{""id"":9007199254740993,""n"":1}"\n-9007199254740993\n\n');
    expect(await of('ndjson')).toBe('{"d":{"id":"9007199254740993","n":1}}\n{"d":"-9007199254740993"}\n{"d":null}\n');
    const sorted: RowView = { sort: { column: 0, descending: false }, filter: '', columns: [] };
    expect((await of('csv', sorted)).split('\n').length).toBe(5);
    const { file } = await written('parquet', { table: ids });
    const database = await openDatabase({ threads: 1, memory: '100MB', temporary: home });
    try {
      expect((await database.rows(`SELECT * FROM '${file}'`)).map((r) => r.map(String))).toEqual([
        ['{"id":9007199254740993,"n":1}'],
        ['-9007199254740993'],
        ['null'],
      ]);
    } finally {
      database.close();
    }
  });

  it('is one object a line, and one whole object', async () => {
    const rows = (await text('ndjson'))
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l));
    expect(rows.map((r) => [r.User, r.n])).toEqual([
      ['a|b, "c"\nd', 3],
      ['', '9007199254740993'],
    ]);
    const all = JSON.parse(await text('json'));
    expect([all.columns.length, all.rows.length, all.rows[0][2], all.now, all.truncated]).toEqual([
      7,
      2,
      3,
      '2024-10-13T00:00:00Z',
      false,
    ]);
  });

  it('is a Markdown table whose cells break nothing', async () => {
    const lines = (await text('markdown')).trim().split('\n');
    expect([lines.length, lines[0]]).toEqual([4, '| TimeGenerated | User | n | took | more | r | N |']);
  });

  it('holds the rows of the view, in its order', async () => {
    const view: RowView = { sort: { column: 2, descending: true }, filter: '2024', columns: [] };
    expect((await text('csv', view)).split('\n')[1]).toMatch(/^2024-09-02T02:10/);
    const one: RowView = { ...WHOLE, columns: [{ column: 3, kind: 'filled' }] };
    expect((await written('csv', { view: one })).told.rows).toBe(1);
  });

  it('holds the columns that are shown, in their order, and passes rows by any', async () => {
    const view: RowView = { sort: { column: 2, descending: true }, filter: 'oslo', columns: [] };
    const csv = readFileSync((await written('csv', { view, columns: [6, 1] })).file, 'utf8');
    expect(csv).toBe('N,User\ntrue,"a|b, ""c""\nd"\n');
    const json = JSON.parse(readFileSync((await written('json', { columns: [2] })).file, 'utf8'));
    expect([json.columns, json.rows]).toEqual([[{ name: 'n', type: 'long' }], [[3], ['9007199254740993']]]);
    await expect(written('csv', { columns: [7] })).rejects.toThrow('no such column');
  });

  it('says in words why a place cannot be written to', async () => {
    const folder = mkdtempSync(join(home, 'taken-'));
    await expect(written('csv', { file: join(home, 'none', 'r.csv') })).rejects.toThrow(
      /^There is no folder .*none\.$/,
    );
    await expect(written('csv', { file: folder })).rejects.toThrow(/ is a folder\.$/);
    expect(readdirSync(home).filter((f) => f.endsWith('.partial'))).toEqual([]);
  });

  it('is Parquet with types, 100 ns and big numbers kept', async () => {
    const { file, told } = await written('parquet');
    const database = await openDatabase({ threads: 1, memory: '100MB', temporary: home });
    try {
      const rows = await database.rows(`SELECT * FROM '${file}'`);
      expect(rows.map((r) => r.map(String))).toEqual([
        ['2024-09-02 01:00:00', 'a|b, "c"\nd', '3', '00:01:00.0000001', '{"city":"Oslo"}', '0.5', 'true'],
        ['2024-09-02 02:10:00', '', '9007199254740993', 'null', 'null', 'NaN', 'null'],
      ]);
      const columns = await database.rows(`DESCRIBE SELECT * FROM '${file}'`);
      expect(columns.map((c) => `${c[0]} ${c[1]}`)).toEqual([
        'TimeGenerated TIMESTAMP_NS',
        'User VARCHAR',
        'n BIGINT',
        'took VARCHAR',
        'more VARCHAR',
        'r DOUBLE',
        'N_1 BOOLEAN',
      ]);
    } finally {
      database.close();
    }
    expect(told.rows).toBe(2);
  });

  it('keeps times that nanoseconds cannot hold', async () => {
    const old = table(['t:datetime'], [['0001-01-01T00:00Z'], ['2024-09-02T01:00Z']]);
    expect((await written('parquet', { table: old })).told.rows).toBe(2);
  });

  it('says how far it is, and leaves nothing behind when it is cancelled', async () => {
    const many = table(
      ['n:long'],
      Array.from({ length: 30_000 }, (_, i) => [i]),
    );
    const { progress } = await written('csv', { table: many });
    expect(progress.at(-1)).toBe(1);
    rmSync(join(home, 'r.csv'));
    for (const format of ['csv', 'parquet'] as const) {
      const stop = new AbortController();
      const asked = written(format, { table: many, signal: stop.signal });
      setImmediate(() => stop.abort());
      await expect(asked).rejects.toThrow();
    }
    expect(readdirSync(home).filter((f) => f.endsWith('.partial') || f === 'r.csv')).toEqual([]);
  });
});
