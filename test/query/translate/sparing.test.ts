import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestEngine } from './engine';

/** The second way of a sort whose rows are cut: the first rows and no others, at less memory. */

const ROWS = [
  [0, 3, "'b'"],
  [1, null, "''"],
  [2, 1, "'a'"],
  [3, 3, "'c'"],
  [4, null, "'a'"],
  [5, 2, "''"],
  [6, 3, "'b'"],
];

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  const values = ROWS.map((r) => `(${r.map(String).join(', ')})`).join(', ');
  const columns = [
    { name: 'id', type: 'long' },
    { name: 'k', type: 'long' },
    { name: 's', type: 'string' },
  ] as const;
  engine = await createTestEngine(
    [
      'CREATE SCHEMA logs',
      `CREATE TABLE logs."R" AS SELECT id::BIGINT AS id, k::BIGINT AS k, s FROM (VALUES ${values}) v(id, k, s)`,
    ],
    { tables: [{ name: 'R', relation: 'logs."R"', timeColumn: null, ingestionColumn: null, columns }] },
  );
});
afterAll(() => engine.close());

/** The rows of both ways, for a result that is cut after `maxRows`. */
async function check(kql: string, maxRows: number, found: boolean) {
  const made = engine.translate(kql, { maxRows });
  if (made.kind !== 'sql') throw new Error(`${kql}: ${JSON.stringify(made)}`);
  const { sql, sparing } = made.statements[0]!;
  expect(sparing !== undefined, kql).toBe(found);
  if (sparing === undefined) return;
  const wanted = await engine.rowsOf(sql);
  expect(wanted.length).toBe(Math.min(maxRows + 1, ROWS.length - (kql.includes('where') ? 1 : 0)));
  expect(await engine.rowsOf(sparing), `${kql}, ${maxRows}`).toEqual(wanted);
}

it('gives the same first rows, whatever stands first', async () => {
  for (const where of ['', '| where id != 3 '])
    for (const key of ['k', 's'])
      for (const side of ['asc', 'desc'])
        for (const nulls of ['', ' nulls first', ' nulls last'])
          for (const maxRows of [0, 1, 2, 3, 4, 5, 6, 7, 50])
            await check(`R ${where}| sort by ${key} ${side}${nulls}, id asc`, maxRows, true);
});

it('has no second way where rows are worked out, or in no order', async () => {
  await check('R', 3, false);
  await check('R | summarize n = count() by k | sort by n', 3, false);
  await check('R | join kind=inner R on id | sort by k', 3, false);
  await check('R | sort by tostring(k) asc | take 2', 3, false);
  await check('datatable(k:long)[1, 2] | sort by k', 3, false);
});
