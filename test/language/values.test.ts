import { describe, expect, it } from 'vitest';
import { catalogTable } from '../../src/catalog/tables';
import { valueExamplesOf } from '../../src/detections/value-examples';
import { valueMeanings } from '../../src/detections/value-meanings';
import { scenario } from './scenario';

const hover = (marked: string, file?: string): string | null => {
  const s = scenario(marked, file);
  const found = s.service.hover(s.document, s.position);
  return found ? (found.contents as { value: string }).value : null;
};
const offered = (marked: string): Record<string, string | undefined> => {
  const s = scenario(marked);
  const { items } = s.service.completions(s.document, s.position);
  return Object.fromEntries(items.map((i) => [i.label, i.labelDetails?.description]));
};

describe('values that are known', () => {
  it.each([
    ['SecurityEvent | where EventID == 46$025', /A logon failed/],
    ['SecurityEvent | where LogonType in (3, 1$00)', /Remote Desktop/],
    ['SigninLogs | where ResultType != "500$053"', /locked/],
    ['DeviceLogonEvents | where LogonType =~ "Remote$0Interactive"', /Remote Desktop/],
    ['DeviceEvents | where ActionType == "Image$0Loaded"', /DLL/],
    ['AuditLogs | where OperationName has "Consent to $0application"', /permissions/],
    ['AuditLogs | where Category == "Role$0Management"', /Directory roles/],
  ])('are explained: %s', (text, expected) => expect(hover(text)).toMatch(expected));
  it('are explained inside a rule', () =>
    expect(hover('queryPeriod: 1d\ntactics: []\nquery: "SecurityEvent | where EventID == 11$002"\n', 'r.yaml')).toMatch(
      /cleared/,
    ));
  it('are left alone elsewhere', () => {
    expect(hover('SecurityEvent | where ProcessId == "46$025"')).toBeNull();
    expect(hover('StorageBlobLogs | where OperationName == "Add $0user"')).toBeNull();
    expect(hover('print "46$025"')).toBeNull();
  });
  it('are offered with their meaning', () => {
    expect(offered('SecurityEvent | where EventID == $0')['4625']).toMatch(/A logon failed/);
    expect(offered('AuditLogs | where OperationName == $0')['Add member to role']).toMatch(/directory role/);
    expect(Object.keys(offered('StorageBlobLogs | where OperationName == $0'))).not.toContain('Add member to role');
  });
  it('belong to columns that there are', () => {
    const tables = ['SecurityEvent', 'SigninLogs', 'DeviceEvents', 'AzureActivity', 'DeviceLogonEvents'];
    const missing = Object.keys(valueMeanings).filter((key) => {
      const [table, column] = key.includes('.') ? key.split('.') : [null, key];
      const in_ = table ? [table] : tables;
      return !in_.some((t) => catalogTable(t!)?.columns.some((c) => c.name === column));
    });
    expect(missing).toEqual([]);
    expect(valueExamplesOf('SecurityEvent')['EventID']).toContain('4625');
    expect(valueExamplesOf('SigninLogs')['ResultType']).toContain('"50126"');
  });
});
