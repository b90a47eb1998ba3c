import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { init, parse } from 'es-module-lexer';
import { beforeAll, describe, expect, it } from 'vitest';

const src = resolve(__dirname, '../src');

/** Which folder may import which: the table of src/README.md. A folder may always import itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  base: [],
  protocol: ['base'],
  kusto: ['base', 'protocol'],
  catalog: ['base', 'protocol'],
  language: ['base', 'protocol', 'kusto', 'catalog', 'detections'],
  detections: ['base', 'protocol', 'kusto', 'catalog'],
  query: ['base', 'protocol', 'kusto', 'catalog', 'detections'],
  coverage: ['base', 'protocol'],
  review: ['base', 'protocol', 'catalog'],
  assessment: ['base', 'protocol', 'kusto', 'catalog', 'query', 'coverage', 'review', 'detections'],
  sample: ['base', 'protocol', 'catalog', 'coverage'],
  timeline: ['base', 'protocol'],
  server: ['base', 'protocol', 'kusto', 'catalog', 'language', 'detections', 'review'],
  datahost: ['base', 'protocol', 'catalog', 'assessment', 'query', 'coverage', 'review', 'timeline', 'sample'],
  cli: [
    'base',
    'protocol',
    'kusto',
    'catalog',
    'language',
    'detections',
    'query',
    'coverage',
    'review',
    'assessment',
    'sample',
    'timeline',
  ],
  extension: ['base', 'protocol', 'review', 'timeline', 'catalog', 'coverage'],
  webview: ['base', 'protocol', 'timeline'],
};
/** Folders without clock, disk or network. */
const PURE = ['base', 'protocol', 'language', 'detections', 'coverage', 'review', 'timeline'];
const NODE_IO = /^(node:)?(fs|net|http|https|tls|dgram|child_process|os|worker_threads)(\/|$)/;

interface SourceFile {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function* walk(dir: string): Generator<string> {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.name.endsWith('.ts')) yield path;
  }
}

/** Types are erased by the compiler, yet they are dependencies too: the lexer reads TypeScript as it stands. */
function importsOf(text: string): string[] {
  const [found] = parse(text);
  return found.flatMap((i) => ('specifier' in i && typeof i.specifier === 'string' ? [i.specifier] : []));
}

let files: SourceFile[] = [];
beforeAll(async () => {
  await init;
  files = [...walk(src)].map((path) => {
    const text = readFileSync(path, 'utf8');
    return { path, folder: relative(src, path).split('/')[0]!, text, imports: importsOf(text) };
  });
});

const name = (f: SourceFile) => relative(src, f.path);
const target = (f: SourceFile, specifier: string) => relative(src, resolve(dirname(f.path), specifier)).split('/')[0]!;

describe('architecture', () => {
  it('has a row in the import table for every folder', () => {
    expect([...new Set(files.map((f) => f.folder))].filter((f) => !(f in MAY_IMPORT))).toEqual([]);
  });

  it('reads the imports, types included', () => {
    expect(
      importsOf("import type { A } from './a';\nimport b from './b';\nconst x: Map<string, A> = await import('./c');"),
    ).toEqual(['./a', './b', './c']);
    expect(files.flatMap((f) => f.imports).length).toBeGreaterThan(10);
  });

  it('imports only what the table allows', () => {
    const wrong = files.flatMap((f) =>
      f.imports
        .filter((i) => i.startsWith('.'))
        .map((i) => target(f, i))
        .filter((t) => t !== f.folder && !(MAY_IMPORT[f.folder] ?? []).includes(t))
        .map((t) => `${name(f)} imports ${t}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    { folder: 'extension', of: 'coverage', alone: 'agent', why: 'no statistics in the extension host' },
    { folder: 'query', of: 'detections', alone: 'saved-functions', why: 'functions run as the editor reads them' },
  ])('lets $folder import $alone alone of $of: $why', ({ folder, of, alone }) => {
    const wrong = files
      .filter((f) => f.folder === folder)
      .flatMap((f) => f.imports.filter((i) => i.startsWith('.') && target(f, i) === of).map((i) => [f, i] as const))
      .filter(([, i]) => !i.endsWith(`/${of}/${alone}`))
      .map(([f, i]) => `${name(f)} imports ${i}`);
    expect(wrong).toEqual([]);
  });

  it('names vscode, the KQL engine and DuckDB in one folder each', () => {
    const wrong = files.flatMap((f) => [
      ...(f.imports.includes('vscode') && f.folder !== 'extension' ? [`${name(f)} imports vscode`] : []),
      ...(/\bKusto\.|@kusto\//.test(f.text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')) && f.folder !== 'kusto'
        ? [`${name(f)} names the KQL engine`]
        : []),
      ...(f.imports.some((i) => i.startsWith('@duckdb/')) && !name(f).startsWith('query/local/duckdb/')
        ? [`${name(f)} imports DuckDB`]
        : []),
    ]);
    expect(wrong).toEqual([]);
  });

  it('keeps pure folders free of disk, network and clock', () => {
    const wrong = files
      .filter((f) => PURE.includes(f.folder))
      .flatMap((f) => [
        ...f.imports.filter((i) => NODE_IO.test(i)).map((i) => `${name(f)} imports ${i}`),
        ...(/\bDate\.now\(|new Date\(\)|\bMath\.random\(|performance\.now\(/.test(f.text)
          ? [`${name(f)} reads the clock or chance`]
          : []),
      ]);
    expect(wrong).toEqual([]);
  });

  it('has no import cycle', () => {
    const byPath = new Map(files.map((f) => [f.path.replace(/\.ts$/, ''), f]));
    const edges = new Map(
      files.map((f) => [
        f,
        f.imports
          .filter((i) => i.startsWith('.'))
          .map((i) => resolve(dirname(f.path), i))
          .map((p) => byPath.get(p) ?? byPath.get(join(p, 'index')))
          .filter((x): x is SourceFile => !!x),
      ]),
    );
    const state = new Map<SourceFile, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (f: SourceFile, trail: SourceFile[]) => {
      if (state.get(f) === 'done') return;
      if (state.get(f) === 'open') {
        cycles.push([...trail.slice(trail.indexOf(f)), f].map(name).join(' → '));
        return;
      }
      state.set(f, 'open');
      for (const next of edges.get(f) ?? []) visit(next, [...trail, f]);
      state.set(f, 'done');
    };
    for (const f of files) visit(f, []);
    expect(cycles).toEqual([]);
  });

  it('keeps files within the hard limit of 600 lines', () => {
    expect(files.filter((f) => f.text.split('\n').length > 600).map(name)).toEqual([]);
  });
});
