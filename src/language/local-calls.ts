import { type SyntaxNode, walkTree } from '../kusto/editor-tree';

/** Functions that a query declares by `let`, and who in the query calls them. */

export interface LocalFunction {
  readonly name: string;
  /** Offsets of the `let` statement in the query. */
  readonly start: number;
  readonly end: number;
  /** Offset of the name that it declares: what the function is known by. */
  readonly at: number;
}

/** Places in the query that name a function. */
export interface LocalCalls {
  /** Who calls, or what is called; null: the query outside of every function. */
  readonly of: LocalFunction | null;
  readonly places: readonly { readonly start: number; readonly end: number }[];
}

interface Declared extends LocalFunction {
  readonly name: string;
  readonly node: SyntaxNode;
}

function declaredIn(root: SyntaxNode): readonly Declared[] {
  const out: Declared[] = [];
  walkTree(root, (n) => {
    if (n.kind !== 'LetStatement' || n.part('Expression')?.kind !== 'FunctionDeclaration') return;
    const name = n.part('Name');
    if (name) out.push({ name: name.text.trim(), start: n.start, end: n.end, at: name.start, node: name });
  });
  return out;
}

const plain = ({ name, start, end, at }: LocalFunction): LocalFunction => ({ name, start, end, at });

/** Every call of a local function, with the function around it. */
function calls(root: SyntaxNode): readonly { called: Declared; caller: Declared | null; start: number; end: number }[] {
  const declared = declaredIn(root);
  const out: { called: Declared; caller: Declared | null; start: number; end: number }[] = [];
  if (declared.length === 0) return out;
  walkTree(root, (n) => {
    if (n.kind !== 'NameReference') return;
    const name = n.text.trim();
    const called = declared.find((d) => d.name === name && n.sameSymbol(d.node));
    // The innermost function comes last.
    const caller = declared.findLast((d) => d.start <= n.start && n.end <= d.end) ?? null;
    if (called) out.push({ called, caller, start: n.end - name.length, end: n.end });
  });
  return out;
}

function grouped(found: readonly { of: Declared | null; start: number; end: number }[]): readonly LocalCalls[] {
  const groups = new Map<Declared | null, { start: number; end: number }[]>();
  for (const { of, start, end } of found) groups.set(of, [...(groups.get(of) ?? []), { start, end }]);
  return [...groups].map(([of, places]) => ({ of: of && plain(of), places }));
}

/** The local function whose name stands at an offset, where it is declared or called. */
export function localFunctionAt(root: SyntaxNode, offset: number): LocalFunction | null {
  const here = (p: { start: number; end: number }) => p.start <= offset && offset <= p.end;
  const declared = declaredIn(root).find((d) => here(d.node));
  const found = declared ?? calls(root).find(here)?.called;
  return found ? plain(found) : null;
}

export const localCallers = (root: SyntaxNode, at: number): readonly LocalCalls[] =>
  grouped(calls(root).flatMap((c) => (c.called.at === at ? [{ ...c, of: c.caller }] : [])));

/** What a local function calls, or the query outside of them where `at` is null. */
export const localCallees = (root: SyntaxNode, at: number | null): readonly LocalCalls[] =>
  grouped(calls(root).flatMap((c) => ((c.caller?.at ?? null) === at ? [{ ...c, of: c.called }] : [])));
