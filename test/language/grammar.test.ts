import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** VS Code's own grammar engine, from the host that the end-to-end tests set up; without it there is nothing to try. */
const host = join(
  process.env.VSCODE_HOST_CACHE ?? join(homedir(), '.cache', 'vscode-test-host'),
  'latest/vscode/node_modules',
);
const root = resolve(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, 'syntaxes', file), 'utf8');

interface Tokenizer {
  tokenizeLine(
    line: string,
    state: unknown,
  ): { tokens: { startIndex: number; endIndex: number; scopes: string[] }[]; ruleStack: unknown };
}

/** A grammar of VS Code's own. */
const builtin = (path: string) => readFileSync(join(host, '../extensions', path), 'utf8');
const INJECTED: Readonly<Record<string, string>> = {
  'source.yaml': 'source.yaml.kusto-query',
  'text.html.markdown': 'markdown.kusto.codeblock',
  'source.bicep': 'source.bicep.kusto-query',
  'source.json': 'source.json.kusto-query',
};
const BICEP = {
  scopeName: 'source.bicep',
  patterns: [
    { name: 'string.quoted.multi.bicep', begin: "'''", end: "'''" },
    { name: 'variable.other.property.bicep', match: '^\\s*\\w+(?=:)' },
  ],
  repository: {},
};
const YAML = {
  scopeName: 'source.yaml',
  patterns: [{ name: 'entity.name.tag.yaml', match: '^\\s*\\w+(?=:)' }],
  repository: {},
};

async function grammar(scope: string): Promise<{ tokenizer: Tokenizer; initial: unknown }> {
  const load = createRequire(__filename);
  const textmate = load(join(host, 'vscode-textmate'));
  const oniguruma = load(join(host, 'vscode-oniguruma'));
  await oniguruma.loadWASM(readFileSync(join(host, 'vscode-oniguruma/release/onig.wasm')).buffer);
  const raw: Record<string, object> = {
    'source.kusto': textmate.parseRawGrammar(read('kusto.tmLanguage.json'), 'kusto.json'),
    'source.yaml.kusto-query': textmate.parseRawGrammar(read('kusto-yaml.injection.json'), 'yaml.json'),
    'source.yaml': YAML,
    'source.bicep': BICEP,
    'source.json': textmate.parseRawGrammar(builtin('json/syntaxes/JSON.tmLanguage.json'), 'JSON.json'),
    'text.html.markdown': textmate.parseRawGrammar(
      builtin('markdown-basics/syntaxes/markdown.tmLanguage.json'),
      'markdown.json',
    ),
  };
  for (const [to, name] of Object.entries(INJECTED))
    raw[name] ??= textmate.parseRawGrammar(read(`kusto-${to.split('.').at(-1)}.injection.json`), `${name}.json`);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (s: string[]) => new oniguruma.OnigScanner(s),
      createOnigString: (s: string) => new oniguruma.OnigString(s),
    }),
    loadGrammar: async (s: string) => raw[s] ?? null,
    getInjections: (s: string) => (INJECTED[s] ? [INJECTED[s]] : undefined),
  });
  return { tokenizer: await registry.loadGrammar(scope), initial: textmate.INITIAL };
}

/** `text scope` of each token that is not blank, with the innermost scope. */
async function check(text: string, expected: readonly string[], scope = 'source.kusto'): Promise<void> {
  const { tokenizer, initial } = await grammar(scope);
  let state = initial;
  const out: string[] = [];
  for (const line of text.split('\n')) {
    const { tokens, ruleStack } = tokenizer.tokenizeLine(line, state);
    state = ruleStack;
    for (const t of tokens) {
      const word = line.slice(t.startIndex, t.endIndex).trim();
      if (word) out.push(`${word} ${(t.scopes.slice(1).at(-1) ?? '-').replace(/\.kusto$/, '')}`);
    }
  }
  expect(out).toEqual(expected);
}

describe('the grammar', () => {
  it('is JSON that names its scope and its parts', () => {
    const g = JSON.parse(read('kusto.tmLanguage.json'));
    expect(g.scopeName).toBe('source.kusto');
    const included = [...JSON.stringify(g).matchAll(/"include":"#(\w+)"/g)].map((m) => m[1]!);
    expect(included.filter((name) => !(name in g.repository))).toEqual([]);
    expect(() => JSON.parse(read('kusto.language-configuration.json'))).not.toThrow();
  });

  it.skipIf(!existsSync(host))('colours a query', () =>
    check('T // why\n| where A !has "x|y" and B > ago(1d)', [
      'T entity.name.type.table',
      '// why comment.line.double-slash',
      '| keyword.operator.pipe',
      'where keyword.other.operator',
      'A variable.other',
      '!has keyword.operator.word',
      '" string.quoted.double',
      'x|y string.quoted.double',
      '" string.quoted.double',
      'and keyword.operator.word',
      'B variable.other',
      '> keyword.operator.comparison',
      'ago support.function',
      '( punctuation.section.parens',
      '1d constant.numeric.timespan',
      ') punctuation.section.parens',
    ]),
  );

  it.skipIf(!existsSync(host))('ends a text at the end of its line, and a long one where it ends', () =>
    check('print "open\n| take 1, ```a\nb```', [
      'print keyword.other.operator',
      '" string.quoted.double',
      'open string.quoted.double',
      '| keyword.operator.pipe',
      'take keyword.other.operator',
      '1 constant.numeric',
      ', punctuation.separator',
      '``` string.quoted.triple',
      'a string.quoted.triple',
      'b string.quoted.triple',
      '``` string.quoted.triple',
    ]),
  );

  it.skipIf(!existsSync(host))('colours the query of a rule and nothing after it', () =>
    check(
      'query: |\n  T\n\n  | take 1\nname: T',
      [
        'query entity.name.tag.yaml',
        ': punctuation.separator.key-value.mapping.yaml',
        '| keyword.control.flow.block-scalar.yaml',
        'T entity.name.type.table',
        '| keyword.operator.pipe',
        'take keyword.other.operator',
        '1 constant.numeric',
        'name entity.name.tag.yaml',
        ': T -',
      ],
      'source.yaml',
    ),
  );

  it.skipIf(!existsSync(host))('colours a fence of Markdown, to its end', () =>
    check(
      '- ```KQL title="x"\n  T\n  | take 1\n  ```\ntake 1',
      [
        '- punctuation.definition.list.begin.markdown',
        '``` punctuation.definition.markdown',
        'KQL fenced_code.block.language.markdown',
        'title="x" markup.fenced_code.block.markdown',
        'T entity.name.type.table',
        '| keyword.operator.pipe',
        'take keyword.other.operator',
        '1 constant.numeric',
        '``` punctuation.definition.markdown',
        'take 1 meta.paragraph.markdown',
      ],
      'text.html.markdown',
    ),
  );

  it.skipIf(!existsSync(host))('colours a text of Bicep, to its end', () =>
    check(
      "query: '''\nT | take 1\n'''\nname: '''\ntake 1'''",
      [
        'query variable.other.property.bicep',
        ': punctuation.separator.key-value.bicep',
        "''' punctuation.definition.string.begin.bicep",
        'T entity.name.type.table',
        '| keyword.operator.pipe',
        'take keyword.other.operator',
        '1 constant.numeric',
        "''' punctuation.definition.string.end.bicep",
        'name variable.other.property.bicep',
        ': -',
        "''' string.quoted.multi.bicep",
        'take 1 string.quoted.multi.bicep',
        "''' string.quoted.multi.bicep",
      ],
      'source.bicep',
    ),
  );

  it.skipIf(!existsSync(host))('colours a query of JSON, and leaves the file as it is', () =>
    check(
      '{ "query": "T\\n| where A == \\"x | take\\" // it\\n| take 1", "name": "take" }',
      [
        '{ punctuation.definition.dictionary.begin.json',
        '" punctuation.support.type.property-name.begin.json',
        'query support.type.property-name.json',
        '" punctuation.support.type.property-name.end.json',
        ': punctuation.separator.dictionary.key-value.json',
        '" punctuation.definition.string.begin.json',
        'T meta.embedded.inline',
        '\\n constant.character.escape.json',
        '| keyword.operator.pipe',
        'where keyword.other.operator',
        'A meta.embedded.inline',
        '== keyword.operator.comparison',
        '\\"x | take\\" string.quoted.double',
        '// it comment.line.double-slash',
        '\\n constant.character.escape.json',
        '| keyword.operator.pipe',
        'take keyword.other.operator',
        '1 constant.numeric',
        '" punctuation.definition.string.end.json',
        ', punctuation.separator.dictionary.pair.json',
        '" punctuation.support.type.property-name.begin.json',
        'name support.type.property-name.json',
        '" punctuation.support.type.property-name.end.json',
        ': punctuation.separator.dictionary.key-value.json',
        '" punctuation.definition.string.begin.json',
        'take string.quoted.double.json',
        '" punctuation.definition.string.end.json',
        '} punctuation.definition.dictionary.end.json',
      ],
      'source.json',
    ),
  );
});
