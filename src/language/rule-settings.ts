import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Range } from '../base/text';
import { instant, type Span } from '../base/time';
import type { Detection, RuleValue } from '../detections/detection';
import { tablesRead } from '../detections/reads';
import { spanWords } from './coverage';
import { SOURCE } from './diagnostics';
import type { QueryBlock } from './document';

/** Checks of what a rule says beside its query: limits of Sentinel, values that it knows, settings that do nothing. */

/** Key-value pairs that an alert carries at most. */
const MOST_DETAILS = 20;
/** Columns that one format of alertDetailsOverride takes. */
const MOST_PLACEHOLDERS = 3;
const AGGREGATIONS = ['SingleAlert', 'AlertPerResult'] as const;
/**
 * Two instants that begin a day, a week, a month and a year at once: what a query reads relative to now is the same seen from both, and
 * startofday() adds nothing to it.
 */
const NOWS = [instant(Date.UTC(2023, 0, 1)), instant(Date.UTC(2034, 0, 1))] as const;

const diagnostic = (
  range: Range,
  code: string,
  severity: DiagnosticSeverity,
  message: string,
  replaceWith?: string,
): Diagnostic => ({
  range,
  code,
  severity,
  message,
  source: SOURCE,
  ...(replaceWith !== undefined && { data: { replaceWith } }),
});

export function settingDiagnostics(rule: Detection, block: QueryBlock): Diagnostic[] {
  const { settings } = rule;
  const out: Diagnostic[] = [];
  if (settings.customDetails > MOST_DETAILS && settings.detailsRange) {
    const message = `A rule carries ${MOST_DETAILS} custom details at most; this one has ${settings.customDetails}.`;
    out.push(diagnostic(settings.detailsRange, 'GL406', DiagnosticSeverity.Error, message));
  }
  for (const f of settings.formats) {
    if (f.placeholders <= MOST_PLACEHOLDERS) continue;
    const message = `${f.key} takes ${MOST_PLACEHOLDERS} columns at most; this one names ${f.placeholders}.`;
    out.push(diagnostic(f.range, 'GL407', DiagnosticSeverity.Warning, message));
  }
  if (settings.aggregation) out.push(...aggregation(settings.aggregation));
  if (rule.kind === 'nrt') out.push(...ignoredByNrt(rule));
  else out.push(...lookback(rule, block), ...lateRows(rule, block));
  return out;
}

function aggregation({ text, range }: RuleValue): Diagnostic[] {
  if (text === null || AGGREGATIONS.some((a) => a === text) || /^\[.*\]$/.test(text)) return [];
  const meant = AGGREGATIONS.find((a) => a.toLowerCase() === text.toLowerCase());
  const message = `aggregationKind is “${text}”: Sentinel knows ${AGGREGATIONS.join(' and ')}.`;
  return [diagnostic(range, 'GL408', DiagnosticSeverity.Error, message, meant)];
}

/** A near-real-time rule runs every minute over what has come in since: spans and thresholds of its own do nothing. */
function ignoredByNrt({ settings }: Detection): Diagnostic[] {
  const set = (['frequency', 'period', 'trigger'] as const).flatMap((key) => settings[key] ?? []);
  const message = 'A near-real-time rule runs every minute on every row that has come in: this value is not used.';
  return set.map((v) => diagnostic(v.range, 'GL409', DiagnosticSeverity.Information, message));
}

/** How far back the query asks for rows, where that depends on now alone; null where it says nothing. */
export function askedLookback(block: QueryBlock): Span | null {
  const [a, b] = NOWS.map((now) => {
    const spans = tablesRead(block.engine(), { now }).flatMap((r) =>
      r.bounds.from === null ? [] : now - r.bounds.from,
    );
    return spans.length ? Math.max(...spans) : null;
  });
  return a === b && a !== null && a !== undefined && a > 0 ? (a as Span) : null;
}

function lookback(rule: Detection, block: QueryBlock): Diagnostic[] {
  const { queryPeriod, settings } = rule;
  if (queryPeriod === null || !settings.period) return [];
  const asked = askedLookback(block);
  if (asked === null || asked <= queryPeriod) return [];
  const message = `The query looks back ${spanWords(asked)}; queryPeriod lets it see ${spanWords(queryPeriod)} only.`;
  return [diagnostic(settings.period.range, 'GL410', DiagnosticSeverity.Information, message)];
}

/** Rows that arrive after the run that should have seen them are never read where two runs do not overlap. */
function lateRows(rule: Detection, block: QueryBlock): Diagnostic[] {
  const { queryPeriod, queryFrequency, settings } = rule;
  if (queryPeriod === null || queryPeriod !== queryFrequency || !settings.period) return [];
  if (/\bingestion_time\s*\(/.test(block.text)) return [];
  const message =
    'Each run begins where the last one ended: a row that arrives late is in neither. Look back a little longer, and filter by ingestion_time().';
  return [diagnostic(settings.period.range, 'GL411', DiagnosticSeverity.Hint, message)];
}
