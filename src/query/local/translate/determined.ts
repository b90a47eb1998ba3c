import type { Value } from './value';

/**
 * Columns that follow from other columns of the same row, such as the domain of a user's name. Beside the others they tell no rows
 * apart, so that `summarize` need not compare them: they are worked out again for the few groups that come out.
 */
export interface Determined {
  /** SQL over columns of the same relation, which are plain references. */
  readonly sql: string;
  /** SQL of these columns. */
  readonly of: readonly string[];
}

/** Texts first, for they may hold what looks like a name. */
const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\b_[a-z]+\d+\b/g;

/** What gives another value each time, or looks at other rows. */
const UNSTEADY = /\b(?:random|uuid|unnest|SELECT|OVER)\b/;

/** Reals and dynamics may be equal without being the same: 0.0 and -0.0. */
const SAME_WHERE_EQUAL = /^(string|int|long|bool|guid|datetime|timespan)$/;

/** What an expression follows from, where all that it reads is in `columns`; undefined where not, or where it reads nothing. */
export function determinedBy(
  v: Value & { readonly determined?: Determined },
  columns: readonly Value[],
): Determined | undefined {
  if (v.simple) return v.determined;
  if (UNSTEADY.test(v.sql)) return undefined;
  const read = new Set((v.sql.match(TOKENS) ?? []).filter((token) => !token.startsWith("'")));
  const known = new Set(columns.filter((c) => c.simple && SAME_WHERE_EQUAL.test(c.type)).map((c) => c.sql));
  return read.size > 0 && [...read].every((token) => known.has(token)) ? { sql: v.sql, of: [...read] } : undefined;
}

/** The same over other names; undefined where one of its columns has none. */
export function underNames(d: Determined | undefined, names: ReadonlyMap<string, string>): Determined | undefined {
  if (!d?.of.every((sql) => names.has(sql))) return undefined;
  return { sql: d.sql.replace(TOKENS, (token) => names.get(token) ?? token), of: d.of.map((sql) => names.get(sql)!) };
}
