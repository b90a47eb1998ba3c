import { builtinTableNames, type CatalogTable, catalogTable, standardColumns } from '../../../catalog/tables';

/** Suffixes that KQL's `union` gives to columns of one name and several types; exports of a union keep them. */
const TYPE_SUFFIX = /_(string|long|int|real|bool|datetime|timespan|guid|dynamic|decimal)$/;
const PLATFORM = new Set([
  ...standardColumns.map((c) => c.name),
  'TenantId',
  'SourceSystem',
  'TimeGenerated',
  'Timestamp',
]);

/** Advanced-hunting actions that name their table: device tables share most columns, and these do not overlap. */
const ACTIONS: readonly (readonly [RegExp, string])[] = [
  [/^(ProcessCreated|ProcessCreatedUsing.*|OpenProcess)$/, 'DeviceProcessEvents'],
  [
    /^(ConnectionSuccess|ConnectionFailed|ConnectionRequest|ConnectionAttempt|ConnectionAcknowledged|ListeningConnectionCreated|InboundConnectionAccepted|NetworkSignatureInspected|DnsConnectionInspected|HttpConnectionInspected|SslConnectionInspected|ConnectionFound)$/,
    'DeviceNetworkEvents',
  ],
  [/^(FileCreated|FileModified|FileDeleted|FileRenamed)$/, 'DeviceFileEvents'],
  [/^Registry(Key|Value)(Created|Deleted|Renamed|Set)$/, 'DeviceRegistryEvents'],
  [/^ImageLoaded$/, 'DeviceImageLoadEvents'],
  [/^(LogonSuccess|LogonFailed|LogonAttempted)$/, 'DeviceLogonEvents'],
  [
    /^(LdapSearch|PowerShellCommand|NamedPipeEvent|ScheduledTask\w+|Asr\w+|Antivirus\w+|UserAccount\w+|Dpapi\w+|NtAllocateVirtualMemory\w*)$/,
    'DeviceEvents',
  ],
];

const COUNTS = ['GaplineSource', 'BinStart', 'BinMinutes', 'RowCount'];

/** What is known of some rows whose table is asked. */
export interface RowShape {
  /** Columns that hold something in at least one of the rows. */
  readonly filled: readonly string[];
  /** Columns that the export has, filled or not. */
  readonly present: readonly string[];
  /** Their `ActionType`, where all have the same. */
  readonly action: string | null;
}

interface Index {
  readonly tables: readonly {
    readonly table: CatalogTable;
    readonly columns: ReadonlySet<string>;
    readonly weight: number;
  }[];
  readonly weights: ReadonlyMap<string, number>;
  readonly unknownWeight: number;
}

let built: Index | undefined;
/** Columns weigh by how few tables have them: `TenantId` says nothing, `AADTenantId` much. */
function index(): Index {
  if (built) return built;
  const tables = builtinTableNames.map((name) => catalogTable(name)!);
  const counts = new Map<string, number>();
  for (const { columns } of tables) for (const c of columns) counts.set(c.name, (counts.get(c.name) ?? 0) + 1);
  const weights = new Map(
    [...counts].map(([name, n]) => [name, PLATFORM.has(name) ? 0 : Math.log(1 + tables.length / n)]),
  );
  built = {
    weights,
    unknownWeight: Math.log(1 + tables.length / 4),
    tables: tables.map((table) => ({
      table,
      columns: new Set(table.columns.map((c) => c.name)),
      weight: table.columns.reduce((sum, c) => sum + (weights.get(c.name) ?? 0), 0),
    })),
  };
  return built;
}

/** A column's name without a union's type suffix, where the rest is a column that the catalogue knows. */
export function withoutTypeSuffix(name: string): string {
  const plain = name.replace(TYPE_SUFFIX, '');
  return plain !== name && index().weights.has(plain) && !index().weights.has(name) ? plain : name;
}

/** Shares of weight that must fit for a table to be named without asking. */
const FITS = 0.85;
const LEAD = 0.05;
const SIBLING_FITS = 0.5;
/** Weight of a few columns that only one table has: fewer say too little. */
const EVIDENCE = 11;

/**
 * The catalogue's table that these rows clearly belong to, or null where none or several fit: nothing is guessed, the user
 * is asked instead. `siblings` are tables that other rows of the same file were found to belong to: among them a looser
 * fit will do, since a query before the export may have added columns.
 */
export function recogniseTable(shape: RowShape, siblings: ReadonlySet<string> = new Set()): string | null {
  // Counts that a query of `gapline export-query` gave: no log, and never to be asked for.
  if (COUNTS.every((c) => shape.present.includes(c))) return 'GaplineVolumes';
  const byAction = ACTIONS.find(([action]) => shape.action !== null && action.test(shape.action))?.[1];
  const filled = new Set(shape.filled.map(withoutTypeSuffix));
  const present = new Set(shape.present.map(withoutTypeSuffix));
  if (byAction && score(byAction, filled) >= FITS) return byAction;
  const scored = index()
    .tables.map(({ table, columns, weight }) => {
      const fit = share(filled, columns);
      // Among tables that fit as well, the one whose own columns the export has most of: an export has them all, filled or not.
      const whole = covered(present, columns) / (weight || 1);
      return { name: table.name, fit, whole, score: fit + 0.5 * whole };
    })
    .filter((s) => s.fit >= FITS)
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
  const [first, second] = scored;
  if (first && evidence(filled) >= EVIDENCE && (!second || first.score - second.score >= LEAD)) return first.name;
  const near = [...siblings].map((name) => ({ name, fit: score(name, filled) })).sort((a, b) => b.fit - a.fit)[0];
  return near && near.fit >= SIBLING_FITS ? near.name : null;
}

function score(name: string, filled: ReadonlySet<string>): number {
  const known = catalogTable(name);
  return known ? share(filled, new Set(known.columns.map((c) => c.name))) : 0;
}

const weightOf = (name: string): number =>
  PLATFORM.has(name) ? 0 : (index().weights.get(name) ?? index().unknownWeight);
const evidence = (names: ReadonlySet<string>): number => [...names].reduce((sum, n) => sum + weightOf(n), 0);

function covered(names: ReadonlySet<string>, columns: ReadonlySet<string>): number {
  let sum = 0;
  for (const name of names) if (columns.has(name)) sum += weightOf(name);
  return sum;
}

/** Weight of the names that are columns of a table, as a share of all. */
function share(names: ReadonlySet<string>, columns: ReadonlySet<string>): number {
  const all = evidence(names);
  return all === 0 ? 0 : covered(names, columns) / all;
}
