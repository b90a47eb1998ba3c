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
