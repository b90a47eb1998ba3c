import { DiagnosticSeverity } from 'vscode-languageserver-types';

/**
 * How much a diagnostic of the engine weighs. Its binder knows one cluster of one database; queries run elsewhere, on services that
 * take more and know names that no offline schema has. An Error must be one that the author of a published query would grant.
 */

/** Of things that live on the cluster, not in the catalogue: clusters, databases, external tables, views, graphs, stored results. */
const ELSEWHERE = /^KS(?:205|207|208|209|210|216|247|248|26[0-3])$/;
/** Plug-ins and hints that the service may have got since; what the engine could not work out; names that only this engine reserves. */
const NOT_SURE = /^KS(?:124|125|179|200|203|228|237|246)$/;
/** Advice of the analyzers: never a fault. */
const ADVICE = /^KS5\d\d$/;
/** Calls whose arguments do not fit: `invoke` is handed a table that the binder counts otherwise. */
const ARGUMENTS = /^KS(?:107|108|109|116|118|119|120|121|127|129|130|131|132|142)$/;

/** Columns that hold when a row arrived: exports and tables name them in ways that no schema lists. */
const INGESTION =
  /^_?(?:Ingest(?:ion|ed)?_?(?:Time|Date|At|On)(?:UTC)?|TimeReceived|_?TimeIngested|ingestion_time_?|Received_?Time)$/i;
/** Columns that a workspace adds to a built-in table end so. */
const CUSTOM_COLUMN = /_CF$/;

export interface WeighedDiagnostic {
  readonly code: string;
  readonly severity: DiagnosticSeverity;
  /** The text that it marks. */
  readonly marked: string;
  readonly inInvoke: boolean;
}

/** True for a name that only the data can tell: it is said, but it is no fault. */
export const isDataColumn = (name: string): boolean => INGESTION.test(name) || CUSTOM_COLUMN.test(name);

/** The weight to show it with; null: not at all. */
export function weighed(d: WeighedDiagnostic): DiagnosticSeverity | null {
  // `invoke FileProfile(SHA1)` names a column where the engine expects a constant; advanced hunting takes it.
  if (d.inInvoke && ARGUMENTS.test(d.code)) return d.code === 'KS142' ? null : DiagnosticSeverity.Information;
  if (d.code === 'KS142' && isDataColumn(d.marked)) return DiagnosticSeverity.Information;
  const light = ELSEWHERE.test(d.code) || NOT_SURE.test(d.code) || ADVICE.test(d.code);
  return light && d.severity < DiagnosticSeverity.Information ? DiagnosticSeverity.Information : d.severity;
}

/** True for what stands behind `hint.strategy=` and the like: services know values that the engine does not, and skip others. */
export const isHintValue = (text: string, start: number): boolean =>
  /\bhint\.[\w.]+\s*=\s*$/.test(text.slice(Math.max(0, start - 60), start));

/** Types that do not fit: no fault that anyone can be sure of where a function of the workspace's own gives the value. */
export const isAboutTypes = (code: string): boolean => /^KS(?:106|107|108|121|138|141)$/.test(code);

/**
 * True where a dynamic value is compared with one of a type. The binder asks for a cast before it puts them in order, and only of
 * some types; published queries compare what `mv-expand` and `parse_json` give.
 */
export function ofDynamic(
  text: string,
  d: { readonly code: string; readonly end: number; readonly message: string },
): boolean {
  if (d.code === 'KS106') return /'[<>]=?' .*\bdynamic\b/.test(d.message);
  // The binder believes to know whether a dynamic value is a bag or an array; an index that does not fit gives null.
  if (d.code === 'KS141') return /\btype dynamic\b/.test(d.message) || /^\s*\]/.test(text.slice(d.end, d.end + 20));
  return /^\s*!?between\s*\(/.test(text.slice(d.end, d.end + 20));
}
