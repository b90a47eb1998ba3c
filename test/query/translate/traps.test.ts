import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/protocol/records';
import { createTestEngine } from './engine';

/** The places where KQL and SQL part, one test each, in the order of the design's list. */

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine(
    [
      `CREATE TABLE logons AS SELECT * FROM (VALUES
        (TIMESTAMP '2024-09-30 11:00:00', TIMESTAMP '2024-09-30 11:05:00', 'ann', 1::BIGINT),
        (TIMESTAMP '2024-09-29 10:00:00', TIMESTAMP '2024-09-30 10:30:00', 'bob', 2::BIGINT),
        (TIMESTAMP '2024-08-01 00:00:00', NULL, 'eve', NULL)) t("TimeGenerated", "_TimeReceived", "User", "Code")`,
    ],
    {
      tables: [
        {
          name: 'Logons',
          relation: '"logons"',
          timeColumn: 'TimeGenerated',
          ingestionColumn: '_TimeReceived',
          columns: [
            { name: 'TimeGenerated', type: 'datetime' },
            { name: '_TimeReceived', type: 'datetime' },
            { name: 'User', type: 'string' },
            { name: 'Code', type: 'long' },
          ],
        },
      ],
    },
  );
});
afterAll(() => engine.close());

async function check(kql: string, rows: readonly (readonly Json[])[]) {
  expect((await engine.query(kql)).rows).toEqual(rows);
}

describe('semantic traps', () => {
  it('1: texts are never null', async () => {
    await check('print a = tostring(dynamic(null)), b = extract("x(y)", 1, "z"), c = isnull(tostring(long(null)))', [
      ['', '', false],
    ]);
    await check(
      'datatable(k:long)[1] | join kind=leftouter (datatable(k:long, v:string)[2, "x"]) on k | project v, isnull(v), isempty(v)',
      [['', false, true]],
    );
  });
  it('2: null keys match in joins, != is true for null, order comparisons are three-valued', async () => {
    const t = 'datatable(x:long)[1, long(null)]';
    await check(`${t} | join kind=inner (${t}) on x | count`, [[2]]);
    await check(`${t} | where x != 5 | count`, [[2]]);
    await check(`${t} | where not(x < 5) | count`, [[0]]);
    await check('datatable(s:string)[""] | where s !has "a" | count', [[1]]);
  });
  it('3: a join without a kind takes one left row for each key', async () => {
    const right = '(datatable(k:long, v:long)[1, 10, 1, 20])';
    await check(`datatable(k:long, a:string)[1, "x", 1, "y"] | join ${right} on k | count`, [[2]]);
    await check(`datatable(k:long, a:string)[1, "x", 1, "y"] | join kind=inner ${right} on k | count`, [[4]]);
  });
  it('4: == minds the case, has finds whole terms between separators', async () => {
    await check(
      'print "A" == "a", "A" =~ "a", "foo_bar" has "bar", "foobar" has "bar", "x-Y z" has "y", "abc" has "", "ABC" contains "b"',
      [[false, true, true, false, true, true, true]],
    );
    await check('print "a1b2" matches regex @"[a-z]\\d", "naïve" has "na", "日本" has "日"', [[true, false, false]]);
  });
  it('5: columns that differ in case alone stay apart', async () => {
    await check('datatable(a:long, A:long)[1, 2] | extend aA = a * 10 + A | project A, a, aA', [[2, 1, 12]]);
  });
  it('6: integer division, the sign of %, division by zero', async () => {
    await check('print 7 / 2, -7 / 2, -7 % 3, 7 % -3, 1 / 0', [[3, -3, 2, 1, null]]);
    await check('print 1.0 / 0, -1.0 / 0, 0.0 / 0', [['Infinity', '-Infinity', 'NaN']]);
  });
  it('7: long wraps, a sum stays a long', async () => {
    await check('datatable(x:long)[9223372036854775807] | project a = x + 1, b = x * 2 + 2, c = -x - 2', [
      ['-9223372036854775808', 0, '9223372036854775807'],
    ]);
    expect((await engine.query('datatable(x:long)[1, 2] | summarize s = sum(x)')).columns).toEqual(['s:long']);
  });
  it('8: datetimes and timespans keep 100 ns', async () => {
    await check('print datetime(2024-01-01T00:00:00.1234567Z) + 1tick, datetime(9999-12-31T23:59:59.9999999Z)', [
      ['2024-01-01T00:00:00.1234568Z', '9999-12-31T23:59:59.9999999Z'],
    ]);
    await check('print datetime(0001-01-01) - 1tick, 1tick * 3, datetime(2024-01-02) - datetime(2024-01-01 12:00)', [
      [null, '00:00:00.0000003', '12:00:00'],
    ]);
  });
  it('9: bin counts from 0001-01-01; a negative step gives null', async () => {
    await check('print bin(datetime(1955-11-05), 7d), bin(-7, 5), bin(7.5, 2), bin(datetime(2024-01-01), -1d)', [
      ['1955-10-31T00:00:00.0000000Z', -10, 6, null],
    ]);
  });
  it('10: aggregates over nothing, and count(x) that ignores x', async () => {
    const none = 'datatable(x:long, d:dynamic)[] | summarize';
    await check(`${none} count(), sum(x), avg(x), min(x), make_list(x), make_set(x), make_bag(d)`, [
      [0, 0, 'NaN', null, [], [], {}],
    ]);
    await check('datatable(x:long, g:long)[] | summarize count() by g', []);
    await check('datatable(x:long)[1, long(null)] | summarize count(x)', [[2]]);
  });
  it('11: lists drop nulls and keep empty texts; arg_max ignores null keys', async () => {
    await check('datatable(x:long, s:string)[1, "", long(null), "b"] | summarize make_list(x), make_list(s)', [
      [[1], ['', 'b']],
    ]);
    const rows = 'datatable(k:long, v:string)[long(null), "n", 1, "a", 2, "b"]';
    await check(`${rows} | summarize arg_max(k, v), arg_min(k, v)`, [[2, 'b', 1, 'a']]);
    await check('datatable(k:long, v:string)[long(null), "n"] | summarize arg_max(k, v)', [[null, 'n']]);
  });
  it('12: dcount is exact and says so', async () => {
    const answer = await engine.query('range x from 1 to 5000 step 1 | summarize dcount(x)');
    expect(answer.rows).toEqual([[5000]]);
    expect(answer.notes.join()).toMatch(/exact/);
  });
  it('13: sort is descending; nulls come first ascending and last descending', async () => {
    const t = 'datatable(x:long)[2, long(null), 1]';
    await check(`${t} | sort by x`, [[2], [1], [null]]);
    await check(`${t} | sort by x asc`, [[null], [1], [2]]);
    await check(`${t} | sort by x asc nulls last | extend y = x | where true`, [
      [1, 1],
      [2, 2],
      [null, null],
    ]);
  });
  it('14: NaN equals nothing', async () => {
    await check('datatable(x:real)[real(nan), 1.0] | project x == x, x > 0.5, x < 0.5, x != x', [
      [false, false, false, true],
      [true, true, false, false],
    ]);
  });
  it('15: bool prints as True, a dynamic one as true; toint of fractions and hexadecimal', async () => {
    await check('print tostring(true), tostring(dynamic(true)), toint("12.5"), toint("0x1F")', [
      ['True', 'true', null, 31],
    ]);
  });
  it('16: JSON null is null; mv-expand of nothing, of null, of a bag', async () => {
    await check('print d = dynamic({"a":null}) | project isnull(d.a)', [[true]]);
    const t = 'datatable(id:long, d:dynamic)[1, dynamic([]), 2, dynamic(null), 3, dynamic({"a":1,"b":2})]';
    await check(`${t} | mv-expand d | sort by id asc, tostring(d) asc`, [
      [2, null],
      [3, { a: 1 }],
      [3, { b: 2 }],
    ]);
    await check(`${t} | where id == 3 | mv-expand kind=array d | project d[0]`, [['a'], ['b']]);
  });
  it('17: extract_all with a pattern that only the data tell takes the groups that are named', async () => {
    const kql = (groups: string) =>
      `let p = toscalar(print "([a-z])([0-9])"); print x = extract_all(p${groups}, "a1b2")`;
    await check(kql(', dynamic([2])'), [[['1', '2']]]);
    expect(engine.translate(kql(''))).toMatchObject({ kind: 'refused', refused: [{ name: 'extract_all' }] });
  });

  it('17: extract_all: null without a match, nested lists for several groups', async () => {
    await check(
      'print extract_all("(x)", "abc"), extract_all("([a-z])([0-9])", "a1b2"), extract_all("([a-z])", "a1b2")',
      [
        [
          null,
          [
            ['a', '1'],
            ['b', '2'],
          ],
          ['a', 'b'],
        ],
      ],
    );
  });
  it("18: format_datetime's language takes the longest specifier it knows", async () => {
    await check('print format_datetime(datetime(2024-03-05 14:07:09.1230000), "dddd yy-M hh:mm:ss.fff tt")', [
      ['0505 24-3 02:07:09.123 PM'],
    ]);
    await check('print format_timespan(1d + 2h + 3s, "d.hh:mm:ss")', [['1.02:00:03']]);
  });
  it('19: let: scalars, functions with defaults and closures, one now() in a query', async () => {
    await check(
      'let n = 2; let f = (x:long, y:long = 3) { x * y + n }; let n2 = 10; print f(1), f(1, n2), now() == now()',
      [[5, 12, true]],
    );
    await check('let T = materialize(range x from 1 to 3 step 1); T | where x > toscalar(T | summarize avg(x))', [[3]]);
    await check('let f = (T:(x:long)) { T | summarize s = sum(x) }; range x from 1 to 3 step 1 | invoke f()', [[6]]);
  });
  it('20: union by name and type; fuzzy skips what is missing; union * and search over known tables', async () => {
    const union = 'union (print a = 1, b = "x"), (print a = "2")';
    expect((await engine.query(union)).columns).toEqual(['a_long:long', 'a_string:string', 'b:string']);
    await check('union isfuzzy=true Logons, Missing | count', [[3]]);
    await check('union withsource=Source * | summarize count() by Source', [['Logons', 3]]);
    await check('search "ann" | project $table, User', [['Logons', 'ann']]);
    await check('search * | summarize n = count() by $table', [['Logons', 3]]);
  });
  it('21: externaldata is refused unless its address is mapped to a file', async () => {
    const kql = 'externaldata(User:string)["https://example.org/users.csv?sig=1"] with (format="csv")';
    expect(engine.translate(kql)).toMatchObject({ kind: 'refused', refused: [{ name: 'externaldata' }] });
    const lines = `(SELECT "User" AS line, (row_number() OVER ())::VARCHAR AS n FROM "logons")`;
    const files = new Map([['https://example.org/users.csv', { lines, objects: null }]]);
    expect((await engine.query(`${kql} | count`, { files })).rows).toEqual([[3]]);
  });
  it('22: ingestion_time() is the mapped column, else null and said', async () => {
    await check('Logons | where ingestion_time() > datetime(2024-09-30 11:00) | project User', [['ann']]);
    await check('Logons | extend at = ingestion_time() | where isnull(at) | project User', [['eve']]);
    const answer = await engine.query('print x = 1 | extend ingestion_time()');
    expect(answer.rows).toEqual([[1, null]]);
    expect(answer.notes.join()).toMatch(/ingestion_time/);
  });
  it('23: now() is the connection’s, so ago() finds old data; the range picker narrows each table', async () => {
    await check('Logons | where TimeGenerated > ago(2d) | count', [[2]]);
    const now = BigInt(Date.UTC(2024, 7, 1, 1)) * 10_000n + 621_355_968_000_000_000n;
    expect(
      (await engine.query('Logons | where TimeGenerated between (ago(1d) .. now()) | project User', { now })).rows,
    ).toEqual([['eve']]);
    const from = now;
    expect((await engine.query('Logons | count', { from })).rows).toEqual([[2]]);
  });
  it('24: the declared type of a column is what counts', async () => {
    await check('datatable(ResultType:string)["0", "50126"] | where ResultType == "0" | count', [[1]]);
    await check('datatable(ResultType:string)["007"] | extend n = toint(ResultType) | project ResultType, n', [
      ['007', 7],
    ]);
  });
  it('25: a translation is one SELECT, whatever text stands in it', async () => {
    const kql = `print s = "'; DROP TABLE logons; --" | extend t = strcat(s, '"'), ['a"b'] = 1`;
    const answer = await engine.query(kql);
    expect(answer.rows).toEqual([["'; DROP TABLE logons; --", `'; DROP TABLE logons; --"`, 1]]);
    expect(answer.sql).toMatch(/^(WITH|SELECT)/);
    await check('Logons | count', [[3]]);
  });
});
