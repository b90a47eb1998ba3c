import type { BinaryExpr, Expr } from '../../../../kusto/tree';

/**
 * Long `or` chains of one test on one expression become one test of a list: `a has "x" or a has "y"` is
 * `a has_any ("x", "y")`, `a == 1 or a == 2` is `a in (1, 2)`. One pass over the text instead of hundreds.
 */
export function gathered(operands: readonly Expr[]): readonly Expr[] {
  if (operands.length < 2) return operands;
  const groups = new Map<string, BinaryExpr[]>();
  for (const e of operands) {
    const key = keyOf(e);
    if (key) groups.set(key, [...(groups.get(key) ?? []), e as BinaryExpr]);
  }
  const done = new Set<string>();
  return operands.flatMap((e): Expr[] => {
    const key = keyOf(e);
    const group = key ? groups.get(key)! : [];
    if (!key || group.length < 2) return [e];
    if (done.has(key)) return [];
    done.add(key);
    return [together(group)];
  });
}

/** Operator and left side of a test against a constant; undefined for anything else. */
function keyOf(e: Expr): string | undefined {
  if (e.kind !== 'binary' || e.negated || e.right.kind !== 'literal' || e.right.value === null) return undefined;
  if (!['has', '==', '=~'].includes(e.operator)) return undefined;
  if (e.operator !== '==' && e.right.type !== 'string') return undefined;
  if (e.operator === '==' && e.right.type !== e.left.type) return undefined;
  // NaN never equals, and a real in a list is compared as it stands: leave reals alone.
  if (e.right.type === 'real' || e.right.type === 'decimal') return undefined;
  const left = nameOf(e.left);
  return left && `${e.operator} ${e.right.type} ${left}`;
}

function nameOf(e: Expr): string | undefined {
  if (e.kind === 'column') return JSON.stringify(e.name);
  if (e.kind === 'path') {
    const base = nameOf(e.base);
    return base && `${base}.${JSON.stringify(e.key)}`;
  }
  return undefined;
}

function together(group: readonly BinaryExpr[]): Expr {
  const first = group[0]!;
  const values = group.map((e) => e.right);
  const place = { start: first.start, length: first.length, type: 'bool' as const, left: first.left, values };
  if (first.operator === 'has') return { ...place, kind: 'hasMany', quantifier: 'any' };
  return { ...place, kind: 'in', negated: false, caseless: first.operator === '=~' };
}
