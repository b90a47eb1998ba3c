/**
 * Ways to prove a loss without a baseline. A second witness is a table that records the same events under the same ids by another way;
 * a pair is two records of one table that one event leaves. Only joins that the tables' documentation supports are here.
 */
export interface WitnessTable {
  readonly table: string;
  /** Column of the id. */
  readonly key: string;
  /** The record's time. */
  readonly time: string;
}

/** Ids of `by` must be in one of `of`: all of them must be in the data, or an id that is elsewhere would pass for lost. */
export interface SecondWitness {
  readonly kind: 'second-witness';
  readonly of: readonly WitnessTable[];
  readonly by: WitnessTable;
  /** What an id names, in the plural. */
  readonly events: string;
}

/** Each id of `table` with a first record must have a last one, and the other way round. */
export interface RecordPair {
  readonly kind: 'pair';
  readonly source: string;
  readonly table: string;
  /** KQL predicate of the source, null for the whole table. */
  readonly filter: string | null;
  readonly key: string;
  readonly time: string;
  readonly column: string;
  readonly first: string;
  readonly last: string;
  readonly events: string;
}

const signins = (table: string): WitnessTable => ({ table, key: 'Id', time: 'CreatedDateTime' });

export const secondWitnesses: readonly SecondWitness[] = [
  {
    kind: 'second-witness',
    of: [signins('SigninLogs'), signins('AADNonInteractiveUserSignInLogs')],
    by: { table: 'EntraIdSignInEvents', key: 'RequestId', time: 'Timestamp' },
    events: 'sign-ins',
  },
  {
    kind: 'second-witness',
    of: [signins('AADServicePrincipalSignInLogs'), signins('AADManagedIdentitySignInLogs')],
    by: { table: 'EntraIdSpnSignInEvents', key: 'RequestId', time: 'Timestamp' },
    events: 'sign-ins of service principals',
  },
  {
    kind: 'second-witness',
    of: [{ table: 'MicrosoftGraphActivityLogs', key: 'RequestId', time: 'TimeGenerated' }],
    by: { table: 'GraphAPIAuditEvents', key: 'RequestId', time: 'Timestamp' },
    events: 'requests to Microsoft Graph',
  },
];

export const recordPairs: readonly RecordPair[] = [
  {
    kind: 'pair',
    source: 'WVDConnections',
    table: 'WVDConnections',
    filter: null,
    key: 'CorrelationId',
    time: 'TimeGenerated',
    column: 'State',
    first: 'Started',
    last: 'Completed',
    events: 'connections',
  },
  {
    kind: 'pair',
    source: 'LogicAppWorkflowRuntime',
    table: 'LogicAppWorkflowRuntime',
    filter: null,
    key: 'RunId',
    time: 'TimeGenerated',
    column: 'OperationName',
    first: 'WorkflowRunStarted',
    last: 'WorkflowRunCompleted',
    events: 'workflow runs',
  },
  {
    kind: 'pair',
    source: 'AzureDiagnostics/MICROSOFT.LOGIC',
    table: 'AzureDiagnostics',
    filter: 'ResourceProvider == "MICROSOFT.LOGIC"',
    key: 'resource_runId_s',
    time: 'TimeGenerated',
    column: 'OperationName',
    first: 'Microsoft.Logic/workflows/workflowRunStarted',
    last: 'Microsoft.Logic/workflows/workflowRunCompleted',
    events: 'workflow runs',
  },
];
