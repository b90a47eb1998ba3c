#!/usr/bin/env node
// npm run demo: a VS Code in the browser with the packaged extension and a sample workspace. Ctrl+C ends it.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { hostInfo, remote, startServer, workbenchUrl } from './lib.mjs';

const { values: o } = parseArgs({
  options: {
    version: { type: 'string', default: 'latest' },
    vsix: { type: 'string' },
    workspace: { type: 'string' },
    file: { type: 'string' },
    port: { type: 'string', default: '8321' },
    'no-open': { type: 'boolean' },
  },
});
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'vsc-demo-')),
  host = hostInfo(o.version);
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
  { stdio: 'inherit', env: { ...process.env, EXTENSIONS_GALLERY: '{}' } },
);
const ws = path.join(dataDir, 'workspace');
fs.cpSync(o.workspace, ws, { recursive: true }); // a copy: the sample stays as it is
const srv = await startServer({ version: o.version, dataDir, port: Number(o.port) });
const url = workbenchUrl(srv, {
  folder: ws,
  payload: [['skipWelcome', 'true'], ...(o.file ? [['openFile', remote(srv, path.join(ws, o.file))]] : [])],
});
console.log(`\nVS Code ${host.vscodeVersion} with the extension is at:\n\n  ${url}\n\nCtrl+C ends it.`);
if (!o['no-open'])
  spawn(process.platform === 'darwin' ? 'open' : 'xdg-open', [url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
for (const s of ['SIGINT', 'SIGTERM'])
  process.on(s, async () => {
    await srv.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
    process.exit(0);
  });
