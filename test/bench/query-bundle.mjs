// The local connection as one file for Node, for the benches that open folders of logs.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

export const root = resolve(import.meta.dirname, '../..');
/** Where benches keep what they write. */
export const out = join(root, 'out', 'bench');
const outfile = join(out, 'query.cjs');

const CONTENTS = `
  export { openFolder } from './src/query/local/open';
  export { DATA_HOST_FLAGS } from './src/protocol/datahost';`;

export const bundleQuery = () =>
  build({
    stdin: { contents: CONTENTS, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    external: ['@duckdb/node-api'],
    logLevel: 'warning',
  });

const bundled = () => createRequire(import.meta.url)(outfile);

/** The flags that the product starts its data process with. */
export const dataHostFlags = () => bundled().DATA_HOST_FLAGS;

/** Opens a folder with what `bundleQuery` has written. */
export const openLogs = (folder, storage) =>
  bundled().openFolder({ folder, storage, now: null, clock: () => Date.now() });

/** CPU of the whole process, engine threads included, in ms, and what the work gave. */
export async function cpu(work) {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [(user + system) / 1000, result];
}

export const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
