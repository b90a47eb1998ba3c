import type { EngineQuery } from './editor';
import { type Foreign, toArray } from './engine';

export interface CallSignature {
  readonly parameters: readonly { readonly name: string; readonly type: string; readonly optional: boolean }[];
  /** The last parameters may be repeated. */
  readonly repeats: boolean;
}
export interface CallAt {
  readonly name: string;
  readonly signatures: readonly CallSignature[];
  /** Index of the argument at the position. */
  readonly argument: number;
}

/** The innermost call whose parentheses hold a position. */
export function signaturesAt(query: EngineQuery, at: number): CallAt | null {
  const root = query.raw();
  if (!root) return null;
  // The token before the caret: blanks there belong to the next token, which may stand outside the call.
  let before = at - 1;
  while (before >= 0 && /\s/.test(query.text[before]!)) before--;
  const token = before >= 0 ? root.GetTokenAt(before) : null;
  for (let node: Foreign = token; node; node = node.Parent) {
    const list = node.ArgumentList;
    if (!list || !node.Name) continue;
    const open = list.OpenParen;
    const close = list.CloseParen;
    if (!open || open.End > at || open.Width === 0) continue;
    if (close && close.Width > 0 && close.End <= at) continue;
    const symbol = node.ReferencedSymbol ?? node.Name.ReferencedSymbol;
    if (!symbol?.Signatures) continue;
    let argument = 0;
    for (const e of toArray(list.Expressions)) {
      const comma = e.ChildCount > 1 ? e.GetChild(1) : null;
      if (comma?.Text === ',' && comma.End <= at) argument++;
    }
    return { name: symbol.Name, signatures: toArray(symbol.Signatures).map(signatureOf), argument };
  }
  return null;
}

const typeName = (p: Foreign): string =>
  toArray(p.DeclaredTypes)
    .map((t) => t.Name)
    .join(' | ');

function signatureOf(s: Foreign): CallSignature {
  return {
    parameters: toArray(s.Parameters).map((p) => ({
      name: p.Name,
      type: typeName(p),
      optional: p.IsOptional === true,
    })),
    repeats: s.HasRepeatableParameters === true,
  };
}
