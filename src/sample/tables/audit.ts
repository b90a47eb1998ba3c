/** Changes in the directory, and provisioning of accounts into other systems. */
import { MINUTE, type Span } from '../../base/time';
import { billedSize, fixed, json, jsonText, numbers, recordId, sharedId, words } from '../columns';
import { ADMIN, addresses, attackerAddress, guidOf, homeOf, OFFICE, people, services, TENANT } from '../directory';
import type { Draw, SourceModel, TableExport } from '../model';
import { weighted, zipf } from '../noise';

/** People who change things, from where they usually do; then applications; then people from an attacker's address. */
const ACTING = 60;
const byUser = (person: number, address: number) => ({
  user: {
    id: people[person]!.id,
    displayName: people[person]!.name,
    userPrincipalName: people[person]!.upn,
    ipAddress: addresses[address]!.ip,
  },
});
const HELPDESK = Array.from({ length: ACTING }, (_, i) => i * 5);
const initiators = [
  ...HELPDESK.map((p) => byUser(p, p % 2 ? OFFICE : homeOf(p))),
  ...[ADMIN.ops, ADMIN.identity, ADMIN.cloud].map((p) => byUser(p, OFFICE)),
  ...services.map((s) => ({ app: { displayName: s.name, servicePrincipalId: guidOf(`principal ${s.name}`) } })),
  ...[ADMIN.ops, ADMIN.identity, ADMIN.cloud].map((p, i) => byUser(p, attackerAddress(i + 6))),
  byUser(ADMIN.breakGlass, attackerAddress(9)),
];
export const ADMIN_INITIATOR = { ops: ACTING, identity: ACTING + 1, cloud: ACTING + 2 };
const FIRST_APP = ACTING + 3;
/** Administrators whose sessions were stolen: ops, identity, cloud, and the break-glass account. */
export const STOLEN_INITIATOR = FIRST_APP + services.length;

const ROLES = ['Global Administrator', 'Privileged Role Administrator', 'Helpdesk Administrator', 'Reports Reader'];
const POLICIES = ['Require MFA for administrators', 'Block legacy authentication', 'Require compliant device'];
const changed = (name: string, before: string, after: string) => ({
  displayName: name,
  oldValue: JSON.stringify(before),
  newValue: JSON.stringify(after),
});
const TARGET_PEOPLE = 120;
const targets: readonly unknown[] = [
  ...people
    .slice(0, TARGET_PEOPLE)
    .map((p) => [{ id: p.id, displayName: p.name, type: 'User', userPrincipalName: p.upn }]),
  ...services.map((s) => [
    {
      id: guidOf(`principal ${s.name}`),
      displayName: s.name,
      type: 'ServicePrincipal',
      modifiedProperties: [changed('KeyDescription', '[]', '[KeyType=Password,KeyUsage=Verify]')],
    },
  ]),
  ...services.map((s) => [
    {
      id: guidOf(`principal ${s.name}`),
      displayName: s.name,
      type: 'ServicePrincipal',
      modifiedProperties: [
        changed('ConsentContext.IsAdminConsent', '', 'True'),
        changed('ConsentAction.Permissions', '', s.name.startsWith('mail') ? 'offline_access Mail.Read' : 'User.Read'),
      ],
    },
  ]),
  ...POLICIES.map((p) => [{ id: guidOf(`policy ${p}`), displayName: p, type: 'Policy' }]),
  ...ROLES.flatMap((role) =>
    people.slice(0, 12).map((p) => [
      {
        id: p.id,
        displayName: p.name,
        type: 'User',
        userPrincipalName: p.upn,
        modifiedProperties: [changed('Role.DisplayName', '', role)],
      },
    ]),
  ),
];
const KEYS = TARGET_PEOPLE;
const CONSENTS = KEYS + services.length;
const POLICY = CONSENTS + services.length;
const ROLE = POLICY + POLICIES.length;
export const auditTarget = {
  person: (i: number) => i,
  key: (service: number) => KEYS + service,
  consent: (service: number) => CONSENTS + service,
  policy: (i: number) => POLICY + i,
  role: (role: number, person: number) => ROLE + role * 12 + person,
};

interface Operation {
  readonly name: string;
  readonly category: string;
  readonly by: string;
  readonly type: string;
  readonly weight: number;
  /** Places in `targets`: first and how many. */
  readonly on: readonly [number, number];
}
const operation = (
  name: string,
  category: string,
  by: string,
  type: string,
  weight: number,
  on: readonly [number, number],
): Operation => ({ name, category, by, type, weight, on });
const ON_PEOPLE = [0, TARGET_PEOPLE] as const;
const OPERATIONS: readonly Operation[] = [
  operation('Update user', 'UserManagement', 'Core Directory', 'Update', 300, ON_PEOPLE),
  operation('Add member to group', 'GroupManagement', 'Core Directory', 'Assign', 170, ON_PEOPLE),
  operation('Remove member from group', 'GroupManagement', 'Core Directory', 'Unassign', 120, ON_PEOPLE),
  operation(
    'Reset password (self-service)',
    'UserManagement',
    'Self-service Password Management',
    'Update',
    80,
    ON_PEOPLE,
  ),
  operation('Change user password', 'UserManagement', 'Core Directory', 'Update', 60, ON_PEOPLE),
  operation('Add user', 'UserManagement', 'Core Directory', 'Add', 24, ON_PEOPLE),
  operation('Disable account', 'UserManagement', 'Core Directory', 'Update', 18, ON_PEOPLE),
  operation('User registered security info', 'UserManagement', 'Authentication Methods', 'Update', 46, ON_PEOPLE),
  operation('Update device', 'Device', 'Core Directory', 'Update', 150, ON_PEOPLE),
  operation('Update service principal', 'ApplicationManagement', 'Core Directory', 'Update', 30, [
    KEYS,
    services.length,
  ]),
  operation('Consent to application', 'ApplicationManagement', 'Core Directory', 'Assign', 1.2, [CONSENTS, 9]),
  operation('Add member to role', 'RoleManagement', 'Core Directory', 'Assign', 0.8, [ROLE + 24, 24]),
  operation(
    'Update application – Certificates and secrets management',
    'ApplicationManagement',
    'Core Directory',
    'Update',
    0.6,
    [KEYS, 5],
  ),
  operation('Update conditional access policy', 'Policy', 'Conditional Access', 'Update', 0.3, [
    POLICY,
    POLICIES.length,
  ]),
  operation('Delete conditional access policy', 'Policy', 'Conditional Access', 'Delete', 0, [POLICY, POLICIES.length]),
  operation('Add delegated permission grant', 'ApplicationManagement', 'Core Directory', 'Assign', 2, [CONSENTS, 9]),
];
export const operationAt = (name: string): number => OPERATIONS.findIndex((o) => o.name.startsWith(name));

const byOperation = weighted(OPERATIONS.map((o) => o.weight));
const byInitiator = weighted([...zipf(ACTING, 0.5), 0.4, 0.5, 0.4, ...zipf(services.length, 0.5).map((w) => w * 2)]);

const operations: Draw = { name: 'operation', pick: (_, { random }) => byOperation(random) };
const initiator: Draw = { name: 'initiator', pick: (_, { random }) => byInitiator(random) };
const target: Draw = {
  name: 'target',
  pick: (i, { random, draws }) => {
    const [first, count] = OPERATIONS[draws['operation']![i]!]!.on;
    return first + Math.floor(random() * count);
  },
};
const failed: Draw = { name: 'failed', pick: (_, { random }) => (random() < 0.03 ? 1 : 0) };

const auditLogs: SourceModel = {
  id: 'AuditLogs',
  rate: 20,
  shape: 'office',
  k: 20,
  daySd: 0.072,
  delay: { median: (5 * MINUTE) as Span, sigma: 0.55 },
  bytes: 1900,
  draws: [operations, initiator, target, failed],
  columns: [
    recordId('Id', 'AuditLogs'),
    sharedId('CorrelationId', 'AuditLogs request', 2),
    words(
      'OperationName',
      'operation',
      OPERATIONS.map((o) => o.name),
    ),
    words(
      'ActivityDisplayName',
      'operation',
      OPERATIONS.map((o) => o.name),
    ),
    words(
      'Category',
      'operation',
      OPERATIONS.map((o) => o.category),
    ),
    words(
      'LoggedByService',
      'operation',
      OPERATIONS.map((o) => o.by),
    ),
    words(
      'AADOperationType',
      'operation',
      OPERATIONS.map((o) => o.type),
    ),
    json('InitiatedBy', 'initiator', initiators),
    json('TargetResources', 'target', targets),
    words('Result', 'failed', ['success', 'failure']),
    fixed('AADTenantId', TENANT),
    billedSize(1900),
  ],
};

const STEPS = [
  'EntryImport',
  'EntrySynchronizationScoping',
  'EntryExportAdd',
  'EntryExportUpdate',
  'EntryExportDelete',
];
const provisioning: SourceModel = {
  id: 'AADProvisioningLogs',
  rate: 20,
  shape: 'batch',
  k: 18,
  daySd: 0.075,
  delay: { median: (8 * MINUTE) as Span, sigma: 0.6 },
  bytes: 1700,
  draws: [
    { name: 'user', pick: (_, { random }) => Math.floor(random() * TARGET_PEOPLE) },
    { name: 'action', pick: (_, { random }) => (random() < 0.6 ? 1 : random() < 0.3 ? 0 : 2) },
    { name: 'step', pick: (_, { random }) => Math.floor(random() * STEPS.length) },
    { name: 'duration', pick: (_, { random }) => 90 + Math.floor(2500 * random() ** 2) },
    failed,
  ],
  columns: [
    recordId('Id', 'AADProvisioningLogs'),
    sharedId('JobId', 'AADProvisioningLogs job', 40),
    sharedId('CycleId', 'AADProvisioningLogs cycle', 12),
    words('ProvisioningAction', 'action', ['Create', 'Update', 'Disable']),
    words('OperationName', 'step', STEPS),
    jsonText(
      'SourceIdentity',
      'user',
      people.slice(0, TARGET_PEOPLE).map((p) => ({ identityType: 'User', displayName: p.name, id: p.id })),
    ),
    words('ResultType', 'failed', ['Success', 'Failure']),
    fixed('TargetSystem', '{"displayName":"Time Sheets"}'),
    numbers('DurationMs', 'long', 'duration'),
    fixed('AADTenantId', TENANT),
    billedSize(1700),
  ],
};

export const auditTables: readonly TableExport[] = [
  {
    table: 'AuditLogs',
    path: 'AuditLogs',
    format: 'ndjson.gz',
    monthly: true,
    ingestionColumn: '$IngestionTime',
    eventColumn: 'ActivityDateTime',
    sources: [auditLogs],
  },
  {
    table: 'AADProvisioningLogs',
    path: 'AADProvisioningLogs',
    format: 'ndjson.gz',
    monthly: true,
    ingestionColumn: '_TimeReceived',
    eventColumn: null,
    sources: [provisioning],
  },
];
