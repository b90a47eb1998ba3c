import type { Steps } from '../base/steps';
import type { Range } from '../base/text';
import { readDetections } from '../detections/read';
import { type SyntaxNode, walkTree } from '../kusto/editor-tree';
import { safePath } from './document';
import type { IndexedFile } from './workspace-index';
import type { WorkspaceContext } from './workspace-uses';

/** A column of a table, by the tables that it comes from: several behind a union. */
export interface TableColumn {
  readonly name: string;
  readonly tables: readonly string[];
}

export interface ColumnUse {
  readonly uri: string;
  readonly range: Range;
}

/** The column of a table that stands at an offset, as the table has it: not one that the query made. */
export function tableColumnAt(root: SyntaxNode, offset: number): TableColumn | null {
  let found: TableColumn | null = null;
  walkTree(root, (n) => {
    if (n.start > offset || n.end < offset) return n.start <= offset;
    if (n.kind !== 'NameReference') return true;
    const tables = n.columnTables();
    if (tables.length) found = { name: n.symbol()!.name, tables };
    return true;
  });
  return found;
}

/** Names that a query must hold to read one of the tables: the tables', and those of saved functions that read them. */
function readers({ index }: WorkspaceContext, tables: readonly string[]): readonly string[] {
  const names = new Set(tables);
  const { functions } = index.saved();
  for (let grown = true; grown; ) {
    grown = false;
    for (const f of functions) {
      if (names.has(f.name) || ![...names].some((n) => f.body.includes(n))) continue;
      names.add(f.name);
      grown = true;
    }
  }
  return [...names];
}

/**
 * Every place of the workspace that breaks when a table's column goes: names in queries that are bound to it, and settings of rules
 * (mappings, details, formats) that it reaches.
 */
export function* columnUses(workspace: WorkspaceContext, column: TableColumn): Steps<readonly ColumnUse[]> {
  const out: ColumnUse[] = [];
  const names = readers(workspace, column.tables);
  for (const file of workspace.index.mentioning(column.name)) {
    if (names.some((n) => file.text.includes(n))) out.push(...usesIn(workspace, file, column));
    yield;
  }
  return out;
}

function usesIn({ schema }: WorkspaceContext, file: IndexedFile, column: TableColumn): ColumnUse[] {
  const out: ColumnUse[] = [];
  const isIt = (tables: readonly string[]) => tables.some((t) => column.tables.includes(t));
  const bindings = new Map<string, boolean>();
  for (const query of file.queries()) {
    if (!query.text.includes(column.name)) continue;
    const { query: bound } = schema.current().bind(query.text);
    bindings.set(query.text, isIt(bound.resultTables(column.name)));
    const tree = bound.tree();
    if (!tree) continue;
    walkTree(tree, (n) => {
      if (n.kind !== 'NameReference' || n.symbol()?.name !== column.name || !isIt(n.columnTables())) return;
      const { lines } = file;
      out.push({ uri: file.uri, range: lines.range(query.toHost(n.start), query.toHost(n.end - 1) + 1) });
    });
  }
  if (![...bindings.values()].some(Boolean)) return out;
  for (const rule of readDetections(safePath(file.uri), file.text).detections) {
    if (!bindings.get(rule.kql)) continue;
    const named = [...rule.entityMappings, ...rule.settings.columns].filter((c) => c.column === column.name);
    out.push(...named.map((c) => ({ uri: file.uri, range: c.range })));
  }
  return out;
}
