import { pathToFileURL } from 'node:url';
import type { CheckDiagnostic } from '../language/check';
import { VERSION } from './version';

const LEVEL = { error: 'error', warning: 'warning', information: 'note' } as const;

/** Findings as SARIF 2.1.0, as code scanning reads it. Paths are relative to `cwd` where they lie below it. */
export function toSarif(findings: readonly CheckDiagnostic[], cwd: string) {
  const codes = [...new Set(findings.map((f) => f.code))].sort();
  const root = pathToFileURL(cwd.endsWith('/') ? cwd : `${cwd}/`).href;
  const uriOf = (file: string) => {
    const uri = pathToFileURL(file).href;
    return uri.startsWith(root) ? { uri: uri.slice(root.length), uriBaseId: 'ROOT' } : { uri };
  };
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'gapline', version: VERSION, rules: codes.map((id) => ({ id })) } },
        originalUriBaseIds: { ROOT: { uri: root } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((f) => ({
          ruleId: f.code,
          ruleIndex: codes.indexOf(f.code),
          level: LEVEL[f.severity],
          message: { text: f.message },
          locations: [
            {
              physicalLocation: {
                artifactLocation: uriOf(f.file),
                region: {
                  startLine: f.range.start.line + 1,
                  startColumn: f.range.start.character + 1,
                  endLine: f.range.end.line + 1,
                  endColumn: f.range.end.character + 1,
                },
              },
            },
          ],
          ...(f.rule !== null && { properties: { rule: f.rule } }),
        })),
      },
    ],
  };
}
