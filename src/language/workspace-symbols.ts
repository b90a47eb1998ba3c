import { type SymbolInformation, SymbolKind } from 'vscode-languageserver-types';
import type { WorkspaceName } from './workspace-facts';
import type { IndexedFile, WorkspaceIndex } from './workspace-index';

const KINDS: Record<WorkspaceName['kind'], SymbolKind> = {
  rule: SymbolKind.Event,
  let: SymbolKind.Constant,
  function: SymbolKind.Function,
  parser: SymbolKind.Function,
  watchlist: SymbolKind.Array,
};
/** More than this nobody reads, and a client asks anew with each letter. */
const MOST = 500;

/** How well a name answers a question: 0 its start, 1 inside it, 2 its letters in order, null not at all. */
function rankOf(name: string, asked: string): number | null {
  const lower = name.toLowerCase();
  const at = lower.indexOf(asked);
  if (at >= 0) return at === 0 ? 0 : 1;
  let from = 0;
  for (const letter of asked) {
    if (letter === ' ') continue;
    from = lower.indexOf(letter, from) + 1;
    if (from === 0) return null;
  }
  return 2;
}

/** Rules, `let` names, functions, parsers and watchlists of the workspace, the best answers first; a rule's id finds it too. */
export function workspaceSymbols(index: WorkspaceIndex, query: string): readonly SymbolInformation[] {
  const asked = query.trim().toLowerCase();
  const found: { readonly file: IndexedFile; readonly name: WorkspaceName; readonly rank: number }[] = [];
  for (const { file, name } of index.names()) {
    const byId = asked !== '' && name.kind === 'rule' && name.container?.toLowerCase().startsWith(asked);
    const rank = byId ? 0 : rankOf(name.name, asked);
    if (rank !== null) found.push({ file, name, rank: rank * 2 + (name.kind === 'let' ? 1 : 0) });
  }
  return found
    .sort((a, b) => a.rank - b.rank || (a.name.name < b.name.name ? -1 : a.name.name > b.name.name ? 1 : 0))
    .slice(0, MOST)
    .map(({ file, name }) => ({
      name: name.name,
      kind: KINDS[name.kind],
      location: { uri: file.uri, range: file.lines.range(name.start, name.end) },
      containerName: name.container === null ? name.kind : `${name.kind} · ${name.container}`,
    }));
}
