import type {
  CancellationToken,
  Connection,
  InitializeParams,
  ResponseError,
  ServerCapabilities,
} from 'vscode-languageserver/node';
import { DocumentFormattingRequest, DocumentRangeFormattingRequest } from 'vscode-languageserver/node';
import { instant } from '../base/time';
import type { ActionData } from '../language/code-actions';
import { withOwnEdits } from '../language/completion';
import type { KqlDocument } from '../language/document';
import { ON_TYPE_TRIGGERS } from '../language/on-type-formatting';
import { semanticTokensLegend, tokensDelta } from '../language/semantic-tokens';
import type { LanguageService } from '../language/service';
import { type Report, runSafe } from './run-safe';

export interface FeatureContext {
  readonly connection: Connection;
  readonly service: LanguageService;
  /** The document of the moment; null where it is not open or holds no KQL. */
  readonly open: (uri: string) => KqlDocument | null;
  readonly report: Report;
  readonly client: () => InitializeParams['capabilities'];
  /** Settles when the workspace's files are read. */
  readonly ready: () => Promise<void>;
}

export const capabilities: ServerCapabilities = {
  completionProvider: { resolveProvider: true, triggerCharacters: ['.', '|', ' ', '(', '"', "'", '$', '@', '='] },
  hoverProvider: true,
  signatureHelpProvider: { triggerCharacters: ['(', ','], retriggerCharacters: [')'] },
  codeLensProvider: { resolveProvider: false },
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  callHierarchyProvider: true,
  renameProvider: { prepareProvider: true },
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  semanticTokensProvider: {
    legend: {
      tokenTypes: [...semanticTokensLegend.tokenTypes],
      tokenModifiers: [...semanticTokensLegend.tokenModifiers],
    },
    full: { delta: true },
    range: true,
  },
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  documentOnTypeFormattingProvider: {
    firstTriggerCharacter: ON_TYPE_TRIGGERS[0],
    moreTriggerCharacter: ON_TYPE_TRIGGERS.slice(1),
  },
  documentLinkProvider: {},
  codeActionProvider: { resolveProvider: true, codeActionKinds: ['quickfix', 'refactor.rewrite'] },
  inlayHintProvider: true,
};

/**
 * Formatters are registered for the languages that have none of their own: a second one for JSON or Markdown would make the editor
 * ask which is meant. Their queries are formatted by a code action.
 */
export const FORMATTED = [{ language: 'kusto' }, { language: 'yaml' }, { language: 'bicep' }];

/** The capabilities for a client: without formatting where `registerFormatting` says it after the start. */
export function capabilitiesFor(client: InitializeParams['capabilities']): ServerCapabilities {
  if (!client.textDocument?.formatting?.dynamicRegistration) return capabilities;
  const { documentFormattingProvider: _, documentRangeFormattingProvider: __, ...others } = capabilities;
  return others;
}

export async function registerFormatting(
  connection: Connection,
  client: InitializeParams['capabilities'],
): Promise<void> {
  if (!client.textDocument?.formatting?.dynamicRegistration) return;
  const options = { documentSelector: FORMATTED };
  await connection.client.register(DocumentFormattingRequest.type, options);
  await connection.client.register(DocumentRangeFormattingRequest.type, options);
}

/** Binds LSP's requests to the service: each handler finds the document, asks, returns. */
export function registerFeatures(context: FeatureContext): void {
  const { connection, service, report } = context;
  const on: On =
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
  registerNavigation(context, on);
  registerEdits(context, on);
  registerTokens(context);
}

type On = <P extends { readonly textDocument: { readonly uri: string } }, R>(
  what: string,
  ask: (document: KqlDocument, params: P) => R,
  fallback: R,
) => (params: P, token: CancellationToken) => Promise<R | ResponseError<void>>;

function registerNavigation({ connection, service }: FeatureContext, on: On): void {
  connection.onDocumentLinks(on('links', (d) => [...service.documentLinks(d)], []));
  connection.onDocumentSymbol(on('outline', (d) => [...service.documentSymbols(d)], []));
  connection.onDefinition(on('definition', (d, p) => [...service.definition(d, p.position)], []));
  connection.onDocumentHighlight(on('highlights', (d, p) => [...service.highlights(d, p.position)], []));
  connection.onFoldingRanges(on('folding', (d) => [...service.foldingRanges(d)], []));
  connection.onSelectionRanges(on('selection', (d, p) => [...service.selectionRanges(d, p.positions)], []));
  connection.languages.inlayHint.on(
    on('inlay hints', (d, p) => [...service.inlayHints(d, p.range, instant(Date.now()))], []),
  );
}

function registerEdits(context: FeatureContext, on: On): void {
  const { connection, service, report } = context;
  const choice = service.formattingChoice;
  connection.onDocumentFormatting(
    on('format', (d, p) => [...service.formatting(d, choice(p.options.tabSize), null)], []),
  );
  connection.onDocumentRangeFormatting(
    on('format', (d, p) => [...service.formatting(d, choice(p.options.tabSize), p.range)], []),
  );
  connection.onDocumentOnTypeFormatting(
    on('format', (d, p) => [...service.onTypeFormatting(d, p.position, p.ch, p.options.tabSize)], []),
  );
  connection.onCodeAction(
    on('code actions', (d, p) => [...service.codeActions(d, p.range, p.context.diagnostics)], []),
  );
  connection.onCodeActionResolve((action, token) =>
    runSafe(
      report,
      'code action',
      () => {
        const uri = (action.data as ActionData | undefined)?.uri;
        const document = uri === undefined ? null : context.open(uri);
        return document ? service.resolveCodeAction(document, action) : action;
      },
      action,
      token,
    ),
  );
  connection.onPrepareRename(on('rename', (d, p) => service.prepareRename(d, p.position), null));
}

/** Last answer of each document, for the delta against it. */
function registerTokens(context: FeatureContext): void {
  const { connection, service, report } = context;
  const last = new Map<string, { readonly id: string; readonly data: readonly number[] }>();
  let answers = 0;
  const keep = (uri: string, data: readonly number[]): string => {
    const id = String(++answers);
    if (last.size > 50) last.clear();
    last.set(uri, { id, data });
    return id;
  };
  const { semanticTokens } = connection.languages;
  semanticTokens.on(({ textDocument }, token) =>
    runSafe(
      report,
      'tokens',
      () => {
        const document = context.open(textDocument.uri);
        if (!document) return { data: [] };
        const { data } = service.semanticTokens(document, null);
        return { data, resultId: keep(textDocument.uri, data) };
      },
      { data: [] },
      token,
    ),
  );
  semanticTokens.onDelta(({ textDocument, previousResultId }, token) =>
    runSafe(
      report,
      'tokens',
      () => {
        const document = context.open(textDocument.uri);
        if (!document) return { data: [] };
        const before = last.get(textDocument.uri);
        const { data } = service.semanticTokens(document, null);
        const resultId = keep(textDocument.uri, data);
        return before?.id === previousResultId ? tokensDelta(before.data, data, resultId) : { data, resultId };
      },
      { data: [] },
      token,
    ),
  );
  semanticTokens.onRange(({ textDocument, range }, token) =>
    runSafe(
      report,
      'tokens',
      () => {
        const document = context.open(textDocument.uri);
        return document ? service.semanticTokens(document, range) : { data: [] };
      },
      { data: [] },
      token,
    ),
  );
}
