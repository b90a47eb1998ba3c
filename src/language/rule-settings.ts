import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Range } from '../base/text';
import { instant, MINUTE, type Span } from '../base/time';
import type { Detection, RuleValue } from '../detections/detection';
import { tablesRead } from '../detections/reads';
import type { EngineQuery } from '../kusto/editor';
import type { CoverageFacts } from '../protocol/language';
import { coverageOfQuery, spanWords } from './coverage';
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

export const ruleDiagnostic = (
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

export function settingDiagnostics(rule: Detection, block: QueryBlock, facts: CoverageFacts | null): Diagnostic[] {
  const { settings } = rule;
  const out: Diagnostic[] = [];
  if (settings.customDetails > MOST_DETAILS && settings.detailsRange) {
    const message = `A rule carries ${MOST_DETAILS} custom details at most; this one has ${settings.customDetails}.`;
    out.push(ruleDiagnostic(settings.detailsRange, 'GL406', DiagnosticSeverity.Error, message));
  }
  for (const f of settings.formats) {
    if (f.placeholders <= MOST_PLACEHOLDERS) continue;
    const message = `${f.key} takes ${MOST_PLACEHOLDERS} columns at most; this one names ${f.placeholders}.`;
    out.push(ruleDiagnostic(f.range, 'GL407', DiagnosticSeverity.Warning, message));
  }
  if (settings.aggregation) out.push(...aggregation(settings.aggregation));
  if (rule.kind !== 'nrt') out.push(...lookback(rule, block), ...lateRows(rule, block, facts));
  return out;
}

function aggregation({ text, range }: RuleValue): Diagnostic[] {
  if (text === null || AGGREGATIONS.some((a) => a === text) || /^\[.*\]$/.test(text)) return [];
  const meant = AGGREGATIONS.find((a) => a.toLowerCase() === text.toLowerCase());
  const message = `aggregationKind is “${text}”: Sentinel knows ${AGGREGATIONS.join(' and ')}.`;
  return [ruleDiagnostic(range, 'GL408', DiagnosticSeverity.Error, message, meant)];
}

/** Kept by query: a file of many rules asks of each of them at every keystroke, and it changes in one. */
const lookbacks = new WeakMap<EngineQuery, { readonly asked: Span | null }>();

/** How far back the query asks for rows, where that depends on now alone; null where it says nothing. */
export function askedLookback(block: QueryBlock): Span | null {
  const query = block.engine();
  const known = lookbacks.get(query) ?? { asked: lookbackIn(query) };
  lookbacks.set(query, known);
  return known.asked;
}

function lookbackIn(query: EngineQuery): Span | null {
  const [a, b] = NOWS.map((now) => {
    const spans = tablesRead(query, { now }).flatMap((r) => (r.bounds.from === null ? [] : now - r.bounds.from));
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
  return [ruleDiagnostic(settings.period.range, 'GL410', DiagnosticSeverity.Information, message)];
}

/** A scheduled rule runs so long after the time that it asks for, as its documentation has it. */
const BUILT_IN_DELAY = 5 * MINUTE;

/** What a query reads whose rows take longest to come in, where the coverage knows that of all it reads. */
export function slowestRead(block: QueryBlock, facts: CoverageFacts | null): { id: string; delay: Span } | null {
  const { reads, sources } = facts ? coverageOfQuery(block, facts) : { reads: [], sources: [] };
  if (reads.length === 0 || reads.some((r) => !sources.some((s) => s.read === r))) return null;
  let slowest: { id: string; delay: Span } | null = null;
  for (const { fact } of sources) {
    const delay = fact.usualDelay ?? null;
    if (delay === null) return null;
    if (delay > (slowest?.delay ?? -1)) slowest = { id: fact.id, delay };
  }
  return slowest;
}

/** Rows that arrive after the run that should have seen them are in no run, where two runs do not overlap by as much. */
function lateRows(rule: Detection, block: QueryBlock, facts: CoverageFacts | null): Diagnostic[] {
  const { queryPeriod, queryFrequency, settings } = rule;
  if (queryPeriod === null || queryFrequency === null || queryPeriod < queryFrequency || !settings.period) return [];
  if (/\bingestion_time\s*\(/.test(block.text)) return [];
  const overlap = queryPeriod - queryFrequency;
  const slowest = slowestRead(block, facts);
  if (slowest) {
    if (slowest.delay <= overlap + BUILT_IN_DELAY) return [];
    const runs = overlap === 0 ? 'its runs do not overlap' : `its runs overlap by ${spanWords(overlap)} only`;
    const message = `Of ${slowest.id}, 1 row in 100 takes longer than ${spanWords(slowest.delay)} to come in, and ${runs}: those rows are in none. Look back further, and filter by ingestion_time().`;
    return [ruleDiagnostic(settings.period.range, 'GL411', DiagnosticSeverity.Warning, message)];
  }
  if (overlap > 0) return [];
  const message =
    'Each run begins where the last one ended: a row that arrives late is in neither. Look back a little longer, and filter by ingestion_time().';
  return [ruleDiagnostic(settings.period.range, 'GL411', DiagnosticSeverity.Hint, message)];
}
