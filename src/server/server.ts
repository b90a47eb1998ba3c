import {
  CodeLensRefreshRequest,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { type KqlDocument, pathOf } from '../language/document';
import { createSchemaProvider } from '../language/schema';
import { createLanguageService } from '../language/service';
import { createWorkspaceIndex } from '../language/workspace-index';
import {
  type BlockAtParams,
  type CoverageFacts,
  type DialectParams,
  LanguageMethod,
  type LanguagePreferences,
  type SchemaFacts,
} from '../protocol/language';
import { createDelivery } from './diagnostics-delivery';
import { createDiagnosticsPass, type Pass } from './diagnostics-pass';
import { capabilitiesFor, registerFeatures, registerFormatting } from './features';
import { openDocuments } from './open-documents';
import { isReview, reviewDiagnostics } from './review-diagnostics';
import { faultText, runQuietly, runSafe } from './run-safe';
import { SLICE_MS } from './slices';
import { createWorkspace } from './workspace';
import { createWorkspaceDiagnostics } from './workspace-diagnostics';
import { registerWorkspaceFeatures } from './workspace-features';

/** Pause in the typing before diagnostics are worked out. */
const PAUSE_MS = 100;
/** The rest of the warm-up leaves the first documents their turn. */
const WARM_AFTER_MS = 700;
const WARM_EVERY_MS = 150;
/** Files that no editor holds wait so long after a keystroke. */
const QUIET_MS = 500;

/**
 * The language server on a connection: keeps the documents, asks the language service, pushes diagnostics. `initialize` is
 * answered before the engine is loaded; the engine warms up in the turn after. `sliceMs`: work on one question between two yields.
 */
export function startServer(connection: Connection, { sliceMs = SLICE_MS } = {}): void {
  const schema = createSchemaProvider();
  const index = createWorkspaceIndex();
  const service = createLanguageService({ schema, workspace: index });
  const documents = new TextDocuments(openDocuments);
  const report = (message: string) => connection.console.error(message);
  let client: InitializeParams['capabilities'] = {};

  const open = (uri: string): KqlDocument | null => {
    const d = documents.get(uri);
    if (!d || isReview(pathOf(uri))) return null;
    return service.open({ uri, version: d.version, text: d.getText(), languageId: d.languageId });
  };

  const startPass = (uri: string): Pass | null => {
    const d = documents.get(uri);
    if (!d) return null;
    if (isReview(pathOf(uri))) {
      let done = false;
      return {
        version: d.version,
        next: () => {
          if (done) return null;
          done = true;
          return reviewDiagnostics(pathOf(uri), d.getText());
        },
      };
    }
    const document = open(uri)!;
    let i = -1;
    return {
      version: d.version,
      next: () => {
        if (i < 0) {
          i = 0;
          return service.fileDiagnostics(document);
        }
        const block = document.blocks[i++];
        return block ? service.blockDiagnostics(document, block) : null;
      },
    };
  };

  const delivery = createDelivery({
    connection,
    version: (uri) => documents.get(uri)?.version ?? null,
    ofClosed: (uri) => wholeWorkspace.ofFile(uri),
    report,
  });
  const pass = createDiagnosticsPass({
    start: startPass,
    version: (uri) => documents.get(uri)?.version ?? null,
    publish: (uri, version, diagnostics, whole) => delivery.publish(uri, version, diagnostics, whole),
    report,
  });
  const refreshAll = () => {
    wholeWorkspace.refresh();
    for (const d of documents.all()) pass.schedule(d.uri, PAUSE_MS);
    if (client.workspace?.codeLens?.refreshSupport) {
      connection.sendRequest(CodeLensRefreshRequest.type).catch((fault: unknown) => report(faultText(fault)));
    }
  };

  const workspace = createWorkspace({
    connection,
    documents,
    index,
    schema,
    changed: () => wholeWorkspace.changed(),
    rebound: refreshAll,
    report,
  });
  let editedAt = Number.NEGATIVE_INFINITY;
  const wholeWorkspace = createWorkspaceDiagnostics({
    connection,
    service,
    index,
    openDocument: open,
    busy: () => performance.now() - editedAt < QUIET_MS,
    ready: workspace.ready,
    showsProgress: () => client.window?.workDoneProgress ?? false,
    report,
  });
  let warming: NodeJS.Timeout | undefined;
  const steps = service.warm();
  const warmUp = (pause = WARM_AFTER_MS) =>
    runQuietly(report, 'warm-up', () => {
      if (!steps.next().done) warming = setTimeout(warmUp, pause, WARM_EVERY_MS);
    });

  connection.onInitialize((params): InitializeResult => {
    client = params.capabilities;
    workspace.initialize(params);
    const pull = delivery.initialize(params.capabilities);
    return {
      capabilities: { textDocumentSync: TextDocumentSyncKind.Incremental, ...capabilitiesFor(client), ...pull },
      serverInfo: { name: 'gapline' },
    };
  });
  connection.onInitialized(() => {
    registerFormatting(connection, client).catch((fault: unknown) => report(faultText(fault)));
    setImmediate(() => {
      warmUp();
      workspace.start();
    });
  });
  const known = new Set<string>();
  documents.onDidChangeContent(({ document }) => {
    editedAt = performance.now();
    const first = !known.has(document.uri);
    known.add(document.uri);
    runQuietly(report, 'workspace', () => workspace.edited(document.uri, document.getText()));
    wholeWorkspace.changed();
    pass.schedule(document.uri, first ? 0 : PAUSE_MS);
  });
  documents.onDidClose(({ document }) => {
    known.delete(document.uri);
    pass.forget(document.uri);
    service.close(document.uri);
    runQuietly(report, 'workspace', () => workspace.closed(document.uri));
    delivery.closed(document.uri);
    wholeWorkspace.changed();
  });

  const features = { connection, service, open, report, client: () => client, ready: workspace.ready, sliceMs };
  registerFeatures(features);
  registerWorkspaceFeatures(features);
  connection.onNotification(LanguageMethod.coverageFacts, (facts: CoverageFacts | null) =>
    runQuietly(report, 'coverage', () => {
      service.setCoverage(facts);
      refreshAll();
    }),
  );
  connection.onNotification(LanguageMethod.schema, (facts: SchemaFacts) =>
    runQuietly(report, 'schema', () => {
      schema.setConnection(facts);
      refreshAll();
    }),
  );
  connection.onNotification(LanguageMethod.preferences, (preferences: LanguagePreferences) =>
    runQuietly(report, 'preferences', () => {
      service.setPreferences(preferences);
      wholeWorkspace.setScope(preferences.diagnostics ?? 'openFiles');
      refreshAll();
    }),
  );
  connection.onRequest(LanguageMethod.dialect, (params: DialectParams, token) =>
    runSafe(
      report,
      'dialect',
      () => {
        const document = open(params.uri);
        return document && document.blocks.length > 0 ? service.dialect(document) : null;
      },
      null,
      token,
    ),
  );
  connection.onRequest(LanguageMethod.ping, () => 'pong');
  connection.onRequest(LanguageMethod.blockAt, (params: BlockAtParams, token) =>
    runSafe(
      report,
      'block',
      () => {
        const document = open(params.uri);
        return document ? service.blockAt(document, params.offset) : null;
      },
      null,
      token,
    ),
  );
  connection.onShutdown(() => {
    clearTimeout(warming);
    pass.dispose();
    wholeWorkspace.dispose();
    workspace.dispose();
  });
  documents.listen(connection);
  connection.listen();
}
