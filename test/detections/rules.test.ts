import { describe, expect, it } from 'vitest';
import { createChecker } from '../../src/language/check';
import { scenario } from '../language/scenario';

const checker = createChecker({ coverage: null });

interface RuleText {
  readonly query: string;
  readonly period?: string;
  readonly frequency?: string;
  readonly column?: string;
}
const rule = (r: RuleText) => `id: r1
name: A rule
kind: Scheduled
queryPeriod: ${r.period ?? '1d'}
queryFrequency: ${r.frequency ?? '1h'}
query: |
${r.query
  .split('\n')
  .map((l) => `  ${l}`)
  .join('\n')}
${r.column ? `entityMappings:\n  - entityType: Account\n    fieldMappings:\n      - identifier: FullName\n        columnName: ${r.column}\n` : ''}`;

/** `code line message-start` of each finding. */
const check = (r: RuleText, expected: readonly RegExp[]) => {
  const found = checker
    .check('rules/a.yaml', rule(r))
    .map((d) => `${d.code} ${d.severity} ${d.range.start.line} ${d.message}`);
  expect(found.length, found.join('\n')).toBe(expected.length);
  for (const [i, e] of expected.entries()) expect(found[i]).toMatch(e);
};

describe('rules', () => {
  it('are fine when they are', () =>
    check({ query: 'SigninLogs | where ResultType == "0"', column: 'UserPrincipalName' }, []));
  it('map columns that the query outputs', () =>
    check({ query: 'SigninLogs | summarize count() by IPAddress', column: 'UserPrincipalName' }, [
      /^GL401 error 11 The query does not output the column “UserPrincipalName”/,
    ]));
  it('map columns in their case', () =>
    check({ query: 'SigninLogs | project UserPrincipalName', column: 'userPrincipalName' }, [
      /^GL401 error 11 The query's column is “UserPrincipalName”/,
    ]));
  it('are not held to a mapping where columns depend on data', () =>
    check(
      { query: 'AzureActivity | extend p = todynamic(Properties) | evaluate bag_unpack(p)', column: 'caller' },
      [],
    ));
  it('run at least once in their period', () =>
    check({ query: 'SigninLogs | take 1', period: '1h', frequency: '1d' }, [
      /^GL404 error 6 .*every 1 d and looks back 1 h/,
    ]));
  it('look back 14 days at most', () => check({ query: 'SigninLogs | take 1', period: '30d' }, [/^GL405 error/]));
  it('do not search everything', () => check({ query: 'search * | where A == 1' }, [/^GL403 error 6 “search \*”/]));
  it('name themselves in what is found', () => {
    const [d] = checker.check('rules/a.yaml', rule({ query: 'SigninLogs | where Nope == 1' }));
    expect(d).toMatchObject({
      file: 'rules/a.yaml',
      rule: 'r1',
      code: 'KS142',
      range: { start: { line: 6, character: 21 } },
    });
  });
  it('offer the right case as a fix', () => {
    const s = scenario(
      rule({ query: 'SigninLogs | project UserPrincipalName', column: 'userprincipalname' }),
      'a.yaml',
    );
    const [d] = s.service.diagnostics(s.document);
    expect(s.service.codeActions(s.document, d!.range, [d!]).map((a) => a.title)).toEqual([
      'Replace with UserPrincipalName',
    ]);
  });
  it('are checked wherever they lie, in any script', () => {
    expect(
      checker.check('C:\\Regeln 100%\\правило #1.yaml', rule({ query: 'SigninLogs | where Nope == 1' })),
    ).toHaveLength(1);
  });
});
