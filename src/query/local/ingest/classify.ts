import { tableNameIgnoringCase } from '../../../catalog/tables';
import type { Database } from '../duckdb/database';
import { literal } from '../duckdb/database';
import type { RawColumn } from './columns';
import { recogniseTable } from './recognise';

/** Rows of one source that belong to one table. */
export interface Assignment {
  readonly table: string;
  /** False: the name is the file's, no catalogue knows it. */
  readonly known: boolean;
  /** A SQL condition on the source, null for all its rows. */
  readonly where: string | null;
  readonly rows: number;
  /** Columns of these rows that hold something. */
  readonly filled: readonly string[];
  /** True where it is known that there is no row, so that no value tells a type. */
  readonly empty?: boolean;
}

interface Group {
  readonly type: string;
  readonly action: string;
  readonly rows: number;
  readonly filled: readonly string[];
}

const MOST_GROUPS = 3000;

/**
 * Decides the table of a source's rows where its path says nothing: by their `Type`, by the columns that all of them fill,
 * or group by group of `ActionType`, since hunting queries union several tables. `mapped`: the user named the table of
 * what is left.
 */
export async function classify(
  database: Database,
  relation: string,
  columns: readonly RawColumn[],
  names: { readonly mapped: string | null; readonly fallback: string },
): Promise<Assignment[]> {
  const key = keyOf(columns);
  const groups = await readGroups(database, relation, columns, key);
  if (groups.length === 0) return [];
  const tables = decide(
    groups,
    columns.map((c) => c.name),
    names,
  );
  const byTable = new Map<string | null, Group[]>();
  for (const [i, group] of groups.entries()) {
    const table = tables[i] ?? null;
    byTable.set(table, [...(byTable.get(table) ?? []), group]);
  }
  return [...byTable].map(([table, members]) => ({
    table: table ?? names.fallback,
    known: table !== null,
    where: byTable.size === 1 ? null : condition(key, members),
    rows: members.reduce((sum, g) => sum + g.rows, 0),
    filled: columns.map((c) => c.name).filter((name) => members.some((g) => g.filled.includes(name))),
  }));
}

/** SQL of the text by which rows are grouped: `Type`, a separator that no name holds, `ActionType`. */
function keyOf(columns: readonly RawColumn[]): string {
  const text = (name: string) => {
    const column = columns.find((c) => c.name === name);
    return column ? `coalesce(CAST(${column.sql} AS VARCHAR), '')` : "''";
  };
  return `${text('Type')} || chr(31) || ${text('ActionType')}`;
}

function condition(key: string, groups: readonly Group[]): string {
  const wanted = groups.map((g) => `${literal(g.type)} || chr(31) || ${literal(g.action)}`);
  return `(${key}) IN (${wanted.join(', ')})`;
}

async function readGroups(
  database: Database,
  relation: string,
  columns: readonly RawColumn[],
  key: string,
): Promise<Group[]> {
  const filled = columns.map((c) => `bool_or(${c.sql} IS NOT NULL AND CAST(${c.sql} AS VARCHAR) <> '')`);
  const rows = await database.rows(
    `SELECT ${key} AS k, count(*), ${filled.join(', ')} FROM ${relation} GROUP BY k ORDER BY k LIMIT ${MOST_GROUPS}`,
  );
  return rows.map(([k, count, ...flags]) => {
    const [type = '', action = ''] = String(k).split('\u001f');
    return {
      type,
      action,
      rows: Number(count),
      filled: columns.map((c) => c.name).filter((_, i) => flags[i] === true),
    };
  });
}

/** The table of each group, null where none can be named. */
function decide(
  groups: readonly Group[],
  present: readonly string[],
  names: { readonly mapped: string | null },
): (string | null)[] {
  const byType = groups.map((g) => (g.type === '' ? null : (tableNameIgnoringCase(g.type) ?? null)));
  if (names.mapped !== null) return byType.map((t) => t ?? names.mapped);
  const open = groups.filter((_, i) => byType[i] === null);
  if (open.length === 0) return byType;
  const shapes = open.map((g) => ({ filled: g.filled, present, action: g.action || null }));
  const whole = recogniseTable({ filled: [...new Set(open.flatMap((g) => g.filled))], present, action: null });
  const alone = shapes.map((shape) => recogniseTable(shape));
  // Groups that name another table than the whole does show that several tables were put together.
  const mixed = alone.some((t) => t !== null && t !== whole);
  const found = whole !== null && !mixed ? open.map(() => whole) : alone;
  const siblings = new Set([...byType, ...found].filter((t): t is string => t !== null));
  const result = shapes.map((shape, i) => found[i] ?? recogniseTable(shape, siblings));
  return groups.map((g, i) => byType[i] ?? result[open.indexOf(g)] ?? null);
}
