import type { LocationLink, Position } from 'vscode-languageserver-types';
import type { KqlDocument } from './document';
import { occurrencesAt } from './occurrences';
import { declarations, targetAt, type WorkspaceContext } from './workspace-uses';

/**
 * Where a name is declared: a let, a parameter, a function of the query or a computed column in the query itself; a saved
 * function, a parser or a watchlist in its file. Built-in tables and their columns are declared nowhere in a file.
 */
export function definition(
  document: KqlDocument,
  position: Position,
  workspace: WorkspaceContext,
): readonly LocationLink[] {
  const target = targetAt(workspace, document, position);
  if (target) {
    return declarations(workspace, target).map(({ file, start, end }) => {
      const range = file.lines.range(start, end);
      return {
        originSelectionRange: target.range,
        targetUri: file.uri,
        targetRange: range,
        targetSelectionRange: range,
      };
    });
  }
  const at = document.at(position);
  const found = at ? occurrencesAt(at.block, at.offset) : null;
  if (!at || !found) return [];
  return found.places
    .filter((p) => p.declares)
    .map((p) => {
      const range = document.range(at.block, p.start, p.end);
      return { targetUri: document.uri, targetRange: range, targetSelectionRange: range };
    });
}
