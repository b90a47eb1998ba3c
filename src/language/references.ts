import {
  type DocumentHighlight,
  DocumentHighlightKind,
  type Location,
  type Position,
} from 'vscode-languageserver-types';
import type { KqlDocument } from './document';
import { occurrencesAt } from './occurrences';
import type { Steps } from './steps';
import { targetAt, uses, type WorkspaceContext } from './workspace-uses';

/** Every place that means the same as the name at a position: in its query, or in all files for what the workspace saves. */
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
  return found.places
    .filter((p) => withDeclaration || !p.declares)
    .map((p) => ({ uri: document.uri, range: document.range(at.block, p.start, p.end) }));
}

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
