import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { CompletionList, Diagnostic, SemanticTokens, SemanticTokensDelta } from 'vscode-languageserver-types';
import { LineIndex } from '../../src/base/text';
import { bundle } from '../datahost/bundle';

/** The built server in a process of its own, as the extension forks it. */
interface Process {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  /** What the server wrote into its log: a fault of its own each. */
  readonly logged: readonly string[];
}

let entry = '';
const folder = mkdtempSync(join(tmpdir(), 'gapline bad-input-'));

async function start(root: string | null = null): Promise<Process> {
  const child = fork(entry, ['--node-ipc'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  const logged: string[] = [];
  connection.onNotification('window/logMessage', (p: { message: string }) => {
    logged.push(p.message);
  });
  connection.onRequest('workspace/diagnostic/refresh', () => null);
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: root,
    capabilities: {
      textDocument: { diagnostic: {} },
      workspace: { workspaceFolders: true, diagnostics: { refreshSupport: true } },
    },
  });
  await connection.sendNotification('initialized', {});
  return { child, connection, logged };
}

let server: Process;
beforeAll(async () => {
  entry = await bundle('server/main.ts');
  server = await start();
});
afterAll(() => {
  server?.child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  if (entry) rmSync(dirname(entry), { recursive: true, force: true });
});

let files = 0;
function open(text: string, name = 'q.kql', languageId = 'kusto'): string {
  const uri = `file:///bad/${++files}/${name}`;
  void server.connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId, version: 1, text },
  });
  return uri;
}
const ask = <T>(method: string, params: object) => server.connection.sendRequest<T>(method, params);
const pull = async (uri: string) =>
  (await ask<{ items: readonly Diagnostic[] }>('textDocument/diagnostic', { textDocument: { uri } })).items;

/**
 * What is said of a text, as `code severity «marked»` with `«…»` cut to 20 characters; every other question is asked too, and a
 * small query beside it is completed: it must be served as ever. No fault of the server's own may be in its log.
 */
async function said(text: string, name?: string, languageId?: string): Promise<readonly string[]> {
  const uri = open(text, name, languageId);
  const textDocument = { uri };
  const lines = new LineIndex(text);
  const found = await pull(uri);
  for (const at of [0, Math.floor(text.length / 2), text.length]) {
    const place = { textDocument, position: lines.positionAt(at) };
    await ask('textDocument/completion', place);
    await ask('textDocument/hover', place);
    await ask('textDocument/signatureHelp', place);
    await ask('textDocument/definition', place);
    await ask('textDocument/codeAction', {
      textDocument,
      range: { start: place.position, end: place.position },
      context: { diagnostics: found },
    });
  }
  for (const method of ['documentSymbol', 'foldingRange', 'semanticTokens/full', 'codeLens', 'documentLink'])
    await ask(`textDocument/${method}`, { textDocument });
  await ask('textDocument/formatting', { textDocument, options: { tabSize: 2, insertSpaces: true } });
  const small = open('SecurityEvent | where EventI');
  const list = await ask<CompletionList>('textDocument/completion', {
    textDocument: { uri: small },
    position: { line: 0, character: 28 },
  });
  expect(list.items.map((i) => i.label)).toContain('EventID');
  expect(server.logged).toEqual([]);
  expect(server.child.exitCode).toBeNull();
  return found.map((d) => {
    const marked = text.slice(lines.offsetAt(d.range.start), lines.offsetAt(d.range.end));
    return `${d.code} ${['', 'Error', 'Warning', 'Information', 'Hint'][d.severity ?? 0]} «${marked.slice(0, 20)}»`;
  });
}
const rule = (query: string) => `id: x\nname: y\nqueryPeriod: 1d\nqueryFrequency: 1h\nquery: |\n  ${query}\n`;
const many = (n: number, part: (i: number) => string, between: string) =>
  Array.from({ length: n }, (_, i) => part(i)).join(between);

describe('bad input, through the server’s process', () => {
  it('is a file of more than two million characters, which is not checked', async () => {
    const text = many(40_000, (i) => `SecurityEvent | where EventID == ${i} and Nope == 1`, '\n\n');
    expect(text.length).toBeGreaterThan(2_000_000);
    expect(await said(text)).toEqual(['GL204 Information «S»']);
  });
  it('is a list of five thousand values, which is checked', async () => {
    const list = many(5_000, (i) => `"host-${i}"`, ', ');
    expect(await said(`SecurityEvent\n| where Computer in~ (${list}) and Nope == 1`)).toEqual(['KS142 Error «Nope»']);
  });
  it('is a chain of 600 or terms, of which it is said that it is not checked', async () => {
    expect(await said(`SecurityEvent | where ${many(600, (i) => `EventID == ${i}`, ' or ')}`)).toEqual([
      expect.stringMatching(/^KS245 Information/),
    ]);
  });
  it('is a thousand brackets, closed and not', async () => {
    const open = '('.repeat(1_000);
    expect((await said(`print ${open}1${')'.repeat(1_000)}`)).filter((d) => / Error /.test(d))).toEqual([]);
    expect((await said(`print ${open}1`)).length).toBeGreaterThan(0);
  });
  it('is NUL among the text', async () => {
    const found = await said('SecurityEvent | where \u0000 == 1');
    expect(found.length).toBeGreaterThan(0);
    expect(await said('SecurityEvent | where Account == "a\u0000b"')).toEqual([]);
  });
  it('is every kind of line end in one file', async () => {
    expect(await said('SecurityEvent\r\n| where EventID == 1\r| take 1\n| where Nope == 1')).toEqual([
      'KS142 Error «Nope»',
    ]);
    expect(await said(rule('SecurityEvent\r\n  | where Nope == 1\n  | take 1'), 'r.yaml', 'yaml')).toEqual([
      'KS142 Error «Nope»',
    ]);
  });
  it('is a mark of the byte order', async () => {
    expect(await said('\ufeffSecurityEvent | where Nope == 1')).toEqual(['KS142 Error «Nope»']);
    expect(await said(`\ufeff${rule('SecurityEvent | where Nope == 1')}`, 'r.yaml', 'yaml')).toEqual([
      'KS142 Error «Nope»',
    ]);
  });
  it('is quotes of a word processor, each named in place of the cascade', async () => {
    expect(await said('SecurityEvent | where Account == “x”')).toEqual(['GL203 Error «“»', 'GL203 Error «”»']);
  });
  it('is text from right to left, in texts, comments and names', async () => {
    expect(await said('// שלום\nSecurityEvent | where Account == "مرحبا" and Nope == 1')).toEqual([
      'KS142 Error «Nope»',
    ]);
    expect((await said('SecurityEvent | where שם == 1')).length).toBeGreaterThan(0);
  });
  it('is YAML with tabs or with a key twice', async () => {
    const tabs = await said('id: x\nname: y\nqueryPeriod: 1d\nquery: |\n\tSecurityEvent\n', 'r.yaml', 'yaml');
    expect(tabs).toContainEqual(expect.stringMatching(/^GL10[12] Error/));
    const twice = await said(`${rule('SecurityEvent | take 1')}queryPeriod: 2d\n`, 'r.yaml', 'yaml');
    expect(twice).toEqual([expect.stringMatching(/^GL101 Error «queryPeriod»/)]);
  });
  it('is a JSON rule with a broken escape', async () => {
    const text = '{"type": "x/alertRules", "properties": {"query": "SecurityEvent | where Account == \\"a\\q\\""}}';
    expect(await said(text, 'r.json', 'json')).toContainEqual(expect.stringMatching(/^GL104 Error/));
  });
});

describe('a large workspace', () => {
  it('of 5,000 rules is read while the editor is served, and its rules are found', async () => {
    for (let i = 0; i < 5_000; i++) {
      const path = join(folder, 'rules', String(i % 50), `rule${i}.yaml`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, rule(`SigninLogs | where ResultType == "${i}"`).replace('name: y', `name: Rule number ${i}`));
    }
    const other = await start(pathToFileURL(folder).href);
    try {
      const uri = 'file:///elsewhere/q.kql';
      void other.connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'kusto', version: 1, text: 'SecurityEvent | where EventI' },
      });
      const order: string[] = [];
      const symbols = other.connection
        .sendRequest<{ name: string }[]>('workspace/symbol', { query: 'Rule number 4321' })
        .then((list) => {
          order.push('symbols');
          return list;
        });
      const list = other.connection
        .sendRequest<CompletionList>('textDocument/completion', {
          textDocument: { uri },
          position: { line: 0, character: 28 },
        })
        .then((found) => {
          order.push('completion');
          return found;
        });
      expect((await list).items.map((i) => i.label)).toContain('EventID');
      expect((await symbols).map((s) => s.name)).toContain('Rule number 4321');
      expect(order).toEqual(['completion', 'symbols']);
      expect(other.logged).toEqual([]);
    } finally {
      other.child.kill('SIGKILL');
    }
  });
});

describe('the process', () => {
  it('gives the change of tokens against the last answer', async () => {
    const text = 'SecurityEvent\n| where EventID == 1\n';
    const uri = open(text);
    const textDocument = { uri };
    const first = await ask<SemanticTokens>('textDocument/semanticTokens/full', { textDocument });
    void server.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ text: `// top\n${text}| take 5\n` }],
    });
    const delta = await ask<SemanticTokensDelta>('textDocument/semanticTokens/full/delta', {
      textDocument,
      previousResultId: first.resultId,
    });
    const whole = await ask<SemanticTokens>('textDocument/semanticTokens/full', { textDocument });
    const data = [...first.data];
    for (const e of [...delta.edits].sort((a, b) => b.start - a.start))
      data.splice(e.start, e.deleteCount, ...(e.data ?? []));
    expect(delta.edits.length).toBeGreaterThan(0);
    expect(data).toEqual(whole.data);
  });
});
