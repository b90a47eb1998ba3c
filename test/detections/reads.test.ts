import { describe, expect, it } from 'vitest';
import { DAY, formatInstant, parseInstant, span } from '../../src/base/time';
import { tablesRead } from '../../src/detections/reads';
import { createWorkspaceSchema } from '../../src/detections/workspace-schema';

const schema = createWorkspaceSchema();
const now = parseInstant('2024-10-13T12:00Z')!;

/** Each read as `Table from … to {filters}`; an open end is `*`. */
function check(kql: string, expected: readonly string[], queryPeriod: number | null = null): void {
  const reads = tablesRead(schema.bind(kql).query, {
    now,
    queryPeriod: queryPeriod === null ? null : span(queryPeriod),
  });
  const shown = reads.map((r) => {
    const from = r.bounds.from === null ? '*' : formatInstant(r.bounds.from);
    const to = r.bounds.to === null ? '*' : formatInstant(r.bounds.to);
    const filters = [...r.filters].map(([k, v]) => `${k}=${v.join('/')}`).join(' ');
    return `${r.table}${r.via ? ` via ${r.via}` : ''} ${from} … ${to}${filters ? ` {${filters}}` : ''}`;
  });
  expect(shown).toEqual(expected);
}

describe('tablesRead', () => {
  it('reads a table whose name a function of the query is given', () => {
    check('let rowsOf = (name: string) { table(name) | where ResultType == "0" }; rowsOf("SigninLogs") | count', [
      'SigninLogs * … * {ResultType=0}',
    ]);
    check(
      'let rowsOf = (name: string) { table(name) | where TimeGenerated > ago(1d) }; let a = rowsOf("SigninLogs"); union a, rowsOf("AuditLogs")',
      ['SigninLogs 2024-10-12T12:00:00Z … *', 'AuditLogs 2024-10-12T12:00:00Z … *'],
    );
    check('let rowsOf = (name: string) { table(name) }; SigninLogs | join (rowsOf("AuditLogs")) on CorrelationId', [
      'AuditLogs * … *',
      'SigninLogs * … *',
    ]);
    check(
      'let inner = (n: string) { table(n) }; let outer = (name: string) { inner(name) | take 1 }; outer("SigninLogs")',
      ['SigninLogs * … *'],
    );
    check('let name = "SigninLogs"; table(name) | count', ['SigninLogs * … *']);
  });
  it('takes no name for a table that the query works out', () =>
    check('let rowsOf = (name: string) { table(strcat(name, "_CL")) | count }; rowsOf("Own")', []));
  it('reads ago', () => check('SigninLogs | where TimeGenerated > ago(1d)', ['SigninLogs 2024-10-12T12:00:00Z … *']));
  it('reads a comparison the other way round', () =>
    check('SigninLogs | where ago(1d) <= TimeGenerated', ['SigninLogs 2024-10-12T12:00:00Z … *']));
  it('reads between with two instants', () =>
    check('SigninLogs | where TimeGenerated between (datetime(2024-09-01) .. datetime(2024-09-02T03:04))', [
      'SigninLogs 2024-09-01T00:00:00Z … 2024-09-02T03:04:00Z',
    ]));
  it('reads between with a length', () =>
    check('SigninLogs | where TimeGenerated between (datetime(2024-09-01) .. 3d)', [
      'SigninLogs 2024-09-01T00:00:00Z … 2024-09-04T00:00:00Z',
    ]));
  it('reads a table’s own event time', () =>
    check('AuditLogs | where ActivityDateTime between (datetime(2024-09-01) .. 1d) and TimeGenerated > ago(60d)', [
      'AuditLogs 2024-09-01T00:00:00Z … 2024-09-02T00:00:00Z',
    ]));
  it('does not take another datetime for a row’s time', () =>
    check('AuditLogs | where SomeOtherTime > ago(1d)', ['AuditLogs * … *']));
  it('reads not between as open', () =>
    check('SigninLogs | where TimeGenerated !between (ago(2d) .. ago(1d))', ['SigninLogs * … *']));
  it('reads calendar functions', () =>
    check('SigninLogs | where TimeGenerated between (startofweek(now()) .. endofday(ago(1d)))', [
      'SigninLogs 2024-10-13T00:00:00Z … 2024-10-13T00:00:00Z',
    ]));
  it('reads arithmetic', () =>
    check('let w = 2d; SigninLogs | where TimeGenerated > now() - w * 3', ['SigninLogs 2024-10-07T12:00:00Z … *']));
  it('reads datetime_add', () =>
    check('SigninLogs | where TimeGenerated > datetime_add("month", -1, now())', [
      'SigninLogs 2024-09-13T12:00:00Z … *',
    ]));
  it('joins conditions: and narrows, or widens', () => {
    check('SigninLogs | where TimeGenerated > ago(9d) and TimeGenerated < ago(2d) | where TimeGenerated > ago(5d)', [
      'SigninLogs 2024-10-08T12:00:00Z … 2024-10-11T12:00:00Z',
    ]);
    check('SigninLogs | where (TimeGenerated > ago(9d)) or (TimeGenerated > ago(2d))', [
      'SigninLogs 2024-10-04T12:00:00Z … *',
    ]);
    check('SigninLogs | where TimeGenerated > ago(9d) or Location == "DE"', ['SigninLogs * … *']);
  });
  it('does not know what depends on data', () =>
    check('let t = toscalar(AuditLogs | summarize max(TimeGenerated)); SigninLogs | where TimeGenerated > t', [
      'AuditLogs * … *',
      'SigninLogs * … *',
    ]));
  it('reads what a value is computed from, through other lets and in a bare print', () => {
    check(
      'let u = materialize(AuditLogs | where TimeGenerated > ago(1d)); let n = toscalar(u | count); print share = n * 1.0',
      ['AuditLogs 2024-10-12T12:00:00Z … *'],
    );
    check(
      'let n = toscalar(AuditLogs | count); let limit = n * 2; SigninLogs | summarize c = count() | where c > limit',
      ['AuditLogs * … *', 'SigninLogs * … *'],
    );
  });
  it('reads filters by equality', () =>
    check(
      'AzureDiagnostics | where ResourceProvider == "MICROSOFT.LOGIC" and Category in ("A", "B") | where Category != "A"',
      ['AzureDiagnostics * … * {ResourceProvider=MICROSOFT.LOGIC Category=A/B}'],
    ));
  it('reads both sides of a join, each with its own time', () =>
    check(
      'SigninLogs | where TimeGenerated > ago(1d) | join kind=inner (AuditLogs | where TimeGenerated > ago(2d)) on CorrelationId | where TimeGenerated < ago(1h)',
      ['AuditLogs 2024-10-11T12:00:00Z … *', 'SigninLogs 2024-10-12T12:00:00Z … 2024-10-13T11:00:00Z'],
    ));
  it('reads a let once for each use, with that use’s time', () =>
    check(
      'let s = SigninLogs | project TimeGenerated, IPAddress;\ns | where TimeGenerated > ago(1d) | join kind=leftanti (s | where TimeGenerated between (ago(14d) .. ago(1d))) on IPAddress',
      ['SigninLogs 2024-09-29T12:00:00Z … 2024-10-12T12:00:00Z', 'SigninLogs 2024-10-12T12:00:00Z … *'],
    ));
  it('does not push a later filter through a summarize', () =>
    check(
      'SigninLogs | summarize TimeGenerated = max(TimeGenerated) by UserPrincipalName | where TimeGenerated > ago(1d)',
      ['SigninLogs * … *'],
    ));
  it('reads make-series', () =>
    check('SigninLogs | make-series n = count() on TimeGenerated from ago(7d) to now() step 1h', [
      'SigninLogs 2024-10-06T12:00:00Z … 2024-10-13T12:00:00Z',
    ]));
  it('reads a subquery in a predicate', () =>
    check(
      'SigninLogs | where UserPrincipalName in ((IdentityInfo | where TimeGenerated > ago(14d) | project AccountUPN)) and TimeGenerated > ago(1h)',
      ['IdentityInfo 2024-09-29T12:00:00Z … *', 'SigninLogs 2024-10-13T11:00:00Z … *'],
    ));
  it('reads the function of a query with its arguments', () =>
    check(
      'let f = (t:timespan, name:string = "x") { SigninLogs | where TimeGenerated > ago(t) and AppDisplayName == name };\nunion f(1d), f(2d, "y")',
      [
        'SigninLogs 2024-10-12T12:00:00Z … * {AppDisplayName=x}',
        'SigninLogs 2024-10-11T12:00:00Z … * {AppDisplayName=y}',
      ],
    ));
  it('reads through a published parser', () =>
    check('AzureFirewallNetworkRule | where TimeGenerated > ago(1d)', [
      'AzureDiagnostics via AzureFirewallNetworkRule 2024-10-12T12:00:00Z … *',
    ]));
  it('reads another workspace’s table', () =>
    check('workspace("x").SigninLogs | where TimeGenerated > ago(1d)', ['SigninLogs 2024-10-12T12:00:00Z … *']));
  it('reads advanced hunting’s time', () =>
    check('DeviceEvents | where Timestamp > ago(1d)', ['DeviceEvents 2024-10-12T12:00:00Z … *']));
  it('bounds a rule by its period', () =>
    check(
      'SigninLogs | where TimeGenerated > ago(30d)',
      ['SigninLogs 2024-09-29T12:00:00Z … 2024-10-13T12:00:00Z'],
      14 * DAY,
    ));
  it('ends on lets that multiply', () => {
    const lets = Array.from({ length: 9 }, (_, i) => `let a${i + 1} = union a${i}, a${i};`).join('\n');
    const reads = tablesRead(schema.bind(`let a0 = SigninLogs;\n${lets}\na9`).query, { now });
    expect(reads.map((r) => r.table)).toEqual(['SigninLogs']);
  });
});
