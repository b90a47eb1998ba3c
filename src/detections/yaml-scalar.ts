import type { Scalar } from 'yaml';
import { type EmbeddedText, mappedText } from './offset-map';

/**
 * Maps the characters of a YAML scalar's value to where they stand in the file: through indentation, folding and escapes.
 */
export function embeddedScalar(source: string, node: Scalar): EmbeddedText | null {
  if (!node.range || typeof node.value !== 'string') return null;
  const value = node.value;
  const [start, end] = node.range;
  switch (node.type) {
    case 'BLOCK_LITERAL':
    case 'BLOCK_FOLDED':
      return blockScalar(source, value, start, end, node.type === 'BLOCK_FOLDED');
    case 'QUOTE_DOUBLE':
      return flowScalar(source, value, start + 1, end - 1, 'double');
    case 'QUOTE_SINGLE':
      return flowScalar(source, value, start + 1, end - 1, 'single');
    default:
      return flowScalar(source, value, start, end, 'plain');
  }
}

const breakLength = (text: string, at: number): number =>
  text[at] === '\r' ? (text[at + 1] === '\n' ? 2 : 1) : text[at] === '\n' ? 1 : 0;

function blockScalar(source: string, value: string, start: number, end: number, folded: boolean): EmbeddedText {
  let at = start;
  while (at < end && !breakLength(source, at)) at++;
  at += breakLength(source, at);
  const indent = blockIndent(source, at, end, value);
  const hostOf = new Int32Array(value.length + 1);
  const first = at;
  let line = at;
  const skipIndent = () => {
    for (let n = 0; n < indent && line < end && (source[line] === ' ' || source[line] === '\t'); n++) line++;
  };
  skipIndent();
  for (let i = 0; i < value.length; i++) {
    const brk = breakLength(source, line);
    if (value[i] === source[line] && !brk) hostOf[i] = line++;
    else if (brk) {
      hostOf[i] = line;
      line += brk;
      // Folding turns one break into a blank and swallows the first of several.
      if (folded && value[i] === '\n' && isBlankUntilBreak(source, line, end)) {
        while (line < end && !breakLength(source, line)) line++;
        line += breakLength(source, line);
      }
      skipIndent();
    } else hostOf[i] = Math.min(line, end);
  }
  hostOf[value.length] = Math.min(line, end);
  return mappedText(value, hostOf, folded ? 'folded' : 'block', ' '.repeat(indent), Math.min(first, hostOf[0]!));
}

function isBlankUntilBreak(source: string, at: number, end: number): boolean {
  let i = at;
  while (i < end && (source[i] === ' ' || source[i] === '\t')) i++;
  return i < end && breakLength(source, i) > 0;
}

/** Blanks that YAML takes off each line: what the first line with text has in the file and no longer has in the value. */
function blockIndent(source: string, from: number, end: number, value: string): number {
  const lead = (line: string | undefined) => (line === undefined ? 0 : /^ */.exec(line)![0].length);
  const withText = (text: string) => text.split(/\r\n|\r|\n/).find((l) => l.trim() !== '');
  return Math.max(0, lead(withText(source.slice(from, end))) - lead(withText(value)));
}

/** Length of the escape at `at` in a double-quoted text. */
function escapeLength(source: string, at: number): number {
  const c = source[at + 1];
  return c === 'x' ? 4 : c === 'u' ? 6 : c === 'U' ? 10 : 2;
}

function flowScalar(
  source: string,
  value: string,
  start: number,
  end: number,
  style: 'plain' | 'single' | 'double',
): EmbeddedText {
  const hostOf = new Int32Array(value.length + 1);
  let at = start;
  let i = 0;
  while (i < value.length) {
    const lineBreak = /[ \t]*(?:\r\n|\r|\n)\s*/y;
    lineBreak.lastIndex = at;
    const folded = lineBreak.exec(source);
    if (folded && at + folded[0].length <= end) {
      // A fold gives one blank, or one line break fewer than it has.
      const breaks = folded[0].match(/\r\n|\r|\n/g)!.length;
      for (let n = 0; n < Math.max(1, breaks - 1) && i < value.length; n++) hostOf[i++] = at;
      at += folded[0].length;
      continue;
    }
    if (style === 'double' && source[at] === '\\') {
      const brk = breakLength(source, at + 1);
      if (brk) {
        at += 1 + brk;
        while (source[at] === ' ' || source[at] === '\t') at++;
        continue;
      }
      const length = escapeLength(source, at);
      hostOf[i++] = at;
      if (value.charCodeAt(i - 1) >= 0xd800 && value.charCodeAt(i - 1) < 0xdc00 && length === 10) hostOf[i++] = at;
      at += length;
      continue;
    }
    hostOf[i++] = Math.min(at, end);
    at += style === 'single' && source.startsWith("''", at) ? 2 : 1;
  }
  hostOf[value.length] = Math.min(at, end);
  return mappedText(value, hostOf, style, '', start);
}
