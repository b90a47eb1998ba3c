import { editorName } from '../../base/kql-text';
import type { DataProblem, TableInfo } from '../../protocol/datahost';
import type { ResultColumn, ScalarType } from '../../protocol/records';
import { countText, minuteText } from './format';
import type { Localization, NodeIcon, ViewNode } from './node';

/** Rows that a preview shows. */
const PREVIEW = 100;

/** Problems of a table's files that its tooltip tells in full. */
const TOLD = 5;

/**
 * The tables of the connection as lines of a view, by name; their columns are made when a table is opened. What of its files
 * could not be read stands at the table: a count of rows that leaves some out would look whole.
 */
export function tableNodes(
  l10n: Localization,
  tables: readonly TableInfo[],
  problems: readonly DataProblem[] = [],
): readonly ViewNode[] {
  const unread = unreadByFile(problems);
  return [...tables]
    .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1))
    .map((t): ViewNode => {
      const name = editorName(t.name);
      const bad = unread.size === 0 ? [] : t.files.flatMap((f) => unread.get(f) ?? []);
      return {
        id: `table:${t.name}`,
        label: t.name,
        description: [rowsText(l10n, t), spanText(t), problemsText(l10n, bad.length)].filter(Boolean).join(' · '),
        icon: bad.length === 0 ? { id: 'table' } : { id: 'warning', color: 'problemsWarningIcon.foreground' },
        details: [...tableDetails(l10n, t), ...bad.slice(0, TOLD).map((p) => p.message)],
        context: ['table', 'name', 'preview'],
        children: [],
        insert: name,
        query: `${name}\n| take ${PREVIEW}`,
      };
    });
}

/** Rows and files that are missing from their tables, by file. What a table has too little of by its nature is none of them. */
function unreadByFile(problems: readonly DataProblem[]): ReadonlyMap<string, readonly DataProblem[]> {
  const found = new Map<string, DataProblem[]>();
  for (const p of problems) {
    if (p.file === null || p.severity === 'information') continue;
    if (p.code === 'unknown-table' || p.code === 'no-time-column' || p.code === 'config') continue;
    found.set(p.file, [...(found.get(p.file) ?? []), p]);
  }
  return found;
}

const problemsText = (l10n: Localization, count: number): string =>
  count === 0 ? '' : count === 1 ? l10n.t('1 problem') : l10n.t('{0} problems', count);

const rowsText = (l10n: Localization, { rows }: TableInfo): string =>
  rows === null ? '' : rows === 1 ? l10n.t('1 row') : l10n.t('{0} rows', countText(rows));

/** Days alone: `2024-09-01`, `2024-07-15 – 10-13`, the second year only where it differs. */
function spanText({ first, last }: TableInfo): string {
  if (first === null || last === null) return '';
  const [from, to] = [minuteText(first).slice(0, 10), minuteText(last).slice(0, 10)];
  if (from === to) return from;
  return `${from} – ${from.slice(0, 4) === to.slice(0, 4) ? to.slice(5) : to}`;
}

function tableDetails(l10n: Localization, t: TableInfo): readonly string[] {
  return [
    t.name,
    rowsText(l10n, t),
    t.first !== null && t.last !== null ? l10n.t('From {0} to {1} UTC', minuteText(t.first), minuteText(t.last)) : '',
    t.timeColumn === null ? l10n.t('No time column is known') : l10n.t('Time: {0}', t.timeColumn),
    t.ingestionColumn === null
      ? l10n.t('No ingestion time: late and lost rows look alike')
      : l10n.t('Ingestion: {0}', t.ingestionColumn),
    t.files.length === 1 ? t.files[0]! : l10n.t('{0} files', t.files.length),
  ].filter((text) => text !== '');
}

/** The columns of a table, in its own order. */
export function columnNodes(l10n: Localization, table: TableInfo): readonly ViewNode[] {
  return table.columns.map((c): ViewNode => {
    const role = roleText(l10n, table, c);
    const [name, column] = [editorName(table.name), editorName(c.name)];
    return {
      id: `column:${table.name}:${c.name}`,
      label: c.name,
      description: role === '' ? c.type : `${c.type} · ${role}`,
      icon: ICONS[c.type],
      details: [`${c.name}: ${c.type}`, ...(role === '' ? [] : [role])],
      context: ['column', 'name', 'preview'],
      children: [],
      insert: column,
      query: `${name}\n| summarize n = count() by ${c.type === 'dynamic' ? `${asText(column)}` : column}\n| sort by n desc\n| take ${PREVIEW}`,
    };
  });
}

/** A dynamic value cannot be grouped by; its text can. */
const asText = (column: string): string => `value = tostring(${column})`;

function roleText(l10n: Localization, table: TableInfo, { name }: ResultColumn): string {
  if (name === table.timeColumn) return l10n.t('time');
  return name === table.ingestionColumn ? l10n.t('ingestion time') : '';
}

const ICONS: Record<ScalarType, NodeIcon> = {
  bool: { id: 'symbol-boolean' },
  int: { id: 'symbol-number' },
  long: { id: 'symbol-number' },
  real: { id: 'symbol-number' },
  decimal: { id: 'symbol-number' },
  string: { id: 'symbol-string' },
  datetime: { id: 'calendar' },
  timespan: { id: 'watch' },
  guid: { id: 'symbol-key' },
  dynamic: { id: 'json' },
};
