import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import { parseReview } from '../review/parse';

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

export const isReview = (path: string): boolean => /\.pir\.ya?ml$/i.test(path);

/** Diagnostics of a `*.pir.yaml`. */
export function reviewDiagnostics(path: string, text: string): Diagnostic[] {
  return parseReview(path, text).problems.map((p) => ({
    range: p.range,
    message: p.message,
    severity: SEVERITIES[p.severity],
    code: p.code,
    source: 'gapline',
  }));
}
