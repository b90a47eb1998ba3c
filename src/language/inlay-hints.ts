import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver-types';
import type { Instant } from '../base/time';
import { walkTree } from '../kusto/editor-tree';
import { lookbackOf, spanWords } from './coverage';
import type { KqlDocument, QueryBlock } from './document';

/** Types of the keys of joins and lookups: two that differ match nothing, or not what was meant. */
function joinKeys(document: KqlDocument, block: QueryBlock): InlayHint[] {
  const out: InlayHint[] = [];
  const tree = /\b(?:join|lookup)\b/.test(block.text) ? block.engine().tree() : null;
  if (!tree) return out;
  walkTree(tree, (clause) => {
    if (clause.kind !== 'JoinOnClause') return;
    walkTree(clause, (n) => {
      const symbol = n.kind === 'NameReference' ? n.symbol() : null;
      if (symbol?.kind !== 'column' || symbol.type === null || symbol.type === 'unknown') return;
      out.push({
        position: document.range(block, n.end, n.end).start,
        label: `: ${symbol.type}`,
        kind: InlayHintKind.Type,
        tooltip: 'Type of this key.',
      });
    });
  });
  return out;
}

/** How far back each table is read, after its name, `SigninLogs ⟲ 14 d`; and the types of join keys. */
export function inlayHints(document: KqlDocument, range: Range, now: Instant): readonly InlayHint[] {
  const from = document.lines.offsetAt(range.start);
  const to = document.lines.offsetAt(range.end);
  return document.blocks
    .filter((b) => b.start <= to && b.end >= from)
    .flatMap((block) => {
      const reads = block.reads(now);
      const byPlace = new Map<number, { readonly end: number; lookbacks: Set<string> }>();
      for (const r of reads) {
        const length = lookbackOf(r, now);
        if (length === null) continue;
        const place = byPlace.get(r.start) ?? { end: r.end, lookbacks: new Set<string>() };
        place.lookbacks.add(spanWords(length));
        byPlace.set(r.start, place);
      }
      const lookbacks = [...byPlace.values()].map(
        (p): InlayHint => ({
          position: document.range(block, p.end, p.end).start,
          label: `⟲ ${[...p.lookbacks].join(', ')}`,
          kind: InlayHintKind.Type,
          paddingLeft: true,
          tooltip: 'Event time that this read covers, from the query itself and the rule’s period.',
        }),
      );
      return [...lookbacks, ...joinKeys(document, block)];
    });
}
