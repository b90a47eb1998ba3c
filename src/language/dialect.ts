import { catalogTable } from '../catalog/tables';
import { resourceGraphTable } from '../detections/resource-graph';
import { lexemes } from '../kusto/lexemes';
import type { Dialect, DialectFact } from '../protocol/language';
import type { KqlDocument } from './document';

/** `// dialect: defender` among the first lines. */
const COMMENT = /^[ \t]*\/\/[ \t]*(?:gapline[: \t]+)?dialect[ \t]*[:=][ \t]*([\w ]+?)[ \t]*$/im;
const CONNECT = /^[ \t]*#connect\b/m;
const HEAD = 2_000;

const NAMES: Readonly<Record<string, Dialect>> = {
  sentinel: 'sentinel',
  'log analytics': 'sentinel',
  loganalytics: 'sentinel',
  defender: 'defender',
  xdr: 'defender',
  'defender xdr': 'defender',
  'advanced hunting': 'defender',
  adx: 'adx',
  'azure data explorer': 'adx',
  kusto: 'adx',
  resourcegraph: 'resourceGraph',
  'resource graph': 'resourceGraph',
  'azure resource graph': 'resourceGraph',
  arg: 'resourceGraph',
};

/** A dialect by what people call it; null for other words. */
export const dialectNamed = (name: string): Dialect | null => NAMES[name.trim().toLowerCase()] ?? null;

/**
 * What a document's queries are written for, and what says so: a comment, `#connect`, the kind of rule, the setting, else the tables
 * and time columns that they name.
 */
export function dialectOf(document: KqlDocument, setting: Dialect | 'auto' = 'auto'): DialectFact {
  const written = document.kind === 'kql' ? [document.text] : document.blocks.map((b) => b.text);
  for (const text of written) {
    const named = dialectNamed(COMMENT.exec(text.slice(0, HEAD))?.[1] ?? '');
    if (named) return { dialect: named, reason: 'comment' };
  }
  if (written.some((text) => CONNECT.test(text.slice(0, HEAD)))) return { dialect: 'adx', reason: 'connect' };
  if (document.kind === 'rule') {
    if (/\bqueryCondition\b|\bdetectionAction\b/.test(document.text)) return { dialect: 'defender', reason: 'rule' };
    if (document.blocks.some((b) => b.detection?.kind === 'scheduled' || b.detection?.kind === 'nrt'))
      return { dialect: 'sentinel', reason: 'rule' };
  }
  if (setting !== 'auto') return { dialect: setting, reason: 'setting' };
  if (document.blocks.length > 0 && document.blocks.every((b) => readsResourceGraph(b.text)))
    return { dialect: 'resourceGraph', reason: 'tables' };
  return guessed(written.join('\n').slice(0, 200_000));
}

/** True for a query that begins with a table of Azure Resource Graph: no other service has one of that name. */
function readsResourceGraph(text: string): boolean {
  const first = lexemes(text.slice(0, HEAD)).find((l) => l.kind !== 'comment');
  return first?.kind === 'word' && resourceGraphTable(text.slice(first.start, first.end)) !== null;
}

function guessed(text: string): DialectFact {
  let sentinel = 0;
  let defender = 0;
  let known = 0;
  const seen = new Set<string>();
  for (const l of lexemes(text)) {
    if (l.kind !== 'word') continue;
    const word = text.slice(l.start, l.end);
    if (seen.has(word)) continue;
    seen.add(word);
    if (word === 'TimeGenerated') sentinel += 2;
    else if (word === 'Timestamp') defender += 2;
    const table = catalogTable(word);
    if (!table) continue;
    known++;
    if (table.sentinel && !table.defender) sentinel++;
    else if (table.defender && !table.sentinel) defender++;
  }
  if (known === 0) {
    const cluster = seen.has('cluster') || seen.has('database') || seen.has('StormEvents') || /^\s*\.\w/m.test(text);
    return cluster ? { dialect: 'adx', reason: 'tables' } : { dialect: 'sentinel', reason: 'default' };
  }
  if (sentinel === defender) return { dialect: 'sentinel', reason: sentinel ? 'tables' : 'default' };
  return { dialect: sentinel > defender ? 'sentinel' : 'defender', reason: 'tables' };
}

/** The column of a table that holds the event's time, as a dialect calls it. */
export function timeColumnIn(dialect: Dialect, table: string): string {
  const known = catalogTable(table);
  const own = dialect === 'defender' ? (known?.defenderTimeColumn ?? known?.timeColumn) : known?.timeColumn;
  return own ?? (dialect === 'sentinel' ? 'TimeGenerated' : 'Timestamp');
}
