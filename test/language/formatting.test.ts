import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finish } from '../../src/base/steps';
import { applied } from './edits';
import { scenario } from './scenario';

function formatted(text: string, file?: string): string {
  const s = scenario(text, file);
  return applied(text, finish(s.service.formatting(s.document, { indentation: 4, pipes: 'newline' }, null)));
}
const check = (text: string, expected: string, file?: string) => expect(formatted(text, file)).toBe(expected);

describe('formatting', () => {
  it('puts pipes on lines of their own', () =>
    check('SecurityEvent|where EventID==1|take 5', 'SecurityEvent\n| where EventID == 1\n| take 5'));
  it('keeps blank lines between statements', () =>
    check(
      'let a=1d;\n\nSecurityEvent|where TimeGenerated>ago(a)',
      'let a=1d;\n\nSecurityEvent\n| where TimeGenerated > ago(a)',
    ));
  it('keeps queries apart', () => check('A|take 1\n\n\nB|take 2\n', 'A\n| take 1\n\n\nB\n| take 2\n'));
  it('keeps Windows line ends', () => check('A|take 1\r\n\r\nB|take 2\r\n', 'A\r\n| take 1\r\n\r\nB\r\n| take 2\r\n'));
  it('leaves a query with a syntax error alone', () =>
    check('A|where (x ==\n\nB|take 2', 'A|where (x ==\n\nB\n| take 2'));
  it('leaves a query alone that is too long to be checked', () => {
    const long = Array.from({ length: 20_001 }, (_, i) => `let a${i}=1;`).join('\n\n');
    check(long, long);
  });
  it('keeps comments', () =>
    check('// top\nSecurityEvent // here\n|take 1 // end', '// top\nSecurityEvent // here\n| take 1 // end'));
  it('keeps the blanks of a rule’s block', () =>
    check(
      'id: x\nqueryPeriod: 1d\nquery: |\n    SecurityEvent|where EventID==1|take 5\nversion: 1\n',
      'id: x\nqueryPeriod: 1d\nquery: |\n    SecurityEvent\n    | where EventID == 1\n    | take 5\nversion: 1\n',
      'rule.yaml',
    ));
  it('formats only the queries that a range touches', () => {
    const text = 'A|take 1\n\nB|take 2';
    const s = scenario(text);
    const range = { start: { line: 2, character: 0 }, end: { line: 2, character: 3 } };
    expect(applied(text, finish(s.service.formatting(s.document, { indentation: 4, pipes: 'newline' }, range)))).toBe(
      'A|take 1\n\nB\n| take 2',
    );
  });
  it('never changes what a query means, and does nothing the second time', () => {
    const step = fc.constantFrom(
      'where EventID in (1,2,  3)',
      'extend x=strcat("a|b",Account) // why',
      'where Account has \'a;b\' or  Computer !contains "x"',
      'summarize c=count(),make_set(Account,10) by bin(TimeGenerated,1h),Computer',
      'join kind=inner (SecurityEvent|project Computer, A2=Account) on Computer',
      'mv-expand y = dynamic([1,2]) to typeof(long)',
      'project-away Account',
      'make-series n=count() default=0 on TimeGenerated from ago(7d) to now() step 1h',
      'parse Account with * "\\\\" User',
      'where TimeGenerated between(ago(2d)..ago(1d))',
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 5 }), (steps) => {
        const text = ['SecurityEvent', ...steps].join('\n|');
        const once = formatted(text);
        const tokens = (t: string) => scenario(t).document.blocks.map((b) => b.engine().tokens());
        expect(tokens(once)).toEqual(tokens(text));
        expect(formatted(once)).toBe(once);
      }),
      { numRuns: 15 },
    );
  });
});
