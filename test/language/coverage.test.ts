import { describe, expect, it } from 'vitest';
import { parseInstant } from '../../src/base/time';
import type { CoverageFact, CoverageFacts } from '../../src/protocol/language';
import { scenario } from './scenario';

const at = (text: string) => parseInstant(text)!;
const source = (id: string, from: string, to: string, more: Partial<CoverageFact> = {}): CoverageFact => ({
  id,
  table: id.split('/')[0]!,
  filter: null,
  status: 'PARTIAL',
  minimumDetectableLoss: 0.06,
  segments: [
    {
      status: 'PARTIAL',
      start: at(from),
      end: at(to),
      ongoing: false,
      lost: 380,
      expected: 1000,
      windows: ['MS-2024-09'],
    },
  ],
  ...more,
});
const facts: CoverageFacts = {
  now: at('2024-10-13'),
  sources: [
    source('SigninLogs', '2024-09-02T23:00', '2024-09-19T12:00'),
    source('AzureDiagnostics/MICROSOFT.LOGIC', '2024-09-04', '2024-09-06', {
      filter: 'ResourceProvider == "MICROSOFT.LOGIC"',
    }),
    source('AuditLogs', '2024-01-01', '2024-01-02', { segments: [], status: 'OK' }),
  ],
  windows: [{ label: 'MS-2024-09', sources: ['SigninLogs'], start: at('2024-09-02'), end: at('2024-09-19') }],
};

function check(text: string, expected: readonly string[], file = 'q.kql'): void {
  const s = scenario(text, file, facts);
  const found = s.service.diagnostics(s.document).filter((d) => String(d.code).startsWith('GL3'));
  expect(found.map((d) => `${d.code} ${d.message}`)).toEqual(expected);
}

const SIGNIN = '38 % of rows missing 2–19 Sep 2024, MS-2024-09.';

describe('coverage in the editor', () => {
  it('warns where a query reads an interval that was incomplete', () =>
    check('SigninLogs | where TimeGenerated between (datetime(2024-09-01) .. datetime(2024-09-30))', [
      `GL301 Reads SigninLogs 2024-09-01 … 2024-09-30: ${SIGNIN}`,
    ]));
  it('says nothing where it does not', () => check('SigninLogs | where TimeGenerated > ago(14d)', []));
  it('counts ago from the connection’s now', () =>
    check('SigninLogs | where TimeGenerated > ago(30d)', [
      `GL301 Reads SigninLogs 2024-09-13 … 2024-10-13: ${SIGNIN}`,
    ]));
  it('follows a let', () =>
    check('let lookback = 30d;\nlet start = ago(lookback);\nSigninLogs | where TimeGenerated >= start', [
      `GL301 Reads SigninLogs 2024-09-13 … 2024-10-13: ${SIGNIN}`,
    ]));
  it('reads without limit where no time is said', () =>
    check('SigninLogs | summarize count()', [`GL301 Reads SigninLogs the first row … 2024-10-13: ${SIGNIN}`]));
  it('warns in the branch of a join that reads it', () =>
    check(
      'AuditLogs | where TimeGenerated > ago(1d) | join kind=inner (SigninLogs | where TimeGenerated > ago(40d)) on CorrelationId',
      [`GL301 Reads SigninLogs 2024-09-03 … 2024-10-13: ${SIGNIN}`],
    ));
  it('lets a filter after a union hold for its branches', () =>
    check('union SigninLogs, AuditLogs | where TimeGenerated > ago(1d)', []));
  it('does not take a filter on a made-up time for the table’s', () =>
    check('SigninLogs | extend TimeGenerated = now() | where TimeGenerated > ago(1d)', [
      `GL301 Reads SigninLogs the first row … 2024-10-13: ${SIGNIN}`,
    ]));
  it('follows a function of the query', () =>
    check('let f = (days:timespan) { SigninLogs | where TimeGenerated > ago(days) };\nf(35d)', [
      `GL301 Reads SigninLogs 2024-09-08 … 2024-10-13: ${SIGNIN}`,
    ]));
  it('tells the sources of one table apart by their filter', () => {
    check('AzureDiagnostics | where TimeGenerated > ago(60d) and ResourceProvider == "MICROSOFT.KEYVAULT"', []);
    check('AzureDiagnostics | where TimeGenerated > ago(60d) | where ResourceProvider == "microsoft.logic"', [
      'GL301 Reads AzureDiagnostics/MICROSOFT.LOGIC 2024-08-14 … 2024-10-13: 38 % of rows missing 4–5 Sep 2024, MS-2024-09.',
    ]);
  });
  it('bounds a rule by its period', () => {
    const rule = (period: string) =>
      `id: a\nname: b\nqueryPeriod: ${period}\nqueryFrequency: 1h\nquery: |\n  SigninLogs\n  | summarize count() by Location\n`;
    check(rule('1d'), [], 'rule.yaml');
    check(rule('30d'), [`GL301 Reads SigninLogs 2024-09-13 … 2024-10-13: ${SIGNIN}`], 'rule.yaml');
  });
  it('sums up many intervals', () => {
    const segments = Array.from({ length: 5 }, (_, i) => ({
      status: 'PARTIAL' as const,
      start: at(`2024-09-0${i + 1}`),
      end: at(`2024-09-0${i + 1}T12:00`),
      ongoing: false,
      lost: 10 * i,
      expected: 100,
      windows: ['ms/w-1', 'ms/w-2'],
    }));
    const s = scenario('AuditLogs | take 1', 'q.kql', { ...facts, sources: [{ ...facts.sources[2]!, segments }] });
    expect(s.service.diagnostics(s.document).map((d) => d.message)).toEqual([
      'Reads AuditLogs the first row … 2024-10-13: 20 % of rows missing in 5 intervals, 1–5 Sep 2024, ms.',
    ]);
  });
  it('can be switched off by a comment', () => check('// gapline:disable-next-line GL301\nSigninLogs | take 1', []));
});

describe('code lens', () => {
  const titles = (text: string, f: CoverageFacts | null = facts) => {
    const s = scenario(text, 'q.kql', f);
    return s.service.codeLenses(s.document).map((l) => l.command!.title);
  };
  it('offers Run alone where nothing was assessed', () =>
    expect(titles('SigninLogs | take 1', null)).toEqual(['$(play) Run']));
  it('says lookback, coverage and windows', () =>
    expect(titles('SigninLogs | where TimeGenerated > ago(40d)')).toEqual([
      '$(play) Run',
      '$(history) Reads back 40 d',
      '$(alert) SigninLogs: partial',
      '$(warning) MS-2024-09',
    ]));
  it('states the smallest loss that would be seen next to a fine', () =>
    expect(titles('AuditLogs | where TimeGenerated > ago(1d)')).toContain('$(check) No loss seen (down to 6 %)'));
  it('has none over comments and commands', () => expect(titles('// just a note\n\n.show tables')).toEqual([]));
});
