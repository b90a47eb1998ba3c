import { type CodeAction, CodeActionKind, DiagnosticSeverity } from 'vscode-languageserver-types';
import { catalogTable } from '../catalog/tables';
import { walkTree } from '../kusto/editor-tree';
import type { Dialect, DialectFact } from '../protocol/language';
import type { QueryDiagnostic } from './diagnostics';
import type { KqlDocument, QueryBlock } from './document';
import { hostEdits } from './host-edit';
import type { SchemaProvider } from './schema';
import { suppressions } from './suppression';

/** Sentinel and Defender XDR have many tables in common, and another word for when a row happened. */
type Security = Extract<Dialect, 'sentinel' | 'defender'>;
const WORDS: Readonly<Record<Security, string>> = { sentinel: 'TimeGenerated', defender: 'Timestamp' };
const TITLES: Readonly<Record<Security, string>> = {
  sentinel: 'Write for Sentinel: Timestamp becomes TimeGenerated',
  defender: 'Write for Defender XDR: TimeGenerated becomes Timestamp',
};

interface Place {
  readonly start: number;
  readonly end: number;
}

/** Where a query names a time column of its tables, not one that it made itself; and the tables that it reads. */
function timeNames(
  block: QueryBlock,
  name: string,
): { readonly places: readonly Place[]; readonly tables: readonly string[] } {
  const places: Place[] = [];
  const tables: string[] = [];
  const tree = block.text.includes(name) ? block.engine().tree() : null;
  if (tree) {
    walkTree(tree, (n) => {
      if (n.kind !== 'NameReference') return;
      const symbol = n.symbol();
      const text = n.text.trim();
      if (symbol?.kind === 'table') tables.push(text);
      else if (text === name) places.push({ start: n.end - name.length, end: n.end });
    });
  }
  return { places, tables };
}

/** GL206: a query for advanced hunting that names Log Analytics' time, where advanced hunting has its own. */
export function timeDiagnostics(block: QueryBlock, fact: DialectFact): readonly QueryDiagnostic[] {
  if (fact.dialect !== 'defender' || fact.reason === 'tables' || fact.reason === 'default') return [];
  const { places, tables } = timeNames(block, WORDS.sentinel);
  if (places.length === 0 || tables.length === 0) return [];
  if (!tables.every((t) => catalogTable(t)?.defenderTimeColumn === WORDS.defender)) return [];
  const suppressed = suppressions(block.text);
  return places
    .filter((p) => !suppressed(p.start, 'GL206'))
    .map((p) => ({
      ...p,
      code: 'GL206',
      severity: DiagnosticSeverity.Information,
      message: 'Advanced hunting calls the time of these tables Timestamp.',
      data: { replaceWith: WORDS.defender },
    }));
}

/** In Azure Data Explorer and Resource Graph a name near a built-in table of Sentinel is no slip: they have tables of their own. */
export const inDialect = (d: QueryDiagnostic, fact: DialectFact): QueryDiagnostic =>
  (fact.dialect === 'adx' || fact.dialect === 'resourceGraph') && d.code === 'KS204'
    ? { ...d, severity: DiagnosticSeverity.Information }
    : d;

const errors = (block: Pick<QueryBlock, 'engine'>): number =>
  block
    .engine()
    .diagnostics()
    .filter((d) => d.severity === 'error').length;

/** Actions that write a query for the other platform, both ways, where its tables are there too and it binds as well as before. */
export function timeActions(document: KqlDocument, block: QueryBlock, schema: SchemaProvider): CodeAction[] {
  return (['sentinel', 'defender'] as const).flatMap((to): CodeAction[] => {
    const from = to === 'sentinel' ? 'defender' : 'sentinel';
    const { places, tables } = timeNames(block, WORDS[from]);
    if (places.length === 0 || tables.length === 0 || !tables.every((t) => catalogTable(t)?.[to])) return [];
    let text = block.text;
    for (const p of [...places].reverse()) text = text.slice(0, p.start) + WORDS[to] + text.slice(p.end);
    const after = schema.current().bind(text).query;
    if (errors({ engine: () => after }) > errors(block)) return [];
    const edits = hostEdits(
      document,
      block,
      places.map((p) => ({ ...p, text: WORDS[to] })),
    );
    if (!edits) return [];
    return [
      {
        title: TITLES[to],
        kind: CodeActionKind.RefactorRewrite,
        edit: { changes: { [document.uri]: [...edits] } },
      },
    ];
  });
}
