#!/usr/bin/env node
// npm run demo: a VS Code in the browser with the packaged extension on the sample tenant. Ctrl+C ends it.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser, ensureDependencies, ensureHost, ensureVsix, NO_BROWSER, root } from './ensure.mjs';

const { values: o } = parseArgs({
  options: {
    version: { type: 'string', default: 'latest' },
    port: { type: 'string', default: '8321' },
    seed: { type: 'string', default: '7' },
    scale: { type: 'string', default: '1' },
    folder: { type: 'string' },
    'no-open': { type: 'boolean' },
  },
});

ensureDependencies();
const browser = ensureBrowser();
ensureHost(o.version);
const vsix = ensureVsix();
const { hostInfo, installExtension, remote, startServer, workbenchUrl } = await import('./lib.mjs');

const home = path.join(root, 'out', 'demo');
const tenant = o.folder ? path.resolve(o.folder) : path.join(home, `tenant-${o.seed}-${o.scale}`);
const done = path.join(home, `tenant-${o.seed}-${o.scale}.done`);
if (!o.folder && !fs.existsSync(done)) {
  fs.rmSync(tenant, { recursive: true, force: true });
  fs.mkdirSync(home, { recursive: true });
  console.log('Writing the sample tenant (twelve weeks of logs; a minute or two, once) …');
  execFileSync(
    process.execPath,
    [path.join(root, 'dist', 'cli.js'), 'sample', tenant, '--seed', o.seed, '--scale', o.scale],
    { stdio: 'inherit' },
  );
  fs.writeFileSync(done, '');
}

const dataDir = path.join(home, `vscode-${o.version}`);
const installed = path.join(dataDir, 'vsix.stamp');
const stamp = fs.readFileSync(path.join(root, 'out', 'vsix.stamp'), 'utf8');
if (!fs.existsSync(installed) || fs.readFileSync(installed, 'utf8') !== stamp) {
  installExtension({ version: o.version, dataDir, vsix });
  fs.writeFileSync(installed, stamp);
}
const server = await startServer({ version: o.version, dataDir, port: Number(o.port), trusted: true });
const first = path.join(tenant, 'queries', 'incident-hunt.kql');
const payload = [['skipWelcome', 'true'], ...(fs.existsSync(first) ? [['openFile', remote(server, first)]] : [])];
const url = workbenchUrl(server, { folder: tenant, payload });
console.log(`\nVS Code ${hostInfo(o.version).vscodeVersion} with Gapline is at:\n\n  ${url}\n\nCtrl+C ends it.`);
if (!browser) console.log(`\n${NO_BROWSER} Any browser that reaches this machine can open the address.`);
if (!o['no-open']) openInBrowser(url);

function openInBrowser(address) {
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform] ?? 'xdg-open';
  spawn(opener, [address], { stdio: 'ignore', detached: true })
    .on('error', () => console.log(`(${opener} is not here: open the address by hand.)`))
    .unref();
}

for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, async () => {
    await server.stop();
    process.exit(0);
  });
