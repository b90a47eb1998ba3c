// A client of the built language server that says what each answer cost: CPU of the process, from Linux's own accounts.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { root } from '../host/ensure.mjs';

/** CPU of a process and its threads so far, in ms. */
export function cpuOf(pid) {
  let ns = 0;
  for (const thread of fs.readdirSync(`/proc/${pid}/task`)) {
    try {
      ns += Number(fs.readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error; // a thread that has ended meanwhile
    }
  }
  return ns / 1e6;
}

const memory = (pid, field) =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/** `pulls`: a client that asks for diagnostics, as VS Code does, instead of being given them. */
export async function startClient({ node = process.execPath, flags = [], folder = null, pulls = false } = {}) {
  const child = spawn(node, [...flags, path.join(root, 'dist', 'server.js'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (d) => {
    said = (said + d).slice(-4000);
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const answers = []; // { uri, version, diagnostics, at }
  const faults = [];
  const waiting = new Set();
  connection.onNotification('textDocument/publishDiagnostics', (p) => {
    answers.push({ ...p, at: performance.now() });
    for (const look of [...waiting]) look();
  });
  connection.onNotification('window/logMessage', (p) => faults.push(p.message));
  connection.onRequest('workspace/configuration', (p) => p.items.map(() => null));
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest('workspace/codeLens/refresh', () => null);
  connection.onRequest('workspace/diagnostic/refresh', () => null);
  connection.listen();
  const capabilities = {
    textDocument: {
      completion: { completionList: { itemDefaults: ['editRange'] } },
      ...(pulls && { diagnostic: {} }),
    },
    workspace: { workspaceFolders: true, ...(pulls && { diagnostics: { refreshSupport: true } }) },
  };
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: folder, capabilities });
  await connection.sendNotification('initialized', {});
  const { pid } = child;
  const cpu = () => cpuOf(pid);
  return {
    pid,
    child,
    pulls,
    /** How the process ended: its code or signal; null while it runs. */
    ended: () => child.exitCode ?? child.signalCode,
    answers,
    faults,
    said: () => said,
    cpu,
    rss: () => memory(pid, 'VmRSS'),
    request: (method, params) => connection.sendRequest(method, params),
    notify: (method, params) => connection.sendNotification(method, params),
    open: (uri, text, languageId = 'kusto') =>
      connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } }),
    close: (uri) => connection.sendNotification('textDocument/didClose', { textDocument: { uri } }),
    change: (uri, version, contentChanges) =>
      connection.sendNotification('textDocument/didChange', { textDocument: { uri, version }, contentChanges }),
    /** The first answer that `fits`, from the `from`th on. */
    answer: (fits, from = answers.length, limit = 60_000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => done(() => reject(new Error('no diagnostics'))), limit);
        const done = (end) => {
          waiting.delete(look);
          clearTimeout(timer);
          end();
        };
        const look = () => {
          const found = answers.slice(from).find(fits);
          if (found) done(() => resolve(found));
        };
        waiting.add(look);
        look();
      }),
    /** Waits until the process has rested for a while. */
    async rest(quiet = 250) {
      for (let before = cpu(), since = performance.now(); performance.now() - since < quiet; await sleep(25)) {
        const now = cpu();
        if (now - before > 2) since = performance.now();
        before = now;
      }
    },
    stop: () => {
      connection.dispose();
      child.kill('SIGKILL');
    },
  };
}
