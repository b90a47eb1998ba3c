/** One table, several providers: AzureDiagnostics holds Logic Apps, Trusted Signing and Key Vault; Standard workflows have a table of their own. */
import { MINUTE, type Span } from '../../base/time';
import { billedSize, fixed, inTurn, numbers, sharedId, timeAfter, words } from '../columns';
import { CLOUD, guidOf, ips, resource, SUBSCRIPTION, services } from '../directory';
import type { Draw, SourceModel, TableExport } from '../model';
import { weighted, zipf } from '../noise';

const WORKFLOWS = [
  'onboarding',
  'lab-notify',
  'playbook-isolate-host',
  'playbook-block-user',
  'invoice-approval',
  'bed-report',
];
export const workflowAt = (name: string): number => [...WORKFLOWS, 'export-all'].indexOf(name);
const WORKFLOW_NAMES = [...WORKFLOWS, 'export-all'];
const RUN_STATES = ['Succeeded', 'Failed', 'Skipped', 'Running'];
const RUN_CODES = ['OK', 'ActionFailed', 'ActionSkipped', 'NotSpecified'];
const RUN_OPERATIONS = [
  'Microsoft.Logic/workflows/workflowRunStarted',
  'Microsoft.Logic/workflows/workflowActionCompleted',
  'Microsoft.Logic/workflows/workflowTriggerCompleted',
  'Microsoft.Logic/workflows/workflowRunCompleted',
];
const byWorkflow = weighted(zipf(WORKFLOWS.length, 0.6));
const byState = weighted([92, 4, 3, 1]);
const byOperation = weighted([16, 52, 16, 16]);
const ACTIONS = ['Get_user', 'Post_message', 'HTTP', 'Condition', 'Update_ticket', 'Parse_JSON'];

const workflow: Draw = { name: 'workflow', pick: (_, { random }) => byWorkflow(random) };
const state: Draw = { name: 'state', pick: (_, { random }) => byState(random) };
const runOperation: Draw = { name: 'operation', pick: (_, { random }) => byOperation(random) };
const action: Draw = { name: 'action', pick: (_, { random }) => Math.floor(random() * ACTIONS.length) };
const duration: Draw = { name: 'duration', pick: (_, { random }) => 80 + Math.floor(40_000 * random() ** 4) };

const workflowResources = WORKFLOW_NAMES.map((w) => resource('rg-integration', 'microsoft.logic/workflows', w));

const logicApps: SourceModel = {
  id: 'AzureDiagnostics/MICROSOFT.LOGIC',
  rate: 60,
  shape: 'development',
  k: 18,
  daySd: 0.07,
  delay: { median: (5 * MINUTE) as Span, sigma: 0.6 },
  bytes: 1500,
  draws: [workflow, runOperation, state, action, duration],
  columns: [
    fixed('ResourceProvider', 'MICROSOFT.LOGIC'),
    fixed('ResourceType', 'WORKFLOWS'),
    fixed('Category', 'WorkflowRuntime'),
    words('OperationName', 'operation', RUN_OPERATIONS),
    words(
      'Resource',
      'workflow',
      WORKFLOW_NAMES.map((w) => w.toUpperCase()),
    ),
    words('_ResourceId', 'workflow', workflowResources),
    words('resource_workflowName_s', 'workflow', WORKFLOW_NAMES),
    words('resource_actionName_s', 'action', ACTIONS),
    words('status_s', 'state', RUN_STATES),
    words('code_s', 'state', RUN_CODES),
    numbers('DurationMs', 'long', 'duration'),
    fixed('SubscriptionId', SUBSCRIPTION),
    sharedId('CorrelationId', 'AzureDiagnostics logic', 5),
    billedSize(1500),
  ],
};

const PROFILES = ['ward-board-release', 'device-driver', 'intranet-scripts', 'test-signing'];
export const profileAt = (name: string): number => PROFILES.indexOf(name);
const byProfile = weighted([50, 22, 26, 2]);
const SIGNERS = ['signing-pipeline', 'terraform-pipeline', 'device-inventory', 'invoice-reader'];
export const signerAt = (name: string): number => SIGNERS.indexOf(name);
const bySigner = weighted([80, 14, 6, 0]);

const codeSigning: SourceModel = {
  id: 'AzureDiagnostics/MICROSOFT.CODESIGNING',
  rate: 20,
  shape: 'development',
  k: 20,
  daySd: 0.066,
  delay: { median: (7 * MINUTE) as Span, sigma: 0.55 },
  bytes: 1200,
  draws: [
    { name: 'profile', pick: (_, { random }) => byProfile(random) },
    { name: 'signer', pick: (_, { random }) => bySigner(random) },
    { name: 'failed', pick: (_, { random }) => (random() < 0.015 ? 1 : 0) },
    duration,
  ],
  columns: [
    fixed('ResourceProvider', 'MICROSOFT.CODESIGNING'),
    fixed('ResourceType', 'CODESIGNINGACCOUNTS'),
    fixed('Category', 'SignTransactions'),
    fixed('OperationName', 'SignTransaction'),
    fixed('Resource', 'ALDERWICK-SIGNING'),
    fixed('_ResourceId', resource('rg-signing', 'microsoft.codesigning/codesigningaccounts', 'alderwick-signing')),
    words('ruleName_s', 'profile', PROFILES),
    words('Caller_s', 'signer', SIGNERS),
    words('ResultType', 'failed', ['Succeeded', 'Failed']),
    words(
      'callerId_s',
      'signer',
      SIGNERS.map((s) => guidOf(`principal ${s}`)),
    ),
    numbers('DurationMs', 'long', 'duration'),
    fixed('SubscriptionId', SUBSCRIPTION),
    sharedId('CorrelationId', 'AzureDiagnostics signing', 1),
    billedSize(1200),
  ],
};

const VAULT_OPERATIONS = [
  'SecretGet',
  'KeyUnwrap',
  'SecretList',
  'VaultGet',
  'SecretSet',
  'SecretDelete',
  'SecretBackup',
];
export const vaultOperationAt = (name: string): number => VAULT_OPERATIONS.indexOf(name);
const byVaultOperation = weighted([70, 18, 5, 5, 1.4, 0.2, 0]);
const byCaller = weighted(zipf(services.length - 2, 0.8));
const SECRETS = Array.from({ length: 40 }, (_, i) => `https://kv-alderwick.vault.azure.example/secrets/app-${i + 1}`);

const keyVault: SourceModel = {
  id: 'AzureDiagnostics/MICROSOFT.KEYVAULT',
  rate: 40,
  shape: 'flat',
  k: 22,
  daySd: 0.066,
  delay: { median: (6 * MINUTE) as Span, sigma: 0.5 },
  bytes: 1300,
  draws: [
    { name: 'operation', pick: (_, { random }) => byVaultOperation(random) },
    { name: 'service', pick: (_, { random }) => byCaller(random) },
    {
      name: 'secret',
      pick: (i, { random, draws }) => (draws['service']![i]! * 3 + Math.floor(random() * 3)) % SECRETS.length,
    },
    { name: 'address', pick: (i, { draws }) => CLOUD + draws['service']![i]! * 2 },
    { name: 'failed', pick: (_, { random }) => (random() < 0.01 ? 1 : 0) },
    duration,
  ],
  columns: [
    fixed('ResourceProvider', 'MICROSOFT.KEYVAULT'),
    fixed('ResourceType', 'VAULTS'),
    fixed('Category', 'AuditEvent'),
    words('OperationName', 'operation', VAULT_OPERATIONS),
    fixed('Resource', 'KV-ALDERWICK'),
    fixed('_ResourceId', resource('rg-platform', 'microsoft.keyvault/vaults', 'kv-alderwick')),
    words('CallerIPAddress', 'address', ips),
    words('requestUri_s', 'secret', SECRETS),
    words(
      'identity_claim_appid_g',
      'service',
      services.map((s) => s.id),
    ),
    words('ResultType', 'failed', ['Success', 'Failed']),
    words('ResultSignature', 'failed', ['OK', 'Forbidden']),
    numbers('httpStatusCode_d', 'real', 'failed', [200, 403]),
    numbers('DurationMs', 'long', 'duration'),
    fixed('SubscriptionId', SUBSCRIPTION),
    sharedId('CorrelationId', 'AzureDiagnostics vault', 1),
    billedSize(1300),
  ],
};

/** The records that one run leaves. */
const STANDARD_RUN = [
  'WorkflowRunStarted',
  ...Array<string>(4).fill('WorkflowActionCompleted'),
  'WorkflowRunCompleted',
];

const standardWorkflows: SourceModel = {
  id: 'LogicAppWorkflowRuntime',
  rate: 20,
  shape: 'flat',
  k: 20,
  daySd: 0.068,
  delay: { median: (5 * MINUTE) as Span, sigma: 0.6 },
  bytes: 1600,
  draws: [workflow, state, action, duration],
  columns: [
    timeAfter('EndTime', 'duration'),
    words('WorkflowName', 'workflow', WORKFLOW_NAMES),
    inTurn('OperationName', STANDARD_RUN),
    words('ActionName', 'action', ACTIONS),
    words('Status', 'state', RUN_STATES),
    words('Code', 'state', RUN_CODES),
    sharedId('RunId', 'LogicAppWorkflowRuntime run', 6),
    sharedId('ActionTrackingId', 'LogicAppWorkflowRuntime action', 1),
    fixed('_ResourceId', resource('rg-integration', 'microsoft.web/sites', 'logic-standard')),
    billedSize(1600),
  ],
};

export const diagnosticTables: readonly TableExport[] = [
  {
    table: 'AzureDiagnostics',
    path: 'AzureDiagnostics',
    format: 'parquet',
    monthly: true,
    ingestionColumn: '_TimeReceived',
    eventColumn: null,
    sources: [logicApps, codeSigning, keyVault],
  },
  {
    table: 'LogicAppWorkflowRuntime',
    path: 'LogicAppWorkflowRuntime.csv',
    format: 'csv',
    monthly: false,
    ingestionColumn: 'IngestionTime',
    eventColumn: 'StartTime',
    sources: [standardWorkflows],
  },
];
