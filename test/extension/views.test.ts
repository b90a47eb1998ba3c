import { describe, expect, it } from 'vitest';
import { coverageNodes } from '../../src/extension/views/coverageNodes';
import { incidentNodes } from '../../src/extension/views/incidentNodes';
import { nodeToMarkdown } from '../../src/extension/views/markdown';
import { statusIcon, statusWord, type ViewNode } from '../../src/extension/views/node';
import { problemsNode } from '../../src/extension/views/problemNodes';
import type { DataProblem } from '../../src/protocol/datahost';
import { STATUSES } from '../../src/protocol/status';
import { assessment, claim, gap, l10n, report, segment, source } from './sample';

/** A tree as indented text: label, description, icon. */
function drawn(nodes: readonly ViewNode[], depth = 0): string[] {
  return nodes.flatMap((n) => [
    `${'  '.repeat(depth)}${n.label}${n.description ? ` | ${n.description}` : ''} [${n.icon?.id ?? ''}]`,
    ...drawn(n.children, depth + 1),
  ]);
}
const all = (nodes: readonly ViewNode[]): ViewNode[] => nodes.flatMap((n) => [n, ...all(n.children)]);

describe('the coverage tree', () => {
  const sources = [
    source({ id: 'AuditLogs', segments: [segment({ from: '2024-07-15', to: '2024-10-13' })] }),
    source({ id: 'SigninLogs', status: 'GAP', ongoing: true, segments: [gap] }),
    source({ id: 'Own_CL', services: [], status: 'NO_BASELINE', minimumDetectableLoss: null }),
    source({ id: 'SignTransactions', services: ['Azure Trusted Signing'], status: 'PARTIAL' }),
  ];

  it('goes from service to log source to segment, worst first', () => {
    expect(drawn(coverageNodes(l10n, report(sources)))).toEqual([
      'Microsoft Entra ID | Gap · 1 of 2 with findings [error]',
      '  SigninLogs | Gap · lost 488 (430–547) · 12 late · still so · sees ≥ 6 % [error]',
      '    2024-09-02 23:00 – 09-19 04:00 | Gap · lost 488 (430–547) of 1,200 · 12 late · ms-2024-09/w-001 [error]',
      '  AuditLogs | OK · sees ≥ 6 % [pass]',
      '    2024-07-15 00:00 – 10-13 00:00 | OK [pass]',
      'Azure Trusted Signing | Partial · 1 of 1 with findings [warning]',
      '  SignTransactions | Partial · sees ≥ 6 % [warning]',
      'Other log sources | No baseline [dash]',
      '  Own_CL | No baseline [dash]',
    ]);
  });

  it('never says OK without what could have been missed', () => {
    const ok = all(coverageNodes(l10n, report(sources))).find((n) => n.label === 'AuditLogs')!;
    expect(ok.description).toContain('6 %');
    expect(ok.details).toContain('The shortest silence that would have been proved is 2 h.');
  });

  it('has ids of their own for a source of two services, and the same ids after a new assessment', () => {
    const twice = report([source({ id: 'SigninLogs', services: ['A', 'B'], status: 'GAP', segments: [gap, gap] })]);
    const ids = all(coverageNodes(l10n, twice)).map((n) => n.id);
    expect(ids).toEqual(all(coverageNodes(l10n, twice)).map((n) => n.id));
    expect(ids.filter((id) => id === 'source:A/SigninLogs' || id === 'source:B/SigninLogs')).toHaveLength(2);
  });

  it('carries where the timeline goes and the query that proves it', () => {
    const node = all(coverageNodes(l10n, report(sources))).find((n) => n.context.includes('segment'))!;
    expect(node.place).toEqual({ source: 'SigninLogs', start: gap.start, end: gap.end });
    expect(node.query).toContain('SigninLogs');
  });

  it('has a word and a shape of its own for each status', () => {
    expect(new Set(STATUSES.map((s) => statusWord(l10n, s))).size).toBe(STATUSES.length);
    expect(new Set(STATUSES.map((s) => statusIcon(s).id)).size).toBe(STATUSES.length);
  });
});

describe('the incidents tree', () => {
  it('shows reviews, windows, claims with verdicts, and what no claim covers', () => {
    expect(drawn(incidentNodes(l10n, ['/w/ms-2024-09.pir.yaml'], assessment()))).toEqual([
      'ms-2024-09 | 1 confirmed · 1 undisclosed [book]',
      '  Microsoft Entra ID | 1 confirmed · loss · 2024-09-02 23:00 – 2024-09-19 [error]',
      '    c-001 × SigninLogs | Confirmed · lost 488 (430–547) · 12 late [error]',
      '  Undisclosed | 1 in the data that no claim covers [eye-closed]',
      '    AuditLogs | 2024-08-01 00:00 – 08-02 00:00 [eye-closed]',
    ]);
  });

  it('shows a confirmed "not affected" as good news, and a contradicted one as a loss', () => {
    const told = (verdict: 'CONFIRMED' | 'CONTRADICTED') => {
      const claims = [
        claim({ id: 'c-001', source: 'SigninLogs', kind: 'not-affected', verdict, lost: null, late: null }),
      ];
      const { reviews } = assessment();
      const result = assessment({ reviews: [{ ...reviews[0]!, report: { claims, undisclosed: [] } }] });
      return drawn(incidentNodes(l10n, ['/w/ms-2024-09.pir.yaml'], result));
    };
    expect(told('CONFIRMED')).toEqual([
      'ms-2024-09 | 1 not affected [book]',
      '  Microsoft Entra ID | 1 not affected · loss · 2024-09-02 23:00 – 2024-09-19 [pass-filled]',
      '    c-001 × SigninLogs | Confirmed: not affected [pass-filled]',
    ]);
    expect(told('CONTRADICTED')).toEqual([
      'ms-2024-09 | 1 contradicted [book]',
      '  Microsoft Entra ID | 1 contradicted · loss · 2024-09-02 23:00 – 2024-09-19 [error]',
      '    c-001 × SigninLogs | Contradicted: not affected [error]',
    ]);
  });

  it('lists reviews before anything was judged, and windows of the catalogue apart', () => {
    expect(drawn(incidentNodes(l10n, ['/w/other.pir.yaml'], null))).toEqual(['other | not tested yet [book]']);
    const known = incidentNodes(l10n, [], assessment());
    expect(known.map((n) => n.id)).toEqual(['known']);
  });
});

describe('problems of the data', () => {
  const problem = (given: Partial<DataProblem>): DataProblem => ({
    severity: 'warning',
    code: 'bad-row',
    message: 'The row has 3 columns, the header 4.',
    file: 'a.csv',
    line: 12,
    ...given,
  });

  it('are one line that opens, errors first, with file and line', () => {
    const node = problemsNode(l10n, '/w', [
      problem({}),
      problem({ severity: 'error', code: 'unreadable-file', line: null }),
    ])!;
    expect(drawn([node])).toEqual([
      '2 problems in the data [error]',
      '  a.csv | The row has 3 columns, the header 4. [error]',
      '  a.csv, line 12 | The row has 3 columns, the header 4. [warning]',
    ]);
    expect(node.children[1]!.file).toEqual({ path: '/w/a.csv', line: 12 });
    expect(problemsNode(l10n, '/w', [])).toBeUndefined();
  });

  it('do not say the name of the file twice', () => {
    const [said] = problemsNode(l10n, '/w', [problem({ message: 'a.csv holds no rows.', line: null })])!.children;
    expect([said!.label, said!.description, said!.details]).toEqual([
      'a.csv',
      'holds no rows.',
      ['a.csv', 'a.csv holds no rows.'],
    ]);
  });

  it('offer to map a file that no table was found for', () => {
    const node = problemsNode(l10n, '/w', [problem({ code: 'unknown-table' })])!;
    expect(node.label).toBe('1 problem in the data');
    expect(node.children[0]!.context).toContain('unmapped');
  });

  it('stay readable when there are very many', () => {
    const node = problemsNode(
      l10n,
      '/w',
      Array.from({ length: 5000 }, (_, line) => problem({ line })),
    )!;
    expect(node.children).toHaveLength(200);
    expect(node.description).toBe('the first 200 are shown');
  });
});

describe('copied Markdown', () => {
  it('keeps text of logs from becoming markup', () => {
    const node: ViewNode = {
      id: 'x',
      label: '[a](command:x)',
      description: '<img src=x>\n# head',
      context: [],
      children: [],
      details: ['[a](command:x)', 'why *so*'],
    };
    expect(nodeToMarkdown(node)).toBe('- **\\[a\\]\\(command:x\\)**: \\<img src=x\\> \\# head\n  why \\*so\\*\n');
  });
});
