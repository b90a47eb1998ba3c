import { describe, expect, it } from 'vitest';
import type { Json, ScalarType } from '../../src/protocol/records';
import { cellText, detailText, shownText, toTsv } from '../../src/webview/results/cell-text';
import { type ChartData, chartData, pictureOf } from '../../src/webview/results/chart-data';
import { copyText } from '../../src/webview/results/copy-formats';

function chart(render: string, columns: string, rows: readonly (readonly Json[])[], renderProperties = {}) {
  const list = columns.split(' ').map((c) => {
    const [name, type] = c.split(':');
    return { name: name!, type: type as ScalarType };
  });
  return chartData(
    { columns: list, rowCount: rows.length, truncated: false, notes: [], render, renderProperties },
    rows,
  );
}
const points = (data: ChartData | string) =>
  typeof data === 'string' ? data : data.series.map((s) => [s.name, s.points.map((p) => [p.x, p.y])]);

const T = (hour: number) => `1970-01-01T0${hour}:00:00.0000000Z`;
const H = 3_600_000;

describe('copied cells', () => {
  it('are a datatable that gives the same rows', () => {
    const columns = [
      { name: 's', type: 'string' },
      { name: 'odd name', type: 'real' },
      { name: 'd', type: 'dynamic' },
      { name: 't', type: 'datetime' },
    ] as const;
    const rows = [
      ['a"b\\\n', 'NaN', { x: ['|'] }, '2024-09-02T01:00:00.0000001Z'],
      [null, null, null, null],
    ];
    expect(copyText('datatable', columns, rows)).toBe(
      [
        'datatable(s:string, ["odd name"]:real, d:dynamic, t:datetime) [',
        '  "a\\"b\\\\\\n", real(nan), dynamic({"x":["|"]}), datetime(2024-09-02T01:00:00.0000001Z),',
        '  "", real(null), dynamic(null), datetime(null),',
        ']',
      ].join('\n'),
    );
  });

  it('are a Markdown table that log text cannot leave', () => {
    expect(copyText('markdown', [{ name: 'a_b', type: 'string' }], [['x|<img>\ny']])).toBe(
      '| a\\_b |\n| --- |\n| x\\|\\<img\\> y |',
    );
  });
});

describe('chart', () => {
  it('takes time as x, text as series and numbers as values', () => {
    const rows = [
      [T(1), 'a', 5],
      [T(0), 'a', 4],
      [T(0), 'b', 1],
    ];
    expect(points(chart('timechart', 't:datetime app:string n:long', rows))).toEqual([
      [
        'a',
        [
          [0, 4],
          [H, 5],
        ],
      ],
      ['b', [[0, 1]]],
    ]);
  });

  it('names series by column where there are several values', () => {
    const rows = [[T(0), 'a', 5, 7]];
    expect(points(chart('timechart', 't:datetime app:string n:long m:real', rows))).toEqual([
      ['a · m', [[0, 7]]],
      ['a · n', [[0, 5]]],
    ]);
  });

  it('unfolds the lists of make-series', () => {
    const rows = [
      ['a', [1, 2], [T(0), T(1)]],
      ['b', [3, null], [T(0), T(1)]],
    ];
    expect(points(chart('timechart', 'app:string n:dynamic t:dynamic', rows))).toEqual([
      [
        'a',
        [
          [0, 1],
          [H, 2],
        ],
      ],
      [
        'b',
        [
          [0, 3],
          [H, Number.NaN],
        ],
      ],
    ]);
  });

  it('rings anomalies, and draws no line of their flags', () => {
    const rows = [
      [
        [T(0), T(1), T(2)],
        [5, 90, 6],
        [0, 1, 0],
      ],
    ];
    const data = chart('anomalychart', 't:dynamic n:dynamic flag:dynamic', rows, { anomalycolumns: 'flag' });
    expect((data as ChartData).series.map((s) => [s.name, s.marks])).toEqual([['n', [{ x: H, y: 90 }]]]);
  });

  it('stacks what the query says is stacked, as sums or as shares, and nothing else', () => {
    const rows = [
      ['x', 3, 1],
      ['y', -1, 2],
    ];
    const bases = (kind: string, render = 'columnchart') => {
      const data = chart(render, 'k:string n:long m:long', rows, { kind }) as ChartData;
      return data.series.map((s) => s.points.map((p) => [p.y, p.base]));
    };
    expect(bases('unstacked')[1]).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
    expect(bases('stacked')[1]).toEqual([
      [1, 3],
      [2, 0],
    ]);
    expect(bases('stacked100')[1]).toEqual([
      [25, 75],
      [(100 * 2) / 3, 0],
    ]);
    expect(bases('', 'stackedareachart')[1]?.[0]).toEqual([1, 3]);
    expect(bases('', 'areachart')[1]?.[0]).toEqual([1, undefined]);
  });

  it('adds up, and reads what is said of the axes', () => {
    const rows = [
      [T(1), 2],
      [T(0), 3],
    ];
    const properties = { accumulate: 'True', ytitle: 'rows', ymin: '1', ymax: 'x', yaxis: 'log', legend: 'hidden' };
    const data = chart('linechart', 't:datetime n:long', rows, properties) as ChartData;
    expect(points(data)).toEqual([
      [
        'n',
        [
          [0, 3],
          [H, 5],
        ],
      ],
    ]);
    expect(data.axes).toEqual({ xTitle: '', yTitle: 'rows', yMin: 1, yMax: null, logarithmic: true, legend: false });
  });

  it('says which picture a result is, and why where it is none', () => {
    const check = (render: string | null) => pictureOf(render);
    for (const render of ['timechart', 'linechart', 'barchart', 'columnchart', 'piechart', 'areachart', 'scatterchart'])
      expect(check(render)).toEqual({ kind: 'chart', note: null });
    expect(check('Card')).toEqual({ kind: 'card', note: null });
    expect([check(null), check('table')]).toEqual([
      { kind: 'table', note: null },
      { kind: 'table', note: null },
    ]);
    expect(check('treemap').note).toMatch(/render treemap is not drawn here/);
  });

  it('heeds the columns that the query names', () => {
    const rows = [['x', 3, 9]];
    const data = chart('columnchart', 'k:string n:long m:long', rows, { ycolumns: 'm', title: 'By m' });
    expect([points(data), (data as ChartData).title, (data as ChartData).categories]).toEqual([
      [['m', [[0, 9]]]],
      'By m',
      ['x'],
    ]);
  });

  it('puts small slices of a pie together and leaves out what is not positive', () => {
    const rows = Array.from({ length: 12 }, (_, i) => [`k${i}`, i]);
    const data = chart('piechart', 'k:string n:long', rows) as ChartData;
    expect(data.categories).toEqual(['k11', 'k10', 'k9', 'k8', 'k7', 'k6', 'k5', 'k4', 'k3', '2 others']);
    expect(data.series[0]!.points.at(-1)!.y).toBe(3);
    expect(data.note).toMatch(/^1 rows without a positive value/);
  });

  it('says what it left out, and what it cannot draw', () => {
    const many = Array.from({ length: 20 }, (_, i) => [T(0), `s${i}`, i]);
    expect((chart('timechart', 't:datetime s:string n:long', many) as ChartData).note).toBe(
      'the 12 largest of 20 series',
    );
    expect((chart('timechart', 't:datetime n:long', [[null, 1]]) as ChartData).note).toMatch(/^1 rows without a place/);
    expect(chart('treemap', 'k:string n:long', [])).toMatch(/“treemap” is not drawn here/);
    expect(chart('timechart', 't:datetime s:string', [])).toMatch(/no numeric column/);
  });
});

describe('cells', () => {
  it('are shown in a line, times without what is always the same', () => {
    expect(shownText('2024-09-02T23:00:00.1230000Z', 'datetime')).toBe('2024-09-02 23:00:00.123');
    expect(shownText('2024-09-02T23:00:00.0000000Z', 'datetime')).toBe('2024-09-02 23:00:00');
    expect(shownText('two\nlines\tand tabs', 'string')).toBe('two lines and tabs');
    expect(shownText('x'.repeat(1000), 'string')).toHaveLength(401);
    expect([cellText(null), cellText(false), cellText({ a: [1] })]).toEqual(['', 'false', '{"a":[1]}']);
  });

  it('are read in full, JSON indented whether value or text', () => {
    expect(detailText({ a: 1 })).toBe('{\n  "a": 1\n}');
    expect(detailText('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(detailText('{not json')).toBe('{not json');
  });

  it('are copied so that a spreadsheet takes them apart again', () => {
    expect(
      toTsv([
        ['a', 'b\tc'],
        ['say "x"', 'two\nlines'],
      ]),
    ).toBe('a\t"b\tc"\n"say ""x"""\t"two\nlines"');
  });
});
