import { type SyntaxNode, walkTree } from '../kusto/editor-tree';
import type { QueryBlock } from './document';

/** One place where a name stands, with offsets in its query. */
export interface Occurrence {
  readonly start: number;
  readonly end: number;
  readonly declares: boolean;
}

export interface Occurrences {
  readonly name: string;
  readonly kind: 'let' | 'function' | 'parameter' | 'column' | 'table' | 'other';
  readonly places: readonly Occurrence[];
}

const isName = (n: SyntaxNode): boolean => n.kind === 'NameReference' || n.kind === 'NameDeclaration';

function nameAt(root: SyntaxNode, at: number): SyntaxNode | null {
  let best: SyntaxNode | null = null;
  walkTree(root, (n) => {
    if (n.end < at || n.start > at) return n.start <= at;
    if (isName(n)) best = n;
    return true;
  });
  return best;
}

const KINDS: Record<string, Occurrences['kind']> = {
  variable: 'let',
  function: 'function',
  parameter: 'parameter',
  column: 'column',
  table: 'table',
};

/**
 * Every place in the query that means the same as the name at an offset. Lets, parameters and functions are the engine's;
 * for columns it knows no declaration, so the tree is walked for the names that are bound to the very same column.
 */
export function occurrencesAt(block: QueryBlock, at: number): Occurrences | null {
  const root = block.engine().tree();
  if (!root) return null;
  const name = nameAt(root, at);
  if (!name) return null;
  const kind = KINDS[name.symbol()?.kind ?? ''] ?? 'other';
  if (kind === 'column') {
    const places: Occurrence[] = [];
    walkTree(root, (n) => {
      if (isName(n) && n.sameSymbol(name))
        places.push({ start: n.start, end: n.end, declares: n.kind === 'NameDeclaration' });
    });
    return { name: name.text.trim(), kind, places };
  }
  const places = block
    .engine()
    .related(at)
    .filter((e) => e.kind === 'Reference' || e.kind === 'Declaration')
    .map((e) => ({ start: e.start, end: e.end, declares: e.kind === 'Declaration' }));
  return places.length ? { name: name.text.trim(), kind, places } : null;
}
