import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { listFiles, PackageManager } from '@vscode/vsce';
import { describe, expect, it } from 'vitest';

const root = resolve(__dirname, '../..');
const golden = join(__dirname, 'contents.txt');
const built = existsSync(join(root, 'dist', 'extension.js')) && existsSync(join(root, 'dist', 'datahost.js'));
const size = (name: string): number => statSync(join(root, name)).size;
const zipped = (name: string): number => gzipSync(readFileSync(join(root, name))).length;
const text = (name: string): string => readFileSync(join(root, name), 'utf8');
const KB = 1024;
const MB = 1024 * KB;

/** What is packaged, a line for each file; the database's own package is one line, its files are its makers'. */
async function contents(): Promise<string[]> {
  const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
  const lines = files.map((f) =>
    f
      .replaceAll('\\', '/')
      .replace(/^dist\/node_modules\/(@duckdb\/node-bindings)-\w+-\w+\/.*/, 'dist/node_modules/$1-PLATFORM/…')
      .replace(/^(dist\/node_modules\/@duckdb\/[\w-]+)\/.*/, '$1/…'),
  );
  return [...new Set(lines)].sort();
}

describe.skipIf(!built)('the built extension', () => {
  // UPDATE_GOLDEN=1 writes the list anew; look at the difference before committing it.
  it('holds these files and no others', async () => {
    const found = `${(await contents()).join('\n')}\n`;
    if (process.env['UPDATE_GOLDEN']) writeFileSync(golden, found);
    expect(found).toBe(readFileSync(golden, 'utf8'));
  });

  it('is small where it is loaded at once: entry 60 KB, lazy chunks 1 MB together', () => {
    expect(size('dist/extension.js')).toBeLessThan(60 * KB);
    const chunks = readdirSync(join(root, 'dist', 'chunks')).reduce((n, f) => n + size(`dist/chunks/${f}`), 0);
    expect(chunks).toBeLessThan(MB);
  });

  it('sends small pages to the browser: timeline 60 KB, results 120 KB, gzip', () => {
    expect(zipped('dist/webview/timeline.js') + zipped('dist/webview/timeline.css')).toBeLessThan(60 * KB);
    expect(zipped('dist/webview/results.js') + zipped('dist/webview/results.css')).toBeLessThan(120 * KB);
  });

  it('has neither engine nor client in its entry', () => {
    const entry = text('dist/extension.js');
    for (const name of ['textDocument/didOpen', 'Kusto.Language', '@duckdb', '$/cancelRequest'])
      expect(entry.includes(name), name).toBe(false);
  });

  it('says how memory is given back before it loads the database', () => {
    for (const name of ['dist/datahost.js', 'dist/cli.js']) {
      const said = text(name).indexOf('DUCKDB_JE_MALLOC_CONF');
      expect(said, name).toBeGreaterThan(0);
      expect(said, name).toBeLessThan(text(name).indexOf('require("@duckdb/node-api")'));
    }
  });

  it('has no network client in what sees the user’s queries and logs', () => {
    const bundles = ['dist/extension.js', 'dist/server.js', 'dist/webview/timeline.js', 'dist/webview/results.js'];
    for (const name of bundles)
      expect(text(name), name).not.toMatch(
        /require\("(?:node:)?(?:https?|http2|tls|dgram)"\)|XMLHttpRequest|WebSocket\(/,
      );
  });
});

describe.skipIf(!existsSync(join(root, 'out', 'gapline.vsix')))('the package', () => {
  it('is at most 30 MB', () => {
    expect(size('out/gapline.vsix')).toBeLessThan(30 * MB);
  });
});
