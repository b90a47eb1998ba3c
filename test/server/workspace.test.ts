import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SymbolInformation } from 'vscode-languageserver-types';
import { startClient, type TestClient } from './client';

const folder = mkdtempSync(join(tmpdir(), 'gapline wörkspace-'));
const uriOf = (path: string) => pathToFileURL(join(folder, path)).href;
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const rule = (name: string, query: string) =>
  `id: ${name.toLowerCase()}\nname: ${name}\nqueryPeriod: 1d\nqueryFrequency: 1d\nquery: |\n  ${query.replaceAll('\n', '\n  ')}\n`;

let client: TestClient;
beforeAll(async () => {
  write('rules/one.yaml', rule('One', 'Failures("x")\n| where Who == "a"'));
  write('functions/Failures.kql', 'let Failures = (reason:string) { SigninLogs | project Who = UserPrincipalName };\n');
  write('node_modules/x/a.kql', 'let hidden = 1;\n');
  write('ci/build.yaml', 'jobs:\n  name: Hidden\n');
  client = await startClient({ workspace: { workspaceFolders: true } }, pathToFileURL(folder).href);
});
afterAll(() => {
  client.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const symbols = async (query: string) =>
  (await client.connection.sendRequest<SymbolInformation[]>('workspace/symbol', { query })).map((s) => s.name);
const changed = (path: string) =>
  client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf(path), type: 2 }] });

describe('the workspace in the server', () => {
  it('is read from the folder, without what is no rule', async () => {
    expect(await symbols('')).toEqual(['Failures', 'One']);
  });

  it('makes saved functions known to queries, with their columns', async () => {
    const uri = uriOf('q.kql');
    client.open(uri, 'Failures("x") | where Who == "a" and Nope == 1');
    await expect
      .poll(() => client.pushed.findLast((p) => p.uri === uri)?.diagnostics.map((d) => d.message))
      .toEqual([expect.stringContaining("'Nope'")]);
  });

  it('follows files that change and go', async () => {
    write('rules/two.yaml', rule('Two', 'SigninLogs'));
    await changed('rules/two.yaml');
    expect(await symbols('two')).toEqual(['Two']);
    rmSync(join(folder, 'rules/two.yaml'));
    await changed('rules/two.yaml');
    expect(await symbols('two')).toEqual([]);
  });

  it('takes open files as they are typed, and from disk again once they are closed', async () => {
    const uri = uriOf('rules/one.yaml');
    client.open(uri, rule('Unsaved', 'SigninLogs'), 'yaml');
    expect(await symbols('unsaved')).toEqual(['Unsaved']);
    client.close(uri);
    expect(await symbols('unsaved')).toEqual([]);
    expect(await symbols('one')).toEqual(['One']);
  });

  it('binds queries anew when a saved function is edited', async () => {
    const [query, saved] = [uriOf('q2.kql'), uriOf('functions/Failures.kql')];
    client.open(query, 'Failures("x") | where Other == "a"');
    const last = () => client.pushed.findLast((p) => p.uri === query)?.diagnostics.length;
    await expect.poll(last).toBe(1);
    client.open(saved, 'let Failures = (reason:string) { SigninLogs | project Other = UserPrincipalName };\n');
    await expect.poll(last).toBe(0);
    client.close(saved);
    await expect.poll(last).toBe(1);
  });
});
