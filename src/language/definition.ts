import type { LocationLink, Position } from 'vscode-languageserver-types';
import type { KqlDocument } from './document';
import { occurrencesAt } from './occurrences';

/**
 * Where a let, a parameter, a function of the query or a computed column is declared. Built-in tables and their columns are
 * declared nowhere in a file, so they have none.
 */
export function definition(document: KqlDocument, position: Position): readonly LocationLink[] {
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
