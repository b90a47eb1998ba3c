import type { SourceRole } from '../protocol/source';
import raw from './data/services.json';
import { catalogTable } from './tables';

interface RawTable {
  readonly name: string;
  readonly role: string;
  readonly eventTimeColumn: string | null;
  readonly idColumn: string | null;
  readonly diagnosticCategory?: string | null;
  readonly filter?: string;
  readonly note?: string;
}
interface RawService {
  readonly service: string;
  readonly claim: string;
  readonly tables: readonly RawTable[];
  readonly upstream: readonly string[];
  readonly downstream: readonly string[];
}
const data = raw as unknown as readonly RawService[];

/** A log source as the catalogue knows it, before any data is seen. */
export interface CatalogSource {
  /** Table, or table/filter name. */
  readonly id: string;
  readonly table: string;
  /** KQL predicate, or null for the whole table. */
  readonly filter: string | null;
  readonly services: readonly string[];
  readonly role: SourceRole;
  /** The record's own event time, or null where the table has only its platform time. */
  readonly eventTime: string | null;
  /** Verified columns that name one record. */
  readonly key: readonly string[] | null;
  /** Ids shared by many records: never a key. */
  readonly correlation: readonly string[];
  /** Category of the diagnostic setting that fills it; null where none does or it is not known. */
  readonly category: string | null;
  readonly notes: readonly string[];
}

export interface CatalogService {
  readonly name: string;
  readonly claim: string;
  readonly sources: readonly string[];
  readonly upstream: readonly string[];
  readonly downstream: readonly string[];
  /** True where the service has no table of its own: it is judged by what feeds it. */
  readonly derived: boolean;
}

/** Ids that name one record. Ids of runs, requests' correlations and operations are shared by many. */
const RECORD_IDS = new Set([
  'Id',
  'EventOriginalUid',
  'SourceRecordId',
  'OfficeId',
  'UniqueTokenIdentifier',
  'SystemAlertId',
  'RequestId',
]);
const ROLES: Record<string, SourceRole> = {
  primary: 'primary',
  adjacent: 'adjacent',
  control: 'control',
  periodic: 'periodic',
  downstream: 'downstream',
  derived: 'derived',
  state: 'state',
  evidence: 'evidence',
  carrier: 'carrier',
  superseded: 'adjacent',
  'alternate-path': 'control',
  'second-witness': 'control',
};
/** A table may belong to several services; its strongest role counts. */
const STRENGTH: readonly SourceRole[] = [
  'state',
  'derived',
  'evidence',
  'carrier',
  'primary',
  'control',
  'downstream',
  'periodic',
  'adjacent',
];

/** `MICROSOFT.LOGIC` of a provider filter, else the category. */
function filterName(filter: string): string {
  return /ResourceProvider == "([^"]+)"/.exec(filter)?.[1] ?? /== "([^"]+)"/.exec(filter)?.[1] ?? filter;
}

function buildSources(): Map<string, CatalogSource> {
  const out = new Map<string, CatalogSource>();
  for (const service of data) {
    for (const t of service.tables) {
      const known = catalogTable(t.name);
      if (!known) continue;
      const filter = t.filter ?? null;
      const id = filter ? `${t.name}/${filterName(filter)}` : t.name;
      const has = (column: string) => known.columns.some((c) => c.name === column);
      const event = t.eventTimeColumn && has(t.eventTimeColumn) ? t.eventTimeColumn : null;
      const role = ROLES[t.role] ?? 'unknown';
      const device = t.idColumn === 'ReportId' && has('DeviceName') && has('Timestamp');
      const key =
        t.idColumn && RECORD_IDS.has(t.idColumn)
          ? [t.idColumn]
          : device
            ? ['ReportId', 'DeviceName', 'Timestamp']
            : null;
      const before = out.get(id);
      out.set(id, {
        id,
        table: t.name,
        filter,
        services: [...new Set([...(before?.services ?? []), service.service])],
        role: before && STRENGTH.indexOf(before.role) < STRENGTH.indexOf(role) ? before.role : role,
        eventTime: before?.eventTime ?? event,
        key: before?.key ?? key,
        correlation: t.idColumn && !key ? [t.idColumn] : (before?.correlation ?? []),
        category: before?.category ?? t.diagnosticCategory ?? null,
        notes: [...(before?.notes ?? []), ...(t.note ? [t.note] : [])],
      });
    }
  }
  return out;
}

let sources: Map<string, CatalogSource> | undefined;
/** Log sources of the services that the catalogue knows, by id. */
export function catalogSources(): ReadonlyMap<string, CatalogSource> {
  sources ??= buildSources();
  return sources;
}

/** Services with no table of their own: carriers and consumers of other services' logs. */
const DERIVED = new Set(['Microsoft Sentinel', 'Azure Monitor', 'Microsoft Defender for Cloud']);

export const catalogServices: readonly CatalogService[] = data.map((s) => ({
  name: s.service,
  claim: s.claim,
  sources: s.tables
    .filter((t) => catalogTable(t.name))
    .map((t) => (t.filter ? `${t.name}/${filterName(t.filter)}` : t.name)),
  upstream: s.upstream,
  downstream: s.downstream,
  derived: DERIVED.has(s.service),
}));

const plain = (name: string) =>
  name
    .toLowerCase()
    .replace(/\b(microsoft|azure|id)\b/g, '')
    .replace(/[^a-z0-9]/g, '');

/** The catalogue's service for a name in a vendor's or user's spelling ("Microsoft Entra", "Entra ID"). */
export function findService(name: string): CatalogService | undefined {
  const wanted = plain(name);
  return (
    catalogServices.find((s) => s.name === name) ??
    catalogServices.find((s) => wanted !== '' && plain(s.name) === wanted)
  );
}
