import type { ScalarType } from '../../protocol/records';
import { identifier, literal } from './duckdb/database';
import { tried } from './translate/value';

/**
 * Columns of a table's view that no query can name: what stands behind a dynamic column, so that its JSON need not be
 * parsed. Each part of the table gives all of them; what a part does not keep is computed from its JSON, to the same value.
 */
export interface HiddenColumn {
  /** The dynamic column, by its name in the table and in the parts. */
  readonly column: string;
  readonly source: string;
  /** Path whose text it holds; null: the whole text as a file has it, which may be no JSON. */
  readonly path: string | null;
  readonly name: string;
}

interface DynamicColumn {
  readonly name: string;
  readonly source: string;
  readonly type: ScalarType;
}

/** Of a part of a table, what is asked here. */
interface Part {
  readonly rows: number;
  readonly columns: readonly PartColumn[];
}
interface PartColumn {
  readonly name: string;
  readonly type: ScalarType;
  readonly source?: string;
  /** Left out: nothing was imported. */
  readonly texts?: ReadonlyMap<string, string>;
  readonly filled: boolean;
  /** Each distinct text is parsed once. */
  readonly few?: boolean;
}

/** Paths of one column: parts of a table may have chosen differently. */
const MOST_PATHS = 24;

const ownColumn = (column: { readonly source: string }, part: Part): PartColumn | undefined => {
  const own = part.columns.find((c) => c.name === column.source);
  return own?.type === 'dynamic' ? own : undefined;
};

export function hiddenColumns(columns: readonly DynamicColumn[], parts: readonly Part[]): HiddenColumn[] {
  return columns.flatMap((column) => {
    if (column.type !== 'dynamic') return [];
    const { name, source } = column;
    const own = parts.map((p) => ({ rows: p.rows, stored: ownColumn(column, p) }));
    const rows = new Map<string, number>();
    for (const p of own) {
      for (const path of p.stored?.texts?.keys() ?? []) rows.set(path, (rows.get(path) ?? 0) + p.rows);
    }
    // Those of the most rows first.
    const paths = [...rows].sort((a, b) => b[1] - a[1]).slice(0, MOST_PATHS);
    const text = own.some((p) => p.stored?.source !== undefined) ? [null] : [];
    return [...text, ...paths.map(([path]) => path)].map((path) => ({
      column: name,
      source,
      path,
      name: path === null ? `${name}\u0001text` : `${name}\u0001${path}`,
    }));
  });
}

/** SQL of a hidden column in a part; `json` is the part's own SQL of the dynamic column. */
export function hiddenSql(hidden: HiddenColumn, part: Part, json: string): string {
  const own = ownColumn(hidden, part);
  if (hidden.path === null) return `${own?.source ?? `CAST(${json} AS VARCHAR)`} AS ${identifier(hidden.name)}`;
  const path = literal(hidden.path);
  const read = (from: string) => `json_extract_string(${from}, ${path})`;
  const sql =
    own?.texts?.get(hidden.path) ?? (own?.source === undefined ? read(json) : tried({ source: own.source }, read));
  return `${sql} AS ${identifier(hidden.name)}`;
}

/** What the translator is told: the text behind each column, and the texts of its paths. */
export function hiddenNames(hidden: readonly HiddenColumn[]) {
  const jsonTexts = new Map<string, string>();
  const pathTexts = new Map<string, Map<string, string>>();
  for (const { column, path, name } of hidden) {
    if (path === null) jsonTexts.set(column, name);
    else pathTexts.set(column, (pathTexts.get(column) ?? new Map()).set(path, name));
  }
  return { jsonTexts, pathTexts };
}

/** Rows of Parquet from which a query may read fields before it is told how that is made faster. */
const MANY_ROWS = 1_000_000;

/** What is said of dynamic columns whose JSON stands in many rows of Parquet that is read where it is: every query parses it anew. */
export function fieldNotes(
  table: string,
  columns: readonly DynamicColumn[],
  parts: readonly Part[],
): ReadonlyMap<string, string> {
  const id = /^\w+$/.test(table) ? table : JSON.stringify(table);
  return new Map(
    columns.flatMap(({ name, type, source }) => {
      const inPlace = parts.filter((p) => p.columns.some((c) => c.name === source && c.filled && !c.texts && !c.few));
      const rows = inPlace.reduce((sum, p) => sum + p.rows, 0);
      if (type !== 'dynamic' || rows <= MANY_ROWS) return [];
      const note = `Every query parses ${name} in ${rows.toLocaleString('en')} rows of Parquet. For fields that are kept as columns, write into gapline.yaml: sources: {${id}: {import: true}}.`;
      return [[name, note] as const];
    }),
  );
}
