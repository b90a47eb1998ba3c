import * as vscode from 'vscode';
import type { OpenResult } from '../../protocol/datahost';
import type { PlaceArgument } from '../../protocol/language';
import type { DataSession, DataState } from '../data/session';
import { coverageNodes } from './coverageNodes';
import { minuteText } from './format';
import type { ViewNode } from './node';
import { NodeTree } from './nodeTree';
import { problemsNode } from './problemNodes';

export interface CoverageView extends vscode.Disposable {
  /** Selects a log source, or the segment of it that starts at `start`. */
  reveal(place: PlaceArgument): Promise<void>;
  /** What the view shows, for tests. */
  readonly tree: NodeTree;
}

/** The Coverage view. Becoming visible is what asks for the data; nothing is read before. */
export function createCoverageView(session: DataSession): CoverageView {
  const tree = new NodeTree();
  const view = vscode.window.createTreeView<ViewNode>('gapline.coverage', {
    treeDataProvider: tree,
    showCollapseAll: true,
  });
  const show = (state: DataState) => {
    tree.show(nodes(state));
    view.message = messageOf(state);
    view.description = state.kind === 'open' ? nowText(state.data) : undefined;
  };
  const subscriptions = [
    view,
    tree,
    session.onDidChange(show),
    view.onDidChangeVisibility((e) => {
      if (e.visible) session.assess();
    }),
  ];
  if (view.visible) session.assess();
  return {
    tree,
    async reveal(place) {
      await vscode.commands.executeCommand('gapline.coverage.focus');
      await session.assess();
      const node =
        tree.find((n) => n.context.includes('segment') && samePlace(n, place)) ??
        tree.find((n) => n.context.includes('source') && n.place?.source === place.source);
      if (node) await view.reveal(node, { select: true, focus: true, expand: true });
    },
    dispose: () => vscode.Disposable.from(...subscriptions).dispose(),
  };
}

const samePlace = (node: ViewNode, place: PlaceArgument): boolean =>
  place.start !== null && node.place?.source === place.source && node.place.start === place.start;

function nodes(state: DataState): readonly ViewNode[] {
  if (state.kind !== 'open') return [];
  const said = [...state.data.problems, ...(state.assessment?.settingProblems ?? [])];
  const problems = problemsNode(vscode.l10n, state.data.folder, said);
  const found = state.assessment ? coverageNodes(vscode.l10n, state.assessment.coverage) : [];
  return problems ? [problems, ...found] : found;
}

function messageOf(state: DataState): string | undefined {
  switch (state.kind) {
    case 'reading':
      return vscode.l10n.t('Reading {0} …', state.folder);
    case 'open':
      if (state.note) return state.note;
      if (state.assessing) return vscode.l10n.t('Judging coverage of {0} tables …', state.data.tables.length);
      if (state.data.tables.length === 0)
        return vscode.l10n.t('No file in {0} could be read as a table.', state.data.folder);
      return undefined;
    default:
      return undefined;
  }
}

/** Which "now" the figures rest on, and why: an export's now is the end of its data, not today. */
export function nowText(data: OpenResult): string {
  const at = minuteText(data.now);
  switch (data.nowBasis) {
    case 'setting':
      return vscode.l10n.t('now {0}Z · set by you', at);
    case 'gapline.yaml':
      return vscode.l10n.t('now {0}Z · gapline.yaml', at);
    case 'end of data':
      return vscode.l10n.t('now {0}Z · end of data', at);
    case 'clock':
      return vscode.l10n.t('now {0}Z · real time', at);
  }
}
