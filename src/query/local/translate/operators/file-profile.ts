import type { BoundColumn, Expr, OperatorOf } from '../../../../kusto/tree';
import type { Column, Relation, Translating } from '../context';
import { textOf } from '../convert';
import { flush, relation, standing } from '../relation';
import { readTable } from '../session';

/** The table that stands for the cloud's knowledge of files: an export with a hash and what was known of it then. */
export const FILE_PROFILE = 'FileProfile';

/**
 * `invoke FileProfile(SHA1, 1000)`: each row with what the table says of its file. The argument names a column, quoted or
 * bare, and by its name which hash it is; without one it is SHA1. Undefined where there is no such table.
 */
export function fileProfile(
  t: Translating,
  o: OperatorOf<'invoke'>,
  input: Relation,
  bound: readonly BoundColumn[],
): Relation | undefined {
  const table = t.options.tables.find((x) => x.name === FILE_PROFILE);
  if (!table || o.call.name !== FILE_PROFILE) return undefined;
  t.note(
    'FileProfile is what the table of this name says; the cloud may know more by now, and enriches 1,000 rows at most.',
  );
  const left = standing(t, input);
  const right = flush(t, readTable({ ...table, timeColumn: null }, t.options));
  const wanted = columnName(o.call.args.find((a) => a !== null)) ?? 'SHA1';
  const hash = left.columns.find((c) => c.name === wanted);
  const kind = /sha256/i.test(wanted) ? 'SHA256' : /md5/i.test(wanted) ? 'MD5' : 'SHA1';
  const key = right.columns.find((c) => c.name === kind);
  if (!hash || !key) {
    t.refuse(
      o,
      FILE_PROFILE,
      hash ? `The table FileProfile has no column ${kind}.` : `There is no column ${wanted} here.`,
    );
    return relation(left.from, []);
  }
  const alias = t.fresh('t');
  const profiles = `(SELECT DISTINCT ON (lower(${key.sql})) * FROM ${right.from} WHERE ${key.sql} <> '') AS ${alias}`;
  const from = `${left.from} LEFT JOIN ${profiles} ON (lower(${textOf(hash)}) = lower(${key.sql}))`;
  const columns = bound.flatMap((b): Column[] => {
    const own = left.columns.find((c) => c.name === b.name);
    if (own) return [own];
    const found = right.columns.find((c) => c.name === b.name);
    if (!found) return [];
    return [
      found.type === 'string'
        ? { ...found, sql: `coalesce(${found.sql}, '')`, simple: false }
        : { ...found, nullable: true },
    ];
  });
  return relation(from, columns, { carried: left.carried });
}

function columnName(e: Expr | null | undefined): string | undefined {
  if (e?.kind === 'column' || e?.kind === 'variable') return e.name;
  return e?.kind === 'literal' && typeof e.value === 'string' ? e.value : undefined;
}
