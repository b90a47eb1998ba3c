import type { Column, Relation, Translating } from '../context';
import { relation } from '../relation';
import type { Value } from '../value';

/** A column of a GROUP BY: a key or an aggregate. */
export interface Made {
  readonly as: string;
  readonly sql: string;
  readonly column: Column;
  readonly of?: Value;
  /** A key that follows from the others: it is not grouped by. */
  readonly follows?: boolean;
  /** The same as a list, beside JSON. */
  readonly list?: { readonly as: string; readonly sql: string };
}

/** Writes the GROUP BY. Carried columns are keys too, so that each partition is grouped by itself. */
export function grouped(t: Translating, r: Relation, keys: readonly Made[], made: readonly Made[]): Relation {
  const where = r.where.length ? ` WHERE ${r.where.join(' AND ')}` : '';
  const carried = r.carried.map((sql) => ({ sql, as: t.fresh('k') }));
  const told = keys.filter((k) => !k.follows);
  const all = [...carried, ...told];
  const group = all.length ? ` GROUP BY ${all.map((_, i) => i + 1).join(', ')}` : ' HAVING true';
  const items = [
    ...all.map((m) => ({ as: m.as, sql: [m.sql], keep: true })),
    ...made.flatMap((m) => [m, ...(m.list ? [m.list] : [])].map((x) => ({ as: x.as, sql: [x.sql] }))),
  ];
  return relation(
    t.select(items, [`FROM ${r.from}${where}${group}`], all.length ? 'NOT MATERIALIZED' : ''),
    [...keys.map((k) => ({ ...k.column, list: undefined })), ...made.map((m) => m.column)],
    {
      carried: carried.map((c) => c.as),
      unique: keys.length ? told.map((k) => k.column.sql) : null,
    },
  );
}
