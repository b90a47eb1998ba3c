#!/usr/bin/env node
// npm test: sets itself up, runs every layer and ends with the count per layer and one line "N passed, M failed".
// node test/run.mjs [LAYER…] runs some of them; --list names them.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ensureBrowser, ensureDependencies, ensureHost, ensureVsix, NO_BROWSER, root } from './host/ensure.mjs';

const VERSIONS = ['1.100', 'latest'];
const asked = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const results = [];
/** What failed in the unit layers, said again at the end: their output is far above the table by then. */
const failures = [];
const unsteady = [];
const out = path.join(root, 'out');
fs.mkdirSync(out, { recursive: true });

/** Layers of vitest's folders under test/. */
const UNIT = {
  architecture: ['architecture.test.ts'],
  pure: [], // every folder that no other layer names, so that a new one is never left out
  language: ['language', 'kusto'],
  query: ['query'],
  server: ['server', 'datahost', 'cli'],
  extension: ['extension'],
  package: ['package'],
};
const named = new Set([...Object.values(UNIT).flat(), 'host', 'inhost', 'webview', 'e2e', 'bench', 'eval']);
UNIT.pure = fs
  .readdirSync(path.join(root, 'test'), { withFileTypes: true })
  .filter((e) => e.isDirectory() && !named.has(e.name))
  .map((e) => e.name);
/** Layers that are scripts; each prints "NAME: N passed, M failed". */
const SCRIPTS = [
  { layer: 'webview', args: ['test/webview/run.mjs'] },
  ...VERSIONS.map((v) => ({ layer: `in-host ${v}`, args: ['test/inhost/run.mjs', '--version', v] })),
  ...VERSIONS.map((v) => ({ layer: `end to end ${v}`, args: ['test/e2e/run.mjs', '--version', v] })),
];

const wanted = (layer) => asked.length === 0 || asked.some((a) => layer.startsWith(a));
if (process.argv.includes('--list')) {
  console.log([...Object.keys(UNIT), ...SCRIPTS.map((s) => s.layer)].join('\n'));
  process.exit(0);
}

function record(layer, passed, failed, skipped = 0) {
  results.push({ layer, passed, failed, skipped });
}

function check(name, command, args) {
  console.log(`\n── ${name}`);
  const r = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  record(name, r.status === 0 ? 1 : 0, r.status === 0 ? 0 : 1);
}

function unit() {
  const layers = Object.keys(UNIT).filter(wanted);
  if (layers.length === 0) return;
  console.log('\n── unit layers (vitest)');
  const report = path.join(out, 'vitest.json');
  fs.rmSync(report, { force: true });
  const paths = layers.flatMap((l) => UNIT[l].map((p) => `test/${p}`)).filter((p) => fs.existsSync(path.join(root, p)));
  const args = [
    'run',
    '--config',
    'test/vitest.config.mts',
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...paths,
  ];
  const run = spawnSync(path.join(root, 'node_modules/.bin/vitest'), args, { cwd: root, stdio: 'inherit' });
  const files = fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')).testResults : [];
  for (const layer of layers) {
    const mine = files.filter((f) =>
      UNIT[layer].some((p) => path.relative(path.join(root, 'test'), f.name).split(path.sep)[0] === p),
    );
    const of = (status) => mine.flatMap((f) => f.assertionResults).filter((a) => a.status === status).length;
    // A file that fails to load has no assertions; it is a failure all the same.
    const broken = mine.filter(
      (f) => f.status === 'failed' && !f.assertionResults.some((a) => a.status === 'failed'),
    ).length;
    record(layer, of('passed'), of('failed') + broken, of('skipped') + of('pending'));
  }
  for (const f of files.filter((f) => f.status === 'failed')) {
    const name = path.relative(root, f.name);
    const tests = f.assertionResults.filter((a) => a.status === 'failed');
    if (tests.length === 0) failures.push(`${name}: ${f.message}`);
    for (const a of tests) failures.push(`${name}: ${a.fullName}\n${a.failureMessages.join('\n')}`);
  }
  // An error outside of any test (a promise nobody waits for) is in no file's results; the exit code alone tells of it.
  if (run.status !== 0 && results.every((r) => r.failed === 0)) record('outside of tests', 0, 1);
}

/** Runs a script of tests and reads its last line. */
function attempt(args) {
  const r = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  process.stdout.write(r.stdout ?? '');
  const m = /(\d+) passed, (\d+) failed\s*$/.exec(r.stdout ?? '');
  return { passed: Number(m?.[1] ?? 0), failed: Number(m?.[2] ?? 0) || (r.status === 0 && m ? 0 : 1) };
}

/**
 * A browser and a VS Code of others' making are started for these layers. One that fails is run again as a whole, once: what fails
 * twice is red, what then passes is named as unsteady, with how much failed, so that nobody takes it for sound.
 */
function script({ layer, args }) {
  if (!wanted(layer)) return;
  console.log(`\n── ${layer}`);
  const first = attempt(args);
  if (first.failed === 0) return record(layer, first.passed, 0);
  console.log(`\n── ${layer}, again`);
  const second = attempt(args);
  if (second.failed === 0) unsteady.push(`${layer}: ${first.failed} failed at first, none when run again`);
  record(layer, second.passed, second.failed);
}

ensureDependencies();
const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout?.trim();
console.log(`Gapline ${commit ?? ''}, Node ${process.version}`);
if (asked.length === 0) {
  check('lint', path.join(root, 'node_modules/.bin/biome'), ['check', '--config-path=.config', 'src', 'test']);
  check('types', 'npm', ['run', '--silent', 'typecheck']);
}
if (['package', 'server', ...SCRIPTS.map((s) => s.layer)].some(wanted)) {
  try {
    ensureVsix();
  } catch (error) {
    console.error(error.message);
    record('build', 0, 1);
  }
}
unit();
if (SCRIPTS.some((s) => wanted(s.layer))) {
  if (!ensureBrowser()) {
    console.error(NO_BROWSER);
    record('browser', 0, 1);
  } else {
    for (const v of VERSIONS) ensureHost(v);
    for (const s of SCRIPTS) script(s);
  }
}

for (const f of failures) console.log(`\nFAILED ${f}`);
console.log('\nlayer                 passed  failed  skipped');
for (const r of results) {
  // A layer that ran nothing is red: silence must not pass for success.
  if (r.passed + r.failed === 0) r.failed = 1;
  console.log(
    `${r.layer.padEnd(20)} ${String(r.passed).padStart(7)} ${String(r.failed).padStart(7)} ${String(r.skipped).padStart(8)}`,
  );
}
for (const u of unsteady) console.log(`\nUNSTEADY ${u}`);
const sum = (k) => results.reduce((n, r) => n + r[k], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') === 0 ? 0 : 1);
