import type {
  CodeLens,
  CompletionItem,
  CompletionList,
  Diagnostic,
  Hover,
  Position,
  SignatureHelp,
} from 'vscode-languageserver-types';
import { catalogTable } from '../catalog/tables';
import type { BlockAtResult, CoverageFacts } from '../protocol/language';
import { codeLenses, firstCode } from './code-lens';
import { completions, resolveCompletion } from './completion';
import { coverageDiagnostics } from './coverage-diagnostics';
import { placed, type QueryDiagnostic, queryDiagnostics } from './diagnostics';
import { createDocumentStore, type KqlDocument, LARGEST_DOCUMENT, type QueryBlock, type TextInput } from './document';
import { hover } from './hover';
import { problemDiagnostics, ruleDiagnostics } from './rule-diagnostics';
import type { SchemaProvider } from './schema';
import { signatureHelp } from './signature-help';

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

  /** The query at a host offset, for Run: null where there is none. */
  blockAt(document: KqlDocument, offset: number): BlockAtResult | null;
  /** Takes the coverage of the connection; null: none assessed. */
  setCoverage(facts: CoverageFacts | null): void;
  /** Does the engine's one-time work, so that the first keystroke need not wait for it. */
  warm(): void;
}

export interface LanguageServiceInit {
  readonly schema: SchemaProvider;
  readonly coverage?: CoverageFacts | null;
}

export function createLanguageService(init: LanguageServiceInit): LanguageService {
  const { schema } = init;
  const documents = createDocumentStore(schema);
  let coverage = init.coverage ?? null;
  const ofQuery = new WeakMap<object, readonly QueryDiagnostic[]>();
  const isKnownCustom = (name: string) => schema.current().isKnownTable(name) || catalogTable(name) !== undefined;
  const found = (block: QueryBlock): readonly QueryDiagnostic[] => {
    const key = block.bound();
    let known = ofQuery.get(key);
    if (!known) {
      known = queryDiagnostics(block, isKnownCustom);
      ofQuery.set(key, known);
    }
    return known;
  };
  const blockDiagnostics = (document: KqlDocument, block: QueryBlock): readonly Diagnostic[] => [
    ...[...found(block), ...(coverage ? coverageDiagnostics(block, coverage) : [])].map((d) =>
      placed(document, block, d),
    ),
    ...ruleDiagnostics(document, block),
  ];
  const fileDiagnostics = (document: KqlDocument) => problemDiagnostics(document, LARGEST_DOCUMENT);
  return {
    open: documents.open,
    close: documents.close,
    diagnostics: (d) => [...fileDiagnostics(d), ...d.blocks.flatMap((b) => blockDiagnostics(d, b))],
    fileDiagnostics,
    blockDiagnostics,
    completions,
    resolveCompletion,
    hover: (d, p) => hover(d, p, coverage),
    signatureHelp,
    codeLenses: (d) => codeLenses(d, coverage),
    blockAt: (d, offset) => {
      const at = d.at(d.lines.positionAt(offset));
      const first = at ? firstCode(at.block.text) : null;
      if (!at || first === null) return null;
      return { text: at.block.text.trim(), start: at.block.start, end: at.block.end };
    },
    setCoverage: (facts) => {
      coverage = facts;
    },
    warm: () => {
      const { query } = schema
        .current()
        .bind('SigninLogs | where ResultType == "0" | summarize count() by AppDisplayName');
      query.diagnostics();
      query.advice();
      query.completions(13);
    },
  };
}
