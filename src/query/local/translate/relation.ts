import type { BoundColumn } from '../../../kusto/tree';
import type { Column, Env, OrderKey, Relation, Scope, Translating } from './context';
import { determinedBy, underNames } from './determined';
import type { Select } from './selects';
import type { Value } from './value';

/** A relation that reads `from` as it is. */
export const relation = (from: string, columns: readonly Column[], extra: Partial<Relation> = {}): Relation => ({
  from,
  where: [],
  columns,
  order: [],
  carried: [],
  sealed: false,
  unique: null,
  ingestion: null,
  source: null,
  ...extra,
});

/** A column that reads `sql` from the relation's `from`. */
export const columnRef = (name: string, sql: string, of: Value): Column => ({
  name,
  sql,
  type: of.type,
  nullable: of.nullable,
  ticks: of.ticks,
  simple: true,
});

export const orderSql = (keys: readonly OrderKey[]): string =>
  keys.map((k) => `${k.sql} ${k.descending ? 'DESC' : 'ASC'} NULLS ${k.nulls}`).join(', ');

/** A key that is never null, in its own order. */
export const ascending = (sql: string): OrderKey => ({ sql, descending: false, nulls: 'LAST' });

const whereSql = (r: Relation): string => (r.where.length ? ` WHERE ${r.where.join(' AND ')}` : '');

/** `SELECT …` of a relation whose output columns get fresh names; order keys and carried columns come along. */
function selectOf(t: Translating, r: Relation, tail: string): { select: Select; next: Omit<Relation, 'from'> } {
  const names = new Map<string, string>();
  const columns = r.columns.map((c) => {
    const name = t.fresh('c');
    if (!names.has(c.sql)) names.set(c.sql, name);
    return { as: name, sql: c.sql, of: c };
  });
  const extras: { as: string; sql: string[] }[] = [];
  const carry = (sql: string): string => {
    const known = names.get(sql);
    if (known) return known;
    const name = t.fresh('k');
    names.set(sql, name);
    extras.push({ as: name, sql: [sql] });
    return name;
  };
  const order = r.order.map((k) => ({ ...k, sql: carry(k.sql) }));
  const carried = r.carried.map(carry);
  const ingestion = r.ingestion && { ...r.ingestion, sql: carry(r.ingestion.sql) };
  const made = columns.map(({ as, of }): Column => {
    const ref = columnRef(of.name, as, of);
    const determined = underNames(determinedBy(of, r.columns), names);
    return {
      ...ref,
      ...(determined && { determined }),
      ...(of.source === undefined ? {} : { source: carry(of.source) }),
      ...(of.texts === undefined ? {} : { texts: new Map([...of.texts].map(([path, sql]) => [path, carry(sql)])) }),
      ...(of.fieldNote === undefined ? {} : { fieldNote: of.fieldNote }),
      ...(of.few && (of.simple || of.source !== undefined) && { few: true }),
      ...(of.list === undefined ? {} : { list: carry(of.list) }),
      ...(of.slot === undefined ? {} : { slot: { ...of.slot, sql: carry(of.slot.sql) } }),
    };
  });
  const unique = r.unique?.every((u) => names.has(u)) ? r.unique.map((u) => names.get(u)!) : null;
  const items = [...columns.map((c) => ({ as: c.as, sql: [c.sql] })), ...extras];
  const select = { items, tails: [`FROM ${r.from}${whereSql(r)}${tail}`] };
  const source = r.source;
  const next = {
    where: [],
    columns: made,
    order,
    carried,
    sealed: false,
    unique,
    ingestion,
    source,
  };
  return { select, next };
}

/** Writes the relation down as a common table expression and gives one that reads it. `tail` is ORDER BY, LIMIT or QUALIFY. */
export function flush(t: Translating, r: Relation, tail = '', materialized?: 'MATERIALIZED' | ''): Relation {
  const { select, next } = selectOf(t, r, tail);
  return { ...next, from: t.select(select.items, select.tails, materialized) };
}

/** A relation whose columns are plain references and may be filtered: flushed only where it is not. */
export const settled = (t: Translating, r: Relation): Relation =>
  r.sealed || r.columns.some((c) => !c.simple) ? flush(t, r) : r;

/** A relation that reads one name, with no pending filter: for a join's or a union's side. */
export const standing = (t: Translating, r: Relation): Relation =>
  r.sealed || r.where.length > 0 || r.columns.some((c) => !c.simple) || !/^[\w".]+$/.test(r.from) ? flush(t, r) : r;

/**
 * Columns with the names that the binder gives them (`k1` of the right side of a join). It adds a column `match_id` after
 * every `scan`, also where the query asks for none: bound columns that are nobody's are passed over.
 */
export function namedAs(columns: readonly Column[], bound: readonly BoundColumn[]): Column[] {
  if (columns.length >= bound.length) return columns.map((c, i) => ({ ...c, name: bound[i]?.name ?? c.name }));
  let at = 0;
  return columns.map((c) => {
    const isOwn = (b: BoundColumn) => b.name.startsWith(c.name) && /^\d*$/.test(b.name.slice(c.name.length));
    const found = bound.findIndex((b, i) => i >= at && isOwn(b));
    if (found < 0) return c;
    at = found + 1;
    return { ...c, name: bound[found]!.name };
  });
}

export function scopeOf(r: Relation, env: Env, extra: Partial<Scope> = {}): Scope {
  const byName = new Map(r.columns.map((c) => [c.name, c]));
  return {
    env,
    column: (name) => byName.get(name),
    columns: r.columns,
    grouped: false,
    window: { partition: r.carried, order: r.order },
    ingestion: r.ingestion,
    ...extra,
  };
}

/** `OVER (PARTITION BY … ORDER BY …)` for the rows in their order. */
export function overSql(window: {
  readonly partition: readonly string[];
  readonly order: readonly OrderKey[];
}): string {
  const partition = window.partition.length ? `PARTITION BY ${window.partition.join(', ')}` : '';
  const order = window.order.length ? `ORDER BY ${orderSql(window.order)}` : '';
  return `OVER (${[partition, order].filter(Boolean).join(' ')})`;
}

/** Columns that must be computed below a SELECT, because window functions do not nest. */
export interface Stages {
  stage(sql: string): string;
  /** As `stage`, for a column that one SELECT cannot compute: `make` writes the rows of `from` down with it. */
  rebuild(make: (from: string, as: string) => string): string;
  /** The relation with the stages beneath it; its columns stay as they are. */
  under(r: Relation): Relation;
}

export function createStages(t: Translating): Stages {
  const stages: ((below: string, where: string) => string)[] = [];
  return {
    stage(sql) {
      const as = t.fresh('w');
      stages.push((below, where) => `(SELECT *, ${sql} AS ${as} FROM ${below}${where}) AS ${t.fresh('q')}`);
      return as;
    },
    rebuild(make) {
      const as = t.fresh('w');
      stages.push((below, where) => make(where ? `(SELECT * FROM ${below}${where}) AS ${t.fresh('q')}` : below, as));
      return as;
    },
    under(r) {
      const from = stages.reduce((below, stage, i) => stage(below, i === 0 ? whereSql(r) : ''), r.from);
      return stages.length === 0 ? r : { ...r, from, where: [] };
    },
  };
}

/** Numbers the rows in their order, so that several window functions agree on ties. */
export function numbered(t: Translating, r: Relation): Relation {
  const rank: Column = {
    name: '\0rank',
    // Without an order, that in which they are read.
    sql: r.order.length ? `row_number() ${overSql({ partition: r.carried, order: r.order })}` : 'row_number() OVER ()',
    type: 'long',
    nullable: false,
    ticks: false,
  };
  const made = flush(t, { ...r, columns: [...r.columns, rank], order: [] });
  const key = made.columns.find((c) => c.name === '\0rank')!;
  return { ...made, columns: made.columns.filter((c) => c !== key), order: [ascending(key.sql)] };
}

/** Keeps the first `count` rows in the relation's order, of each partition where there are some. */
export function limited(t: Translating, r: Relation, count: string): Relation {
  if (r.carried.length === 0) {
    const order = r.order.length ? ` ORDER BY ${orderSql(r.order)}` : '';
    return flush(t, r, `${order} LIMIT ${count}`);
  }
  const base = settled(t, r);
  return flush(t, base, ` QUALIFY row_number() ${overSql({ partition: base.carried, order: base.order })} <= ${count}`);
}
