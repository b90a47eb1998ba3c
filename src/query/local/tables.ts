import { EPOCH_TICKS, type Instant, instant, instantToTicks, ticksToInstant } from '../../base/time';
import { catalogTable } from '../../catalog/tables';
import type { DataProblem, TableInfo } from '../../protocol/datahost';
import type { ResultColumn, ScalarType } from '../../protocol/records';
import { type FolderConfig, isImported, lineOfItem, tableOfSource } from './config';
import { identifier, literal, readParquetSql } from './duckdb/database';
import { fieldNotes, type HiddenColumn, hiddenColumns, hiddenNames, hiddenSql } from './hidden-columns';
import { ingestionColumnOf, timeColumnOf } from './ingest/columns';
import { commonType, toForm, widen } from './ingest/convert';
import { type DatetimeForm, RELATION_TYPE, type TranslateTable } from './translate/types';

/** Parquet files that hold rows of one table: the user's own, or imported ones. */
export interface TablePart {
  readonly table: string;
  /** Absolute paths of the Parquet files, all of one schema. */
  readonly parquet: readonly string[];
  /** True where names of their folders (`Region=west`) are columns. */
  readonly partitions: boolean;
  /** A SQL condition where only some of the rows are the table's. */
  readonly where: string | null;
  readonly columns: readonly PartColumn[];
  readonly rows: number;
  /** The user's files, relative to the folder. */
  readonly origin: readonly string[];
}

export interface PartColumn {
  readonly name: string;
  readonly type: ScalarType;
  /** SQL over the files that gives the physical form of the type. */
  readonly sql: string;
  readonly form: DatetimeForm;
  /** False where it is known to hold nothing. */
  readonly filled: boolean;
  /** Of datetimes: smallest and largest value in ticks, null where not known. */
  readonly range: readonly [bigint, bigint] | null;
  /** Of dynamics that are kept as text nobody has checked: SQL of that text. */
  readonly source?: string;
  /** True where the file keeps each distinct text of it once. */
  readonly few?: boolean;
  /** Of dynamics: SQL of the texts that are kept of their paths, by path. */
  readonly texts?: ReadonlyMap<string, string>;
}

/** A table of the connection: what people see, what the translator needs and the view behind it. */
export interface LocalTable {
  readonly info: TableInfo;
  readonly translate: TranslateTable;
  /** Absolute paths of the Parquet files that hold its rows. */
  readonly parquet: readonly string[];
  /** Statement that makes its view. */
  readonly view: string;
  /** Latest plausible event or ingestion time. */
  readonly end: Instant | null;
  /** A SELECT of the plausible span, where metadata holds implausible times; null where `info` has it. */
  readonly spanQuery: string | null;
}

/** Schemas of the views, so that no name of a table meets one of the engine's. */
export type ViewSchema = 'logs' | 'watchlists' | 'external';

/** Joins the parts of each table: one list of columns, one view; columns that a file lacks are null in its rows. */
export function assembleTables(
  parts: readonly TablePart[],
  config: FolderConfig,
  clock: Instant,
  problems: DataProblem[],
  schema: ViewSchema = 'logs',
): LocalTable[] {
  const byTable = new Map<string, TablePart[]>();
  for (const part of parts) byTable.set(part.table, [...(byTable.get(part.table) ?? []), part]);
  const views = new Set<string>();
  return [...byTable]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, members]) => {
      let view = name;
      // Names of views differ in more than case.
      for (let i = 2; views.has(view.toLowerCase()); i++) view = `${name}_${i}`;
      views.add(view.toLowerCase());
      return assemble(name, `${schema}.${identifier(view)}`, members, config, clock, problems);
    });
}

interface TableColumn extends ResultColumn {
  readonly form: DatetimeForm;
  /** Name in the parts. */
  readonly source: string;
}

function assemble(
  name: string,
  relation: string,
  parts: readonly TablePart[],
  config: FolderConfig,
  clock: Instant,
  problems: DataProblem[],
): LocalTable {
  const columns = joinColumns(name, parts);
  for (const renamed of columns.filter((c) => c.name !== c.source)) problems.push(columnRenamed(name, renamed, parts));
  problems.push(...disagreements(name, columns, parts));
  const rows = parts.reduce((sum, p) => sum + p.rows, 0);
  const filled = new Set(parts.flatMap((p) => p.columns.filter((c) => c.filled).map((c) => c.name)));
  const [id, source] =
    Object.entries(config.sources).find(([id, s]) => !id.includes('/') && tableOfSource(id, s) === name) ?? [];
  const mapped = (column: string | null | undefined) =>
    column && columns.some((c) => c.name === column) ? column : null;
  for (const [key, wanted] of [
    ['time', source?.time],
    ['ingestion', source?.ingestion],
    ...(source?.key ?? []).map((column) => ['key', column] as const),
  ] as const) {
    if (!wanted || mapped(wanted)) continue;
    const line = lineOfItem(config, ['sources', id!, key], source?.key ?? [], wanted);
    problems.push(noSuchColumn(name, wanted, line));
  }
  const timeColumn = mapped(source?.time) ?? timeColumnOf(name, columns, filled, rows);
  const ingestionColumn =
    mapped(source?.ingestion) ?? ingestionColumnOf(columns.filter((c) => filled.has(c.name)).map((c) => c.name));
  if (timeColumn === null && rows > 0 && relation.startsWith('logs.')) problems.push(noTimeColumn(name, parts));
  const span = spanOf(parts, timeColumn, clock);
  const ingested = spanOf(parts, ingestionColumn, clock);
  const plain = columns.map((c) => ({ name: c.name, type: c.type }));
  const ticks = columns.filter((c) => c.type === 'datetime' && c.form === 'ticks');
  const hidden = hiddenColumns(columns, parts);
  return {
    parquet: parts.flatMap((p) => p.parquet),
    view: `CREATE VIEW ${relation} AS ${parts.map((p) => selectPart(p, columns, hidden, name)).join(' UNION ALL ')}`,
    translate: {
      name,
      columns: plain,
      relation,
      timeColumn,
      ingestionColumn,
      datetimeForms: new Map(ticks.map((c) => [c.name, 'ticks' as const])),
      ...hiddenNames(hidden),
      fewTexts: fewTexts(columns, parts),
      ...(relation.startsWith('logs.') &&
        !isImported(config, name) && { fieldNotes: fieldNotes(name, columns, parts) }),
    },
    info: {
      name,
      columns: plain,
      files: [...new Set(parts.flatMap((p) => p.origin))].sort(),
      rows,
      timeColumn,
      ingestionColumn,
      first: span?.first ?? null,
      last: span?.last ?? null,
    },
    spanQuery:
      span?.absurd || ingested?.absurd ? spanQuery(relation, columns, timeColumn, ingestionColumn, clock) : null,
    end: instantOrNull(Math.max(span?.last ?? -Infinity, ingested?.last ?? -Infinity)),
  };
}

/** Texts, and dynamics by their text, of which most rows are kept in dictionaries. */
function fewTexts(columns: readonly TableColumn[], parts: readonly TablePart[]): ReadonlySet<string> {
  const all = parts.reduce((sum, p) => sum + p.rows, 0);
  const rowsOf = (column: TableColumn) =>
    parts.reduce((sum, p) => sum + (p.columns.some((c) => c.name === column.source && c.few) ? p.rows : 0), 0);
  return new Set(columns.filter((c) => 2 * rowsOf(c) > all).map((c) => c.name));
}

const instantOrNull = (ms: number): Instant | null => (Number.isFinite(ms) ? instant(ms) : null);

/** The catalogue's columns, then the others in the order of the files. */
function joinColumns(table: string, parts: readonly TablePart[]): TableColumn[] {
  const found = new Map<string, { type: ScalarType; ticks: boolean }>();
  for (const c of catalogTable(table)?.columns ?? []) found.set(c.name, { type: c.type, ticks: false });
  const known = new Set(found.keys());
  for (const { columns } of parts) {
    for (const c of columns) {
      const before = found.get(c.name);
      const type = before ? (known.has(c.name) ? before.type : commonType(before.type, c.type)) : c.type;
      found.set(c.name, { type, ticks: (before?.ticks ?? false) || c.form === 'ticks' });
    }
  }
  // The engine tells columns apart by more than case, KQL does not: where only one of two is filled, the other goes.
  const filled = new Set(parts.flatMap((p) => p.columns.filter((c) => c.filled).map((c) => c.name)));
  const filledAlike = new Set([...filled].map((name) => name.toLowerCase()));
  const taken = new Set<string>();
  return [...found].flatMap(([source, { type, ticks }]) => {
    if (!filled.has(source) && (filledAlike.has(source.toLowerCase()) || taken.has(source.toLowerCase()))) return [];
    let name = source;
    for (let i = 1; taken.has(name.toLowerCase()); i++) name = `${source}${i}`;
    taken.add(name.toLowerCase());
    return [{ name, source, type, form: ticks ? ('ticks' as const) : ('timestamp' as const) }];
  });
}

function selectPart(
  part: TablePart,
  columns: readonly TableColumn[],
  hidden: readonly HiddenColumn[],
  table: string,
): string {
  const own = new Map(part.columns.map((c) => [c.name, c]));
  const byName = new Map(columns.map((c) => [c.name, expression(c, own, table)]));
  const expressions = [
    ...[...byName].map(([name, sql]) => `${sql} AS ${identifier(name)}`),
    ...hidden.map((h) => hiddenSql(h, part, byName.get(h.column)!)),
  ];
  const where = part.where === null ? '' : ` WHERE ${part.where}`;
  return `SELECT ${expressions.join(', ')} FROM ${readParquetSql(part.parquet, part.partitions)}${where}`;
}

/** Columns that stand for each other where an export has only one: Log Analytics and hunting name their time differently. */
const STAND_INS: Readonly<Record<string, string>> = { TimeGenerated: 'Timestamp', Timestamp: 'TimeGenerated' };

function expression(column: TableColumn, own: ReadonlyMap<string, PartColumn>, table: string): string {
  const stored = own.get(column.source) ?? standIn(column, own);
  if (stored) {
    return stored.type === 'datetime' && column.type === 'datetime'
      ? toForm(stored.sql, stored.form, column.form)
      : widen(stored.sql, stored.type, column.type, stored.form);
  }
  // Every row of a workspace says its table; exports often leave that out.
  if (column.name === 'Type' && column.type === 'string') return literal(table);
  if (column.type === 'string') return "''";
  return `NULL::${column.type === 'datetime' && column.form === 'ticks' ? 'BIGINT' : RELATION_TYPE[column.type]}`;
}

function standIn(column: TableColumn, own: ReadonlyMap<string, PartColumn>): PartColumn | undefined {
  const other = STAND_INS[column.source];
  return other !== undefined && column.type === 'datetime' ? own.get(other) : undefined;
}

const FIRST_SANE = instant(Date.UTC(2000, 0, 1));
const DAY_MS = 86_400_000;

interface Span {
  readonly first: Instant | null;
  readonly last: Instant | null;
  /** True where some time is implausible, so that the plausible ends are not known from metadata. */
  readonly absurd: boolean;
}

/** Span of a column by the metadata of its files; null where they say nothing. */
function spanOf(parts: readonly TablePart[], column: string | null, clock: Instant): Span | null {
  const [low, high] = saneTicks(clock);
  const times = parts.flatMap((p) => p.columns.find((c) => c.name === column)?.range ?? []);
  const sane = times.filter((t) => t >= low && t <= high).map(ticksToInstant);
  if (times.length === 0) return null;
  return {
    first: sane.length === 0 ? null : instant(Math.min(...sane)),
    last: sane.length === 0 ? null : instant(Math.max(...sane)),
    absurd: sane.length < times.length,
  };
}

const saneTicks = (clock: Instant) => [instantToTicks(FIRST_SANE), instantToTicks(instant(clock + DAY_MS))] as const;

/** First event, last event and last ingestion in ticks, implausible times left out. */
function spanQuery(
  relation: string,
  columns: readonly TableColumn[],
  time: string | null,
  ingestion: string | null,
  clock: Instant,
): string {
  const [low, high] = saneTicks(clock);
  const limit = (aggregate: 'min' | 'max', name: string | null) => {
    const column = columns.find((c) => c.name === name);
    if (!column) return 'NULL::BIGINT';
    const ticks = toForm(identifier(column.name), column.form, 'ticks');
    return `${aggregate}(${ticks}) FILTER (${ticks} BETWEEN ${low} AND ${high})`;
  };
  return `SELECT ${limit('min', time)}, ${limit('max', time)}, ${limit('max', ingestion)} FROM ${relation}`;
}

/** The table with the span that `spanQuery` found. */
export function withSpan(
  table: LocalTable,
  first: bigint | null,
  last: bigint | null,
  ingested: bigint | null,
): LocalTable {
  const at = (ticks: bigint | null) => (ticks === null ? null : ticksToInstant(ticks));
  const ends = [last, ingested].filter((t) => t !== null).map(ticksToInstant);
  return {
    ...table,
    info: { ...table.info, first: at(first), last: at(last) },
    end: ends.length === 0 ? null : instant(Math.max(...ends)),
  };
}

/** A time as DuckDB prints it in metadata (`2024-09-02 23:00:00.1234567+00`, or ticks) as ticks. */
export function rangeToTicks(text: string): bigint | null {
  if (/^-?\d{15,19}$/.test(text)) return BigInt(text);
  const m = /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:\+00)?)?$/.exec(text);
  if (!m) return null;
  const ms = Date.parse(`${m[1]}T${m[2] ?? '00:00:00'}Z`);
  return Number.isNaN(ms) ? null : BigInt(ms) * 10_000n + EPOCH_TICKS + BigInt((m[3] ?? '').padEnd(7, '0').slice(0, 7));
}

function noTimeColumn(table: string, parts: readonly TablePart[]): DataProblem {
  const message = `${table} has no time column, so it can be queried but its coverage cannot be judged. Name one in gapline.yaml: sources: {${table}: {time: <column>}}.`;
  return { severity: 'warning', code: 'no-time-column', message, file: parts[0]?.origin[0] ?? null, line: null };
}

function noSuchColumn(table: string, column: string, line: number | null): DataProblem {
  const message = `gapline.yaml names the column ${column} of ${table}, but its files have no such column.`;
  return { severity: 'warning', code: 'config', message, file: 'gapline.yaml', line };
}

/** Columns that hold values of several types, which only text can hold together. */
function disagreements(table: string, columns: readonly TableColumn[], parts: readonly TablePart[]): DataProblem[] {
  if (catalogTable(table)) return [];
  return columns.flatMap((column): DataProblem[] => {
    if (column.type !== 'string') return [];
    const held = parts.flatMap((part) => {
      const own = part.columns.find((c) => c.name === column.source);
      return own?.filled ? [{ type: own.type, file: part.origin[0] ?? '' }] : [];
    });
    const other = held.find((h) => h.type !== 'string');
    const differs = other && held.find((h) => h.type !== other.type);
    if (!differs) return [];
    const message = `${column.name} of ${table} holds values of type ${other.type} in ${other.file} and of type ${differs.type} in ${differs.file}; it is read as string.`;
    return [{ severity: 'information', code: 'config', message, file: differs.file, line: null }];
  });
}

function columnRenamed(table: string, column: TableColumn, parts: readonly TablePart[]): DataProblem {
  const message = `${table} has two columns that differ by case alone; ${column.source} is ${column.name} here.`;
  return { severity: 'information', code: 'config', message, file: parts[0]?.origin[0] ?? null, line: null };
}
