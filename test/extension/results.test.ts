import { describe, expect, it } from 'vitest';
import type { DataState } from '../../src/extension/data/session';
import { rowsQuery } from '../../src/extension/results/rowsQuery';
import { gridResults, queryTitle, summaryMessage, tabTitle } from '../../src/extension/results/summary';
import type { TableSummary } from '../../src/protocol/datahost';
import { factsOf } from '../../src/protocol/facts';
import { assessment, at, gap, l10n, report, segment, source } from './sample';

describe('the tabs of results', () => {
  const table = (name?: string): TableSummary => ({
    columns: [],
    rowCount: 0,
    truncated: false,
    render: null,
    notes: [],
    ...(name !== undefined && { name }),
  });
  const labels = (tables: readonly TableSummary[], alone: boolean) =>
    gridResults('// Logons\nA | fork x=(count) (take 1)', tables, alone).map((g) => g.label);

  it('have the names that the query gives', () => {
    expect(labels([table('x'), table()], true)).toEqual(['x', undefined]);
    expect(labels([table('x'), table()], false)).toEqual(['Logons (x)', 'Logons (2)']);
    expect(labels([table('x')], false)).toEqual(['Logons']);
  });
});

describe('the outcome of a query', () => {
  const kql = 'SigninLogs\n| extend x = geo_info_from_ip_address(IPAddress)';

  it('says where a part stands that is not run, in lines of the document', () => {
    const start = kql.indexOf('geo_info');
    const refused = [
      { name: 'geo_info_from_ip_address', start, length: 24, message: 'needs a database that is not here' },
    ];
    expect(summaryMessage(l10n, 't', kql, 10, { kind: 'refused', refused })).toEqual({
      type: 'message',
      severity: 'error',
      title: 'This query cannot be run on local files',
      lines: ['Line 12: geo_info_from_ip_address: needs a database that is not here'],
    });
  });

  it('shows a fault without a place too', () => {
    const faults = [{ message: 'Too deep.', start: null, length: null }];
    expect(summaryMessage(l10n, 't', kql, 0, { kind: 'invalid', faults })).toMatchObject({ lines: ['Too deep.'] });
  });

  it('is named after its first line that says something', () => {
    expect(queryTitle('\n// who\n  SigninLogs\n| count')).toBe('SigninLogs');
    expect(queryTitle(`${'a'.repeat(80)}`)).toHaveLength(60);
    expect(queryTitle('declare query_parameters(a:string = "x);", b:long\n = 3);\nSigninLogs')).toBe('SigninLogs');
    expect(queryTitle('// d\nprint "declare query_parameters(x:long);"')).toBe(
      'print "declare query_parameters(x:long);"',
    );
    expect(tabTitle('// who\n// Failed sign-ins by user\nSigninLogs\n| count')).toBe('Failed sign-ins by user');
    expect(tabTitle('//--- 2. Legacy clients ---\nSigninLogs')).toBe('2. Legacy clients');
    expect(tabTitle(`// ${'a'.repeat(80)}\nSigninLogs`)).toHaveLength(60);
    const toEditor = ['// dialect: defender', '// gapline:disable-next-line KS142'];
    for (const above of ['// far away\n', '', '//\n', ...toEditor, '//-----', 'let x = 1;'])
      expect(tabTitle(`${above}\nSigninLogs`), above).toBe(above.startsWith('let') ? 'let x = 1;' : 'SigninLogs');
  });
});

describe('the rows of a lane', () => {
  const state = (timeColumn: string | null): DataState => ({
    kind: 'open',
    assessment: assessment({
      coverage: report([
        source({ id: 'AzureDiagnostics/LOGIC', table: 'AzureDiagnostics', filter: "Provider == 'L'" }),
      ]),
    }),
    assessing: false,
    note: null,
    data: {
      folder: '/w',
      now: at('2024-10-13'),
      nowBasis: 'clock',
      problems: [],
      tables: [
        {
          name: 'AzureDiagnostics',
          columns: [],
          files: [],
          rows: 1,
          timeColumn,
          ingestionColumn: null,
          first: null,
          last: null,
        },
      ],
    },
  });

  it('are asked for by time and filter', () => {
    expect(rowsQuery(state('TimeGenerated'), 'AzureDiagnostics/LOGIC', at('2024-09-02'), at('2024-09-03'))).toBe(
      [
        'AzureDiagnostics',
        "| where Provider == 'L'",
        '| where TimeGenerated >= datetime(2024-09-02T00:00:00Z) and TimeGenerated < datetime(2024-09-03T00:00:00Z)',
        '| sort by TimeGenerated asc',
      ].join('\n'),
    );
  });

  it('quote a column whose name is no identifier', () => {
    expect(rowsQuery(state("it's [time]"), 'AzureDiagnostics', 0, 1)).toContain("['it\\'s [time]'] >= datetime(");
    expect(rowsQuery(state(null), 'AzureDiagnostics', 0, 1)).toBeUndefined();
  });
});

it('the language server is told of findings only', () => {
  const ok = segment({ from: '2024-07-15', to: '2024-09-02' });
  const facts = factsOf(assessment({ coverage: report([source({ id: 'SigninLogs', segments: [ok, gap] })]) }));
  expect(facts.sources[0]!.segments).toEqual([
    expect.objectContaining({ status: 'GAP', lost: 488, expected: 1200, windows: ['ms-2024-09/w-001'] }),
  ]);
  expect(facts.windows[0]).toMatchObject({ label: 'MS-2024-09', start: at('2024-09-02T23:00Z') });
});
