import { describe, expect, it } from 'vitest';
import { finish } from '../../src/base/steps';
import { DEFAULT_FORMAT } from '../../src/language/formatting';
import { applied, editsOf } from './edits';
import { diagnosed, scenario } from './scenario';

/** The same query in every file that can hold one; `QUERY` is written as the host writes it. */
const arm = (query: string) =>
  `{ "resources": [ { "type": "x/alertRules", "kind": "Scheduled", "properties": {\n  "displayName": "R",\n  "query": "${query}",\n  "queryPeriod": "P1D", "queryFrequency": "PT1H" } } ] }\n`;
const bicep = (query: string) =>
  `resource r 'x@1' = {\n  kind: 'Scheduled'\n  properties: {\n    displayName: 'R'\n    query: ${query}\n    queryPeriod: 'P1D'\n  }\n}\n`;
const yaml = (query: string) => `id: x\nqueryPeriod: 1d\nqueryFrequency: 1h\nquery: ${query}\nversion: 1\n`;
const markdown = (query: string) => `# Hunt\n\n- one:\n\n  \`\`\`kusto\n${query}\n  \`\`\`\n`;

interface Host {
  readonly name: string;
  readonly file: string;
  /** `SecurityEvent | where EventID == 1 and Account has "a\b"` with `$0` before EventID; NAME stands for EventID. */
  readonly text: string;
}
const hosts: readonly Host[] = [
  {
    name: 'JSON',
    file: 'r.json',
    text: arm('let n = 1;\\nSecurityEvent\\n| where Account has \\"a\\\\\\\\b\\" and $0NAME == n'),
  },
  {
    name: 'Bicep, quoted',
    file: 'r.bicep',
    text: bicep("'let n = 1;\\nSecurityEvent | where Account has \\'a\\' and $0NAME == n'"),
  },
  {
    name: 'Bicep, whole lines',
    file: 'r.bicep',
    text: bicep("'''\nlet n = 1;\nSecurityEvent\n| where Account has \"a\" and $0NAME == n\n'''"),
  },
  {
    name: 'YAML, block',
    file: 'r.yaml',
    text: yaml('|\n    let n = 1;\n    SecurityEvent\n      | where Account has "a" and $0NAME == n'),
  },
  {
    name: 'YAML, folded',
    file: 'r.yaml',
    text: yaml('>-\n  let n = 1;\n  SecurityEvent\n  | where Account has "a"\n  and $0NAME == n'),
  },
  {
    name: 'YAML, double',
    file: 'r.yaml',
    text: yaml('"let n = 1;\\nSecurityEvent | where Account has \\"a\\" and $0NAME == n"'),
  },
  {
    name: 'YAML, single',
    file: 'r.yaml',
    text: yaml("'let n = 1; SecurityEvent | where Account has ''a'' and $0NAME == n'"),
  },
  {
    name: 'YAML, plain',
    file: 'r.yaml',
    text: yaml("let n = 1; SecurityEvent | where Account has 'a' and $0NAME == n"),
  },
  {
    name: 'Markdown',
    file: 'r.md',
    text: markdown('  let n = 1;\n  SecurityEvent\n  | where Account has "a" and $0NAME == n'),
  },
  { name: '.csl', file: 'r.csl', text: 'let n = 1;\nSecurityEvent\n| where Account has "a" and $0NAME == n' },
  { name: '.kusto', file: 'r.kusto', text: 'let n = 1;\nSecurityEvent\n| where Account has "a" and $0NAME == n' },
];
const withName = (h: Host, name: string) => h.text.replace('NAME', name);

describe.each(hosts.map((h) => [h.name, h] as const))('a query in %s', (_, h) => {
  it('shows a fault where it stands', () => {
    expect(diagnosed(withName(h, 'Nope').replace('$0', ''), h.file)).toEqual(['KS142 Error «Nope»']);
    expect(diagnosed(withName(h, 'EventID').replace('$0', ''), h.file)).toEqual([]);
  });
  it('is completed', () => {
    const s = scenario(withName(h, 'EventI'), h.file);
    const at = s.document.lines.positionAt(s.offset + 'EventI'.length);
    const list = s.service.completions(s.document, at);
    const range = list.itemDefaults?.editRange;
    const replace = range && 'replace' in range ? range.replace : range!;
    const text = list.items.find((i) => i.label === 'EventID')!.textEditText ?? 'EventID';
    expect(applied(s.text, [{ range: replace, newText: text }])).toBe(withName(h, 'EventID').replace('$0', ''));
  });
  it('is explained', () => {
    const s = scenario(withName(h, 'EventID'), h.file);
    const found = s.service.hover(s.document, s.document.lines.positionAt(s.offset + 2))!;
    expect(JSON.stringify(found.contents)).toContain('EventID');
    expect(s.document.lines.offsetAt(found.range!.start)).toBe(s.offset);
  });
  it('is renamed', () => {
    const s = scenario(withName(h, 'EventID'), h.file);
    const at = s.document.lines.positionAt(s.text.indexOf('let n') + 4);
    const result = finish(s.service.rename(s.document, at, 'number', true));
    const edits = editsOf(result.ok ? result.value : undefined);
    const wanted = s.text.replace('let n =', 'let number =').replace('== n', '== number');
    expect(applied(s.text, edits)).toBe(wanted);
  });
  it('is formatted, and the file stays valid and reads the same', () => {
    const s = scenario(withName(h, 'EventID').replace('==', '=='), h.file);
    const after = applied(
      s.text,
      finish(s.service.formatting(s.document, { ...DEFAULT_FORMAT, pipes: 'newline' }, null)),
    );
    const again = scenario(after, h.file);
    expect(again.document.problems).toEqual([]);
    const tokens = (d: typeof s.document) => d.blocks.map((b) => b.engine().tokens());
    expect(tokens(again.document)).toEqual(tokens(s.document));
    expect(again.document.blocks[0]!.text).toMatch(/SecurityEvent\s*\n\s*\| where/);
    expect(
      applied(after, finish(again.service.formatting(again.document, { ...DEFAULT_FORMAT, pipes: 'newline' }, null))),
    ).toBe(after);
  });
});

describe('hosts', () => {
  it('turns a folded query into a block that can hold its lines', () => {
    const text = yaml('>-\n  SecurityEvent | where EventID == 1 | take 5');
    const s = scenario(text, 'r.yaml');
    const after = applied(text, finish(s.service.formatting(s.document, { indentation: 4, pipes: 'newline' }, null)));
    expect(after).toBe(yaml('|\n  SecurityEvent\n  | where EventID == 1\n  | take 5'));
  });
  it('keeps a query in braces of YAML as it is', () => {
    const text = 'id: x\nqueryPeriod: 1d\nrule: {query: "a"}\nquery: {a: b}\n';
    const s = scenario(text, 'r.yaml');
    expect(finish(s.service.formatting(s.document, DEFAULT_FORMAT, null))).toEqual([]);
  });
  it('formats in JSON by an action, since JSON has a formatter of its own', () => {
    const text = arm('SecurityEvent|where EventID==1|take 5');
    const s = scenario(text, 'r.json');
    const at = s.document.range(s.document.blocks[0]!, 3, 3);
    const action = s.service.codeActions(s.document, at, []).find((a) => a.title === 'Format this query')!;
    const edits = s.service.resolveCodeAction(s.document, action).edit!.changes![s.document.uri]!;
    expect(applied(text, edits)).toBe(arm('SecurityEvent | where EventID == 1 | take 5'));
  });
  it('leaves interpolated Bicep, expressions of templates and other files alone', () => {
    expect(diagnosed(bicep(`'Nope ${'$'}{x} where'`), 'r.bicep')).toEqual([]);
    expect(diagnosed(arm("[concat('Nope', 'x')]"), 'r.json')).toEqual([]);
    expect(diagnosed('{ "query": "Nope where (" }', 'package.json')).toEqual([]);
    expect(diagnosed("param x string\nvar query = 'Nope where ('\n", 'r.bicep')).toEqual([]);
  });
  it('reads a file that is not saved yet by its language', () => {
    const s = scenario('');
    const text = arm('SecurityEvent | where Nope == 1');
    const d = s.service.open({ uri: 'untitled:Untitled-1', version: 1, text, languageId: 'json' });
    expect(s.service.diagnostics(d).map((x) => x.code)).toEqual(['KS142']);
  });
});
