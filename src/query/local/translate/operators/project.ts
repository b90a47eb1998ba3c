import type { BoundColumn, Expr, OperatorOf } from '../../../../kusto/tree';
import { createCall, unnamed } from '../call';
import type { Column, Env, Relation, Scope, Translating } from '../context';
import { scalarType } from '../context';
import { convert } from '../convert';
import { elementValue } from '../expressions/paths';
import { severalColumns } from '../functions/several-columns';
import { createStages, flush, numbered, relation, scopeOf, settled } from '../relation';
import { nullOf, type Value } from '../value';
import { keyOfRuns } from './runs';

/** Window functions and volatile functions must be computed before anything is filtered. */
const SEALING = /\bOVER \(|\bunnest\(|\brandom\(\)|\buuid\(\)/;

export const sealing = (columns: readonly Value[]): boolean => columns.some((c) => SEALING.test(c.sql));

const ROW_FUNCTIONS: ReadonlySet<string> = new Set([
  'row_number',
  'prev',
  'next',
  'row_cumsum',
  'row_rank',
  'row_rank_dense',
  'row_rank_min',
  'row_window_session',
]);

/** How many row functions an expression calls. */
function rowFunctions(e: Expr): number {
  switch (e.kind) {
    case 'call':
      return e.args.reduce((n, a) => n + rowFunctions(a), ROW_FUNCTIONS.has(e.name.toLowerCase()) ? 1 : 0);
    case 'named':
      return rowFunctions(e.value);
    case 'binary':
      return rowFunctions(e.left) + rowFunctions(e.right);
    case 'logical':
      return e.operands.reduce((n, a) => n + rowFunctions(a), 0);
    default:
      return 0;
  }
}

/** True for a row function that needs no second window: neither a restart nor another row function inside. */
function isPlain(e: Expr): boolean {
  if (e.kind === 'named') return isPlain(e.value);
  if (e.kind === 'column' || e.kind === 'literal') return true;
  if (e.kind !== 'call') return rowFunctions(e) === 0;
  const name = e.name.toLowerCase();
  if (!ROW_FUNCTIONS.has(name)) return rowFunctions(e) === 0;
  if (name === 'row_number') return e.args.length === 0;
  return (name === 'prev' || name === 'next') && e.args.every((a) => rowFunctions(a) === 0);
}

/**
 * Rows whose order several row functions must agree on are numbered first. Functions that share one window share its sort,
 * so they agree by themselves.
 */
function ordered(t: Translating, r: Relation, items: readonly Expr[]): Relation {
  const count = items.reduce((n, i) => n + rowFunctions(i), 0);
  // Windows lose the order of rows that nobody has sorted.
  if (count > 0 && r.order.length === 0) return numbered(t, r);
  return count > 1 && !items.every(isPlain) ? numbered(t, r) : r;
}

export const named = (name: string, v: Value): Column => ({
  ...v,
  name,
  simple: v.simple === true && v.constant === undefined,
});

/** A value in the binder's type, where it has one. */
const typed = (v: Value, column: BoundColumn | undefined): Value =>
  !column || v.own || column.type === 'unknown' || column.type === v.type ? v : convert(v, column.type);

/** Fresh columns of a list of expressions: what the binder calls them. */
function itemColumns(
  t: Translating,
  items: readonly Expr[],
  scope: Scope,
  bound: readonly BoundColumn[],
  names: Iterator<string>,
): Column[] {
  const byName = new Map(bound.map((c) => [c.name, c]));
  return items.flatMap((item): Column[] => {
    const values = itemValues(t, item, scope);
    const given = item.kind === 'named' ? item.names : item.kind === 'column' ? [item.name] : [];
    return values.flatMap((v, i): Column[] => {
      const name = given[i] ?? (given.length === 0 ? names.next().value : undefined);
      return typeof name === 'string' ? [named(name, typed(v, byName.get(name)))] : [];
    });
  });
}

/** Values of one item: several for `(a, b) = split(…)` and for functions with several result columns. */
export function itemValues(t: Translating, item: Expr, scope: Scope): readonly Value[] {
  const e = unnamed(item);
  const count = item.kind === 'named' ? item.names.length : 1;
  const several = e.kind === 'call' ? severalColumns(createCall(t, e, scope)) : undefined;
  if (several) return item.kind === 'named' ? several.slice(0, count) : several;
  const v = t.expression(e, scope);
  return count === 1 ? [v] : Array.from({ length: count }, (_, i) => elementValue(v, i));
}

/** Names of the binder's columns that no expression names itself. */
function freshNames(bound: readonly BoundColumn[], known: ReadonlySet<string>): Iterator<string> {
  return bound
    .map((c) => c.name)
    .filter((n) => !known.has(n))
    [Symbol.iterator]();
}

const givenNames = (items: readonly Expr[]): string[] =>
  items.flatMap((i) => (i.kind === 'named' ? i.names : i.kind === 'column' ? [i.name] : []));

export function extend(
  t: Translating,
  o: OperatorOf<'extend' | 'serialize'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
  /** The condition that follows, if one does. */
  next?: Expr,
): Relation {
  if (o.items.length === 0) return input;
  const r = ordered(t, settled(t, input), o.items);
  const stages = createStages(t);
  const names = freshNames(bound, new Set([...r.columns.map((c) => c.name), ...givenNames(o.items)]));
  const run = next && keyOfRuns(o, next, r);
  const window = run && { partition: [...r.carried, run.sql], order: r.order.slice(1) };
  const scope = scopeOf(r, env, { stage: stages.stage, rebuild: stages.rebuild, ...(window && { window }) });
  const made = itemColumns(t, o.items, scope, bound, names);
  const known = new Map(r.columns.map((c) => [c.name, c]));
  for (const c of made) known.set(c.name, c);
  const columns = [...known.values()];
  return { ...stages.under(r), columns, sealed: sealing(columns) };
}

export function project(
  t: Translating,
  o: OperatorOf<'project'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const r = ordered(t, settled(t, input), o.items);
  const stages = createStages(t);
  const scope = scopeOf(r, env, { stage: stages.stage, rebuild: stages.rebuild });
  let at = 0;
  const columns = o.items.flatMap((item): Column[] => {
    if (item.kind === 'star') {
      const rest = r.columns.filter((c) => bound.some((b) => b.name === c.name));
      at += rest.length;
      return rest;
    }
    const values = itemValues(t, item, scope);
    const target = bound.slice(at, at + values.length);
    at += values.length;
    return target.map((c, i) => named(c.name, typed(values[i]!, c)));
  });
  return { ...stages.under(r), columns, sealed: sealing(columns), source: null };
}

/** project-away, -keep, -reorder: the binder's list in its order. */
export function projectColumns(input: Relation, bound: readonly BoundColumn[]): Relation {
  const byName = new Map(input.columns.map((c) => [c.name, c]));
  return { ...input, columns: bound.flatMap((b) => byName.get(b.name) ?? []) };
}

export function projectRename(o: OperatorOf<'project-rename'>, input: Relation): Relation {
  const names = new Map<string, string>();
  for (const item of o.items) {
    if (item.kind === 'named' && item.value.kind === 'column') names.set(item.value.name, item.names[0]!);
  }
  return { ...input, columns: input.columns.map((c) => ({ ...c, name: names.get(c.name) ?? c.name })) };
}

export function distinct(
  t: Translating,
  o: OperatorOf<'distinct'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const r = settled(t, input);
  const scope = scopeOf(r, env);
  const star = o.items.length === 1 && o.items[0]!.kind === 'star';
  const columns = star
    ? r.columns
    : o.items.map((item, i) => named(bound[i]?.name ?? `Column${i + 1}`, t.expression(unnamed(item), scope)));
  const list = columns.map((c) => ({ ...c, as: t.fresh('c') }));
  const keys = [
    ...list.map((c) => `${c.type === 'dynamic' ? convert(c, 'dynamic').sql : c.sql} AS ${c.as}`),
    ...r.carried,
  ];
  const where = r.where.length ? ` WHERE ${r.where.join(' AND ')}` : '';
  const from = t.cte(`SELECT DISTINCT ${keys.join(', ')} FROM ${r.from}${where}`);
  return relation(
    from,
    list.map((c) => ({ name: c.name, sql: c.as, type: c.type, nullable: c.nullable, ticks: c.ticks, simple: true })),
    { carried: r.carried, unique: list.map((c) => c.as) },
  );
}

/** A relation with the binder's columns and no rows: what a refused operator leaves behind. */
export const emptyRelation = (t: Translating, bound: readonly BoundColumn[]): Relation =>
  flush(
    t,
    relation(
      '(SELECT 1) AS nothing',
      bound.map((c) => named(c.name, nullOf(scalarType(c.type)))),
      { where: ['false'] },
    ),
  );
