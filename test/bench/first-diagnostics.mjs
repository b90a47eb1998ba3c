// CPU of a cold language server from its start to the first diagnostics of a 10-line query. Prints one figure, in ms.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { root } from '../host/ensure.mjs';

const QUERY = `let lookback = 1d;
SigninLogs
| where CreatedDateTime > ago(lookback)
| where ResultType == "50126"
| extend Country = tostring(LocationDetails.countryOrRegion)
| join kind=leftouter (AuditLogs | where Result == "failure") on CorrelationId
| summarize Failures = count(), Users = dcount(UserPrincipalName) by IPAddress, bin(CreatedDateTime, 1h)
| where Failures > 20
| extend Nonsense = NoSuchColumn
| order by Failures desc`;

/** CPU of a process and its threads so far, in ms (Linux). */
function cpuOf(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export async function firstDiagnostics() {
  const child = spawn(process.execPath, [path.join(root, 'dist', 'server.js'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const uri = 'file:///bench/first.kql';
  const found = new Promise((resolve) => {
    connection.onNotification('textDocument/publishDiagnostics', (p) => {
      if (p.uri === uri && p.diagnostics.length > 0) resolve(cpuOf(child.pid));
    });
  });
  connection.onRequest('workspace/configuration', (p) => p.items.map(() => null));
  connection.onRequest('client/registerCapability', () => null);
  connection.listen();
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
  await connection.sendNotification('initialized', {});
  const textDocument = { uri, languageId: 'kusto', version: 1, text: QUERY };
  await connection.sendNotification('textDocument/didOpen', { textDocument });
  const ms = await found;
  connection.dispose();
  child.kill();
  return ms;
}
