import { describe, expect, it } from 'vitest';
import { lineInsertion } from '../../src/extension/results/queryLine';

/** `‹` and `›` stand around what is inserted. */
function check(kql: string, expected: string): void {
  const { at, text } = lineInsertion(kql, '| where a == 1');
  expect(`${kql.slice(0, at)}‹${text}›${kql.slice(at)}`).toBe(expected);
}

describe('a line for a query', () => {
  it('is the last of it', () => {
    check('T', 'T‹\n| where a == 1›');
    check('T\n| take 5\n', 'T\n| take 5‹\n| where a == 1›\n');
    check('let x = 1;\nT | take x', 'let x = 1;\nT | take x‹\n| where a == 1›');
  });

  it('comes before what draws the rows', () => {
    check('T\n| render timechart', 'T\n‹| where a == 1\n›| render timechart');
    check('T | render piechart with (title="a;b|c")', 'T ‹\n| where a == 1\n›| render piechart with (title="a;b|c")');
    check('T\n  | render table;', 'T\n  ‹| where a == 1\n›| render table;');
  });

  it('comes before a closing semicolon, and after comments', () => {
    check('T | take 5;', 'T | take 5‹\n| where a == 1›;');
    check('T | take 5 // all; | render it', 'T | take 5 // all; | render it‹\n| where a == 1›');
    check('T // note\n; // end', 'T // note\n‹| where a == 1›; // end');
  });

  it('takes no text for an operator', () => {
    check('T | where b == "| render x"', 'T | where b == "| render x"‹\n| where a == 1›');
    check("T | where b == @'c:\\|render'", "T | where b == @'c:\\|render'‹\n| where a == 1›");
  });
});
