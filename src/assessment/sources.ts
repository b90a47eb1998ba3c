import { kqlName, kqlString } from '../base/kql-text';
import { type CatalogSource, catalogServices, catalogSources, findService } from '../catalog/services';
import { catalogTable } from '../catalog/tables';
import type { TableInfo } from '../protocol/datahost';
import type { IncidentWindow } from '../protocol/review';
import type { LogSource } from '../protocol/source';
import type { Reason } from '../protocol/status';
import type { FolderConfig, SourceConfig } from '../query/local/config';
import { type SourceSettings, withSetting } from './source-settings';

/** What `gapline.yaml` declares of one log source; null where it says nothing. */
export type SourceDeclaration = Partial<Omit<SourceConfig, 'files'>>;

/** What `gapline.yaml` declares of the sources of a folder. */
export interface Declarations {
  /** Log sources that must be there, even when no row is. */
  readonly expect: readonly string[];
  readonly sources: ReadonlyMap<string, SourceDeclaration>;
  /** What the user's settings say of log sources or whole tables; it makes no source expected. Left out: nothing. */
  readonly settings?: SourceSettings;
}

export function declarationsOf(
  config: Pick<FolderConfig, 'expect' | 'sources'>,
  settings?: SourceSettings,
): Declarations {
  return {
    expect: config.expect,
    sources: new Map(Object.entries(config.sources)),
    ...(settings && settings.size > 0 && { settings }),
  };
}
export const NO_DECLARATIONS: Declarations = { expect: [], sources: new Map() };

/** A provider and a category of diagnostic logs that are in AzureDiagnostics. */
export interface DiagnosticSlice {
  readonly provider: string;
  readonly category: string;
  /** All spellings of the provider in the data, where it has more than one, or another than the slice is named by. */
  readonly providers?: readonly string[];
}

/**
 * Slices of which those that differ in the spelling of the provider alone are one, under the catalogue's spelling where it has one: else
 * each would hold a part of the rows, and the other part would be a gap.
 */
export function joinedSlices(slices: readonly DiagnosticSlice[]): readonly DiagnosticSlice[] {
  const known = new Map(catalogProviders().map((p) => [p.toLowerCase(), p]));
  const spellings = new Map<string, Set<string>>();
  const plain = (s: DiagnosticSlice) => s.provider.trim().toLowerCase();
  for (const s of slices) spellings.set(plain(s), (spellings.get(plain(s)) ?? new Set()).add(s.provider));
  const joined = new Map<string, DiagnosticSlice>();
  for (const s of slices) {
    const all = [...spellings.get(plain(s))!].sort();
    const provider = known.get(plain(s)) ?? all[0]!;
    const one = all.length === 1 && all[0] === provider;
    joined.set(JSON.stringify([provider, s.category]), { ...s, provider, ...(!one && { providers: all }) });
  }
  return [...joined.values()];
}

const PROVIDER = /\bResourceProvider == "([^"]+)"/;
const catalogProviders = (): readonly string[] =>
  [...catalogSources().values()].flatMap((s) => PROVIDER.exec(s.filter ?? '')?.[1] ?? []);

/** A slice's source, whose filter takes in every spelling of the provider. */
const spelled = (source: CatalogSource, { providers }: DiagnosticSlice): CatalogSource =>
  providers && source.filter !== null
    ? {
        ...source,
        filter: source.filter.replace(
          PROVIDER,
          () => `ResourceProvider in (${providers.map((p) => kqlString(p)).join(', ')})`,
        ),
      }
    : source;

export interface SourceQuestion {
  readonly tables: readonly TableInfo[];
  readonly slices: readonly DiagnosticSlice[];
  readonly windows: readonly IncidentWindow[];
  /** Tables that detections read. */
  readonly read: readonly string[];
  readonly declarations: Declarations;
}

/** A log source, with the reason where it cannot be counted at all. */
export interface ResolvedSource {
  readonly source: LogSource;
  readonly unavailable: Reason | null;
  /** Event-time columns to take before `source.eventTime` where the data fills them, best first. */
  readonly better: readonly string[];
}

const DIAGNOSTICS = 'AzureDiagnostics';
/** Names of the event time inside AzureDiagnostics, by provider filter; the column is there only when the provider writes it. */
const DIAGNOSTIC_TIMES: Readonly<Record<string, readonly string[]>> = { 'MICROSOFT.LOGIC': ['startTime_t'] };
const SIZE_COLUMNS = ['_BilledSize', 'BilledSize', '_ItemSize'];

/**
 * The log sources of a connection: its tables, the slices of AzureDiagnostics, and what reviews, detections and `gapline.yaml`
 * expect, so that a table with no rows is seen. In order of id.
 */
export function resolveSources(question: SourceQuestion): readonly ResolvedSource[] {
  const tables = new Map(question.tables.map((t) => [t.name, t]));
  const ids = new Map<string, CatalogSource>();
  const add = (source: CatalogSource) => ids.set(source.id, source);
  for (const table of question.tables)
    if (table.name === DIAGNOSTICS) for (const s of diagnosticSources(question.slices)) add(s);
    else for (const s of tableSources(table.name)) add(s);
  const expected = [
    ...question.windows.flatMap((w) => w.sources),
    ...question.read.filter((t) => t !== DIAGNOSTICS && (tables.has(t) || catalogTable(t))),
    ...question.declarations.expect,
    ...question.declarations.sources.keys(),
  ];
  for (const id of expected) if (!ids.has(id)) add(catalogSources().get(id) ?? unlisted(id));
  for (const [id, declared] of question.declarations.sources)
    if (declared.table) add({ ...(ids.get(id) ?? unlisted(id)), table: declared.table, filter: null });
  return [...ids.values()]
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
    .map((s) => {
      const { sources, settings } = question.declarations;
      const setting = settings?.get(s.id) ?? settings?.get(s.table);
      const declared = sources.get(s.id);
      const found = resolve(s, tables.get(s.table), declared);
      return setting ? { ...found, source: withSetting(found.source, setting) } : found;
    });
}

/** Sources of a table that is there: the whole table, and the filtered ones that the catalogue has as evidence. */
function tableSources(table: string): readonly CatalogSource[] {
  const known = catalogSources().get(table);
  if (known) return [known];
  const name = table.toLowerCase();
  const otherwise = [...catalogSources().values()].find((s) => s.id.toLowerCase() === name && s.filter === null);
  return [otherwise ? { ...otherwise, id: table, table } : unlisted(table)];
}

function diagnosticSources(slices: readonly DiagnosticSlice[]): readonly CatalogSource[] {
  const known = [...catalogSources().values()].filter((s) => s.table === DIAGNOSTICS && s.filter !== null);
  return slices.map((slice) => {
    const match = known.find((s) => matches(s.filter ?? '', slice));
    if (match) return spelled(match, slice);
    const id = `${DIAGNOSTICS}/${slice.provider || slice.category}`;
    const alone = slices.filter((s) => s.provider === slice.provider).length === 1 && !known.some((s) => s.id === id);
    if (alone) return spelled(unlisted(id), slice);
    const part = {
      ...unlisted(`${id}/${slice.category}`),
      filter: `ResourceProvider == ${kqlString(slice.provider)} and Category == ${kqlString(slice.category)}`,
    };
    return spelled(part, slice);
  });
}

/** Whether a catalogue filter (`column == "value"` joined by `and`) holds for a slice. */
function matches(filter: string, slice: DiagnosticSlice): boolean {
  const want = (column: string) => new RegExp(`\\b${column} == "([^"]+)"`).exec(filter)?.[1];
  const provider = want('ResourceProvider');
  const category = want('Category');
  return (provider ?? slice.provider) === slice.provider && (category ?? slice.category) === slice.category;
}

/** A source that the catalogue does not list: a table, or `table/name` with the name as provider or category. */
function unlisted(id: string): CatalogSource {
  const slash = id.indexOf('/');
  const table = slash < 0 ? id : id.slice(0, slash);
  const name = slash < 0 ? null : id.slice(slash + 1);
  const column = name?.includes('.') ? 'ResourceProvider' : 'Category';
  return {
    id,
    table,
    filter: name === null ? null : `${column} == ${kqlString(name)}`,
    services: [],
    role: 'unknown',
    eventTime: null,
    key: null,
    correlation: [],
    category: null,
    notes: [],
  };
}

function resolve(
  s: CatalogSource,
  table: TableInfo | undefined,
  declared: SourceDeclaration | undefined,
): ResolvedSource {
  const has = (column: string | null | undefined): column is string =>
    typeof column === 'string' && !!table?.columns.some((c) => c.name === column);
  const isTime = (column: string | null | undefined): column is string =>
    has(column) && !!table?.columns.some((c) => c.name === column && c.type === 'datetime');
  const platform = isTime(table?.timeColumn) ? table.timeColumn : null;
  const better = isTime(declared?.time)
    ? []
    : [s.eventTime, ...(DIAGNOSTIC_TIMES[s.id.slice(DIAGNOSTICS.length + 1)] ?? [])].filter(isTime);
  const eventTime = isTime(declared?.time) ? declared.time : platform;
  const key = (declared?.key ?? s.key)?.every(has) ? (declared?.key ?? s.key) : null;
  const notes: string[] = [];
  const missing = [declared?.time, declared?.ingestion, ...(declared?.key ?? [])].filter((c) => c && !has(c));
  if (table && missing.length > 0)
    notes.push(`gapline.yaml names ${missing.join(', ')}, which the data does not have.`);
  return {
    source: {
      id: s.id,
      table: s.table,
      filter: declared?.filter ?? s.filter,
      services: s.services,
      role: s.role,
      eventTime,
      restampable: eventTime === 'TimeGenerated',
      ingestionTime: isTime(declared?.ingestion)
        ? declared.ingestion
        : isTime(table?.ingestionColumn)
          ? table.ingestionColumn
          : null,
      key,
      size: SIZE_COLUMNS.find(has) ?? null,
      seasonalZone: declared?.seasonalZone ?? null,
      retired: declared?.retired ?? false,
      retentionDays: declared?.retentionDays ?? null,
      licence: declared?.licence ?? null,
      plan: declared?.plan ?? null,
      notes,
    },
    unavailable: unavailable(s, table, eventTime ?? better[0] ?? null),
    better: better.filter((c) => c !== eventTime),
  };
}

/** Why a source is not counted; null where it is. State and alert tables are effects of other tables, never evidence. */
function unavailable(s: CatalogSource, table: TableInfo | undefined, time: string | null): Reason | null {
  if (!table) return catalogTable(s.table) || catalogSources().has(s.id) ? 'not-collected' : 'unknown-source';
  if (s.role === 'state') return 'state-table';
  if (s.role === 'derived' || s.role === 'evidence' || s.role === 'carrier') return 'derived';
  return time === null ? 'no-time' : null;
}

/** The rows of a source as KQL, without a line break at the end. */
export function rowsOf(source: LogSource): string {
  return source.filter === null ? kqlName(source.table) : `${kqlName(source.table)}\n| where ${source.filter}`;
}

/**
 * Windows with their log sources filled in: a window that names only a service is about the service's own tables, those that
 * are in the data or, where none is, all of them. A service without own tables stays without: it is judged by what feeds it.
 */
export function withSources(
  windows: readonly IncidentWindow[],
  tables: readonly TableInfo[],
  slices: readonly DiagnosticSlice[],
  counted: readonly string[] = [],
): readonly IncidentWindow[] {
  const present = new Set([...tables.filter((t) => t.name !== DIAGNOSTICS).map((t) => t.name), ...counted]);
  for (const s of diagnosticSources(slices)) present.add(s.id);
  return windows.map((w) => {
    if (w.sources.length > 0) return w;
    const service = findService(w.service);
    if (!service || service.derived) return w;
    const own = service.sources.filter((id) => catalogSources().get(id)?.role === 'primary');
    const here = own.filter((id) => present.has(id));
    return { ...w, sources: here.length > 0 ? here : own };
  });
}

/** A service without tables of its own: a carrier or consumer of other services' logs. */
export const isDerived = (serviceName: string): boolean => findService(serviceName)?.derived ?? false;

/**
 * Services whose logs reach a derived service: what its verdict rests on. The catalogue says it from both ends: of a service, where its
 * logs go; of a carrier, that all services with diagnostic settings feed it.
 */
export function upstreamOf(serviceName: string): readonly string[] {
  const service = findService(serviceName);
  if (!service?.derived) return [];
  const carriesAll = service.upstream.some((u) => /all services with diagnostic settings/i.test(u));
  const hasCategory = (ids: readonly string[]) => ids.some((id) => catalogSources().get(id)?.category);
  const reaches = (downstream: string) =>
    findService(downstream)?.name === service.name || downstream.startsWith(service.name);
  return catalogServices
    .filter((s) => !s.derived && ((carriesAll && hasCategory(s.sources)) || s.downstream.some(reaches)))
    .map((s) => s.name);
}
