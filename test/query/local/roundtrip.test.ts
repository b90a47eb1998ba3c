import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { rowsOf, TestFolder } from './folder';

let test: TestFolder | undefined;
afterEach(async () => {
  await test?.dispose();
  test = undefined;
});

const at = fc.integer({ min: 0, max: 10_000_000_000 }).map((n) => 638_000_000_000_000_000n + BigInt(n) * 977_773n);
const iso = (ticks: bigint) => {
  const ms = (ticks - 621_355_968_000_000_000n) / 10_000n;
  return `${new Date(Number(ms)).toISOString().slice(0, -1)}${String(ticks % 10_000n).padStart(4, '0')}Z`;
};
const row = fc.record({
  TimeGenerated: at,
  // CSV has no way to write a text of no characters other than nothing, which is the same text in KQL.
  Account: fc.string({ unit: 'grapheme', maxLength: 40 }).filter((s) => !s.includes('\0')),
  Computer: fc.constantFrom(
    'a,b',
    '"',
    '""',
    "it's",
    'line\nbreak',
    'cr\r\nlf',
    '\ttab',
    ' space ',
    '{"json": 1}',
    'NULL',
    'null',
    '-1',
    '0x1F',
  ),
  EventID: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  Odd: fc.double({ noNaN: true, noDefaultInfinity: true }),
});

describe('what is written is what is read', () => {
  const rows = fc.sample(row, { seed: 7, numRuns: 3000 });
  const plain = rows.map((r) => ({ ...r, TimeGenerated: iso(r.TimeGenerated) }));
  const columns = 'n:datetime, a:string, c:string, e:int, o:real';
  const expected = rows.map((r) => [r.TimeGenerated, r.Account, r.Computer, r.EventID, r.Odd === 0 ? 0 : r.Odd]);

  async function check(path: string, content: string): Promise<void> {
    test = await TestFolder.create({ [path]: content });
    const c = await test.connect();
    expect(c.describe().problems).toEqual([]);
    const read = await rowsOf(
      c,
      `${columns} | SELECT TimeGenerated, Account, Computer, EventID, Odd::DOUBLE FROM logs."SecurityEvent"`,
    );
    expect(read.length).toBe(rows.length);
    for (const [i, cells] of read.entries())
      expect(
        cells.map((v) => (v === 0 ? 0 : v)),
        `row ${i}`,
      ).toEqual(expected[i]);
  }

  it('as CSV', () => check('SecurityEvent.csv', stringify(plain, { header: true })));
  it('as NDJSON', () => check('SecurityEvent.ndjson', plain.map((r) => JSON.stringify(r)).join('\n')));
  it('as a JSON array', () => check('SecurityEvent.json', JSON.stringify(plain, null, 1)));
});
