import { type Database, literal } from '../duckdb/database';

/**
 * Shredding: texts of paths into dynamic columns that an import keeps beside them, so that grouping or filtering by
 * `tostring(d.field)` reads a plain column instead of parsing JSON in every row. What is kept is exactly what
 * `json_extract_string(d, path)` gives, NULL included, so that a reader may take one for the other.
 */

/** A path of a column: `$."a"[0]."b"`, as the translator spells it. */
export interface ShreddedPath {
  /** Place of the dynamic column. */
  readonly column: number;
  readonly path: string;
}

/** The first rows of a table; a table of fewer is parsed faster than anybody notices. */
const SAMPLED_ROWS = 1000;
/** Levels of keys and of first items below a column. */
const MOST_LEVELS = 4;
const MOST_OF_COLUMN = 12;
const MOST_OF_TABLE = 48;
/** Characters of a value on average: longer texts are read, not grouped. */
const LONGEST = 80;
/** Keys without anything that JSON paths or the translator's spelling of them would quote. */
const PLAIN_KEY = /^[\p{L}\p{N}_@#.: -]{1,64}$/u;

interface Found {
  readonly path: string;
  readonly levels: number;
  rows: number;
  characters: number;
  readonly values: Set<string>;
  /** False where some row has an object or an array there. */
  scalar: boolean;
}

/**
 * Which paths are worth a column: scalars in at least half of the rows that hold the column, short, and repeating (in the
 * sample at most half of the values differ), since it is those that are grouped by, and they cost little to store. The
 * nearest to the top first. `texts[column]` are the sampled rows, null where a row has none.
 */
export function choosePaths(texts: ReadonlyMap<number, readonly (string | null)[]>): ShreddedPath[] {
  const chosen = [...texts].flatMap(([column, rows]) =>
    rows.length < SAMPLED_ROWS ? [] : worthy(rows).map((found) => ({ column, ...found })),
  );
  return chosen
    .sort((a, b) => a.levels - b.levels || b.rows - a.rows)
    .slice(0, MOST_OF_TABLE)
    .sort((a, b) => a.column - b.column)
    .map(({ column, path }) => ({ column, path }));
}

function worthy(rows: readonly (string | null)[]): Found[] {
  const found = new Map<string, Found>();
  let held = 0;
  for (const text of rows) {
    if (text === null) continue;
    held++;
    visit(parsed(text), '$', 0, found);
  }
  return [...found.values()]
    .filter((f) => f.scalar && f.rows * 2 >= held && f.rows * 20 >= rows.length)
    .filter((f) => f.values.size * 2 <= f.rows && f.characters <= LONGEST * f.rows)
    .sort((a, b) => a.levels - b.levels || b.rows - a.rows)
    .slice(0, MOST_OF_COLUMN);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Numbers beyond JSON and the like: such a row has no paths here.
    return null;
  }
}

function visit(value: unknown, path: string, levels: number, found: Map<string, Found>): void {
  if (value === null) return;
  if (levels > 0) {
    const entry = found.get(path) ?? { path, levels, rows: 0, characters: 0, values: new Set(), scalar: true };
    found.set(path, entry);
    if (typeof value === 'object') entry.scalar = false;
    else {
      const text = String(value);
      entry.rows++;
      entry.characters += text.length;
      entry.values.add(text);
    }
  }
  if (typeof value !== 'object' || levels === MOST_LEVELS) return;
  if (Array.isArray(value)) {
    if (value.length > 0) visit(value[0], `${path}[0]`, levels + 1, found);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (PLAIN_KEY.test(key)) visit(item, `${path}."${key}"`, levels + 1, found);
  }
}

/** Samples the first rows of a SELECT of the columns `c0`, `c1`, … and chooses paths of those of `dynamics`. */
export async function samplePaths(
  database: Database,
  select: string,
  dynamics: readonly number[],
): Promise<ShreddedPath[]> {
  if (dynamics.length === 0) return [];
  const columns = dynamics.map((c) => `CAST(c${c} AS VARCHAR)`).join(', ');
  const rows = await database.rows(`SELECT ${columns} FROM (${select}) LIMIT ${SAMPLED_ROWS}`);
  return choosePaths(
    new Map(dynamics.map((c, i) => [c, rows.map((row) => (row[i] == null ? null : String(row[i])))] as const)),
  );
}

/** The SELECT with the texts of the paths as `s0`, `s1`, …; each column is parsed once for all of its paths. */
export function shredded(select: string, columns: number, paths: readonly ShreddedPath[]): string {
  if (paths.length === 0) return select;
  const byColumn = new Map<number, string[]>();
  const items = paths.map(({ column, path }, i) => {
    const of = byColumn.get(column) ?? [];
    byColumn.set(column, of);
    of.push(path);
    return `l${column}[${of.length}] AS s${i}`;
  });
  const lists = [...byColumn].map(
    ([column, of]) => `json_extract_string(c${column}, [${of.map(literal).join(', ')}]) AS l${column}`,
  );
  const plain = Array.from({ length: columns }, (_, i) => `c${i}`);
  return `SELECT ${[...plain, ...items].join(', ')} FROM (SELECT *, ${lists.join(', ')} FROM (${select}))`;
}
