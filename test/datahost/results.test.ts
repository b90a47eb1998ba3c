import { expect, it } from 'vitest';
import { createResultStore } from '../../src/datahost/results';
import type { Cell, ResultTable, ScalarType } from '../../src/protocol/records';

const table = (type: ScalarType, cell: Cell): ResultTable => ({
  columns: [{ name: 'a', type }],
  rowCount: 1000,
  values: [Array.from({ length: 1000 }, () => cell)],
  truncated: false,
  render: null,
  notes: [],
});

/** Of two equal results, how many are kept. */
function check(kept: ResultTable, expected: number): void {
  const store = createResultStore({ most: 20, mostBytes: 1e6 });
  const ids = [store.keep([kept], ''), store.keep([kept], '')];
  expect(ids.filter((id) => store.table(id, 0)).length).toBe(expected);
}

it('keeps what fits into memory, where a dynamic takes more than its text', () => {
  const text = 'x'.repeat(200);
  check(table('string', text), 2);
  check(table('dynamic', { text }), 1);
  check(table('dynamic', null), 2);
});

it('gives numbers of a dynamic with all their digits where a page of rows cannot hold them', async () => {
  const store = createResultStore({ most: 20, mostBytes: 1e6 });
  const cells: Cell[] = [{ id: 1 }, { id: 9_007_199_254_740_993n }, null];
  const id = store.keep([{ ...table('dynamic', null), rowCount: 3, values: [cells] }], '');
  const page = { resultId: id, table: 0, first: 1, count: 5, filter: '', columns: [] };
  const exact = { column: 0, text: '{"id":9007199254740993}' };
  expect(await store.rows({ ...page, sort: null })).toEqual({
    rows: [[{ id: '9007199254740993' }], [null]],
    matching: 3,
    exact: [{ row: 0, ...exact }],
  });
  const sorted = await store.rows({ ...page, first: 0, sort: { column: 0, descending: true } });
  expect(sorted?.exact).toEqual([{ row: sorted?.rows.findIndex((r) => JSON.stringify(r).includes('9007')), ...exact }]);
  expect((await store.rows({ ...page, first: 0, count: 1, sort: null }))?.exact).toBeUndefined();
});
