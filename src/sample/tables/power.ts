/** Power Platform and Office. */
import { MINUTE, type Span } from '../../base/time';
import { billedSize, eventTime, fixed, json, recordId, sharedId, words } from '../columns';
import { EVERYDAY_PEOPLE, guidOf, homeOf, ips, OFFICE, people, upns, userIds } from '../directory';
import type { Draw, SourceModel, TableExport } from '../model';
import { weighted, zipf } from '../noise';

const byPerson = weighted(zipf(EVERYDAY_PEOPLE, 0.6));
const user: Draw = { name: 'user', pick: (_, { random }) => byPerson(random) };
const address: Draw = {
  name: 'address',
  pick: (i, { random, draws }) => (random() < 0.7 ? OFFICE : homeOf(draws['user']![i]!)),
};
const failed: Draw = { name: 'failed', pick: (_, { random }) => (random() < 0.02 ? 1 : 0) };
const RESULTS = ['Success', 'Failure'];
const ENVIRONMENTS = ['Clinic production', 'Clinic test', 'Default'];
const environment: Draw = {
  name: 'environment',
  pick: (_, { random }) => (random() < 0.66 ? 0 : random() < 0.6 ? 1 : 2),
};
const environmentIds = ENVIRONMENTS.map((e) => guidOf(`environment ${e}`));

const ADMIN_EVENTS = [
  'AddedUserToEnvironmentRole',
  'EditEnvironmentProperty',
  'AssignLicense',
  'AddDlpPolicy',
  'UpdateDlpPolicy',
  'DeleteDlpPolicy',
  'ExportEnvironment',
];
export const adminEventAt = (name: string): number => ADMIN_EVENTS.indexOf(name);
const byAdminEvent = weighted([40, 24, 34, 0.6, 1.2, 0, 0.2]);

const admin: SourceModel = {
  id: 'PowerPlatformAdminActivity',
  rate: 20,
  shape: 'office',
  k: 20,
  daySd: 0.066,
  delay: { median: (20 * MINUTE) as Span, sigma: 0.5 },
  bytes: 1000,
  draws: [user, environment, { name: 'event', pick: (_, { random }) => byAdminEvent(random) }, failed],
  columns: [
    recordId('EventOriginalUid', 'PowerPlatformAdminActivity'),
    words('EventOriginalType', 'event', ADMIN_EVENTS),
    words('ActorName', 'user', upns),
    words('ActorUserId', 'user', userIds),
    words('EnvironmentId', 'environment', environmentIds),
    words('EventResult', 'failed', RESULTS),
    json(
      'PropertyCollection',
      'environment',
      ENVIRONMENTS.map((e) => [{ Name: 'powerplatform.analytics.resource.environment.name', Value: e }]),
    ),
    fixed('Workload', 'PowerPlatform'),
    billedSize(1000),
  ],
};

const FLOW_EVENTS = ['CreateFlow', 'EditFlow', 'DeleteFlow', 'PutConnection', 'ShareFlow'];
const byFlowEvent = weighted([12, 60, 8, 14, 6]);
const CONNECTORS = ['Office 365 Outlook', 'SharePoint', 'HTTP', 'Approvals'];
const flows: SourceModel = {
  id: 'PowerAutomateActivity',
  rate: 20,
  shape: 'office',
  k: 18,
  daySd: 0.07,
  delay: { median: (20 * MINUTE) as Span, sigma: 0.5 },
  bytes: 950,
  draws: [
    user,
    address,
    { name: 'event', pick: (_, { random }) => byFlowEvent(random) },
    { name: 'connector', pick: (_, { random }) => Math.floor(random() ** 1.5 * CONNECTORS.length) },
    failed,
  ],
  columns: [
    recordId('EventOriginalUid', 'PowerAutomateActivity'),
    words('EventOriginalType', 'event', FLOW_EVENTS),
    words('ActorName', 'user', upns),
    words('SrcIpAddr', 'address', ips),
    words('FlowConnectorNames', 'connector', CONNECTORS),
    words('EventResult', 'failed', RESULTS),
    fixed('Workload', 'MicrosoftFlow'),
    billedSize(950),
  ],
};

const ENTITIES = ['account', 'contact', 'incident', 'task', 'bed'];
const MESSAGES = ['Retrieve', 'RetrieveMultiple', 'Update', 'Create', 'Delete'];
const byMessage = weighted([44, 30, 16, 9, 1]);
const dataverse: SourceModel = {
  id: 'DataverseActivity',
  rate: 40,
  shape: 'ward',
  k: 20,
  daySd: 0.068,
  delay: { median: (25 * MINUTE) as Span, sigma: 0.5 },
  bytes: 1300,
  draws: [
    user,
    address,
    { name: 'entity', pick: (_, { random }) => Math.floor(random() ** 1.3 * ENTITIES.length) },
    { name: 'message', pick: (_, { random }) => byMessage(random) },
    failed,
  ],
  columns: [
    recordId('SourceRecordId', 'DataverseActivity'),
    words('UserId', 'user', upns),
    words('ClientIp', 'address', ips),
    words('EntityName', 'entity', ENTITIES),
    words('Message', 'message', MESSAGES),
    words('Operation', 'message', MESSAGES),
    words('ResultStatus', 'failed', RESULTS),
    fixed('InstanceUrl', 'https://clinic.crm4.alderwick.example'),
    sharedId('CorrelationId', 'DataverseActivity request', 3),
    fixed('ServiceName', 'CRM'),
    billedSize(1300),
  ],
};

const OFFICE_OPERATIONS = [
  ['FileAccessed', 'SharePoint', 34],
  ['FileModified', 'SharePoint', 18],
  ['FileDownloaded', 'OneDrive', 9],
  ['MailItemsAccessed', 'Exchange', 22],
  ['Send', 'Exchange', 10],
  ['MessageSent', 'MicrosoftTeams', 6.9],
  ['New-InboxRule', 'Exchange', 0.05],
  ['Set-Mailbox', 'Exchange', 0.05],
] as const;
export const officeOperationAt = (name: string): number => OFFICE_OPERATIONS.findIndex(([n]) => n === name);
const byOfficeOperation = weighted(OFFICE_OPERATIONS.map(([, , w]) => w));
const SITES = [
  'https://alderwick.sharepoint.example/sites/wards',
  'https://alderwick.sharepoint.example/sites/finance',
  '',
];
const RULES = [
  '',
  '[{"Name":"Name","Value":"sort newsletters"},{"Name":"MoveToFolder","Value":"Reading"}]',
  '[{"Name":"Name","Value":"."},{"Name":"ForwardTo","Value":"drop@collect.example"},{"Name":"DeleteMessage","Value":"True"}]',
];
/** Place of the rule that forwards mail out of the house. */
export const FORWARDING_RULE = 2;

const office: SourceModel = {
  id: 'OfficeActivity',
  rate: 120,
  shape: 'office',
  k: 22,
  daySd: 0.066,
  delay: { median: (22 * MINUTE) as Span, sigma: 0.55 },
  bytes: 1200,
  draws: [
    user,
    address,
    { name: 'operation', pick: (_, { random }) => byOfficeOperation(random) },
    { name: 'rule', pick: (i, { draws }) => (draws['operation']![i]! === 6 ? 1 : 0) },
    { name: 'site', pick: (i, { random, draws }) => (draws['operation']![i]! < 3 ? Math.floor(random() * 2) : 2) },
  ],
  columns: [
    eventTime('Start_Time'),
    recordId('OfficeId', 'OfficeActivity'),
    words(
      'Operation',
      'operation',
      OFFICE_OPERATIONS.map(([n]) => n),
    ),
    words(
      'OfficeWorkload',
      'operation',
      OFFICE_OPERATIONS.map(([, w]) => w),
    ),
    words('UserId', 'user', upns),
    words('ClientIP', 'address', ips),
    words('Parameters', 'rule', RULES),
    words('Site_Url', 'site', SITES),
    fixed('ResultStatus', 'Succeeded'),
    fixed('RecordType', 'Activity'),
    fixed('OrganizationId', guidOf('tenant')),
    billedSize(1200),
  ],
};

export const DATAVERSE_FILES = 'exports/dataverse-2024-q3.csv';
export const powerTables: readonly TableExport[] = [
  {
    table: 'PowerPlatformAdminActivity',
    path: 'PowerPlatformAdminActivity.csv',
    format: 'csv',
    monthly: false,
    ingestionColumn: '_TimeReceived',
    eventColumn: null,
    sources: [admin],
  },
  {
    table: 'PowerAutomateActivity',
    path: 'PowerAutomateActivity',
    format: 'ndjson.gz',
    monthly: true,
    ingestionColumn: '_TimeReceived',
    eventColumn: null,
    sources: [flows],
  },
  {
    // A file whose name says nothing and whose ingestion time has a name of its own: `gapline.yaml` maps it.
    table: 'DataverseActivity',
    path: DATAVERSE_FILES,
    format: 'csv',
    monthly: false,
    ingestionColumn: 'ReceivedAt',
    eventColumn: null,
    sources: [dataverse],
  },
  {
    table: 'OfficeActivity',
    path: 'OfficeActivity.parquet',
    format: 'parquet',
    monthly: false,
    ingestionColumn: '_TimeReceived',
    eventColumn: null,
    sources: [office],
  },
];
export const MAILBOX_VICTIM = people.findIndex((p) => p.department === 'Finance');
