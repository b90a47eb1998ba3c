import type { TextEdit } from 'vscode-languageserver-types';
import type { EmbeddedText } from '../detections/offset-map';
import { readDetections } from '../detections/read';
import type { KqlDocument, QueryBlock } from './document';

/** A change of a query, with offsets in the query. */
export interface QueryEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The document's own line end, by its first. */
export function eolOf(text: string): string {
  const m = /\r\n|\n|\r/.exec(text);
  return m ? m[0] : '\n';
}

/**
 * A text of a query as its host writes it, with escapes and blanks; null where the host's notation cannot hold it. `follows` is
 * what stands behind it in the query.
 */
export function writtenIn(embedded: EmbeddedText | null, text: string, eol = '\n', follows = ''): string | null {
  const hasBreak = /[\r\n]/.test(text);
  switch (embedded?.style ?? 'whole') {
    case 'block': {
      // Blanks stand before each further line that is not empty, whether this text or what follows fills it.
      const behind = /^[^\r\n]/.exec(follows)?.[0] ?? '';
      const lines = (text + behind).replace(/(?:\r\n|\r|\n)(?=([^\r\n]?))/g, (_, next: string) =>
        next ? eol + embedded!.indent : eol,
      );
      return lines.slice(0, lines.length - behind.length);
    }
    case 'json':
    case 'double':
      return JSON.stringify(text).slice(1, -1);
    case 'bicep':
      return text
        .replace(/[\\']/g, '\\$&')
        .replaceAll('${', '\\${')
        .replaceAll('\n', '\\n')
        .replaceAll('\r', '\\r')
        .replaceAll('\t', '\\t');
    case 'single':
      return hasBreak ? null : text.replaceAll("'", "''");
    case 'folded':
    case 'plain':
      return hasBreak ? null : text;
    default:
      return text;
  }
}

function replaced(text: string, edits: readonly QueryEdit[]): string {
  let out = text;
  for (const e of [...edits].sort((a, b) => b.start - a.start)) out = out.slice(0, e.start) + e.text + out.slice(e.end);
  return out;
}

const plain = (text: string): string => text.replace(/\r\n|\r/g, '\n');

/**
 * Edits of a query as edits of its document. The host is read again with them: null where it would no longer be valid, or would
 * hold another query than the one meant.
 */
export function hostEdits(
  document: KqlDocument,
  block: QueryBlock,
  edits: readonly QueryEdit[],
): readonly TextEdit[] | null {
  const eol = eolOf(document.text);
  const written = edits.map((e) => ({ ...e, text: writtenIn(block.embedded, e.text, eol, block.text.slice(e.end)) }));
  if (written.some((e) => e.text === null)) return null;
  const out = written.map((e) => ({ range: document.range(block, e.start, e.end), newText: e.text! }));
  if (!block.embedded) return out;
  const host = replaced(
    document.text,
    written.map((e) => ({ start: block.toHost(e.start), end: block.toHost(e.end), text: e.text! })),
  );
  const after = readDetections(document.path, host);
  const detections = [...after.detections].sort((a, b) => a.embedded.hostStart - b.embedded.hostStart);
  const found = detections[document.blocks.indexOf(block)];
  const wanted = plain(replaced(block.text, edits));
  const same = found !== undefined && plain(found.kql) === wanted && detections.length === document.blocks.length;
  return same && after.problems.length <= document.problems.length ? out : null;
}

/** Where the notation of a value begins: its quote, its `>`, its first character; null where that is not found. */
function notationStart(text: string, hostStart: number, style: string): number | null {
  if (style === 'single') return hostStart - 1;
  if (style === 'plain') return hostStart;
  const head = /[>|][-+0-9]*[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r)$/.exec(text.slice(0, hostStart));
  return head ? head.index : null;
}

/**
 * The edit that writes a whole query anew as a literal block (`|`), for notations of YAML that cannot hold its lines; null where the
 * rule would not read back as this query.
 */
export function asLiteralBlock(document: KqlDocument, block: QueryBlock, kql: string): TextEdit | null {
  const { text } = document;
  const embedded = block.embedded;
  const start = embedded ? notationStart(text, embedded.hostStart, embedded.style) : null;
  if (!embedded || start === null) return null;
  const key = /^([ \t]*(?:- +)?)[\w'"-]+[ \t]*:[ \t]*$/.exec(text.slice(text.lastIndexOf('\n', start - 1) + 1, start));
  if (!key) return null;
  const eol = eolOf(text);
  const folded = embedded.style === 'folded' && embedded.indent !== '';
  const indent = folded ? embedded.indent : ' '.repeat(key[1]!.length + 2);
  const end = embedded.hostEnd + (embedded.style === 'single' ? 1 : 0);
  const lines = plain(kql).trim();
  const body = lines
    .split('\n')
    .map((line) => (line === '' ? line : indent + line))
    .join(eol);
  const newText = `|${eol}${body}${/[\r\n]/.test(text[end - 1] ?? '') ? eol : ''}`;
  const after = readDetections(document.path, text.slice(0, start) + newText + text.slice(end));
  const found = [...after.detections].sort((a, b) => a.embedded.hostStart - b.embedded.hostStart);
  const same = found.length === document.blocks.length && found[document.blocks.indexOf(block)]!.kql.trim() === lines;
  return same && after.problems.length <= document.problems.length
    ? { range: document.lines.range(start, end), newText }
    : null;
}
