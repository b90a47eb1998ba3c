import { stringEnd } from './blocks';

/** A piece of KQL as it is written: enough to find names without parsing, whatever the text's faults. */
export interface Lexeme {
  readonly kind: 'word' | 'string' | 'comment' | 'sign';
  readonly start: number;
  readonly end: number;
}

/** Blanks; the head of a string; a comment; a word; a number; any other sign. */
const NEXT = /[\s\ufeff]+|([@hH]{0,2}(?:"|'|```|~~~))|(\/\/[^\r\n]*)|([A-Za-z_$]\w*)|(\d[\w.]*)|[\s\S]/y;

/** The words, strings, comments and signs of a text, in order; blanks and numbers are left out. */
export function lexemes(text: string): readonly Lexeme[] {
  const out: Lexeme[] = [];
  for (let start = 0; start < text.length; ) {
    NEXT.lastIndex = start;
    const [found, quote, comment, word, number] = NEXT.exec(text)!;
    let end = start + found.length;
    if (quote !== undefined) {
      const width = quote.length - /["'`~]/.exec(quote)!.index;
      end = stringEnd(text, end - width, quote.includes('@'));
      out.push({ kind: 'string', start, end });
    } else if (comment !== undefined) out.push({ kind: 'comment', start, end });
    else if (word !== undefined) out.push({ kind: 'word', start, end });
    else if (number === undefined && found.trim() !== '' && found !== '\ufeff') out.push({ kind: 'sign', start, end });
    start = end;
  }
  return out;
}

/** The text between a string's quotes, as it is written; null where the string is not closed on both sides. */
export function stringContent(text: string, s: Lexeme): { readonly start: number; readonly end: number } | null {
  const open = /^[@hH]{0,2}("|'|```|~~~)/.exec(text.slice(s.start, s.start + 5));
  if (!open) return null;
  const start = s.start + open[0].length;
  const end = s.end - open[1]!.length;
  return end >= start && text.startsWith(open[1]!, end) ? { start, end } : null;
}
