import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestEngine } from './engine';

/** Every operator and stage on every type, with nulls, NaN and empty texts: the SQL must run, whatever the answer is. */

const COLUMNS = ['l', 'i', 'r', 's', 'b', 't', 'ts', 'd', 'g', 'dec'];
const ROWS = `datatable(l:long, i:int, r:real, s:string, b:bool, t:datetime, ts:timespan, d:dynamic, g:guid, dec:decimal)[
  5, int(3), 2.5, "abc", true, datetime(2024-01-02 03:04:05.1234567), time(1.02:03:04), dynamic([1, "a", {"k":null}]), guid(74be27de-1e4e-49d9-b579-fe0b331d3642), decimal(1.5),
  long(null), int(null), real(null), "", bool(null), datetime(null), timespan(null), dynamic(null), guid(null), decimal(null),
  long(-7), int(-3), real(nan), "10.1.2.3", false, datetime(0001-01-01), time(-01:00:00), dynamic({"a":1, "b":[2]}), guid(null), decimal(0)]`;

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine();
});
afterAll(() => engine.close());

/** Runs, or is refused by name; never fails in the database. */
async function runs(kql: string) {
  if (engine.translate(kql).kind === 'refused') return;
  await expect(engine.query(kql), kql).resolves.toBeDefined();
}

describe('binary operators', () => {
  const operators = ['+', '-', '*', '/', '%', '==', '!=', '<', '>=', 'has', 'contains', 'startswith', '=~', 'in'];
  it.each(operators)(
    '%s',
    async (op) => {
      for (const a of COLUMNS) {
        const items = COLUMNS.map((b, k) => `x${k} = (${a} ${op} ${op === 'in' ? `(${b})` : b})`);
        await runs(`${ROWS} | extend ${items.join(', ')}`);
      }
    },
    60_000,
  );
});

describe('stages', () => {
  const stages: readonly ((c: string) => string)[] = [
    (c) => `summarize count() by ${c}`,
    (c) => `distinct ${c}`,
    (c) => `sort by ${c} asc`,
    (c) => `summarize arg_max(${c}, *)`,
    (c) => `summarize arg_min(${c}, l) by s`,
    (c) => `summarize make_list(${c}), make_set(${c}), dcount(${c}), take_any(${c}), min(${c}), max(${c})`,
    (c) => `top 2 by ${c}`,
    (c) => `mv-expand x = ${c} to typeof(string)`,
    (c) => `mv-apply q = ${c} on (summarize n = count())`,
    (c) => `mv-apply q = d on (order by ${c} desc | take 1)`,
    (c) => `extend p = prev(${c}), n = next(${c}, 2), rn = row_number(1, ${c} != prev(${c}))`,
    (c) => `join kind=inner (${ROWS}) on ${c}`,
    (c) => `join kind=fullouter (${ROWS}) on ${c}`,
    (c) => `join (${ROWS}) on ${c}`,
    (c) => `lookup (${ROWS}) on ${c}`,
    (c) =>
      `project x = pack_all(), y = tostring(${c}), w = pack("a", ${c}), v = pack_array(${c}), z = strcat(${c}, "x")`,
    (c) => `summarize percentile(${c}, 50), percentiles(${c}, 5, 95)`,
    (c) => `partition by ${c} (take 1)`,
    (c) => `evaluate pivot(s, count(), ${c})`,
    (c) => `top-nested 2 of ${c} by count()`,
    (c) => `make-series count() on t from datetime(2024-01-01) to datetime(2024-02-01) step 7d by ${c}`,
    (c) => `extend x = iff(b, ${c}, ${c}), y = coalesce(${c}, ${c}), q = case(l > 3, ${c}, ${c})`,
    (c) => `where ${c} between (${c} .. ${c})`,
    (c) => `as Q | join kind=leftanti (Q) on ${c}`,
    (c) => `union (${ROWS} | project ${c} = s)`,
  ];
  it.each(stages.map((s) => [s('c').replaceAll(ROWS, 'rows'), s] as const))(
    '%s',
    async (_, stage) => {
      for (const c of COLUMNS) await runs(`${ROWS} | ${stage(c)}`);
    },
    60_000,
  );
});
