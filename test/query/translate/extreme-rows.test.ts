import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/protocol/records';
import { createTestEngine } from './engine';

/** arg_max and arg_min over rows of files, which are read twice, against the rows that may be given. */

interface Row {
  readonly id: number;
  readonly g: string;
  readonly h: number | null;
  readonly k: number | null;
  readonly s: string;
}

const row = fc.record({
  g: fc.constantFrom('', 'a', 'b'),
  h: fc.option(fc.integer({ min: 0, max: 1 })),
  k: fc.option(fc.integer({ min: -2, max: 2 })),
  s: fc.constantFrom('', 'x', 'y'),
});
const rows: readonly Row[] = fc
  .sample(row, { numRuns: 400, seed: 4711 })
  .map((r, id) => ({ ...r, id, k: r.g === 'b' && r.h === 1 ? null : r.k }));

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  const columns = 'id, g, h, k, s';
  const cell = (v: string | number | null) => (typeof v === 'string' ? `'${v}'` : String(v));
  const values = rows.map((r) => `(${[r.id, r.g, r.h, r.k, r.s].map(cell).join(', ')})`).join(', ');
  const table = {
    name: 'R',
    relation: 'logs."R"',
    timeColumn: null,
    ingestionColumn: null,
    columns: [
      { name: 'id', type: 'long' },
      { name: 'g', type: 'string' },
      { name: 'h', type: 'long' },
      { name: 'k', type: 'long' },
      { name: 's', type: 'string' },
    ],
  } as const;
  engine = await createTestEngine(
    [
      'CREATE SCHEMA logs',
      `CREATE TABLE logs."R" AS SELECT id::BIGINT AS id, g, h::BIGINT AS h, k::BIGINT AS k, s FROM (VALUES ${values}) v(${columns})`,
    ],
    { tables: [table] },
  );
});
afterAll(() => engine.close());

/** Each answer (`id`, `k`, then anything) is a row of its group, of the best `k` there is; each group has one answer. */
async function check(
  kql: string,
  side: 'max' | 'min',
  group: (r: Row) => string,
  keep: (r: Row) => boolean = () => true,
): Promise<readonly (readonly Json[])[]> {
  const { rows: answers, sql } = await engine.query(kql);
  expect(sql).toContain('SEMI JOIN');
  const groups = new Map<string, Row[]>();
  for (const r of rows.filter(keep)) groups.set(group(r), [...(groups.get(group(r)) ?? []), r]);
  expect(answers.length).toBe(groups.size);
  const seen = answers.map(([id, k]) => {
    const found = rows[id as number]!;
    const ranks = groups.get(group(found))!.flatMap((r) => (r.k === null ? [] : [r.k]));
    const best = ranks.length === 0 ? null : side === 'max' ? Math.max(...ranks) : Math.min(...ranks);
    expect([keep(found), found.k, k], `${kql}: ${id}`).toEqual([true, best, best]);
    return group(found);
  });
  expect(new Set(seen).size).toBe(groups.size);
  return answers;
}

describe('the row with the extreme key of each group of a table', () => {
  it('is one of the best, with all of its columns', async () => {
    const answers = await check('R | summarize arg_max(k, *) by g | project id, k, g, h, s', 'max', (r) => r.g);
    for (const [id, k, g, h, s] of answers) expect({ id, g, h, k, s }).toEqual(rows[id as number]);
    await check('R | summarize arg_min(k, id) by g, h | project id, k', 'min', (r) => `${r.g} ${r.h}`);
    await check('R | summarize arg_max(k, *) by h, s | project id, k', 'max', (r) => `${r.h} ${r.s}`);
  });
  it('is found among the rows that are kept, by what is worked out of them', async () => {
    const odd = (r: Row) => r.id % 2 === 1;
    await check('R | where id % 2 == 1 | summarize arg_max(k, *) by g | project id, k', 'max', (r) => r.g, odd);
    await check(
      'R | extend t = strcat(g, "-", s) | where id % 2 == 1 | summarize arg_min(k, id) by t | project id, k',
      'min',
      (r) => `${r.g}-${r.s}`,
      odd,
    );
    await check('R | summarize arg_max(k, id, s) by bin(id, 50) | project id1, k', 'max', (r) =>
      String(Math.floor(r.id / 50)),
    );
  });
  it('is found without groups, of no rows too', async () => {
    await check('R | summarize arg_max(k, *) | project id, k', 'max', () => '');
    expect((await engine.query('R | where id < 0 | summarize arg_max(k, *)')).rows).toEqual([
      [null, null, '', null, ''],
    ]);
    expect((await engine.query('R | where id < 0 | summarize arg_max(k, *) by g')).rows).toEqual([]);
  });
  it('stands beside other aggregates, in their order', async () => {
    const answers = await check(
      'R | summarize n = count(), arg_max(k, *), low = min(k), u = dcount(s), arg_min(id, s) by g, h | project id, k, n, low, g, h, u, id1',
      'max',
      (r) => `${r.g} ${r.h}`,
    );
    const bound = await engine.query('R | summarize n = count(), arg_max(k, id, s), low = min(k) by g');
    expect(bound.columns).toEqual(['g:string', 'n:long', 'k:long', 'id:long', 's:string', 'low:long']);
    for (const [, , n, low, g, h, u, first] of answers) {
      const of = rows.filter((r) => r.g === g && r.h === h);
      const ranks = of.flatMap((r) => (r.k === null ? [] : [r.k]));
      expect([n, low, u, first]).toEqual([
        of.length,
        ranks.length ? Math.min(...ranks) : null,
        new Set(of.map((r) => r.s)).size,
        of[0]!.id,
      ]);
    }
  });
  it('goes on: filters, joins, partitions', async () => {
    await check(
      'R | summarize arg_max(k, *), n = count() by g | where n > 0 | join kind=inner (R | summarize m = count() by g) on g | project id, k, m',
      'max',
      (r) => r.g,
    );
    await check('R | partition by g (summarize arg_max(k, *) by h | project id, k)', 'max', (r) => `${r.g} ${r.h}`);
  });
});

it('reads once what was joined, grouped, ordered or drawn by chance', async () => {
  for (const before of [
    'R | join kind=inner (R | project g, o = id) on g',
    'R | summarize k = max(k), id = max(id) by g, h',
    'R | order by id asc | take 7',
    'R | extend k = tolong(rand() * 10)',
    'R | mv-expand x = pack_array(1, 2)',
    'R | serialize | extend p = prev(k)',
    'datatable(id:long, g:string, k:long)[1, "a", 2]',
  ]) {
    expect((await engine.query(`${before} | summarize arg_max(k, id) by g`)).sql, before).not.toContain('SEMI JOIN');
  }
});
