import {
  type CancellationToken,
  type Connection,
  type DocumentFormattingParams,
  DocumentFormattingRequest,
  DocumentRangeFormattingRequest,
  type InitializeParams,
  LSPErrorCodes,
  type Range,
  ResponseError,
  type SemanticTokens,
  type ServerCapabilities,
  type TextEdit,
} from 'vscode-languageserver/node';
import type { Steps } from '../base/steps';
import { instant } from '../base/time';
import type { ActionData } from '../language/code-actions';
import { withOwnEdits } from '../language/completion';
import type { KqlDocument } from '../language/document';
import { ON_TYPE_TRIGGERS } from '../language/on-type-formatting';
import { semanticTokensLegend, tokensDelta } from '../language/semantic-tokens';
import type { LanguageService } from '../language/service';
import { type Report, runSafe } from './run-safe';
import { inSlices } from './slices';

export interface FeatureContext {
  readonly connection: Connection;
  readonly service: LanguageService;
  /** The document of the moment; null where it is not open or holds no KQL. */
  readonly open: (uri: string) => KqlDocument | null;
  readonly report: Report;
  readonly client: () => InitializeParams['capabilities'];
  /** Settles when the workspace's files are read. */
  readonly ready: () => Promise<void>;
  /** Work on one question between two yields, in ms. */
  readonly sliceMs: number;
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
  registerNavigation(context, on);
  registerEdits(context, on);
  registerWhole(context);
  registerTokens(context);
}

type On = <P extends { readonly textDocument: { readonly uri: string } }, R>(
  what: string,
  ask: (document: KqlDocument, params: P) => R,
  fallback: R,
) => (params: P, token: CancellationToken) => Promise<R | ResponseError<void>>;

function registerNavigation({ connection, service }: FeatureContext, on: On): void {
  connection.onDocumentLinks(on('links', (d) => [...service.documentLinks(d)], []));
  connection.onDefinition(on('definition', (d, p) => [...service.definition(d, p.position)], []));
  connection.onDocumentHighlight(on('highlights', (d, p) => [...service.highlights(d, p.position)], []));
  connection.onSelectionRanges(on('selection', (d, p) => [...service.selectionRanges(d, p.positions)], []));
  connection.languages.inlayHint.on(
    on('inlay hints', (d, p) => [...service.inlayHints(d, p.range, instant(Date.now()))], []),
  );
}

function registerEdits(context: FeatureContext, on: On): void {
  const { connection, service, report } = context;
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

/**
 * Answers a question about a whole document after work in slices: a long file takes seconds, and a keystroke must not wait for
 * them. A document that changes meanwhile has its answer with the next question.
 */
function whole<R>(
  context: FeatureContext,
  what: string,
  uri: string,
  work: (document: KqlDocument) => Steps<R>,
  none: R,
  token: CancellationToken,
): Promise<R | ResponseError<void>> {
  return runSafe<R | ResponseError<void>>(
    context.report,
    what,
    async () => {
      const document = context.open(uri);
      if (!document) return none;
      const answer = await inSlices(work(document), token, context.sliceMs);
      const current = context.open(uri) === document;
      return current ? (answer ?? none) : new ResponseError(LSPErrorCodes.ContentModified, 'the document has changed');
    },
    none,
    token,
  );
}

function registerWhole(context: FeatureContext): void {
  const { connection, service } = context;
  const prepared = <R>(what: Parameters<LanguageService['prepare']>[1], ask: (d: KqlDocument) => readonly R[]) =>
    function* (document: KqlDocument): Steps<R[]> {
      yield* service.prepare(document, what);
      return [...ask(document)];
    };
  const lenses = prepared('reads', service.codeLenses);
  const symbols = prepared('tree', service.documentSymbols);
  const folds = prepared('folds', service.foldingRanges);
  connection.onCodeLens((p, token) => whole(context, 'code lens', p.textDocument.uri, lenses, [], token));
  connection.onDocumentSymbol((p, token) => whole(context, 'outline', p.textDocument.uri, symbols, [], token));
  connection.onFoldingRanges((p, token) => whole(context, 'folding', p.textDocument.uri, folds, [], token));
  const format = (
    { textDocument, options }: DocumentFormattingParams,
    range: Range | null,
    token: CancellationToken,
  ) => {
    const choice = service.formattingChoice(options.tabSize);
    const work = function* (d: KqlDocument): Steps<TextEdit[]> {
      return [...(yield* service.formatting(d, choice, range))];
    };
    return whole(context, 'format', textDocument.uri, work, [], token);
  };
  connection.onDocumentFormatting((p, token) => format(p, null, token));
  connection.onDocumentRangeFormatting((p, token) => format(p, p.range, token));
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
  const all = function* (document: KqlDocument): Steps<SemanticTokens> {
    yield* service.prepare(document, 'tokens');
    return service.semanticTokens(document, null);
  };
  const none = { data: [] };
  semanticTokens.on(async ({ textDocument: { uri } }, token) => {
    const found = await whole(context, 'tokens', uri, all, none, token);
    return found instanceof ResponseError ? found : { data: found.data, resultId: keep(uri, found.data) };
  });
  semanticTokens.onDelta(async ({ textDocument: { uri }, previousResultId }, token) => {
    const found = await whole(context, 'tokens', uri, all, none, token);
    if (found instanceof ResponseError) return found;
    const before = last.get(uri);
    const { data } = found;
    const resultId = keep(uri, data);
    return before?.id === previousResultId ? tokensDelta(before.data, data, resultId) : { data, resultId };
  });
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
