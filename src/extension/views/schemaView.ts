import * as vscode from 'vscode';
import type { TableInfo } from '../../protocol/datahost';
import type { DataSession, DataState } from '../data/session';
import type { ViewNode } from './node';
import { NodeTree } from './nodeTree';
import { columnNodes, tableNodes } from './schemaNodes';

export interface SchemaView extends vscode.Disposable {
  /** What the view shows, for tests. */
  readonly tree: NodeTree;
}

/** The Tables view: what the connection holds. Becoming visible is what opens the logs; columns are made when asked for. */
export function createSchemaView(session: DataSession): SchemaView {
  let tables: readonly TableInfo[] = [];
  const tree = new NodeTree((node) => {
    const table = tables.find((t) => node.id === `table:${t.name}`);
    return table && columnNodes(vscode.l10n, table);
  });
  const view = vscode.window.createTreeView<ViewNode>('gapline.schema', {
    treeDataProvider: tree,
    showCollapseAll: true,
  });
  const show = (state: DataState) => {
    const open = state.kind === 'open' ? state.data.tables : [];
    // An assessment changes the state and not the tables: the tree keeps its place then.
    if (open !== tables || open.length === 0) {
      tables = open;
      tree.show(tableNodes(vscode.l10n, tables, state.kind === 'open' ? state.data.problems : []));
    }
    view.message = messageOf(state);
    view.description = tables.length === 0 ? undefined : String(tables.length);
  };
  const subscriptions = [
    view,
    tree,
    session.onDidChange(show),
    view.onDidChangeVisibility((e) => {
      if (e.visible) session.open();
    }),
  ];
  show(session.state);
  if (view.visible) session.open();
  return { tree, dispose: () => vscode.Disposable.from(...subscriptions).dispose() };
}

function messageOf(state: DataState): string | undefined {
  if (state.kind === 'reading') return vscode.l10n.t('Reading {0} …', state.folder);
  // Counts and spans are of the files as they were read.
  if (state.kind === 'open' && state.stale)
    return vscode.l10n.t('Files changed since they were read. Choose "Read the Data Again".');
  if (state.kind === 'open' && state.data.tables.length === 0)
    return vscode.l10n.t('No file in {0} could be read as a table.', state.data.folder);
  return undefined;
}
