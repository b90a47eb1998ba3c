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
  };
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (s: string[]) => new oniguruma.OnigScanner(s),
      createOnigString: (s: string) => new oniguruma.OnigString(s),
    }),
    loadGrammar: async (s: string) => raw[s] ?? null,
    getInjections: (s: string) => (s === 'source.yaml' ? ['source.yaml.kusto-query'] : undefined),
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
});
