import { className, enumName, type Foreign, kusto } from './engine';
import type { BoundColumn, BoundType, Expr, Parameters, Place, Query, UserCall } from './tree';

/**
 * What the readers of the engine's tree share: access to its lists, names, types and tokens. The reader object ties the
 * parts together, since expressions hold queries and queries hold expressions.
 */
export interface Reader {
  expression(node: Foreign): Expr;
  query(node: Foreign): Query;
  userCall(node: Foreign): UserCall;
  /** Place of a node in the text as the user wrote it. */
  place(node: Foreign): Place;
}

const TYPES: ReadonlySet<string> = new Set([
  'bool',
  'int',
  'long',
  'real',
  'decimal',
  'string',
  'datetime',
  'timespan',
  'guid',
  'dynamic',
]);

/** Children of a syntax list, separators left out; nothing becomes empty. */
export function items(list: Foreign): Foreign[] {
  const found: Foreign[] = [];
  for (let i = 0; i < (list?.ChildCount ?? 0); i++) {
    const child = list.GetChild(i);
    if (child) found.push(syntaxKind(child) === 'SeparatedElement' ? child.GetChild(0) : child);
  }
  return found;
}

export const syntaxKind = (node: Foreign): string => enumName(kusto().Kusto.Language.Syntax.SyntaxKind, node.Kind);

export function boundType(symbol: Foreign): BoundType {
  const name = symbol?.Name as string | undefined;
  if (name && TYPES.has(name)) return name as BoundType;
  return /^Dynamic/.test(symbol ? className(symbol) : '') ? 'dynamic' : 'unknown';
}

export const typeOf = (node: Foreign): BoundType => boundType(node.ResultType);

/** `long`, `typeof(long)`, `date`: a type as written. */
export function writtenType(node: Foreign): BoundType {
  const text = tokens(node).replace(/^typeof\(|\)$/g, '');
  return boundType(kusto().Kusto.Language.Symbols.ScalarTypes.GetSymbol(text));
}

export const isTabular = (node: Foreign): boolean => {
  const type = node.ResultType;
  return !!type && /^(TableSymbol|GroupSymbol)$/.test(className(type));
};

export function columnsOf(node: Foreign): BoundColumn[] {
  const list = node.ResultType?.Columns;
  const found: BoundColumn[] = [];
  for (let i = 0; i < (list?.Count ?? 0); i++) {
    const column = list.getItem(i);
    found.push({ name: column.Name, type: boundType(column.Type) });
  }
  return found;
}

/** The tokens of a node without comments and blanks. */
export function tokens(node: Foreign): string {
  if (!node) return '';
  if (node.ChildCount === 0) return node.Text ?? '';
  let text = '';
  for (let i = 0; i < node.ChildCount; i++) text += tokens(node.GetChild(i));
  return text;
}

/** A parameter's or property's value as text: a string literal without its quotes, anything else as written. */
function parameterText(value: Foreign): string {
  if (syntaxKind(value) === 'StringLiteralExpression') return String(value.LiteralValue);
  return value.SimpleName ? String(value.SimpleName) : tokens(value);
}

export function parameters(list: Foreign): Parameters {
  return new Map(items(list).map((p) => [String(p.Name.SimpleName).toLowerCase(), parameterText(p.Expression)]));
}

export const unsupported = (reader: Reader, node: Foreign, what: string): Expr => ({
  ...reader.place(node),
  kind: 'unsupported',
  type: typeOf(node),
  what,
});
