import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/protocol/records';
import { createTestEngine } from './engine';

/** Plugins over timelines, and queries with several results, by the results that Microsoft's reference prints for them. */

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine();
});
afterAll(() => engine.close());

async function rows(kql: string): Promise<readonly (readonly Json[])[]> {
  return (await engine.query(kql)).rows;
}

const day = (text: string): string => `2018-${text}T00:00:00.0000000Z`;

/** `datatable(who:string, t:datetime)` of `B 06-29, …`, all in 2018. */
const visits = (text: string): string =>
  `datatable(who:string, t:datetime)[${text
    .split(', ')
    .map((v) => `"${v.slice(0, 1)}", datetime(2018-${v.slice(2)})`)
    .join(', ')}]`;

describe('active_users_count', () => {
  it('counts those that came on three days of the lookback', async () => {
    const all = visits('B 06-29, B 06-30, A 07-02, B 07-04, B 07-08, A 07-10, A 07-14, A 07-17, A 07-20, B 07-24');
    expect(
      await rows(
        `${all} | evaluate active_users_count(who, t, datetime(2018-07-01), datetime(2018-07-31), 8d, 1d, 3, 7d) | order by t asc`,
      ),
    ).toEqual([
      [day('07-01'), 1],
      [day('07-15'), 1],
    ]);
  });
});

const WEEK = visits(
  'A 08-01, D 08-01, J 08-01, B 08-01, C 08-02, T 08-02, J 08-02, H 08-03, T 08-03, T 08-03, J 08-03, B 08-03, S 08-03, S 08-04',
);
const RANGE = 'who, t, datetime(2018-08-01), datetime(2018-08-04), 1d';

describe('activity_counts_metrics', () => {
  it('compares each window with all before it', async () => {
    expect(await rows(`${WEEK} | evaluate activity_counts_metrics(${RANGE}) | order by t asc`)).toEqual([
      [day('08-01'), 4, 4, 4, 4],
      [day('08-02'), 3, 3, 2, 6],
      [day('08-03'), 6, 5, 2, 8],
      [day('08-04'), 1, 1, 0, 8],
    ]);
  });
  it('counts in each dimension by itself', async () => {
    const kql = `${WEEK} | extend s = iff(who < "H", 1, 2) | evaluate activity_counts_metrics(${RANGE}, s) | where s == 1 | order by t asc`;
    expect(await rows(kql)).toEqual([
      [day('08-01'), 1, 3, 3, 3, 3],
      [day('08-02'), 1, 1, 1, 1, 4],
      [day('08-03'), 1, 1, 1, 0, 4],
    ]);
  });
});

describe('activity_metrics', () => {
  it('compares each window with the one before it', async () => {
    expect(await rows(`${WEEK} | evaluate activity_metrics(${RANGE}) | order by t asc`)).toEqual([
      [day('08-01'), 4, 4, 'NaN', 'NaN'],
      [day('08-02'), 3, 2, 0.25, 0.75],
      [day('08-03'), 5, 3, 2 / 3, 1 / 3],
      [day('08-04'), 1, 0, 0.2, 0.8],
    ]);
  });
});

describe('rolling_percentile', () => {
  const hours = `range i from 0 to 24 * 10 - 1 step 1 | project t = datetime(2018-01-01) + 1h * i, val = i + 1 | extend half = iff(val % 2 == 0, "Even", "Odd")`;
  const MEDIANS = [12, 24, 36, 60, 84, 108, 132, 156, 180, 204];
  it('gives the median of the last three days', async () => {
    const answer = await engine.query(`${hours} | evaluate rolling_percentile(val, 50, t, 1d, 3) | order by t asc`);
    expect(answer.columns).toEqual(['t:datetime', 'rolling_3_percentile_val_50:long']);
    expect(answer.rows.map((r) => r[1])).toEqual(MEDIANS);
  });
  it('gives it by dimension', async () => {
    const kql = `${hours} | evaluate rolling_percentile(val, 50, t, 1d, 3, half) | order by half asc, t asc | project rolling_3_percentile_val_50`;
    expect((await rows(kql)).flat()).toEqual([...MEDIANS, ...MEDIANS.map((n) => n - 1)]);
  });
});

describe('rows_near', () => {
  const table = 'range x from 1 to 12 step 1 | extend s = iff(x == 7, "Error", "Success") | sort by x asc';
  it('keeps rows before and after', async () => {
    expect((await rows(`${table} | evaluate rows_near(s == "Error", 2) | project x`)).flat()).toEqual([5, 6, 7, 8, 9]);
    expect((await rows(`${table} | evaluate rows_near(s == "Error", 2, 0) | project x`)).flat()).toEqual([5, 6, 7]);
  });
});

describe('dcount_intersect', () => {
  it('counts what the first sketches have in common', async () => {
    const kql = `range x from 1 to 100 step 1
      | summarize a = hll(iif(x % 2 == 0, x, 0), 2), b = hll(iif(x % 3 == 0, x, 0), 2), c = hll(iif(x % 5 == 0, x, 0), 2)
      | evaluate dcount_intersect(a, b, c) | project s0 - 1, s1 - 1, s2 - 1`;
    expect(await rows(kql)).toEqual([[50, 16, 3]]);
  });
});

describe('fork and facet', () => {
  const names = (kql: string) => {
    const made = engine.translate(kql);
    return made.kind === 'sql' ? made.statements.map((s) => s.columns.map((c) => c.name)) : [];
  };
  const table = 'datatable(a:long, b:long)[1,2, 1,3, 2,5]';
  it('give a result for each subquery', async () => {
    expect(names(`${table} | extend c = 1 | fork n = (where a == 1 | count) (summarize s = sum(b) by a)`)).toEqual([
      ['Count'],
      ['a', 's'],
    ]);
    expect(await rows(`${table} | fork (count) (where a == 1 | summarize s = sum(b) by a)`)).toEqual([[1, 5]]);
  });
  it('give the values of each column with their counts, after the filtered rows', async () => {
    expect(names(`${table} | facet by a, b with (take 1)`)).toEqual([
      ['a', 'b'],
      ['a', 'count_a'],
      ['b', 'count_b'],
    ]);
    expect([...(await rows(`${table} | facet by a`))].sort()).toEqual([
      [1, 2],
      [2, 1],
    ]);
  });
  it('are named as the query names them', () => {
    const called = (kql: string) => {
      const made = engine.translate(kql);
      return made.kind === 'sql' ? made.statements.map((s) => s.name) : [];
    };
    expect(called(`${table} | fork ['all of it']=(count) (take 1) (take 2 | as two)`)).toEqual([
      'all of it',
      undefined,
      'two',
    ]);
    expect(called(`${table} | facet by a, b with (take 1)`)).toEqual([undefined, 'a', 'b']);
    expect(called(`${table} | as these | render table; ${table}`)).toEqual(['these', undefined]);
  });
  it('are refused where a query goes on', () => {
    expect(engine.translate(`let q = ${table} | fork (count) (take 1); q`)).toMatchObject({ kind: 'refused' });
  });
});
