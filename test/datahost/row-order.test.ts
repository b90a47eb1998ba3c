import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderRows } from '../../src/datahost/row-order';
import { type Cell, cellToText } from '../../src/protocol/records';
import { boundOf, type ColumnFilter, type RowView, WHOLE } from '../../src/protocol/row-view';
import { table } from '../assessment/fake-connection';

const LOGS = table(
  ['TimeGenerated:datetime', 'User:string', 'n:long', 'took:timespan', 'more:dynamic'],
  [
    ['2024-09-02T01:00Z', 'bob', 3, 600_000_000n, { city: 'Oslo' }],
    ['2024-09-02T02:10Z', 'Alice', null, null, null],
    ['2024-09-02T02:20Z', '', 1, 36_000_000_000n, { city: 'Rome' }],
  ],
);

async function check(columns: readonly ColumnFilter[], rows: readonly number[], over: Partial<RowView> = {}) {
  expect([...(await orderRows(LOGS, { ...WHOLE, columns, ...over }))!]).toEqual(rows);
}

describe('conditions on columns', () => {
  it('find text in any letter case, in text, times and JSON', async () => {
    await check([{ column: 1, kind: 'contains', text: 'ALI' }], [1]);
    await check([{ column: 0, kind: 'contains', text: '02:' }], [1, 2]);
    await check([{ column: 4, kind: 'contains', text: 'rome' }], [2]);
    await check([{ column: 1, kind: 'excludes', text: 'b' }], [1, 2]);
  });

  it('compare whole values, however a number or time is written', async () => {
    await check([{ column: 1, kind: 'equals', text: 'BOB' }], [0]);
    await check([{ column: 1, kind: 'differs', text: 'bob' }], [1, 2]);
    await check([{ column: 2, kind: 'equals', text: '3.0' }], [0]);
    await check([{ column: 0, kind: 'equals', text: '2024-09-02 02:10' }], [1]);
    await check([{ column: 3, kind: 'equals', text: '1h' }], [2]);
  });

  it('take null and the empty text as empty', async () => {
    await check([{ column: 1, kind: 'empty' }], [2]);
    await check([{ column: 2, kind: 'empty' }], [1]);
    await check([{ column: 2, kind: 'filled' }], [0, 2]);
  });

  it('hold numbers with both ends and times without the last', async () => {
    await check([{ column: 2, kind: 'range', least: '1', most: '3' }], [0, 2]);
    await check([{ column: 2, kind: 'range', least: '', most: '2' }], [2]);
    await check([{ column: 0, kind: 'range', least: '2024-09-02T01:00', most: '2024-09-02T02:20' }], [0, 1]);
    await check([{ column: 3, kind: 'range', least: '00:05:00', most: '' }], [2]);
  });

  it('all hold at once, with the text of the whole row and a sort', async () => {
    await check([{ column: 2, kind: 'filled' }], [0], { filter: 'oslo' });
    await check([{ column: 2, kind: 'filled' }], [2, 0], { sort: { column: 2, descending: false } });
    await check([{ column: 9, kind: 'filled' }], []);
  });
});

it('sorts by several columns, each in its own direction', async () => {
  const rows = table(
    ['a:string', 'b:long'],
    [
      ['x', 1],
      ['y', 3],
      ['x', null],
      ['y', 4],
      ['x', 1],
    ],
  );
  const by = async (sort: RowView['sort']) => [...(await orderRows(rows, { ...WHOLE, sort }))!];
  expect(await by({ column: 0, descending: true, after: [{ column: 1, descending: false }] })).toEqual([1, 3, 2, 0, 4]);
  expect(await by({ column: 0, descending: false, after: [{ column: 1, descending: true }] })).toEqual([0, 4, 2, 3, 1]);
  expect(await by({ column: 9, descending: false, after: [{ column: 1, descending: true }] })).toEqual([3, 1, 0, 4, 2]);
});

it('finds text wherever a cell shows it, in columns of every type', async () => {
  const all = table(
    ['a:datetime', 'b:timespan', 'c:long', 'd:int', 'e:real', 'f:bool', 'g:guid', 'h:string', 'i:dynamic', 'j:decimal'],
    [
      ['2024-09-02T01:00Z', -600_000_000n, -3, 5, Number.NaN, true, 'ab-1', 'Zoë', { t: [1] }, '1.50'],
      ['0001-01-01T00:00Z', 864_000_000_000n, 9_007_199_254_740_993n, 0, 1e21, false, '', '1.00:00', null, '7'],
      [null, null, null, null, Number.NEGATIVE_INFINITY, null, '', 'T', 'true', null],
    ],
  );
  const cells = all.columns.flatMap((c, i) => all.values[i]!.map((v) => cellToText(v, c.type)));
  const parts = cells.flatMap((text) => [text, text.slice(0, 2), text.slice(1, 4), text.slice(-3).toUpperCase()]);
  for (const filter of new Set([...parts, 't', 'z', '-', ':', '.0', 'e+', 'x', ' '].filter((p) => p !== ''))) {
    const wanted = filter.toLowerCase();
    const rows = [0, 1, 2].filter((r) =>
      all.columns.some((c, i) =>
        cellToText(all.values[i]![r] ?? null, c.type)
          .toLowerCase()
          .includes(wanted),
      ),
    );
    expect([...(await orderRows(all, { ...WHOLE, filter }))!], filter).toEqual(rows);
  }
});

it('reads bounds as they are typed', () => {
  expect(boundOf('long', '1,234,567')).toBe(1_234_567);
  expect(boundOf('real', '-1.5e3')).toBe(-1500);
  expect(boundOf('long', 'many')).toBeUndefined();
  expect(boundOf('timespan', '-1.02:00:00.5')).toBe(-936_005_000_000n);
  expect(boundOf('timespan', '0.5ms')).toBe(5_000n);
  expect(boundOf('datetime', 'yesterday')).toBeUndefined();
  expect(boundOf('string', '3')).toBeUndefined();
});

const column = (values: readonly Cell[]) => ({
  ...LOGS,
  columns: [{ name: 'n', type: 'long' as const }],
  values: [values],
  rowCount: values.length,
});

describe('the order of a long result', () => {
  it('is that of a plain stable sort, over many runs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.boolean(), fc.integer(), async (runs, descending, seed) => {
        const length = runs * 16_384 + (Math.abs(seed) % 500);
        const values = Array.from({ length }, (_, i) => {
          const v = (i * 7919 + seed) % 101;
          return v === 13 ? null : v;
        });
        const sign = descending ? -1 : 1;
        const rank = (i: number) => values[i] ?? Number.NEGATIVE_INFINITY;
        const plain = values
          .map((_, i) => i)
          .sort((a, b) => (rank(a) === rank(b) ? a - b : sign * (rank(a) - rank(b))));
        const order = await orderRows(column(values), { ...WHOLE, sort: { column: 0, descending } });
        expect(Buffer.compare(Buffer.from(order!.buffer), Buffer.from(Uint32Array.from(plain).buffer))).toBe(0);
      }),
      { numRuns: 10 },
    );
  });

  it('is given up when nobody waits for it', async () => {
    const values = Array.from({ length: 50_000 }, (_, i) => i);
    const stop = new AbortController();
    const asked = orderRows(column(values), { ...WHOLE, sort: { column: 0, descending: true } }, stop.signal);
    stop.abort();
    expect(await asked).toBeUndefined();
  });
});
