#!/usr/bin/env nodeimport assert from 'node:assert';
// End to end: the PACKAGED extension (vsix) installed by VS Code's own CLI, driven through a browser.
// usage: run-e2e.mjs --version 1.100 --vsix F --workspace DIR --out DIR
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { hostInfo, launchBrowser, offline, remote, startServer, Workbench, workbenchUrl } from './lib.mjs';

const { values: o } = parseArgs({
  options: {
    version: { type: 'string', default: '1.100' },
    vsix: { type: 'string' },
    workspace: { type: 'string' },
    out: { type: 'string', default: 'out' },
    verbose: { type: 'boolean' },
  },
});
const t0 = Date.now();
const step = (s) => console.log(`# ${((Date.now() - t0) / 1000).toFixed(1)}s ${s}`);
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'vsc-e2e-')),
  host = hostInfo(o.version);
console.log(
  execFileSync(
    host.node,
    [
      host.serverMain,
      '--install-extension',
      path.resolve(o.vsix),
      '--extensions-dir',
      path.join(dataDir, 'extensions'),
      '--server-data-dir',
      dataDir,
    ],
    { encoding: 'utf8', env: { ...process.env, EXTENSIONS_GALLERY: '{}' } },
  ).trim(),
);
step('vsix installed');
const srv = await startServer({ version: o.version, dataDir, verbose: o.verbose });
step(`VS Code ${host.vscodeVersion} started`);
const browser = await launchBrowser();
let code = 1;
try {
  const ctx = await browser.newContext({
    viewport: { width: 1400, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const outside = await offline(ctx, srv);
  const page = await ctx.newPage();
  const wb = new Workbench(page);
  const shot = (n) => page.screenshot({ path: path.join(o.out, `e2e-${o.version}-${n}.png`) });
  try {
    await page.goto(workbenchUrl(srv, { folder: o.workspace, payload: [['skipWelcome', 'true']] }));
    await wb.ready();
    step('workbench ready');
    await wb.open('a.kql');
    await page.locator('.monaco-editor .squiggly-error').first().waitFor({ timeout: 30000 });
    step('squiggle seen');
    await shot(1);
    assert.match(await page.locator('.statusbar-item', { hasText: /Kusto/ }).first().innerText(), /Kusto/);
    await wb.command('View: Show Sample');
    await page.locator('.pane-body .monaco-list-row', { hasText: 'cluster-a' }).waitFor();
    await page.locator('.pane-body .monaco-list-row', { hasText: 'cluster-a' }).click();
    await page.locator('.pane-body .monaco-list-row', { hasText: 'cluster-a/db2' }).waitFor();
    step('tree expanded');
    await wb.command('Sample: Open Panel');
    const view = await wb.webview('#btn');
    step('webview reached');
    await view.locator('#btn').click();
    await view.locator('#btn').click();
    await view.locator('#out', { hasText: 'host says click 2' }).waitFor();
    step('webview answered');
    await shot(2);
    await wb.command('Sample: DuckDB Version');
    const toast = page.locator('.notification-toast', { hasText: 'DuckDB: ' });
    await toast.waitFor();
    assert.match(await toast.innerText(), /v1\.\d+\.\d+ 42/);
    step('duckdb answered');
    await shot(3);
    code = 0;
  } catch (e) {
    console.error(e);
    await shot('failed').catch(() => {});
  }
  console.log(
    `VS Code ${host.vscodeVersion} e2e exit ${code}; requests to other hosts: ${[...outside].join(' ') || 'none'}`,
  );
} finally {
  await browser.close();
  await srv.stop();
  fs.rmSync(dataDir, { recursive: true, force: true });
}
process.exit(code);
