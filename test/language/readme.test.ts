import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Rows of the table of features: what, the files that make it, the test that shows it. */
const rows = read('src/language/README.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| feature'))
  .map((line) => {
    const [feature, files, test] = line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''));
    const shown = /^`([^`]+)` “(.+)”$/.exec(test ?? '');
    return {
      feature: feature!,
      files: [...files!.matchAll(/`([^`]+)`/g)].map((m) => m[1]!),
      test: shown?.[1] ?? '',
      title: shown?.[2] ?? '',
    };
  });
const suite = read('test/inhost/suite-trusted.ts');

describe('the table of language features', () => {
  it('has rows', () => expect(rows.length).toBeGreaterThan(40));
  it.each(rows.map((r) => [r.feature, r] as const))('names what there is: %s', (_, row) => {
    expect(row.files.length).toBeGreaterThan(0);
    expect(row.files.filter((f) => !existsSync(join(root, f)))).toEqual([]);
    expect(existsSync(join(root, row.test)), row.test).toBe(true);
    const text = read(row.test);
    expect(
      [`it('${row.title}'`, `it(\`${row.title}\``].some((t) => text.includes(t)),
      row.title,
    ).toBe(true);
    // A module that no suite imports shows nothing.
    const inHost = /^test\/inhost\/(\w+)\.ts$/.exec(row.test);
    if (inHost) expect(suite).toContain(`import './${inHost[1]}';`);
  });
});
