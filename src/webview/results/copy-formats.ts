import type { Dynamic, ResultColumn, ScalarType } from '../../protocol/records';
import { cellText, toTsv } from './cell-text';
import { jsonText } from './exact-json';

export type CopyFormat = 'cells' | 'tsv' | 'markdown' | 'datatable';

/** Cells as text: tab-separated without or with names, a Markdown table, or a KQL `datatable` that gives the same rows. */
export function copyText(
  format: CopyFormat,
  columns: readonly ResultColumn[],
  rows: readonly (readonly (Dynamic | undefined)[])[],
): string {
  const names = columns.map((c) => c.name);
  switch (format) {
    case 'cells':
      return toTsv(rows.map((row) => row.map(cellText)));
    case 'tsv':
      return toTsv([names, ...rows.map((row) => row.map(cellText))]);
    case 'markdown':
      return [names, names.map(() => '---'), ...rows.map((row) => row.map(cellText))].map(markdownRow).join('\n');
    case 'datatable':
      return datatable(columns, rows);
  }
}

const markdownRow = (cells: readonly string[], index: number): string =>
  `| ${(index === 1 ? cells : cells.map(markdownCell)).join(' | ')} |`;

/** Text of logs stays text: what Markdown or HTML would read as more than that is escaped. */
const markdownCell = (text: string): string =>
  text
    .replace(/\r?\n/g, ' ')
    .replace(/[\\`*_{}[\]<>|#~!]/g, '\\$&')
    .replace(/&/g, '&amp;');

function datatable(columns: readonly ResultColumn[], rows: readonly (readonly (Dynamic | undefined)[])[]): string {
  const declared = columns.map((c) => `${kqlName(c.name)}:${c.type}`).join(', ');
  const lines = rows.map((row) => `  ${columns.map((c, i) => literal(row[i], c.type)).join(', ')},`);
  return `datatable(${declared}) [\n${lines.join('\n')}\n]`;
}

const kqlName = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `[${quoted(name)}]`);

/** JSON's escapes are those of KQL, but for characters beyond the plane that KQL takes as they are. */
const quoted = (text: string): string => JSON.stringify(text);

/** A cell as a literal of its type. */
export function literal(cell: Dynamic | undefined, type: ScalarType): string {
  if (type === 'string') return quoted(cellText(cell));
  if (cell === null || cell === undefined) return `${type}(null)`;
  const text = cellText(cell);
  switch (type) {
    case 'real':
      return `real(${text.replace('Infinity', 'inf').replace('NaN', 'nan')})`;
    case 'dynamic':
      return `dynamic(${jsonText(cell)})`;
    default:
      return `${type}(${text})`;
  }
}
