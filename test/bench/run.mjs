#!/usr/bin/env node
// npm run bench: sizes and CPU times that the README's table holds. CPU time and ratios only: wall time is noise on shared
// machines. Prints one table; --json FILE writes [{name, unit, value, of}]. Nothing here passes or fails.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies, ensureVsix, root } from '../host/ensure.mjs';

const { values: o } = parseArgs({
  options: { json: { type: 'string' }, rows: { type: 'string', default: '10000000' } },
});
ensureDependencies();
const vsix = ensureVsix();
const figures = [];
const figure = (name, unit, value, limit, of) => {
  figures.push({ name, unit, value: Math.round(value * 1000) / 1000, ...(of ? { of } : {}) });
  console.log(`${name.padEnd(62)} ${String(Math.round(value * 100) / 100).padStart(9)} ${unit.padEnd(6)} (≤ ${limit})`);
};
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Runs the command line with a preload that says what it cost. */
function gapline(cache, args) {
  const usage = path.join(cache, 'usage.json');
  const preload = path.join(root, 'test', 'assessment', 'usage.cjs');
  const env = { ...process.env, XDG_CACHE_HOME: cache, GAPLINE_USAGE: usage, NODE_OPTIONS: `--require=${preload}` };
  execFileSync(process.execPath, [path.join(root, 'dist', 'cli.js'), ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
    maxBuffer: 1 << 28,
  });
  return JSON.parse(fs.readFileSync(usage, 'utf8'));
}

const cpu = os.cpus()[0]?.model ?? 'unknown';
console.log(`Node ${process.version}, ${os.cpus().length} × ${cpu}\n`);
figure('VSIX', 'MB', fs.statSync(vsix).size / 1e6, '30');
figure('extension entry, eager', 'KB', fs.statSync(path.join(root, 'dist', 'extension.js')).size / 1024, '60');

const { activation } = await import('./activation.mjs');
const activations = Array.from({ length: 5 }, () => activation().cpuMs);
figure('activation: entry loaded and activate() run (median of 5)', 'ms CPU', median(activations), '100');

const { firstDiagnostics } = await import('./first-diagnostics.mjs');
const runs = [];
for (let i = 0; i < 5; i++) runs.push(await firstDiagnostics());
figure('first diagnostics, cold server (median of 5)', 'ms CPU', median(runs), '2000');

const { coldFigures } = await import('./cold.mjs');
for (const f of await coldFigures()) figure(f.name, f.unit, f.value, f.limit);

const work = fs.mkdtempSync(path.join(os.tmpdir(), 'gapline-bench-'));
const tenant = path.join(work, 'tenant');
figure('sample tenant written', 'ms CPU', gapline(work, ['sample', tenant, '--seed', '7']).cpuMs, 'no limit');
const coverage = ['coverage', '--folder', tenant, '--format', 'json', '--fail-on', 'never'];
figure('coverage of the sample tenant, import included', 'ms CPU', gapline(work, coverage).cpuMs, 'no limit');
const again = gapline(work, coverage);
figure('coverage of the sample tenant, once imported', 'ms CPU', again.cpuMs, '10000');
figure('  its peak memory', 'MB', again.maxRssMb, '700');
fs.rmSync(work, { recursive: true, force: true });

const queryJson = path.join(root, 'out', 'bench-query.json');
execFileSync(process.execPath, [path.join(root, 'test', 'bench', 'query.mjs'), '--rows', o.rows, '--json', queryJson], {
  cwd: root,
  stdio: 'inherit',
});
figures.push(...JSON.parse(fs.readFileSync(queryJson, 'utf8')));
if (o.json) fs.writeFileSync(o.json, `${JSON.stringify(figures, null, 1)}\n`);
