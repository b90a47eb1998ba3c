import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver-types';
import { isDirective } from '../base/kql-text';
import { firstCode } from './code-lens';
import type { KqlDocument, QueryBlock } from './document';

const LONGEST_NAME = 60;

/** What a person would call a query: the rule's name, the comment above it, else its first line. */
export function blockTitle(block: QueryBlock): string {
  if (block.detection && block.detection.kind !== 'query') return block.detection.name;
  const first = firstCode(block.text) ?? 0;
  const above = block.text
    .slice(0, first)
    .split(/[\r\n]+/)
    .find((l) => /^\s*\/\//.test(l) && !isDirective(l.trim()));
  const comment = above && /^\s*\/\/+[ \t]*(?:(?:name|title)[ \t]*:[ \t]*)?(.*\S)/i.exec(above)?.[1];
  const line = /^[^\r\n]*/.exec(block.text.slice(first))![0].trim();
  const title = comment ?? line;
  return title.length > LONGEST_NAME ? `${title.slice(0, LONGEST_NAME - 1)}…` : title || 'query';
}

/** The outline: each query with the names that it declares. */
export function documentSymbols(document: KqlDocument): readonly DocumentSymbol[] {
  return document.blocks.flatMap((block): DocumentSymbol[] => {
    const first = firstCode(block.text);
    if (first === null) return [];
    const end = block.text.trimEnd().length;
    return [
      {
        name: blockTitle(block),
        kind: SymbolKind.Namespace,
        range: document.range(block, 0, end),
        selectionRange: document.range(block, first, first),
        children: declared(document, block),
      },
    ];
  });
}

function declared(document: KqlDocument, block: QueryBlock): DocumentSymbol[] {
  const statements = block.engine().tree()?.part('Statements')?.elements() ?? [];
  return statements.flatMap((s): DocumentSymbol[] => {
    const name = s.kind === 'LetStatement' ? s.part('Name') : null;
    if (!name || name.start === name.end) return [];
    const value = s.part('Expression');
    const isFunction = value?.kind === 'FunctionDeclaration';
    const isTable = !isFunction && value?.columns() != null;
    return [
      {
        name: name.text.trim(),
        detail: isFunction ? 'function' : isTable ? 'table' : value && value.text.length <= 40 ? value.text.trim() : '',
        kind: isFunction ? SymbolKind.Function : isTable ? SymbolKind.Struct : SymbolKind.Constant,
        range: document.range(block, s.start, s.end),
        selectionRange: document.range(block, name.start, name.end),
      },
    ];
  });
}
