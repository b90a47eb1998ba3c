import { type CatalogTable, catalogTable } from '../../../catalog/tables';
import type { ScalarType } from '../../../protocol/records';
import { withoutTypeSuffix } from './recognise';

/** A column of a source: its name there and the SQL that gives it. */
export interface RawColumn {
  readonly name: string;
  readonly sql: string;
}

/** A column of a table and the source columns that it is read from, the first that holds something. */
export interface ColumnPlan {
  readonly name: string;
  /** The catalogue's type; null: to be detected. */
  readonly type: ScalarType | null;
  readonly from: readonly RawColumn[];
  /** True where the header says that its times are local. */
  readonly local: boolean;
  /** The IANA zone that the header names, if it does. */
  readonly zone: string | null;
}

/** Names under which exports carry the time of ingestion. */
const INGESTION = /^(IngestionTime|ingestion_time|_IngestionTime|\$IngestionTime|_TimeReceived)$/i;
/** What the portal adds to a header: `TimeGenerated [UTC]`, `TimeGenerated [Local Time]`. */
const HEADER_ZONE = /\s*\[([^\]]+)\]$/;
/** Suffixes of types in tables that are made by whoever writes to them. */
const SUFFIX_TYPES: Readonly<Record<string, ScalarType>> = {
  _s: 'string',
  _d: 'real',
  _b: 'bool',
  _t: 'datetime',
  _g: 'string',
};

/** Which columns a source gives to a table: the catalogue's by their names, the others beside them. */
export function planColumns(table: string | null, raw: readonly RawColumn[]): ColumnPlan[] {
  const known = table === null ? undefined : catalogTable(table);
  const plans = new Map<string, ColumnPlan & { readonly from: RawColumn[] }>();
  const exact = new Set(raw.map((c) => c.name));
  for (const column of raw) {
    const zone = HEADER_ZONE.exec(column.name)?.[1];
    const header = column.name.replace(HEADER_ZONE, '').trim() || 'Column';
    const target = columnOf(header, known, exact);
    const plan = plans.get(target.name);
    if (plan) plan.from.push(column);
    else {
      const local = zone !== undefined && !/^utc$/i.test(zone);
      plans.set(target.name, { ...target, from: [column], local, zone: local ? ianaZone(zone) : null });
    }
  }
  return [...plans.values()];
}

/** `Europe/Berlin` of `TimeGenerated [Europe/Berlin]`; null for what is no zone by name, such as `Local Time`. */
function ianaZone(text: string): string | null {
  if (!text.includes('/')) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    // A header may say anything.
    return null;
  }
}

function columnOf(
  header: string,
  known: CatalogTable | undefined,
  exact: ReadonlySet<string>,
): { name: string; type: ScalarType | null } {
  const find = (name: string) => known?.columns.find((c) => c.name === name);
  const lowered = (name: string) => known?.columns.find((c) => c.name.toLowerCase() === name.toLowerCase());
  const own = find(header) ?? find(withoutTypeSuffix(header));
  if (own) return own;
  // Another case is the catalogue's column only where the source does not have that one too.
  const near = lowered(header);
  if (near && !exact.has(near.name)) return near;
  if (INGESTION.test(header)) return { name: header, type: 'datetime' };
  const open = known === undefined || known.open;
  const type = open ? (SUFFIX_TYPES[header.slice(-2)] ?? null) : null;
  return { name: header, type };
}

/** The column that holds when a row was ingested, if the export has one. */
export const ingestionColumnOf = (names: readonly string[]): string | null =>
  names.find((n) => INGESTION.test(n)) ?? null;

/** Names of time columns in tables that the catalogue does not know, the likeliest first. */
const TIME_NAMES = [
  'TimeGenerated',
  'Timestamp',
  'EventTime',
  'Time',
  '@timestamp',
  '_time',
  'EventTimestamp',
  'CreationTime',
  'CreatedTime',
  'CreatedDateTime',
  'ActivityDateTime',
  'StartTime',
  'DateTime',
  'Date',
];

/** Whether a column's name says that it holds the time of its row. */
export const isTimeName = (name: string): boolean => TIME_NAMES.some((n) => n.toLowerCase() === name.toLowerCase());

/** The time column of a table: the catalogue's where the data has it, else the likeliest datetime column. */
export function timeColumnOf(
  table: string,
  columns: readonly { readonly name: string; readonly type: ScalarType }[],
  filled: ReadonlySet<string>,
  rows: number,
): string | null {
  const known = catalogTable(table);
  const times = columns.filter((c) => c.type === 'datetime');
  const own = [known?.timeColumn, known?.defenderTimeColumn].find((n) => n && filled.has(n));
  if (own) return own;
  // An empty export of a known table is a table of no rows, not one without time.
  if (rows === 0 && known?.timeColumn) return known.timeColumn;
  const candidates = times.filter((c) => (rows === 0 || filled.has(c.name)) && !INGESTION.test(c.name));
  for (const name of TIME_NAMES) {
    const found = candidates.find((c) => c.name.toLowerCase() === name.toLowerCase());
    if (found) return found.name;
  }
  return candidates[0]?.name ?? null;
}
