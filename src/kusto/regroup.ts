import { className, type Foreign, kusto } from './engine';
import { syntaxKind } from './reader';
import type { Globals } from './schema';

/** Text to add at an offset of the user's text, before it is bound. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** The text that is bound, and the way back to the user's offsets. */
export interface Rewritten {
  readonly text: string;
  original(offset: number): number;
}

const SAFE_DEPTH = 380;
const GROUP = 40;

/**
 * The engine gives up on semantics when its tree is deeper than 500 nodes, which a flat list of 500 `or` terms is. Such
 * chains are cut into groups of parentheses, which changes nothing else: `(a or b …) or (c or d …)`.
 */
export function regroup(text: string, globals: Globals, extra: readonly Insertion[] = []): Rewritten {
  return rewrite(text, [...extra, ...parentheses(text, globals)]);
}

function parentheses(text: string, globals: Globals): Insertion[] {
  // A chain of n terms needs n operators: counting them is cheap, parsing twice is not.
  if ((text.match(/\b(?:or|and)\b|[-+*]/gi)?.length ?? 0) < SAFE_DEPTH) return [];
  const code = kusto().Kusto.Language.KustoCode.Parse(text, globals);
  if (code.MaxDepth < SAFE_DEPTH) return [];
  const inserts: Insertion[] = [];
  for (const chain of chains(code.Syntax)) {
    for (let i = 0; i < chain.length; i += GROUP) {
      const last = chain[Math.min(i + GROUP, chain.length) - 1];
      inserts.push({ at: chain[i].TextStart, text: '(' }, { at: last.TextStart + last.Width, text: ')' });
    }
  }
  return inserts;
}

function rewrite(text: string, insertions: readonly Insertion[]): Rewritten {
  if (insertions.length === 0) return { text, original: (offset) => offset };
  const inserts = [...insertions].sort((a, b) => a.at - b.at || (a.text === ')' ? -1 : 1));
  let out = '';
  let done = 0;
  for (const insert of inserts) {
    out += text.slice(done, insert.at) + insert.text;
    done = insert.at;
  }
  return { text: out + text.slice(done), original: (offset) => originalOffset(inserts, offset) };
}

function originalOffset(inserts: readonly Insertion[], offset: number): number {
  let shift = 0;
  for (const insert of inserts) {
    if (insert.at + shift >= offset) break;
    // Inside of what was added: the place where it was added.
    if (insert.at + shift + insert.text.length > offset) return insert.at;
    shift += insert.text.length;
  }
  return offset - shift;
}

/** Terms of every long chain of one logical operator, from left to right. */
function chains(root: Foreign): Foreign[][] {
  const found: Foreign[][] = [];
  const open: Foreign[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    const kind = className(node) === 'BinaryExpression' ? syntaxKind(node) : '';
    if (kind === 'OrExpression' || kind === 'AndExpression') {
      const terms: Foreign[] = [];
      let left = node;
      while (syntaxKind(left) === kind) {
        terms.push(left.Right);
        left = left.Left;
      }
      terms.push(left);
      terms.reverse();
      if (terms.length > GROUP) found.push(terms);
      open.push(...terms);
      continue;
    }
    for (let i = 0; i < (node.ChildCount ?? 0); i++) {
      const child = node.GetChild(i);
      if (child) open.push(child);
    }
  }
  return found;
}
