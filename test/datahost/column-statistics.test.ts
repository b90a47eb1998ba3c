import { describe, expect, it } from 'vitest';
import { columnStatistics } from '../../src/datahost/column-statistics';
import { WHOLE } from '../../src/protocol/row-view';
import { table } from '../assessment/fake-connection';

const LOGS = table(
  ['t:datetime', 'User:string', 'n:long', 'r:real', 'more:dynamic', 'd:decimal'],
  [
    ['2024-09-02T01:00Z', 'bob', 3, 0.5, { a: 1 }, '10.5'],
    ['2024-09-02T02:10Z', 'Alice', null, Number.NaN, { a: 1 }, '9'],
    [null, '', 1, -2, null, null],
    ['2024-09-01T00:00Z', 'bob', -5, 1.5, [2], '100'],
  ],
);
const of = (column: number, view = WHOLE) => columnStatistics(LOGS, column, view);

describe('statistics of a column', () => {
  it('count empty and different values, the most frequent first', async () => {
    expect(await of(1)).toEqual({
      ...{ rows: 4, empty: 1, distinct: 2, capped: false, least: 'Alice', most: 'bob', sum: null, mean: null },
      top: [
        { text: 'bob', rows: 2 },
        { text: 'Alice', rows: 1 },
      ],
    });
  });

  it('give ends, sum and mean of numbers, nulls and NaN aside', async () => {
    expect(await of(2)).toMatchObject({ empty: 1, least: -5, most: 3, sum: -1, mean: -1 / 3 });
    expect(await of(3)).toMatchObject({ empty: 0, distinct: 4, least: -2, most: 1.5, sum: 0, mean: 0 });
    expect(await of(5)).toMatchObject({ least: '9', most: '100' });
  });

  it('give the ends of times, and of JSON its texts alone', async () => {
    expect(await of(0)).toMatchObject({
      least: '2024-09-01T00:00:00.0000000Z',
      most: '2024-09-02T02:10:00.0000000Z',
      sum: null,
    });
    expect(await of(4)).toMatchObject({
      distinct: 2,
      least: null,
      most: null,
      top: [{ text: '{"a":1}', rows: 2 }, {}],
    });
  });

  it('are of the rows that pass the filters', async () => {
    const bob = { ...WHOLE, columns: [{ column: 1, kind: 'equals', text: 'bob' } as const] };
    expect(await of(2, bob)).toMatchObject({ rows: 2, empty: 0, sum: -2 });
    expect(await of(2, { ...WHOLE, filter: 'nobody' })).toMatchObject({ rows: 0, distinct: 0, least: null, top: [] });
  });

  it('are none of a column that is not there, or when it is given up', async () => {
    expect(await of(9)).toBeUndefined();
    expect(await columnStatistics(LOGS, 1, WHOLE, AbortSignal.abort())).toBeUndefined();
  });

  it('name the twelve most frequent of many values, however late they come', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => [i % 3 === 0 && i > 20_000 ? 'late' : `v${i % 500}`]);
    const found = await columnStatistics(table(['v:string'], rows), 0, WHOLE);
    expect([found?.distinct, found?.top.length, found?.top[0]?.text]).toEqual([501, 12, 'late']);
    const counts = found!.top.map((t) => t.rows);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
  });
});
