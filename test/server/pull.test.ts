import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource, type DocumentDiagnosticReport, LSPErrorCodes } from 'vscode-languageserver/node';
import { LanguageMethod } from '../../src/protocol/language';
import { startClient, type TestClient } from './client';

let client: TestClient;
let refreshes = 0;
beforeAll(async () => {
  client = await startClient({
    textDocument: { diagnostic: {} },
    workspace: { diagnostics: { refreshSupport: true } },
  });
  client.connection.onRequest('workspace/diagnostic/refresh', () => {
    refreshes++;
    return null;
  });
});
afterAll(() => client.dispose());

let files = 0;
const fresh = () => `file:///pull/${++files}.kql`;
const pull = (uri: string, previousResultId?: string) =>
  client.connection.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
    textDocument: { uri },
    ...(previousResultId !== undefined && { previousResultId }),
  });
const codes = (r: DocumentDiagnosticReport) => (r.kind === 'full' ? r.items.map((d) => d.code) : r.kind);

describe('pulled diagnostics', () => {
  it('are offered to a client that pulls, and not pushed', async () => {
    expect(client.initialized.capabilities.diagnosticProvider).toMatchObject({ interFileDependencies: true });
    const uri = fresh();
    client.open(uri, 'SecurityEvent | where Nope == 1');
    expect(codes(await pull(uri))).toEqual(['KS142']);
    expect(client.pushed).toEqual([]);
  });

  it('belong to the version of the moment', async () => {
    const uri = fresh();
    client.open(uri, 'SecurityEvent | where Nope == 1');
    client.change(uri, 2, 'SecurityEvent | where EventID == 1');
    expect(codes(await pull(uri))).toEqual([]);
    client.change(uri, 3, 'SecurityEvent | where Nope == 1');
    expect(codes(await pull(uri))).toEqual(['KS142']);
  });

  it('are not said twice', async () => {
    const uri = fresh();
    client.open(uri, 'SecurityEvent | where Nope == 1');
    const first = await pull(uri);
    expect(codes(await pull(uri, first.resultId))).toBe('unchanged');
  });

  it('are answered at once where they were cancelled, and said anew to a client that cancelled', async () => {
    const uri = fresh();
    const before = refreshes;
    const cancelled = new CancellationTokenSource();
    client.open(uri, 'SecurityEvent | where Nope == 1');
    const asked = client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } }, cancelled.token);
    cancelled.cancel();
    const outcome = await asked.then(
      (r) => codes(r as DocumentDiagnosticReport),
      (fault: { code: number; data: unknown }) => [fault.code, fault.data],
    );
    // The answer may have been on its way before the server read of the cancellation.
    expect([['KS142'], [LSPErrorCodes.RequestCancelled, undefined]]).toContainEqual(outcome);
    if (outcome[0] !== 'KS142') await expect.poll(() => refreshes).toBeGreaterThan(before);
    expect(codes(await pull(uri))).toEqual(['KS142']);
  });

  it('end with their document', async () => {
    const uri = fresh();
    client.open(uri, 'SecurityEvent | where Nope == 1');
    const waits = pull(uri);
    client.close(uri);
    // The answer may have been on its way before the server read of the closing; what is asked afterwards has none.
    expect([[], ['KS142']]).toContainEqual(codes(await waits));
    expect(codes(await pull(uri))).toEqual([]);
  });

  it('are pulled anew when another schema changes them', async () => {
    const uri = fresh();
    client.open(uri, 'PulledTable | where Fine == 1 and Nope == 2');
    expect(codes(await pull(uri))).toEqual(['GL201']);
    const before = refreshes;
    const columns = [{ name: 'Fine', type: 'long' }];
    const table = { name: 'PulledTable', columns, files: [], rows: 1, timeColumn: null, ingestionColumn: null };
    await client.connection.sendNotification(LanguageMethod.schema, {
      problems: [],
      tables: [{ ...table, first: null, last: null }],
    });
    await expect.poll(() => refreshes).toBeGreaterThan(before);
    expect(codes(await pull(uri))).toEqual(['KS142']);
  });

  it('come in parts for a long document, and whole in the end', async () => {
    const uri = fresh();
    const block = (i: number) => `SecurityEvent\n| where EventID == ${i}\n| summarize count() by Computer, Nope${i}\n`;
    client.open(uri, Array.from({ length: 60 }, (_, i) => block(i)).join('\n'));
    const before = refreshes;
    const first = await pull(uri);
    expect(codes(first).length).toBeLessThanOrEqual(60);
    await expect.poll(async () => codes(await pull(uri)).length).toBe(60);
    if (codes(first).length < 60) await expect.poll(() => refreshes).toBeGreaterThan(before);
  });
});
