import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  type DocumentDiagnosticReport,
  LSPErrorCodes,
  ProgressType,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import { createSchemaProvider } from '../../src/language/schema';
import { createLanguageService } from '../../src/language/service';
import { createWorkspaceIndex } from '../../src/language/workspace-index';
import { LanguageMethod } from '../../src/protocol/language';
import { createWorkspaceDiagnostics } from '../../src/server/workspace-diagnostics';
import { startClient, type TestClient } from './client';

const rule = (column: string, name = column) =>
  `id: ${name}\nkind: Scheduled\nqueryPeriod: 2h\nqueryFrequency: 1h\nquery: |\n  SigninLogs | where ${column} == "x"\n`;

interface WorkDone {
  readonly kind: 'begin' | 'report' | 'end';
}
/** Progress that the server showed. */
const told: WorkDone[] = [];
let folder = '';
let client: TestClient | undefined;
afterEach(async () => {
  client?.dispose();
  client = undefined;
  await rm(folder, { recursive: true, force: true });
});
const uriOf = (path: string) => pathToFileURL(join(folder, path)).href;
const write = (path: string, text: string) => writeFile(join(folder, path), text);
const preferences = (diagnostics: 'openFiles' | 'workspace', dialect = 'auto') =>
  client!.connection.sendNotification(LanguageMethod.preferences, {
    diagnostics,
    dialect,
    format: { indentation: null, pipes: 'smart', width: null },
  });

async function start(files: Readonly<Record<string, string>>, scope: 'openFiles' | 'workspace' = 'workspace') {
  folder = await mkdtemp(join(tmpdir(), 'gapline-workspace-diagnostics-'));
  await mkdir(join(folder, 'rules'));
  for (const [path, text] of Object.entries(files)) await write(path, text);
  client = await startClient(
    { textDocument: { diagnostic: {} }, window: { workDoneProgress: true } },
    pathToFileURL(folder).href,
  );
  told.length = 0;
  client.connection.onRequest('window/workDoneProgress/create', ({ token }: { token: string }) => {
    client?.connection.onProgress(new ProgressType<WorkDone>(), token, (value) => {
      told.push(value);
    });
    return null;
  });
  await preferences(scope);
  return client;
}

/** Asks for the whole workspace with parts; `seen` holds the last full word of each file, `all` every word in order. */
function ask(previous: Readonly<Record<string, string>> = {}) {
  const seen = new Map<string, { readonly codes: readonly unknown[]; readonly id: string | undefined }>();
  const all: WorkspaceDocumentDiagnosticReport[] = [];
  const token = `parts ${Math.random()}`;
  client!.connection.onProgress(new ProgressType<WorkspaceDiagnosticReport>(), token, ({ items }) => {
    for (const r of items) {
      all.push(r);
      if (r.kind === 'full') seen.set(r.uri, { codes: r.items.map((d) => d.code), id: r.resultId });
    }
  });
  const cancel = new CancellationTokenSource();
  const answer = client!.connection.sendRequest<WorkspaceDiagnosticReport>(
    'workspace/diagnostic',
    {
      partialResultToken: token,
      previousResultIds: Object.entries(previous).map(([uri, value]) => ({ uri, value })),
    },
    cancel.token,
  );
  answer.catch(() => undefined);
  const codes = (path: string) => seen.get(uriOf(path))?.codes;
  return { seen, all, answer, cancel, codes };
}

describe('diagnostics of the workspace', () => {
  it('are given of files that no editor holds, in parts, and follow their changes', async () => {
    await start({
      'rules/a.yaml': rule('Nope'),
      'rules/b.yaml': rule('AppId'),
      'c.kql': 'SigninLogs | where Nope == 1',
    });
    const asked = ask();
    await expect.poll(() => asked.seen.size).toBe(2);
    expect([asked.codes('rules/a.yaml'), asked.codes('c.kql')]).toEqual([['KS142'], ['KS142']]);
    await write('rules/a.yaml', rule('AppId'));
    await write('rules/b.yaml', rule('Neither'));
    await rm(join(folder, 'c.kql'));
    await client!.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: ['rules/a.yaml', 'rules/b.yaml', 'c.kql'].map((p) => ({ uri: uriOf(p), type: 2 })),
    });
    await expect
      .poll(() => [asked.codes('rules/a.yaml'), asked.codes('rules/b.yaml'), asked.codes('c.kql')])
      .toEqual([[], ['KS142'], []]);
  });

  it('are given of no file where open files are asked for, and taken back when that is chosen', async () => {
    await start({ 'rules/a.yaml': rule('Nope') }, 'openFiles');
    const asked = ask();
    await preferences('workspace');
    await expect.poll(() => asked.codes('rules/a.yaml')).toEqual(['KS142']);
    await preferences('openFiles');
    await expect.poll(() => asked.codes('rules/a.yaml')).toEqual([]);
    expect(asked.all.map((r) => r.kind)).toEqual(['full', 'full']);
  });

  it('leave open files to the editor, and give them again when they are closed', async () => {
    await start({ 'rules/a.yaml': rule('Nope'), 'rules/b.yaml': rule('Nope') });
    const uri = uriOf('rules/a.yaml');
    client!.open(uri, rule('AppId'), 'yaml');
    const asked = ask();
    await expect.poll(() => asked.codes('rules/b.yaml')).toEqual(['KS142']);
    expect(asked.codes('rules/a.yaml')).toBeUndefined();
    client!.close(uri);
    await expect.poll(() => asked.codes('rules/a.yaml')).toEqual(['KS142']);
    const pulled = await client!.connection.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
      textDocument: { uri },
    });
    expect(pulled.kind === 'full' && pulled.items.map((d) => d.code)).toEqual(['KS142']);
  });

  it('are said anew when names of other files change them', async () => {
    await start({ 'rules/a.yaml': rule('AppId').replace('SigninLogs', 'Mine'), 'Mine.kql': 'SigninLogs | take 1' });
    const asked = ask();
    await expect.poll(() => asked.codes('rules/a.yaml')).toEqual(['GL201']);
    await mkdir(join(folder, 'functions'));
    await write('functions/Mine.kql', 'SigninLogs | project UserPrincipalName\n');
    await client!.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uriOf('functions/Mine.kql'), type: 1 }],
    });
    await expect.poll(() => asked.codes('rules/a.yaml')).toEqual(['KS142']);
  });

  it('are not said twice: what a client brings along is confirmed, by another server too', async () => {
    await start({ 'rules/a.yaml': rule('Nope'), 'rules/b.yaml': rule('Nope') });
    const first = ask();
    await expect.poll(() => first.seen.size).toBe(2);
    first.cancel.cancel();
    await expect(first.answer).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    const a = uriOf('rules/a.yaml');
    const again = ask({ [a]: first.seen.get(a)!.id!, [uriOf('gone.yaml')]: 'old' });
    await expect.poll(() => again.all.length).toBe(3);
    expect(again.all.map((r) => `${r.uri.slice(r.uri.lastIndexOf('/') + 1)} ${r.kind}`).sort()).toEqual([
      'a.yaml unchanged',
      'b.yaml full',
      'gone.yaml full',
    ]);
  });

  it('are whole in one answer for a client that takes no parts', async () => {
    await start({ 'rules/a.yaml': rule('Nope') });
    const answer = await client!.connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', {
      previousResultIds: [],
    });
    expect(answer.items.map((r) => r.uri)).toEqual([uriOf('rules/a.yaml')]);
  });

  it('of hundreds of files let an open one be answered between, end when they are cancelled, and tell how far they are', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [
        `rules/r${i}.yaml`,
        rule(`Nope${i}`).replace('==', `!= "${i}" and AppId ==`),
      ]),
    );
    await start(files);
    const asked = ask();
    await expect.poll(() => asked.seen.size).toBeGreaterThan(0);
    const uri = 'file:///elsewhere/open.kql';
    client!.open(uri, 'SecurityEvent | where Nope == 1');
    const pulled = await client!.connection.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
      textDocument: { uri },
    });
    expect(pulled.kind === 'full' && pulled.items.length).toBe(1);
    expect(asked.seen.size).toBeLessThan(300);
    await expect.poll(() => asked.seen.size, { timeout: 60_000 }).toBe(300);
    expect(told.at(0)).toMatchObject({ kind: 'begin' });
    await expect.poll(() => told.at(-1)?.kind).toBe('end');
    asked.cancel.cancel();
    await expect(asked.answer).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  }, 120_000);

  it('are given of all other files where one cannot be gone through, which is reported once', async () => {
    const index = createWorkspaceIndex();
    for (const name of ['a', 'broken', 'c']) index.set(`file:///w/${name}.kql`, `SigninLogs | where Nope == "${name}"`);
    const service = createLanguageService({ schema: createSchemaProvider(), workspace: index });
    const faults: string[] = [];
    type Ask = (params: object, token: object) => Promise<WorkspaceDiagnosticReport>;
    let ask: Ask | undefined;
    const whole = createWorkspaceDiagnostics({
      connection: { languages: { diagnostics: { onWorkspace: (handler: Ask) => (ask = handler) } } } as never,
      service: {
        ...service,
        blockDiagnostics: (document, block) => {
          if (document.uri.includes('broken')) throw new Error('no way through');
          return service.blockDiagnostics(document, block);
        },
      },
      index,
      openDocument: () => null,
      busy: () => false,
      ready: () => Promise.resolve(),
      showsProgress: () => false,
      report: (fault) => faults.push(fault),
    });
    whole.setScope('workspace');
    const { token } = new CancellationTokenSource();
    const answer = () => ask!({ previousResultIds: [] }, token);
    const expected = ['file:///w/a.kql', 'file:///w/c.kql'];
    expect((await answer()).items.map((r) => r.uri)).toEqual(expected);
    expect((await answer()).items.map((r) => r.uri)).toEqual(expected);
    expect(faults).toEqual([expect.stringContaining('broken.kql')]);
    whole.dispose();
  });
});
