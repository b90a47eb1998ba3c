import type { DocumentLink } from 'vscode-languageserver-types';
import { lexemes } from '../kusto/lexemes';
import type { KqlDocument } from './document';

const URL = /\bhttps?:\/\/[^\s<>"'`|\\]+/gi;
/** An ATT&CK technique or sub-technique. */
const TECHNIQUE = /\bT(\d{4})(?:\.(\d{3}))?\b/g;
/** A file longer than this holds no rule that a person reads. */
const LONGEST = 1_000_000;

/** A URL without the punctuation of the sentence around it. */
function trimmed(url: string): string {
  let out = url.replace(/[.,;:!?*]+$/, '');
  while (/[)\]}]$/.test(out)) {
    const open = { ')': '(', ']': '[', '}': '{' }[out.at(-1)!]!;
    if (out.split(open).length >= out.split(out.at(-1)!).length) break;
    out = out.slice(0, -1).replace(/[.,;:!?*]+$/, '');
  }
  return out;
}

/**
 * Links in a rule's own fields and in the comments of queries: addresses, and ATT&CK technique ids. Strings of queries are left
 * alone: they name what attackers used, and nobody should get there by a click.
 */
export function documentLinks(document: KqlDocument): readonly DocumentLink[] {
  if (document.kind === 'none' || document.text.length > LONGEST) return [];
  const out: DocumentLink[] = [];
  const add = (start: number, end: number, target: string, tooltip?: string) =>
    out.push({ range: document.lines.range(start, end), target, ...(tooltip && { tooltip }) });
  const look = (text: string, toHost: (at: number) => number) => {
    const linked: [number, number][] = [];
    for (const m of text.matchAll(URL)) {
      const url = trimmed(m[0]);
      linked.push([m.index, m.index + url.length]);
      add(toHost(m.index), toHost(m.index + url.length - 1) + 1, url);
    }
    for (const m of text.matchAll(TECHNIQUE)) {
      if (linked.some(([start, end]) => start <= m.index && m.index < end)) continue;
      const target = `https://attack.mitre.org/techniques/T${m[1]}/${m[2] === undefined ? '' : `${m[2]}/`}`;
      add(toHost(m.index), toHost(m.index + m[0].length - 1) + 1, target, `ATT&CK ${m[0]}`);
    }
  };
  for (const block of document.blocks) {
    if (!block.text.includes('//')) continue;
    for (const l of lexemes(block.text)) {
      if (l.kind === 'comment') look(block.text.slice(l.start, l.end), (at) => block.toHost(l.start + at));
    }
  }
  if (document.kind === 'rule' && !/\.(md|markdown)$/i.test(document.uri)) {
    let from = 0;
    for (const { start, end } of [...document.blocks, { start: document.text.length, end: 0 }]) {
      const at = from;
      look(document.text.slice(at, start), (offset) => at + offset);
      from = Math.max(from, end);
    }
  }
  return out.sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
}
