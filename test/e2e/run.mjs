#!/usr/bin/env node
// End to end: the packaged .vsix, installed by VS Code's own command line, driven as a person would through a browser.
// usage: run.mjs --version 1.100|latest [--story NAME] [--keep] ; screenshots go to out/e2e/VERSION
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureVsix, root } from '../host/ensure.mjs';
import {
  hostInfo,
  installExtension,
  launchBrowser,
  offline,
  startServer,
  Workbench,
  workbenchUrl,
} from '../host/lib.mjs';

const { values: o } = parseArgs({
  options: {
    version: { type: 'string', default: 'latest' },
    story: { type: 'string' },
    verbose: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
});
const shots = path.join(root, 'out', 'e2e', o.version);
fs.mkdirSync(shots, { recursive: true });
const stories = fs
  .readdirSync(path.join(root, 'test', 'e2e'))
  .filter((f) => f.endsWith('.story.mjs') && (!o.story || f.startsWith(o.story)))
  .sort();

const started = Date.now();
const step = (text) => console.log(`  ${((Date.now() - started) / 1000).toFixed(1)} s  ${text}`);
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'gapline-e2e-'));
const vsix = ensureVsix();
installExtension({ version: o.version, dataDir, vsix });

/** A small sample tenant of its own, so that stories can change it. */
function tenant(name) {
  const folder = path.join(dataDir, 'workspaces', name);
  const master = path.join(root, 'out', 'e2e', 'tenant-small');
  if (!fs.existsSync(path.join(master, 'gapline.yaml'))) {
    fs.rmSync(master, { recursive: true, force: true });
    execFileSync(process.execPath, [
      path.join(root, 'dist', 'cli.js'),
      'sample',
      master,
      '--seed',
      '11',
      '--scale',
      '0.1',
    ]);
  }
  fs.cpSync(master, folder, { recursive: true });
  return folder;
}
function emptyFolder(name) {
  const folder = path.join(dataDir, 'workspaces', name);
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

const browser = await launchBrowser();
let passed = 0;
let failed = 0;
const outside = new Set();
for (const file of stories) {
  const story = await import(path.join(root, 'test', 'e2e', file));
  console.log(`\n${story.title}`);
  const server = await startServer({
    version: o.version,
    dataDir,
    verbose: o.verbose,
    trusted: story.trusted ?? true,
    settings: story.settings ?? {},
  });
  const context = await browser.newContext({
    viewport: { width: 1500, height: 950 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await offline(context, server, outside);
  const page = await context.newPage();
  const shot = (name) => page.screenshot({ path: path.join(shots, `${name}.png`) });
  const wb = new Workbench(page);
  const openFolder = async (folder) => {
    await page.goto(workbenchUrl(server, { folder, payload: [['skipWelcome', 'true']] }));
    await wb.ready();
  };
  try {
    await story.run({ page, wb, server, shot, step, tenant, emptyFolder, openFolder, dataDir });
    passed++;
    step('passed');
  } catch (error) {
    failed++;
    console.error(`FAILED: ${error.stack ?? error}`);
    await shot(`failed-${file.replace('.story.mjs', '')}`).catch((e) => console.error(`no screenshot: ${e.message}`));
  }
  await context.close();
  await server.stop();
}
await browser.close();
if (!o.keep) fs.rmSync(dataDir, { recursive: true, force: true });
if (outside.size > 0) {
  failed++;
  console.error(`Requests left the machine: ${[...outside].join(' ')}`);
}
console.log(`VS Code ${hostInfo(o.version).vscodeVersion}`);
console.log(`end to end ${o.version}: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
