import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { finish } from '../../src/base/steps';
import { lexemes } from '../../src/kusto/lexemes';
import type { FormattingChoice } from '../../src/language/formatting';
import { applied } from './edits';
import { type Scenario, scenario } from './scenario';
import { styles } from './styles';

/** The formatter never changes what a query means, and does nothing the second time: over the corpus and over random layouts. */
const CHOICES: readonly FormattingChoice[] = [
  { indentation: 4, pipes: 'smart' },
  { indentation: 2, pipes: 'newline' },
  { indentation: 4, pipes: 'smart', width: 60 },
  { indentation: 3, pipes: 'asis' },
];

/** What a text says: the tokens of each query and the comments, whatever their layout. */
const meaning = ({ document }: Scenario) =>
  document.blocks.map((b) => ({
    tokens: b.engine().tokens(),
    comments: lexemes(b.text).flatMap((l) => (l.kind === 'comment' ? b.text.slice(l.start, l.end).trim() : [])),
  }));
type Range = Parameters<Scenario['service']['formatting']>[2];
const formatted = (s: Scenario, choice: FormattingChoice, range: Range = null) =>
  applied(s.text, finish(s.service.formatting(s.document, choice, range)));

/** Formats, holds the result against what was there, and gives it. */
function check(text: string, choice: FormattingChoice, file = 'q.kql'): Scenario {
  const before = scenario(text, file);
  const after = scenario(formatted(before, choice), file);
  expect(meaning(after)).toEqual(meaning(before));
  expect(after.document.problems.map((p) => p.code)).toEqual(before.document.problems.map((p) => p.code));
  expect(formatted(after, choice)).toBe(after.text);
  return after;
}

const folder = join(__dirname, 'corpus');
const corpus = readdirSync(folder).filter((f) => /\.(kql|yaml|json|md|bicep)$/.test(f));

const GAPS = [' ', '  ', '\n', '\r\n', '\t', '\n      ', ' // said\n', '\n// said so\n'] as const;
/** The query with other blanks between its words; none is a blank line, which would part it. */
function laidOut(text: string, gaps: readonly number[]): string {
  let out = '';
  let at = 0;
  let n = 0;
  const between = (blank: string, afterComment: boolean) => {
    const gap = GAPS[gaps[n++ % gaps.length]!]!;
    // A comment ends with its line; a blank line of the query's own stays.
    return afterComment || /\n\s*\n/.test(blank) ? blank : gap;
  };
  let comment = false;
  for (const l of [...lexemes(text), { kind: 'sign', start: text.length, end: text.length } as const]) {
    const first = comment;
    out += text.slice(at, l.start).replace(/\s+/g, (blank) => between(blank, first)) + text.slice(l.start, l.end);
    at = l.end;
    comment = l.kind === 'comment';
  }
  return out;
}

const HEAD = 'id: x\nname: y\nqueryPeriod: 1d\nqueryFrequency: 1d\n';
const HOSTS: Readonly<Record<string, (kql: string) => string>> = {
  'r.yaml': (kql) => `${HEAD}query: |\n  ${kql.replace(/(\r?\n)(?=[^\r\n])/g, '$1  ')}\nversion: 1\n`,
  'quoted.yaml': (kql) => `${HEAD}query: ${JSON.stringify(kql)}\nversion: 1\n`,
  'r.json': (kql) => JSON.stringify({ type: 'x/alertRules', properties: { displayName: 'R', query: kql } }, null, 2),
  'r.bicep': (kql) =>
    `resource r 'x@1' = {\n  properties: {\n    query: '${kql
      .replace(/[\\']/g, '\\$&')
      .replaceAll('${', '\\${')
      .replaceAll('\n', '\\n')
      .replaceAll('\r', '\\r')
      .replaceAll('\t', '\\t')}'\n  }\n}\n`,
  'r.md': (kql) => `# Hunt\n\n\`\`\`kql\n${kql}\n\`\`\`\n`,
};
/** True where a host that can be read with others' eyes is read. */
function isValid(file: string, text: string): boolean {
  if (file.endsWith('.json')) return JSON.parse(text) !== undefined;
  return !file.endsWith('.yaml') || parseAllDocuments(text).every((d) => d.errors.length === 0);
}

const style = fc.constantFrom(...styles);
const gaps = fc.array(fc.nat(GAPS.length - 1), { minLength: 1, maxLength: 30 });
const choice = fc.constantFrom(...CHOICES);

describe('formatting keeps the meaning', () => {
  it.each(corpus)('of the corpus: %s', (file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    // A file of rules is many: each case is a file of its own.
    const parts = file.endsWith('.kql') ? [text] : text.split(/^# === .*\r?\n/m);
    for (const part of parts) for (const c of CHOICES.slice(0, 2)) check(part, c, file);
  });
  it('of queries in every style, as they stand', () => {
    for (const [i, query] of styles.entries()) check(query, CHOICES[i % CHOICES.length]!);
  });
  it('of queries laid out anyhow', () => {
    fc.assert(
      fc.property(style, gaps, choice, (query, g, c) => {
        check(laidOut(query, g), c);
      }),
      { numRuns: 60 },
    );
  });
  it('inside every host, which stays valid', () => {
    fc.assert(
      fc.property(style, gaps, choice, fc.constantFrom(...Object.keys(HOSTS)), (query, g, c, file) => {
        // Tabs cannot indent YAML, and a fence ends at its own sign.
        const kql = laidOut(query, g).replaceAll('\t', ' ').replaceAll('```', "'");
        const text = HOSTS[file]!(kql);
        expect(scenario(text, file).document.blocks).toHaveLength(1);
        expect(isValid(file, check(text, c, file).text)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
  it('in a range, and leaves the queries beside it alone', () => {
    const inRange = fc.tuple(fc.nat(10_000), fc.nat(10_000));
    const three = fc.array(style, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(three, gaps, choice, inRange, (queries, g, c, [a, b]) => {
        const text = queries.map((q) => laidOut(q, g)).join('\n\n');
        const s = scenario(text);
        const [from, to] = [a % text.length, b % text.length].sort((x, y) => x - y) as [number, number];
        const after = scenario(formatted(s, c, s.document.lines.range(from, to)));
        expect(meaning(after)).toEqual(meaning(s));
        const beside = s.document.blocks.map((x, i) => ({ x, i })).filter(({ x }) => x.end < from || x.start > to);
        for (const { x, i } of beside) expect(after.document.blocks[i]!.text).toBe(x.text);
      }),
      { numRuns: 25 },
    );
  });
});
