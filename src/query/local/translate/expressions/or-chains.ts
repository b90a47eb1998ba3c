import type { BinaryExpr, CallExpr, Expr } from '../../../../kusto/tree';

/**
 * Long `or` chains of one test on one expression become one test of a list: `a has "x" or a has "y"` is
 * `a has_any ("x", "y")`, `a == 1 or a == 2` is `a in (1, 2)`. One pass over the text instead of hundreds. `filter` is true
 * in a WHERE clause, where networks are gathered too: among them null and false would otherwise differ.
 */
export function gathered(operands: readonly Expr[], filter: boolean): readonly Expr[] {
  if (operands.length < 2) return operands;
  const keyOf = (e: Expr) => testKey(e) ?? (filter ? networkKey(e) : undefined);
  const groups = new Map<string, Expr[]>();
  for (const e of operands) {
    const key = keyOf(e);
    if (key) groups.set(key, [...(groups.get(key) ?? []), e]);
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
function testKey(e: Expr): string | undefined {
  if (e.kind !== 'binary' || e.negated || e.right.kind !== 'literal' || e.right.value === null) return undefined;
  if (!['has', '==', '=~'].includes(e.operator)) return undefined;
  if (e.operator !== '==' && e.right.type !== 'string') return undefined;
  if (e.operator === '==' && e.right.type !== e.left.type) return undefined;
  // NaN never equals, and a real in a list is compared as it stands: leave reals alone.
  if (e.right.type === 'real' || e.right.type === 'decimal') return undefined;
  const left = nameOf(e.left);
  return left && `${e.operator} ${e.right.type} ${left}`;
}

/** A test of an address against a constant network. */
function networkKey(e: Expr): string | undefined {
  if (e.kind !== 'call' || e.name.toLowerCase() !== 'ipv4_is_in_range' || e.args.length !== 2) return undefined;
  const [subject, network] = e.args;
  const left = subject && network?.kind === 'literal' ? nameOf(subject) : undefined;
  return left && `network ${left}`;
}

function nameOf(e: Expr): string | undefined {
  if (e.kind === 'column') return JSON.stringify(e.name);
  if (e.kind === 'path') {
    const base = nameOf(e.base);
    return base && `${base}.${JSON.stringify(e.key)}`;
  }
  return undefined;
}

function together(tests: readonly Expr[]): Expr {
  if (tests[0]!.kind === 'call') return inAnyNetwork(tests as readonly CallExpr[]);
  const group = tests as readonly BinaryExpr[];
  const first = group[0]!;
  const values = group.map((e) => e.right);
  const place = { start: first.start, length: first.length, type: 'bool' as const, left: first.left, values };
  if (first.operator === 'has') return { ...place, kind: 'hasMany', quantifier: 'any' };
  return { ...place, kind: 'in', negated: false, caseless: first.operator === '=~' };
}

function inAnyNetwork(group: readonly CallExpr[]): Expr {
  const first = group[0]!;
  return { ...first, name: 'ipv4_is_in_any_range', args: [first.args[0]!, ...group.map((e) => e.args[1]!)] };
}
