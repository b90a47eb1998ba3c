import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, parseInstant, span } from '../../src/base/time';
import type { CoverageReport } from '../../src/protocol/coverage';
import type { ClaimResult, ReviewReport } from '../../src/protocol/review';
import { reviewToHtml } from '../../src/review/html';
import { reviewToMarkdown } from '../../src/review/markdown';
import { parseReview } from '../../src/review/parse';
import { markdownCode, markdownText, spanText, statedText } from '../../src/review/report-text';
import { summaryOf } from '../../src/review/summary';
import { newReview } from '../../src/review/template';
import { parseTimeText } from '../../src/review/times';
import { type Evidence, evidenceId, writeResults } from '../../src/review/write';
import { EXAMPLE } from './example';

const result = (over: Partial<ClaimResult>): ClaimResult => ({
  id: 'c-001',
  service: 'Example Identity',
  source: 'SigninLogs',
  kind: 'loss',
  verdict: 'CONFIRMED',
  reason: null,
  differs: ['later'],
  minimumDetectableLoss: 0.05123,
  settlesFrom: 0.06,
  lost: { estimate: 1200.04, low: 900, high: 1500 },
  late: 12,
  sentence: 'About 1,200 rows are missing.',
  query: 'SigninLogs | count',
  ...over,
});
const report: ReviewReport = { claims: [result({})], undisclosed: [] };
const evidence: Evidence = {
  source: 'SigninLogs',
  query: 'SigninLogs\n| summarize count()',
  querySha256: 'ab',
  resultSha256: 'cd',
  covers: { start: parseInstant('2031-03-01')!, end: parseInstant('2031-03-08')! },
  tool: 'gapline 0.1.0',
};

describe('results in a review', () => {
  it('changes the results and the evidence and nothing else', () => {
    const written = writeResults(EXAMPLE, report, [evidence]);
    expect(written).toBe(
      EXAMPLE.replace(
        '    results: {}',
        [
          '    results:',
          '      SigninLogs:',
          '        verdict: CONFIRMED',
          '        reason: null',
          '        lost: {estimate: 1200, low: 900, high: 1500}',
          '        minimumDetectableLoss: 0.0512',
          '        evidence: [e-signinlogs]',
        ].join('\n'),
      ).replace(
        'evidence: {}',
        [
          'evidence:',
          '  e-signinlogs:',
          '    kind: query-result',
          '    query: |-',
          '      SigninLogs',
          '      | summarize count()',
          '    querySha256: "ab"',
          '    resultSha256: "cd"',
          '    covers: "2031-03-01T00:00:00Z/2031-03-08T00:00:00Z"',
          '    tool: gapline 0.1.0',
        ].join('\n'),
      ),
    );
    const again = parseReview('x.pir.yaml', written);
    expect(again.problems).toEqual([]);
    expect(again.review?.claims[0]?.results).toEqual([
      { source: 'SigninLogs', verdict: 'CONFIRMED', reason: null, evidence: ['e-signinlogs'] },
    ]);
    expect(again.review?.evidence[0]?.query).toBe(evidence.query);
  });

  it('writes the same bytes a second time', () => {
    const once = writeResults(EXAMPLE, report, [evidence]);
    expect(writeResults(once, report, [evidence])).toBe(once);
  });

  it('keeps keys that are not its own, comments and other results', () => {
    const mine = EXAMPLE.replace(
      '    results: {}',
      [
        '    results:',
        '      # looked at by hand',
        '      SigninLogs:',
        '        verdict: INCONCLUSIVE   # first run',
        '        remark: ask again',
        '        evidence: []',
        '      AuditLogs: {verdict: NOT_SEEN_HERE}',
        '',
        '  # the delay',
      ].join('\n'),
    );
    const written = writeResults(mine, { ...report, claims: [result({}), result({ source: 'AADX', lost: null })] }, []);
    expect(written).toContain('# looked at by hand');
    expect(written).toContain('remark: ask again');
    expect(written).toContain('      AuditLogs: {verdict: NOT_SEEN_HERE}\n      AADX:\n');
    expect(written).toContain('\n\n  # the delay\n  c-002:');
    const verdicts = parseReview('x.pir.yaml', written).review?.claims[0]?.results.map(
      (r) => `${r.source} ${r.verdict}`,
    );
    expect(verdicts).toEqual(['SigninLogs CONFIRMED', 'AuditLogs NOT_SEEN_HERE', 'AADX CONFIRMED']);
  });

  it('makes the results where a claim has none, in block and in flow maps, with Windows line ends', () => {
    for (const text of [
      'pir: 1\nclaims:\n  c-001:\n    text: x\n    kind: loss\n\n# end\n',
      'pir: 1\nclaims: {c-001: {text: x, kind: loss}}\n',
      'pir: 1\r\nclaims:\r\n  c-001:\r\n    text: x\r\n    kind: loss\r\n',
      'pir: 1\nclaims:\n    c-001:\n        text: x\n        kind: loss\n        results:\nevidence:\n',
    ]) {
      const { review } = parseReview('x.pir.yaml', writeResults(text, report, [evidence]));
      expect(review?.claims[0]?.results.map((r) => r.verdict)).toEqual(['CONFIRMED']);
      expect(review?.evidence.map((e) => e.id)).toEqual(['e-signinlogs']);
    }
  });

  it('leaves a text alone that it cannot read', () => {
    expect(writeResults('claims: [', report, [evidence])).toBe('claims: [');
    expect(writeResults('- a', report, [evidence])).toContain('- a');
  });

  it('makes ids of log sources', () => {
    expect(evidenceId('AzureDiagnostics/MICROSOFT.LOGIC')).toBe('e-azurediagnostics-microsoft-logic');
  });
});

describe('reports', () => {
  it('takes hostile text as text', () => {
    const hostile = '<img src=x onerror=alert(1)> [a](http://x) **b** |\n# c';
    const { review } = parseReview('x.pir.yaml', `pir: 1\ntitle: ${JSON.stringify(hostile)}\n`);
    const text = reviewToMarkdown(
      { claims: [result({ sentence: hostile, source: 'a`b|c' })], undisclosed: [] },
      review!,
      null,
    );
    expect(text).not.toContain('<img');
    expect(text).not.toMatch(/\[a\]\(http/);
    expect(text).toContain('``a`b\\|c``');
    for (const [given, expected] of [
      ['a_b (c) 1.5', 'a_b (c) 1.5'],
      ['_a_ __init__', '\\_a\\_ \\_\\_init\\_\\_'],
      ['![x](y) *z* `q`', '!\\[x\\](y) \\*z\\* \\`q\\`'],
      ['1. a', '1\\. a'],
      ['12) a', '12\\) a'],
      ['+ a', '\\+ a'],
      ['- a', '\\- a'],
      ['# a', '\\# a'],
    ] as const)
      expect(markdownText(given)).toBe(expected);
    expect(markdownCode('`')).toBe('`` ` ``');
  });

  it('leads with what a reader must know and says what the words mean', () => {
    const { review } = parseReview('x.pir.yaml', EXAMPLE);
    const at = parseInstant('2031-03-01')!;
    const undisclosed = [{ source: 'A', start: at, end: at, startRange: { earliest: at, latest: at }, lost: null }];
    const whole = {
      claims: [result({}), result({ source: 'B', verdict: 'NOT_EVALUABLE', query: 'B | count' })],
      undisclosed,
    };
    const wanted = [
      '1 claim held against 2 log sources in 2 tests: 1 CONFIRMED, 1 NOT_EVALUABLE.',
      'The largest confirmed loss is in SigninLogs: about 1,200 rows, between 900 and 1,500 with 90 % confidence.',
      '1 gap that no claim covers: A.',
    ];
    expect(summaryOf(whole)).toEqual(wanted);
    expect(summaryOf({ claims: [], undisclosed: [] })).toEqual([
      'No claim of this review could be matched with a log source.',
      'No gap was found that no claim covers.',
    ]);
    const html = reviewToHtml(whole, review!, null);
    const markdown = reviewToMarkdown(whole, review!, { from: at, to: at, now: at } as CoverageReport);
    for (const line of wanted) {
      expect(html).toContain(`<li>${line}</li>`);
      expect(markdown).toContain(`- ${line}`);
    }
    expect(markdown).toContain('A`: 2031-03-01 00:00 UTC to 2031-03-01 00:00 UTC, still so at the end of the data;');
    expect(markdown).toContain('- NOT_EVALUABLE: the data cannot answer');
    expect(markdown).not.toContain('CONTRADICTED');
    // What was not tested proves nothing.
    expect([markdown.includes('B | count'), html.includes('B | count')]).toEqual([false, false]);
  });

  it('prints times as parties state them and spans in words', () => {
    const stated = (text: string) => {
      const t = parseTimeText(text);
      return typeof t === 'string' ? t : statedText(t);
    };
    expect(['2024-09-02T23:00Z~', '2024-09-02T23:00:05Z', '2024-09-19', '2024-09~'].map(stated)).toEqual([
      'about 2024-09-02 23:00 UTC',
      '2024-09-02 23:00:05 UTC',
      '2024-09-19',
      'about 2024-09',
    ]);
    expect([3 * HOUR, 50 * HOUR, 90 * MINUTE, 0].map((ms) => spanText(span(ms)))).toEqual([
      '3 h',
      '2 d 2 h',
      '1 h 30 min',
      '0 s',
    ]);
    expect(spanText(null)).toBe('–');
  });

  it('says what was found', () => {
    const { review } = parseReview('x.pir.yaml', EXAMPLE);
    const at = parseInstant('2031-03-01')!;
    const coverage = { from: at, to: at, now: at } as CoverageReport;
    const text = reviewToMarkdown(report, review!, coverage);
    expect(text).toContain('| `c-001` | `SigninLogs` | loss | CONFIRMED, later | 1,200 (900 to 1,500) | 12 | 5.1 % |');
    expect(text).toContain('2031-03-01 00:00 UTC');
    expect(text).toContain('```kusto\nSigninLogs | count\n```');
  });
});

describe('a new review', () => {
  it('is read without a problem', () => {
    const text = newReview({
      id: 'x: "y"',
      title: '# not a comment',
      vendor: 'v',
      vendorIds: ['A', 'B'],
      windows: [
        {
          service: 'S',
          sources: ['SigninLogs'],
          kind: 'loss',
          start: parseInstant('2031-03-04T02:10Z')!,
          end: null,
          claim: 'Rows: lost',
        },
      ],
    });
    const { review, problems } = parseReview('n.pir.yaml', text);
    expect(problems).toEqual([]);
    expect([review?.id, review?.title, review?.windows[0]?.claims, review?.claims[0]?.text]).toEqual([
      'x: "y"',
      '# not a comment',
      ['c-001'],
      'Rows: lost',
    ]);
  });
});
