import { kqlName } from '../base/kql-text';
import { ticksToInstant } from '../base/time';
import { catalogSources } from '../catalog/services';
import type { TableInfo } from '../protocol/datahost';
import { type Cell, cellToText, type ResultTable } from '../protocol/records';
import type { ConfigurationChange, LogSource } from '../protocol/source';
import type { Connection, QueryOptions } from '../query/connection';
import { faultText } from './fault-text';

/** Columns of AzureActivity that say what was done; exports may lack some. */
const COLUMNS = [
  'OperationNameValue',
  'OperationName',
  'ActivityStatusValue',
  'ActivityStatus',
  'Caller',
  'Properties',
  '_ResourceId',
  'ResourceId',
  'Resource',
];
const MOST = 20_000;

export interface ChangesFound {
  readonly changes: readonly ConfigurationChange[];
  readonly problem: string | null;
}

/** Changes of diagnostic settings and data collection rules by the customer, from AzureActivity where it is there. */
export async function readChanges(
  connection: Connection,
  tables: readonly TableInfo[],
  sources: readonly LogSource[],
  options: QueryOptions,
): Promise<ChangesFound> {
  const table = tables.find((t) => t.name === 'AzureActivity');
  const time = table?.timeColumn ?? null;
  const operation = ['OperationNameValue', 'OperationName'].find((n) => table?.columns.some((c) => c.name === n));
  if (!table || time === null || !operation) return { changes: [], problem: null };
  const columns = COLUMNS.filter((n) => table.columns.some((c) => c.name === n));
  const query = [
    'AzureActivity',
    `| where ${operation} has_any ("diagnosticSettings", "dataCollectionRules", "dataCollectionRuleAssociations")`,
    `| project ${[time, ...columns].map(kqlName).join(', ')}`,
    `| sort by ${kqlName(time)} asc`,
  ].join('\n');
  const outcome = await connection.query(query, { ...options, maxRows: MOST });
  const result = outcome.kind === 'results' ? outcome.tables[0] : undefined;
  if (!result) return { changes: [], problem: `Changes of configuration could not be read: ${faultText(outcome)}` };
  const rows = Array.from({ length: result.rowCount }, (_, r) => rowOf(result, r));
  return { changes: rows.flatMap((row) => changeOf(row, time, sources) ?? []), problem: null };
}

type Row = ReadonlyMap<string, Cell>;
const rowOf = (t: ResultTable, r: number): Row => new Map(t.columns.map((c, i) => [c.name, t.values[i]?.[r] ?? null]));
const textOf = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? '' : typeof cell === 'object' ? cellToText(cell, 'dynamic') : String(cell);

function changeOf(row: Row, time: string, sources: readonly LogSource[]): ConfigurationChange | null {
  const at = row.get(time);
  const operation = textOf(row.get('OperationNameValue')) || textOf(row.get('OperationName'));
  const status = (textOf(row.get('ActivityStatusValue')) || textOf(row.get('ActivityStatus'))).toLowerCase();
  const isChange = /\/(write|delete)$|create or update|delete/i.test(operation);
  // A start says that something was tried, a failure that nothing changed.
  if (typeof at !== 'bigint' || !isChange || /fail|start|accept/.test(status)) return null;
  const properties = textOf(row.get('Properties'));
  const resource =
    [
      textOf(row.get('_ResourceId')),
      textOf(row.get('ResourceId')),
      resourceIn(properties),
      textOf(row.get('Resource')),
    ].find((t) => t !== '') ?? '';
  const deleted = /delete/i.test(operation);
  return {
    at: ticksToInstant(at),
    operation,
    resource,
    caller: textOf(row.get('Caller')),
    sources: explained(resource, operation, properties, deleted, sources),
  };
}

function resourceIn(properties: string): string {
  return /"(?:resourceId|entity|scope)"\s*:\s*"([^"]+)"/i.exec(properties)?.[1] ?? '';
}

/** Tables that a resource type feeds beside its slice of AzureDiagnostics; the first type that fits counts. */
const FED: readonly { readonly type: RegExp; readonly table: RegExp }[] = [
  {
    type: /^microsoft\.aadiam/,
    table:
      /^(SigninLogs|AuditLogs|ADFSSignInLogs|AAD\w+|MicrosoftGraphActivityLogs|NetworkAccessTraffic|EnrichedMicrosoft365AuditLogs|MicrosoftServicePrincipalSignInLogs)$/,
  },
  { type: /^microsoft\.healthcareapis\/workspaces\/iotconnectors/, table: /^AHDSMedTech\w+$/ },
  { type: /^microsoft\.healthcareapis\/workspaces\/dicomservices/, table: /^AHDSDicom\w+$/ },
  { type: /^microsoft\.healthcareapis\/(workspaces\/fhirservices|services)/, table: /^MicrosoftHealthcareApis\w+$/ },
  { type: /^microsoft\.healthdataaiservices/, table: /^AHDSDeid\w+$/ },
  { type: /^microsoft\.desktopvirtualization\/hostpools/, table: /^WVD\w+$/ },
  { type: /^microsoft\.desktopvirtualization/, table: /^WVD(Feeds|Management|Errors|Checkpoints)$/ },
  { type: /^microsoft\.web/, table: /^(LogicAppWorkflowRuntime|AppService\w+|FunctionAppLogs)$/ },
  { type: /^microsoft\.keyvault/, table: /^AZKV\w+$/ },
  { type: /^microsoft\.storage/, table: /^Storage(Blob|Table|Queue|File)Logs$/ },
  { type: /^microsoft\.containerservice/, table: /^AKS\w+$/ },
  { type: /^microsoft\.network/, table: /^(AZFW|AGW|NSP|NTA)\w+$/ },
];

/**
 * The type of the resource whose logs a diagnostic setting sends, lower case: `microsoft.healthcareapis/workspaces/iotconnectors`
 * of `/subscriptions/…/providers/Microsoft.HealthcareApis/workspaces/w/iotconnectors/c/providers/microsoft.insights/diagnosticSettings/s`.
 */
function ownerType(resource: string): string | null {
  const owner = resource.toLowerCase().replace(/\/providers\/microsoft\.insights\/diagnosticsettings.*$/, '');
  const at = owner.lastIndexOf('/providers/');
  if (at < 0) return null;
  const [provider, ...rest] = owner.slice(at + '/providers/'.length).split('/');
  // Types and names alternate behind the provider.
  return provider ? [provider, ...rest.filter((_, i) => i % 2 === 0)].join('/') : null;
}

/**
 * The log sources that a change can explain. A diagnostic setting belongs to one resource, and its provider names tables and a
 * slice of AzureDiagnostics; where the change says which categories it switches off, only those are explained. A data
 * collection rule explains the tables whose streams it names. What cannot be named is not explained.
 */
export function explained(
  resource: string,
  operation: string,
  properties: string,
  deleted: boolean,
  sources: readonly LogSource[],
): readonly string[] {
  const evidence = `${resource} ${properties}`;
  if (/datacollectionrule/i.test(operation)) {
    const streams = new Set(
      [...evidence.matchAll(/(?:Microsoft|Custom)-([A-Za-z0-9_]+)/g)].map((m) => m[1]!.toLowerCase()),
    );
    return sources.filter((s) => streams.has(s.table.toLowerCase())).map((s) => s.id);
  }
  const type = ownerType(resource) ?? (/aadiam/i.test(operation) ? 'microsoft.aadiam' : null);
  if (!type) return [];
  const fed = sources.filter((s) => feeds(type, s));
  const categories = categoriesOf(properties);
  if (deleted || categories.size === 0) return fed.map((s) => s.id);
  const off = [...categories].filter(([, enabled]) => !enabled).map(([name]) => name);
  return fed
    .filter((s) => {
      const own = categoryOf(s);
      if (own === null) return true;
      // A write states the whole setting: a category that is off, or that it no longer names, has been switched off.
      return off.length > 0 ? off.includes(own) : !categories.has(own);
    })
    .map((s) => s.id);
}

function feeds(type: string, source: LogSource): boolean {
  const provider = type.split('/')[0]!;
  if (source.table === 'AzureDiagnostics') return (source.filter ?? '').toLowerCase().includes(`"${provider}"`);
  return FED.find((f) => f.type.test(type))?.table.test(source.table) ?? false;
}

/** Log categories in the body of a diagnostic setting, lower case, with whether each is on. */
function categoriesOf(properties: string): ReadonlyMap<string, boolean> {
  // The body is often JSON inside JSON: its quotes come escaped once or more.
  const flat = properties.replace(/\\+"/g, '"');
  const out = new Map<string, boolean>();
  for (const m of flat.matchAll(/\{[^{}]*?"category"\s*:\s*"([^"]+)"[^{}]*?\}/gi)) {
    const enabled = /"enabled"\s*:\s*(true|false)/i.exec(m[0])?.[1];
    if (enabled !== undefined) out.set(m[1]!.toLowerCase(), enabled.toLowerCase() === 'true');
  }
  // A category with a nested retention policy has braces inside: read its switch before it.
  for (const m of flat.matchAll(/"category"\s*:\s*"([^"]+)"\s*,\s*"enabled"\s*:\s*(true|false)/gi))
    out.set(m[1]!.toLowerCase(), m[2]!.toLowerCase() === 'true');
  return out;
}

/** The diagnostic category that fills a source, lower case; null where it is not known. */
function categoryOf(source: LogSource): string | null {
  const filtered = /Category == "([^"]+)"/.exec(source.filter ?? '')?.[1];
  return (filtered ?? catalogSources().get(source.id)?.category ?? null)?.toLowerCase() ?? null;
}
