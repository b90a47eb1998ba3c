import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/protocol/records';
import { createTestEngine } from './engine';

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine();
});
afterAll(() => engine.close());

async function check(kql: string, rows: readonly (readonly Json[])[]) {
  expect((await engine.query(kql)).rows).toEqual(rows);
}
const columns = async (kql: string) => (await engine.query(kql)).columns;

describe('long conditions', () => {
  it('runs 600 and 2,000 terms of or, and places faults in the text as written', async () => {
    for (const count of [600, 2000]) {
      const terms = Array.from({ length: count }, (_, i) => `s has "t${i}"`).join(' or ');
      await check(`datatable(s:string)["a t${count - 1} b", "c"] | where ${terms}`, [[`a t${count - 1} b`]]);
    }
    const terms = Array.from({ length: 600 }, (_, i) => `s has "t${i}"`).join(' or ');
    const kql = `datatable(s:string)["a"] | where ${terms} | extend x = nosuch(s)`;
    expect(engine.translate(kql)).toMatchObject({
      kind: 'refused',
      refused: [{ name: 'nosuch', start: kql.indexOf('nosuch'), length: 6 }],
    });
  });
});

describe('a query that gives a graph', () => {
  it('is refused by the name of what makes one, last or not', () => {
    const kql = 'datatable(a:string, b:string)["x", "y"] | make-graph a --> b';
    for (const whole of [kql, `let g = ${kql}; g | graph-to-table nodes`, `${kql} | graph-to-table nodes`]) {
      expect(engine.translate(whole), whole).toMatchObject({
        kind: 'refused',
        refused: expect.arrayContaining([expect.objectContaining({ name: 'make-graph' })]),
      });
    }
  });
});

describe('what the binder objects to', () => {
  it('is said with the result', async () =>
    expect((await engine.query('print x = 1 | where 2024 > ago(datetime(2024-01-02)) | count')).notes).toContain(
      'The KQL engine objects: A value of type timespan expected.',
    ));
});

describe('names that double with every line', () => {
  const doubled = (lines: number) =>
    [
      'let b0 = range x from 1 to 2 step 1;',
      ...Array.from({ length: lines }, (_, i) => `let b${i + 1} = union b${i}, b${i};`),
      `b${lines} | count`,
    ].join('\n');
  it('run while that takes seconds', async () => expect((await engine.query(doubled(6))).rows).toEqual([[128]]));
  it('are not begun where nothing could end them', () =>
    expect(engine.translate(doubled(40))).toMatchObject({
      kind: 'invalid',
      faults: [{ message: expect.stringContaining('unfolds into more than 15000 parts') }],
    }));
  it('count what saved functions stand for, which is long in few words', () => {
    const functions = Array.from({ length: 40 }, (_, i) => ({
      name: `F${i}`,
      parameters: '()',
      body: i === 0 ? '{ range x from 1 to 2 step 1 }' : `{ union F${i - 1}(), F${i - 1}() }`,
    }));
    expect(engine.translate('F39() | count', { functions })).toMatchObject({ kind: 'invalid' });
    expect(engine.translate('F3() | count', { functions })).toMatchObject({ kind: 'sql' });
  });
});

describe('evaluate sliding_window_counts', () => {
  const days = ['Bob 1', 'David 1', 'David 1', 'John 1', 'Bob 1', 'Ananda 2', 'Atul 2', 'John 2']
    .concat(['Ananda 3', 'Atul 3', 'Atul 3', 'John 3', 'Bob 3', 'Betsy 4', 'Bob 5'])
    .map((x) => x.split(' '));
  const table = (extra: string) =>
    `datatable(UserId:string, Timestamp:datetime)[${days.map(([u, d]) => `"${u}", datetime(2017-08-0${d}${extra})`).join(', ')}]`;
  const range = (day: number) => `datetime(2017-08-0${day})`;
  const documented = [
    [1, 5, 3],
    [2, 8, 5],
    [3, 13, 5],
    [4, 9, 5],
    [5, 7, 5],
    [6, 2, 2],
    [7, 1, 1],
  ];
  it('gives what the documentation shows, at any time of the day', async () => {
    for (const extra of ['', 'T07:30:00Z']) {
      const kql = `${table(extra)} | evaluate sliding_window_counts(UserId, Timestamp, ${range(1)}, ${range(7)}, 3d, 1d) | order by Timestamp asc | project dayofmonth(Timestamp), Count, Dcount`;
      await check(kql, documented);
    }
  });
  it('counts rows before the start in windows that reach back to them, by each dimension', async () => {
    const kql = `${table('')} | extend B = UserId startswith "B" | evaluate sliding_window_counts(UserId, Timestamp, ${range(5)}, ${range(6)}, 2d, 1d, B)`;
    expect(await columns(kql)).toEqual(['Timestamp:datetime', 'B:bool', 'Count:long', 'Dcount:long']);
    await check(`${kql} | order by Timestamp asc | project dayofmonth(Timestamp), B, Count, Dcount`, [
      [5, true, 2, 2],
      [6, true, 1, 1],
    ]);
  });
  it('is refused by week', () => {
    const kql = `${table('')} | evaluate sliding_window_counts(UserId, Timestamp, ${range(1)}, ${range(7)}, 3d, "week")`;
    expect(engine.translate(kql)).toMatchObject({ kind: 'refused' });
  });
});

describe('make-series between constants', () => {
  const rows =
    'datatable(t:datetime)[datetime(2024-01-01T00:30Z), datetime(2024-01-01T02:00Z), datetime(2024-01-01T02:59:59.9999999Z), datetime(2024-01-01T03:00Z), datetime(2023-12-31T23:59Z)]';
  it('counts each row in its step, whether times are microseconds or ticks', async () => {
    const series =
      'make-series n = count() on t from datetime(2024-01-01) to datetime(2024-01-01T03:00) step 1h | project n';
    await check(`${rows} | ${series}`, [[[1, 0, 2]]]);
    await check(`${rows} | extend t = bin(t, 1s) | ${series}`, [[[1, 0, 2]]]);
    await check(`${rows} | extend t = bin(t, 1s) | ${series.replace('1h', '90m')}`, [[[1, 2]]]);
    await check(
      `datatable(t:datetime)[datetime(1950-06-01T12:00Z)] | extend t = bin(t, 1s) | make-series n = count() on t from datetime(1950-06-01) to datetime(1950-06-03) step 1d | project n`,
      [[[1, 0]]],
    );
  });
});

describe('range', () => {
  it('ends where it says, the function of its name after 2^20 values', async () => {
    await check('range i from 1 to 1200000 step 1 | summarize count(), max(i)', [[1_200_000, 1_200_000]]);
    await check('range x from 0.5 to 1200000.0 step 1.0 | count', [[1_200_000]]);
    await check('range t from datetime(2024-01-01) to datetime(2024-01-15) step 1s | count', [[14 * 86_400 + 1]]);
    await check('let n = toscalar(print 3); range i from 1 to n step 1', [[1], [2], [3]]);
    await check('range i from int(5) to int(1) step int(-2)', [[5], [3], [1]]);
    await check(
      'range i from toint(rand(3) * 0) + 1 to 3 step 1 | extend r = toint(rand(9)) + 1 | where r between (1 .. 9) | project i',
      [[1], [2], [3]],
    );
    await check('print array_length(range(1, 1200000)), array_length(range(0.5, 1200000.0, 1.0))', [
      [1_048_576, 1_048_576],
    ]);
  });
});

describe('row functions over rows that nobody sorted', () => {
  it('keep the rows in the order in which they were read', async () => {
    const kql = 'range i from 1 to 5 step 1 | serialize | extend c = row_cumsum(i, i == 4), p = prev(i)';
    expect((await engine.query(kql)).rows).toEqual([
      [1, 1, null],
      [2, 3, 1],
      [3, 6, 2],
      [4, 4, 3],
      [5, 9, 4],
    ]);
  });
});

describe('refusals', () => {
  const refused = (kql: string) => {
    const made = engine.translate(kql);
    return made.kind === 'refused'
      ? made.refused.map((r) => [r.name, kql.slice(r.start, r.start + r.length)])
      : made.kind;
  };
  it('names each function and operator with its place', () => {
    expect(refused('print a = geo_info_from_ip_address("1.1.1.1"), b = hash(5.5)')).toEqual([
      ['geo_info_from_ip_address', 'geo_info_from_ip_address("1.1.1.1")'],
      ['hash', 'hash(5.5)'],
    ]);
    expect(refused('print x = 1 | invoke FileProfile("x", 1000)')).toEqual([['FileProfile', 'FileProfile']]);
    expect(refused('datatable(a:long)[1] | evaluate autocluster()')).toMatchObject([
      ['evaluate autocluster', expect.any(String)],
    ]);
    expect(refused('_GetWatchlist("vip") | count')).toMatchObject([["_GetWatchlist('vip')", expect.any(String)]]);
  });
  it.each([
    ['cluster("x").database("y").U | where b > 1', 'cluster("x").database("y").U'],
    ['union T, cluster("x").database("y").U | count', 'cluster("x").database("y").U'],
    ['let x = cluster("x").database("y").U; x | take 1', 'cluster("x").database("y").U'],
    ['T | join (cluster("x").database("y").U) on a', 'cluster("x").database("y").U'],
    ['T | where a in (cluster("x").database("y").U)', 'cluster("x").database("y").U'],
    ['let U = print a = 1; cluster("x").database("y").U', 'cluster("x").database("y").U'],
    ['print v = toscalar(cluster("x").database("y").table("U"))', 'cluster("x").database("y").table("U")'],
    ['union cluster("x").database("y").*', 'cluster("x").database("y").*'],
    ['union T, (cluster("x").database("y").[T*]) | count', 'cluster("x").database("y").[T*]'],
    ['search in (cluster("x").database("y").T*) "a"', 'cluster("x").database("y").T*'],
    ['find in (cluster("x").*) where a == 1', 'cluster("x").*'],
  ])('refuses the table of another cluster: %s', (kql, part) => {
    expect(refused(kql)).toEqual([['cluster', part]]);
  });
  it('says why, and takes an export for a table of another cluster', () => {
    const made = engine.translate('cluster("x").database("y").U');
    expect(made.kind === 'refused' && made.refused[0]!.message).toBe(
      'U is in another cluster, which is never asked; an export of it in the folder, named U, would be used.',
    );
    const all = engine.translate('union cluster("x").database("y").*');
    expect(all.kind === 'refused' && all.refused[0]!.message).toBe(
      '* means tables of another cluster, which is never asked; name those that the folder has an export of.',
    );
    const columns = [{ name: 'a', type: 'long' as const }];
    const tables = [{ name: 'U', columns, relation: 'u', timeColumn: null, ingestionColumn: null }];
    expect(engine.translate('cluster("x").database("y").U', { tables }).kind).toBe('sql');
  });
  it('calls a query invalid that does not parse or names what is not there', () => {
    expect(engine.translate('Nope | count')).toMatchObject({ kind: 'invalid', faults: [{ start: 0, length: 4 }] });
    expect(engine.translate('print 1 | where (').kind).toBe('invalid');
    expect(engine.translate('').kind).toBe('invalid');
  });
  it('says of a slip what is wrong there, and not what only follows from it', () => {
    const faults = (kql: string) => {
      const made = engine.translate(kql);
      return made.kind === 'invalid' ? made.faults.map((f) => kql.slice(f.start ?? 0).slice(0, f.length ?? 0)) : [];
    };
    expect(faults('print x = 1 | sumarize count() by x')).toEqual(['sumarize']);
    expect(faults('print x = 1 | sumarize count(); print y = 1 | were y > 0')).toEqual(['sumarize', 'were']);
  });
  it('does not stop at what only the binder minds', async () => {
    await check('datatable(x:string)["a", "b"] | summarize count(x)', [[2]]);
  });
  it('leaves an unused let alone', async () => {
    await check('let unused = hash(5); print 1', [[1]]);
  });
});

describe('joins', () => {
  const left = 'datatable(k:string, a:long)["x", 1, "y", 2]';
  const right = '(datatable(k:string, b:long)["y", 20, "z", 30])';
  it.each([
    ['inner', [['y', 2, 'y', 20]]],
    [
      'leftouter',
      [
        ['x', 1, '', null],
        ['y', 2, 'y', 20],
      ],
    ],
    [
      'rightouter',
      [
        ['y', 2, 'y', 20],
        ['', null, 'z', 30],
      ],
    ],
    [
      'fullouter',
      [
        ['x', 1, '', null],
        ['y', 2, 'y', 20],
        ['', null, 'z', 30],
      ],
    ],
    ['leftanti', [['x', 1]]],
    ['rightanti', [['z', 30]]],
    ['leftsemi', [['y', 2]]],
    ['rightsemi', [['y', 20]]],
  ])('kind=%s', async (kind, rows) => {
    const answer = await engine.query(`${left} | join kind=${kind} ${right} on k`);
    const key = (r: readonly Json[]) => JSON.stringify(r);
    expect([...answer.rows].sort((a, b) => key(a).localeCompare(key(b)))).toEqual(
      [...rows].sort((a, b) => key(a).localeCompare(key(b))),
    );
  });
  it('joins on a condition over the columns of both sides', async () => {
    const [l, r] = [
      'datatable(host:string, n:long)["a.b.c", 1, "d.e", 2]',
      'datatable(part:string, n:long)["b", 2, "e", 1]',
    ];
    await check(
      `${l} | join kind=inner (${r}) where host has part and n >= 1 | project host, part, n, n1 | sort by host asc`,
      [
        ['a.b.c', 'b', 1, 2],
        ['d.e', 'e', 2, 1],
      ],
    );
    const other = engine.translate(`${l} | join (${r}) where host has part`);
    expect(other).toMatchObject({ kind: 'refused', refused: [{ name: 'join where' }] });
  });
  it('joins a table with itself and on different names', async () => {
    await check(
      'let T = datatable(id:long, parent:long)[1, 0, 2, 1]; T | join kind=inner T on $left.parent == $right.id | project id, id1',
      [[2, 1]],
    );
    await check(`${left} | lookup ${right} on k | sort by k asc`, [
      ['x', 1, null],
      ['y', 2, 20],
    ]);
  });
});

describe('a fuzzy union', () => {
  const here = '(print n = 1)';
  const missing = async (leg: string, name: string, lets = '') => {
    const answer = await engine.query(`${lets}union isfuzzy=true ${leg}, ${here} | project n`);
    expect(answer.rows).toEqual([[1]]);
    expect(answer.notes).toContain(`${name} is not here; the fuzzy union goes on without it.`);
  };
  it('goes on without a leg whose table is not here, whatever is done with it', async () => {
    await missing('Gone', 'The table Gone');
    await missing('(Gone | where a == 1 | project n = b)', 'Gone');
    await missing('(table("Gone") | where a == 1)', 'Gone');
    await missing('(print n = 2 | join kind=inner (Gone | project n) on n)', 'Gone');
    await missing('(union (print n = 2), Gone)', 'Gone');
  });
  it('goes on without a leg whose names are made of what is not here', async () => {
    await missing('(rows | project n)', 'Gone', 'let rows = Gone | where a == 1; ');
    await missing('read("Gone")', 'Gone', 'let read = (name:string) { table(name) | where a == 1 }; ');
    await missing('_Im_Own(starttime=ago(1d))', '_Im_Own');
  });
  it('keeps legs that are here, by whatever name', async () => {
    const lets = 'let rows = print n = 2; let more = (m:long) { rows | extend n = n + m }; ';
    const answer = await engine.query(`${lets}union isfuzzy=true rows, more(1), ${here} | sort by n asc`);
    expect(answer.rows).toEqual([[1], [2], [3]]);
    expect(answer.notes).toEqual([]);
    await check('print n = 2 | as own | union isfuzzy=true (own | extend n = 4) | sort by n asc', [[2], [4]]);
  });
});

describe('plugins whose columns only the data tell', () => {
  it('give keys to a join on both of its sides', async () => {
    const wide =
      'datatable(id:long, key:string, v:string)[1, "ip", "a", 2, "ip", "b"] | evaluate pivot(key, take_any(v), id)';
    await check(
      `${wide} | summarize rows = count() by ip | join kind=inner (${wide}) on ip | project ip, id | sort by id asc`,
      [
        ['a', 1],
        ['b', 2],
      ],
    );
  });
  it('do not hide that a join has no such key', () =>
    expect(engine.translate('print a = 1 | join kind=inner (print b = 1) on a').kind).toBe('invalid'));
  const bags = 'datatable(id:long, d:dynamic)[1, dynamic({"n":1, "s":"a"}), 2, dynamic({"n":2, "f":1.5})]';
  it('bag_unpack types each column by its values', async () => {
    expect(await columns(`${bags} | evaluate bag_unpack(d)`)).toEqual(['id:long', 'f:real', 'n:long', 's:string']);
    await check(`${bags} | evaluate bag_unpack(d, "p_") | where p_n > 1 | project id, p_f, p_s`, [[2, 1.5, '']]);
    await check(`${bags} | evaluate bag_unpack(d) : (id:long, n:string) | sort by id asc`, [
      [1, '1'],
      [2, '2'],
    ]);
  });
  it('pivot makes a column of each value', async () => {
    const t = 'datatable(g:string, k:string, v:long)["a","x",1, "a","y",2, "b","x",3]';
    await check(`${t} | evaluate pivot(k, sum(v)) | sort by g asc | extend total = x + y`, [
      ['a', 1, 2, 3],
      ['b', 3, 0, 3],
    ]);
  });
  it('ipv4_lookup finds the network of an address', async () => {
    const nets = 'let N = datatable(net:string, site:string)["10.0.0.0/8", "lab", "192.168.0.0/16", "home"]';
    await check(
      `${nets}; datatable(ip:string)["10.1.1.1", "8.8.8.8"] | evaluate ipv4_lookup(N, ip, net) | project ip, site`,
      [['10.1.1.1', 'lab']],
    );
    await check(`${nets}; print ip = "8.8.8.8" | evaluate ipv4_lookup(N, ip, net, return_unmatched = true)`, [
      ['8.8.8.8', '', ''],
    ]);
  });
  it('narrow makes a row of each cell', async () => {
    await check('print a = 1, b = "x" | evaluate narrow()', [
      [0, 'a', '1'],
      [0, 'b', 'x'],
    ]);
  });
});

describe('rows that look at other rows', () => {
  const t = 'datatable(g:string, v:long)["a", 1, "a", 2, "b", 5] | sort by g asc, v asc';
  it('row_rank is the older name of row_rank_dense', async () => {
    const rows = 'datatable(v:long)[7, 7, 9] | serialize';
    await check(`${rows} | extend r = row_rank(v), d = row_rank_dense(v)`, [
      [7, 1, 1],
      [7, 1, 1],
      [9, 2, 2],
    ]);
    await check(`${rows} | extend r = row_rank(v, v == 9)`, [
      [7, 1],
      [7, 1],
      [9, 1],
    ]);
  });
  it('prev, next, row_number and row_cumsum, nested and restarted', async () => {
    await check(`${t} | extend n = row_number(), p = prev(v), q = next(g), c = row_cumsum(v, g != prev(g))`, [
      ['a', 1, 1, null, 'a', 1],
      ['a', 2, 2, 1, 'b', 3],
      ['b', 5, 3, 2, '', 5],
    ]);
    await check(`${t} | where v - prev(v) > 1`, [['b', 5]]);
  });
  it('scan folds over the rows', async () => {
    await check(`${t} | scan declare (m:long = 0) with (step s: true => m = max_of(s.m, v);)`, [
      ['a', 1, 1],
      ['a', 2, 2],
      ['b', 5, 5],
    ]);
  });
  it('partition and mv-apply work on groups by themselves', async () => {
    await check(`${t} | partition by g (top 1 by v) | sort by g asc`, [
      ['a', 2],
      ['b', 5],
    ]);
    await check(
      'datatable(id:long, d:dynamic)[1, dynamic([3, 1, 2]), 2, dynamic([9])] | mv-apply x = d to typeof(long) on (top 2 by x | summarize s = sum(x)) | project id, s | sort by id asc',
      [
        [1, 5],
        [2, 9],
      ],
    );
  });
  it('top-nested ranks inside each group', async () => {
    await check(
      'datatable(a:string, b:string, v:long)["x","p",1, "x","q",5, "y","p",2] | top-nested 1 of a by sum(v), top-nested 1 of b by sum(v)',
      [['x', 6, 'q', 5]],
    );
  });
});

describe('make-series', () => {
  it('fills the steps that have no row', async () => {
    await check(
      'datatable(t:datetime, g:string)[datetime(2024-01-01 01:00), "a", datetime(2024-01-01 05:00), "a"] | make-series n = count() default = 0 on t from datetime(2024-01-01) to datetime(2024-01-01 06:00) step 2h by g | project g, n, t[1]',
      [['a', [1, 0, 1], '2024-01-01T02:00:00.0000000Z']],
    );
  });
  it('has the last value in range(), and steps where bin() has them', async () => {
    const rows = 'datatable(t:long, v:long)[2,1, 3,1, 5,1, 9,1, 10,1, 11,1]';
    await check(`${rows} | make-series n = count() on t in range(3, 10, 2)`, [
      [
        [1, 1, 0, 1, 1],
        [2, 4, 6, 8, 10],
      ],
    ]);
    await check(
      'datatable(t:datetime)[datetime(2024-01-01 06:00), datetime(2024-01-03)] | make-series n = count() on t in range(datetime(2024-01-01), datetime(2024-01-03), 1d) | project n',
      [[[1, 0, 1]]],
    );
  });
  it('gives several columns to series functions', async () => {
    await check(
      'print s = dynamic([1, 2, 3, 4, 50, 6, 7, 8, 9, 10]) | extend (flag, score, base) = series_decompose_anomalies(s, 1.5, 0, "linefit") | project flag',
      [[[0, 0, 0, 0, 1, 0, 0, 0, 0, 0]]],
    );
    await check('print s = dynamic([1, 2, 3]) | extend (r, slope) = series_fit_line(s) | project r, slope', [[1, 1]]);
  });
});

describe('parse', () => {
  it('fills columns between texts', async () => {
    const t = 'datatable(s:string)["user=ann id=7 ok", "nothing"]';
    await check(`${t} | parse s with "user=" u:string " id=" id:long " " * | project u, id`, [
      ['ann', 7],
      ['', null],
    ]);
    await check(`${t} | parse-where s with "user=" u " id=" id:int " " * | project u, id`, [['ann', 7]]);
    await check(
      `print s = "a=1, b=\\"x, y\\"" | parse-kv s as (a:long, b:string) with (pair_delimiter = ",", kv_delimiter = "=", quote = "\\"") | project a, b`,
      [[1, 'x, y']],
    );
  });
});
