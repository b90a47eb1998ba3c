import { type Instant, instant, plus } from '../base/time';
import type { SyntaxNode } from '../kusto/editor-tree';
import { evaluateTime, intersectBounds, type TimeBounds, type TimeScope } from './time-expression';

/** Values that equality filters leave, by column; a column that is not named is not filtered. */
export type Filters = ReadonlyMap<string, readonly string[]>;

const FLIPPED: Record<string, string> = { '>': '<', '>=': '<=', '<': '>', '<=': '>=', '==': '==' };

/** Column that an expression stands for: itself, or inside bin(), startofday() and casts, which keep its order. */
function columnOf(node: SyntaxNode | null): string | null {
  if (!node) return null;
  if (node.kind === 'NameReference') return node.text.trim();
  if (node.kind === 'ParenthesizedExpression') return columnOf(node.part('Expression'));
  if (node.kind !== 'FunctionCallExpression') return null;
  const name = node.part('Name')?.text.trim() ?? '';
  if (!/^(bin|floor|startof\w+|endof\w+|todatetime|tostring|tolower|toupper|coalesce)$/.test(name)) return null;
  return columnOf(node.part('ArgumentList')?.part('Expressions')?.elements()[0] ?? null);
}

function operands(
  node: SyntaxNode,
): { readonly operator: string; readonly left: SyntaxNode; readonly right: SyntaxNode } | null {
  const left = node.part('Left');
  const right = node.part('Right');
  return left && right ? { operator: (node.part('Operator')?.text ?? '').trim().toLowerCase(), left, right } : null;
}

function hull(a: TimeBounds, b: TimeBounds): TimeBounds {
  const from = a.from === null || b.from === null ? null : instant(Math.min(a.from, b.from));
  const to = a.to === null || b.to === null ? null : instant(Math.max(a.to, b.to));
  return { from, to };
}

function both(a: TimeBounds | null, b: TimeBounds | null): TimeBounds | null {
  return a && b ? intersectBounds(a, b) : (a ?? b);
}

/** What a predicate says of the time column; null where it says nothing. */
export function timeConstraint(
  node: SyntaxNode,
  scope: TimeScope,
  isTime: (column: string) => boolean,
): TimeBounds | null {
  if (node.kind === 'ParenthesizedExpression') {
    const inner = node.part('Expression');
    return inner ? timeConstraint(inner, scope, isTime) : null;
  }
  const instantOf = (n: SyntaxNode | null): Instant | null => {
    const value = evaluateTime(n, scope);
    return value?.type === 'instant' ? value.at : null;
  };
  const named = (n: SyntaxNode) => {
    const column = columnOf(n);
    return column !== null && isTime(column);
  };
  if (node.kind === 'BetweenExpression') {
    const parts = operands(node);
    if (!parts || parts.operator.startsWith('!') || !named(parts.left)) return null;
    const from = instantOf(parts.right.part('First'));
    const second = evaluateTime(parts.right.part('Second'), scope);
    // `between (start .. 3d)` counts its end from the start.
    const to =
      second?.type === 'instant'
        ? second.at
        : second?.type === 'span' && from !== null
          ? plus(from, second.length)
          : null;
    return { from, to };
  }
  if (node.kind !== 'BinaryExpression') return null;
  const parts = operands(node);
  if (!parts) return null;
  if (parts.operator === 'and')
    return both(timeConstraint(parts.left, scope, isTime), timeConstraint(parts.right, scope, isTime));
  if (parts.operator === 'or') {
    const a = timeConstraint(parts.left, scope, isTime);
    const b = timeConstraint(parts.right, scope, isTime);
    return a && b ? hull(a, b) : null;
  }
  if (!(parts.operator in FLIPPED)) return null;
  const forward = named(parts.left);
  if (!forward && !named(parts.right)) return null;
  const at = instantOf(forward ? parts.right : parts.left);
  if (at === null) return null;
  const operator = forward ? parts.operator : FLIPPED[parts.operator]!;
  if (operator.startsWith('>')) return { from: at, to: null };
  if (operator.startsWith('<')) return { from: null, to: at };
  return { from: at, to: at };
}

function textOf(node: SyntaxNode, scope: TimeScope): string | null {
  const value = evaluateTime(node, scope);
  if (value?.type === 'text') return value.value;
  return value?.type === 'number' ? String(value.value) : null;
}

/** Adds what a predicate's conjuncts say by `==`, `=~`, `in`; a column narrowed twice keeps what both leave. */
export function columnFilters(node: SyntaxNode, filters: Filters, scope: TimeScope): Filters {
  const out = new Map(filters);
  const add = (column: string | null, values: readonly (string | null)[]) => {
    if (column === null || values.some((v) => v === null)) return;
    const before = out.get(column);
    const lower = new Set(values.map((v) => v!.toLowerCase()));
    out.set(column, before ? before.filter((v) => lower.has(v.toLowerCase())) : (values as string[]));
  };
  const visit = (n: SyntaxNode): void => {
    if (n.kind === 'ParenthesizedExpression') {
      const inner = n.part('Expression');
      if (inner) visit(inner);
      return;
    }
    const parts = operands(n);
    if (!parts) return;
    if (n.kind === 'BinaryExpression') {
      if (parts.operator === 'and') {
        visit(parts.left);
        visit(parts.right);
      } else if (parts.operator === '==' || parts.operator === '=~') {
        const column = columnOf(parts.left);
        if (column !== null && parts.left.kind !== 'LiteralExpression') add(column, [textOf(parts.right, scope)]);
      }
    } else if (n.kind === 'InExpression' && (parts.operator === 'in' || parts.operator === 'in~')) {
      const list = parts.right.part('Expressions')?.elements() ?? [];
      add(
        columnOf(parts.left),
        list.map((v) => textOf(v, scope)),
      );
    }
  };
  visit(node);
  return out;
}
