import { join } from 'node:path';
import { messageOf } from '../../../base/result';
import { catalogTable } from '../../../catalog/tables';
import type { DataProblem } from '../../../protocol/datahost';
import type { ScalarType } from '../../../protocol/records';
import { type Database, readParquetSql } from '../duckdb/database';
import { bundled } from './bundle';
import { type Assignment, classify } from './classify';
import { type ColumnPlan, isTimeName, planColumns, type RawColumn, timeColumnOf } from './columns';
import { fromText } from './convert';
import { CsvLosses, inspectCsv } from './csv-losses';
import { type DetectedType, detectTypes } from './detect';
import { liftProperties } from './diagnostic-archive';
import { changedFiles, type FoundFile } from './files';
import { copyToParquet, type ImportedTable, type WrittenColumn, writeImported } from './imported-table';
import { almostTimes, lostValues, undatedRows, wrongValues } from './losses';
import { isWestern, recode } from './recode';
import type { Content } from './sniff';
import {
  csvRejects,
  holdsNothing,
  isAbout,
  openCsv,
  openJson,
  openLines,
  type Repair,
  type TextFile,
  type TextSource,
  unbundled,
  unpacked,
  unreadable,
  withoutUnclosed,
} from './text-source';

/** Text files that are imported together, into one Parquet file per table that they hold. */
export interface ImportUnit {
  /** Name of the Parquet files, without extension; equal for equal input. */
  readonly key: string;
  readonly files: readonly FoundFile[];
  readonly content: Extract<Content, { kind: 'json' | 'csv' | 'lines' }>;
  /** The table, where the path or `gapline.yaml` names it. */
  readonly table: string | null;
  /** True where `gapline.yaml` names it: rows whose `Type` is another table keep that. */
  readonly mapped: boolean;
  readonly fallback: string;
  /** Zone of times that say none; null is UTC. */
  readonly zone: string | null;
  /** True for watchlists and files behind addresses: every column is text. */
  readonly textOnly: boolean;
}

export interface ImportedUnit {
  readonly tables: readonly ImportedTable[];
  readonly problems: readonly DataProblem[];
  /** True when a file changed while it was read: what was read is used once and read again next time. */
  readonly changed: boolean;
}

/** Imports one unit; never throws for what the files hold. `scratch` is an existing empty folder of this import. */
export async function importUnit(
  database: Database,
  unit: ImportUnit,
  target: string,
  scratch: string,
  signal: AbortSignal | undefined,
): Promise<ImportedUnit> {
  const repair: Repair = { database, scratch, problems: [], signal };
  const originals = textFilesOf(unit);
  const losses = new CsvLosses();
  const { encoding } = unit.content;
  let files: readonly TextFile[] = originals;
  if (encoding !== 'utf-8') files = await inUtf8(originals, repair);
  else if (unit.content.kind !== 'lines') files = await bundled(unit.files, unit.content, scratch, signal);
  if (encoding === 'windows-1252') repair.problems.push(notUtf8(originals));
  if (unit.content.kind !== 'json') files = await wholeFiles(files, repair);
  let tables: readonly ImportedTable[] = [];
  for (let attempt = 0; files.length > 0; attempt++) {
    // What one reading says of rows is said again by the next.
    const said: DataProblem[] = [];
    try {
      const source = await openText(files, unit.content, repair);
      tables = source ? await convert(unit, source, target, { ...repair, problems: said }) : [];
      const next = unit.content.kind === 'csv' ? await closeQuotes(files, losses, repair, attempt) : null;
      if (next === null) repair.problems.push(...said);
      if (next === null) break;
      files = next;
    } catch (error) {
      signal?.throwIfAborted();
      files = await setAside(files, messageOf(error), repair);
    }
  }
  repair.problems.push(...losses.problems(originals));
  if (tables.length > 0 && unit.content.kind === 'csv') repair.problems.push(...withoutHeader(unit, unit.content));
  if (tables.length === 0 && unit.table !== null && !repair.problems.some((p) => p.severity !== 'information'))
    tables = [await writeNoRows(unit, target, { ...repair, problems: [] })];
  const changed = await changedFiles(unit.files);
  const gone = new Set(repair.problems.filter((p) => p.code === 'file-changed').map((p) => p.file));
  for (const file of changed) if (!gone.has(file.relative)) repair.problems.push(fileChanged(file.relative));
  return { tables, problems: repair.problems, changed: changed.length > 0 };
}

const textFilesOf = (unit: ImportUnit): readonly TextFile[] =>
  unit.files.map(({ relative, path }) => ({
    relative,
    path,
    compression: unit.content.compression,
    encoding: unit.content.encoding,
  }));

/** Copies in UTF-8 with one kind of line ends; a file that cannot be read to its end is left out and said. */
async function inUtf8(files: readonly TextFile[], repair: Repair): Promise<TextFile[]> {
  const out: TextFile[] = [];
  for (const file of files) {
    const path = join(repair.scratch, `recoded-${copies++}`);
    try {
      await recode(file, path, repair.signal);
      out.push({ relative: file.relative, path, compression: 'none' });
    } catch (error) {
      repair.signal?.throwIfAborted();
      repair.problems.push(unreadable(file.relative, messageOf(error)));
    }
  }
  return out;
}

/** Names of copies differ. */
let copies = 0;

function notUtf8(files: readonly TextFile[]): DataProblem {
  const file = files[0]!.relative;
  const [name, is] = files.length === 1 ? [file, 'is'] : [`${file} and ${files.length - 1} more`, 'are'];
  const message = `${name} ${is} not in UTF-8 and ${is} read as Windows-1252 (Western European). Save as UTF-8 if names look wrong.`;
  return { severity: 'information', code: 'config', message, file, line: null };
}

async function openText(
  files: readonly TextFile[],
  content: ImportUnit['content'],
  repair: Repair,
): Promise<TextSource | null> {
  if (content.kind === 'csv') return openCsv(files, content, repair);
  if (content.kind === 'lines') return openLines(files);
  const source = await openJson(files, content, repair);
  return source && liftProperties(repair.database, source);
}

/** Gzip files that are cut off, as unpacked copies of their sound part; files with a quote that does not close, marked. */
async function wholeFiles(files: readonly TextFile[], repair: Repair): Promise<TextFile[]> {
  const out: TextFile[] = [];
  for (const [i, file] of files.entries()) {
    const inspected = file.compression === 'gzip' || (files.length > 1 && file.compression === 'none' && !file.members);
    const { fault, unclosed } = inspected ? await inspectCsv(file, repair.signal) : SOUND;
    const alone = unclosed && files.length > 1;
    if (fault === null) out.push(alone ? { ...file, alone } : file);
    else {
      out.push({ ...(await unpacked(file, repair, i)), alone });
      const message = `${file.relative} ends too early (${fault}): the rows before that point are used, what came after is missing.`;
      repair.problems.push({ severity: 'error', code: 'unreadable-file', message, file: file.relative, line: null });
    }
  }
  return out;
}

const SOUND = { fault: null, unclosed: false };

const MOST_ATTEMPTS = 20;

/** Records rejected rows; gives files to read again where a quote that never closes swallowed sound rows, else null. */
async function closeQuotes(
  files: readonly TextFile[],
  losses: CsvLosses,
  repair: Repair,
  attempt: number,
): Promise<TextFile[] | null> {
  const rejects = await csvRejects(repair.database);
  // What is said of a row is said of its file.
  const members = unbundled(files, (f) => rejects.has(f.path));
  if (members) return wholeFiles(members, repair);
  losses.record(new Map(files.flatMap((f) => (rejects.has(f.path) ? [[f.relative, rejects.get(f.path)!]] : []))));
  const strange: TextFile[] = [];
  for (const file of files) {
    const asked = rejects.get(file.path)?.encoded === true && file.compression !== 'zstd';
    if (asked && !file.path.startsWith(repair.scratch) && (await isWestern(file, repair.signal))) strange.push(file);
  }
  if (strange.length > 0) {
    repair.problems.push(notUtf8(strange));
    const copies = await inUtf8(
      strange.map((f) => ({ ...f, encoding: 'windows-1252' })),
      repair,
    );
    return [...files.filter((f) => !strange.includes(f)), ...copies];
  }
  let again = false;
  const next: TextFile[] = [];
  for (const [i, file] of files.entries()) {
    const unclosed = rejects.get(file.path)?.unclosed ?? [];
    if (unclosed.length > 0 && attempt < MOST_ATTEMPTS && file.compression !== 'zstd') {
      again = true;
      losses.leaveOut(file, unclosed);
      next.push(await withoutUnclosed(file, unclosed, repair, attempt * UNIT_FILES + i));
    } else next.push(file);
  }
  return again ? next : null;
}

/** Far more than a unit has, so that names of repaired copies differ. */
const UNIT_FILES = 100_000;

/** What the engine says of lines that end in several ways. */
const MIXED_LINES = /state machine reached an invalid state/;

/** After a fault: the files without the one at fault; none where it is not known which. A bundle is opened first. */
async function setAside(files: readonly TextFile[], message: string, repair: Repair): Promise<readonly TextFile[]> {
  const broken = files.find((f) => isAbout(message, f.path)) ?? (files.length === 1 ? files[0] : undefined);
  const members = unbundled(files, (f) => !broken || f === broken);
  if (members) return wholeFiles(members, repair);
  if (broken && MIXED_LINES.test(message) && !broken.path.startsWith(repair.scratch)) {
    const copy = await inUtf8([broken], repair);
    return files.flatMap((f) => (f === broken ? copy : [f]));
  }
  for (const file of broken ? [broken] : files) repair.problems.push(unreadable(file.relative, message));
  return broken ? files.filter((f) => f !== broken) : [];
}

/** Writes the Parquet files of a source. */
async function convert(unit: ImportUnit, source: TextSource, target: string, repair: Repair): Promise<ImportedTable[]> {
  const { database, scratch, problems } = repair;
  const byName = unit.table !== null && !unit.mapped;
  if (byName || unit.textOnly) {
    const table = unit.table ?? unit.fallback;
    const whole = { table, known: unit.table !== null, where: null, rows: 0, filled: [] };
    return [await writeTable(unit, source, whole, join(target, `${unit.key}.parquet`), repair)];
  }
  const staged = await stage(database, source, join(scratch, 'staged.parquet'));
  const names = { mapped: unit.mapped ? unit.table : null, fallback: unit.fallback };
  const found = await classify(database, staged.relation, staged.columns, names);
  const assignments = found.length > 0 ? found : [noRowsOf(unit, source)];
  if (found.length === 0) problems.push(...unit.files.map((f) => holdsNothing(f.relative, 'holds no rows')));
  const out: ImportedTable[] = [];
  for (const [i, assignment] of assignments.entries()) {
    const filled = new Set(assignment.filled);
    // Columns that only other tables of this file fill are theirs.
    const columns = staged.columns.filter((c) => assignments.length === 1 || filled.has(c.name));
    const path = join(target, `${unit.key}-${i}.parquet`);
    out.push(await writeTable(unit, { ...staged, columns }, assignment, path, repair));
    if (!assignment.known && assignment.rows > 0) problems.push(unknownTable(unit.files, assignment));
  }
  return out;
}

/** A header without rows is a table all the same: a query of it says that there were none, instead of that it is unknown. */
const noRowsOf = (unit: ImportUnit, source: TextSource): Assignment => ({
  table: unit.table ?? unit.fallback,
  known: unit.table !== null,
  where: null,
  rows: 0,
  filled: source.columns.map((c) => c.name),
  empty: true,
});

/** The table of files that hold not even a header. */
function writeNoRows(unit: ImportUnit, target: string, repair: Repair): Promise<ImportedTable> {
  const none = {
    relation: "(SELECT '' AS c0 WHERE false)",
    columns: [{ name: 'Type', sql: 'c0' }],
    quoted: new Set<string>(),
  };
  return writeTable(unit, none, noRowsOf(unit, none), join(target, `${unit.key}.parquet`), repair);
}

/** The source's text columns as a Parquet file, so that reading it several times costs little. */
async function stage(database: Database, source: TextSource, path: string): Promise<TextSource> {
  const columns: RawColumn[] = source.columns.map((c, i) => ({ name: c.name, sql: `c${i}` }));
  const select = source.columns.map((c, i) => `${c.sql} AS c${i}`).join(', ');
  await copyToParquet(database, `SELECT ${select} FROM ${source.relation}`, columns.length, path);
  return { relation: readParquetSql([path]), columns, quoted: source.quoted };
}

async function writeTable(
  unit: ImportUnit,
  source: TextSource,
  assignment: Assignment,
  path: string,
  repair: Repair,
): Promise<ImportedTable> {
  const { database, problems } = repair;
  const plans = planColumns(assignment.known && !unit.textOnly ? assignment.table : null, source.columns);
  const relation =
    assignment.where === null ? source.relation : `(SELECT * FROM ${source.relation} WHERE ${assignment.where})`;
  const decided = unit.textOnly
    ? plans.map(() => asType('string'))
    : await decideTypes(database, relation, plans, source, assignment.empty === true);
  const types = decided.map((d) => d.type);
  const known = assignment.known ? catalogTable(assignment.table) : undefined;
  const select = plans.map((plan, i) => {
    // Times of a catalogue's table are UTC unless the header says otherwise.
    const zone = plan.local || known === undefined ? unit.zone : null;
    return fromText(textOf(plan), types[i]!, plan.zone ?? zone);
  });
  const local = plans.find((p) => p.local && p.zone === null);
  if (local && unit.zone === null) problems.push(zoneNeeded(unit.files[0]!.relative, local.from[0]!.name));
  const columns = plans.map((plan, i) => ({ name: plan.name, type: types[i]!, sql: select[i]! }));
  const imported = await writeImported(database, assignment, columns, relation, path);
  if (!unit.textOnly) await sayLost(unit, { imported, plans, columns, relation, decided }, repair);
  return imported;
}

interface Written {
  readonly imported: ImportedTable;
  readonly plans: readonly ColumnPlan[];
  readonly columns: readonly WrittenColumn[];
  readonly relation: string;
  readonly decided: readonly DetectedType[];
}

/** Says what of the text became nothing: rows without a time, and values that are none of their column's type. */
async function sayLost(
  unit: ImportUnit,
  { imported, plans, columns, relation, decided }: Written,
  { database, problems, signal }: Repair,
): Promise<void> {
  const filled = new Set(imported.columns.filter((c) => c.filled).map((c) => c.name));
  const name = timeColumnOf(imported.table, imported.columns, filled, imported.rows);
  const i = imported.columns.findIndex((c) => c.name === name);
  const rows = imported.columns[i]?.nulls ?? 0;
  if (rows > 0) {
    const time = { column: imported.columns[i]!.name, text: textOf(plans[i]!), time: columns[i]!.sql };
    problems.push(await undatedRows(database, relation, time, rows, textFilesOf(unit), signal));
  }
  for (const [k, { type, wrong, nearlyTimes }] of decided.entries()) {
    const { name } = columns[k]!;
    const files = textFilesOf(unit);
    if (wrong && k !== i) problems.push(await wrongValues({ name, type }, wrong, files, signal));
    if (nearlyTimes) problems.push(await almostTimes(name, nearlyTimes, files, signal));
  }
  const others = columns.flatMap(({ name: column, type, sql }, k) =>
    k !== i && decided[k]!.wrong === null && imported.columns[k]!.nulls > 0
      ? [{ name: column, type, text: textOf(plans[k]!), value: sql }]
      : [],
  );
  const lost = await lostValues(database, relation, imported.table, others, textFilesOf(unit), signal);
  if (lost) problems.push(lost);
}

/** The text of a column: of its sources the first that holds something. */
function textOf(plan: ColumnPlan): string {
  const [only, ...more] = plan.from;
  return more.length === 0 ? only!.sql : `coalesce(${plan.from.map((c) => `nullif(${c.sql}, '')`).join(', ')})`;
}

async function decideTypes(
  database: Database,
  relation: string,
  plans: readonly ColumnPlan[],
  source: TextSource,
  empty: boolean,
): Promise<DetectedType[]> {
  // Where no value tells, the name does.
  if (empty) return plans.map((p) => asType(p.type ?? (isTimeName(p.name) ? 'datetime' : 'string')));
  const open = plans.filter((p) => p.type === null);
  const asked = open.map((p) => ({ sql: textOf(p), quoted: p.from.some((c) => source.quoted.has(c.name)) }));
  const found = await detectTypes(database, relation, asked);
  return plans.map((p) => (p.type === null ? found[open.indexOf(p)]! : asType(p.type)));
}

const asType = (type: ScalarType): DetectedType => ({ type, wrong: null, nearlyTimes: null });

/** Rows whose table nobody named: they can be queried under the file's name, and the user is asked. */
export function unknownTable(files: readonly FoundFile[], assignment: Assignment): DataProblem {
  const first = files[0]!.relative;
  const all = files.length === 1 ? first : `${first} and ${files.length - 1} more`;
  const [rows, belong, they] =
    assignment.rows === 1
      ? ['1 row', 'belongs', 'it is']
      : [`${assignment.rows.toLocaleString('en')} rows`, 'belong', 'they are'];
  return {
    severity: 'warning',
    code: 'unknown-table',
    message: `${rows} of ${all} ${belong} to no table that is known by name or columns; until you say which, ${they} the table ${assignment.table}.`,
    file: first,
    line: null,
    columns: assignment.filled,
  };
}

/** Rows whose columns nobody named. */
function withoutHeader(unit: ImportUnit, { headed, header }: Extract<Content, { kind: 'csv' }>): DataProblem[] {
  if (headed !== 'none') return [];
  const table = unit.table ?? unit.fallback;
  const file = unit.files[0]!.relative;
  const names = header.length > 3 ? [...header.slice(0, 3), '…'] : header;
  const [first, its] = unit.files.length === 1 ? [file, 'its'] : [`${file} and ${unit.files.length - 1} more`, 'their'];
  const message = `${first} ${unit.files.length === 1 ? 'has' : 'have'} no header: the first line is a row like those below it. To name ${its} ${header.length} columns, write into gapline.yaml: sources: {${table}: {files: ${JSON.stringify(file)}, columns: [${names.join(', ')}]}}.`;
  return [{ severity: 'warning', code: 'config', message, file, line: 1 }];
}

function zoneNeeded(file: string, header: string): DataProblem {
  return {
    severity: 'warning',
    code: 'config',
    message: `${file} has local times (${header}) but gapline.yaml does not say their zone, so they are read as UTC. Add "zone: Europe/Berlin" or the like.`,
    file,
    line: 1,
  };
}

export function fileChanged(file: string): DataProblem {
  return {
    severity: 'warning',
    code: 'file-changed',
    message: `${file} changed while it was read, so its rows may be incomplete. Open the folder again when it is whole.`,
    file,
    line: null,
  };
}
