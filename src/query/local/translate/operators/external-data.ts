import type { Query } from '../../../../kusto/tree';
import { bareScope } from '../bindings';
import { type Env, type Relation, scalarType, type Translating } from '../context';
import type { MappedFile } from '../contract';
import { convert } from '../convert';
import { columnRef, relation } from '../relation';
import { ident, solid, text, type Value } from '../value';
import { emptyRelation } from './project';

/**
 * `externaldata` reads the file that the user mapped to its address, as the format says that it is read: delimited text gives its
 * columns by their place, whatever a header calls them; JSON gives them by their keys; text gives each line as a value.
 */
export function externaldata(t: Translating, q: Query & { kind: 'externaldata' }, env: Env): Relation {
  const parts: ReadFile[] = [];
  for (const e of q.uris) {
    const uri = t.expression(e, bareScope(env)).constant;
    const file = typeof uri === 'string' ? mapped(t, uri) : undefined;
    const why = `externaldata reads ${String(uri)} from the network; map this address to a local file to run it.`;
    const read = file ? readFile(q, file, q.properties.get('format') ?? formatOf(String(uri))) : why;
    if (typeof read === 'string') {
      t.refuse(e, 'externaldata', read);
      return emptyRelation(t, q.columns);
    }
    parts.push(read);
  }
  const named = q.columns.map((c) => ({ name: c.name, type: scalarType(c.type), as: t.fresh('c') }));
  const union = parts
    .map(({ from, values }) => {
      const list = named.map((c, i) => `${values[i]!.sql} AS ${c.as}`);
      return `SELECT ${list.join(', ') || '1 AS nothing'} FROM ${from}`;
    })
    .join(' UNION ALL ');
  const columns = named.map((c, i) => columnRef(c.name, c.as, { ...parts[0]!.values[i]!, sql: c.as }));
  return relation(t.cte(union), columns);
}

/** Rows of one file, and the value of each declared column in them. */
interface ReadFile {
  readonly from: string;
  readonly values: readonly Value[];
}

/** Secrets after the address (`;key`, `?sas`) do not count. */
function mapped(t: Translating, uri: string): MappedFile | undefined {
  const files = t.options.files;
  return files?.get(uri) ?? files?.get(uri.replace(/;.*$/, '')) ?? files?.get(uri.replace(/[?;].*$/, ''));
}

const DELIMITERS: Readonly<Record<string, string>> = {
  csv: ',',
  tsv: '\t',
  tsve: '\t',
  psv: '|',
  scsv: ';',
  sohsv: '\u0001',
};

/** The format that the end of an address names, of what it is packed in left aside; delimited text where it names none. */
function formatOf(uri: string): string {
  const path = uri.replace(/[?;#].*$/, '').replace(/\.(?:gz|zip)$/i, '');
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return ending in DELIMITERS || ['txt', 'raw', 'json', 'multijson'].includes(ending) ? ending : 'csv';
}

/** How a file is read; the reason where it cannot be. */
function readFile(q: Query & { kind: 'externaldata' }, file: MappedFile, format: string): ReadFile | string {
  const kind = format.toLowerCase();
  const types = q.columns.map((c) => scalarType(c.type));
  const typed = (texts: readonly string[]) => types.map((type, i) => convert(solid(texts[i]!, 'string'), type));
  const skipped = /^true$|^1$/i.test(q.properties.get('ignorefirstrecord') ?? '') ? 1 : 0;
  if (/^(?:multi|single)?json$/.test(kind)) return readObjects(q, file, typed);
  if (file.lines === null) return `externaldata reads ${format} here from a text file, and the mapped one is none.`;
  if (kind === 'raw') {
    const whole = `(SELECT string_agg(coalesce(line, ''), chr(10) ORDER BY n::BIGINT) AS line FROM ${file.lines}) AS f`;
    return { from: whole, values: typed(types.map((_, i) => (i === 0 ? 'line' : "''"))) };
  }
  const delimiter = DELIMITERS[kind];
  if (kind !== 'txt' && delimiter === undefined) return `externaldata in the format ${format} is not read locally.`;
  const skip = `QUALIFY row_number() OVER (ORDER BY n) > ${skipped}`;
  if (delimiter === undefined) {
    const lines = `(SELECT line, n::BIGINT AS n FROM ${file.lines} WHERE line <> '' ${skip}) AS f`;
    return { from: lines, values: typed(types.map((_, i) => (i === 0 ? 'line' : "''"))) };
  }
  const fields = `(kn_record(record, ${text(delimiter)})::JSON)::VARCHAR[]`;
  const from = `(SELECT ${fields} AS fields FROM ${recordsOf(file.lines)} WHERE record <> '' ${skip} ORDER BY n) AS f`;
  return { from, values: typed(types.map((_, i) => `coalesce(fields[${i + 1}], '')`)) };
}

/** Records of delimited text: lines, put together again where a line end stands between quotes. */
function recordsOf(lines: string): string {
  const quotes = `length(line) - length(replace(line, '"', ''))`;
  const read = `SELECT n::BIGINT AS n, coalesce(line, '') AS line FROM ${lines}`;
  const open = `SELECT n, line, (sum(${quotes}) OVER (ORDER BY n)) % 2 AS open FROM (${read})`;
  const before = 'ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING';
  const numbered = `SELECT n, line, coalesce(sum(1 - open) OVER (${before}), 0) AS record_number FROM (${open})`;
  return `(SELECT min(n) AS n, string_agg(line, chr(10) ORDER BY n) AS record FROM (${numbered}) GROUP BY record_number) AS r`;
}

function readObjects(
  q: Query & { kind: 'externaldata' },
  { objects }: MappedFile,
  typed: (texts: readonly string[]) => readonly Value[],
): ReadFile | string {
  if (objects === null) return 'externaldata reads JSON here, and the mapped file holds none.';
  const keys = new Set(objects.keys);
  const texts = q.columns.map((c) => (keys.has(c.name) ? `coalesce(f.${ident(c.name)}, '')` : "''"));
  return { from: `${objects.relation} AS f`, values: typed(texts) };
}
