import type { Position, TextEdit } from 'vscode-languageserver-types';
import { type Lexeme, lexemes } from '../kusto/lexemes';
import type { KqlDocument } from './document';
import { hostEdits } from './host-edit';

/** Characters after which a line is put in its place. */
export const ON_TYPE_TRIGGERS = ['|', '\n', ')', '}'] as const;

/**
 * Puts the line that is being typed under the one that it belongs to: a pipe under its query, what a bracket holds one step in, a
 * closing bracket under the line that opened it. Nothing but the blanks at the line's start is changed.
 */
export function onTypeFormatting(
  document: KqlDocument,
  position: Position,
  typed: string,
  indentation: number,
): readonly TextEdit[] {
  const at = document.at(position);
  if (!at) return [];
  const { block } = at;
  const style = block.embedded?.style ?? 'whole';
  if (style !== 'whole' && style !== 'block') return [];
  const start = lineStart(block.text, at.offset);
  const blanks = /^[ \t]*/.exec(block.text.slice(start))![0];
  const first = block.text[start + blanks.length] ?? '';
  // A sign inside a line says nothing about where the line belongs.
  if (typed !== '\n' && start + blanks.length !== at.offset - 1) return [];
  const wanted = indentOf(block.text, start, typed === '\n' && !')]}|'.includes(first) ? '' : first, indentation);
  if (wanted === null || wanted === blanks) return [];
  return hostEdits(document, block, [{ start, end: start + blanks.length, text: wanted }]) ?? [];
}

function lineStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && text[start - 1] !== '\n' && text[start - 1] !== '\r') start--;
  return start;
}

const blanksAt = (text: string, at: number): string => /^[ \t]*/.exec(text.slice(lineStart(text, at)))![0];

/** Blanks that a line should start with; null inside a text over several lines, and where nothing stands before it. */
function indentOf(text: string, start: number, first: string, indentation: number): string | null {
  const all = lexemes(text);
  if (all.some((l) => l.kind === 'string' && l.start < start && l.end > start)) return null;
  const before = all.filter((l) => l.kind !== 'comment' && l.end <= start);
  const last = before.at(-1);
  if (!last) return null;
  const step = blanksAt(text, last.start).includes('\t') ? '\t' : ' '.repeat(indentation);
  const { open, content } = innermost(text, before);
  if (open) {
    const outer = blanksAt(text, open.start);
    if (first && ')]}'.includes(first)) return outer;
    if (!content) return outer + step;
    const sameLine = lineStart(text, content.start) === lineStart(text, open.start);
    if (first === '|') return sameLine ? outer + step : blanksAt(text, content.start);
  } else if (first === '|') return content ? blanksAt(text, content.start) : null;
  if (text[last.start] === ';') return content ? null : blanksAt(text, last.start);
  const previous = lineStart(text, last.start);
  const under = blanksAt(text, previous);
  const opensList = text[last.start] === ',' && text[previous + under.length] === '|';
  return opensList ? under + step : under;
}

/** The bracket that is open at the end, and the first lexeme of the statement or bracket that goes on there. */
function innermost(text: string, code: readonly Lexeme[]): { readonly open?: Lexeme; readonly content?: Lexeme } {
  const stack: { open?: Lexeme; content?: Lexeme }[] = [{}];
  for (const l of code) {
    const sign = l.kind === 'sign' ? text[l.start]! : '';
    const top = stack.at(-1)!;
    if (sign === ';') {
      delete top.content;
      continue;
    }
    if (sign && ')]}'.includes(sign)) {
      if (stack.length > 1) stack.pop();
      continue;
    }
    top.content ??= l;
    if (sign && '([{'.includes(sign)) stack.push({ open: l });
  }
  return stack.at(-1)!;
}
