import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/protocol/records';
import { createTestEngine } from './engine';

const LISTS = `let L = toscalar(datatable(x:string)["10.0.0.1", "b"] | summarize make_list(x));
let T = datatable(s:string, d:dynamic)["10.0.0.1 a", dynamic(["b", "c"]), "z", dynamic(null)];
`;

describe('the value of toscalar inside functions of lists', () => {
  let engine: Awaited<ReturnType<typeof createTestEngine>>;
  beforeAll(async () => {
    engine = await createTestEngine();
  });
  afterAll(() => engine.close());
  /** Rows of a stage on `T`; `L` is the list. */
  const check = async (stage: string, expected: readonly (readonly Json[])[]) =>
    expect((await engine.query(`${LISTS} T | ${stage}`)).rows, stage).toEqual(expected);

  it('is an argument like any other', async () => {
    await check('project set_intersect(d, L), set_union(L, d)', [
      [['b'], ['10.0.0.1', 'b', 'c']],
      [null, ['10.0.0.1', 'b']],
    ]);
    await check('project set_intersect(L, extract_all("([0-9.]+)", s))', [[['10.0.0.1']], [null]]);
    await check('project set_difference(L, d), array_index_of(L, tostring(d[0]))', [
      [['10.0.0.1'], 1],
      [['10.0.0.1', 'b'], -1],
    ]);
    await check('take 1 | project zip(L, d), array_rotate_left(L, 1), array_split(L, 1), repeat(L, 1)', [
      [
        [
          ['10.0.0.1', 'b'],
          ['b', 'c'],
        ],
        ['b', '10.0.0.1'],
        [['10.0.0.1'], ['b']],
        [['10.0.0.1', 'b']],
      ],
    ]);
  });
  it('is found in filters, aggregates and inside other calls', async () => {
    await check('where array_length(set_intersect(set_union(L, d), L)) == 2 | count', [[2]]);
    await check('where set_intersect(d, L)[0] == "b" | project s', [['10.0.0.1 a']]);
    await check('summarize sum(array_length(set_union(L, d))), make_set(array_index_of(L, s))', [[5, [-1]]]);
    await check('extend n = array_length(set_intersect(d, L)) | sort by n desc | project n', [[1], [null]]);
  });
  it('is expanded', async () => {
    await check('take 1 | mv-expand L to typeof(string) | project L', [['10.0.0.1'], ['b']]);
    await check('take 1 | mv-apply x = L to typeof(string) on (where s has x) | project x', [['10.0.0.1']]);
  });
});
