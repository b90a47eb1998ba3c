import type { Range, TextEdit } from 'vscode-languageserver-types';
import type { Steps } from '../base/steps';
import { splitStatements } from '../kusto/blocks';
import type { KqlDocument, QueryBlock } from './document';
import { asLiteralBlock, eolOf, hostEdits, type QueryEdit } from './host-edit';
import type { SchemaProvider } from './schema';

export interface FormattingChoice {
  readonly indentation: number;
  readonly pipes: 'newline' | 'smart' | 'asis';
  /** Columns beyond which `smart` puts pipes on lines of their own; undefined: as the engine decides. */
  readonly width?: number | undefined;
}

/** What is done where nobody chose. */
export const DEFAULT_FORMAT: FormattingChoice = { indentation: 4, pipes: 'smart' };

const hasSyntaxError = (block: QueryBlock): boolean =>
  block
    .engine()
    .diagnostics()
    .some((d) => d.severity === 'error' && /^KS0/.test(d.code));

/**
 * The formatted text of a query, or null where nothing may be done: syntax errors, or a result that would not mean the same.
 * Statements are formatted one by one, so that the blank lines between them stay.
 */
export function formattedQuery(
  block: QueryBlock,
  choice: FormattingChoice,
  schema: SchemaProvider,
  eol: string,
): string | null {
  if (block.bound().beyond || block.engine().kind !== 'Query' || hasSyntaxError(block)) return null;
  const parts = splitStatements(block.text);
  const out = parts.map((p) => {
    const text = block.text.slice(p.start, p.end);
    const core = text.trim();
    if (core === '') return text;
    const lead = text.slice(0, text.length - text.trimStart().length);
    const trail = text.slice(text.trimEnd().length);
    const formatted = formattedStatement(core, choice, schema);
    return lead + formatted.trim().replace(/\r\n|\r|\n/g, eol) + trail;
  });
  const result = out.join('');
  if (result === block.text) return null;
  // The one check that matters: the engine's formatter adds and drops tokens in corners nobody has listed.
  const before = block.engine().tokens();
  const after = schema.current().parse(result).tokens();
  const same = before.length === after.length && before.every((t, i) => t === after[i]);
  return same && sameComments(block.text, result) ? result : null;
}

const comments = (text: string): string => (text.match(/\/\/[^\r\n]*/g) ?? []).map((c) => c.trim()).join('\n');
const sameComments = (a: string, b: string): boolean => comments(a) === comments(b);

/** Rounds after which a layout that still changes is left as it is then. */
const MOST_ROUNDS = 5;

/**
 * The engine's formatter is not done in one round where comments stand inside a line: it is asked until nothing changes, so that a text
 * that was formatted stays as it is.
 */
function formattedStatement(text: string, choice: FormattingChoice, schema: SchemaProvider): string {
  let last = text;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = formattedOnce(last, choice, schema).trim();
    if (next === last) break;
    last = next;
  }
  return last;
}

function formattedOnce(text: string, choice: FormattingChoice, schema: SchemaProvider): string {
  const query = schema.current().parse(text);
  const formatted = query.formatted(choice);
  const { width } = choice;
  if (choice.pipes !== 'smart' || width === undefined) return formatted;
  const tooLong = formatted.split(/\r\n|\r|\n/).some((line) => line.length > width && line.includes('|'));
  return tooLong ? query.formatted({ ...choice, pipes: 'newline' }) : formatted;
}

/** Edits that format the queries of a document, or those that a range touches. Queries that must not be touched are left as they are. */
export function* formatting(
  document: KqlDocument,
  choice: FormattingChoice,
  schema: SchemaProvider,
  range: Range | null = null,
): Steps<readonly TextEdit[]> {
  const from = range ? document.lines.offsetAt(range.start) : 0;
  const to = range ? document.lines.offsetAt(range.end) : document.text.length;
  const out: TextEdit[] = [];
  for (const block of document.blocks) {
    const last = block.end === document.text.length;
    if (block.start > to || (block.end <= from && !last)) continue;
    out.push(...blockFormatting(document, block, choice, schema));
    yield;
  }
  return out;
}

function blockFormatting(
  document: KqlDocument,
  block: QueryBlock,
  choice: FormattingChoice,
  schema: SchemaProvider,
): readonly TextEdit[] {
  const style = block.embedded?.style ?? 'whole';
  const text = formattedQuery(block, choice, schema, style === 'whole' ? eolOf(document.text) : '\n');
  if (text === null) return [];
  if (/[\r\n]/.test(text.trim()) && (style === 'folded' || style === 'plain' || style === 'single')) {
    const edit = asLiteralBlock(document, block, text);
    return edit ? [edit] : [];
  }
  return hostEdits(document, block, [smallest(block.text, text)]) ?? [];
}

/** What differs between two texts. */
function smallest(before: string, after: string): QueryEdit {
  let head = 0;
  const most = Math.min(before.length, after.length);
  while (head < most && before[head] === after[head]) head++;
  // A line end of two characters is one.
  if (head > 0 && before[head - 1] === '\r') head--;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  if (tail > 0 && before[before.length - tail] === '\n') tail--;
  return { start: head, end: before.length - tail, text: after.slice(head, after.length - tail) };
}
