import { className, type Foreign } from './engine';
import { jsonOf, literalOf } from './read-literal';
import { isTabular, items, type Reader, syntaxKind, tokens, typeOf, unsupported, writtenType } from './reader';
import type { BinaryOperator, Expr, LogicalExpr } from './tree';

/** Kinds of binary expressions; a leading `Not` is negation. */
const BINARY: ReadonlyMap<string, BinaryOperator> = new Map<string, BinaryOperator>([
  ['Add', '+'],
  ['Subtract', '-'],
  ['Multiply', '*'],
  ['Divide', '/'],
  ['Modulo', '%'],
  ['Equal', '=='],
  ['NotEqual', '!='],
  ['LessThan', '<'],
  ['LessThanOrEqual', '<='],
  ['GreaterThan', '>'],
  ['GreaterThanOrEqual', '>='],
  ['EqualTilde', '=~'],
  ['BangTilde', '!~'],
  ['Has', 'has'],
  ['HasCs', 'has_cs'],
  ['HasPrefix', 'hasprefix'],
  ['HasPrefixCs', 'hasprefix_cs'],
  ['HasSuffix', 'hassuffix'],
  ['HasSuffixCs', 'hassuffix_cs'],
  ['Contains', 'contains'],
  ['ContainsCs', 'contains_cs'],
  ['StartsWith', 'startswith'],
  ['StartsWithCs', 'startswith_cs'],
  ['EndsWith', 'endswith'],
  ['EndsWithCs', 'endswith_cs'],
  ['MatchesRegex', 'matches regex'],
  ['Search', ':'],
]);

export function readExpression(reader: Reader, node: Foreign): Expr {
  const base = { ...reader.place(node), type: typeOf(node) };
  switch (className(node)) {
    case 'LiteralExpression':
    case 'CompoundStringLiteralExpression':
      return { ...base, kind: 'literal', ...literalOf(node) };
    case 'DynamicExpression':
      return { ...base, kind: 'dynamic', type: 'dynamic', json: jsonOf(node.Expression) };
    case 'ParenthesizedExpression':
    case 'BracketedExpression':
      return reader.expression(node.Expression);
    case 'NameReference':
      return readName(reader, node);
    case 'PathExpression':
      return readPath(reader, node);
    case 'ElementExpression':
      return {
        ...base,
        kind: 'element',
        base: reader.expression(node.Expression),
        index: reader.expression(node.Selector),
      };
    case 'PrefixUnaryExpression':
      return readUnary(reader, node);
    case 'BinaryExpression':
      return readBinary(reader, node);
    case 'InExpression':
    case 'HasAnyExpression':
    case 'HasAllExpression':
      return readSet(reader, node);
    case 'BetweenExpression':
      return {
        ...base,
        kind: 'between',
        negated: syntaxKind(node).startsWith('Not'),
        left: reader.expression(node.Left),
        low: reader.expression(node.Right.First),
        high: reader.expression(node.Right.Second),
      };
    case 'FunctionCallExpression':
      return readCall(reader, node);
    case 'SimpleNamedExpression':
      return { ...base, kind: 'named', names: [node.Name.SimpleName], value: reader.expression(node.Expression) };
    case 'CompoundNamedExpression':
      return {
        ...base,
        kind: 'named',
        names: items(node.Names.Names).map((n) => n.SimpleName as string),
        value: reader.expression(node.Expression),
      };
    case 'StarExpression':
      return { ...base, kind: 'star' };
    case 'ToScalarExpression':
      if (!isTabular(node.Expression)) return reader.expression(node.Expression);
      return { ...base, kind: 'toscalar', query: reader.query(node.Expression) };
    case 'TypeOfLiteralExpression':
      return { ...base, kind: 'typeof', of: items(node.Types).map(writtenType)[0] ?? 'unknown' };
    case 'OrderedExpression':
      return readOrdered(reader, node);
    default:
      if (isTabular(node)) return { ...base, kind: 'tabular', query: reader.query(node) };
      return unsupported(reader, node, syntaxKind(node));
  }
}

function readName(reader: Reader, node: Foreign): Expr {
  const base = { ...reader.place(node), type: typeOf(node) };
  if (className(node.Name) === 'WildcardedName' || className(node.Name) === 'BracketedWildcardedName') {
    return { ...base, kind: 'pattern', pattern: tokens(node.Name) };
  }
  const name = node.SimpleName as string;
  const symbol = node.ReferencedSymbol;
  const what = symbol ? className(symbol) : '';
  if (what === 'ColumnSymbol') return { ...base, kind: 'column', name };
  if (isTabular(node)) return { ...base, kind: 'tabular', query: reader.query(node) };
  if (what === 'VariableSymbol' || what === 'ParameterSymbol') return { ...base, kind: 'variable', name };
  if (what === 'FunctionSymbol') return { ...base, kind: 'userCall', call: reader.userCall(node) };
  return { ...base, kind: 'column', name };
}

/** `a.b`, `a.['b c']`, `a.[0]`; a path's selector may be a name, a bracketed name or an element. */
function readPath(reader: Reader, node: Foreign): Expr {
  const base = { ...reader.place(node), type: typeOf(node) };
  const selector = node.Selector;
  if (selector.SimpleName != null) {
    return { ...base, kind: 'path', base: reader.expression(node.Expression), key: selector.SimpleName };
  }
  if (className(selector) === 'BracketedExpression') {
    return { ...base, kind: 'element', base: reader.expression(node.Expression), index: reader.expression(selector) };
  }
  return unsupported(reader, node, tokens(selector));
}

function readUnary(reader: Reader, node: Foreign): Expr {
  const operand = reader.expression(node.Expression);
  if (syntaxKind(node) !== 'UnaryMinusExpression') return operand;
  return { ...reader.place(node), type: typeOf(node), kind: 'negate', operand };
}

function readBinary(reader: Reader, node: Foreign): Expr {
  const kind = syntaxKind(node).replace(/Expression$/, '');
  if (kind === 'And' || kind === 'Or') return readChain(reader, node, kind);
  const found = BINARY.get(kind);
  const operator = found ?? BINARY.get(kind.replace(/^Not/, ''));
  if (!operator) return unsupported(reader, node, kind);
  return {
    ...reader.place(node),
    type: typeOf(node),
    kind: 'binary',
    operator,
    negated: !found,
    left: reader.expression(node.Left),
    right: reader.expression(node.Right),
  };
}

/** A chain of `and` or `or` hangs to the left as deep as it is long: walked in a loop, parentheses included. */
function readChain(reader: Reader, node: Foreign, kind: 'And' | 'Or'): LogicalExpr {
  const operands: Expr[] = [];
  const open: Foreign[] = [node];
  while (open.length > 0) {
    let next = open.pop();
    while (className(next) === 'ParenthesizedExpression') next = next.Expression;
    if (syntaxKind(next) === `${kind}Expression`) open.push(next.Right, next.Left);
    else operands.push(reader.expression(next));
  }
  return { ...reader.place(node), type: 'bool', kind: 'logical', operator: kind === 'And' ? 'and' : 'or', operands };
}

function readSet(reader: Reader, node: Foreign): Expr {
  const base = { ...reader.place(node), type: typeOf(node) };
  const kind = syntaxKind(node);
  const left = reader.expression(node.Left);
  const values = items(node.Right.Expressions).map((v) => reader.expression(v));
  if (className(node) === 'InExpression') {
    return { ...base, kind: 'in', negated: kind.startsWith('Not'), caseless: kind.includes('Cs'), left, values };
  }
  return { ...base, kind: 'hasMany', quantifier: className(node) === 'HasAnyExpression' ? 'any' : 'all', left, values };
}

function readCall(reader: Reader, node: Foreign): Expr {
  const base = { ...reader.place(node), type: typeOf(node) };
  if (isTabular(node)) return { ...base, kind: 'tabular', query: reader.query(node) };
  if (node.GetCalledFunctionBody() != null) return { ...base, kind: 'userCall', call: reader.userCall(node) };
  const args = items(node.ArgumentList.Expressions).map((a) => reader.expression(a));
  return { ...base, kind: 'call', name: node.Name.SimpleName, args };
}

function readOrdered(reader: Reader, node: Foreign): Expr {
  const words = tokens(node.Ordering).toLowerCase();
  return {
    ...reader.place(node),
    type: typeOf(node.Expression),
    kind: 'ordered',
    value: reader.expression(node.Expression),
    descending: !words.startsWith('asc'),
    nulls: words.endsWith('first') ? 'first' : words.endsWith('last') ? 'last' : null,
  };
}
