import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestEngine } from './engine';
import { iso } from './reference';
import { type Pipeline, pipelines } from './reference-stages';

/** Runs: 200 in the suite, more by `GAPLINE_PIPELINES=10000`. */
const RUNS = Number(process.env['GAPLINE_PIPELINES'] ?? 200);
const SEED = Number(process.env['GAPLINE_SEED'] ?? 20240902);

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine();
});
afterAll(() => engine.close());

async function actual({ kql, expected }: Pipeline): Promise<string[]> {
  const answer = await engine.query(kql);
  expect(answer.columns).toEqual(expected.columns.map((c) => `${c.name}:${c.type}`));
  return answer.rows.map((r) => JSON.stringify(r)).sort();
}

/** The reference's rows as the command line's JSON. */
function wanted({ expected }: Pipeline): string[] {
  const rows = expected.rows.map((r) =>
    expected.columns.map((c) => {
      const v = r.get(c.name)!;
      if (typeof v !== 'bigint') return v;
      if (c.type === 'datetime') return iso(v);
      return Number.isSafeInteger(Number(v)) ? Number(v) : v.toString();
    }),
  );
  return rows.map((r) => JSON.stringify(r)).sort();
}

it(`runs ${RUNS} random pipelines as the reference does`, async () => {
  await fc.assert(
    fc.asyncProperty(pipelines, async (p) => {
      expect(await actual(p), p.kql).toEqual(wanted(p));
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
}, 3_600_000);
