import { afterEach, describe, expect, it } from 'vitest';
import { TestFolder } from './folder';

let test: TestFolder | undefined;
afterEach(async () => {
  await test?.dispose();
  test = undefined;
});

const time = (i: number) => new Date(Date.UTC(2024, 8, 2) + i * 60_000).toISOString();

/** Types that a column gets whose values are these, and what is said of it. */
async function check(
  values: readonly string[],
  type: string,
  said: readonly (readonly [string, number | null])[] = [],
) {
  const rows = values.map((v, i) => `${time(i)},${v}\n`).join('');
  test = await TestFolder.create({ 'fw.csv': `When,V\n${rows}` });
  const c = await test.connect();
  const [table] = c.describe().tables;
  expect(table?.columns).toEqual([
    { name: 'When', type: 'datetime' },
    { name: 'V', type },
  ]);
  expect(table?.rows).toBe(values.length);
  const problems = c.describe().problems.filter((p) => p.code !== 'unknown-table');
  expect(problems.map((p) => [p.message, p.line])).toEqual(said);
}

const many = (n: number, value: (i: number) => string, ...others: readonly string[]) => [
  ...Array.from({ length: n }, (_, i) => value(i)),
  ...others,
];

describe('types of columns that no catalogue has', () => {
  it('are those of their values', async () => {
    await check(['1', '', '-20'], 'long');
    await check(['1', '2.5', '3e9'], 'real');
    await check(['true', 'FALSE', ''], 'bool');
    await check([time(1), '2024/09/02 10:11:12', '2024-09-02'], 'datetime');
    await check(['"{""a"":1}"', '[]'], 'dynamic');
    await check(['007', '1'], 'string');
    await check(['9223372036854775807', '1'], 'long');
    await check(['18446744073709551615', '1'], 'string');
  });

  it('are datetime in spite of a slip, which is counted and shown with its line', async () => {
    await check(many(25, time, 'soon'), 'datetime', [
      ['V is datetime: of its 26 values in fw.csv 1 value (“soon”) cannot be read as that and is null.', 27],
    ]);
    await check(many(300, time, 'later', '', 'soon', 'never'), 'datetime', [
      [
        'V is datetime: of its 303 values in fw.csv 3 values (such as “later”) cannot be read as that and are null.',
        302,
      ],
    ]);
  });

  it('are string where too many values are no times, which is said', async () => {
    await check(many(10, time, 'soon'), 'string', [
      ['V is text: of its 11 values in fw.csv 1 is no time (“soon”). todatetime(V) reads the others.', 12],
    ]);
    await check(many(5, time, 'soon'), 'string');
  });

  it('are numbers in spite of one kind of other value, and string where there are several', async () => {
    await check(many(400, String, '-', '-', ''), 'long', [
      ['V is long: of its 402 values in fw.csv 2 values (such as “-”) cannot be read as that and are null.', 402],
    ]);
    await check(many(400, String, 'E7', 'E8'), 'string');
    await check(many(400, String, '1.5', '2.5'), 'real');
    await check(many(400, String, '1.5', 'abc'), 'real', [
      ['V is real: of its 402 values in fw.csv 1 value (“abc”) cannot be read as that and is null.', 403],
    ]);
  });

  it('of a column that is the time of the rows say which rows have none', async () => {
    test = await TestFolder.create({ 'fw.csv': `When,V\n${many(40, time, 'soon').join(',x\n')},x\n` });
    const c = await test.connect();
    expect(c.describe().tables[0]).toMatchObject({ timeColumn: 'When', rows: 41 });
    const problems = c.describe().problems.filter((p) => p.code !== 'unknown-table');
    expect(problems.map((p) => [p.message, p.line])).toEqual([
      ['1 row of fw.csv has no time that can be read in When (the first holds “soon”): no time range finds it.', 42],
    ]);
  });

  it('are found in a table of hundreds of columns', async () => {
    const columns = Array.from({ length: 700 }, (_, i) => i);
    test = await TestFolder.create({ 'fw.csv': `${columns.map((i) => `c${i}`).join()}\n${columns.join()}\n` });
    const c = await test.connect();
    expect(new Set(c.describe().tables[0]?.columns.map((col) => col.type))).toEqual(new Set(['long']));
    expect(c.describe().tables[0]).toMatchObject({ rows: 1 });
  });

  it('are the catalogue’s where it has the table', async () => {
    const values = many(30, () => 'x', '5');
    const rows = values.map((v, i) => `${time(i)},${v},${i % 2}\n`).join('');
    test = await TestFolder.create({ 'Perf.csv': `TimeGenerated,CounterValue,InstanceName\n${rows}` });
    const c = await test.connect();
    const type = (name: string) => c.describe().tables[0]?.columns.find((col) => col.name === name)?.type;
    expect([type('CounterValue'), type('InstanceName')]).toEqual(['real', 'string']);
    expect(c.describe().problems.map((p) => [p.message, p.line])).toEqual([
      [
        "Values of Perf in Perf.csv are null because they are none of their column's type: CounterValue is real and holds “x”.",
        2,
      ],
    ]);
  });
});
