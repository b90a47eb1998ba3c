import { describe, expect, it } from 'vitest';
import { finish } from '../../src/base/steps';
import { hostEdits } from '../../src/language/host-edit';
import { applied, editsOf } from './edits';
import { scenario } from './scenario';

const HEAD = 'id: x\nqueryPeriod: 1d\nqueryFrequency: 1d\n';

describe('edits inside a host', () => {
  /** Puts `text` where `$0` stands. */
  const check = (marked: string, text: string, expected: string | null, file = 'r.yaml') => {
    const s = scenario(marked, file);
    const { block, offset } = s.document.at(s.position)!;
    const edits = hostEdits(s.document, block, [{ start: offset, end: offset, text }]);
    expect(edits && applied(s.text, edits)).toBe(expected);
  };
  it('keep the blanks of a block, behind a line break at the end too', () => {
    check(`${HEAD}query: |\n  $0T\n  | take 1\n`, 'let a = 1;\n', `${HEAD}query: |\n  let a = 1;\n  T\n  | take 1\n`);
    check(`${HEAD}query: |\n  T$0\n  | take 1\n`, '\n| a\n\n| b', `${HEAD}query: |\n  T\n  | a\n\n  | b\n  | take 1\n`);
  });
  it('keep the line ends of the file', () =>
    check(
      `${HEAD}query: |\n  T$0\n`.replaceAll('\n', '\r\n'),
      '\n| a',
      `${HEAD}query: |\n  T\n  | a\n`.replaceAll('\n', '\r\n'),
    ));
  it('write quotes as the host wants them', () => {
    check(`${HEAD}query: 'T$0'\n`, " | a 'x'", `${HEAD}query: 'T | a ''x'''\n`);
    check(`${HEAD}query: "T$0"\n`, ' | a "x"\n| b', `${HEAD}query: "T | a \\"x\\"\\n| b"\n`);
    check(
      '{"type": "alertRules", "properties": {"query": "T$0"}}',
      ' | a "\\x"\n',
      '{"type": "alertRules", "properties": {"query": "T | a \\"\\\\x\\"\\n"}}',
      'a.json',
    );
  });
  it('are none where the host would hold another query', () => {
    check(`${HEAD}query: T$0\n`, ' # a', null);
    check(`${HEAD}query: T$0\n`, '\n| a', null);
    check(`${HEAD}query: |\n  $0T\n  | take 1\n`, '  ', null);
  });
});

describe('features inside a host', () => {
  it('rename a name to one that needs quotes, written as the host wants it', () => {
    const s = scenario(`${HEAD}query: 'T | extend $0A = 1 | project A'\n`, 'r.yaml');
    const result = finish(s.service.rename(s.document, s.position, 'my a', true));
    expect(result.ok && applied(s.text, editsOf(result.value))).toBe(
      `${HEAD}query: 'T | extend [''my a''] = 1 | project [''my a'']'\n`,
    );
  });
  it('extract a value into a rule’s block', () => {
    const s = scenario(`${HEAD}query: |\n  SigninLogs\n  | where ResultType == "$05"\n`, 'r.yaml');
    const actions = s.service.codeActions(s.document, { start: s.position, end: s.position }, []);
    const action = s.service.resolveCodeAction(s.document, actions.find((a) => a.title === 'Extract Value')!);
    const text = applied(s.text, editsOf(action.edit));
    expect(text).toContain('query: |\n  let ');
    expect(text).toContain('= "5";\n');
  });
  it('complete with escapes', () => {
    const s = scenario(
      '{"type": "alertRules", "properties": {"query": "SigninLogs | where ResultType == $0"}}',
      'a.json',
    );
    const texts = s.service.completions(s.document, s.position).items.map((i) => i.textEditText ?? i.label);
    expect(texts.some((t) => t.startsWith('\\"'))).toBe(true);
    expect(texts.filter((t) => /(?:^|[^\\])"/.test(t))).toEqual([]);
  });
});
