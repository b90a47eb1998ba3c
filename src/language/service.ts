import type {
  CallHierarchyIncomingCall,
  CallHierarchyItem,
  CallHierarchyOutgoingCall,
  CodeAction,
  CodeLens,
  CompletionItem,
  CompletionList,
  Diagnostic,
  DocumentHighlight,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  InlayHint,
  Location,
  LocationLink,
  Position,
  Range,
  SelectionRange,
  SemanticTokens,
  SignatureHelp,
  SymbolInformation,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver-types';
import type { Result } from '../base/result';
import { finish, type Steps } from '../base/steps';
import type { Instant } from '../base/time';
import { catalogTable } from '../catalog/tables';
import type { BlockAtResult, CoverageFacts, DialectFact, LanguagePreferences } from '../protocol/language';
import { incomingCalls, outgoingCalls, prepareCallHierarchy } from './call-hierarchy';
import { type ActionData, codeActions, FORMAT_ACTION, resolveCodeAction } from './code-actions';
import { codeLenses, firstCode } from './code-lens';
import { completions, resolveCompletion } from './completion';
import { coverageDiagnostics } from './coverage-diagnostics';
import { definition } from './definition';
import { placed, type QueryDiagnostic, queryDiagnostics } from './diagnostics';
import { dialectOf, timeColumnIn } from './dialect';
import { createDocumentStore, type KqlDocument, type QueryBlock, type TextInput } from './document';
import { documentLinks } from './document-links';
import { foldingRanges, selectionRanges } from './folding';
import { DEFAULT_FORMAT, type FormattingChoice, formatting } from './formatting';
import { goneColumns } from './gone-columns';
import { hover } from './hover';
import { inlayHints } from './inlay-hints';
import { onTypeFormatting } from './on-type-formatting';
import { highlights, references } from './references';
import { prepareRename, rename } from './rename';
import { resourceGraphDiagnostics } from './resource-graph';
import { problemDiagnostics, ruleDiagnostics } from './rule-diagnostics';
import type { SchemaProvider } from './schema';
import { semanticTokens } from './semantic-tokens';
import { signatureHelp } from './signature-help';
import { documentSymbols } from './symbols';
import { inDialect, timeActions, timeDiagnostics } from './time-column';
import { createWorkspaceIndex, type WorkspaceIndex } from './workspace-index';
import { workspaceSymbols } from './workspace-symbols';

/**
 * The KQL language service: text in, LSP values out. It reads no clock, no disk and no network; coverage and schema are
 * told to it. Broken input gives diagnostics or empty answers, never exceptions of its own.
 */
export interface LanguageService {
  /** The document of a text; blocks that did not change since the last version of this URI keep their analysis. */
  open(input: TextInput): KqlDocument;
  /** Forgets a document and its analysis. */
  close(uri: string): void;

  /** Every diagnostic of a document. Costs as much as its unanalysed blocks; see `blockDiagnostics` to go in steps. */
  diagnostics(document: KqlDocument): readonly Diagnostic[];
  /** Diagnostics of the file around the queries: YAML faults, a rule without a query. Cheap. */
  fileDiagnostics(document: KqlDocument): readonly Diagnostic[];
  /** Diagnostics of one block, so that a caller may yield between blocks. */
  blockDiagnostics(document: KqlDocument, block: QueryBlock): readonly Diagnostic[];

  /** Completions at a position, with the edit range as a list default. */
  completions(document: KqlDocument, position: Position): CompletionList;
  /** A completion with its documentation. */
  resolveCompletion(item: CompletionItem): CompletionItem;
  hover(document: KqlDocument, position: Position): Hover | null;
  signatureHelp(document: KqlDocument, position: Position): SignatureHelp | null;
  /** Run, lookback, coverage and incident windows over each query. */
  codeLenses(document: KqlDocument): readonly CodeLens[];

  /** Queries and what they declare. */
  documentSymbols(document: KqlDocument): readonly DocumentSymbol[];
  /** Rules, `let` names, functions, parsers and watchlists of the workspace that a question may mean, the best first. */
  workspaceSymbols(query: string): readonly SymbolInformation[];
  /** Where a name is declared, in the query or in another file; empty for what the schema declares. */
  definition(document: KqlDocument, position: Position): readonly LocationLink[];
  references(document: KqlDocument, position: Position, withDeclaration: boolean): Steps<readonly Location[]>;
  highlights(document: KqlDocument, position: Position): readonly DocumentHighlight[];
  /** The name that a rename would change; null where neither the query nor a file of the workspace declares it. */
  prepareRename(
    document: KqlDocument,
    position: Position,
  ): { readonly range: Range; readonly placeholder: string } | null;
  /** Edits of a rename, or why it is refused. `canRenameFiles`: the client takes edits that rename files. */
  rename(
    document: KqlDocument,
    position: Position,
    newName: string,
    canRenameFiles: boolean,
  ): Steps<Result<WorkspaceEdit>>;
  /** The saved function that a position names, else the rule or query around it. */
  prepareCallHierarchy(document: KqlDocument, position: Position): readonly CallHierarchyItem[];
  incomingCalls(item: CallHierarchyItem): Steps<readonly CallHierarchyIncomingCall[]>;
  outgoingCalls(item: CallHierarchyItem): Steps<readonly CallHierarchyOutgoingCall[]>;
  foldingRanges(document: KqlDocument): readonly FoldingRange[];
  selectionRanges(document: KqlDocument, positions: readonly Position[]): readonly SelectionRange[];
  /** Tokens of the whole document or of the blocks that a range touches. */
  semanticTokens(document: KqlDocument, range: Range | null): SemanticTokens;
  /** Edits that format queries without changing what they mean; broken queries are left alone. */
  formatting(document: KqlDocument, choice: FormattingChoice, range: Range | null): Steps<readonly TextEdit[]>;
  /** Puts the line in its place after one of ON_TYPE_TRIGGERS was typed. */
  onTypeFormatting(document: KqlDocument, position: Position, typed: string, indentation: number): readonly TextEdit[];
  /** Addresses and ATT&CK techniques in rules and comments. */
  documentLinks(document: KqlDocument): readonly DocumentLink[];
  /** Fixes and refactorings at a range; edits of the engine's come with `resolveCodeAction`. */
  codeActions(document: KqlDocument, range: Range, diagnostics: readonly Diagnostic[]): readonly CodeAction[];
  resolveCodeAction(document: KqlDocument, action: CodeAction): CodeAction;
  /** How far back each table is read. `now` is used where no coverage says the connection's. */
  inlayHints(document: KqlDocument, range: Range, now: Instant): readonly InlayHint[];

  /**
   * Works out, block by block, what questions about a whole document need, so that they find the work done: `tokens` for semantic
   * tokens, `tree` for the outline, `folds` for folding, `reads` for lenses.
   */
  prepare(document: KqlDocument, what: 'tokens' | 'tree' | 'folds' | 'reads'): Steps<void>;
  /** The query at a host offset, for Run: null where there is none. */
  blockAt(document: KqlDocument, offset: number): BlockAtResult | null;
  /** What the document's queries are written for. */
  dialect(document: KqlDocument): DialectFact;
  /** How queries are formatted where the editor's step is `tabSize` blanks. */
  formattingChoice(tabSize: number): FormattingChoice;
  setPreferences(preferences: ServicePreferences): void;
  /** Takes the coverage of the connection; null: none assessed. */
  setCoverage(facts: CoverageFacts | null): void;
  /**
   * Does the engine's one-time work, so that the first keystroke need not wait for it. The first step builds what every answer
   * needs; the others, up to 0.15 s each, make lists quick that are slow until they have been made a few times.
   */
  warm(): Steps<void>;
}

/** What the user set; what is left out is as usual. */
export type ServicePreferences = Partial<LanguagePreferences>;

export interface LanguageServiceInit {
  readonly preferences?: ServicePreferences;
  readonly schema: SchemaProvider;
  readonly coverage?: CoverageFacts | null;
  /** What the workspace's files declare, kept by whoever can read them; none without it. */
  readonly workspace?: WorkspaceIndex;
}

export function createLanguageService(init: LanguageServiceInit): LanguageService {
  const { schema } = init;
  const documents = createDocumentStore(schema);
  const workspace = init.workspace ?? createWorkspaceIndex();
  const context = { index: workspace, schema };
  let coverage = init.coverage ?? null;
  let preferences = init.preferences ?? {};
  /** Asked for at every block, and worked out from the whole text: kept as long as the document and the setting are the same. */
  const dialects = new WeakMap<KqlDocument, { readonly setting: string | undefined; readonly fact: DialectFact }>();
  const dialect = (d: KqlDocument): DialectFact => {
    const known = dialects.get(d);
    if (known && known.setting === preferences.dialect) return known.fact;
    const fact = dialectOf(d, preferences.dialect);
    dialects.set(d, { setting: preferences.dialect, fact });
    return fact;
  };
  const timeColumn = (d: KqlDocument) => (table: string) =>
    schema.current().connectionTable(table)?.timeColumn ?? timeColumnIn(dialect(d).dialect, table);
  const ofQuery = new WeakMap<object, readonly QueryDiagnostic[]>();
  const isKnownCustom = (name: string) => schema.current().isKnownTable(name) || catalogTable(name) !== undefined;
  const found = (block: QueryBlock): readonly QueryDiagnostic[] => {
    const key = block.bound();
    let known = ofQuery.get(key);
    if (!known) {
      known = [...queryDiagnostics(block, isKnownCustom), ...goneColumns(block)].sort((a, b) => a.start - b.start);
      ofQuery.set(key, known);
    }
    return known;
  };
  const blockDiagnostics = (document: KqlDocument, block: QueryBlock): readonly Diagnostic[] => [
    ...[
      ...found(block).map((d) => inDialect(d, dialect(document))),
      ...timeDiagnostics(block, dialect(document)),
      ...resourceGraphDiagnostics(block, dialect(document)),
      ...(coverage ? coverageDiagnostics(block, coverage) : []),
    ].map((d) => placed(document, block, d)),
    ...ruleDiagnostics(document, block, coverage),
  ];
  const formattingChoice = (tabSize: number): FormattingChoice => {
    const { format } = preferences;
    return {
      indentation: format?.indentation ?? tabSize,
      pipes: format?.pipes ?? DEFAULT_FORMAT.pipes,
      width: format?.width ?? undefined,
    };
  };
  return {
    open: documents.open,
    close: documents.close,
    diagnostics: (d) => [...problemDiagnostics(d), ...d.blocks.flatMap((b) => blockDiagnostics(d, b))],
    fileDiagnostics: problemDiagnostics,
    blockDiagnostics,
    completions: (d, p) => completions(d, p, schema, dialect(d).dialect),
    resolveCompletion,
    hover: (d, p) => hover(d, p, coverage),
    signatureHelp,
    codeLenses: (d) => codeLenses(d, coverage),
    documentSymbols,
    workspaceSymbols: (query) => workspaceSymbols(workspace, query),
    definition: (d, p) => definition(d, p, context),
    references: (d, p, withDeclaration) => references(d, p, withDeclaration, context),
    highlights,
    prepareRename: (d, p) => prepareRename(d, p, context),
    rename: (d, p, name, canRenameFiles) => rename(d, p, name, canRenameFiles, context),
    prepareCallHierarchy: (d, p) => prepareCallHierarchy(d, p, context),
    incomingCalls: (item) => incomingCalls(item, context),
    outgoingCalls: (item) => outgoingCalls(item, context),
    foldingRanges,
    selectionRanges,
    semanticTokens,
    formatting: (d, choice, range) => formatting(d, choice, schema, range),
    onTypeFormatting,
    documentLinks,
    codeActions: (d, range, diagnostics) => {
      const at = d.at(range.start);
      return [
        ...codeActions(d, range, diagnostics, coverage, timeColumn(d)),
        ...(at ? timeActions(d, at.block, schema) : []),
      ];
    },
    resolveCodeAction: (d, action) => {
      const data = action.data as ActionData | undefined;
      if (data?.title !== FORMAT_ACTION || data.version !== d.version) return resolveCodeAction(d, action);
      const block = d.blocks.find((b) => b.start === data.block);
      const choice = formattingChoice(DEFAULT_FORMAT.indentation);
      const edits = block ? finish(formatting(d, choice, schema, d.range(block, 0, 0))) : [];
      return { ...action, edit: { changes: { [d.uri]: [...edits] } } };
    },
    inlayHints: (d, range, now) => inlayHints(d, range, coverage?.now ?? now),
    *prepare(d, what) {
      for (const block of d.blocks) {
        if (what === 'tokens') block.engine().spans();
        else if (what === 'tree') block.engine().tree();
        else if (what === 'folds') block.engine().outlines();
        else if (coverage) block.reads(coverage.now);
        yield;
      }
    },
    blockAt: (d, offset) => {
      const at = d.at(d.lines.positionAt(offset));
      const first = at ? firstCode(at.block.text) : null;
      if (!at || first === null) return null;
      return { text: at.block.text.trim(), start: at.block.start, end: at.block.end };
    },
    dialect,
    formattingChoice,
    setPreferences: (next) => {
      preferences = next;
    },
    setCoverage: (facts) => {
      coverage = facts;
    },
    *warm() {
      const first = schema
        .current()
        .bind('SigninLogs | where ResultType == "0" | summarize count() by AppDisplayName').query;
      first.diagnostics();
      first.advice();
      first.completions(13);
      for (const text of ['Si', 'SigninLogs | where Re', 'SigninLogs\n| join (Au', 'AuditLogs | extend a = Op', 'Au']) {
        yield;
        const { query } = schema.current().bind(text);
        query.diagnostics();
        query.completions(text.length);
      }
    },
  };
}
