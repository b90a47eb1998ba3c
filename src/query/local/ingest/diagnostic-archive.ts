import { type Database, literal } from '../duckdb/database';
import type { RawColumn } from './columns';
import type { TextSource } from './text-source';

/** Keys that every record of a diagnostic setting's archive has (Storage, Event Hub). */
const ARCHIVE_KEYS = ['time', 'category', 'properties'];
const MOST_PROPERTIES = 1000;

/**
 * Records of a diagnostic setting's archive keep the table's columns inside `properties`, where a workspace has them at the
 * top: they are lifted there. Other sources are given back as they are.
 */
export async function liftProperties(database: Database, source: TextSource): Promise<TextSource> {
  const names = new Set(source.columns.map((c) => c.name));
  if (!ARCHIVE_KEYS.every((key) => names.has(key)) || names.has('TimeGenerated')) return source;
  const properties = source.columns.find((c) => c.name === 'properties')!.sql;
  const keys = await propertyKeys(database, source, properties);
  if (keys.length === 0) return source;
  const paths = keys.map(([key]) => literal(pointer(key))).join(', ');
  // One list of all properties, so that a record is parsed once and not once a column.
  const relation =
    `(SELECT ${source.columns.map((c, i) => `${c.sql} AS r${i}`).join(', ')}, ` +
    `json_extract_string(TRY_CAST(${properties} AS JSON), [${paths}]) AS p FROM ${source.relation})`;
  const top = source.columns
    .map((c, i): RawColumn => ({ name: c.name === 'time' ? 'TimeGenerated' : c.name, sql: `r${i}` }))
    .filter((c) => c.name !== 'properties');
  const taken = new Set(top.map((c) => c.name.toLowerCase()));
  const lifted = keys.map(([key], i): RawColumn => ({ name: nameOf(key, taken), sql: `p[${i + 1}]` }));
  const quoted = lifted.filter((_, i) => keys[i]![1]).map((c) => c.name);
  return { relation, columns: [...top, ...lifted], quoted: new Set([...source.quoted, ...quoted]) };
}

/** A JSON pointer: any key can be written so, quotes and dots included. */
const pointer = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** `location` is the country at the top and the details below it. */
function nameOf(key: string, taken: ReadonlySet<string>): string {
  return taken.has(key.toLowerCase()) ? `${key}Details` : key;
}

/** Keys of the properties in order of their first place, and whether their values stand between quotes. */
async function propertyKeys(
  database: Database,
  source: TextSource,
  properties: string,
): Promise<(readonly [string, boolean])[]> {
  const objects = `SELECT TRY_CAST(${properties} AS JSON) AS j FROM ${source.relation}`;
  const keys = await database.rows(
    `SELECT k FROM (SELECT unnest(ks) AS k, generate_subscripts(ks, 1) AS i FROM (SELECT DISTINCT json_keys(j) AS ks FROM (${objects}))) ` +
      `GROUP BY k ORDER BY min(i), k LIMIT ${MOST_PROPERTIES}`,
  );
  const texts = await database.rows(
    `SELECT DISTINCT e.key FROM (SELECT j FROM (${objects}) WHERE j IS NOT NULL LIMIT 2000) s, json_each(s.j) e WHERE e.type = 'VARCHAR'`,
  );
  const quoted = new Set(texts.map(([key]) => String(key)));
  return keys.map(([key]) => [String(key), quoted.has(String(key))] as const);
}
