import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/protocol/records';
import type { TranslateTable } from '../../../src/query/local/translate/types';
import { createTestEngine } from './engine';

/**
 * Ways that cost less than the plain translation must give the same answers: paths read from text that nobody has checked,
 * lists that need not be JSON, networks as patterns, columns that are left out.
 */

const TEXTS = ['{"a":{"b":"x"},"n":"12.5","i":7}', '', 'null', 'no json', '[1,"1_000",null]', '{"a":null,"n":"1_000"}'];

/** A table whose file keeps each text of `d` once, or says nothing of it. */
const table = (name: string, few: boolean): TranslateTable => ({
  name,
  relation: 'logs',
  timeColumn: null,
  ingestionColumn: null,
  columns: [
    { name: 'id', type: 'long' },
    { name: 'd', type: 'dynamic' },
  ],
  jsonTexts: new Map([['d', 'd text']]),
  fewTexts: new Set(few ? ['d'] : []),
});

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  const rows = TEXTS.map((x, i) => `(${i}, '${x}')`).join(', ');
  const checked = "CASE WHEN t <> 'null' THEN coalesce(TRY_CAST(nullif(t, '') AS JSON), to_json(nullif(t, ''))) END";
  engine = await createTestEngine(
    [
      `CREATE TABLE raw AS SELECT * FROM (VALUES ${rows}) v(id, t)`,
      `CREATE VIEW logs AS SELECT id::BIGINT AS id, ${checked} AS d, t AS "d text" FROM raw`,
    ],
    { tables: [table('T', false), table('F', true)] },
  );
});
afterAll(() => engine.close());

async function check(kql: string, rows: readonly (readonly Json[])[]) {
  expect((await engine.query(kql)).rows).toEqual(rows);
}
const column = async (kql: string): Promise<Json[]> => (await engine.query(kql)).rows.map((r) => r[0] as Json);

describe.each(['T', 'F'])('text of a dynamic of %s that nobody has checked', (T) => {
  it('reads paths where it is JSON and none where it is not', async () => {
    expect(await column(`${T} | order by id asc | project x = tostring(d.a.b)`)).toEqual(['x', '', '', '', '', '']);
    expect(await column(`${T} | order by id asc | project x = d.a`)).toEqual([
      { b: 'x' },
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(await column(`${T} | order by id asc | project x = toreal(d.n)`)).toEqual([
      12.5,
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(await column(`${T} | order by id asc | project x = tolong(d.i)`)).toEqual([7, null, null, null, null, null]);
    expect(await column(`${T} | order by id asc | project x = d[1]`)).toEqual([null, null, null, null, '1_000', null]);
  });
  it('keeps the way through later stages, joins and unions', async () => {
    await check(`${T} | extend e = d | where id == 0 | extend f = e | project tostring(f.a.b)`, [['x']]);
    await check(
      `${T} | where id == 0 | join kind=inner (${T} | project id, o = d) on id | project tostring(o.a.b), tostring(d.i)`,
      [['x', '7']],
    );
    await check(`union ${T}, ${T} | where id == 0 | project tostring(d.a.b)`, [['x'], ['x']]);
  });
  it('gives the whole value as it was', async () => {
    expect(await column(`${T} | order by id asc | project tostring(d)`)).toEqual([
      '{"a":{"b":"x"},"n":"12.5","i":7}',
      '',
      '',
      'no json',
      '[1,"1_000",null]',
      '{"a":null,"n":"1_000"}',
    ]);
  });
  it('expands arrays, bags, texts and nothing', async () => {
    await check(
      `${T} | mv-expand d to typeof(string) | order by id asc | summarize make_list(d) by id | order by id asc`,
      [
        [0, ['{"a":{"b":"x"}}', '{"n":"12.5"}', '{"i":7}']],
        [1, ['']],
        [2, ['']],
        [3, ['no json']],
        [4, ['1', '1_000', '']],
        [5, ['{"a":null}', '{"n":"1_000"}']],
      ],
    );
  });
  it('does the same for parse_json of a text', async () => {
    await check(
      'datatable(s:string)[\'{"a":"x"}\', "", "{broken", "{\\"a\\":\\"\\t\\"}"] | extend d = parse_json(s) | project tostring(d.a), d.a',
      [
        ['x', 'x'],
        ['', null],
        ['', null],
        ['', null],
      ],
    );
  });
});

describe('plain numbers first', () => {
  it('reads what the engine reads and nothing more', async () => {
    await check(
      'datatable(s:string)["12", " 12 ", "12.5", "1e3", "1_000", "0x1F", "0b101", "", "-7", "99999999999"] | project tolong(s), toint(s), toreal(s)',
      [
        [12, 12, 12],
        [12, 12, 12],
        [null, null, 12.5],
        [null, null, 1000],
        [null, null, null],
        [31, 31, null],
        [null, null, null],
        [null, null, null],
        [-7, -7, -7],
        [99999999999, null, 99999999999],
      ],
    );
  });
  it('keeps an int column bare beside a constant', async () => {
    const made = await engine.query(
      'datatable(p:int)[22, 445, int(null), -1] | where p in (22, 445) and p != 3 | project p',
    );
    expect(made.rows).toEqual([[22], [445]]);
    expect(made.sql).not.toContain('::BIGINT IN');
    await check('datatable(p:int)[-2147483648] | where p < 2147483648 | project -p', [[2147483648]]);
  });
});

describe('lists beside JSON', () => {
  it('takes parts of split, lengths and items of make_set', async () => {
    await check(
      'print p = split("a@b.c", "@") | project tostring(p[1]), isnull(p[2]), tostring(p[5]), array_length(p), p',
      [['b.c', true, '', 2, ['a', 'b.c']]],
    );
    await check(
      'datatable(u:string, a:string)["x", "1", "x", "1", "y", ""] | summarize s = make_set(a) by u | extend n = array_length(s) | mv-expand s to typeof(string) | order by u asc',
      [
        ['x', '1', 1],
        ['y', '', 1],
      ],
    );
    await check('datatable(a:string)[] | summarize s = make_set(a) | project n = array_length(s), s', [[0, []]]);
    await check(
      'let most = toscalar(print 2); range a from 1 to 9 step 1 | summarize n = array_length(make_set(a, tolong(min_of(pow(2, most), 100)))), m = array_length(make_list(a, most))',
      [[4, 2]],
    );
    expect(engine.translate('range a from 1 to 9 step 1 | summarize make_list(a, a) by a')).toMatchObject({
      kind: 'refused',
    });
  });
});

describe('networks as patterns', () => {
  const inside = async (ip: string, range: string) =>
    (await engine.query(`print s = "${ip}" | project x = ipv4_is_in_range(s, "${range}")`)).rows[0]?.[0];
  it('agrees with the bytes', async () => {
    expect(await inside('172.16.0.1', '172.16.0.0/12')).toBe(true);
    expect(await inside('172.32.0.1', '172.16.0.0/12')).toBe(false);
    expect(await inside(' 10.1.2.3 ', '10.0.0.0/8')).toBe(true);
    expect(await inside('110.1.2.3', '10.0.0.0/8')).toBe(false);
    expect(await inside('10.1.2.300', '10.0.0.0/8')).toBe(null);
    expect(await inside('text', '10.0.0.0/8')).toBe(null);
    expect(await inside('192.168.1.77', '192.168.1.64/26')).toBe(true);
    expect(await inside('192.168.1.128', '192.168.1.64/26')).toBe(false);
    expect(await inside('8.8.8.8', '0.0.0.0/0')).toBe(true);
    expect(await inside('8.8.8.8', '8.8.8.8')).toBe(true);
  });
  it('filters by one network, by many and by the private ones', async () => {
    const ips = 'datatable(s:string)["10.0.0.1", "172.31.255.255", "192.168.0.9", "8.8.8.8", "", "x"]';
    await check(`${ips} | where ipv4_is_private(s)`, [['10.0.0.1'], ['172.31.255.255'], ['192.168.0.9']]);
    const either = 'ipv4_is_in_range(s, "10.0.0.0/24") or ipv4_is_in_range(s, "8.8.0.0/16")';
    await check(`${ips} | where ${either} or s == "x"`, [['10.0.0.1'], ['8.8.8.8'], ['x']]);
    await check(`${ips} | where not(${either})`, [['172.31.255.255'], ['192.168.0.9']]);
    await check(`${ips} | where ipv4_is_in_range(s, "10.0.0.0/24") or ipv4_is_in_range(s, "nonsense")`, [['10.0.0.1']]);
    await check(`${ips} | where not(ipv4_is_private(s))`, [['8.8.8.8']]);
    await check(`${ips} | where ipv4_is_in_any_range(s, dynamic(["8.8.0.0/16", "10.0.0.0/24"]))`, [
      ['10.0.0.1'],
      ['8.8.8.8'],
    ]);
    await check(`${ips} | where ipv4_is_in_any_range(s, "8.8.0.0/16", "nonsense")`, [['8.8.8.8']]);
  });
});

describe('columns that nobody reads', () => {
  it('are not in the SQL, unless they decide which rows there are', async () => {
    const made = await engine.query(
      'T | extend a = strcat("kept", id), b = strcat("gone", id) | where a has "kept0" | project a',
    );
    expect(made.sql).not.toContain('gone');
    expect(made.rows).toEqual([['kept0']]);
    await check('T | where id == 4 | mv-expand d | count', [[3]]);
    await check('T | summarize a = count(), b = max(id) by d = tostring(d) | summarize n = count()', [[6 - 1]]);
    await check('T | where id > 99 | summarize count(), b = max(id) | project 1', [[1]]);
  });
});

describe('rows beside the one before of the same key', () => {
  const ROWS =
    'datatable(u:string, t:long, v:string)["b",1,"x", "a",2,"p", "a",1,"q", "",6,"w", "",5,"z", "b",3,"y", "a",4,"p"] | sort by u asc, t asc';
  const EXPECTED = [
    ['', 5, 'z', '', ''],
    ['', 6, 'w', 'z', ''],
    ['a', 2, 'p', 'q', 'a'],
    ['b', 3, 'y', 'x', 'b'],
  ];
  it('are found in a window for each key', async () => {
    const kql = `${ROWS} | extend bv = prev(v), bu = prev(u) | where bu == u and bv != v`;
    expect((await engine.query(kql)).sql).toContain('PARTITION BY');
    await check(kql, EXPECTED);
  });
  it('are the same where the filters stand apart, or the other way round', async () => {
    await check(`${ROWS} | extend bv = prev(v), bu = prev(u) | where bv != v | where u == bu`, EXPECTED);
    await check(`${ROWS} | extend bv = prev(v), bu = prev(u) | where u == bu | where bv != v`, EXPECTED);
  });
  it('look over all rows where the key may differ, or rows fall from the other end', async () => {
    for (const rest of [
      'extend bu = prev(u), n = next(v) | where bu == u | project n',
      'extend bu = prev(u, 2) | where bu == u | project v',
      'extend bu = prev(u) | where bu != u | project v',
      'extend u = prev(u) | where u == u | project v',
    ])
      expect((await engine.query(`${ROWS} | ${rest}`)).sql).not.toContain('PARTITION BY');
    expect(
      (await engine.query(`${ROWS.replace('u asc', 'u desc')} | extend b = prev(u) | where b == u`)).sql,
    ).not.toContain('PARTITION BY');
  });
});

describe('what summarize groups by', () => {
  const days =
    'datatable(t:datetime, n:long)[datetime(1969-12-31T23:59:59), 1, datetime(1970-01-01), 2, datetime(null), 3]';
  it('has the times of its bins, before 1970 and where there is none', async () => {
    await check(`${days} | summarize sum(n) by bin(t, 1d) | sort by t asc | project tostring(t), sum_n`, [
      ['', 3],
      ['1969-12-31T00:00:00.0000000Z', 1],
      ['1970-01-01T00:00:00.0000000Z', 2],
    ]);
    await check(`${days} | extend w = bin(t, 7d) | where n < 3 | summarize sum(n) by w | project tostring(w), sum_n`, [
      ['1969-12-29T00:00:00.0000000Z', 3],
    ]);
    await check(
      `${days} | where n < 3 | summarize by bin_at(t, 1d, datetime(2000-01-01 12:00)) | project tostring(t)`,
      [['1969-12-31T12:00:00.0000000Z']],
    );
    await check(
      `${days} | summarize n = sum(n) by d = bin(t, 1h) | join kind=inner (${days} | extend d = bin(t, 1h)) on d | count`,
      [[3]],
    );
  });

  const people = 'datatable(u:string, n:long)["a@X", 1, "a@x", 2, "b@x", 3, "b@x", 4]';
  it('may follow from other keys, in one step or in several', async () => {
    const domain = 'd = tostring(split(u, "@")[1])';
    await check(`${people} | summarize sum(n) by u, ${domain} | sort by u asc`, [
      ['a@X', 'X', 1],
      ['a@x', 'x', 2],
      ['b@x', 'x', 7],
    ]);
    const small = `${people} | extend ${domain} | extend s = tolower(d)`;
    await check(`${small} | summarize sum(n) by s, d, u | sort by u asc`, [
      ['x', 'X', 'a@X', 1],
      ['x', 'x', 'a@x', 2],
      ['x', 'x', 'b@x', 7],
    ]);
    await check(`${small} | summarize sum(n) by s, d | sort by d asc`, [
      ['x', 'X', 1],
      ['x', 'x', 9],
    ]);
    await check(
      `${small} | project-rename v = u | summarize sum(n) by v, s | where s == "x" | summarize sum(sum_n) by s`,
      [['x', 10]],
    );
  });
  it('follows from nothing where a join found no row', async () => {
    const right = 'datatable(u:string, k:long)["b@x", 5] | extend z = coalesce(k, 9) + 1';
    await check(`${people} | join kind=leftouter (${right}) on u | summarize sum(n) by k, z | sort by sum_n asc`, [
      [null, null, 3],
      [5, 6, 7],
    ]);
  });
});

describe('parse by texts of one character', () => {
  const texts = 'datatable(s:string)["x/y.z", "x.y", "a/b/c.d.e", "/.", "a\\n/b\\n.c", "a^/b]."]';
  it('takes what stands before the first of each', async () => {
    await check(`${texts} | parse s with a "/" b "." * | project a, b`, [
      ['x', 'y'],
      ['', ''],
      ['a', 'b/c'],
      ['', ''],
      ['a\n', 'b\n'],
      ['a^', 'b]'],
    ]);
    await check(`${texts} | parse s with a "/" b | project a, b`, [
      ['x', 'y.z'],
      ['', ''],
      ['a', 'b/c.d.e'],
      ['', '.'],
      ['a\n', 'b\n.c'],
      ['a^', 'b].'],
    ]);
    await check(`print s = "a^b]c-d" | parse s with a "^" b "]" c "-" d`, [['a^b]c-d', 'a', 'b', 'c', 'd']]);
  });
  it('takes more where what follows wants it', async () => {
    await check(`print s = "a/b/12" | parse s with a "/" n:long | project a, n`, [['a/b', 12]]);
    await check(`print s = "a/b/" | parse s with a "/" | project a`, [['a/b']]);
    await check(`print s = "a/b/." | parse s with a "/" "." * | project a`, [['a/b']]);
    await check(`print s = "a/b://c" | parse s with a "://" b | project a, b`, [['a/b', 'c']]);
  });
});

describe('words in a dynamic', () => {
  const rows = [
    `@'{"a": "caf\\u0065 Bar", "n": 1e2}'`,
    `@'{"a":"cafe  bar"}'`,
    `@'["CAFE BAR"]'`,
    `"no json, cafe bar"`,
    `@'"cafe bar"'`,
    `""`,
    `"null"`,
    `@'{"x": true}'`,
  ];
  const table = `datatable(i:long, s:string)[${rows.map((r, i) => `${i}, ${r}`).join(', ')}] | extend d = parse_json(s)`;
  const places = async (where: string) => column(`${table} | where ${where} | order by i asc | project i`);
  it('are found as in the text that is made of it', async () => {
    expect(await places('d contains "cafe bar"')).toEqual([0, 2, 3, 4]);
    expect(await places('d contains_cs "cafe bar"')).toEqual([3, 4]);
    expect(await places('d !contains "cafe bar"')).toEqual([1, 5, 6, 7]);
    expect(await places('d has "cafe"')).toEqual([0, 1, 2, 3, 4]);
    expect(await places('d has_any ("bar", "nothing")')).toEqual([0, 1, 2, 3, 4]);
    expect(await places('d has_all ("bar", "json")')).toEqual([3]);
    expect(await places('d !has "bar"')).toEqual([5, 6, 7]);
    expect(await places('d contains "100"')).toEqual([0]);
    expect(await places('d has "true"')).toEqual([7]);
    expect(await places('d contains "a\\":\\"cafe"')).toEqual([0, 1]);
    expect(await places('d contains ""')).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
