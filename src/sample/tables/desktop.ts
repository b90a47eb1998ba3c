/** Virtual desktops: what Application Insights tells of them, and their own connection tables. */
import { MINUTE, type Span } from '../../base/time';
import { billedSize, fixed, inTurn, json, numbers, recordId, sharedId, words } from '../columns';
import { countries, EVERYDAY_PEOPLE, homeOf, hosts, ips, OFFICE, resource, upns } from '../directory';
import type { Draw, SourceModel, TableExport } from '../model';
import { weighted, zipf } from '../noise';

const byPerson = weighted(zipf(EVERYDAY_PEOPLE, 0.45));
const user: Draw = { name: 'user', pick: (_, { random }) => byPerson(random) };
const address: Draw = {
  name: 'address',
  pick: (i, { random, draws }) => (random() < 0.4 ? OFFICE + 1 : homeOf(draws['user']![i]!)),
};
const host: Draw = { name: 'host', pick: (_, { random }) => Math.floor(random() * 12) * 4 + 2 };
const ROLES = ['avd-broker-monitor', 'avd-profile-monitor', 'avd-image-builder'];
const role: Draw = { name: 'role', pick: (_, { random }) => (random() < 0.6 ? 0 : random() < 0.8 ? 1 : 2) };
const APP = resource('rg-desktop', 'microsoft.insights/components', 'avd-monitor');
const POOL = resource('rg-desktop', 'microsoft.desktopvirtualization/hostpools', 'pool-clinic');

const MESSAGES = [
  'Session host reported healthy.',
  'Profile container attached.',
  'Profile container detached.',
  'Broker latency sampled.',
  'Profile container attach was retried.',
  'Session host did not answer.',
];
const LEVELS = [1, 1, 1, 1, 2, 3];
const byMessage = weighted([38, 20, 19, 20, 2, 1]);

const traces: SourceModel = {
  id: 'AppTraces',
  rate: 200,
  shape: 'session',
  k: 20,
  daySd: 0.068,
  delay: { median: (3 * MINUTE) as Span, sigma: 0.55 },
  bytes: 700,
  draws: [role, host, { name: 'message', pick: (_, { random }) => byMessage(random) }],
  columns: [
    words('Message', 'message', MESSAGES),
    numbers('SeverityLevel', 'int', 'message', LEVELS),
    words('AppRoleName', 'role', ROLES),
    words('AppRoleInstance', 'host', hosts),
    sharedId('OperationId', 'AppTraces operation', 4),
    json(
      'Properties',
      'role',
      ROLES.map((r) => ({ pool: 'pool-clinic', component: r })),
    ),
    fixed('_ResourceId', APP),
    billedSize(700),
  ],
};

const EVENTS = ['ProfileAttached', 'ProfileDetached', 'ImageBuilt', 'SessionReset', 'AppAttach'];
const byEvent = weighted([40, 38, 1, 3, 18]);
const events: SourceModel = {
  id: 'AppEvents',
  rate: 20,
  shape: 'session',
  k: 18,
  daySd: 0.07,
  delay: { median: (3 * MINUTE) as Span, sigma: 0.55 },
  bytes: 650,
  draws: [role, host, user, { name: 'event', pick: (_, { random }) => byEvent(random) }],
  columns: [
    words('Name', 'event', EVENTS),
    words('AppRoleName', 'role', ROLES),
    words('AppRoleInstance', 'host', hosts),
    words('UserAuthenticatedId', 'user', upns),
    sharedId('OperationId', 'AppEvents operation', 3),
    fixed('_ResourceId', APP),
    billedSize(650),
  ],
};

const PAGES = ['GET /health', 'GET /pools', 'POST /sessions', 'POST /profiles/attach', 'GET /reports'];
const byPage = weighted([30, 14, 26, 26, 4]);
const requests: SourceModel = {
  id: 'AppRequests',
  rate: 40,
  shape: 'session',
  k: 20,
  daySd: 0.068,
  delay: { median: (3 * MINUTE) as Span, sigma: 0.55 },
  bytes: 720,
  draws: [
    { name: 'page', pick: (_, { random }) => byPage(random) },
    { name: 'code', pick: (_, { random }) => (random() < 0.97 ? 0 : random() < 0.7 ? 1 : 2) },
    { name: 'duration', pick: (_, { random }) => 4 + Math.floor(1500 * random() ** 4) },
    role,
  ],
  columns: [
    words('Name', 'page', PAGES),
    words('ResultCode', 'code', ['200', '404', '500']),
    numbers('DurationMs', 'real', 'duration'),
    words('AppRoleName', 'role', ROLES),
    recordId('Id', 'AppRequests'),
    sharedId('OperationId', 'AppRequests operation', 2),
    fixed('_ResourceId', resource('rg-desktop', 'microsoft.insights/components', 'avd-portal')),
    billedSize(720),
  ],
};

const STATES = ['Started', 'Connected', 'Completed'];
const connections: SourceModel = {
  id: 'WVDConnections',
  rate: 60,
  shape: 'session',
  k: 22,
  daySd: 0.066,
  delay: { median: (4 * MINUTE) as Span, sigma: 0.5 },
  bytes: 900,
  draws: [user, address, host, { name: 'state', pick: (_, { random }) => Math.floor(random() * 3) }],
  columns: [
    words('UserName', 'user', upns),
    inTurn('State', STATES),
    words('ClientIPAddress', 'address', ips),
    words(
      'GatewayRegion',
      'address',
      countries.map((c) => (c === 'AT' || c === 'DE' ? 'westeurope' : 'northeurope')),
    ),
    words('SessionHostName', 'host', hosts),
    fixed('ClientOS', 'Windows 11'),
    fixed('ConnectionType', 'Desktop'),
    sharedId('CorrelationId', 'WVDConnections session', 3),
    fixed('_ResourceId', POOL),
    billedSize(900),
  ],
};

const CHECKPOINTS = [
  'LoadBalancedNewConnection',
  'TransportConnected',
  'UserLogonComplete',
  'RdpStackConnected',
  'SessionDisconnected',
];
const checkpoints: SourceModel = {
  id: 'WVDCheckpoints',
  rate: 40,
  shape: 'session',
  k: 20,
  daySd: 0.068,
  delay: { median: (4 * MINUTE) as Span, sigma: 0.5 },
  bytes: 600,
  draws: [user, { name: 'checkpoint', pick: (_, { random }) => Math.floor(random() * CHECKPOINTS.length) }],
  columns: [
    words('UserName', 'user', upns),
    words('Name', 'checkpoint', CHECKPOINTS),
    words('Source', 'checkpoint', ['RDBroker', 'RDGateway', 'RDStack', 'RDStack', 'RDBroker']),
    fixed('ActivityType', 'Connection'),
    sharedId('CorrelationId', 'WVDCheckpoints session', 5),
    fixed('_ResourceId', POOL),
    billedSize(600),
  ],
};

const ERRORS = [
  'ConnectionFailedNoHealthyRdshAvailable',
  'UnexpectedNetworkDisconnect',
  'ReverseConnectResponseTimeout',
  'GetInputDeviceHandlesError',
];
const errors: SourceModel = {
  id: 'WVDErrors',
  rate: 2,
  shape: 'session',
  k: 14,
  daySd: 0.08,
  delay: { median: (4 * MINUTE) as Span, sigma: 0.5 },
  bytes: 700,
  draws: [user, { name: 'error', pick: (_, { random }) => Math.floor(random() ** 1.6 * ERRORS.length) }],
  columns: [
    words('UserName', 'user', upns),
    words('CodeSymbolic', 'error', ERRORS),
    numbers('Code', 'long', 'error', [-2146233088, 14, -2147467259, 4100]),
    fixed('ActivityType', 'Connection'),
    words('Source', 'error', ['Client', 'Client', 'RDGateway', 'RDStack']),
    sharedId('CorrelationId', 'WVDErrors session', 1.4),
    fixed('_ResourceId', POOL),
    billedSize(700),
  ],
};

const file = (
  table: string,
  format: TableExport['format'],
  ingestionColumn: string | null,
  source: SourceModel,
): TableExport => ({
  table,
  path: format === 'ndjson.gz' ? table : `${table}.${format}`,
  format,
  monthly: format === 'ndjson.gz',
  ingestionColumn,
  eventColumn: null,
  sources: [source],
});

export const desktopTables: readonly TableExport[] = [
  file('AppTraces', 'parquet', '_TimeReceived', traces),
  // Exported from the portal by hand: no ingestion time.
  file('AppEvents', 'csv', null, events),
  file('AppRequests', 'ndjson.gz', '$IngestionTime', requests),
  file('WVDConnections', 'ndjson.gz', '_TimeReceived', connections),
  file('WVDCheckpoints', 'ndjson.gz', '_TimeReceived', checkpoints),
  file('WVDErrors', 'csv', 'IngestionTime', errors),
];
