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

/** Bounds that conditions put on columns, by column. */
export type TimeConstraints = ReadonlyMap<string, TimeBounds>;
const NOTHING: TimeConstraints = new Map();

function hull(a: TimeBounds, b: TimeBounds): TimeBounds {
  const from = a.from === null || b.from === null ? null : instant(Math.min(a.from, b.from));
  const to = a.to === null || b.to === null ? null : instant(Math.max(a.to, b.to));
  return { from, to };
}

/** What both say together. */
export function bothConstraints(a: TimeConstraints, b: TimeConstraints): TimeConstraints {
  if (a.size === 0) return b;
  const out = new Map(a);
  for (const [column, bounds] of b) {
    const other = a.get(column);
    out.set(column, other ? intersectBounds(other, bounds) : bounds);
  }
  return out;
}

/** What holds whichever of two is true: only columns that both speak of. */
function eitherConstraints(a: TimeConstraints, b: TimeConstraints): TimeConstraints {
  return new Map(
    [...a].flatMap(([column, bounds]) => {
      const other = b.get(column);
      return other ? [[column, hull(bounds, other)] as const] : [];
    }),
  );
}

/** What a predicate says of columns that it compares with instants: which of them is a row's time, the reader of the table knows. */
export function timeConstraints(node: SyntaxNode, scope: TimeScope): TimeConstraints {
  if (node.kind === 'ParenthesizedExpression') {
    const inner = node.part('Expression');
    return inner ? timeConstraints(inner, scope) : NOTHING;
  }
  const parts = operands(node);
  if (!parts) return NOTHING;
  if (node.kind === 'BetweenExpression') return betweenConstraint(parts, scope);
  if (node.kind !== 'BinaryExpression') return NOTHING;
  if (parts.operator === 'and')
    return bothConstraints(timeConstraints(parts.left, scope), timeConstraints(parts.right, scope));
  if (parts.operator === 'or')
    return eitherConstraints(timeConstraints(parts.left, scope), timeConstraints(parts.right, scope));
  return comparisonConstraint(parts, scope);
}

type Operands = NonNullable<ReturnType<typeof operands>>;

const instantOf = (node: SyntaxNode | null, scope: TimeScope): Instant | null => {
  const value = evaluateTime(node, scope);
  return value?.type === 'instant' ? value.at : null;
};

function betweenConstraint(parts: Operands, scope: TimeScope): TimeConstraints {
  const column = columnOf(parts.left);
  if (column === null || parts.operator.startsWith('!')) return NOTHING;
  const from = instantOf(parts.right.part('First'), scope);
  const second = evaluateTime(parts.right.part('Second'), scope);
  // `between (start .. 3d)` counts its end from the start.
  const ends = second?.type === 'span' && from !== null ? plus(from, second.length) : null;
  const to = second?.type === 'instant' ? second.at : ends;
  return from === null && to === null ? NOTHING : new Map([[column, { from, to }]]);
}

function comparisonConstraint(parts: Operands, scope: TimeScope): TimeConstraints {
  if (!(parts.operator in FLIPPED)) return NOTHING;
  const right = instantOf(parts.right, scope);
  const column = columnOf(right === null ? parts.right : parts.left);
  const at = right ?? instantOf(parts.left, scope);
  if (column === null || at === null) return NOTHING;
  const operator = right === null ? FLIPPED[parts.operator]! : parts.operator;
  const from = operator.startsWith('<') ? null : at;
  const to = operator.startsWith('>') ? null : at;
  return new Map([[column, { from, to }]]);
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
