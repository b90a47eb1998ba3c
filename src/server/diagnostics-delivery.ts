import {
  type CancellationToken,
  type ClientCapabilities,
  type Connection,
  type Diagnostic,
  DiagnosticRefreshRequest,
  type DocumentDiagnosticReport,
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
  type ServerCapabilities,
} from 'vscode-languageserver/node';
import { faultText, type Report } from './run-safe';

/**
 * How diagnostics get to the client: pulled where it can, so that it asks for what it shows and nothing else, pushed where it
 * cannot. Either way a long document is given in parts, the first within the time that a person waits.
 */
export interface Delivery {
  /** Learns what the client can do; gives what the server says of itself for that. */
  initialize(client: ClientCapabilities): Pick<ServerCapabilities, 'diagnosticProvider'>;
  publish(uri: string, version: number, diagnostics: readonly Diagnostic[], whole: boolean): void;
  closed(uri: string): void;
}

export interface DeliveryInit {
  readonly connection: Connection;
  /** The version of the moment; null where the document is not open. */
  readonly version: (uri: string) => number | null;
  /** Diagnostics of a file that was closed: a client that shows the whole workspace asks once more. */
  readonly ofClosed: (uri: string) => readonly Diagnostic[];
  readonly report: Report;
}

interface Answer {
  readonly id: string;
  readonly version: number;
  readonly items: readonly Diagnostic[];
}

export function createDelivery(init: DeliveryInit): Delivery {
  const { connection } = init;
  const answers = new Map<string, Answer>();
  /** Who waits for the diagnostics of a document; each is called once, and none that was cancelled is left in it. */
  const waiting = new Map<string, Set<() => void>>();
  let pulls = false;
  let canRefresh = false;
  let refreshing = false;
  let ids = 0;

  const wake = (uri: string): boolean => {
    const all = waiting.get(uri) ?? new Set();
    waiting.delete(uri);
    for (const resume of all) resume();
    return all.size > 0;
  };
  const wait = (uri: string, token: CancellationToken) =>
    new Promise<void>((resume) => {
      waiting.set(uri, (waiting.get(uri) ?? new Set()).add(resume));
      token.onCancellationRequested(() => {
        waiting.get(uri)?.delete(resume);
        resume();
      });
    });
  /** Asks the client to pull again; what is said in one turn is asked once. */
  const refresh = () => {
    if (!canRefresh || refreshing) return;
    refreshing = true;
    setImmediate(() => {
      refreshing = false;
      connection.sendRequest(DiagnosticRefreshRequest.type).catch((fault: unknown) => {
        // The client has gone: nobody is left to ask again, nor to tell.
        if (fault instanceof ResponseError && fault.code === ErrorCodes.PendingResponseRejected) return;
        init.report(`diagnostics: ${faultText(fault)}`);
      });
    });
  };
  const reportOf = (answer: Answer | undefined, previous: string | undefined): DocumentDiagnosticReport => {
    if (!answer) return { kind: 'full', items: [] };
    if (answer.id === previous) return { kind: 'unchanged', resultId: previous };
    return { kind: 'full', resultId: answer.id, items: [...answer.items] };
  };
  const isFresh = (uri: string): boolean => {
    const version = init.version(uri);
    return version === null || answers.get(uri)?.version === version;
  };

  connection.languages.diagnostics.on(async ({ textDocument: { uri }, previousResultId }, token) => {
    // A question that was cancelled before its turn has a token that tells nobody: it must not wait.
    while (!token.isCancellationRequested && !isFresh(uri)) await wait(uri, token);
    // Without a word on asking again: the client knows itself why it cancelled.
    if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
    if (init.version(uri) === null) return { kind: 'full', items: [...init.ofClosed(uri)] };
    return reportOf(answers.get(uri), previousResultId);
  });
  return {
    initialize: (client) => {
      pulls = client.textDocument?.diagnostic !== undefined;
      canRefresh = client.workspace?.diagnostics?.refreshSupport ?? false;
      const diagnosticProvider = { identifier: 'gapline', interFileDependencies: true, workspaceDiagnostics: true };
      return pulls ? { diagnosticProvider } : {};
    },
    publish: (uri, version, diagnostics, whole) => {
      if (!pulls) {
        void connection.sendDiagnostics({ uri, version, diagnostics: [...diagnostics] });
        return;
      }
      // A client that cannot be told of the rest is given no part.
      if (!whole && !canRefresh) return;
      const before = answers.get(uri);
      const same = before?.version === version && JSON.stringify(before.items) === JSON.stringify(diagnostics);
      if (!same) answers.set(uri, { id: String(++ids), version, items: diagnostics });
      // Whoever waited has its answer; whoever has an older one is told that there is another.
      if (!wake(uri) && !same) refresh();
    },
    closed: (uri) => {
      answers.delete(uri);
      if (pulls) wake(uri);
      else void connection.sendDiagnostics({ uri, diagnostics: [] });
    },
  };
}
