#!/usr/bin/env node
// In-host tests: @vscode/test-electron's mechanism (extensionDevelopmentPath + extensionTestsPath) in the browser-hosted workbench.
// usage: run-inhost.mjs --version 1.100 --ext DIR --tests DIR/out/test/index.js --workspace DIR [--timeout 180] [--untrusted] [--verbose] [--shot f.png]
import fs from 'node:fs';
import { format, parseArgs } from 'node:util';
import { launchBrowser, offline, remote, startServer, workbenchUrl } from './lib.mjs';

const { values: o } = parseArgs({
  options: {
    version: { type: 'string', default: '1.100' },
    ext: { type: 'string', multiple: true },
    tests: { type: 'string' },
    workspace: { type: 'string' },
    timeout: { type: 'string', default: '180' },
    verbose: { type: 'boolean' },
    shot: { type: 'string' },
    untrusted: { type: 'boolean' },
  },
});
// what the workbench itself logs: not the tests'
const noise =
  /^(Resolv(ing|ed) connection token|Creating a socket|Updating additional builtin|ChatSessionStore|Ignoring fetching|\[AgentHost|\[AccountPolicy|\[reconnection-graceCreation of workbench contribution|\[Service Worker\]|Started (local )?extension host|\[LifecycleService\])/;
const t0 = Date.now();
const ms = () => `${((Date.now() - t0) / 1000).toFixed(1)}s`;
const step = (s) => console.error(`# ${ms()} ${s}`);
const srv = await startServer({
  version: o.version,
  verbose: o.verbose,
  trusted: !o.untrusted,
  args: ['--enable-smoke-test-driver'],
}); // newer VS Codes heed the payload's extension paths only with it
step(`server of VS Code ${srv.host.vscodeVersion} on ${srv.origin}`);
const browser = await launchBrowser();
step('browser');
let code = 1;
try {
  const ctx = await browser.newContext({
    viewport: { width: 1400, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const outside = await offline(ctx, srv);
  const page = await ctx.newPage();
  const exited = new Promise((ok) => page.exposeFunction('codeAutomationExit', (c, logs) => ok({ c, logs })));
  await page.exposeFunction('codeAutomationLog', (type, args) => {
    // the extension host's console, and the workbench's own
    const line = format(...args);
    if (o.verbose || !noise.test(line)) (type === 'error' || type === 'warn' ? console.error : console.log)(line);
  });
  if (o.verbose) page.on('console', (m) => console.error('[page]', m.type(), m.text().slice(0, 400)));
  page.on('pageerror', (e) => o.verbose && console.error('[pageerror]', e.message));
  const crashed = new Promise((_, no) => {
    page.on('crash', () => no(new Error('page crashed')));
    page.on('close', () => no(new Error('page closed')));
  });
  const slow = new Promise((_, no) =>
    setTimeout(() => no(new Error(`no result after ${o.timeout} s`)), o.timeout * 1000).unref(),
  );
  const payload = [
    ...o.ext.map((e) => ['extensionDevelopmentPath', remote(srv, e)]),
    ['extensionTestsPath', remote(srv, o.tests)],
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  await page.goto(workbenchUrl(srv, { folder: o.workspace, payload }));
  await page.waitForSelector('.monaco-workbench', { timeout: 60000 });
  step('workbench');
  const r = await Promise.race([exited, crashed, slow]).catch(async (e) => {
    console.error(e.message);
    if (o.shot) await page.screenshot({ path: o.shot }).catch(() => {});
    return { c: 124 };
  });
  if (o.shot && r.c !== 124) await page.screenshot({ path: o.shot }).catch(() => {});
  code = r.c;
  step('tests ended');
  console.log(
    `VS Code ${srv.host.vscodeVersion} (node ${srv.host.nodeVersion}) in-host tests exit ${code}, ${ms()}; requests to other hosts: ${[...outside].join(' ') || 'none'}`,
  );
} finally {
  await browser.close();
  await srv.stop();
  if (!process.env.KEEP_DATA) fs.rmSync(srv.dataDir, { recursive: true, force: true });
}
process.exit(code);
