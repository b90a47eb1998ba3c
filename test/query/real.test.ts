import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatInstant, instant } from '../../src/base/time';
import { cellToJson } from '../../src/protocol/records';
import type { LocalConnection } from '../../src/query/local/local-connection';
import { openFolder } from '../../src/query/local/open';

/** Rows exported from a real workspace; they are not part of the repository. */
const folder = process.env['GAPLINE_REAL_ROWS'] ?? resolve(__dirname, '..', '..', '..', 'shared', 'real');

describe.skipIf(!existsSync(join(folder, 'Microsoft365DefenderEvents.json')))('rows of a real workspace', () => {
  let storage: string;
  let connection: LocalConnection;
  beforeAll(async () => {
    storage = await mkdtemp(join(tmpdir(), 'gapline-real-'));
    connection = await openFolder({ folder, storage, now: null, clock: () => instant(Date.UTC(2026, 0, 1)) });
  });
  afterAll(async () => {
    await connection?.close();
    await rm(storage, { recursive: true, force: true });
  });

  const check = async (kql: string, expected: unknown[][]) => {
    const outcome = await connection.query(kql);
    if (outcome.kind !== 'results') throw new Error(`${kql}\n${JSON.stringify(outcome)}`);
    const [table] = outcome.tables;
    const rows = Array.from({ length: table!.rowCount }, (_, r) =>
      table!.columns.map((c, i) => cellToJson(table!.values[i]![r] ?? null, c.type)),
    );
    expect(rows, kql).toEqual(expected);
  };

  it('finds the tables by Type, by columns and by action, though no file has the name of one', () => {
    const { tables, problems, now, nowBasis } = connection.describe();
    expect(tables.map((t) => [t.name, t.rows, t.timeColumn])).toEqual([
      ['AuditLogs', 4, 'TimeGenerated'],
      ['CloudAppEvents', 2, 'Timestamp'],
      ['DeviceEvents', 5, 'Timestamp'],
      ['Event', 2, 'TimeGenerated'],
      ['IdentityDirectoryEvents', 2, 'Timestamp'],
      ['OfficeActivity', 1, 'TimeGenerated'],
      ['SecurityEvent', 35, 'TimeGenerated'],
      ['WindowsEvents', 1, 'TimeGenerated'],
    ]);
    expect(problems.filter((p) => p.severity !== 'information').map((p) => [p.code, p.file])).toEqual([
      ['unknown-table', 'WindowsEvents.json'],
    ]);
    expect([formatInstant(now), nowBasis]).toEqual(['2021-08-02T13:32:54.280Z', 'end of data']);
  });

  it('has the types of the catalogue: dynamic as JSON, numbers as numbers, seven digits of time', async () => {
    await check('DeviceEvents | summarize min(Timestamp), max(InitiatingProcessId), count() by ActionType', [
      ['LdapSearch', '2021-08-02T13:11:39.7724491Z', 5692, 5],
    ]);
    await check('SecurityEvent | summarize n = count() by EventID | top 2 by n', [
      [4624, 28],
      [4662, 5],
    ]);
    await check('DeviceEvents | where isnotempty(AdditionalFields) | take 1 | project t = gettype(AdditionalFields)', [
      ['dictionary'],
    ]);
    // The union that was exported had named this column AdditionalFields_string.
    await check('DeviceEvents | where isnotempty(ReportId) | count', [[5]]);
  });

  it('tells who read mail', () =>
    check('OfficeActivity | where Operation == "MailItemsAccessed" | project TimeGenerated, UserId, Logon_Type', [
      ['2021-08-02T13:32:07.0000000Z', 'pgustavo@simulandlabs.com', 'Owner'],
    ]));

  it('tells which application got a new secret', () =>
    check(
      'AuditLogs | where OperationName has "Certificates and secrets management" | mv-expand t = TargetResources' +
        ' | distinct app = tostring(t.displayName), who = tostring(InitiatedBy.user.userPrincipalName)',
      [['SimuLandApp', 'pgustavo@simulandlabs.com']],
    ));

  it('joins the two on time', () =>
    check(
      'let secrets = AuditLogs | where OperationName has "secrets management"' +
        ' | summarize Secret = min(TimeGenerated) by Who = tostring(InitiatedBy.user.userPrincipalName);' +
        ' OfficeActivity | where Operation == "MailItemsAccessed" | join kind=inner secrets on $left.UserId == $right.Who' +
        ' | where TimeGenerated between (Secret .. 1h) | project Who, After = TimeGenerated - Secret',
      [['pgustavo@simulandlabs.com', '00:02:41.0170000']],
    ));

  it('understands ago() from the end of the data', () =>
    check('SecurityEvent | where TimeGenerated > ago(1h) | summarize Any = count() > 0', [[true]]));
});
