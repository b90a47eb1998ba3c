import type { BoundColumn, OperatorOf, Query } from '../../../../kusto/tree';
import { absentIn, isFuzzy } from '../bindings';
import { type Column, type Env, type Relation, scalarType, type Translating } from '../context';
import { unify } from '../convert';
import { columnRef, relation, settled } from '../relation';
import { literal, nullOf, sqlType, type Value } from '../value';

/** `union`: the superset of columns by name and type; a clash of types gives `name_type` columns. */
export function union(
  t: Translating,
  o: OperatorOf<'union'>,
  input: Relation | null,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const fuzzy = isFuzzy(o);
  const given = o.inputs.map((q) => inputs(t, q, env, fuzzy));
  const sides = [...(input ? [input] : []), ...given.flat()];
  const isWhole = given.every((legs) => legs.length > 0);
  return unionAll(
    t,
    sides,
    isWhole ? bound : withoutOldClashes(sides, bound),
    o.parameters.get('withsource'),
    (o.parameters.get('kind') ?? 'outer').toLowerCase() === 'inner',
  );
}

/** Tables that one item of a union names: more than one for a wildcard, none for a missing fuzzy one. */
export function inputs(t: Translating, q: Query, env: Env, fuzzy: boolean): Relation[] {
  if (q.kind === 'tables') {
    const pattern = new RegExp(
      `^${q.pattern
        .replace(/^\["?|"?\]$/g, '')
        .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
        .replace(/\*/g, '.*')}$`,
    );
    const names = q.names.length ? q.names : t.options.tables.map((x) => x.name).filter((n) => pattern.test(n));
    const found = names.flatMap((n) => t.table(n) ?? []);
    if (found.length === 0 && !fuzzy) t.unknown(q, q.pattern);
    return found;
  }
  const absent = fuzzy ? absentIn(t, q, env) : null;
  if (absent !== null) {
    t.note(`${q.kind === 'table' ? 'The table ' : ''}${absent} is not here; the fuzzy union goes on without it.`);
    return [];
  }
  return [t.query(q, env, null)];
}

export function unionAll(
  t: Translating,
  sides: readonly Relation[],
  bound: readonly BoundColumn[],
  source: string | undefined,
  onlyCommon: boolean,
): Relation {
  const parts = sides.map((s) => settled(t, s));
  const targets = targetColumns(parts, bound, source, onlyCommon);
  const matched = targets.map((c) =>
    parts.map((p, i) => (source !== undefined && c.name === source ? sourceName(p, i) : matching(p, c, parts))),
  );
  const columns = targets.map((c, k) => {
    const type = c.type === 'unknown' ? (matched[k]!.find((v) => v.constant !== null)?.type ?? 'dynamic') : c.type;
    const { sql, ticks } = unify(matched[k]!, type);
    const nullable = type !== 'string' && matched[k]!.some((v) => v.nullable || v.constant === null);
    return { name: c.name, type, sql, ticks, nullable, as: t.fresh('c') };
  });
  if (parts.length === 0) {
    const list = columns.map((c) => `NULL::${sqlType(c)} AS ${c.as}`).join(', ') || '1 AS nothing';
    return relation(
      t.cte(`SELECT ${list} WHERE false`),
      columns.map((c) => columnRef(c.name, c.as, { ...c, sql: c.as })),
    );
  }
  const tails = parts.map((p) => `FROM ${p.from}${p.where.length ? ` WHERE ${p.where.join(' AND ')}` : ''}`);
  const items = columns.map((c) => ({
    as: c.as,
    sql: c.sql.map((s) => (s === 'NULL' || /^NULL::/.test(s) ? `NULL::${sqlType(c)}` : s)),
  }));
  return relation(
    t.select(items, tails),
    columns.map((c) => columnRef(c.name, c.as, { ...c, sql: c.as })),
  );
}

/**
 * The engine's columns where a leg is left out: a name that the engine gave two types, as `n_long` and `n_string`, may now have one,
 * and the rest of the query calls it `n`.
 */
function withoutOldClashes(parts: readonly Relation[], bound: readonly BoundColumn[]): readonly BoundColumn[] {
  const real = new Set(parts.flatMap((p) => p.columns.map((c) => c.name)));
  return bound.filter((b) => {
    const plain = b.name.replace(/_[a-z]+$/, '');
    return real.has(b.name) || !real.has(plain) || clashes(parts, plain);
  });
}

/** The binder's columns, or the superset where it does not know the tables. */
function targetColumns(
  parts: readonly Relation[],
  bound: readonly BoundColumn[],
  source: string | undefined,
  onlyCommon: boolean,
): readonly BoundColumn[] {
  const real = new Set(parts.flatMap((p) => p.columns.map((c) => c.name)));
  if (onlyCommon) return commonColumns(parts, bound, source);
  const known = bound.filter((b) => b.name === source || real.has(b.name) || real.has(b.name.replace(/_[a-z]+$/, '')));
  const missing = [...real].filter((n) => !bound.some((b) => b.name === n || b.name.startsWith(`${n}_`)));
  const extra = missing
    .map((name) => parts.flatMap((p) => p.columns).find((c) => c.name === name)!)
    .map((c) => ({ name: c.name, type: c.type }));
  return [...known, ...extra];
}

/** Columns that all sides have, by name and type. */
const commonColumns = (
  parts: readonly Relation[],
  bound: readonly BoundColumn[],
  source: string | undefined,
): readonly BoundColumn[] => [
  ...bound.filter((b) => b.name === source),
  ...(parts[0]?.columns ?? [])
    .filter((c) => parts.every((p) => p.columns.some((x) => x.name === c.name && x.type === c.type)))
    .map((c) => ({ name: c.name, type: c.type })),
];

const sourceName = (p: Relation, i: number): Value => literal('string', p.source ?? `union_arg${i}`);

/** The column of one side that a target stands for. */
function matching(p: Relation, target: BoundColumn, all: readonly Relation[]): Value {
  const exact = p.columns.find((c) => c.name === target.name);
  if (exact && (target.type === 'unknown' || exact.type === target.type || !clashes(all, target.name))) return exact;
  const suffixed = p.columns.find((c: Column) => `${c.name}_${c.type}` === target.name && c.type === target.type);
  return suffixed ?? nullOf(scalarType(target.type));
}

const clashes = (all: readonly Relation[], name: string): boolean =>
  new Set(all.flatMap((p) => p.columns.filter((c) => c.name === name).map((c) => c.type))).size > 1;
