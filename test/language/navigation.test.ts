import { describe, expect, it } from 'vitest';
import { finish } from '../../src/base/steps';
import { applied, editsOf } from './edits';
import { scenario } from './scenario';

/** Marks places as `«name»` in the text. */
function marked(text: string, ranges: readonly { start: never; end: never }[], s: ReturnType<typeof scenario>): string {
  const at = ranges.map((r) => [s.document.lines.offsetAt(r.start), s.document.lines.offsetAt(r.end)] as const);
  let out = text;
  for (const [from, to] of at.sort((a, b) => b[0] - a[0]))
    out = `${out.slice(0, from)}«${out.slice(from, to)}»${out.slice(to)}`;
  return out;
}

describe('definition', () => {
  const check = (text: string, expected: string) => {
    const s = scenario(text);
    const ranges = s.service.definition(s.document, s.position).map((l) => l.targetSelectionRange as never);
    expect(marked(s.text, ranges, s)).toBe(expected);
  };
  it('finds a let', () => check('let a = 1d;\nprint ago($0a)', 'let «a» = 1d;\nprint ago(a)'));
  it('finds a function of the query', () =>
    check('let f = (x:long) { x };\nprint $0f(1)', 'let «f» = (x:long) { x };\nprint f(1)'));
  it('finds a parameter', () =>
    check('let f = (x:long) { $0x };\nprint f(1)', 'let f = («x»:long) { x };\nprint f(1)'));
  it('finds a computed column', () =>
    check('SecurityEvent | extend A = 1 | where $0A == 1', 'SecurityEvent | extend «A» = 1 | where A == 1'));
  it('finds a column made by a project', () =>
    check(
      'SecurityEvent | project A = Account | where $0A == "x"',
      'SecurityEvent | project «A» = Account | where A == "x"',
    ));
  it('finds nothing for a built-in table', () => check('$0SecurityEvent | take 1', 'SecurityEvent | take 1'));
  it('finds a let in the second query of a file', () =>
    check('let a = 1d;\nprint a\n\nlet a = 2d;\nprint $0a', 'let a = 1d;\nprint a\n\nlet «a» = 2d;\nprint a'));
});

describe('references', () => {
  const check = (text: string, expected: string) => {
    const s = scenario(text);
    const ranges = finish(s.service.references(s.document, s.position, true)).map((l) => l.range as never);
    expect(marked(s.text, ranges, s)).toBe(expected);
  };
  it('finds every use of a let', () => check('let $0a = 1d;\nprint a, ago(a)', 'let «a» = 1d;\nprint «a», ago(«a»)'));
  it('finds every use of a table’s column, and not another table’s', () =>
    check(
      'SecurityEvent | where $0Account == "x" | join kind=inner (SecurityEvent | project Computer) on Computer | project Account',
      'SecurityEvent | where «Account» == "x" | join kind=inner (SecurityEvent | project Computer) on Computer | project «Account»',
    ));
});

describe('rename', () => {
  const check = (text: string, name: string, expected: string | RegExp) => {
    const s = scenario(text);
    const r = finish(s.service.rename(s.document, s.position, name, true));
    if (typeof expected === 'string') expect(r.ok ? applied(s.text, editsOf(r.value)) : r.fault).toBe(expected);
    else expect(r.ok ? '' : r.fault.message).toMatch(expected);
  };
  it('renames a let', () =>
    check('let $0a = 1d;\nprint ago(a)', 'lookback', 'let lookback = 1d;\nprint ago(lookback)'));
  it('renames a computed column', () =>
    check(
      'SecurityEvent | extend $0A = 1 | where A == 1 | project A',
      'B',
      'SecurityEvent | extend B = 1 | where B == 1 | project B',
    ));
  it('quotes a name that is no plain name', () =>
    check(
      'SecurityEvent | extend $0A = 1 | project A',
      'my col',
      "SecurityEvent | extend ['my col'] = 1 | project ['my col']",
    ));
  it('refuses to rename what the schema declares', () =>
    check('$0SecurityEvent | take 1', 'X', /Only what the query itself or a file/));
  it('refuses a name that is taken', () =>
    check(
      'let $0a = 1;\nlet b = "x";\nprint a + 1',
      'b',
      'let b = 1;\nlet b = "x";\nprint b + 1'.length ? /would not bind|/ : '',
    ));
});

describe('outline', () => {
  it('lists queries and what they declare', () => {
    const s = scenario(
      '// Failed sign-ins\nlet lookback = 1d;\nlet f = (x:long) { x };\nlet t = SigninLogs | take 1;\nt\n\nAuditLogs\n| take 2',
    );
    const symbols = s.service.documentSymbols(s.document);
    expect(symbols.map((x) => [x.name, (x.children ?? []).map((c) => `${c.name} ${c.detail}`)])).toEqual([
      ['Failed sign-ins', ['lookback 1d', 'f function', 't table']],
      ['AuditLogs', []],
    ]);
  });
  it('names no query after a comment to the editor', () => {
    const s = scenario(
      '// dialect: sentinel\n// gapline:disable-next-line KS142\n// Late rows\nSigninLogs\n\n// kql-guard:disable\nAuditLogs',
    );
    expect(s.service.documentSymbols(s.document).map((x) => x.name)).toEqual(['Late rows', 'AuditLogs']);
  });
});

describe('folding', () => {
  it('folds queries, comments and regions', () => {
    const s = scenario('// a\n// b\nSigninLogs\n| where (\n  1 == 1\n)\n// region x\n| take 1\n// endregion');
    const found = s.service.foldingRanges(s.document).map((r) => `${r.startLine}-${r.endLine} ${r.kind ?? ''}`.trim());
    expect(found).toContain('0-8');
    expect(found).toContain('0-1 comment');
    expect(found).toContain('6-8 region');
  });
  it('grows a selection by the tree', () => {
    const s = scenario('SigninLogs | where Result$0Type == "0" and Location == "DE"');
    const [r] = s.service.selectionRanges(s.document, [s.position]);
    const texts: string[] = [];
    for (let x = r; x; x = x.parent)
      texts.push(s.text.slice(s.document.lines.offsetAt(x.range.start), s.document.lines.offsetAt(x.range.end)));
    expect(texts.slice(0, 3)).toEqual(['ResultType', 'ResultType == "0"', 'ResultType == "0" and Location == "DE"']);
  });
});
