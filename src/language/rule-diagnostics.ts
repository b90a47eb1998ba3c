import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver-types';
import { DAY, type Span } from '../base/time';
import type { Detection } from '../detections/detection';
import type { CoverageFacts } from '../protocol/language';
import { spanWords } from './coverage';
import { SOURCE } from './diagnostics';
import type { KqlDocument, QueryBlock } from './document';
import { nearRealTimeDiagnostics } from './near-real-time';
import { settingDiagnostics } from './rule-settings';
import { suppressions } from './suppression';

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

/** Longest query that an analytics rule takes, in characters. */
const LONGEST_QUERY = 10_000;
/** Longest period that an analytics rule may look back. */
const LONGEST_PERIOD = (14 * DAY) as Span;

/** What is wrong with the file around its queries. */
export const problemDiagnostics = (document: KqlDocument): readonly Diagnostic[] =>
  document.problems.map((p) => ({
    range: p.range,
    message: p.message,
    severity: SEVERITIES[p.severity],
    code: p.code,
    source: SOURCE,
  }));

/** Checks of a rule against its query: entity mappings name output columns; Sentinel's limits hold. */
export function ruleDiagnostics(
  document: KqlDocument,
  block: QueryBlock,
  facts: CoverageFacts | null,
): readonly Diagnostic[] {
  const rule = block.detection;
  if (!rule || rule.kind === 'query') return [];
  const suppressed = suppressions(document.text);
  return [
    ...mappingDiagnostics(rule, block),
    ...limitDiagnostics(document, rule, block),
    ...settingDiagnostics(rule, block, facts),
    ...nearRealTimeDiagnostics(document, rule, block, facts),
  ].filter((d) => !suppressed(document.lines.offsetAt(d.range.start), String(d.code)));
}

function mappingDiagnostics(rule: Detection, block: QueryBlock): Diagnostic[] {
  const named = [
    ...rule.entityMappings.map((m) => ({ ...m, use: `${m.entity} ${m.identifier} is mapped to` })),
    ...rule.settings.columns.map((c) => ({ ...c, use: `${c.use} names` })),
  ];
  if (named.length === 0 || !columnsAreKnown(block)) return [];
  const columns = block.engine().resultColumns();
  if (!columns || columns.length === 0) return [];
  const names = new Set(columns.map((c) => c.name));
  return named.flatMap((m): Diagnostic[] => {
    if (names.has(m.column)) return [];
    const other = columns.find((c) => c.name.toLowerCase() === m.column.toLowerCase());
    const message = other
      ? `The query's column is “${other.name}”, not “${m.column}”: names are case-sensitive.`
      : `The query does not output the column “${m.column}” that ${m.use}.`;
    return [
      {
        range: m.range,
        message,
        severity: DiagnosticSeverity.Error,
        code: 'GL401',
        source: SOURCE,
        ...(other && { data: { replaceWith: other.name } }),
      },
    ];
  });
}

/** Columns that depend on the data, or on functions and tables that are not known, cannot be held against a mapping. */
function columnsAreKnown(block: QueryBlock): boolean {
  const { query, unknown } = block.bound();
  if (query.resultIsOpen()) return false;
  if (unknown.length > 0 || query.diagnostics().some((d) => d.severity === 'error')) return false;
  if (
    /\b(bag_unpack|pivot|narrow|invoke|externaldata|_GetWatchlist|evaluate)\b|\b(workspace|adx|arg|app)\s*\(|_CL\b/.test(
      block.text,
    )
  )
    return false;
  return !/\b_?(im|ASim|vim|Im)_?[A-Z]/.test(block.text);
}

function limitDiagnostics(document: KqlDocument, rule: Detection, block: QueryBlock): Diagnostic[] {
  const out: Diagnostic[] = [];
  const add = (start: number, end: number, code: string, severity: DiagnosticSeverity, message: string) =>
    out.push({ range: document.range(block, start, end), message, severity, code, source: SOURCE });
  if (rule.kind === 'hunting') return out;
  const head = Math.min(block.text.length, 1 + block.text.search(/\S/));
  if (block.text.length > LONGEST_QUERY) {
    add(
      0,
      head,
      'GL402',
      DiagnosticSeverity.Error,
      `An analytics rule takes ${LONGEST_QUERY} characters at most; this query has ${block.text.length}.`,
    );
  }
  for (const m of block.text.matchAll(/(?:^|[\s(|;])((?:search|union)\s+\*)/g)) {
    const start = m.index + m[0].length - m[1]!.length;
    const spans = block.engine().spans();
    if (spans.some((s) => (s.kind === 'Comment' || s.kind === 'StringLiteral') && s.start <= start && start < s.end))
      continue;
    add(
      start,
      start + m[1]!.length,
      'GL403',
      DiagnosticSeverity.Error,
      `“${m[1]}” is not allowed in an analytics rule.`,
    );
  }
  const { period } = rule.settings;
  const at = period?.range ?? document.range(block, 0, head);
  const mark = (code: string, message: string, replaceWith: string | null) =>
    out.push({
      range: at,
      message,
      severity: DiagnosticSeverity.Error,
      code,
      source: SOURCE,
      ...(period && replaceWith !== null && { data: { replaceWith } }),
    });
  if (rule.queryPeriod !== null && rule.queryFrequency !== null && rule.queryFrequency > rule.queryPeriod) {
    mark(
      'GL404',
      `The rule runs every ${spanWords(rule.queryFrequency)} and looks back ${spanWords(rule.queryPeriod)}: what lies between is never read.`,
      rule.settings.frequency?.text ?? null,
    );
  }
  if (rule.queryPeriod !== null && rule.queryPeriod > LONGEST_PERIOD) {
    mark(
      'GL405',
      `queryPeriod is ${spanWords(rule.queryPeriod)}; an analytics rule looks back 14 d at most.`,
      /^P/i.test(period?.text ?? '') ? 'P14D' : '14d',
    );
  }
  return out;
}
