import { describe, expect, it } from 'vitest';
import type { Range } from 'vscode-languageserver-types';
import { parseInstant } from '../../src/base/time';
import { semanticTokensLegend, tokensDelta } from '../../src/language/semantic-tokens';
import type { CoverageFacts } from '../../src/protocol/language';
import { applied, editsOf } from './edits';
import { scenario } from './scenario';

describe('semantic tokens', () => {
  /** `word:type` of each token. */
  const check = (text: string, expected: readonly string[], file?: string) => {
    const s = scenario(text, file);
    const { data } = s.service.semanticTokens(s.document, null);
    const out: string[] = [];
    let line = 0;
    let character = 0;
    for (let i = 0; i < data.length; i += 5) {
      line += data[i]!;
      character = data[i] ? data[i + 1]! : character + data[i + 1]!;
      const at = s.document.lines.offsetAt({ line, character });
      out.push(`${s.text.slice(at, at + data[i + 2]!)}:${semanticTokensLegend.tokenTypes[data[i + 3]!]}`);
    }
    expect(out).toEqual(expected);
  };
  it('tells tables, columns and functions apart', () =>
    check('SecurityEvent | where EventID == 1', [
      'SecurityEvent:struct',
      'where:keyword',
      'EventID:property',
      '==:operator',
      '1:number',
    ]));
  it('cuts a text over two lines', () => check('print ```a\nb```', ['print:keyword', '```a:string', 'b```:string']));
  it('works inside a rule', () =>
    check(
      'id: x\nqueryPeriod: 1d\nquery: |\n  SecurityEvent\n  | take 1\n',
      ['SecurityEvent:struct', 'take:keyword', '1:number'],
      'r.yaml',
    ));
  it('gives the difference to the last answer', () => {
    expect(tokensDelta([1, 2, 3, 4], [1, 9, 9, 4], 'b').edits).toEqual([{ start: 1, deleteCount: 2, data: [9, 9] }]);
    expect(tokensDelta([1, 2], [1, 2], 'b').edits).toEqual([]);
    expect(tokensDelta([], [1, 2], 'b').edits).toEqual([{ start: 0, deleteCount: 0, data: [1, 2] }]);
  });
});

describe('inlay hints', () => {
  it('say how far back each table is read', () => {
    const s = scenario('let a = 14d;\nSigninLogs | where TimeGenerated > ago(a) | join (AuditLogs) on CorrelationId');
    const all: Range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
    const hints = s.service.inlayHints(s.document, all, parseInstant('2024-10-01')!);
    expect(hints.map((h) => `${h.position.line}:${h.position.character} ${h.label}`)).toEqual([
      '1:10 ⟲ 14 d',
      '1:77 : string',
    ]);
  });
  it('say the types of join keys, on both sides', () => {
    const s = scenario(
      'SigninLogs | join (AuditLogs) on $left.AppId == $right.ResultType, CorrelationId | lookup (Own_CL) on TenantId',
    );
    const all: Range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
    const hints = s.service.inlayHints(s.document, all, parseInstant('2024-10-01')!);
    expect(hints.map((h) => `${s.text.slice(0, h.position.character).split(/\W/).at(-1)}${h.label}`)).toEqual([
      'AppId: string',
      'ResultType: string',
      'CorrelationId: string',
      'TenantId: string',
    ]);
  });
});

describe('code actions', () => {
  const facts: CoverageFacts = {
    now: parseInstant('2024-10-13')!,
    windows: [],
    sources: [
      {
        id: 'SigninLogs',
        table: 'SigninLogs',
        filter: null,
        status: 'PARTIAL',
        minimumDetectableLoss: null,
        segments: [
          {
            status: 'PARTIAL',
            start: parseInstant('2024-09-02')!,
            end: parseInstant('2024-09-19')!,
            ongoing: false,
            lost: 1,
            expected: 2,
            windows: ['MS'],
          },
        ],
      },
    ],
  };
  /** The text after the action of this title. */
  const check = (
    text: string,
    title: string,
    expected: string,
    file?: string,
    coverage: CoverageFacts | null = null,
  ) => {
    const s = scenario(text, file, coverage);
    const diagnostics = s.service.diagnostics(s.document);
    const range = { start: s.position, end: s.position };
    const actions = s.service.codeActions(s.document, range, diagnostics);
    const action = actions.find((a) => a.title === title);
    expect(action, actions.map((a) => a.title).join(' | ')).toBeDefined();
    const resolved = action!.edit ? action! : s.service.resolveCodeAction(s.document, action!);
    expect(applied(s.text, editsOf(resolved.edit))).toBe(expected);
  };
  it('mends a slip of the pen', () =>
    check('$0SecurityEvnt | take 1', 'Replace with SecurityEvent', 'SecurityEvent | take 1'));
  it('mends a column’s case', () =>
    check('SecurityEvent | where $0eventid == 1', 'Replace with EventID', 'SecurityEvent | where EventID == 1'));
  it('mends the other platform’s time', () =>
    check(
      'SigninLogs | where $0Timestamp > ago(1d)',
      'Replace with TimeGenerated',
      'SigninLogs | where TimeGenerated > ago(1d)',
    ));
  it('mends typographic quotes', () => check('print $0“a"', 'Replace with "', 'print "a"'));
  it('applies the engine’s advice in the second query of a file', () =>
    check(
      'A | take 1\n\nSecurityEvent | where Account cont$0ains "abcdef"',
      "Change to 'has'",
      'A | take 1\n\nSecurityEvent | where Account has "abcdef"',
    ));
  it('leaves out the interval of a loss', () =>
    check(
      'Signin$0Logs\n| take 1',
      'Leave out MS (2–18 Sep 2024)',
      'SigninLogs\n| where not(TimeGenerated between (datetime(2024-09-02T00:00:00Z) .. datetime(2024-09-19T00:00:00Z)))\n| take 1',
      undefined,
      facts,
    ));
  it('leaves out the interval of a loss inside a union, in brackets', () =>
    check(
      'union AuditLogs, Signin$0Logs',
      'Leave out MS (2–18 Sep 2024)',
      'union AuditLogs, (SigninLogs | where not(TimeGenerated between (datetime(2024-09-02T00:00:00Z) .. datetime(2024-09-19T00:00:00Z))))',
      undefined,
      facts,
    ));
  it('keeps the blanks of a rule’s block', () =>
    check(
      'id: x\nqueryPeriod: 99d\nquery: |\n   Signin$0Logs\n   | take 1\n',
      'Leave out MS (2–18 Sep 2024)',
      'id: x\nqueryPeriod: 99d\nquery: |\n   SigninLogs\n   | where not(TimeGenerated between (datetime(2024-09-02T00:00:00Z) .. datetime(2024-09-19T00:00:00Z)))\n   | take 1\n',
      'r.yaml',
      facts,
    ));
});

describe('signature help', () => {
  const check = (text: string, expected: string | null, parameter?: number) => {
    const s = scenario(text);
    const help = s.service.signatureHelp(s.document, s.position);
    expect(help?.signatures[help.activeSignature ?? 0]?.label ?? null).toBe(expected);
    if (parameter !== undefined) expect(help?.activeParameter).toBe(parameter);
  };
  it('shows the parameters of a call', () => check('print bin(now(), $0', 'bin(value, roundTo)', 1));
  it('shows the innermost call', () => check('print strcat("a", tostring($0', 'tostring(value)', 0));
  it('shows a function of the query', () =>
    check('let f = (days:timespan, n:long=1) { n };\nprint f(1d, $0)', 'f(days: timespan, n: long?)', 1));
  it('shows nothing outside a call', () => check('print bin(now(), 1h) $0', null));
});
