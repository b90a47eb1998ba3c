import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { LocalConnection } from '../../../src/query/local/local-connection';
import { rowsOf, TestFolder } from './folder';

let test: TestFolder | undefined;
afterEach(async () => {
  await test?.dispose();
  test = undefined;
});

const N = 450;
const time = (i: number) => new Date(Date.UTC(2024, 8, 2) + i * 1000).toISOString();
const path = (i: number, ext: string) => `SigninLogs/h=${i % 24}/${String(i).padStart(3, '0')}.${ext}`;
/** Files by their number, some in place of what the others are. */
const files = (
  ext: string,
  text: (i: number) => string | Buffer,
  odd: Readonly<Record<number, string | Buffer>> = {},
) => Object.fromEntries(Array.from({ length: N }, (_, i) => [path(i, ext), odd[i] ?? text(i)]));

const HEADER = 'TimeGenerated,UserPrincipalName,ResultDescription\n';
const csv = (i: number) => `${HEADER}${time(i)},u${i},"a ""b"", c"\n${time(i)},v${i},`;
const json = (i: number) =>
  `{"TimeGenerated":"${time(i)}","UserPrincipalName":"u${i}"}\n{"TimeGenerated":"${time(i)}","UserPrincipalName":"v${i}"}`;

/** Every user whose row is there. */
async function users(c: LocalConnection): Promise<unknown[]> {
  return (await rowsOf(c, 'u:string | SELECT UserPrincipalName FROM logs."SigninLogs" ORDER BY 1')).flat();
}
const all = Array.from({ length: N }, (_, i) => [`u${i}`, `v${i}`]).flat();
const without = (...gone: string[]) => all.filter((u) => !gone.includes(u)).sort();
const said = (c: LocalConnection) => c.describe().problems.map((p) => [p.message, p.line]);

describe('hundreds of small files', () => {
  it('give all their rows, whatever ends their lines and their files', async () => {
    const bom = (text: string) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]);
    const windows = (text: string) => text.replaceAll('\n', '\r\n');
    for (const make of [csv, json]) {
      const odd = { 3: bom(make(3)), 4: windows(make(4)), 5: windows(`${make(5)}\n`), 6: `\n\n${make(6)}\n\n` };
      test = await TestFolder.create(files(make === csv ? 'csv' : 'json', make, odd));
      const c = await test.connect();
      expect(said(c)).toEqual([]);
      expect(await users(c)).toEqual(without());
      await test.dispose();
    }
  });

  it('are read packed, and say which of them is cut off', async () => {
    const odd = { 7: gzipSync(csv(7)).subarray(0, -8) };
    test = await TestFolder.create(files('csv.gz', (i) => gzipSync(csv(i)), odd));
    const c = await test.connect();
    expect(await users(c)).toEqual(without());
    expect(said(c)).toEqual([[expect.stringMatching(/^SigninLogs\/h=7\/007\.csv\.gz ends too early/), null]]);
  });

  it('say file and line of a bad row, and keep the others', async () => {
    const odd = {
      8: `${HEADER}${time(8)},u8,x\na,b\n${time(8)},v8,y\n`,
      99: `${HEADER}${time(99)},u99,"never closed\n${time(99)},v99,y\n`,
      100: `${HEADER}soon,u100,x\n${time(100)},v100,y\n`,
    };
    test = await TestFolder.create(files('csv', csv, odd));
    const c = await test.connect();
    expect(await users(c)).toEqual(without('u99'));
    expect(said(c).sort()).toEqual(
      [
        [
          '1 row of SigninLogs/h=4/100.csv and 449 more has no time that can be read in TimeGenerated (the first holds “soon”): no time range finds it.',
          2,
        ],
        ['1 row of SigninLogs/h=3/099.csv cannot be read (line 2) and is left out; the others are used.', 2],
        ['1 row of SigninLogs/h=8/008.csv cannot be read (line 3) and is left out; the others are used.', 3],
      ].sort(),
    );
  });

  it('of JSON say it of each that is broken, also where many are', async () => {
    const broken = Array.from({ length: 60 }, (_, i) => 7 * i);
    const odd = Object.fromEntries(broken.map((i) => [i, json(i).replace('\n', '\n{"TimeGenerated": oops}\n')]));
    test = await TestFolder.create(files('json', json, odd));
    const c = await test.connect();
    expect(await users(c)).toEqual(without());
    expect(
      c
        .describe()
        .problems.map((p) => [p.code, p.file, p.line])
        .sort(),
    ).toEqual(broken.map((i) => ['bad-row', path(i, 'json'), 2]).sort());
  });

  it('of JSON arrays are mended in one go where many are broken', async () => {
    const broken = Array.from({ length: 30 }, (_, i) => 3 * i);
    const array = (i: number) => `[${json(i).replace('\n', ',')}]`;
    const odd = Object.fromEntries(broken.map((i) => [i, array(i).replace('[', '[{"a":},')]));
    test = await TestFolder.create(files('json', array, odd));
    const c = await test.connect();
    expect(await users(c)).toEqual(without());
    expect(
      c
        .describe()
        .problems.map((p) => p.file)
        .sort(),
    ).toEqual(broken.map((i) => path(i, 'json')).sort());
  });
});
