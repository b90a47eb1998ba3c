import { mkdirSync, mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(__dirname, '../..');

/** Bundles an entry as the product's build does, into a folder of its own below `out/`, where node_modules is found. */
export async function bundle(entry: string): Promise<string> {
  mkdirSync(join(root, 'out'), { recursive: true });
  const outfile = join(mkdtempSync(join(root, 'out', 'bundle-')), 'main.js');
  await build({
    entryPoints: [join(root, 'src', entry)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['@duckdb/node-api'],
    logLevel: 'error',
    minifySyntax: true,
  });
  return outfile;
}
