import type { BoundColumn, ExpandItem, OperatorOf } from '../../../../kusto/tree';
import type { Column, Env, Relation, Translating } from '../context';
import { scalarType } from '../context';
import { convert, dynamicSql, jsonOf, textOf } from '../convert';
import { ascending, flush, orderSql, relation, scopeOf, settled } from '../relation';
import { inRow, isScalarInLambda } from '../scalar-row';
import { tried, type Value, value } from '../value';
import { rowCount } from './order';

/** `mv-expand`: one row for each item; several lists run side by side, the shorter padded with nulls. */
export function mvExpand(
  t: Translating,
  o: OperatorOf<'mv-expand'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const asPairs = (o.parameters.get('kind') ?? o.parameters.get('bagexpansion') ?? '').toLowerCase() === 'array';
  const index = o.parameters.get('with_itemindex');
  const limit = o.limit ? rowCount(t, o.limit, env) : undefined;
  return expand(t, o.items, input, env, bound, { asPairs, index, limit });
}

interface ExpandOptions {
  readonly asPairs: boolean;
  readonly index: string | undefined;
  readonly limit: string | undefined;
}

export function expand(
  t: Translating,
  items: readonly ExpandItem[],
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
  options: ExpandOptions,
): Relation {
  const r = settled(t, input);
  const scope = scopeOf(r, env);
  const own = new Set(r.columns.map((c) => c.name));
  const fresh = bound
    .map((b) => b.name)
    .filter((n) => !own.has(n) && n !== options.index && !items.some((i) => i.name === n));
  const lists = items.map((item) => {
    const v = t.expression(item.value, scope);
    const name = item.name ?? nameOf(item, own, fresh);
    const asText = item.toType === 'string' && !options.asPairs;
    const plain = listSql(v, options, asText);
    const sql = isScalarInLambda(plain)
      ? inRow(
          [v],
          () => t.fresh('a'),
          ([column]) => listSql(column!, options, asText),
        )
      : plain;
    return { name, type: item.toType, sql, asText, as: t.fresh('l') };
  });
  const staged = withLists(t, r, lists);
  const position = options.index === undefined ? undefined : t.fresh('i');
  const unnested = unnest(t, staged, lists, position, options.limit);
  return renamed(unnested, lists, position, options.index, bound);
}

function nameOf(item: ExpandItem, own: ReadonlySet<string>, fresh: string[]): string {
  if (item.value.kind === 'column' && own.has(item.value.name)) return item.value.name;
  return fresh.shift() ?? 'Column1';
}

function listSql(v: Value, options: ExpandOptions, asText: boolean): string {
  if (asText && v.list !== undefined) return v.list;
  const source = v.path ? undefined : v.source;
  const json = v.type === 'dynamic' ? dynamicSql(v) : jsonOf(v);
  if (options.asPairs) return `k_expand_pairs(${json})`;
  const read = (x: string) => `from_json(${x}, '["${asText ? 'VARCHAR' : 'JSON'}"]')`;
  // What is no array is seldom and takes the longer way; once the text is read the JSON must not be, for a view computes
  // its columns for all rows.
  const other = asText ? 'k_expand_other_text' : 'k_expand_other';
  if (source === undefined) return `coalesce(${read(json)}, ${other}(${json}))`;
  if (v.few) return tried({ source, few: true }, read, (sql, s) => `coalesce(${sql}, ${other}(k_parse_json(${s})))`);
  return `coalesce(${tried({ source }, read)}, list_transform([${source}], lambda s: ${other}(k_parse_json(s)))[1])`;
}

interface ListColumn {
  readonly name: string;
  readonly type: BoundColumn['type'] | null;
  readonly sql: string;
  readonly as: string;
  /** The list holds texts, not JSON. */
  readonly asText: boolean;
}

/** The lists as columns, hidden behind names that no query can say. */
function withLists(t: Translating, r: Relation, lists: readonly ListColumn[]): Relation {
  const hidden = lists.map((l): Column => ({ ...value(l.sql, 'dynamic'), name: `\0${l.as}` }));
  return flush(t, { ...r, columns: [...r.columns, ...hidden] });
}

function unnest(
  t: Translating,
  r: Relation,
  lists: readonly ListColumn[],
  position: string | undefined,
  limit: string | undefined,
): Relation {
  const cut = (sql: string) => (limit ? `${sql}[1:${limit}]` : sql);
  const columns = r.columns.map((c): Column => {
    const list = lists.find((l) => c.name === `\0${l.as}`);
    return list ? { ...value(`unnest(${cut(c.sql)})`, 'dynamic'), name: c.name } : c;
  });
  const hidden = r.columns.filter((c) => c.name.startsWith('\0')).map((c) => cut(c.sql));
  if (position !== undefined) {
    const length = hidden.length > 1 ? `greatest(${hidden.map((h) => `len(${h})`).join(', ')})` : `len(${hidden[0]})`;
    columns.push({ ...value(`unnest(range(${length}))`, 'long', { nullable: false }), name: `\0${position}` });
  }
  return flush(t, { ...r, columns, sealed: true, unique: null });
}

function renamed(
  r: Relation,
  lists: readonly ListColumn[],
  position: string | undefined,
  index: string | undefined,
  bound: readonly BoundColumn[],
): Relation {
  const visible = new Map(r.columns.filter((c) => !c.name.startsWith('\0')).map((c) => [c.name, c]));
  for (const l of lists) {
    const raw = r.columns.find((c) => c.name === `\0${l.as}`)!;
    const type = l.type === null ? 'dynamic' : scalarType(l.type);
    const item = l.asText ? raw.sql : `k_null(${raw.sql})`;
    const v = l.asText
      ? value(`coalesce(${item}, '')`, 'string', { nullable: false })
      : type === 'string'
        ? value(textOf(raw), 'string', { nullable: false })
        : convert(value(item, 'dynamic'), type);
    visible.set(l.name, { ...v, name: l.name, simple: false });
  }
  if (position !== undefined && index !== undefined) {
    visible.set(index, { ...r.columns.find((c) => c.name === `\0${position}`)!, name: index });
  }
  const ordered = bound.flatMap((b) => visible.get(b.name) ?? []);
  const rest = [...visible.values()].filter((c) => !ordered.includes(c));
  return relation(r.from, [...ordered, ...rest], { order: r.order, carried: r.carried });
}

/**
 * `mv-apply`: the rows of each expansion are a partition that the subquery works on by itself; where it groups, the outer
 * row's columns are joined back by the row's number.
 */
export function mvApply(
  t: Translating,
  o: OperatorOf<'mv-apply'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const base = settled(t, input);
  const id = t.fresh('r');
  const place = base.order.length ? `row_number() OVER (ORDER BY ${orderSql(base.order)})` : 'row_number() OVER ()';
  const idColumn: Column = { ...value(place, 'long', { nullable: false }), name: `\0${id}` };
  const numbered = flush(t, { ...base, columns: [...base.columns, idColumn], sealed: true }, '', 'MATERIALIZED');
  const outerId = numbered.columns.find((c) => c.name === `\0${id}`)!;
  const outer = numbered.columns.filter((c) => c !== outerId);
  const limit = o.limit ? rowCount(t, o.limit, env) : undefined;
  const index = o.parameters.get('with_itemindex');
  const asPairs = (o.parameters.get('kind') ?? o.parameters.get('bagexpansion') ?? '').toLowerCase() === 'array';
  const start: Relation = { ...numbered, columns: outer, carried: [outerId.sql], order: [] };
  const expanded = expand(t, o.items, start, env, expandBound(o.items, outer), { asPairs, index, limit });
  const result = flush(t, settled(t, t.query(o.query, env, { ...expanded, order: [] })));
  // Row by row, and of each row as the subquery sorts.
  const isOrdered = base.order.length > 0 || result.order.length > 0;
  const order = isOrdered ? [ascending(result.carried[0]!), ...result.order] : [];
  return joinBack(t, { ...result, order }, { ...numbered, columns: outer }, outerId.sql, bound);
}

/** Columns of the expansion as the binder would name them. */
const expandBound = (items: readonly ExpandItem[], outer: readonly Column[]): BoundColumn[] => [
  ...outer.map((c) => ({ name: c.name, type: c.type })),
  ...items.flatMap((i) =>
    i.name && !outer.some((c) => c.name === i.name) ? [{ name: i.name, type: i.toType ?? ('dynamic' as const) }] : [],
  ),
];

function joinBack(
  t: Translating,
  inner: Relation,
  outer: Relation,
  outerId: string,
  bound: readonly BoundColumn[],
): Relation {
  const innerId = inner.carried[0]!;
  const has = new Map(inner.columns.map((c) => [c.name, c]));
  const left = new Map(outer.columns.map((c) => [c.name, c]));
  const columns = bound.flatMap((b): Column[] => {
    const c = has.get(b.name) ?? left.get(b.name);
    return c ? [c] : [];
  });
  const needed = columns.some((c) => !inner.columns.includes(c));
  const id = outer.carried.length ? outer.carried : [];
  if (!needed && id.length === 0) return relation(inner.from, columns, { order: inner.order });
  const from = `${outer.from} JOIN ${inner.from} ON (${outerId} = ${innerId})`;
  return settled(t, relation(from, columns, { carried: id, order: inner.order }));
}
