import { isDirective } from '../../base/kql-text';
import { LineIndex } from '../../base/text';
import type { QuerySummary, TableSummary } from '../../protocol/datahost';
import type { QueryFault, Refusal } from '../../protocol/records';
import type { GridResult, ToResults } from '../../protocol/webview';
import type { Localization } from '../views/node';

/** What the results page shows for a finished query, whatever its outcome. */
export function summaryMessage(
  l10n: Localization,
  title: string,
  kql: string,
  firstLine: number,
  summary: QuerySummary,
): ToResults {
  const at = placeText(l10n, kql, firstLine);
  switch (summary.kind) {
    case 'results':
      return {
        type: 'results',
        title,
        now: summary.now,
        elapsedMs: summary.elapsedMs,
        results: gridResults(kql, summary.tables, true),
      };
    case 'refused':
      return {
        type: 'message',
        severity: 'error',
        title: l10n.t('This query cannot be run on local files'),
        lines: summary.refused.map(
          (r: Refusal) => `${at(r.start)}${r.message.includes(r.name) ? '' : `${r.name}: `}${r.message}`,
        ),
      };
    case 'invalid':
      return {
        type: 'message',
        severity: 'error',
        title: l10n.t('The query has errors'),
        lines: summary.faults.map((f: QueryFault) => `${at(f.start)}${f.message}`),
      };
    case 'failed':
      return { type: 'message', severity: 'error', title: l10n.t('The query failed'), lines: [summary.message] };
    case 'cancelled':
      return {
        type: 'message',
        severity: 'information',
        title: l10n.t('The query was cancelled'),
        lines: [],
        again: true,
      };
  }
}

/** What the page knows of a table before it has rows. */
function gridResult(t: TableSummary): GridResult {
  return {
    columns: t.columns,
    rowCount: t.rowCount,
    truncated: t.truncated,
    notes: t.notes,
    render: t.render?.kind ?? null,
    renderProperties: t.render?.properties,
  };
}

/** The tables of a query as tabs: each by the name that the query gives it; among other queries' by that of its query too. */
export function gridResults(kql: string, tables: readonly TableSummary[], alone: boolean): readonly GridResult[] {
  const title = tabTitle(kql);
  return tables.map((t, i) => {
    const of = tables.length === 1 ? title : `${title} (${t.name ?? i + 1})`;
    const label = alone ? t.name : of;
    return { ...gridResult(t), ...(label !== undefined && { label }) };
  });
}

/** A query that gave no table, as a tab among those that did. */
export function gridFault(
  l10n: Localization,
  kql: string,
  firstLine: number,
  summary: Exclude<QuerySummary, { kind: 'results' }>,
): GridResult {
  const message = summaryMessage(l10n, '', kql, firstLine, summary);
  const { title, lines } = message.type === 'message' ? message : { title: '', lines: [] };
  const label = tabTitle(kql);
  return { columns: [], rowCount: 0, truncated: false, notes: [], render: null, label, fault: { title, lines } };
}

/** `Line 12: `, counted in the document that the query stands in. */
function placeText(l10n: Localization, kql: string, firstLine: number): (start: number | null) => string {
  const index = new LineIndex(kql);
  return (start) => (start === null ? '' : `${l10n.t('Line {0}', firstLine + index.positionAt(start).line + 1)}: `);
}

/** What a tab is called: the comment directly above the query, for whoever wrote one meant it as a name, else the query's first line. */
export function tabTitle(kql: string): string {
  const lines = kql.split(/\r?\n/).map((l) => l.trim());
  const first = lines.findIndex((l) => l !== '' && !l.startsWith('//'));
  const above = first > 0 ? lines[first - 1]! : '';
  const words = above.replace(/^\/\/[/\s]*/, '').replace(/^[-=*#\s]+|[-=*#\s]+$/g, '');
  const name = above.startsWith('//') && !isDirective(above) ? words : '';
  return name === '' ? queryTitle(kql) : cut(name);
}

/** What declares parameters: the header shows them in a place of their own. */
const PARAMETERS = /^[ \t]*declare\s+query_parameters\s*\((?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[^"'])*?\)\s*;/im;

/** The first line of a query that is neither blank nor a comment nor declares parameters, cut to what fits a tab. */
export function queryTitle(kql: string): string {
  const line =
    kql
      .replace(PARAMETERS, '')
      .split(/\r?\n/)
      .find((l) => l.trim() !== '' && !l.trim().startsWith('//')) ?? '';
  return cut(line.trim());
}

const cut = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
