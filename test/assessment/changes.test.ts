import { describe, expect, it } from 'vitest';
import { explained, readChanges } from '../../src/assessment/changes';
import { NO_DECLARATIONS, resolveSources } from '../../src/assessment/sources';
import { formatInstant, parseInstant } from '../../src/base/time';
import { fakeConnection, info, results, table } from './fake-connection';

const time = ['TimeGenerated:datetime'];
const SOURCES = resolveSources({
  tables: [
    ...[
      'SigninLogs',
      'AuditLogs',
      'AADProvisioningLogs',
      'WVDConnections',
      'SecurityEvent',
      'OfficeActivity',
      'AHDSMedTechDiagnosticLogs',
      'AHDSDicomAuditLogs',
    ].map((n) => info(n, time)),
    info('AzureDiagnostics', time),
  ],
  slices: [
    { provider: 'MICROSOFT.LOGIC', category: 'WorkflowRuntime' },
    { provider: 'MICROSOFT.KEYVAULT', category: 'AuditEvent' },
  ],
  windows: [],
  read: [],
  declarations: NO_DECLARATIONS,
}).map((r) => r.source);

const VAULT =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/providers/microsoft.insights/diagnosticSettings/send';
const ENTRA = '/providers/microsoft.aadiam/diagnosticSettings/all';
const body = (...categories: readonly [string, boolean][]) =>
  JSON.stringify({
    requestbody: JSON.stringify({
      properties: {
        logs: categories.map(([category, enabled]) => ({ category, enabled, retentionPolicy: { days: 0 } })),
      },
    }),
  });

function check(resource: string, operation: string, properties: string, expected: readonly string[]) {
  expect(explained(resource, operation, properties, /delete/i.test(operation), SOURCES)).toEqual(expected);
}
const WRITE = 'MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/WRITE';
const DELETE = 'MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE';

describe('a change of configuration', () => {
  it('explains the slice of its resource’s provider alone', () =>
    check(VAULT, DELETE, '', ['AzureDiagnostics/MICROSOFT.KEYVAULT']));
  it('explains the tables that its provider feeds', () =>
    check(ENTRA, 'microsoft.aadiam/diagnosticSettings/delete', '', ['AADProvisioningLogs', 'AuditLogs', 'SigninLogs']));
  it('explains only the tables of its kind of resource', () =>
    check(
      '/subscriptions/s/resourcegroups/g/providers/microsoft.healthcareapis/workspaces/w/iotconnectors/c/providers/microsoft.insights/diagnosticsettings/x',
      DELETE,
      '',
      ['AHDSMedTechDiagnosticLogs'],
    ));
  it('explains only the categories that it switches off', () =>
    check(
      ENTRA,
      'microsoft.aadiam/diagnosticSettings/write',
      body(['SignInLogs', true], ['AuditLogs', false], ['ProvisioningLogs', true]),
      ['AuditLogs'],
    ));
  it('explains categories that the whole setting no longer names', () =>
    check(ENTRA, 'microsoft.aadiam/diagnosticSettings/write', body(['SignInLogs', true], ['AuditLogs', true]), [
      'AADProvisioningLogs',
    ]));
  it('of a collection rule explains the streams that it names', () =>
    check(
      '/subscriptions/s/providers/Microsoft.Insights/dataCollectionRules/r',
      'Microsoft.Insights/dataCollectionRules/write',
      '{"streams":["Microsoft-SecurityEvent"]}',
      ['SecurityEvent'],
    ));
  it('explains nothing where it names nothing', () => {
    check('', WRITE, '', []);
    check(
      '/subscriptions/s/providers/Microsoft.Sql/servers/x/providers/microsoft.insights/diagnosticSettings/y',
      WRITE,
      '',
      [],
    );
  });

  it('is read from AzureActivity: those that succeeded', async () => {
    const columns = [
      'TimeGenerated:datetime',
      'OperationNameValue:string',
      'ActivityStatusValue:string',
      'Caller:string',
      '_ResourceId:string',
    ];
    const rows = [
      ['2024-08-20T08:00Z', DELETE, 'Start', 'admin@x', VAULT],
      ['2024-08-20T08:01Z', DELETE, 'Success', 'admin@x', VAULT],
      ['2024-08-21T08:01Z', DELETE, 'Failed', 'admin@x', VAULT],
      ['2024-08-22T08:01Z', 'MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/READ', 'Success', 'admin@x', VAULT],
    ];
    const activity = info('AzureActivity', columns);
    const connection = fakeConnection({ tables: [activity], answer: () => results(table(columns, rows)) });
    const found = await readChanges(connection, [activity], SOURCES, { now: parseInstant('2024-10-13')! });
    expect(found.changes.map((c) => [formatInstant(c.at), c.caller, c.sources])).toEqual([
      ['2024-08-20T08:01:00Z', 'admin@x', ['AzureDiagnostics/MICROSOFT.KEYVAULT']],
    ]);
  });

  it('is not looked for where there is no AzureActivity', async () => {
    const connection = fakeConnection({ tables: [], answer: () => undefined });
    expect(await readChanges(connection, [], SOURCES, {})).toEqual({ changes: [], problem: null });
    expect(connection.asked).toEqual([]);
  });
});
