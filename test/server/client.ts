import { PassThrough } from 'node:stream';
import {
  createConnection,
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { startServer } from '../../src/server/server';

/** A client and the real server, joined by two streams in memory. */
export interface TestClient {
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  /** Every answer that the server pushed, in order. */
  readonly pushed: readonly {
    readonly uri: string;
    readonly version: number | undefined;
    readonly diagnostics: readonly Diagnostic[];
  }[];
  readonly logged: readonly string[];
  open(uri: string, text: string, languageId?: string): void;
  change(uri: string, version: number, text: string): void;
  close(uri: string): void;
  /** Diagnostics of this version, once pushed. */
  diagnostics(uri: string, version: number): Promise<readonly Diagnostic[]>;
  dispose(): void;
}

/** `folder`: URI of the workspace's folder; `options`: those of the server. */
export async function startClient(
  capabilities: object = {},
  folder: string | null = null,
  options: Parameters<typeof startServer>[1] = {},
): Promise<TestClient> {
  const up = new PassThrough();
  const down = new PassThrough();
  const server = createConnection(new StreamMessageReader(up), new StreamMessageWriter(down));
  startServer(server, options);
  const connection = createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  const pushed: { uri: string; version: number | undefined; diagnostics: Diagnostic[] }[] = [];
  const logged: string[] = [];
  const waiting = new Set<() => void>();
  connection.onNotification('textDocument/publishDiagnostics', (p: (typeof pushed)[number]) => {
    pushed.push(p);
    for (const w of waiting) w();
  });
  connection.onNotification('window/logMessage', (p: { message: string }) => {
    logged.push(p.message);
  });
  connection.onRequest('workspace/codeLens/refresh', () => null);
  connection.listen();
  const initialized = await connection.sendRequest<InitializeResult>('initialize', {
    processId: null,
    rootUri: folder,
    capabilities,
  });
  await connection.sendNotification('initialized', {});
  return {
    connection,
    initialized,
    pushed,
    logged,
    open: (uri, text, languageId = 'kusto') => {
      void connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
    },
    change: (uri, version, text) => {
      void connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      });
    },
    close: (uri) => {
      void connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    },
    diagnostics: (uri, version) =>
      new Promise((resolve) => {
        const look = () => {
          const found = pushed.findLast((p) => p.uri === uri && p.version === version);
          if (!found) return;
          waiting.delete(look);
          resolve(found.diagnostics);
        };
        waiting.add(look);
        look();
      }),
    dispose: () => {
      connection.dispose();
      server.dispose();
    },
  };
}
