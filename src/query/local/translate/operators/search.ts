import type { BoundColumn, Expr, OperatorOf, Query } from '../../../../kusto/tree';
import type { Column, Env, Relation, Scope, Translating } from '../context';
import { convert, jsonOf, textOf } from '../convert';
import { termPattern } from '../expressions/text-match';
import { columnRef, flush, relation, scopeOf, settled } from '../relation';
import { literal, nullOf, text, type Value, value } from '../value';
import { named } from './project';
import { inputs, unionAll } from './union';

/** `search` and `find`: a condition over any column, in one table or in many. */

function sources(t: Translating, tables: readonly Query[], input: Relation | null, env: Env): Relation[] {
  if (input) return [input];
  const first = tables[0];
  if (first) {
    const found = tables.flatMap((q) => inputs(t, q, env, true));
    if (found.length === 0) t.unknown(first, first.kind === 'table' ? first.name : 'tables');
    return found;
  }
  return t.options.tables.flatMap((x) => t.table(x.name) ?? []);
}

export function search(t: Translating, o: OperatorOf<'search'>, input: Relation | null, env: Env): Relation {
  const sides = sources(t, o.tables, input, env).map((side, i) => {
    const r = settled(t, side);
    const condition = searchCondition(t, o.condition, scopeOf(r, env), o.caseful);
    const table: Column = { ...named('$table', literal('string', r.source ?? `search_arg${i}`)), simple: false };
    return flush(t, { ...r, where: [...r.where, condition], columns: [table, ...r.columns] });
  });
  if (sides.length === 1) return { ...sides[0]!, order: [] };
  return unionAll(t, sides, [{ name: '$table', type: 'string' }], undefined, false);
}

/** Literals are terms to find in any column; the rest is an ordinary condition. */
function searchCondition(t: Translating, e: Expr, scope: Scope, caseful: boolean): string {
  if (e.kind === 'star') return 'true';
  if (e.kind === 'logical') {
    return `(${e.operands.map((x) => searchCondition(t, x, scope, caseful)).join(e.operator === 'and' ? ' AND ' : ' OR ')})`;
  }
  if (e.kind === 'call' && e.name.toLowerCase() === 'not' && e.args[0]) {
    return `(NOT coalesce(${searchCondition(t, e.args[0], scope, caseful)}, false))`;
  }
  if (e.kind === 'literal' && /^(string|bigint|number)$/.test(typeof e.value))
    return anyColumn(scope, String(e.value), caseful);
  if (e.kind === 'binary' && e.operator === ':' && e.right.kind === 'literal' && e.left.kind !== 'star') {
    return `regexp_matches(${textOf(present(t, e.left, scope))}, ${text(wildcard(String(e.right.value), caseful))})`;
  }
  return t.condition(e, withAbsent(scope));
}

/** A column that a table does not have is null there. */
function present(t: Translating, e: Expr, scope: Scope): Value {
  if (e.kind === 'column' && !scope.column(e.name)) return nullOf('string');
  return t.expression(e, scope);
}

const withAbsent = (scope: Scope): Scope => ({ ...scope, column: (name) => scope.column(name) ?? nullOf('dynamic') });

function anyColumn(scope: Scope, term: string, caseful: boolean): string {
  const pattern = text(wildcard(term, caseful));
  const tests = scope.columns.map((c) => `regexp_matches(${textOf(c)}, ${pattern})`);
  return `(${tests.join(' OR ') || 'false'})`;
}

/** `a*`: terms that begin with a; `*a*`: a anywhere; without a star the whole term. */
function wildcard(term: string, caseful: boolean): string {
  const bare = term.replace(/^\*+|\*+$/g, '');
  const [open, shut] = [term.startsWith('*'), term.endsWith('*')];
  const inner = bare.split('*');
  const first = termPattern(
    inner[0]!,
    !caseful,
    open ? (shut ? 'none' : 'end') : shut || inner.length > 1 ? 'start' : 'both',
  );
  if (inner.length === 1) return first;
  const last = termPattern(inner.at(-1)!, false, shut ? 'none' : 'end');
  const middle = inner.slice(1, -1).map((m) => `${termPattern(m, false, 'none')}.*`);
  return `${first}.*${middle.join('')}${last}`;
}

/** Names of columns in an expression. */
function namesIn(node: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof node !== 'object' || node === null) return found;
  if ('kind' in node && node.kind === 'column' && 'name' in node) found.add(String(node.name));
  for (const part of Object.values(node)) namesIn(part, found);
  return found;
}

/** Tables that have a column which the condition names; all where it names none. */
function concerned(condition: Expr, sides: readonly Relation[]): readonly Relation[] {
  const used = namesIn(condition);
  const having = sides.filter((r) => r.columns.some((c) => used.has(c.name)));
  return having.length ? having : sides;
}

/** The columns of a bag, each under its own name. */
function packed(name: string, columns: readonly Column[]): Column {
  const pairs = columns.map((c) => `${text(c.name)}, ${jsonOf(c)}`);
  return { ...value(`json_object(${pairs.join(', ')})`, 'dynamic', { nullable: false }), name };
}

/** A column that has several types in the tables is a column of each: `a_long`, `a_string`, as in a union. */
function ofEachType(wanted: BoundColumn, sides: readonly Relation[]): readonly BoundColumn[] {
  const found = sides.flatMap((r) => r.columns.filter((c) => c.name === wanted.name).map((c) => c.type));
  const types = [...new Set(found)];
  if (types.length === 1) return [{ name: wanted.name, type: types[0]! }];
  return types.length === 0 ? [wanted] : types.map((type) => ({ name: `${wanted.name}_${type}`, type }));
}

export function find(
  t: Translating,
  o: OperatorOf<'find'>,
  input: Relation | null,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const tables = concerned(o.condition, sources(t, o.tables, input, env));
  const listed = o.project ?? bound.filter((b) => b.name !== o.withSource);
  const bag = o.packs || (!o.project && listed.at(-1)?.name === 'pack_') ? listed.at(-1) : undefined;
  const wanted = bag ? listed.slice(0, -1) : listed;
  // The cloud's columns of a list are those that the binder names; else each table says what type its own has.
  const typed = o.project ? wanted : wanted.flatMap((w) => ofEachType(w, tables));
  const sides = tables.map((side, i) => {
    const r = settled(t, side);
    const scope = scopeOf(r, env);
    const condition = searchCondition(t, o.condition, scope, false);
    const source: Column = { ...named(o.withSource, literal('string', r.source ?? `find_arg${i}`)), simple: false };
    const columns = wanted.flatMap((c): Column[] => {
      const found = r.columns.find((x) => x.name === c.name);
      if (!found) return [];
      return [{ ...(c.type === 'unknown' || !o.project ? found : convert(found, c.type)), name: c.name }];
    });
    const rest = r.columns.filter((c) => !wanted.some((w) => w.name === c.name));
    const bags = bag ? [packed(bag.name, rest)] : [];
    return flush(t, { ...r, where: [...r.where, condition], columns: [source, ...columns, ...bags] });
  });
  const targets = [{ name: o.withSource, type: 'string' as const }, ...typed, ...(bag ? [bag] : [])];
  const none = relation('(SELECT 1) AS nothing', [columnRef(o.withSource, "''", value("''", 'string'))], {
    where: ['false'],
  });
  return unionAll(t, sides.length ? sides : [none], targets, undefined, false);
}
