#!/usr/bin/env node
// Tests inside VS Code's extension host, once in a trusted workspace and once in one that is not.
// usage: run.mjs --version 1.100|latest [--suite trusted|untrusted] [--verbose]; ends with "in-host VERSION: N passed, M failed"
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureVsix, root } from '../host/ensure.mjs';
import { writeWorkspace } from './workspace.mjs';

const { values: o } = parseArgs({
  options: {
    version: { type: 'string', default: 'latest' },
    suite: { type: 'string' },
    verbose: { type: 'boolean' },
    'no-build': { type: 'boolean' },
  },
});
if (!o['no-build']) ensureVsix(); // dist/ is what the development extension is loaded from
const out = path.join(root, 'out', 'inhost');
const suites = ['trusted', 'untrusted'].filter((s) => !o.suite || s === o.suite);
const entries = suites.map((s) => path.join(root, 'test', 'inhost', `suite-${s}.ts`));
const esbuild = path.join(root, 'node_modules', '.bin', 'esbuild');
const bundle = spawnSync(
  esbuild,
  [
    ...entries,
    '--bundle',
    '--platform=node',
    '--format=cjs',
    '--external:vscode',
    `--outdir=${out}`,
    '--log-level=warning',
  ],
  { stdio: 'inherit' },
);
if (bundle.status !== 0) process.exit(1);

let passed = 0;
let failed = 0;
for (const suite of suites) {
  // A space and a letter beyond Latin-1: paths that people have.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gapline inhost Ω-'));
  writeWorkspace(folder);
  const args = [
    path.join(root, 'test', 'host', 'run-inhost.mjs'),
    ...['--version', o.version, '--ext', root, '--tests', path.join(out, `suite-${suite}.js`)],
    ...['--workspace', folder, '--timeout', '400', '--shot', path.join(out, `${o.version}-${suite}.png`)],
    ...(suite === 'untrusted' ? ['--untrusted'] : []),
    ...(o.verbose ? ['--verbose'] : []),
  ];
  const r = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  process.stdout.write(r.stdout);
  const counts = /in-host: (\d+) passed, (\d+) failed/.exec(r.stdout);
  passed += Number(counts?.[1] ?? 0);
  // A suite that says nothing has failed.
  failed += counts ? Number(counts[2]) : 1;
  if (r.status !== 0 && counts?.[2] === '0') failed++;
  fs.rmSync(folder, { recursive: true, force: true });
}
console.log(`in-host ${o.version}: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
