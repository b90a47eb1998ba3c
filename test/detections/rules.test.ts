import { describe, expect, it } from 'vitest';
import { createChecker } from '../../src/language/check';
import { applied } from '../language/edits';
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
  it('map columns that the query outputs, whatever its fields are called', () =>
    check({ query: 'AuditLogs | extend Ip = tostring(InitiatedBy.app.ipAddress), App = "arg"', column: 'IP' }, [
      /^GL401 error 11 The query's column is “Ip”/,
    ]));
  it('are not held to a mapping where the columns are of another place', () =>
    check({ query: 'app ("other").requests | project name', column: 'Name' }, []));
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
      /^GL404 error 3 .*every 1 d and looks back 1 h/,
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
  it('look back no further than their period, which is said', () =>
    check({ query: 'SigninLogs | where TimeGenerated > ago(7d)', period: '1d' }, [
      /^GL410 information 3 The query looks back 7 d; queryPeriod lets it see 1 d only/,
    ]));
  it('may look back to the start of a day', () =>
    check({ query: 'SigninLogs | where TimeGenerated > startofday(ago(1d))', period: '1d' }, []));
  it.each([
    ['customDetails', 'customDetails:\n  App: AppDisplayname\n  Ip: IPAddress\n', ['GL401 «AppDisplayname»']],
    [
      'a format',
      'alertDetailsOverride:\n  alertDisplayNameFormat: "By {{UserPrincipalName}} from {{ Ip }}"\n  alertSeverityColumnName: Nope\n',
      ['GL401 «Ip»', 'GL401 «Nope»'],
    ],
    [
      'a format with too many columns',
      "alertDetailsOverride:\n  alertDescriptionFormat: '{{Type}}{{Type}}{{Type}}{{Type}}'\n",
      ['GL407 «{{Type}}{{Type}}{{Type}}{{Type}}»'],
    ],
    ['grouping', 'eventGroupingSettings:\n  aggregationKind: alertPerResult\n', ['GL408 «alertPerResult»']],
    ['grouping that is right', 'eventGroupingSettings:\n  aggregationKind: AlertPerResult\n', []],
    [
      'too many details',
      `customDetails:\n${Array.from({ length: 21 }, (_, i) => `  D${i}: Type\n`).join('')}`,
      [/^GL406 /],
    ],
  ] as const)('hold %s against the query', (_, more, expected) => {
    const s = scenario(rule({ query: 'SigninLogs | take 5' }) + more, 'a.yaml');
    const found = s.service.diagnostics(s.document).map((d) => {
      const from = s.document.lines.offsetAt(d.range.start);
      return `${d.code} «${s.text.slice(from, s.document.lines.offsetAt(d.range.end))}»`;
    });
    expect(found).toEqual(expected.map((e) => (typeof e === 'string' ? e : expect.stringMatching(e))));
  });
  it('are held to their settings in JSON too, and a fix keeps the quotes', () => {
    const text = JSON.stringify({
      type: 'x/alertRules',
      kind: 'Scheduled',
      properties: {
        query: 'SigninLogs | take 5',
        queryPeriod: 'PT1H',
        queryFrequency: 'P1D',
        customDetails: { App: 'appDisplayName' },
      },
    });
    const s = scenario(text, 'a.json');
    const found = s.service.diagnostics(s.document);
    expect(found.map((d) => d.code)).toEqual(['GL401', 'GL404']);
    const fixes = found.flatMap((d) => s.service.codeActions(s.document, d.range, [d]).slice(0, 1));
    const after = fixes.reduce((t, a) => applied(t, a.edit!.changes![s.document.uri]!), text);
    expect(JSON.parse(after).properties).toMatchObject({
      customDetails: { App: 'AppDisplayName' },
      queryPeriod: 'P1D',
    });
  });
  it('of the near-real-time kind take no spans', () => {
    const text = rule({ query: 'SigninLogs | take 5' }).replace('kind: Scheduled', 'kind: NRT');
    expect(checker.check('a.yaml', text).map((d) => `${d.code} ${d.range.start.line}`)).toEqual(['GL409 4', 'GL409 3']);
  });
  it('are silent where a comment says so, beside the query or in it', () => {
    const text = rule({ query: 'SigninLogs | take 1', period: '1h', frequency: '1d' });
    const silent = (t: string) => checker.check('a.yaml', t).map((d) => d.code);
    expect(silent(text)).toEqual(['GL404']);
    expect(silent(text.replace('queryPeriod', '# gapline:disable-next-line GL404\nqueryPeriod'))).toEqual([]);
    expect(silent(text.replace('1h', '1h # gapline:disable-line'))).toEqual([]);
    expect(silent(text.replace('SigninLogs', '// gapline:disable GL404\n  SigninLogs'))).toEqual([]);
    expect(silent(text.replace('queryPeriod', '# gapline:disable-next-line GL405\nqueryPeriod'))).toEqual(['GL404']);
  });
  it('say where runs do not overlap', () => {
    const s = scenario(rule({ query: 'SigninLogs | take 5', period: '1h', frequency: '1h' }), 'a.yaml');
    expect(s.service.diagnostics(s.document).map((d) => d.code)).toEqual(['GL411']);
    const other = scenario(
      rule({ query: 'SigninLogs | where ingestion_time() > ago(1h)', period: '1h', frequency: '1h' }),
      'a.yaml',
    );
    expect(other.service.diagnostics(other.document)).toEqual([]);
  });
  it('are checked wherever they lie, in any script', () => {
    expect(
      checker.check('C:\\Regeln 100%\\правило #1.yaml', rule({ query: 'SigninLogs | where Nope == 1' })),
    ).toHaveLength(1);
  });
});
