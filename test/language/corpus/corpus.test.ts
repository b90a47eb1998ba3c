import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnosed } from '../scenario';

/**
 * Queries of the project's own in the styles that public repositories have, each with every diagnostic that it should give: most
 * give none. A case starts with `// === what it is`; `// expect: …` lines at its end are its diagnostics, hints left out.
 */
interface Case {
  readonly name: string;
  readonly text: string;
  readonly expected: readonly string[];
}

const EXPECT = /^(?:\/\/|#) expect: (.*)$/;

function casesOf(file: string): Case[] {
  const parts = file.split(/^(?:\/\/|#) === (.*)\r?\n/m);
  return parts.slice(1).flatMap((name, i): Case[] => {
    if (i % 2 === 1) return [];
    const lines = parts[i + 2]!.split('\n');
    const expected = lines.flatMap((l) => EXPECT.exec(l)?.[1] ?? []);
    return [{ name, expected, text: lines.filter((l) => !EXPECT.test(l)).join('\n') }];
  });
}

const found = (text: string, file: string): string[] => diagnosed(text, file).filter((d) => !/^\S+ Hint /.test(d));

const files = readdirSync(__dirname).filter((f) => /\.(kql|yaml|json|md|bicep)$/.test(f));
const corpus = files.map((file) => ({ file, cases: casesOf(readFileSync(join(__dirname, file), 'utf8')) }));

/** Writes what is found into the files, for a person to read over. */
function rewrite(): void {
  for (const { file, cases } of corpus) {
    const mark = file.endsWith('.yaml') ? '#' : '//';
    const written = cases.map((c) => {
      const expects = found(c.text, file).map((d) => `${mark} expect: ${d.replaceAll('\n', ' ')}\n`);
      return `${mark} === ${c.name}\n${c.text.replace(/\n*$/, '\n')}${expects.join('')}`;
    });
    writeFileSync(join(__dirname, file), written.join(''));
  }
}
if (process.env['UPDATE_GOLDEN']) rewrite();

describe('corpus', () => {
  it('is large enough to mean something', () => {
    expect(corpus.reduce((n, c) => n + c.cases.length, 0)).toBeGreaterThanOrEqual(150);
  });
  for (const { file, cases } of corpus) {
    describe(file, () => {
      it.each(cases.map((c) => [c.name, c] as const))('%s', (_, c) => {
        expect(found(c.text, file).map((d) => d.replaceAll('\n', ' '))).toEqual(c.expected);
      });
    });
  }
});
