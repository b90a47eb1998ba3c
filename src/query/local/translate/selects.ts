/**
 * Common table expressions as lists of columns, so that columns that nobody reads are left out when the statement is written
 * down. A table of logs has a hundred columns and a rule reads five: DuckDB would drop the others too, but only after it has
 * bound and planned each of them in each stage.
 */
export interface SelectItem {
  readonly as: string;
  /** SQL of the column in each part of a UNION ALL; one where there is one part. */
  readonly sql: readonly string[];
  /** A key of GROUP BY, an unnest: it decides which rows there are. */
  readonly keep?: boolean;
}

export interface Cte {
  readonly name: string;
  readonly materialized: 'MATERIALIZED' | 'NOT MATERIALIZED' | '';
  readonly body: string | Select;
}

export interface Select {
  readonly items: readonly SelectItem[];
  /** FROM, WHERE and what follows, of each part. */
  readonly tails: readonly string[];
}

/** Names that the translator makes; texts may hold their like, which keeps a column too many and harms nothing. */
const NAMES = /\b_[a-z]+\d+\b/g;

/** A SELECT with the common table expressions that it reads, and of these the columns that are read. */
export function withAll(ctes: readonly Cte[], select: string): string {
  const used = new Set(select.match(NAMES));
  const written: string[] = [];
  for (const cte of [...ctes].reverse()) {
    if (!used.has(cte.name)) continue;
    const sql = typeof cte.body === 'string' ? cte.body : selectSql(cte.body, used);
    for (const name of sql.match(NAMES) ?? []) used.add(name);
    written.push(`${cte.name} AS ${cte.materialized}${cte.materialized ? ' ' : ''}(${sql})`);
  }
  return written.length ? `WITH ${written.reverse().join(',\n')}\n${select}` : select;
}

function selectSql(select: Select, used: ReadonlySet<string>): string {
  const items = select.items.filter((i) => i.keep || used.has(i.as) || /\bunnest\(/.test(i.sql[0]!));
  return select.tails
    .map((tail, part) => `SELECT ${items.map((i) => `${i.sql[part]} AS ${i.as}`).join(', ') || '1 AS nothing'} ${tail}`)
    .join(' UNION ALL ');
}

const TEXTS = /'(?:[^']|'')*'|"(?:[^"]|"")*"/g;
/** What makes rows out of others, or gives other rows when it is read again. */
const MAKES_ROWS = /\b(?:JOIN|GROUP BY|HAVING|ORDER BY|LIMIT|QUALIFY|SELECT|OVER|unnest|random|uuid)\b/i;
const TABLE = /^(?:logs|watchlists|external)\."(?:[^"]|"")*"$/;
const FILTERED = /^FROM (_s\d+|\w+\."(?:[^"]|"")*")(?: WHERE ([\s\S]*))?$/;

/** True where a name reads files and does nothing to their rows but filter them and work out columns. */
export function isScan(ctes: readonly Cte[], from: string): boolean {
  if (TABLE.test(from)) return true;
  const cte = ctes.find((c) => c.name === from);
  if (!cte || typeof cte.body === 'string' || cte.materialized === 'MATERIALIZED') return false;
  const { items, tails } = cte.body;
  if (items.some((i) => i.sql.some((sql) => MAKES_ROWS.test(sql.replace(TEXTS, ''))))) return false;
  return tails.every((tail) => {
    const read = FILTERED.exec(tail);
    return read !== null && !MAKES_ROWS.test((read[2] ?? '').replace(TEXTS, '')) && isScan(ctes, read[1]!);
  });
}
