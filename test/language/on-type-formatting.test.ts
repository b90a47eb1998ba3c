import { describe, expect, it } from 'vitest';
import { applied } from './edits';
import { scenario } from './scenario';

/** The text after the sign before the cursor has been typed. */
const check = (marked: string, expected: string, file?: string) => {
  const s = scenario(marked, file);
  const typed = s.text[s.offset - 1]!;
  const sign = /\s/.test(typed) ? '\n' : typed;
  expect(applied(s.text, s.service.onTypeFormatting(s.document, s.position, sign, 4))).toBe(expected);
};

describe('on-type formatting', () => {
  it('puts a pipe under its query', () => check('SigninLogs\n    |$0', 'SigninLogs\n|'));
  it('puts a pipe under its statement, not under the one before', () =>
    check('let a = 1;\n  SigninLogs\n|$0', 'let a = 1;\n  SigninLogs\n  |'));
  it('puts a pipe one step in after a bracket on its line', () =>
    check('A\n| join (B\n|$0 ) on X', 'A\n| join (B\n    | ) on X'));
  it('puts a pipe under the query inside a bracket', () =>
    check('A\n| join (\n    B\n|$0\n) on X', 'A\n| join (\n    B\n    |\n) on X'));
  it('leaves a pipe inside a line alone', () => check('  A |$0', '  A |'));
  it('puts a new line inside a bracket one step in', () => check('A\n| where (\n$0', 'A\n| where (\n    '));
  it('goes one step in after a list’s first comma, and stays there', () => {
    check('A\n| summarize a=count(),\n$0', 'A\n| summarize a=count(),\n    ');
    check('A\n| summarize a=count(),\n    b=count(),\n$0', 'A\n| summarize a=count(),\n    b=count(),\n    ');
  });
  it('goes back after a statement’s end', () =>
    check('let a = datatable(x:long)[\n    1\n];\n    $0', 'let a = datatable(x:long)[\n    1\n];\n'));
  it('puts a closing bracket under the line that opened it', () =>
    check('let f = () {\n    A\n    }$0', 'let f = () {\n    A\n}'));
  it('leaves texts over several lines and comments alone', () => {
    check('print ```a\n  |$0 b```', 'print ```a\n  | b```');
    check('// (\nA\n  |$0', '// (\nA\n|');
  });
  it('keeps tabs', () => check('A\n| join (\n\tB\n|$0', 'A\n| join (\n\tB\n\t|'));
  it('keeps the blanks of a rule’s block', () =>
    check(
      'id: x\nqueryPeriod: 1d\nquery: |\n  SigninLogs\n      |$0 take 1\n',
      'id: x\nqueryPeriod: 1d\nquery: |\n  SigninLogs\n  | take 1\n',
      'r.yaml',
    ));
  it('leaves folded and quoted queries alone', () =>
    check(
      'id: x\nqueryPeriod: 1d\nquery: "SigninLogs\n    |$0 take 1"\n',
      'id: x\nqueryPeriod: 1d\nquery: "SigninLogs\n    | take 1"\n',
      'r.yaml',
    ));
});
