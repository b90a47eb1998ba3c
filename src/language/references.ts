import {
  type DocumentHighlight,
  DocumentHighlightKind,
  type Location,
  type Position,
} from 'vscode-languageserver-types';
import type { Steps } from '../base/steps';
import { columnUses, tableColumnAt } from './column-uses';
import type { KqlDocument } from './document';
import { occurrencesAt } from './occurrences';
import { targetAt, uses, type WorkspaceContext } from './workspace-uses';

/**
 * Every place that means the same as the name at a position: in its query, or in all files for what the workspace saves and for columns
 * of tables.
 */
export function* references(
  document: KqlDocument,
  position: Position,
  withDeclaration: boolean,
  workspace: WorkspaceContext,
): Steps<readonly Location[]> {
  const target = targetAt(workspace, document, position);
  if (target) {
    const found = yield* uses(workspace, target);
    return found
      .filter((u) => withDeclaration || !u.declares)
      .map((u) => ({ uri: u.file.uri, range: u.file.lines.range(u.start, u.end) }));
  }
  const at = document.at(position);
  const found = at ? occurrencesAt(at.block, at.offset) : null;
  if (!at || !found) return [];
  const here = found.places
    .filter((p) => withDeclaration || !p.declares)
    .map((p): Location => ({ uri: document.uri, range: document.range(at.block, p.start, p.end) }));
  const tree = found.kind === 'column' ? at.block.engine().tree() : null;
  const column = tree ? tableColumnAt(tree, at.offset) : null;
  if (!column) return here;
  // A column of a table is named by rules all over the workspace: they are what breaks when it goes.
  const seen = new Set(here.map(placeKey));
  const others = (yield* columnUses(workspace, column)).filter((u) => !seen.has(placeKey(u)));
  return [...here, ...others];
}

const placeKey = ({ uri, range: { start } }: Location): string => `${uri} ${start.line}:${start.character}`;

/** The same places, to be marked in the editor; the one that declares is a write. */
export function highlights(document: KqlDocument, position: Position): readonly DocumentHighlight[] {
  const at = document.at(position);
  const found = at ? occurrencesAt(at.block, at.offset) : null;
  if (!at || !found) return [];
  return found.places.map((p) => ({
    range: document.range(at.block, p.start, p.end),
    kind: p.declares ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  }));
}
