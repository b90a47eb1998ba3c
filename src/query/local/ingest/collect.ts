import { rm } from 'node:fs/promises';
import { messageOf } from '../../../base/result';
import { tableNameIgnoringCase } from '../../../catalog/tables';
import type { DataProblem } from '../../../protocol/datahost';
import { type FolderConfig, lineOfItem, tableOfSource } from '../config';
import { type Database, textFiles } from '../duckdb/database';
import { objectsAt } from '../mapped-files';
import type { TablePart } from '../tables';
import { type ExternalFile, externalFiles } from './external';
import { type FoundFile, type FoundFiles, nameOf, packed, stemOf } from './files';
import { watchImport } from './import-progress';
import type { ImportStore } from './import-store';
import { type ImportedUnit, type ImportUnit, importUnit } from './import-unit';
import { partsOfParquet } from './parquet-parts';
import { type Rewrite, rewriteParquet } from './rewrite-parquet';
import { type Content, sniff, sniffLines } from './sniff';
import { globTest, nameByPath } from './table-name';
import { fileGone, groupBy, holdsNothing, unreadable } from './text-source';

export interface CollectInit {
  readonly database: Database;
  readonly store: ImportStore;
  readonly found: FoundFiles;
  readonly config: FolderConfig;
  /** Bytes of imports done and to do, with what is imported now. */
  readonly report: (message: string, fraction: number | null) => void;
  readonly signal: AbortSignal | undefined;
}

export interface Collected {
  readonly parts: readonly TablePart[];
  /** Watchlists; a part's table is its alias. */
  readonly watchlists: readonly TablePart[];
  /** Files that stand for addresses of `externaldata`; a part's table is the address, or what `objectsAt` makes of it. */
  readonly external: readonly TablePart[];
  /** The files behind addresses. */
  readonly mapped: readonly FoundFile[];
  readonly problems: readonly DataProblem[];
}

/** A data file, what it holds and what names its table. */
interface NamedFile {
  readonly file: FoundFile;
  readonly content: Content;
  readonly table: string | null;
  readonly mapped: boolean;
  readonly fallback: string;
}

/** Finds the tables in the files: Parquet where it is, text imported once. */
export async function collectParts(init: CollectInit): Promise<Collected> {
  const problems: DataProblem[] = [];
  const external = await externalFiles(init.config.externaldata, init.found.root);
  const behind = new Set(external.map((x) => x.file.relative));
  const logs = await nameFiles(
    init,
    init.found.files.filter((f) => !behind.has(f.relative)),
    problems,
    null,
  );
  const lists = await nameFiles(init, init.found.watchlists, problems, stemOf);
  const mapped = await nameMapped(init, external, problems);
  problems.push(...withoutFiles(init, new Set(external.map((x) => x.address))));
  const parts: TablePart[] = [];
  const lookups: TablePart[] = [];
  const jobs: ImportJob[] = [];
  const parquet = logs.filter((f) => f.content.kind === 'parquet');
  for (const group of groupBy(parquet, (f) => JSON.stringify([f.table, f.mapped, f.table ?? f.fallback]))) {
    const { table, mapped, fallback } = group[0]!;
    const named = { files: group.map((f) => f.file), table, mapped, fallback };
    for (const { part, rewrite } of await partsOfParquet(init, named, problems))
      if (rewrite) jobs.push(jobOfParquet(init, rewrite, parts, problems));
      else parts.push(part);
  }
  const { zone } = init.config;
  const units = [
    ...planUnits(logs, zone, false, init.store),
    ...planUnits([...lists, ...mapped], zone, true, init.store),
  ];
  jobs.push(...units.map((unit) => jobOfText(init, unit, unit.textOnly ? lookups : parts, problems)));
  await importAll(init, jobs);
  await init.store.keepOnly(new Set(jobs.map((job) => job.key)));
  for (const file of [...lists, ...mapped]) {
    if (file.content.kind === 'parquet')
      problems.push(unreadable(file.file.relative, 'a lookup list must be CSV or JSON'));
  }
  const named = new Set(mapped.map((f) => f.fallback));
  return {
    parts,
    watchlists: lookups.filter((p) => !named.has(p.table)),
    external: lookups.filter((p) => named.has(p.table)),
    mapped: external.map((x) => x.file),
    problems,
  };
}

/** Files that gapline.yaml names and the folder does not have: a slip of the pen there must not look like a table without rows. */
function withoutFiles({ config, found }: CollectInit, addresses: ReadonlySet<string>): DataProblem[] {
  const external = Object.entries(config.externaldata)
    .filter(([address]) => !addresses.has(address))
    .map(([uri, file]) => noSuchFile(file, uri, config.lineOf(['externaldata', uri])));
  const sources = Object.entries(config.sources).flatMap(([id, source]) =>
    source.files
      .filter((pattern) => !found.files.some((f) => globTest(pattern)(f.relative)))
      .map((pattern) => noSuchFile(pattern, id, lineOfItem(config, ['sources', id, 'files'], source.files, pattern))),
  );
  return [...sources, ...claimedTwice(config, found), ...external];
}

/** A file is read for one table: a second one that names it would be without its rows, and nobody would see why. */
function claimedTwice(config: FolderConfig, found: FoundFiles): DataProblem[] {
  const claims = Object.entries(config.sources).map(([id, source]) => ({
    id,
    table: tableOfSource(id, source),
    tests: source.files.map(globTest),
  }));
  const said = new Map<string, DataProblem>();
  for (const { relative } of found.files) {
    const [first, ...more] = claims.filter((c) => c.tests.some((test) => test(relative)));
    for (const { id, table } of more) {
      if (!first || table === first.table || said.has(id)) continue;
      const message = `gapline.yaml names ${relative} for ${id} too; it is read for ${first.id} alone, which stands first.`;
      const line = config.lineOf(['sources', id, 'files']);
      said.set(id, { severity: 'warning', code: 'config', message, file: 'gapline.yaml', line });
    }
  }
  return [...said.values()];
}

function noSuchFile(pattern: string, id: string, line: number | null): DataProblem {
  const message = `gapline.yaml names ${pattern} for ${id}, but the folder holds no such file that can be read.`;
  return { severity: 'warning', code: 'config', message, file: 'gapline.yaml', line };
}

async function nameFiles(
  init: CollectInit,
  files: readonly FoundFile[],
  problems: DataProblem[],
  alias: ((file: FoundFile) => string) | null,
): Promise<NamedFile[]> {
  const patterns = Object.entries(init.config.sources).map(([id, source]) => ({
    table: tableNameIgnoringCase(tableOfSource(id, source)) ?? tableOfSource(id, source),
    tests: source.files.map(globTest),
    columns: source.columns,
    line: init.config.lineOf(['sources', id, 'columns']),
  }));
  const named: NamedFile[] = [];
  const miscounted = new Map<string, DataProblem>();
  for (let i = 0; i < files.length; i += 64) {
    init.signal?.throwIfAborted();
    const some = files.slice(i, i + 64);
    const contents = await Promise.all(some.map((file) => sniffFile(init.database, file, problems)));
    some.forEach((file, k) => {
      const mapping = patterns.find((p) => p.tests.some((test) => test(file.relative)));
      const path = nameByPath(file);
      const own = mapping ?? patterns.find((p) => p.tests.length === 0 && p.table === (path.known ?? path.fallback));
      const content = withColumns(contents[k]!, own?.columns ?? null);
      if (own?.columns && content?.kind === 'csv' && content.header.length !== own.columns.length)
        miscounted.set(own.table, otherWidth(file.relative, own.columns.length, content.header.length, own.line));
      if (content?.kind === 'empty') problems.push(holdsNothing(file.relative, 'is empty'));
      if (content?.kind === 'other' && !SETTINGS.test(file.relative)) problems.push(noTable(file.relative));
      if (content?.kind === 'packed') problems.push(packed(file.relative));
      if (content === null || content.kind === 'empty' || content.kind === 'other' || content.kind === 'packed') return;
      if (alias) named.push({ file, content, table: null, mapped: false, fallback: alias(file) });
      else if (mapping)
        named.push({
          file,
          content,
          table: mapping.table,
          mapped: path.known !== mapping.table,
          fallback: path.fallback,
        });
      else named.push({ file, content, table: path.known, mapped: false, fallback: path.fallback });
    });
  }
  problems.push(...miscounted.values());
  return alias ? named : namedByFolder(named);
}

function otherWidth(file: string, names: number, columns: number, line: number | null): DataProblem {
  const message = `gapline.yaml names ${names} columns of ${file}, which has ${columns}.`;
  return { severity: 'warning', code: 'config', message, file: 'gapline.yaml', line };
}

/** A delimited file whose columns gapline.yaml names; its first record is a row, unless it holds these very names. */
function withColumns(content: Content | null, names: readonly string[] | null): Content | null {
  if (content?.kind !== 'csv' || names === null || names.length === 0) return content;
  const written = content.header.map((name) => name.trim().toLowerCase());
  if (content.headed === 'own' && names.every((name, i) => written[i] === name.toLowerCase())) return content;
  const header = content.header.map((_, i) => names[i] ?? `Column${i + 1}`);
  return { ...content, header, headed: 'named' };
}

/** Files behind addresses: all of them as lines, and those that hold JSON as objects too. */
async function nameMapped(
  init: CollectInit,
  external: readonly ExternalFile[],
  problems: DataProblem[],
): Promise<NamedFile[]> {
  const named: NamedFile[] = [];
  for (const { address, file } of external) {
    init.signal?.throwIfAborted();
    const content = await sniffFile(init.database, file, problems);
    const lines = content === null ? null : await sniffLines(file.path);
    if (lines?.kind === 'empty') problems.push(holdsNothing(file.relative, 'is empty'));
    else if (lines !== null) named.push({ file, content: lines, table: null, mapped: false, fallback: address });
    if (content?.kind === 'json')
      named.push({ file, content, table: null, mapped: false, fallback: objectsAt(address) });
  }
  return named;
}

/** Null where the file cannot be read, which is said. */
async function sniffFile(database: Database, file: FoundFile, problems: DataProblem[]): Promise<Content | null> {
  try {
    return await sniff(file.path, (path) => firstLines(database, path));
  } catch (error) {
    const gone = /ENOENT/.test(messageOf(error));
    problems.push(gone ? fileGone(file.relative) : unreadable(file.relative, messageOf(error)));
    return null;
  }
}

/** JSON of a workspace is mostly no log; other files with a name of data are expected to hold rows. */
const SETTINGS = /\.json$/i;

function noTable(file: string): DataProblem {
  const message = `${file} is not read: its content is no table in CSV, TSV, JSON, NDJSON or Parquet, in UTF-8 or UTF-16.`;
  return { severity: 'warning', code: 'unreadable-file', message, file, line: null };
}

/** First lines of a zstd file. */
async function firstLines(database: Database, path: string): Promise<string> {
  const rows = await database.rows(
    `SELECT line FROM read_csv(${textFiles([path])}, auto_detect = false, header = false, columns = {'line': 'VARCHAR'}, ` +
      `delim = '\u0001', quote = '', escape = '', compression = 'zstd', ignore_errors = true) LIMIT 20`,
  );
  return rows.map(([line]) => String(line)).join('\n');
}

const MANY = 20;

/** Many files of one folder whose names say nothing are one table, named by the folder. */
function namedByFolder(files: readonly NamedFile[]): NamedFile[] {
  const folderOf = (f: NamedFile) => f.file.relative.split('/').slice(0, -1).at(-1) ?? '';
  const unnamed = files.filter((f) => f.table === null);
  const large = new Set(
    groupBy(unnamed, (f) => `${folderOf(f)}/${f.content.kind}`)
      .filter((group) => group.length > MANY)
      .flat(),
  );
  return files.map((f) =>
    large.has(f) ? { ...f, fallback: folderOf(f).replace(/[^\p{L}\p{N}_]+/gu, '_') || 'Logs' } : f,
  );
}

const UNIT_BYTES = 256 * 1024 * 1024;
const UNIT_FILES = 5000;

/** Text files that can be read as one relation, in units that are neither tiny nor so large that one change costs much. */
function planUnits(
  files: readonly NamedFile[],
  zone: string | null,
  textOnly: boolean,
  store: ImportStore,
): ImportUnit[] {
  const text = files.filter(({ content: { kind } }) => kind === 'json' || kind === 'csv' || kind === 'lines');
  const groups = groupBy(text, (f) => JSON.stringify([f.content, f.table, f.mapped, f.fallback]));
  return groups.flatMap((group) => {
    const first = group[0]!;
    return slices(group).map((files) => {
      const unit = {
        files,
        content: first.content as ImportUnit['content'],
        table: first.table,
        mapped: first.mapped,
        fallback: first.fallback,
        zone,
        textOnly,
      };
      return { ...unit, key: store.keyOf(unit) };
    });
  });
}

function slices(group: readonly NamedFile[]): FoundFile[][] {
  const out: FoundFile[][] = [[]];
  let bytes = 0;
  for (const { file } of group) {
    const last = out.at(-1)!;
    if (last.length > 0 && (bytes + file.size > UNIT_BYTES || last.length >= UNIT_FILES)) {
      out.push([file]);
      bytes = file.size;
    } else {
      last.push(file);
      bytes += file.size;
    }
  }
  return out;
}

/** Files that are imported together, and what becomes of their rows. */
interface ImportJob {
  readonly key: string;
  readonly files: readonly FoundFile[];
  /** A name for people. */
  readonly table: string;
  /** `scratch` is an existing empty folder of this import. */
  run(scratch: string): Promise<ImportedUnit>;
  take(imported: ImportedUnit): void;
}

function jobOfText(
  { database, store, signal }: CollectInit,
  unit: ImportUnit,
  parts: TablePart[],
  problems: DataProblem[],
): ImportJob {
  const origin = unit.files.map((f) => f.relative);
  return {
    key: unit.key,
    files: unit.files,
    table: unit.table ?? unit.fallback,
    run: (scratch) => importUnit(database, unit, store.folder, scratch, signal),
    take(imported) {
      problems.push(...imported.problems);
      parts.push(...imported.tables.map((table) => store.partOf(table, origin)));
    },
  };
}

function jobOfParquet(
  { database, store, signal }: CollectInit,
  rewrite: Rewrite,
  parts: TablePart[],
  problems: DataProblem[],
): ImportJob {
  const { key, part, group } = rewrite;
  return {
    key,
    files: group.files,
    table: part.table,
    run: (scratch) => rewriteParquet(database, rewrite, store.folder, scratch, signal),
    take(imported) {
      problems.push(...imported.problems);
      // What could not be imported is queried where it is.
      const [table] = imported.tables;
      parts.push(table ? store.partOf(table, part.origin) : part);
    },
  };
}

/** Imports what has not been imported before, one after the other. */
async function importAll({ database, store, report, signal }: CollectInit, jobs: readonly ImportJob[]): Promise<void> {
  const cached = await Promise.all(jobs.map((job) => store.load(job.key)));
  const sizeOf = ({ files }: ImportJob) => files.reduce((sum, f) => sum + f.size, 0);
  const total = jobs.reduce((sum, job, i) => sum + (cached[i] ? 0 : sizeOf(job)), 0);
  let done = 0;
  let rows = 0;
  for (const [i, job] of jobs.entries()) {
    let imported = cached[i] ?? null;
    if (!imported) {
      const bytes = sizeOf(job);
      const watch = watchImport(database, { name: nameOf(job.files, job.table), bytes }, { done, total, rows }, report);
      const scratch = await store.scratch();
      try {
        signal?.throwIfAborted();
        imported = await job.run(scratch);
      } finally {
        watch.end();
        await rm(scratch, { recursive: true, force: true });
      }
      signal?.throwIfAborted();
      const whole = !imported.changed && !imported.problems.some((p) => p.code === 'too-large');
      if (whole) await store.save(job.key, imported);
      done += bytes;
      rows += imported.tables.reduce((sum, t) => sum + t.rows, 0);
    }
    job.take(imported);
  }
}
