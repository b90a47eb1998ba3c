import { describe, expect, it } from 'vitest';
import {
  parameterLiteral,
  queryParameters,
  typedText,
  withParameters,
} from '../../src/extension/results/queryParameters';
import { AS_IN_QUERY, boundsOf, parseTimeRange, rangeText, readTimeRange } from '../../src/extension/results/timeRange';
import { at, l10n } from './sample';

describe('the time range of a run', () => {
  const check = (typed: string, text: string | undefined) => {
    const range = parseTimeRange(typed);
    expect(range && rangeText(l10n, range)).toBe(text);
  };

  it('is read as people write it', () => {
    check('24h', 'last 24 hours');
    check('1d', 'last 24 hours');
    check('90m', 'last 90 minutes');
    check('P7D', 'last 7 days');
    check('2024-09-02 .. 2024-09-19', '2024-09-02 – 2024-09-19 UTC');
    check('2024-09-02T23:00Z/2024-09-19', '2024-09-02 23:00 – 2024-09-19 UTC');
    check('2024-09-02 to 2024-09-03', '2024-09-02 – 2024-09-03 UTC');
    check('2024-09-02T00:10 .. 2024-09-02T00:20Z', '2024-09-02 00:10 – 00:20 UTC');
    check('2024-09-02 .. 2024-09-02T00:20Z', '2024-09-02 – 2024-09-02 00:20 UTC');
    for (const wrong of ['', 'yesterday', '2024-09-19 .. 2024-09-02', '2024-09-02', '0h']) check(wrong, undefined);
  });

  it('ends at the now of the connection, whose newest row belongs to it', () => {
    const now = at('2024-10-13');
    expect(boundsOf(parseTimeRange('24h')!, now)).toEqual({ from: at('2024-10-12'), to: now + 1 });
    expect(boundsOf(AS_IN_QUERY, now)).toEqual({ from: null, to: null });
  });

  it('is remembered, and broken memory is no range', () => {
    for (const range of [parseTimeRange('24h')!, parseTimeRange('2024-09-02/2024-09-03')!])
      expect(readTimeRange(JSON.parse(JSON.stringify(range)))).toEqual(range);
    for (const broken of [null, 3, { kind: 'last', length: -1 }, { kind: 'between', from: 2, to: 1 }, {}])
      expect(readTimeRange(broken)).toEqual(AS_IN_QUERY);
  });
});

describe('the parameters of a query', () => {
  const QUERY = `// declare query_parameters(no:string);
declare query_parameters(user:string = "bob, (or) 'eve'",
  since:datetime = datetime(2024-09-02), least:long,
  ['odd name']:dynamic = dynamic(["a", "b"]));
SigninLogs | where UserPrincipalName == user`;

  it('are found with type and default, wherever commas and brackets stand', () => {
    expect(queryParameters(QUERY).map((p) => [p.name, p.type, p.default])).toEqual([
      ['user', 'string', `"bob, (or) 'eve'"`],
      ['since', 'datetime', 'datetime(2024-09-02)'],
      ['least', 'long', null],
      ['odd name', 'dynamic', 'dynamic(["a", "b"])'],
    ]);
    expect(queryParameters('print "declare query_parameters(x:long)"')).toEqual([]);
    expect(queryParameters('declare query_parameters(')).toEqual([]);
  });

  it('take their values in place, with the lines of the query as they were', () => {
    const values = new Map([
      ['user', '"al\\"ice"'],
      ['least', '5'],
    ]);
    const text = withParameters(QUERY, values);
    expect(text.split('\n')[1]).toBe(`declare query_parameters(user:string = "al\\"ice",`);
    expect(text.split('\n')[2]).toBe('  since:datetime = datetime(2024-09-02), least:long = 5,');
    expect(text.split('\n')).toHaveLength(QUERY.split('\n').length);
    expect(withParameters('declare query_parameters(a:long =\n 1\n);\nprint a', new Map([['a', '2']]))).toBe(
      'declare query_parameters(a:long = 2\n\n);\nprint a',
    );
  });

  it('are typed as people type them, and nothing typed becomes more than a value', () => {
    const check = (type: string, typed: string, literal: string | undefined) =>
      expect(parameterLiteral(type, typed)).toBe(literal);
    check('string', 'bob', '"bob"');
    check('string', 'a"b\\', '"a\\"b\\\\"');
    check('datetime', '2024-09-02T01:00Z', 'datetime(2024-09-02T01:00Z)');
    check('datetime', 'ago(1d)', 'ago(1d)');
    check('datetime', 'soon', undefined);
    check('timespan', '1h', '1h');
    check('timespan', '00:05:00', 'timespan(00:05:00)');
    check('long', '5', '5');
    check('long', '5; drop', undefined);
    check('bool', 'TRUE', 'true');
    check('real', '1e-3', '1e-3');
    check('guid', 'x', undefined);
    for (const literal of ['"bob"', 'datetime(2024-09-02)', '5']) {
      const type = literal === '5' ? 'long' : literal.startsWith('"') ? 'string' : 'datetime';
      check(type, typedText(literal), literal);
    }
  });
});
