/** Sources that no failed agent carries: the platform's activity log, machines and their logons. */
import { MINUTE, type Span } from '../../base/time';
import { billedSize, eventTime, fixed, numbers, recordId, recordNumber, sharedId, words } from '../columns';
import {
  ADMIN,
  attackerAddress,
  guidOf,
  hosts,
  ips,
  OFFICE,
  people,
  resource,
  SUBSCRIPTION,
  services,
  upns,
} from '../directory';
import type { Draw, SourceModel, TableExport } from '../model';
import { weighted, zipf } from '../noise';
import { MEDTECH } from './healthcare';

const ACTING = 40;
const callers = [
  ...people.slice(0, ACTING).map((p) => p.upn),
  ...[ADMIN.ops, ADMIN.identity, ADMIN.cloud].map((p) => upns[p]!),
  ...services.map((s) => s.id),
];
export const CALLER = { ops: ACTING, identity: ACTING + 1, cloud: ACTING + 2 };

const OPERATIONS = [
  ['MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION', 'Start Virtual Machine', 20],
  ['MICROSOFT.COMPUTE/VIRTUALMACHINES/DEALLOCATE/ACTION', 'Deallocate Virtual Machine', 20],
  ['MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION', 'List Storage Account Keys', 26],
  ['MICROSOFT.RESOURCES/DEPLOYMENTS/WRITE', 'Create Deployment', 22],
  ['MICROSOFT.WEB/SITES/RESTART/ACTION', 'Restart Web App', 8],
  ['MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE', 'Create role assignment', 1.5],
  ['MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/WRITE', 'Create or update resource diagnostic setting', 0],
  ['MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE', 'Delete resource diagnostic setting', 0],
  ['MICROSOFT.COMPUTE/VIRTUALMACHINES/RUNCOMMAND/ACTION', 'Run Command on Virtual Machine', 0.2],
] as const;
export const activityAt = (name: string): number => OPERATIONS.findIndex(([n]) => n.includes(name));
const byOperation = weighted(OPERATIONS.map(([, , w]) => w));
const byCaller = weighted([...zipf(ACTING, 0.6), 0.3, 0.3, 0.3, ...zipf(services.length, 0.4).map((w) => w * 3)]);

const SETTING = 'providers/microsoft.insights/diagnosticsettings/to-workspace';
const ARCHIVE = resource('rg-platform', 'microsoft.storage/storageaccounts', 'stalderwickarchive');
const targets = [
  ...hosts.slice(0, 12).map((h) => resource('rg-compute', 'microsoft.compute/virtualmachines', h.split('.')[0]!)),
  ARCHIVE,
  resource('rg-platform', 'microsoft.web/sites', 'ward-board'),
  `${MEDTECH}/${SETTING}`,
  `${ARCHIVE}/${SETTING}`,
];
export const ACTIVITY_TARGET = { medTechSetting: targets.length - 2, archiveSetting: targets.length - 1 };
const target: Draw = {
  name: 'target',
  pick: (i, { random, draws }) => {
    const operation = draws['operation']![i]!;
    if (operation === 2) return 12;
    return operation === 4 ? 13 : Math.floor(random() * 12);
  },
};
const groupOf = (id: string) => /resourcegroups\/([^/]+)/.exec(id)?.[1] ?? '';
const providerOf = (id: string) => (/providers\/([^/]+)/.exec(id)?.[1] ?? '').toUpperCase();

const activity: SourceModel = {
  id: 'AzureActivity',
  rate: 20,
  shape: 'development',
  k: 18,
  daySd: 0.07,
  delay: { median: (8 * MINUTE) as Span, sigma: 0.5 },
  bytes: 1800,
  draws: [
    { name: 'operation', pick: (_, { random }) => byOperation(random) },
    { name: 'caller', pick: (_, { random }) => byCaller(random) },
    target,
    { name: 'address', pick: () => OFFICE },
    { name: 'failed', pick: (_, { random }) => (random() < 0.02 ? 1 : 0) },
  ],
  columns: [
    words(
      'OperationNameValue',
      'operation',
      OPERATIONS.map(([n]) => n),
    ),
    words(
      'OperationName',
      'operation',
      OPERATIONS.map(([, n]) => n),
    ),
    words('ActivityStatusValue', 'failed', ['Success', 'Failure']),
    words('ActivityStatus', 'failed', ['Succeeded', 'Failed']),
    words('Caller', 'caller', callers),
    words('CallerIpAddress', 'address', ips),
    words('_ResourceId', 'target', targets),
    words('ResourceId', 'target', targets),
    words('ResourceGroup', 'target', targets.map(groupOf)),
    words('ResourceProviderValue', 'target', targets.map(providerOf)),
    words(
      'Properties',
      'target',
      targets.map((t) => JSON.stringify({ entity: t, message: t })),
    ),
    fixed('CategoryValue', 'Administrative'),
    fixed('Level', 'Information'),
    fixed('SubscriptionId', SUBSCRIPTION),
    recordId('EventDataId', 'AzureActivity'),
    sharedId('CorrelationId', 'AzureActivity operation', 2),
    billedSize(1800),
  ],
};

const heartbeats: SourceModel = {
  id: 'Heartbeat',
  rate: 60,
  shape: 'office',
  k: 25,
  daySd: 0.066,
  delay: { median: (1.5 * MINUTE) as Span, sigma: 0.4 },
  bytes: 400,
  draws: [{ name: 'host', pick: (_, { random }) => Math.floor(random() * hosts.length) }],
  columns: [
    words('Computer', 'host', hosts),
    words(
      'OSType',
      'host',
      hosts.map((h) => (h.startsWith('lab') ? 'Linux' : 'Windows')),
    ),
    fixed('Category', 'Azure Monitor Agent'),
    words(
      'SourceComputerId',
      'host',
      hosts.map((h) => guidOf(h)),
    ),
    fixed('Version', '1.29.4.0'),
    billedSize(400),
  ],
};

const LOGON_TYPES = ['Interactive', 'Network', 'RemoteInteractive', 'Batch'];
const RESULTS = ['LogonSuccess', 'LogonFailed', 'LogonAttempted'];
const byLogonType = weighted([40, 46, 8, 6]);
const byResult = weighted([94, 4, 2]);
export const logonTypeAt = (name: string): number => LOGON_TYPES.indexOf(name);
export const logonResultAt = (name: string): number => RESULTS.indexOf(name);

const logons: SourceModel = {
  id: 'DeviceLogonEvents',
  rate: 60,
  shape: 'office',
  k: 22,
  daySd: 0.066,
  delay: { median: (3 * MINUTE) as Span, sigma: 0.5 },
  bytes: 1500,
  draws: [
    { name: 'host', pick: (_, { random }) => Math.floor(random() * hosts.length) },
    { name: 'user', pick: (_, { random }) => Math.floor(random() ** 1.4 * 200) },
    { name: 'logon', pick: (_, { random }) => byLogonType(random) },
    { name: 'result', pick: (_, { random }) => byResult(random) },
    { name: 'address', pick: () => OFFICE },
  ],
  columns: [
    eventTime('Timestamp'),
    words('DeviceName', 'host', hosts),
    words(
      'DeviceId',
      'host',
      hosts.map((h) => guidOf(`device ${h}`).replaceAll('-', '')),
    ),
    words(
      'AccountName',
      'user',
      people.map((p) => p.upn.split('@')[0]!),
    ),
    fixed('AccountDomain', 'alderwick'),
    words('ActionType', 'result', RESULTS),
    words('LogonType', 'logon', LOGON_TYPES),
    words('RemoteIP', 'address', ips),
    words('FailureReason', 'result', ['', 'InvalidUserNameOrPassword', '']),
    numbers(
      'RemotePort',
      'int',
      'address',
      ips.map((_, i) => 49_152 + i),
    ),
    recordNumber('ReportId'),
    billedSize(1500),
  ],
};
export const RDP_ATTACKER = attackerAddress(15);

export const controlTables: readonly TableExport[] = [
  {
    table: 'AzureActivity',
    path: 'AzureActivity',
    format: 'ndjson.gz',
    monthly: true,
    ingestionColumn: '$IngestionTime',
    eventColumn: null,
    sources: [activity],
  },
  {
    table: 'Heartbeat',
    path: 'Heartbeat.parquet',
    format: 'parquet',
    monthly: false,
    ingestionColumn: '_TimeReceived',
    eventColumn: null,
    sources: [heartbeats],
  },
  {
    table: 'DeviceLogonEvents',
    path: 'DeviceLogonEvents.parquet',
    format: 'parquet',
    monthly: false,
    ingestionColumn: 'IngestionTime',
    eventColumn: null,
    sources: [logons],
  },
];
