import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { rowsOf, TestFolder } from './folder';

let test: TestFolder | undefined;
afterEach(async () => {
  await test?.dispose();
  test = undefined;
});

const HEADER = 'TimeGenerated,UserPrincipalName,ResultType\n';
const row = (i: number, user = `u${i}`) => `2024-09-02T23:00:0${i}Z,${user},0\n`;
const json = (i: number, user = `u${i}`) =>
  `${JSON.stringify({ TimeGenerated: `2024-09-02T23:00:0${i}Z`, UserPrincipalName: user })}\n`;

/** Users of the sign-ins that a file gives, and what is said: message and line. */
async function check(
  name: string,
  content: string | Buffer,
  users: readonly string[],
  said: readonly (readonly [string, number | null])[] = [],
): Promise<void> {
  test = await TestFolder.create({ [name]: content });
  const c = await test.connect();
  expect(c.describe().problems.map((p) => [p.message, p.line])).toEqual(said);
  const rows = await rowsOf(c, 'u:string | SELECT UserPrincipalName FROM logs."SigninLogs" ORDER BY TimeGenerated');
  expect(rows.flat()).toEqual(users);
  await test.dispose();
}

const bigEnd = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
const littleEnd = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const western = (text: string) => Buffer.from(text, 'latin1');

describe('text that is not in UTF-8', () => {
  const csv = HEADER + row(1, 'Jürgen') + row(2, 'Zoë');
  const lines = json(1, 'Jürgen') + json(2, 'Zoë');
  const users = ['Jürgen', 'Zoë'];
  it('is read in UTF-16, whichever end comes first', async () => {
    for (const encode of [bigEnd, littleEnd]) {
      await check('SigninLogs.csv', encode(csv), users);
      await check('SigninLogs.csv', encode(csv.replaceAll('\n', '\r\n')), users);
      await check('SigninLogs.json', encode(lines), users);
      await check('SigninLogs.json', encode(`[${lines.trim().replace('\n', ',')}]`), users);
      await check('SigninLogs.csv.gz', gzipSync(encode(csv)), users);
    }
  });
  it('shows the line of what cannot be read in it', () =>
    check(
      'SigninLogs.csv',
      bigEnd(`${csv}soon,x,0\n`),
      ['Jürgen', 'Zoë', 'x'],
      [
        [
          '1 row of SigninLogs.csv has no time that can be read in TimeGenerated (the first holds “soon”): no time range finds it.',
          4,
        ],
      ],
    ));
  it('is read as Windows wrote it, which is said', async () => {
    const said = (name: string) =>
      [
        [
          `${name} is not in UTF-8 and is read as Windows-1252 (Western European). Save as UTF-8 if names look wrong.`,
          null,
        ],
      ] as const;
    await check('SigninLogs.csv', western(csv), users, said('SigninLogs.csv'));
    await check('SigninLogs.json', western(lines), users, said('SigninLogs.json'));
    // The first such letter stands far behind what tells what a file is.
    const many = Array.from({ length: 5000 }, () => row(0, 'u')).join('');
    const all = [...Array.from({ length: 5000 }, () => 'u'), ...users];
    await check(
      'SigninLogs.csv',
      western(HEADER + many + row(1, 'Jürgen') + row(2, 'Zoë')),
      all,
      said('SigninLogs.csv'),
    );
  });
  it('is UTF-8 all the same where a byte of it is damaged', async () => {
    const [before, after] = [HEADER + row(1, 'Jürgen') + row(2, 'Zoë'), row(4, 'u4')];
    const damaged = Buffer.concat([Buffer.from(before), western(row(3, 'ü')), Buffer.from(after)]);
    await check(
      'SigninLogs.csv',
      damaged,
      ['Jürgen', 'Zoë', 'u4'],
      [['1 row of SigninLogs.csv cannot be read (line 4) and is left out; the others are used.', 4]],
    );
  });
});

describe('text that is oddly written', () => {
  it('is read where its lines end in several ways', () =>
    check('SigninLogs.csv', HEADER.replace('\n', '\r\n') + row(1) + row(2).replace('\n', '\r\n') + row(3), [
      'u1',
      'u2',
      'u3',
    ]));
  it('is read behind what Excel, PowerShell and people write before the header', async () => {
    await check('SigninLogs.csv', `sep=;\n${(HEADER + row(1)).replaceAll(',', ';')}`, ['u1']);
    await check(
      'SigninLogs.csv',
      `\ufeff#TYPE Selected.System.Object\r\n${(HEADER + row(1)).replaceAll('\n', '\r\n')}`,
      ['u1'],
    );
    await check(
      'SigninLogs.csv',
      `\n\n# from the firewall, by hand\n# twice\n${HEADER}${row(1)}a,b\n${row(2)}`,
      ['u1', 'u2'],
      [['1 row of SigninLogs.csv cannot be read (line 7) and is left out; the others are used.', 7]],
    );
    await check('SigninLogs.csv', `#,${HEADER}1,${row(1)}`, ['u1']);
    await check('SigninLogs.csv', `#No,${HEADER}1,${row(1)}`, ['u1']);
  });
  it('is read around a line that is longer than anything can hold', async () => {
    const long = 'x'.repeat(40_000_000);
    await check(
      'SigninLogs.csv',
      `${HEADER}${row(1)}${row(2, `"${long}"`)}${row(3)}`,
      ['u1', 'u3'],
      [['1 row of SigninLogs.csv cannot be read (line 3) and is left out; the others are used.', 3]],
    );
    await check(
      'SigninLogs.json',
      json(1) + json(2, long) + json(3),
      ['u1', 'u3'],
      [['1 row of SigninLogs.json cannot be read (line 2) and is left out; 2 others are used.', 2]],
    );
    await check(
      'SigninLogs.json',
      `[${json(1).trim()},\n${json(2, long)},${json(3)}]`,
      ['u1', 'u3'],
      [['1 row of SigninLogs.json cannot be read (line 2) and is left out; 2 others are used.', 2]],
    );
  });
  it('is no table where it is a page, noise or an archive', async () => {
    test = await TestFolder.create({
      'a.csv': '<!DOCTYPE html><html><body>Sign in, please</body></html>\n',
      'b.ndjson': 'x'.repeat(100_000),
      'c.csv': Buffer.from('PK\x03\x04\x14\0\0\0'),
    });
    const c = await test.connect();
    expect(c.describe().tables).toEqual([]);
    expect(
      c
        .describe()
        .problems.map((p) => p.message)
        .slice(0, 3),
    ).toEqual([
      'a.csv is not read: its content is no table in CSV, TSV, JSON, NDJSON or Parquet, in UTF-8 or UTF-16.',
      'b.ndjson is not read: its content is no table in CSV, TSV, JSON, NDJSON or Parquet, in UTF-8 or UTF-16.',
      'c.csv is not read. Unpack it if it holds logs.',
    ]);
  });
});
