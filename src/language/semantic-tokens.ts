import type { Range, SemanticTokens, SemanticTokensDelta } from 'vscode-languageserver-types';
import type { KqlDocument, QueryBlock } from './document';

/** Token types and modifiers, in the order that the numbers of an answer refer to. */
export const semanticTokensLegend = {
  tokenTypes: [
    'comment',
    'string',
    'number',
    'keyword',
    'operator',
    'type',
    'struct',
    'property',
    'function',
    'variable',
    'parameter',
    'namespace',
    'macro',
  ],
  tokenModifiers: ['declaration', 'defaultLibrary'],
} as const;

type TokenType = (typeof semanticTokensLegend.tokenTypes)[number];
const TYPES: Record<string, TokenType> = {
  Comment: 'comment',
  Directive: 'macro',
  Literal: 'number',
  StringLiteral: 'string',
  Type: 'type',
  Column: 'property',
  Table: 'struct',
  MaterializedView: 'struct',
  Database: 'namespace',
  Function: 'function',
  Parameter: 'parameter',
  SignatureParameter: 'parameter',
  QueryParameter: 'parameter',
  ClientParameter: 'parameter',
  Variable: 'variable',
  Identifier: 'variable',
  SchemaMember: 'property',
  ScalarOperator: 'operator',
  MathOperator: 'operator',
  QueryOperator: 'keyword',
  Command: 'keyword',
  Keyword: 'keyword',
  Option: 'property',
};
const INDEX = new Map<string, number>(semanticTokensLegend.tokenTypes.map((t, i) => [t, i]));

interface Token {
  readonly line: number;
  readonly character: number;
  readonly length: number;
  readonly type: number;
}

function blockTokens(document: KqlDocument, block: QueryBlock): Token[] {
  return block
    .engine()
    .spans()
    .flatMap((s) => {
      const type = INDEX.get(TYPES[s.kind] ?? '');
      if (type === undefined || s.end <= s.start) return [];
      const from = document.lines.positionAt(block.toHost(s.start));
      const to = document.lines.positionAt(block.toHost(s.end));
      if (from.line === to.line)
        return [{ line: from.line, character: from.character, length: to.character - from.character, type }];
      // A token is one line long: texts over several lines are cut.
      return Array.from({ length: to.line - from.line + 1 }, (_, i): Token => {
        const line = from.line + i;
        const start = i === 0 ? from.character : 0;
        const end = line === to.line ? to.character : lineLength(document, line);
        return { line, character: start, length: end - start, type };
      });
    })
    .filter((t) => t.length > 0);
}

function lineLength(document: KqlDocument, line: number): number {
  const start = document.lines.offsetAt({ line, character: 0 });
  return /^[^\r\n]*/.exec(document.text.slice(start, start + 20_000))![0].length;
}

function encode(tokens: readonly Token[]): number[] {
  const data: number[] = [];
  let line = 0;
  let character = 0;
  for (const t of tokens) {
    const step = t.line - line;
    data.push(step, step === 0 ? t.character - character : t.character, t.length, t.type, 0);
    line = t.line;
    character = t.character;
  }
  return data;
}

/** Tokens of a document, or of the blocks that a range touches: what the engine knows and a grammar cannot. */
export function semanticTokens(document: KqlDocument, range: Range | null = null): SemanticTokens {
  const from = range ? document.lines.offsetAt(range.start) : 0;
  const to = range ? document.lines.offsetAt(range.end) : document.text.length;
  const tokens = document.blocks.filter((b) => b.start <= to && b.end >= from).flatMap((b) => blockTokens(document, b));
  return { data: encode(tokens) };
}

/** The edit between two answers: what lies between their common head and tail. */
export function tokensDelta(
  before: readonly number[],
  after: readonly number[],
  resultId: string,
): SemanticTokensDelta {
  let head = 0;
  const most = Math.min(before.length, after.length);
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const deleteCount = before.length - head - tail;
  const data = after.slice(head, after.length - tail);
  return { resultId, edits: deleteCount || data.length ? [{ start: head, deleteCount, data }] : [] };
}
