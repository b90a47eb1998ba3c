import { describe, expect, it } from 'vitest';
import { instantToTicks, parseInstant } from '../../src/base/time';
import { type Cell, cellToJson, cellToText, type ScalarType } from '../../src/protocol/records';
import { STATUSES, WORST_FIRST, worstStatus } from '../../src/protocol/status';

describe('status', () => {
  it('ranks every status once', () => {
    expect([...WORST_FIRST].sort()).toEqual([...STATUSES].sort());
  });
  it('takes the worst segment for the source', () => {
    expect(worstStatus(['OK', 'PENDING', 'DELAYED'])).toBe('DELAYED');
    expect(worstStatus(['INSUFFICIENT', 'OK', 'GAP', 'PARTIAL'])).toBe('GAP');
    expect(worstStatus([])).toBe('OK');
  });
});

describe('cells', () => {
  const check = (cell: Cell, type: ScalarType, json: unknown) => expect(cellToJson(cell, type)).toEqual(json);
  it('prints each type as the command line promises', () => {
    check(12, 'long', 12);
    check(9_007_199_254_740_993n, 'long', '9007199254740993');
    check(Number.NaN, 'real', 'NaN');
    check(-Infinity, 'real', '-Infinity');
    check('1.10', 'decimal', '1.10');
    check(instantToTicks(parseInstant('2024-09-02T23:00Z')!), 'datetime', '2024-09-02T23:00:00.0000000Z');
    check(937_840_000_005n, 'timespan', '1.02:03:04.0000005');
    check({ a: [1, null] }, 'dynamic', { a: [1, null] });
    check({ a: [9_007_199_254_740_993n, 1] }, 'dynamic', { a: ['9007199254740993', 1] });
    check(true, 'bool', true);
    check(null, 'string', null);
  });
  it('prints a dynamic cell as JSON text for people', () => {
    expect(cellToText({ a: 1 }, 'dynamic')).toBe('{"a":1}');
    expect(cellToText({ 'a"': [9_007_199_254_740_993n, 'x', null] }, 'dynamic')).toBe(
      '{"a\\"":[9007199254740993,"x",null]}',
    );
    expect(cellToText(-9_007_199_254_740_993n, 'dynamic')).toBe('-9007199254740993');
    expect(cellToText(null, 'long')).toBe('');
  });
});
