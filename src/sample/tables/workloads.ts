/** Sign-ins of service principals and managed identities, and what applications ask of Microsoft Graph. */
import { MINUTE, type Span } from '../../base/time';
import { billedSize, fixed, jsonText, numbers, recordId, sharedId, words } from '../columns';
import { CLOUD, CLOUDS, countries, guidOf, ips, locationDetails, services, TENANT } from '../directory';
import type { Draw, SourceModel, TableExport } from '../model';
import { weighted, zipf } from '../noise';

const RESOURCES = [
  'Microsoft Graph',
  'Azure Key Vault',
  'Azure Storage',
  'Azure SQL Database',
  'Azure Resource Manager',
  'Ward Board',
];
export const resourceAt = (name: string): number => RESOURCES.indexOf(name);
const RESULTS = ['0', '7000215', '700016', '7000222'];
const TEXTS = [
  '',
  'Invalid client secret.',
  'Application not found in the directory.',
  'The client secret has expired.',
];

const byService = weighted(zipf(services.length, 0.6));
const byResource = weighted([40, 20, 16, 9, 11, 4]);
const byResult = weighted([970, 18, 4, 8]);

const service: Draw = { name: 'service', pick: (_, { random }) => byService(random) };
/** A workload keeps to two addresses of its own. */
const address: Draw = {
  name: 'address',
  pick: (i, { random, draws }) => CLOUD + ((draws['service']![i]! * 2 + (random() < 0.3 ? 1 : 0)) % CLOUDS),
};
const target: Draw = { name: 'target', pick: (_, { random }) => byResource(random) };
const result: Draw = { name: 'result', pick: (_, { random }) => byResult(random) };

const serviceNames = services.map((s) => s.name);
const appIds = services.map((s) => s.id);
const principalIds = services.map((s) => guidOf(`principal ${s.name}`));

const servicePrincipals: SourceModel = {
  id: 'AADServicePrincipalSignInLogs',
  rate: 200,
  shape: 'flat',
  k: 25,
  daySd: 0.066,
  delay: { median: (6 * MINUTE) as Span, sigma: 0.5 },
  bytes: 1500,
  draws: [service, address, target, result],
  columns: [
    recordId('Id', 'AADServicePrincipalSignInLogs'),
    sharedId('CorrelationId', 'AADServicePrincipalSignInLogs request', 2),
    words('ServicePrincipalName', 'service', serviceNames),
    words('ServicePrincipalId', 'service', principalIds),
    words('AppId', 'service', appIds),
    words('ResourceDisplayName', 'target', RESOURCES),
    words('IPAddress', 'address', ips),
    words('Location', 'address', countries),
    jsonText('LocationDetails', 'address', locationDetails),
    words('ResultType', 'result', RESULTS),
    words('ResultDescription', 'result', TEXTS),
    fixed('ClientCredentialType', 'clientSecret'),
    fixed('OperationName', 'Sign-in activity'),
    fixed('AADTenantId', TENANT),
    billedSize(1500),
  ],
};

const IDENTITIES = [
  'vm-lab-gateway',
  'func-lab-results',
  'aks-ward-board',
  'logic-onboarding',
  'vm-backup',
  'app-patient-portal',
];
export const identityAt = (name: string): number => IDENTITIES.indexOf(name);
const byIdentity = weighted(zipf(IDENTITIES.length, 0.5));
const identity: Draw = { name: 'identity', pick: (_, { random }) => byIdentity(random) };
/** A managed identity asks for one or two things, over and over; the laboratory's gateway never for secrets. */
const identityTarget: Draw = {
  name: 'target',
  pick: (i, { random, draws }) => {
    const who = draws['identity']![i]!;
    return who === 0 ? (random() < 0.8 ? 2 : 4) : random() < 0.7 ? (who % 3) + 1 : 4;
  },
};

const managedIdentities: SourceModel = {
  id: 'AADManagedIdentitySignInLogs',
  rate: 60,
  shape: 'flat',
  k: 24,
  daySd: 0.066,
  growth: 0.05,
  delay: { median: (6 * MINUTE) as Span, sigma: 0.5 },
  bytes: 1300,
  draws: [identity, identityTarget, { name: 'result', pick: (_, { random }) => (random() < 0.995 ? 0 : 2) }],
  columns: [
    recordId('Id', 'AADManagedIdentitySignInLogs'),
    words('ServicePrincipalName', 'identity', IDENTITIES),
    words(
      'ServicePrincipalId',
      'identity',
      IDENTITIES.map((n) => guidOf(`identity ${n}`)),
    ),
    words('ResourceDisplayName', 'target', RESOURCES),
    words('ResultType', 'result', RESULTS),
    fixed('ManagedServiceIdentity', '{"msiType":"SystemAssigned"}'),
    fixed('OperationName', 'Sign-in activity'),
    fixed('AADTenantId', TENANT),
    billedSize(1300),
  ],
};

interface Call {
  readonly method: string;
  readonly uri: string;
  readonly weight: number;
}
const call = (method: string, path: string, weight: number): Call => ({
  method,
  uri: `https://graph.microsoft.com/v1.0/${path}`,
  weight,
});
const CALLS: readonly Call[] = [
  call('GET', 'users?$select=id,displayName,department', 30),
  call('GET', 'me', 26),
  call('GET', 'groups/delta', 14),
  call('GET', 'devices', 9),
  call('POST', '$batch', 9),
  call('GET', 'auditLogs/signIns', 5),
  call('GET', 'users/delta', 5),
  call('GET', 'applications', 1),
  call('GET', 'users/finance.director/messages', 0.02),
];
export const callAt = (part: string): number => CALLS.findIndex((c) => c.uri.includes(part));
const byCall = weighted(CALLS.map((c) => c.weight));

const graph: SourceModel = {
  id: 'MicrosoftGraphActivityLogs',
  rate: 100,
  shape: 'office',
  k: 20,
  daySd: 0.07,
  growth: 0.06,
  delay: { median: (9 * MINUTE) as Span, sigma: 0.6 },
  bytes: 1100,
  draws: [
    service,
    address,
    { name: 'call', pick: (_, { random }) => byCall(random) },
    { name: 'status', pick: (_, { random }) => (random() < 0.97 ? 0 : random() < 0.6 ? 1 : 2) },
    { name: 'size', pick: (_, { random }) => 200 + Math.floor(24_000 * random() ** 3) },
  ],
  columns: [
    recordId('RequestId', 'MicrosoftGraphActivityLogs'),
    words('AppId', 'service', appIds),
    words('ServicePrincipalId', 'service', principalIds),
    words('IPAddress', 'address', ips),
    words(
      'RequestMethod',
      'call',
      CALLS.map((c) => c.method),
    ),
    words(
      'RequestUri',
      'call',
      CALLS.map((c) => c.uri),
    ),
    numbers('ResponseStatusCode', 'int', 'status', [200, 404, 403]),
    numbers('ResponseSizeBytes', 'int', 'size'),
    fixed('ApiVersion', 'v1.0'),
    fixed('AadTenantId', TENANT),
    billedSize(1100),
  ],
};

export const workloadTables: readonly TableExport[] = [
  {
    table: 'AADServicePrincipalSignInLogs',
    path: 'AADServicePrincipalSignInLogs.parquet',
    format: 'parquet',
    monthly: false,
    ingestionColumn: '$IngestionTime',
    eventColumn: 'CreatedDateTime',
    sources: [servicePrincipals],
  },
  {
    table: 'AADManagedIdentitySignInLogs',
    path: 'AADManagedIdentitySignInLogs.parquet',
    format: 'parquet',
    monthly: false,
    ingestionColumn: '_TimeReceived',
    eventColumn: 'CreatedDateTime',
    sources: [managedIdentities],
  },
  {
    table: 'MicrosoftGraphActivityLogs',
    path: 'MicrosoftGraphActivityLogs.parquet',
    format: 'parquet',
    monthly: false,
    ingestionColumn: '_TimeReceived',
    eventColumn: null,
    sources: [graph],
  },
];
