import type { BoundColumn, Expr, OperatorOf } from '../../../../kusto/tree';
import type { Column, Env, Relation, Scope, Translating } from '../context';
import { textOf } from '../convert';
import { pair } from '../expressions/compare';
import { columnRef, flush, namedAs, relation, scopeOf, standing } from '../relation';
import type { Value } from '../value';

/** `join` and `lookup` in all kinds. Null keys match each other; a missing side gives '' for texts. */

type Kind =
  | 'innerunique'
  | 'inner'
  | 'leftouter'
  | 'rightouter'
  | 'fullouter'
  | 'leftanti'
  | 'rightanti'
  | 'leftsemi'
  | 'rightsemi';

const KINDS: Readonly<Record<string, Kind>> = {
  innerunique: 'innerunique',
  inner: 'inner',
  leftouter: 'leftouter',
  rightouter: 'rightouter',
  fullouter: 'fullouter',
  anti: 'leftanti',
  leftanti: 'leftanti',
  leftantisemi: 'leftanti',
  rightanti: 'rightanti',
  rightantisemi: 'rightanti',
  leftsemi: 'leftsemi',
  rightsemi: 'rightsemi',
};

interface Key {
  readonly left: Value;
  readonly right: Value;
  readonly rightName: string;
}

export function join(
  t: Translating,
  o: OperatorOf<'join' | 'lookup'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const kind = KINDS[(o.parameters.get('kind') ?? (o.kind === 'lookup' ? 'leftouter' : 'innerunique')).toLowerCase()];
  if (!kind) {
    t.refuse(o, `${o.kind} kind=${o.parameters.get('kind')}`);
    return relation(input.from, []);
  }
  const left = standing(t, input);
  const right = freshSide(t, t.query(o.right, env, null));
  if (o.where) return joinedWhere(t, kind, o, o.where, { left, right, env, bound });
  const keys = o.on.flatMap((e) => keysOf(t, e, left, right, env));
  const cross = o.on.length === 0 || (o.on.length === 1 && o.on[0]?.kind === 'literal');
  if (!cross && !o.on.every(isEquality)) t.refuse(o, o.kind, `${o.kind} on this condition is not run locally.`);
  if (left.carried.length > 0 && /^(right|full)/.test(kind))
    t.refuse(o, o.kind, `${o.kind} kind=${kind} is not run locally inside partition or mv-apply.`);
  return joined(t, kind, o.kind === 'lookup', left, right, keys, bound);
}

interface Sides {
  readonly left: Relation;
  readonly right: Relation;
  readonly env: Env;
  readonly bound: readonly BoundColumn[];
}

/** `join kind=inner … where`: every pair of rows for which the condition holds; a name that both sides have is the left's. */
function joinedWhere(t: Translating, kind: Kind, o: OperatorOf<'join' | 'lookup'>, where: Expr, s: Sides): Relation {
  if (kind !== 'inner')
    t.refuse(o, `${o.kind} where`, 'Only join kind=inner is run locally with where in place of on.');
  const columns = [...s.left.columns, ...s.right.columns];
  const byName = new Map([...columns].reverse().map((c) => [c.name, c]));
  const scope = { ...scopeOf(s.left, s.env), columns, column: (name: string) => byName.get(name) };
  const condition = t.expression(where, scope);
  const named = columns.map((c, i) => ({ ...c, name: s.bound[i]?.name ?? c.name }));
  return relation(`${s.left.from} JOIN ${s.right.from} ON (${condition.sql})`, named, { carried: s.left.carried });
}

/** Names that a side does not have are said as such: it may get them once its data are asked for their columns. */
const isEquality = (e: Expr): boolean =>
  e.kind === 'column' ||
  (e.kind === 'binary' && e.operator === '==') ||
  (e.kind === 'logical' && e.operator === 'and' && e.operands.every(isEquality));

/** The right side under names of its own, for it may read the same rows as the left. */
const freshSide = (t: Translating, r: Relation): Relation =>
  flush(t, { ...r, order: [], columns: r.columns.map((c) => ({ ...c, few: false })) });

function keysOf(t: Translating, e: Expr, left: Relation, right: Relation, env: Env): Key[] {
  if (e.kind === 'logical' && e.operator === 'and') return e.operands.flatMap((x) => keysOf(t, x, left, right, env));
  if (e.kind === 'column') {
    const [a, b] = [columnNamed(left, e.name), columnNamed(right, e.name)];
    if (a && b) return [{ left: a, right: b, rightName: e.name }];
    t.unknown(e, e.name);
    return [];
  }
  if (e.kind === 'binary' && e.operator === '==') {
    const swapped = sideOf(e.left) === 'right' || sideOf(e.right) === 'left';
    const [l, r] = swapped ? [e.right, e.left] : [e.left, e.right];
    const name = r.kind === 'path' ? r.key : r.kind === 'column' ? r.name : '';
    return [
      {
        left: t.expression(sided(l, 'left'), sideScope(left, env)),
        right: t.expression(sided(r, 'right'), sideScope(right, env)),
        rightName: name,
      },
    ];
  }
  return [];
}

const columnNamed = (r: Relation, name: string): Column | undefined => r.columns.find((c) => c.name === name);
const sideScope = (r: Relation, env: Env): Scope => scopeOf(r, env);

/** Which side an expression names by `$left` or `$right`. */
function sideOf(e: Expr): 'left' | 'right' | undefined {
  if (e.kind === 'path' || e.kind === 'element') {
    const b = e.base;
    const name =
      b.kind === 'column' || b.kind === 'variable'
        ? b.name
        : b.kind === 'tabular' && b.query.kind === 'variable'
          ? b.query.name
          : '';
    return name === '$left' ? 'left' : name === '$right' ? 'right' : sideOf(b);
  }
  if (e.kind === 'call') return e.args.map(sideOf).find(Boolean);
  return undefined;
}

/** `$left.a` as the column a of its side. */
function sided(e: Expr, side: 'left' | 'right'): Expr {
  if (e.kind === 'path' && sideOf(e) === side) {
    const inner = e.base;
    const direct = inner.kind !== 'path' && inner.kind !== 'element';
    return direct ? { ...e, kind: 'column', name: e.key } : { ...e, base: sided(inner, side) };
  }
  if (e.kind === 'element' && sideOf(e) === side) {
    const direct = e.base.kind !== 'path' && e.base.kind !== 'element';
    if (direct && e.index.kind === 'literal') return { ...e, kind: 'column', name: String(e.index.value) } as Expr;
    return { ...e, base: sided(e.base, side) };
  }
  if (e.kind === 'call') return { ...e, args: e.args.map((a) => sided(a, side)) };
  return e;
}

const SQL_JOIN: Readonly<Record<Kind, string>> = {
  innerunique: 'JOIN',
  inner: 'JOIN',
  leftouter: 'LEFT JOIN',
  rightouter: 'RIGHT JOIN',
  fullouter: 'FULL JOIN',
  leftanti: 'ANTI JOIN',
  rightanti: 'ANTI JOIN',
  leftsemi: 'SEMI JOIN',
  rightsemi: 'SEMI JOIN',
};

function joined(
  t: Translating,
  kind: Kind,
  isLookup: boolean,
  left: Relation,
  right: Relation,
  keys: readonly Key[],
  bound: readonly BoundColumn[],
): Relation {
  const unique = kind === 'innerunique' && keys.length > 0 ? uniqueSide(t, left, keys) : { left, keys };
  const condition = unique.keys.map((k) => equal(k.left, k.right)).join(' AND ') || 'true';
  const [a, b] = kind === 'rightanti' || kind === 'rightsemi' ? [right, unique.left] : [unique.left, right];
  const from = `${a.from} ${SQL_JOIN[kind]} ${b.from} ON (${condition})`;
  const onlyLeft = kind === 'leftanti' || kind === 'leftsemi';
  const onlyRight = kind === 'rightanti' || kind === 'rightsemi';
  const missing = {
    left: kind === 'rightouter' || kind === 'fullouter',
    right: kind === 'leftouter' || kind === 'fullouter',
  };
  const dropped = new Set(isLookup ? keys.map((k) => k.rightName) : []);
  const sides = [
    ...(onlyRight ? [] : unique.left.columns.map((c) => outer(c, missing.left))),
    ...(onlyLeft ? [] : right.columns.filter((c) => !dropped.has(c.name)).map((c) => outer(c, missing.right))),
  ];
  const columns = namedAs(sides, bound);
  if (columns.length > bound.length && bound.length > 0) {
    t.note('The columns of a join were not known to the binder in full.');
  }
  return relation(from, columns, {
    carried: onlyRight ? [] : unique.left.carried,
    order: onlyLeft ? unique.left.order : [],
  });
}

/** A column of a side that may have no row: texts become ''. */
function outer(column: Column, missing: boolean): Column {
  if (!missing) return column;
  const { determined: _, slot: __, ...c } = column;
  if (c.type === 'string') return { ...c, sql: `coalesce(${c.sql}, '')`, simple: false };
  return { ...c, nullable: true };
}

/** Equal keys, null matching null; plain equality where neither is ever null. */
function equal(left: Value, right: Value): string {
  const p = pair(left, right);
  return p.nullable ? `${p.a} IS NOT DISTINCT FROM ${p.b}` : `${p.a} = ${p.b}`;
}

/** innerunique: one left row for each key. Nothing to do where the keys are known to be unique. */
function uniqueSide(t: Translating, left: Relation, keys: readonly Key[]): { left: Relation; keys: readonly Key[] } {
  const names = keys.map((k) => k.left.sql);
  if (left.unique?.every((u) => names.includes(u))) return { left, keys };
  const firsts = left.columns.map((c) => ({ c, as: t.fresh('c') }));
  const keyed = keys.map((k) => ({ k, as: t.fresh('k') }));
  const carried = left.carried.map((sql) => ({ sql, as: t.fresh('k') }));
  const items = [
    ...keyed.map((x) => ({
      as: x.as,
      sql: [x.k.left.type === 'dynamic' ? textOf(x.k.left) : x.k.left.sql],
      keep: true,
    })),
    ...carried.map((x) => ({ as: x.as, sql: [x.sql], keep: true })),
    ...firsts.map((x) => ({ as: x.as, sql: [`first(${x.c.sql})`] })),
  ];
  const group = [...keyed, ...carried].map((_, i) => i + 1).join(', ');
  const from = t.select(items, [`FROM ${left.from} GROUP BY ${group}`]);
  const columns = firsts.map((x) => columnRef(x.c.name, x.as, x.c));
  return {
    left: relation(from, columns, { carried: carried.map((x) => x.as) }),
    keys: keyed.map((x) => ({
      ...x.k,
      left: { ...columnRef('', x.as, x.k.left), type: x.k.left.type === 'dynamic' ? 'string' : x.k.left.type },
    })),
  };
}
