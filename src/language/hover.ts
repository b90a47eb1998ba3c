import type { Hover, Position } from 'vscode-languageserver-types';
import { catalogTable } from '../catalog/tables';
import { meaningOf } from '../detections/value-meanings';
import { walkTree } from '../kusto/editor-tree';
import type { CoverageFacts } from '../protocol/language';
import { segmentWords } from './coverage';
import { documentationOf } from './docs';
import type { KqlDocument, QueryBlock } from './document';

const WORD = /[\w$-]+/g;

/** Word around an offset, with `-` as in `mv-expand`. */
export function wordAt(
  text: string,
  at: number,
): { readonly word: string; readonly start: number; readonly end: number } | null {
  const lineStart = Math.max(text.lastIndexOf('\n', at - 1) + 1, 0);
  const next = text.indexOf('\n', at);
  const line = text.slice(lineStart, next < 0 ? text.length : next);
  for (const m of line.matchAll(WORD)) {
    const start = lineStart + m.index;
    if (start <= at && at <= start + m[0].length) return { word: m[0], start, end: start + m[0].length };
  }
  return null;
}

/** What a person sees over a name: the engine's signature or type, the project's own words, coverage for tables. */
export function hover(document: KqlDocument, position: Position, facts: CoverageFacts | null): Hover | null {
  const at = document.at(position);
  if (!at) return null;
  const value = valueHover(document, at.block, at.offset);
  if (value) return value;
  const word = wordAt(at.block.text, at.offset);
  if (!word) return null;
  const infos = at.block
    .engine()
    .info(at.offset)
    .filter((i) => !/^(Error|Warning|Suggestion)$/.test(i.kind));
  const spans = at.block.engine().spans();
  const span = spans.find((s) => s.start <= at.offset && at.offset < s.end) ?? spans.find((s) => s.end === at.offset);
  if (span?.kind === 'Comment' || span?.kind === 'StringLiteral') return null;
  // The engine calls `has` a value of its own; its documentation says more.
  const isOperator = span?.kind === 'ScalarOperator' || span?.kind === 'MathOperator';
  const parts: string[] = (isOperator ? [] : infos).flatMap((i) =>
    i.text.trim() ? [`\`\`\`kusto\n${i.text.trim()}\n\`\`\``] : [],
  );
  const kind = infos[0]?.kind ?? span?.kind ?? '';
  if (kind === 'Table' || span?.kind === 'Table') parts.push(...tableParts(word.word, facts));
  else {
    const text = documentationOf(word.word, kind === 'Keyword' || kind === '' ? 'QueryOperator' : kind);
    if (text) parts.push(text);
  }
  if (parts.length === 0) return null;
  return {
    contents: { kind: 'markdown', value: parts.join('\n\n') },
    range: document.range(at.block, word.start, word.end),
  };
}

/** What a well-known value means, where it is compared with its column. */
function valueHover(document: KqlDocument, block: QueryBlock, offset: number): Hover | null {
  const span = block
    .engine()
    .spans()
    .find((s) => (s.kind === 'Literal' || s.kind === 'StringLiteral') && s.start <= offset && offset < s.end);
  if (!span) return null;
  const found = comparedColumn(block, span.start, span.end);
  if (!found) return null;
  const text = block.text.slice(span.start, span.end);
  const bare = /^h?@?["'](.*)["']$/s.exec(text)?.[1] ?? text;
  const meaning = meaningOf(found.column, bare, found.tables);
  if (!meaning) return null;
  return {
    contents: { kind: 'markdown', value: `**${found.column} ${bare}**\n\n${meaning}` },
    range: document.range(block, span.start, span.end),
  };
}

/** The column that a literal is compared with, and the tables that the query reads. */
function comparedColumn(
  block: QueryBlock,
  start: number,
  end: number,
): { readonly column: string; readonly tables: readonly string[] } | null {
  let column: string | null = null;
  const tables: string[] = [];
  const tree = block.engine().tree();
  if (!tree) return null;
  walkTree(tree, (n) => {
    if (n.kind === 'NameReference' && n.symbol()?.kind === 'table') tables.push(n.text.trim());
    if (n.kind !== 'BinaryExpression' && n.kind !== 'InExpression') return;
    const left = n.part('Left');
    const right = n.part('Right');
    // The innermost comparison comes last.
    if (left?.kind === 'NameReference' && right && right.start <= start && end <= right.end) column = left.text.trim();
  });
  return column === null ? null : { column, tables };
}

function tableParts(name: string, facts: CoverageFacts | null): string[] {
  const parts: string[] = [];
  const known = catalogTable(name);
  if (known) {
    const where = [known.sentinel && 'Log Analytics', known.defender && 'Defender XDR advanced hunting'].filter(
      Boolean,
    );
    const time = known.timeColumn ?? known.defenderTimeColumn;
    parts.push(`${known.columns.length} columns · ${where.join(' and ')}${time ? ` · event time \`${time}\`` : ''}`);
    if (known.basicLogs) parts.push('May be on the Basic plan, where analytics rules cannot run.');
  }
  for (const fact of facts?.sources.filter((f) => f.table === name) ?? []) {
    const mdl = fact.minimumDetectableLoss;
    const least = mdl === null ? 'no baseline' : `a loss of ${Math.max(1, Math.round(mdl * 100))} % would be seen`;
    const lines = fact.segments.slice(0, 6).map((s) => `- ${segmentWords(s)}`);
    parts.push([`**Coverage of ${fact.id}:** ${fact.status} (${least})`, ...lines].join('\n'));
    const windows = facts!.windows.filter((w) => w.sources.includes(fact.id)).map((w) => w.label);
    if (windows.length) parts.push(`Incident windows: ${[...new Set(windows)].join(', ')}`);
  }
  return parts;
}
