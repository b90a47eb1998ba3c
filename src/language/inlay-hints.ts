import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver-types';
import type { Instant } from '../base/time';
import { lookbackOf, spanWords } from './coverage';
import type { KqlDocument } from './document';

/** How far back each table is read, after its name: `SigninLogs ⟲ 14 d`. */
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
      return [...byPlace.values()].map(
        (p): InlayHint => ({
          position: document.range(block, p.end, p.end).start,
          label: `⟲ ${[...p.lookbacks].join(', ')}`,
          kind: InlayHintKind.Type,
          paddingLeft: true,
          tooltip: 'Event time that this read covers, from the query itself and the rule’s period.',
        }),
      );
    });
}
