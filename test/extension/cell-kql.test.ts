import { describe, expect, it } from 'vitest';
import type { Json, ScalarType } from '../../src/protocol/records';
import { cellCondition, countLine, whereLine } from '../../src/webview/results/cell-kql';
import {
  AS_GIVEN,
  arrangementOf,
  hideColumn,
  moveColumn,
  openState,
  showAllColumns,
  togglePin,
} from '../../src/webview/results/grid-state';
import { summaryFacts } from '../../src/webview/results/selection-summary';
import { nextKey, withKey } from '../../src/webview/results/sort-keys';

describe('the condition of a cell', () => {
  const check = (type: ScalarType, cell: Json, is: string, not: string) => {
    expect([cellCondition({ name: 'c', type }, cell, false), cellCondition({ name: 'c', type }, cell, true)]).toEqual([
      is,
      not,
    ]);
  };
  it('is true for its value alone, by the type of the column', () => {
    check('string', 'bob', 'c == "bob"', 'c != "bob"');
    check('string', '', 'isempty(c)', 'isnotempty(c)');
    check('long', 5, 'c == 5', 'c != 5');
    check('long', '9007199254740993', 'c == 9007199254740993', 'c != 9007199254740993');
    check('long', null, 'isnull(c)', 'isnotnull(c)');
    check('bool', true, 'c == true', 'c != true');
    check('real', 0.5, 'c == real(0.5)', 'c != real(0.5)');
    check('real', 'NaN', 'isnan(c)', 'not(isnan(c))');
    check('real', '-Infinity', 'c == real(-inf)', 'c != real(-inf)');
    check(
      'datetime',
      '2024-09-02T01:00:00.0000001Z',
      'c == datetime(2024-09-02T01:00:00.0000001Z)',
      'c != datetime(2024-09-02T01:00:00.0000001Z)',
    );
    check('timespan', '1.02:03:04', 'c == timespan(1.02:03:04)', 'c != timespan(1.02:03:04)');
    check('guid', 'ab', 'c == guid(ab)', 'c != guid(ab)');
    check(
      'dynamic',
      { a: 'x"y' },
      'tostring(c) == "{\\"a\\":\\"x\\\\\\"y\\"}"',
      'tostring(c) != "{\\"a\\":\\"x\\\\\\"y\\"}"',
    );
  });

  it('is text, whatever a log or a column is called', () => {
    const line = whereLine({ name: 'User Name', type: 'string' }, 'x" | take 1 //\n\u2028', false);
    expect(line).toBe(`| where ['User Name'] == "x\\" | take 1 //\\u000a\\u2028"`);
    expect(countLine({ name: 'a-b', type: 'dynamic' })).toBe(
      "| summarize Rows = count() by ['a-b'] = tostring(['a-b']) | sort by Rows desc",
    );
  });
});

describe('a sort by several columns', () => {
  it('takes a column up, turns it round and lets it go', () => {
    const one = { column: 0, descending: true };
    const two = nextKey(one, 2)!;
    expect(two).toEqual({ ...one, after: [{ column: 2, descending: false }] });
    expect(nextKey(two, 2)).toEqual({ ...one, after: [{ column: 2, descending: true }] });
    expect(nextKey(nextKey(two, 2)!, 2)).toEqual(one);
    expect(nextKey(two, 0)).toEqual({ column: 2, descending: false });
    expect(nextKey(one, 0)).toBeNull();
    expect(withKey(two, { column: 2, descending: true }).after).toEqual([{ column: 2, descending: true }]);
  });
});

describe('columns', () => {
  const columns = ['a', 'b', 'c', 'd'].map((name) => ({ name, type: 'string' as const }));
  const open = (arrangement = AS_GIVEN) => openState(columns, arrangement, () => 100);
  const names = (state: ReturnType<typeof open>) => state.columns.map((c) => c.name).join('');

  it('are hidden, moved and pinned, and are so again after another run', () => {
    const moved = moveColumn(togglePin(hideColumn(open(), 1), 2), 1, 1);
    expect([names(moved), moved.pinned]).toEqual(['dca', 1]);
    const kept = arrangementOf(moved);
    expect(kept).toEqual({ pinned: ['d'], hidden: ['b'], order: ['c', 'a'] });
    expect(names(open(kept))).toBe('dca');
    expect(names(showAllColumns(moved))).toBe('dbca');
  });

  it('keep one in sight, and stay on their side of the pinned', () => {
    const last = hideColumn(hideColumn(hideColumn(open(), 0), 0), 0);
    expect([names(last), names(hideColumn(last, 0))]).toEqual(['d', 'd']);
    expect(names(open({ ...AS_GIVEN, hidden: ['a', 'b', 'c', 'd'] }))).toBe('abcd');
    const pinned = togglePin(open(), 2);
    expect(names(moveColumn(pinned, 0, 1))).toBe('cabd');
    expect(names(open({ pinned: ['gone'], hidden: ['x'], order: ['d', 'y'] }))).toBe('dabc');
  });
});

describe('the line on selected cells', () => {
  const check = (type: ScalarType, cells: readonly Json[], expected: readonly string[]) =>
    expect(summaryFacts([{ column: { name: 'c', type }, cells }])).toEqual(expected);
  it('adds numbers up', () => {
    check('long', [1, 2, null, 6], ['1 empty', 'sum 9', 'mean 3', 'min 1', 'max 6']);
    check('real', [0.5, 'NaN', 'Infinity'], ['sum 0.5', 'mean 0.5', 'min 0.5', 'max 0.5']);
    check(
      'long',
      ['9007199254740993', 2],
      ['sum ≈ 9007200000000000', 'mean 4503600000000000', 'min 2', 'max 9007200000000000'],
    );
  });
  it('gives the ends of times, and how many texts there are', () => {
    check(
      'datetime',
      ['2024-09-03T00:00:00Z', '2024-09-02T00:00:00Z'],
      ['from 2024-09-02 00:00:00', 'to 2024-09-03 00:00:00'],
    );
    check('string', ['a', 'b', 'a', ''], ['1 empty', '2 distinct']);
    check('string', ['', null], ['2 empty']);
  });
});
