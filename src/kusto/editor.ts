import { tablesOf } from './column-tables';
import { type SyntaxNode, wrapNode } from './editor-tree';
import { enumName, type Foreign, kusto, toArray } from './engine';
import { quickenCompletion } from './quick-completion';
import type { Globals } from './schema';

/**
 * One query for the editor: the engine's code service behind types. Every offset is relative to the query's own text.
 * No call takes a cancellation token, because a cancelled one leaves the service's answers empty for good.
 */
export interface EngineDiagnostic {
  /** `KS142` */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'suggestion' | 'information';
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export interface EngineCompletion {
  /** The engine's kind: `Column`, `Table`, `BuiltInFunction`, `QueryPrefix`. */
  readonly kind: string;
  readonly label: string;
  readonly matchText: string;
  readonly orderText: string;
  /** Inserted before and after the caret. */
  readonly before: string;
  readonly after: string;
  /** Ask for completions again after this one was taken. */
  readonly retrigger: boolean;
}

export interface EngineCompletions {
  readonly editStart: number;
  readonly editLength: number;
  readonly items: readonly EngineCompletion[];
}

export interface EngineInfo {
  /** `Column`, `Table`, `BuiltInFunction`, `Error` … */
  readonly kind: string;
  readonly text: string;
}

export interface EngineElement {
  readonly kind: 'Syntax' | 'Reference' | 'Declaration' | 'Other';
  readonly start: number;
  readonly end: number;
}

export interface EngineSpan {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

export interface EngineEdit {
  readonly start: number;
  readonly deleteLength: number;
  readonly text: string;
}

export interface EngineAction {
  readonly title: string;
  readonly kind: string;
  /** Computes the edits; null where the engine cannot apply it. */
  readonly apply: () => readonly EngineEdit[] | null;
}

export interface FormatOptions {
  readonly indentation: number;
  /** Put pipes on their own lines: always, only where the query is long, or leave them. */
  readonly pipes: 'newline' | 'smart' | 'asis';
}

export interface EngineQuery {
  readonly text: string;
  /** `Query`, `Command` (`.show …`), `Directive` (`#connect …`) or `Unknown`. */
  readonly kind: string;
  diagnostics(): readonly EngineDiagnostic[];
  /** The engine's advice (KS5xx). */
  advice(): readonly EngineDiagnostic[];
  completions(at: number): EngineCompletions;
  info(at: number): readonly EngineInfo[];
  related(at: number): readonly EngineElement[];
  spans(): readonly EngineSpan[];
  outlines(): readonly { readonly start: number; readonly end: number }[];
  formatted(options: FormatOptions): string;
  /** The query's tokens, without blanks and comments: two texts with the same tokens mean the same. */
  tokens(): readonly string[];
  actions(start: number, end: number): readonly EngineAction[];
  /** Root of the bound tree; null for commands that the engine does not bind. */
  tree(): SyntaxNode | null;
  /** Columns that may be named at an offset. */
  columnsInScope(at: number): readonly string[];
  /** The engine's own root, for this folder alone. */
  raw(): Foreign;
  /** Columns of the result, in order; null where the query has no tabular result. */
  resultColumns(): readonly { readonly name: string; readonly type: string }[] | null;
  /** Tables whose own column of this name is in the result, unchanged. */
  resultTables(column: string): readonly string[];
  /** True where the output may have columns beyond the listed ones. */
  resultIsOpen(): boolean;
}

const SEVERITY: Record<string, EngineDiagnostic['severity']> = {
  Error: 'error',
  Warning: 'warning',
  Suggestion: 'suggestion',
};

function diagnosticOf(d: Foreign): EngineDiagnostic {
  const start = d.HasLocation ? d.Start : 0;
  return {
    code: d.Code,
    severity: SEVERITY[d.Severity] ?? 'information',
    start,
    end: start + (d.HasLocation ? d.Length : 0),
    message: d.Message,
  };
}

const memo = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

function flatActions(action: Foreign, parent: string | null): { readonly action: Foreign; readonly title: string }[] {
  const E = kusto().Kusto.Language.Editor;
  const title = parent ? `${parent}: ${action.Title}` : action.Title;
  if (action instanceof E.MenuAction) return toArray(action.Actions).flatMap((a) => flatActions(a, action.Title));
  return [{ action, title }];
}

function actionsOf(service: Foreign, start: number, end: number): readonly EngineAction[] {
  const { Kusto } = kusto();
  const E = Kusto.Language.Editor;
  const token = new Kusto.Language.Utils.CancellationToken();
  const options = E.CodeActionOptions.Default;
  const found = service.GetCodeActions(start, start, end - start, options, true, null, token);
  return toArray(found?.Actions)
    .flatMap((a) => flatActions(a, null))
    .map(({ action, title }) => ({
      title,
      kind: action.Kind ?? '',
      apply: () => {
        const result = service.ApplyCodeAction(action, start, options, token);
        if (result?.FailureReason) return null;
        const change = toArray(result?.Actions).find((x) => x instanceof E.ChangeTextAction);
        return change
          ? toArray(change.Changes).map((c) => ({
              start: c.Start,
              deleteLength: c.DeleteLength,
              text: c.InsertText ?? '',
            }))
          : null;
      },
    }));
}

function formattingOptions(options: FormatOptions): Foreign {
  const E = kusto().Kusto.Language.Editor;
  const style = { newline: E.PlacementStyle.NewLine, smart: E.PlacementStyle.Smart, asis: E.PlacementStyle.None };
  return E.FormattingOptions.Default.WithIndentationSize(options.indentation)
    .WithInsertMissingTokens(false)
    .WithAssignmentSpacing(E.DualSpacingStyle.AsIs)
    .WithPipeOperatorStyle(style[options.pipes]);
}

/** Opens a query with a schema. Nothing is parsed until something is asked; each answer is kept. */
export function openQuery(text: string, globals: Globals): EngineQuery {
  const E = kusto().Kusto.Language.Editor;
  const service = memo(() => {
    const out = { v: null as Foreign };
    const factory = new E.KustoCodeServiceFactory(globals);
    return factory.TryGetCodeService(text, out) ? out.v : new E.KustoCodeService.$ctor1(text, globals);
  });
  // The service's own analysis: another one of the same text would cost as much again.
  const code = memo((): Foreign => {
    const s = service();
    const out = { v: null as Foreign };
    const token = new (kusto().Kusto.Language.Utils.CancellationToken)();
    return s.TryGetBoundCode?.(token, true, out) ? out.v : null;
  });
  const options = memo(() =>
    E.CompletionOptions.Default.WithIncludePunctuationOnlySyntax(false).WithAutoAppendWhitespace(true),
  );
  return {
    text,
    get kind() {
      return service().Kind ?? 'Unknown';
    },
    diagnostics: memo(() => toArray(service().GetDiagnostics()).map(diagnosticOf)),
    advice: memo(() => toArray(service().GetAnalyzerDiagnostics(true)).map(diagnosticOf)),
    completions: (at) => {
      quickenCompletion();
      const found = service().GetCompletionItems(at, options());
      return {
        editStart: found.EditStart,
        editLength: found.EditLength,
        items: toArray(found.Items).map((i) => ({
          kind: enumName(E.CompletionKind, i.Kind),
          label: i.DisplayText,
          matchText: i.MatchText ?? i.DisplayText,
          orderText: i.OrderText ?? i.DisplayText,
          before: i.BeforeText ?? '',
          after: i.AfterText ?? '',
          retrigger: i.Retrigger === true,
        })),
      };
    },
    info: (at) =>
      toArray(service().GetQuickInfo(at)?.Items).map((i) => ({
        kind: enumName(E.QuickInfoKind, i.Kind),
        text: i.Text ?? '',
      })),
    related: (at) =>
      toArray(service().GetRelatedElements(at, E.FindRelatedOptions.None)?.Elements).map((e) => ({
        kind: enumName(E.RelatedElementKind, e.Kind) as EngineElement['kind'],
        start: e.Start,
        end: e.End,
      })),
    spans: memo(() =>
      toArray(service().GetClassifications(0, text.length, true, true)?.Classifications).map((c) => ({
        kind: enumName(E.ClassificationKind, c.Kind),
        start: c.Start,
        end: c.End,
      })),
    ),
    outlines: memo(() =>
      toArray(service().GetOutlines(E.OutliningOptions.Default)?.Ranges).map((r) => ({
        start: r.Start,
        end: r.Start + r.Length,
      })),
    ),
    formatted: (o) => service().GetFormattedText(formattingOptions(o), 0)?.Text ?? text,
    tokens: memo(() =>
      toArray(kusto().Kusto.Language.KustoCode.Parse(text, globals).GetLexicalTokens())
        .map((t) => t.Text as string)
        .filter((t) => t !== ''),
    ),
    actions: (start, end) => actionsOf(service(), start, end),
    tree: memo(() => {
      const root = code()?.Syntax;
      return root ? wrapNode(root) : null;
    }),
    columnsInScope: (at) => toArray(code()?.GetColumnsInScope(at)?.Columns).map((c) => c.Name),
    raw: () => code()?.Syntax ?? null,
    resultTables: (column) =>
      tablesOf(toArray(code()?.ResultType?.Columns).find((c: Foreign) => c.Name === column) ?? null),
    resultIsOpen: () => code()?.ResultType?.IsOpen === true,
    resultColumns: memo(() => {
      const type = code()?.ResultType;
      return type?.Columns
        ? toArray(type.Columns).map((c) => ({ name: c.Name, type: c.Type?.Name ?? 'dynamic' }))
        : null;
    }),
  };
}
