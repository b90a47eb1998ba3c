import type { ResultColumn, ScalarType } from '../protocol/records';
import builtinData from './data/tables.json';
import customData from './data/tables-custom.json';

/** Built-in tables of Log Analytics (Sentinel) and Defender XDR advanced hunting, and published `_CL` tables. */
export interface CatalogTable {
  readonly name: string;
  readonly columns: readonly ResultColumn[];
  /** Sentinel / Log Analytics knows it. */
  readonly sentinel: boolean;
  /** Defender XDR advanced hunting knows it. */
  readonly defender: boolean;
  /** Time column in Log Analytics. */
  readonly timeColumn: string | null;
  /** Time column in advanced hunting, where the table is there. */
  readonly defenderTimeColumn: string | null;
  /** May be on the Basic plan, where analytics rules cannot run. */
  readonly basicLogs: boolean;
  /** Columns vary by what sends the rows: an unknown column is no error. */
  readonly open: boolean;
}

interface Compact {
  readonly e: string;
  readonly t?: string;
  readonly x?: string;
  readonly basic?: number;
  readonly c: string;
}

const TYPES: Record<string, ScalarType> = {
  b: 'bool',
  i: 'int',
  l: 'long',
  r: 'real',
  m: 'decimal',
  s: 'string',
  d: 'datetime',
  t: 'timespan',
  g: 'guid',
  y: 'dynamic',
};
/** Tables whose columns are made by whoever writes to them. */
const OPEN = new Set([
  'AzureDiagnostics',
  'IdentityInfo',
  'Event',
  'CommonSecurityLog',
  // Previews whose published columns come and go.
  'AADSignInEventsBeta',
  'EntraIdSignInEvents',
]);

/** Snapshots of vulnerability and exposure management: their columns grow from release to release. */
const GROWING = /^(?:DeviceTvm|ExposureGraph)[A-Z]/;

/** True for tables with columns beyond the listed ones, told by name alone so that nothing need be parsed. */
export const isOpenTable = (name: string): boolean => OPEN.has(name) || GROWING.test(name) || name.endsWith('_CL');

export function parseColumns(text: string): ResultColumn[] {
  return text === ''
    ? []
    : text.split(' ').map((c) => {
        const at = c.lastIndexOf(':');
        return { name: c.slice(0, at), type: TYPES[c.slice(at + 1)] ?? 'string' };
      });
}

const builtin = builtinData as unknown as Record<string, Compact & { readonly standard?: string }>;
const custom = customData as unknown as Record<string, Compact>;
const parsed = new Map<string, CatalogTable>();

/** Columns that every Log Analytics table has beside its own. */
export const standardColumns: readonly ResultColumn[] = parseColumns(builtin['']!.standard!);
export const builtinTableNames: readonly string[] = Object.keys(builtin).filter((n) => n !== '');

/** A built-in or published custom table by its exact name; parsed on first use. */
export function catalogTable(name: string): CatalogTable | undefined {
  const known = parsed.get(name);
  if (known) return known;
  const raw =
    Object.hasOwn(builtin, name) && name !== ''
      ? builtin[name]
      : Object.hasOwn(custom, name)
        ? custom[name]
        : undefined;
  if (!raw) return undefined;
  const own = parseColumns(raw.c);
  const names = new Set(own.map((c) => c.name));
  const sentinel = raw.e.includes('s');
  const table: CatalogTable = {
    name,
    columns: sentinel ? [...own, ...standardColumns.filter((c) => !names.has(c.name))] : own,
    sentinel,
    defender: raw.e.includes('m'),
    timeColumn: raw.t ?? null,
    defenderTimeColumn: raw.x ?? (raw.e === 'm' ? (raw.t ?? null) : null),
    basicLogs: raw.basic === 1,
    open: isOpenTable(name),
  };
  parsed.set(name, table);
  return table;
}

let lowered: Map<string, string> | undefined;
/** The catalogue's spelling of a table name written in any case (file names are). */
export function tableNameIgnoringCase(name: string): string | undefined {
  lowered ??= new Map([...builtinTableNames, ...Object.keys(custom)].map((n) => [n.toLowerCase(), n]));
  return lowered.get(name.toLowerCase());
}
