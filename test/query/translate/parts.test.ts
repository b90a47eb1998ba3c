import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/protocol/records';
import { createTestEngine } from './engine';

/** What one part of `partition` or `mv-apply` may see of the others: nothing. And conditions that name no column or no key. */

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine();
});
afterAll(() => engine.close());

async function check(kql: string, rows: readonly (readonly Json[])[]): Promise<void> {
  expect([kql, (await engine.query(kql)).rows]).toEqual([kql, rows]);
}
const refuses = (kql: string, name: string): void =>
  expect([kql, engine.translate(kql)]).toMatchObject([kql, { kind: 'refused', refused: [{ name }] }]);

const PARTS = 'datatable(a:long, b:long)[1,2, 1,3, 2,5] | partition by a ';

describe('parts', () => {
  it('have a series each', async () => {
    await check(`${PARTS}(make-series s = count() on b from 0 to 6 step 2) | order by tostring(s) desc`, [
      [
        [0, 2, 0],
        [0, 2, 4],
      ],
      [
        [0, 0, 1],
        [0, 2, 4],
      ],
    ]);
    await check(
      'datatable(a:long, b:dynamic)[1,dynamic([1,2]), 2,dynamic([2,2])] | mv-apply b to typeof(long) on (make-series n = count() on b from 0 to 3 step 1) | project a, n | order by a asc',
      [
        [1, [0, 1, 1]],
        [2, [0, 0, 2]],
      ],
    );
  });
  it('keep the order of the rows that they come from, and their own', async () => {
    const table = 'datatable(a:long, b:dynamic)[1,dynamic([2,3,1]), 3,dynamic([9,8]), 2,dynamic([4,6,5])]';
    const items = [
      [3, 8],
      [3, 9],
      [2, 4],
      [2, 5],
      [2, 6],
      [1, 1],
      [1, 2],
      [1, 3],
    ];
    await check(`${table} | sort by a desc | mv-apply x = b to typeof(long) on (sort by x asc) | project a, x`, items);
    await check(`${table} | sort by a desc | mv-apply x = b to typeof(long) on (summarize n = max(x)) | project n`, [
      [9],
      [6],
      [3],
    ]);
    await check('datatable(a:long, b:long)[1,5, 2,2, 1,3, 2,9] | partition by a (sort by b asc)', [
      [1, 3],
      [1, 5],
      [2, 2],
      [2, 9],
    ]);
  });
  it('are refused to what would see the rows of all of them', () => {
    refuses(`${PARTS}(union (print c = 1))`, 'union');
    refuses(`${PARTS}(make-series s = count() on b step 2)`, 'make-series');
    refuses(`${PARTS}(top-nested 1 of b by count())`, 'top-nested');
    refuses(`${PARTS}(evaluate pivot(b))`, 'evaluate pivot');
    refuses(`${PARTS}(join kind=rightouter (datatable(b:long)[9]) on b)`, 'join');
    refuses(`${PARTS}(as P | extend all = toscalar(P | summarize sum(b)))`, 'as');
  });
});

describe('a condition on any column', () => {
  const TABLE = 'datatable(a:long, s:string, d:dynamic)[1,"x",dynamic("z"), 2,"y",dynamic(1), 3,"Z",dynamic(null)] | ';
  it('compares those that can be compared', async () => {
    await check(`${TABLE}where * == 1 | project a`, [[1], [2]]);
    await check(`${TABLE}where * == "x" or * == 3 | project a`, [[1], [3]]);
    await check(`${TABLE}where * =~ "z" | project a`, [[1], [3]]);
    await check(`${TABLE}search * == "y" | project a`, [[2]]);
  });
});

describe('join on keys and something else', () => {
  it('is refused, not done by the keys alone', () => {
    const right = '(datatable(k:string, b:long)["x",5])';
    refuses(`datatable(a:long, k:string)[1,"x"] | join kind=inner ${right} on k, $left.a < $right.b`, 'join');
  });
});
