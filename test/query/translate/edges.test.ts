import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/protocol/records';
import { createTestEngine } from './engine';

/** Values at the ends of their types, and texts that are nearly values. */

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine();
});
afterAll(() => engine.close());

async function check(kql: string, rows: readonly (readonly Json[])[], columns?: readonly string[]): Promise<void> {
  const answer = await engine.query(kql);
  expect([kql, answer.rows]).toEqual([kql, rows]);
  if (columns) expect(answer.columns).toEqual(columns);
}

describe('text of a real', () => {
  const texts: readonly (readonly [string, string])[] = [
    ['1.0', '1.0'],
    ['1.5', '1.5'],
    ['-0.5', '-0.5'],
    ['100000000000.0', '100000000000.0'],
    // The digits of Grisu2, which are not always the nearest ones.
    ['0.30000000000000004', '0.30000000000000007'],
    ['14.285714285714286', '14.285714285714287'],
    ['0.3333333333333333', '0.3333333333333333'],
    ['1e15', '1000000000000000.0'],
    ['1e20', '100000000000000000000.0'],
    ['1e21', '1e21'],
    ['1.5e300', '1.5e300'],
    ['5e-324', '5e-324'],
    ['1e-5', '0.00001'],
    ['1e-7', '1e-7'],
    ['1.7976931348623157e308', '1.7976931348623157e308'],
  ];
  it('is written as the engine writes it', async () => {
    const list = texts.map(([x]) => x).join(', ');
    await check(
      `datatable(x:real)[${list}] | project s = tostring(x)`,
      texts.map(([, s]) => [s]),
    );
  });
  it('reads back as the number that it was', async () => {
    await check(
      'range n from 1 to 2000 step 1 | extend x = sqrt(n) * pow(10, n % 40 - 20) | where toreal(tostring(x)) != x | count',
      [[0]],
    );
  });
  it('is the same in strcat and in constants', async () => {
    await check("print strcat(0.1 + 0.2, ';'), tostring(0.1 + 0.2)", [['0.30000000000000007;', '0.30000000000000007']]);
  });
});

describe('todatetime', () => {
  const at = (text: string) => `todatetime(${JSON.stringify(text)})`;
  it('reads the forms of RFC 822 and 850', async () => {
    const time = '2014-11-08T15:05:02.0000000Z';
    const minute = '2014-11-08T15:05:00.0000000Z';
    const forms: readonly (readonly [string, string])[] = [
      ['Sat, 8 Nov 14 15:05:02 GMT', time],
      ['Sat, 8 Nov 14 15:05:02', time],
      ['Sat, 8 Nov 14 15:05 GMT', minute],
      ['8 Nov 14 15:05:02', time],
      ['8 Nov 14 15:05', minute],
      ['8 Nov 2014 15:05:02', time],
      ['Saturday, 08-Nov-14 15:05:02 GMT', time],
      ['08-Nov-14 15:05', minute],
      ['2014-11-08T15:05:02 GMT', time],
    ];
    await check(`print ${forms.map(([s]) => at(s)).join(', ')}`, [forms.map(([, t]) => t)]);
  });
  it('keeps seven digits of a fraction, beside a zone too, and cuts the rest', async () => {
    await check(
      `print ${at('2020-01-01T10:20:30.123456789Z')}, ${at('2020-01-01T10:20:30.1234567+05:30')}, ${at('2020-01-01T10:20:30.5-08:00')}`,
      [['2020-01-01T10:20:30.1234567Z', '2020-01-01T04:50:30.1234567Z', '2020-01-01T18:20:30.5000000Z']],
    );
  });
  it('gives null beyond the calendar', async () => {
    await check(`print ${at('10000-01-01')}, ${at('2020-02-30')}`, [[null, null]]);
  });
});

describe('totimespan', () => {
  it('holds hours, minutes and seconds to their ranges', async () => {
    await check(
      "print totimespan('23:59:59'), totimespan('24:00:00'), totimespan('1:60:00'), totimespan('00:00:60'), totimespan('1.02:03'), totimespan('1:2:3:4')",
      [['23:59:59', null, null, null, '1.02:03:00', '1.02:03:04']],
    );
  });
  it('gives null for what is too long', async () => {
    await check("print totimespan('99999999.00:00:00'), totimespan('99999999999d')", [[null, null]]);
  });
});

describe('times at the ends of the calendar', () => {
  const LONGS = 'datatable(n:long)[9223372036854775807, -9223372036854775808, 1]';
  it('ends the last day and the last year', async () => {
    const end = '9999-12-31T23:59:59.9999999Z';
    await check(
      'print endofday(datetime(9999-12-31)), endofmonth(datetime(9999-12-01)), endofyear(datetime(9999-01-01))',
      [[end, end, end]],
    );
  });
  it('gives null for a length that leaves it', async () => {
    await check(`${LONGS} | project datetime_add('day', n, datetime(2020-01-01))`, [
      [null],
      [null],
      ['2020-01-02T00:00:00.0000000Z'],
    ]);
    await check(
      `${LONGS} | project datetime_add('year', n, datetime(2020-01-01)), startofmonth(datetime(2020-01-15), n)`,
      [
        [null, null],
        [null, null],
        ['2021-01-01T00:00:00.0000000Z', '2020-02-01T00:00:00.0000000Z'],
      ],
    );
    await check(`${LONGS} | project unixtime_seconds_todatetime(n), datetime(2020-01-01) - n * 1d`, [
      [null, '2020-01-02T00:00:00.0000000Z'],
      [null, '2020-01-01T00:00:00.0000000Z'],
      ['1970-01-01T00:00:01.0000000Z', '2019-12-31T00:00:00.0000000Z'],
    ]);
    await check(
      "print datetime_add('year', 9000, datetime(2020-01-01)), startofyear(datetime(9999-01-01), 1), startofweek(datetime(0001-01-01))",
      [[null, null, null]],
    );
  });
  it('wraps sums of timespans', async () => {
    await check(
      'datatable(d:timespan)[timespan(10675199.00:00:00), timespan(null)] | project tolong(d + d) - 2 * tolong(d)',
      [[0], [null]],
    );
  });
  it('cuts the fraction of a number of units', async () => {
    await check("print datetime_add('minute', 1.9, datetime(2020-01-01))", [['2020-01-01T00:01:00.0000000Z']]);
  });
  it('refuses a unit that there is not', () => {
    for (const kql of [
      "print datetime_add('fortnight', 1, datetime(2020-01-01))",
      "print datetime_diff('fortnight', datetime(2020-01-01), datetime(2020-01-02))",
    ]) {
      expect(engine.translate(kql)).toMatchObject({ kind: 'refused' });
    }
  });
});

describe('numbers at the ends of their types', () => {
  it('bins, shifts and cuts without an error', async () => {
    await check(
      "datatable(n:long)[9223372036854775807, -9223372036854775808] | project bin(n, 10), binary_shift_left(n, 1), substring('abc', n), array_slice(dynamic([1, 2, 3]), 0, n)",
      [
        ['9223372036854775800', -2, '', [1, 2, 3]],
        ['9223372036854775806', 0, 'abc', []],
      ],
    );
  });
  it('gives null for a negative shift and for a range without an end', async () => {
    await check('print binary_shift_left(1, -1), binary_shift_right(8, -1), range(1, long(null), 1)', [
      [null, null, null],
    ]);
  });
  it('gives NaN for the sine of infinity', async () => {
    await check('datatable(x:real)[real(inf), real(nan)] | project sin(x), cos(x), tan(x), cot(x)', [
      ['NaN', 'NaN', 'NaN', 'NaN'],
      ['NaN', 'NaN', 'NaN', 'NaN'],
    ]);
  });
  it('reads no truth from a fraction', async () => {
    await check("print tobool('1.5'), tobool('2'), tobool('0')", [[null, true, false]]);
  });
  it('compares a dynamic number as it is with a whole one', async () => {
    await check('print d = dynamic({"f": 2.5, "n": 7, "s": "5"}) | project d.f > 2, d.f == 2, d.n == 7, d.s == 5', [
      [true, false, true, true],
    ]);
  });
});

describe('sort', () => {
  const REALS = 'datatable(r:real)[1.5, real(nan), real(null), real(inf), real(-inf)]';
  const orders: readonly (readonly [string, readonly Json[]])[] = [
    ['asc', [null, 'NaN', '-Infinity', 1.5, 'Infinity']],
    ['desc', ['Infinity', 1.5, '-Infinity', 'NaN', null]],
    ['asc nulls last', ['-Infinity', 1.5, 'Infinity', 'NaN', null]],
    ['desc nulls first', [null, 'NaN', 'Infinity', 1.5, '-Infinity']],
  ];
  for (const [order, rows] of orders) {
    it(`puts NaN beside the nulls: ${order}`, () =>
      check(
        `${REALS} | sort by r ${order}`,
        rows.map((x) => [x]),
      ));
  }
});

describe('union kind=inner', () => {
  it('gives the columns that all have', async () => {
    const tables = 'let A = datatable(a:long, b:string)[1, "x"]; let B = datatable(c:int, a:long)[7, 2];';
    await check(`${tables} union kind=inner A, B | sort by a asc`, [[1], [2]], ['a:long']);
    await check(
      `${tables} A | union kind=inner withsource=S B | sort by a asc`,
      [
        ['union_arg0', 1],
        ['union_arg1', 2],
      ],
      ['S:string', 'a:long'],
    );
  });
});

describe('extend without names', () => {
  it('replaces a column of the name that the expression gives, and numbers the rest', async () => {
    await check(
      'datatable(a:string)["abc"] | extend strlen(a), substring(a, 1), split(a, "b"), 5',
      [[['a', 'c'], 3, 'bc', 5]],
      ['a:dynamic', 'strlen_a:long', 'Column1:string', 'Column2:long'],
    );
    await check(
      'datatable(d:dynamic)[dynamic({"a": 1})] | extend d.a, 7 | extend tostring(d.a), 8',
      [[{ a: 1 }, '1', 7, 8]],
      ['d:dynamic', 'd_a:string', 'Column1:long', 'Column2:long'],
    );
    await check('datatable(q:long)[1] | extend q, 5', [[1, 5]], ['q:long', 'Column1:long']);
  });
});

describe('make-series', () => {
  const SERIES = 's = sum(v) on t from datetime(2020-01-01) to datetime(2020-01-03) step 1d';
  it('makes a series of nothing only where told so', async () => {
    await check(`datatable(t:datetime, v:long)[] | make-series ${SERIES} | project s`, []);
    await check(`datatable(t:datetime, v:long)[] | make-series kind=nonempty ${SERIES} | project s`, [[[0, 0]]]);
  });
});

describe('series of one number', () => {
  it('is as long as the other side', async () => {
    await check(
      'print series_multiply(dynamic([1, 2]), 2), series_add(1, dynamic([1, 2])), series_greater(dynamic([1, 5]), 2.5)',
      [
        [
          [2, 4],
          [2, 3],
          [false, true],
        ],
      ],
    );
  });
});

describe('bags', () => {
  it('keep the order of their keys', async () => {
    await check('print tostring(bag_merge(dynamic({"b": 1, "a": 2}), dynamic({"c": 3, "a": 4})))', [
      ['{"b":1,"a":2,"c":3}'],
    ]);
    await check("datatable(k:string, v:long)['z', 1, 'm', 2, 'a', 3] | summarize tostring(make_bag(pack(k, v)))", [
      ['{"z":1,"m":2,"a":3}'],
    ]);
  });
});

describe('nulls', () => {
  it('stay null in every conversion of a real and a decimal', async () => {
    await check(
      'datatable(r:real, m:decimal)[real(null), decimal(null)] | project tolong(r), toint(r), totimespan(r), todatetime(r), 1d * r, 1d / r, tolong(m), toint(m)',
      [[null, null, null, null, null, null, null, null]],
    );
  });
  it('of guids equal nothing', async () => {
    await check(
      'datatable(g:guid, h:guid)[guid(null), guid(null), guid(74be27de-1e4e-49d9-b579-fe0b331d3642), guid(null)] | project g == h, h == "74be27de-1e4e-49d9-b579-fe0b331d3642", g == "74be27de-1e4e-49d9-b579-fe0b331d3642"',
      [
        [false, false, false],
        [false, false, true],
      ],
    );
  });
  it('as lengths and places give nothing', async () => {
    await check(
      "print substring('abc', 0, long(null)), split('a,b', ',', long(null)), array_rotate_left(dynamic([1, 2]), long(null))",
      [['', [], null]],
    );
  });
  it('leave an empty text as it is', async () => {
    await check("print translate('a', 'b', ''), replace_string('', 'a', 'b'), trim('a', '')", [['', '', '']]);
  });
});

describe('what the engine would not run', () => {
  it('is invalid: too few and too many arguments', () => {
    for (const kql of ["print substring('abc')", 'print strcat()', 'print bin(5)']) {
      expect([kql, engine.translate(kql)]).toMatchObject([kql, { kind: 'invalid' }]);
    }
  });
  it('is invalid: a search in tables that are not there', () => {
    expect(engine.translate('search in (Nowhere) "x"')).toMatchObject({ kind: 'invalid' });
  });
});

describe('count', () => {
  it('has the name that it is given', () => check('range x from 1 to 3 step 1 | count as n', [[3]], ['n:long']));
});

describe('search', () => {
  it('takes every row for a star, of one table and of all', async () => {
    await check('datatable(s:string)["a", ""] | search * | summarize n = count() by $table', [['search_arg0', 2]]);
    await check('datatable(s:string)["a", "b"] | search * and "b" | project s', [['b']]);
  });
  it('finds a number as a term', async () => {
    await check('datatable(s:string, n:long)["abc", 5, "x5", 6, "a 5", 7] | search 5 | project n', [[5], [7]]);
  });
});

describe('parse and parse-kv', () => {
  it('put a column of the name of another in its place', async () => {
    await check(
      'datatable(a:string, b:long, c:int)["x=1", 5, 2] | parse a with "x=" b:long',
      [['x=1', 1, 2]],
      ['a:string', 'b:long', 'c:int'],
    );
    await check(
      "datatable(a:string, b:long)['b=1', 5] | parse-kv a as (b:string) with (pair_delimiter=',', kv_delimiter='=')",
      [['b=1', '1']],
      ['a:string', 'b:string'],
    );
  });
  it('go on to the next key where values are greedy', async () => {
    const text =
      'datatable(s:string)["name=John Smith age=5 city=New York"] | parse-kv s as (name:string, age:long, city:string)';
    await check(`${text} with (pair_delimiter=' ', kv_delimiter='=', greedy=true) | project name, age, city`, [
      ['John Smith', 5, 'New York'],
    ]);
    await check(`${text} with (pair_delimiter=' ', kv_delimiter='=') | project name, age, city`, [['John', 5, 'New']]);
  });
});

describe('dynamic_to_json', () => {
  it('sorts the keys of every bag and keeps the spelling of values', async () => {
    await check(
      'print dynamic_to_json(dynamic({"b": {"z": 1.0, "a": "x,y"}, "a b": [], "a": [{"y": 1, "x": {}}]})), dynamic_to_json(dynamic(null)), dynamic_to_json(dynamic("q"))',
      [['{"a":[{"x":{},"y":1}],"a b":[],"b":{"a":"x,y","z":1.0}}', '', '"q"']],
    );
  });
});

describe('arguments that may be left out', () => {
  it('of series_fill say what is missing and what fills it', async () => {
    await check(
      'print series_fill_const(dynamic([1, -1, null]), 0, -1), series_fill_forward(dynamic([1, -1, 3]), -1), series_fill_backward(dynamic([1, 0, 3]), 0)',
      [
        [
          [1, 0, null],
          [1, 1, 3],
          [1, 3, 3],
        ],
      ],
    );
    await check(
      'print series_fill_linear(dynamic([0, 2, 0, 4, 0]), 0), series_fill_linear(dynamic([null, 1, null, 3]), dynamic(null), false), series_fill_linear(dynamic([null, null])), series_fill_linear(dynamic([null]), dynamic(null), true, 5)',
      [[[2, 2, 3, 4, 4], [null, 1, 2, 3], [0, 0], [5]]],
    );
  });
  it('of array_index_of say where to look and for which', async () => {
    const all = 'dynamic([1, 2, 3, 2, 2])';
    await check(
      `print array_index_of(${all}, 2), array_index_of(${all}, 2, 2), array_index_of(${all}, 2, 2, 1), array_index_of(${all}, 2, 0, -1, 2), array_index_of(${all}, 2, 0, 3, 2), array_index_of(${all}, 2, -1), array_index_of(${all}, 2, 0, -1, 0)`,
      [[1, 3, -1, 3, -1, 4, null]],
    );
  });
});

describe('a field of a dynamic', () => {
  const keys = ['plain', '_a1', '1st', 'a b', 'a.b', 'a[0]', '*', '.', 'größe', 'a-b', '$', 'null', 'x.'];
  it('is read by any key, inside any other', async () => {
    for (const key of keys) {
      const json = JSON.stringify({ [key]: { [key]: 'in', plain: 'bare' }, other: 'no' });
      const row = `datatable(t:string)[${JSON.stringify(json)}] | extend d = parse_json(t)`;
      const path = `d["${key}"]`;
      const inner = key === 'plain' ? 'bare' : 'in';
      await check(`${row} | project tostring(${path}["${key}"]), tostring(${path}.plain)`, [[inner, 'bare']]);
    }
  });
});

describe('the remainder of no number', () => {
  it('is none, whatever it is divided by', async () => {
    await check('print long(null) % long(-1), long(null) % 3, 7 % long(-1)', [[null, null, 0]]);
  });
});
