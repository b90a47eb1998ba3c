import { afterEach, expect, it } from 'vitest';
import { literal, openDatabase } from '../../../src/query/local/duckdb/database';
import { createTranslator } from '../../../src/query/local/translate/index';
import { rowsOf, TestFolder } from './folder';

/** Parquet that keeps each text once: functions over it are worked out once for each text, and give what they gave for each row. */

let test: TestFolder | undefined;
afterEach(async () => {
  await test?.dispose();
  test = undefined;
});

const TEXTS = ['NULL', "''", `'{"a":"x","l":[{"r":1},{"r":"q"}]}'`, `'{"a":null}'`, "'null'", "'no json'", `'["s",2]'`];
const pick = `CASE i % ${TEXTS.length} ${TEXTS.map((t, i) => `WHEN ${i} THEN ${t}`).join(' ')} END`;
/** Many rows of seven texts, and as many of texts that are each there once: a dictionary is made of the first alone. */
const SELECT = `SELECT TIMESTAMP '2024-09-02' + to_seconds(i) AS TimeGenerated, ${pick} AS LocationDetails, ${pick} AS UserAgent,
  '{"n":"' || sha256(i::VARCHAR) || '"}' AS DeviceDetail FROM range(7000) t(i)`;

it('gives of dictionaries what it gives of rows', async () => {
  test = await TestFolder.create({});
  const path = await test.write('SigninLogs.parquet', '');
  const database = await openDatabase({ threads: 1, memory: '200MB', temporary: test.folder });
  await database.run(`COPY (${SELECT}) TO ${literal(path)} (FORMAT parquet)`);
  database.close();
  const c = await test.connect({ translator: createTranslator() });
  const rows = (kql: string) => rowsOf(c, kql);
  const once = async (kql: string) => {
    const outcome = await c.explain(kql);
    if (outcome.kind !== 'sql') throw new Error(JSON.stringify(outcome));
    return outcome.statements.some((s) => s.includes('list_transform(['));
  };
  const field = 'SigninLogs | summarize count() by x = tostring(LocationDetails.a) | sort by x asc';
  expect(await once(field)).toBe(true);
  expect(await rows(field)).toEqual([
    ['', 6000],
    ['x', 1000],
  ]);
  const other = 'SigninLogs | summarize dcount(tostring(DeviceDetail.n))';
  expect(await once(other)).toBe(false);
  expect(await rows(other)).toEqual([[7000]]);
  expect(
    await rows('SigninLogs | summarize count() by UserAgent | where UserAgent in ("", "null") | sort by UserAgent asc'),
  ).toEqual([
    ['', 2000],
    ['null', 1000],
  ]);
  expect(
    await rows('SigninLogs | where isempty(UserAgent) | summarize count(), countif(isnull(LocationDetails))'),
  ).toEqual([[2000, 2000]]);
  const parsed =
    'SigninLogs | extend d = parse_json(UserAgent) | where tostring(d[0]) == "s" | summarize count(), sum(tolong(d[1]))';
  expect(await once(parsed)).toBe(true);
  expect(await rows(parsed)).toEqual([[1000, 2000]]);
  const items = 'SigninLogs | mv-expand i = LocationDetails.l | summarize count() by r = tostring(i.r) | sort by r asc';
  expect(await rows(items)).toEqual([
    ['', 6000],
    ['1', 1000],
    ['q', 1000],
  ]);
  const whole =
    'SigninLogs | mv-expand LocationDetails | summarize count() by t = gettype(LocationDetails) | sort by t asc';
  expect(await rows(whole)).toEqual([
    ['dictionary', 3000],
    ['long', 1000],
    ['null', 3000],
    ['string', 2000],
  ]);
});
