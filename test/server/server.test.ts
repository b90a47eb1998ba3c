import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LanguageMethod } from '../../src/protocol/language';
import { startClient, type TestClient } from './client';

let client: TestClient;
beforeAll(async () => {
  client = await startClient({ workspace: { codeLens: { refreshSupport: true } } });
});
afterAll(() => client.dispose());

let files = 0;
const fresh = (name = 'q.kql') => `file:///w/${++files}/${name}`;
const codes = (list: readonly { code?: unknown }[]) => list.map((d) => d.code);

describe('server', () => {
  it('answers initialize with what it can do', () => {
    expect(client.initialized.capabilities).toMatchObject({ textDocumentSync: 2, hoverProvider: true });
  });

  it('answers the heartbeat', async () => {
    expect(await client.connection.sendRequest(LanguageMethod.ping)).toBe('pong');
  });

  it('pushes diagnostics of an opened document, and fresh ones after an edit', async () => {
    const uri = fresh();
    client.open(uri, 'SecurityEvent | where Nope == 1');
    expect(codes(await client.diagnostics(uri, 1))).toEqual(['KS142']);
    client.change(uri, 2, 'SecurityEvent | where EventID == 1');
    expect(await client.diagnostics(uri, 2)).toEqual([]);
  });

  it('never sends what belongs to an older version', async () => {
    const uri = fresh();
    client.open(uri, 'SecurityEvent | take 1');
    for (let v = 2; v <= 40; v++) client.change(uri, v, `SecurityEvent | where EventID == ${v} and Nope == 1`);
    await client.diagnostics(uri, 40);
    const versions = client.pushed.filter((p) => p.uri === uri).map((p) => p.version!);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(versions.length).toBeLessThanOrEqual(3);
  });

  it('follows edits that part and join the characters of a line end', async () => {
    const uri = fresh();
    const change = (version: number, line: number, character: number, length: number, text: string) =>
      client.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ range: { start: { line, character }, end: { line: line + length, character: 0 } }, text }],
      });
    client.open(uri, 'SecurityEvent\r\n| take 1\r\n| where Nope == 1');
    await change(2, 0, 13, 1, '\r');
    await change(3, 1, 0, 0, '\n');
    await change(4, 1, 0, 0, '| where EventID == 1\n');
    expect((await client.diagnostics(uri, 4)).map((d) => d.range.start.line)).toEqual([3]);
  });

  it('clears the diagnostics of a closed document', async () => {
    const uri = fresh();
    client.open(uri, 'Nope |');
    await client.diagnostics(uri, 1);
    client.close(uri);
    await client.connection.sendRequest(LanguageMethod.ping);
    expect(client.pushed.findLast((p) => p.uri === uri)?.diagnostics).toEqual([]);
  });

  it('completes, with the edit range in each item for a client that knows no list defaults', async () => {
    const uri = fresh();
    client.open(uri, 'SecurityEvent | where EventI');
    const list = await client.connection.sendRequest<{ items: { label: string; textEdit?: object }[] }>(
      'textDocument/completion',
      {
        textDocument: { uri },
        position: { line: 0, character: 28 },
      },
    );
    expect(list.items.find((i) => i.label === 'EventID')?.textEdit).toBeDefined();
  });

  it('reads the KQL of a rule and gives positions of the YAML file', async () => {
    const uri = fresh('rule.yaml');
    client.open(
      uri,
      'id: x\nname: y\nqueryPeriod: 1d\nqueryFrequency: 1d\nquery: |\n  SecurityEvent\n  | where Nope == 1\n',
      'yaml',
    );
    const [d] = await client.diagnostics(uri, 1);
    expect(d).toMatchObject({
      code: 'KS142',
      range: { start: { line: 6, character: 10 }, end: { line: 6, character: 14 } },
    });
  });

  it('reads the KQL of JSON, Bicep and Markdown, and leaves the rest of them alone', async () => {
    const json = fresh('rule.json');
    client.open(json, '{"type": "x/alertRules", "properties": {"query": "SecurityEvent\\n| where Nope == 1"}}', 'json');
    const bicep = fresh('rule.bicep');
    client.open(bicep, "resource r 'x@1' = {\n  query: 'SecurityEvent | where Nope == 1'\n}\n", 'bicep');
    const notes = fresh('notes.md');
    client.open(notes, '# A\n\n```kql\nSecurityEvent | where Nope == 1\n```\n', 'markdown');
    const other = fresh('package.json');
    client.open(other, '{"query": "Nope where ("}', 'json');
    expect((await client.diagnostics(json, 1))[0]?.range.start).toEqual({ line: 0, character: 73 });
    expect((await client.diagnostics(bicep, 1))[0]?.range.start).toEqual({ line: 1, character: 32 });
    expect((await client.diagnostics(notes, 1))[0]?.range.start).toEqual({ line: 3, character: 22 });
    expect(await client.diagnostics(other, 1)).toEqual([]);
  });

  it('leaves other YAML files alone', async () => {
    const uri = fresh('ci.yaml');
    client.open(uri, 'jobs:\n  a: [', 'yaml');
    expect(await client.diagnostics(uri, 1)).toEqual([]);
  });

  it('diagnoses reviews', async () => {
    const uri = fresh('x.pir.yaml');
    client.open(uri, 'pir: 1\nwindows:\n  - id: w\n    start: not a time\n', 'yaml');
    expect((await client.diagnostics(uri, 1)).length).toBeGreaterThan(0);
  });

  it('takes coverage and says it anew of open documents', async () => {
    const uri = fresh();
    client.open(uri, 'SigninLogs | take 1');
    expect(await client.diagnostics(uri, 1)).toEqual([]);
    const before = client.pushed.length;
    await client.connection.sendNotification(LanguageMethod.coverageFacts, {
      now: Date.UTC(2024, 9, 13),
      windows: [],
      sources: [
        {
          id: 'SigninLogs',
          table: 'SigninLogs',
          filter: null,
          status: 'GAP',
          minimumDetectableLoss: 0.1,
          segments: [
            {
              status: 'GAP',
              start: Date.UTC(2024, 8, 2),
              end: Date.UTC(2024, 8, 5),
              ongoing: false,
              lost: 10,
              expected: 10,
              windows: [],
            },
          ],
        },
      ],
    });
    await expect
      .poll(() => codes(client.pushed.slice(before).find((p) => p.uri === uri)?.diagnostics ?? []))
      .toEqual(['GL301']);
  });

  it('takes the tables of a connection', async () => {
    const uri = fresh();
    client.open(uri, 'MyOwnTable | where Nope == 1 and Fine == 2');
    expect(codes(await client.diagnostics(uri, 1))).toEqual(['GL201']);
    await client.connection.sendNotification(LanguageMethod.schema, {
      problems: [],
      tables: [
        {
          name: 'MyOwnTable',
          columns: [{ name: 'Fine', type: 'long' }],
          files: [],
          rows: 1,
          timeColumn: null,
          ingestionColumn: null,
          first: null,
          last: null,
        },
      ],
    });
    await expect.poll(() => codes(client.pushed.findLast((p) => p.uri === uri)?.diagnostics ?? [])).toEqual(['KS142']);
  });

  it('gives the query at an offset', async () => {
    const uri = fresh();
    client.open(uri, 'SigninLogs\n| take 1\n\nAuditLogs\n| take 2\n');
    const block = await client.connection.sendRequest(LanguageMethod.blockAt, { uri, offset: 25 });
    expect(block).toEqual({ text: 'AuditLogs\n| take 2', start: 21, end: 40 });
  });

  it('survives what is no query at all', async () => {
    const uri = fresh();
    client.open(uri, `\u0000\ufffe ${'('.repeat(1000)} "unclosed\n\n\`\`\` ${'|'.repeat(500)}`);
    expect((await client.diagnostics(uri, 1)).length).toBeGreaterThan(0);
    expect(client.logged).toEqual([]);
  });

  it('shuts down', async () => {
    const other = await startClient();
    other.open(fresh(), 'SecurityEvent | take 1');
    expect(await other.connection.sendRequest('shutdown')).toBeNull();
    other.dispose();
  });
});
