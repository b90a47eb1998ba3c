import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Range } from '../base/text';
import type { CoverageFacts, Dialect } from '../protocol/language';
import { createSchemaProvider, type MutableSchema, type SchemaProvider } from './schema';
import { createLanguageService, type LanguageService } from './service';
import { createWorkspaceIndex } from './workspace-index';

/** One finding of `gapline check`. */
export interface CheckDiagnostic {
  readonly file: string;
  readonly range: Range;
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
  /** Id of the rule that it stands in, if any. */
  readonly rule: string | null;
}

export interface CheckContext {
  /** Coverage of the connection; null: queries are not held against data. */
  readonly coverage: CoverageFacts | null;
  readonly schema?: SchemaProvider;
  /** What the files are written for; undefined: either. */
  readonly dialect?: Dialect;
}

export interface Checker {
  /** Diagnostics of one file. Advice that an editor shows as a hint is left out. */
  check(path: string, text: string): readonly CheckDiagnostic[];
}

const SEVERITY: Partial<Record<DiagnosticSeverity, CheckDiagnostic['severity']>> = {
  [DiagnosticSeverity.Error]: 'error',
  [DiagnosticSeverity.Warning]: 'warning',
  [DiagnosticSeverity.Information]: 'information',
};

const uriOf = (path: string): string =>
  `file://${path.startsWith('/') ? '' : '/'}${encodeURI(path.replaceAll('\\', '/')).replace(/[?#]/g, encodeURIComponent)}`;

/** Tells a schema what files declare for one another: saved functions, parsers, watchlists. */
export function declareSaved(
  schema: MutableSchema,
  files: Iterable<{ readonly path: string; readonly text: string }>,
): void {
  const index = createWorkspaceIndex();
  for (const { path, text } of files) index.set(uriOf(path), text);
  schema.setSaved(index.saved());
}

/** A checker for many files: the schema and the engine's grammar are built once. */
export function createChecker(context: CheckContext): Checker {
  const service: LanguageService = createLanguageService({
    schema: context.schema ?? createSchemaProvider(),
    coverage: context.coverage,
    preferences: { dialect: context.dialect ?? 'auto' },
  });
  return {
    check: (path, text) => {
      const uri = uriOf(path);
      const document = service.open({ uri, version: 0, text });
      const out = [
        ...service.fileDiagnostics(document).map((d) => ({ d, rule: null as string | null })),
        ...document.blocks.flatMap((block) =>
          service.blockDiagnostics(document, block).map((d) => ({ d, rule: ruleId(block.detection) })),
        ),
      ];
      service.close(uri);
      return out.flatMap(({ d, rule }) => {
        const severity = SEVERITY[d.severity ?? DiagnosticSeverity.Error];
        return severity
          ? [{ file: path, range: d.range, code: String(d.code ?? ''), severity, message: textOf(d.message), rule }]
          : [];
      });
    },
  };
}

const textOf = (message: Diagnostic['message']): string => (typeof message === 'string' ? message : message.value);

const ruleId = (detection: { readonly id: string; readonly kind: string } | null): string | null =>
  detection && detection.kind !== 'query' ? detection.id : null;

/** Checks a single text; for many, keep one `createChecker`. */
export function checkText(path: string, text: string, context: CheckContext): readonly CheckDiagnostic[] {
  return createChecker(context).check(path, text);
}
