import type { CancellationToken, Connection, InitializeParams, ServerCapabilities } from 'vscode-languageserver/node';
import { withOwnEdits } from '../language/completion';
import type { KqlDocument } from '../language/document';
import type { LanguageService } from '../language/service';
import { type Report, runSafe } from './run-safe';

export interface FeatureContext {
  readonly connection: Connection;
  readonly service: LanguageService;
  /** The document of the moment; null where it is not open or holds no KQL. */
  readonly open: (uri: string) => KqlDocument | null;
  readonly report: Report;
  readonly client: () => InitializeParams['capabilities'];
}

export const capabilities: ServerCapabilities = {
  completionProvider: { resolveProvider: true, triggerCharacters: ['.', '|', ' ', '(', '"', "'", '$', '@', '='] },
  hoverProvider: true,
  signatureHelpProvider: { triggerCharacters: ['(', ','], retriggerCharacters: [')'] },
  codeLensProvider: { resolveProvider: false },
};

/** Binds LSP's requests to the service: each handler finds the document, asks, returns. */
export function registerFeatures(context: FeatureContext): void {
  const { connection, service, report } = context;
  const on =
    <P extends { readonly textDocument: { readonly uri: string } }, R>(
      what: string,
      ask: (document: KqlDocument, params: P) => R,
      fallback: R,
    ) =>
    (params: P, token: CancellationToken) =>
      runSafe(
        report,
        what,
        () => {
          const document = context.open(params.textDocument.uri);
          return document ? ask(document, params) : fallback;
        },
        fallback,
        token,
      );
  const knowsDefaults = () =>
    context.client().textDocument?.completion?.completionList?.itemDefaults?.includes('editRange') ?? false;

  connection.onCompletion(
    on(
      'completion',
      (d, p) => {
        const list = service.completions(d, p.position);
        return knowsDefaults() ? list : withOwnEdits(list);
      },
      null,
    ),
  );
  connection.onCompletionResolve((item, token) =>
    runSafe(report, 'completion item', () => service.resolveCompletion(item), item, token),
  );
  connection.onHover(on('hover', (d, p) => service.hover(d, p.position), null));
  connection.onSignatureHelp(on('signature help', (d, p) => service.signatureHelp(d, p.position), null));
  connection.onCodeLens(on('code lens', (d) => [...service.codeLenses(d)], []));
}
