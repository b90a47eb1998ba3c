import { join } from 'node:path';
import { messageOf } from '../../../base/result';
import type { DataProblem } from '../../../protocol/datahost';
import { type Database, identifier, literal, pathPattern, textFiles } from '../duckdb/database';
import type { RawColumn } from './columns';
import type { Compression, Encoding } from './recode';
import { salvageGzip, salvageJson, unwrapAnswer, withoutLines } from './salvage';
import type { Content } from './sniff';

/** A text file as it will be read: itself, or a repaired copy. */
export interface TextFile {
  /** Path that problems name. */
  readonly relative: string;
  readonly path: string;
  readonly compression: Compression;
  /** Of a bundle: the files that it is made of. */
  readonly members?: readonly TextFile[] | undefined;
  /** True where a quote does not close, which the engine says of a file that it reads alone. */
  readonly alone?: boolean;
  /** Of a file as the user has it; a copy is in UTF-8. */
  readonly encoding?: Encoding;
}

/** The files that those at fault among `files` are made of, in their place; null where none of them is a bundle. */
export function unbundled<T extends TextFile>(files: readonly T[], atFault: (file: T) => boolean): T[] | null {
  const open = (file: T) => file.members !== undefined && atFault(file);
  if (!files.some(open)) return null;
  return files.flatMap((file) =>
    open(file) ? file.members!.map((member) => ({ ...file, members: undefined, ...member })) : [file],
  );
}

/** The rows of text files as one relation of VARCHAR columns. */
export interface TextSource {
  readonly relation: string;
  readonly columns: readonly RawColumn[];
  /** Names of columns whose values stand between quotes in JSON. */
  readonly quoted: ReadonlySet<string>;
}

/** Where repaired copies go, and what was found on the way. */
export interface Repair {
  readonly database: Database;
  /** An existing folder that is removed after the import. */
  readonly scratch: string;
  readonly problems: DataProblem[];
  readonly signal: AbortSignal | undefined;
}

type JsonContent = Extract<Content, { kind: 'json' }>;
type CsvContent = Extract<Content, { kind: 'csv' }>;

const MOST_REPAIRS = 20;
const MOST_KEYS = 2000;

/** Reads JSON files: finds all keys, repairs what is broken. Null where nothing can be read. */
export async function openJson(
  files: readonly TextFile[],
  content: JsonContent,
  repair: Repair,
): Promise<TextSource | null> {
  let readable: JsonFile[] = files.map((f) => ({ ...f, layout: content.layout }));
  if (content.layout === 'wrapped') readable = await unwrapAll(files, repair);
  const copies = { made: 0 };
  const isOwn = (f: JsonFile) => f.members === undefined && f.path.startsWith(repair.scratch);
  // Every round mends, opens or gives up a file, so there is a last one.
  for (let attempt = 0; readable.length > 0; attempt++) {
    try {
      return await jsonSource(readable, repair.database);
    } catch (error) {
      repair.signal?.throwIfAborted();
      const message = messageOf(error);
      const broken =
        readable.find((f) => isAbout(message, f.path)) ?? (readable.length === 1 ? readable[0] : undefined);
      const opened = broken ? null : unbundled(readable, () => true);
      if (opened) readable = opened;
      else if (!broken || isOwn(broken)) {
        const lost = broken ? [broken] : readable;
        repair.problems.push(...lost.map((f) => unreadable(f.relative, message)));
        readable = readable.filter((f) => !lost.includes(f));
      } else {
        // Where many are broken, the rest is mended in one go: each round reads all of them.
        const all = attempt >= MOST_REPAIRS;
        readable = await repairAll(readable, (f) => f === broken || (all && !isOwn(f)), copies, repair);
      }
    }
  }
  return null;
}

type JsonFile = TextFile & { readonly layout: JsonContent['layout'] };

/** Sound copies in place of the files at fault, of each that a bundle is made of. */
async function repairAll(
  files: readonly JsonFile[],
  atFault: (file: JsonFile) => boolean,
  copies: { made: number },
  repair: Repair,
): Promise<JsonFile[]> {
  const out: JsonFile[] = [];
  for (const file of files) {
    if (!atFault(file)) out.push(file);
    else
      for (const member of file.members ?? [file])
        out.push(...(await repairJson({ ...member, layout: file.layout }, repair, copies.made++)));
  }
  return out;
}

async function unwrapAll(files: readonly TextFile[], repair: Repair) {
  const out: (TextFile & { readonly layout: 'lines' })[] = [];
  for (const [i, file] of files.entries()) {
    const path = join(repair.scratch, `answer-${i}.ndjson`);
    const rows = await unwrapAnswer(file.path, file.compression, path);
    if (typeof rows === 'string') repair.problems.push(unreadable(file.relative, rows));
    else if (rows > 0) out.push({ relative: file.relative, path, compression: 'none', layout: 'lines' });
  }
  return out;
}

async function repairJson(file: JsonFile, repair: Repair, copy: number): Promise<JsonFile[]> {
  const path = join(repair.scratch, `repaired-${copy}.ndjson`);
  const layout = file.layout === 'wrapped' ? 'lines' : file.layout;
  const kept = await salvageJson(file, layout, path, repair.signal);
  if (kept.bad > 0) repair.problems.push(badRows(file.relative, kept.bad, kept.rows, kept.firstBadLine));
  if (kept.cut !== null) {
    const message = `${file.relative} ends too early (${kept.cut}): ${kept.rows.toLocaleString('en')} rows before that point are used, what came after is missing.`;
    repair.problems.push({ severity: 'error', code: 'unreadable-file', message, file: file.relative, line: null });
  }
  if (kept.rows === 0 && kept.bad === 0 && kept.cut === null)
    repair.problems.push(holdsNothing(file.relative, 'holds no rows'));
  return kept.rows > 0 ? [{ relative: file.relative, path, compression: 'none', layout: 'lines' }] : [];
}

/** Reads all of the text once: finds the keys and meets whatever is broken. */
async function jsonSource(files: readonly JsonFile[], database: Database): Promise<TextSource> {
  const reads = groupBy(files, (f) => `${f.layout}/${f.compression}`).map((group) => {
    const [first] = group;
    const format = { lines: 'newline_delimited', array: 'array', stream: 'unstructured', wrapped: 'newline_delimited' };
    return `(${pathList(group)}, format = '${format[first!.layout]}', compression = '${first!.compression === 'none' ? 'uncompressed' : first!.compression}'`;
  });
  const objects = reads.map((r) => `SELECT json FROM read_json_objects${r})`).join(' UNION ALL ');
  const found = await database.rows(
    `SELECT k, sum(n), sum(d) FROM (SELECT unnest(ks) AS k, generate_subscripts(ks, 1) AS i, n, len(ks) - len(list_distinct(ks)) AS d FROM ` +
      `(SELECT json_keys(json) AS ks, count(*) AS n FROM (${objects}) GROUP BY ks)) GROUP BY k ORDER BY min(i), k LIMIT ${MOST_KEYS}`,
  );
  await refuseOthers(database, reads);
  const keys = found.map(([key]) => String(key));
  if (keys.length === 0) throw new Error('it holds no objects with keys');
  const quoted = await quotedKeys(database, objects, keys);
  const twice = found.some(([, , duplicates]) => Number(duplicates) > 0);
  const alike = new Set(keys.map((k) => k.toLowerCase())).size < keys.length;
  if (!twice && !alike && !keys.includes('')) {
    const struct = keys.map((k) => `${literal(k)}: 'VARCHAR'`).join(', ');
    const relation = reads.map((r) => `SELECT * FROM read_json${r}, columns = {${struct}})`).join(' UNION ALL ');
    return { relation: `(${relation})`, columns: keys.map((name) => ({ name, sql: identifier(name) })), quoted };
  }
  // Keys that differ by case alone, or come twice in one object, cannot be columns of one relation: a map holds them.
  const map = `columns = {m: 'MAP(VARCHAR, VARCHAR)'}, records = false`;
  const relation = reads.map((r) => `SELECT m FROM read_json${r}, ${map})`).join(' UNION ALL ');
  return { relation: `(${relation})`, columns: keys.map((name) => ({ name, sql: `m[${literal(name)}]` })), quoted };
}

/** Values that are no objects have no columns: the file that holds one is named, so that it is repaired. */
async function refuseOthers(database: Database, reads: readonly string[]): Promise<void> {
  const others = reads.map(
    (r) => `SELECT filename FROM read_json_objects${r}, filename = true) WHERE json_type(json) <> 'OBJECT'`,
  );
  const [first] = await database.rows(`${others.join(' UNION ALL ')} LIMIT 1`);
  if (first) throw new Error(`a record of ${String(first[0])} is no object`);
}

/** Keys whose values are JSON strings, by a sample. */
async function quotedKeys(database: Database, objects: string, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await database.rows(
    `SELECT DISTINCT key FROM (SELECT j.key AS key, j.type AS type FROM (SELECT json FROM (${objects}) LIMIT 2000) s, json_each(s.json) j) WHERE type = 'VARCHAR'`,
  );
  const known = new Set(keys);
  return new Set(rows.map(([key]) => String(key)).filter((key) => known.has(key)));
}

/** Reads delimited files of one header. Broken rows are set aside by the engine: `csvRejects` tells them. */
export async function openCsv(files: readonly TextFile[], content: CsvContent, repair: Repair): Promise<TextSource> {
  const columns = content.header.map((_, i) => `'c${i}': 'VARCHAR'`).join(', ');
  const relation = groupBy(files, (f) => (f.alone ? f.path : f.compression))
    .map(
      (group) =>
        `SELECT * FROM read_csv(${pathList(group)}, auto_detect = false, header = ${content.headed === 'own'}, delim = ${literal(content.delimiter)}, ` +
        `quote = '"', escape = '"', columns = {${columns}}, ${content.skip > 0 ? `skip = ${content.skip}, ` : ''}compression = '${group[0]!.compression}', ` +
        `store_rejects = true, rejects_limit = 100000)`,
    )
    .join(' UNION ALL ');
  await forgetRejects(repair.database);
  const names = ownNames(content.header, files[0]!.relative, repair.problems);
  return {
    relation: `(${relation})`,
    columns: names.map((name, i) => ({ name, sql: `c${i}` })),
    quoted: new Set(),
  };
}

/** No text has this between two of its characters, so that a line is one value. */
const NO_DELIMITER = '\u001d\u001e\u001f';

/** Reads text files line by line, with the number of each line. */
export function openLines(files: readonly TextFile[]): TextSource {
  const reads = groupBy(files, (f) => f.compression).map(
    (group) =>
      `SELECT line FROM read_csv(${pathList(group)}, auto_detect = false, header = false, delim = '${NO_DELIMITER}', quote = '', ` +
      `escape = '', columns = {'line': 'VARCHAR'}, compression = '${group[0]!.compression}')`,
  );
  const relation = `(SELECT line, (row_number() OVER ())::VARCHAR AS n FROM (${reads.join(' UNION ALL ')}))`;
  return { relation, columns: ['line', 'n'].map((name) => ({ name, sql: name })), quoted: new Set() };
}

/** Every column of a header under a name of its own: two of one name would be one, with the values of the first. */
function ownNames(header: readonly string[], file: string, problems: DataProblem[]): string[] {
  const taken = new Set<string>();
  return header.map((written, i) => {
    const name = written.trim() || `Column${i + 1}`;
    let own = name;
    for (let n = 1; taken.has(own) || (n > 1 && header.includes(own)); n++) own = `${name}${n}`;
    taken.add(own);
    const message = `${file} has several columns named ${name}; one of them is ${own} here.`;
    if (own !== name && !problems.some((p) => p.message === message))
      problems.push({ severity: 'information', code: 'config', message, file, line: 1 });
    return own;
  });
}

/** Broken rows of the last read, by path. */
export interface Rejected {
  readonly rows: number;
  readonly firstLine: number;
  /** Lines whose quote never closes: the engine took all that follows for one value. */
  readonly unclosed: readonly number[];
  /** True where bytes are no UTF-8. */
  readonly encoded: boolean;
}

export async function csvRejects(database: Database): Promise<ReadonlyMap<string, Rejected>> {
  const [present] = await database.rows("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reject_errors'");
  if (Number(present?.[0]) === 0) return new Map();
  const rows = await database.rows(
    `SELECT s.file_path, count(DISTINCT e.line), min(e.line), list(DISTINCT e.line ORDER BY e.line) FILTER (e.error_type = 'UNQUOTED VALUE')::VARCHAR, bool_or(e.error_type = 'INVALID ENCODING') ` +
      `FROM reject_errors e JOIN reject_scans s USING (scan_id, file_id) GROUP BY s.file_path`,
  );
  await forgetRejects(database);
  return new Map(
    rows.map(([path, count, first, unclosed, encoded]) => [
      String(path),
      {
        rows: Number(count),
        firstLine: Number(first),
        encoded: encoded === true,
        unclosed: unclosed === null ? [] : (JSON.parse(String(unclosed)) as number[]),
      },
    ]),
  );
}

async function forgetRejects(database: Database): Promise<void> {
  await database.run('DROP TABLE IF EXISTS reject_errors');
  await database.run('DROP TABLE IF EXISTS reject_scans');
}

/** The file without the lines whose quote never closes, unpacked. */
export async function withoutUnclosed(
  file: TextFile,
  lines: readonly number[],
  repair: Repair,
  n: number,
): Promise<TextFile> {
  const plain = file.compression === 'gzip' ? join(repair.scratch, `plain-${n}.csv`) : file.path;
  if (plain !== file.path) await salvageGzip(file.path, plain, repair.signal);
  const path = join(repair.scratch, `closed-${n}.csv`);
  await withoutLines(plain, new Set(lines), path, repair.signal);
  return { relative: file.relative, path, compression: 'none', alone: true };
}

/** An unpacked copy of a gzip file as far as it is sound. */
export async function unpacked(file: TextFile, repair: Repair, n: number): Promise<TextFile> {
  const path = join(repair.scratch, `unpacked-${n}`);
  await salvageGzip(file.path, path, repair.signal);
  return { relative: file.relative, path, compression: 'none' };
}

export function badRows(file: string, bad: number, kept: number | null, line: number | null): DataProblem {
  const rows = bad === 1 ? '1 row' : `${bad.toLocaleString('en')} rows`;
  const where = line === null ? '' : bad === 1 ? ` (line ${line})` : ` (the first in line ${line})`;
  const rest = kept === null ? 'the others are' : `${kept.toLocaleString('en')} others are`;
  return {
    severity: 'warning',
    code: 'bad-row',
    message: `${rows} of ${file} cannot be read${where} and ${bad === 1 ? 'is' : 'are'} left out; ${rest} used.`,
    file,
    line,
  };
}

/** A file without a row is told from one that is not there. */
export function holdsNothing(file: string, how: 'is empty' | 'holds no rows'): DataProblem {
  return { severity: 'information', code: 'unreadable-file', message: `${file} ${how}.`, file, line: null };
}

export function fileGone(file: string): DataProblem {
  const message = `${file} went away while the folder was read. Its rows are missing.`;
  return { severity: 'warning', code: 'file-changed', message, file, line: null };
}

/** Whether the engine's message is about this file; what it does not find it names by the pattern. */
export const isAbout = (message: string, path: string): boolean =>
  message.includes(path) || message.includes(pathPattern(path));

/** What the engine says, without its kind and its advice. */
export const plainReason = (why: string): string =>
  why
    .replace(/^(Invalid Input|IO|Out of Memory|Conversion|Binder) Error:\s*/, '')
    .split('\n')[0]!
    .trim();

export function unreadable(file: string, why: string): DataProblem {
  if (/No files found that match/.test(why)) return fileGone(file);
  const memory = /^Out of Memory/.test(why);
  return {
    severity: 'error',
    code: memory ? 'too-large' : 'unreadable-file',
    message: memory
      ? `${file} does not fit into the memory that is allowed for reading logs. Export it as Parquet or in smaller files.`
      : `${file} cannot be read (${plainReason(why)}). Its rows are missing.`,
    file,
    line: null,
  };
}

const pathList = (files: readonly TextFile[]): string => textFiles(files.map((f) => f.path));

export function groupBy<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return [...groups.values()];
}
