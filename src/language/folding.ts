import { type FoldingRange, FoldingRangeKind, type Position, type SelectionRange } from 'vscode-languageserver-types';
import type { SyntaxNode } from '../kusto/editor-tree';
import type { KqlDocument, QueryBlock } from './document';

const REGION_START = /^\s*\/\/\s*#?region\b/;
const REGION_END = /^\s*\/\/\s*#?endregion\b/;

/** Queries, their bracketed parts, runs of comments, regions. */
export function foldingRanges(document: KqlDocument): readonly FoldingRange[] {
  const out: FoldingRange[] = [];
  const add = (start: number, end: number, kind?: FoldingRangeKind) => {
    const a = document.lines.positionAt(start).line;
    const b = document.lines.positionAt(end).line;
    if (b > a && !out.some((r) => r.startLine === a && r.endLine === b)) {
      out.push({ startLine: a, endLine: b, ...(kind && { kind }) });
    }
  };
  for (const block of document.blocks) {
    const lead = block.text.length - block.text.trimStart().length;
    add(block.toHost(lead), block.toHost(block.text.trimEnd().length));
    for (const o of block.engine().outlines()) add(block.toHost(o.start), block.toHost(Math.max(o.start, o.end - 1)));
    foldComments(block, add);
  }
  return out;
}

function foldComments(block: QueryBlock, add: (start: number, end: number, kind?: FoldingRangeKind) => void): void {
  const regions: number[] = [];
  let run: number | null = null;
  let last = 0;
  let at = 0;
  for (const line of block.text.split(/(?<=\n)/)) {
    const isComment = /^\s*\/\//.test(line);
    if (REGION_START.test(line)) regions.push(at);
    else if (REGION_END.test(line) && regions.length)
      add(block.toHost(regions.pop()!), block.toHost(at), FoldingRangeKind.Region);
    if (isComment) {
      run ??= at;
      last = at;
    } else if (run !== null) {
      add(block.toHost(run), block.toHost(last), FoldingRangeKind.Comment);
      run = null;
    }
    at += line.length;
  }
  if (run !== null) add(block.toHost(run), block.toHost(last), FoldingRangeKind.Comment);
}

/** Growing selections: word, expression, operator, pipe, statement, query. */
export function selectionRanges(document: KqlDocument, positions: readonly Position[]): readonly SelectionRange[] {
  return positions.map((position) => {
    const at = document.at(position);
    const whole: SelectionRange = { range: document.lines.range(0, document.text.length) };
    if (!at) return { range: { start: position, end: position } };
    const root = at.block.engine().tree();
    let current: SelectionRange = whole;
    for (const node of root ? ancestry(root, at.offset) : []) {
      const range = document.range(at.block, node.start, node.end);
      const r = current.range;
      const same =
        r.start.line === range.start.line &&
        r.start.character === range.start.character &&
        r.end.line === range.end.line &&
        r.end.character === range.end.character;
      if (!same && node.end > node.start) current = { range, parent: current };
    }
    return current;
  });
}

/** Nodes from the root to the innermost that holds an offset. */
function ancestry(root: SyntaxNode, at: number): SyntaxNode[] {
  const out: SyntaxNode[] = [];
  for (let node: SyntaxNode | undefined = root; node; ) {
    out.push(node);
    node = node.children().find((c) => c.start <= at && at <= c.end && c.end > c.start);
  }
  return out;
}
