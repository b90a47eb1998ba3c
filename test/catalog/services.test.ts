import { describe, expect, it } from 'vitest';
import { catalogSources, findService } from '../../src/catalog/services';
import { catalogTable, tableNameIgnoringCase } from '../../src/catalog/tables';

describe('catalogue', () => {
  it('never takes a correlation for a key', () => {
    for (const s of catalogSources().values()) expect(s.key ?? [], s.id).not.toContain('CorrelationId');
  });
  it('has an event time that the table really has', () => {
    for (const s of catalogSources().values()) {
      if (s.eventTime)
        expect(
          catalogTable(s.table)!.columns.map((c) => c.name),
          s.id,
        ).toContain(s.eventTime);
    }
  });
  it('names filtered sources by provider', () => {
    expect([...catalogSources().keys()].filter((k) => k.includes('/'))).toEqual(
      expect.arrayContaining(['AzureDiagnostics/MICROSOFT.LOGIC', 'AzureDiagnostics/MICROSOFT.CODESIGNING']),
    );
  });
  it('finds services and tables in other spellings', () => {
    expect(findService('Microsoft Entra')?.name).toBe('Microsoft Entra ID');
    expect(findService('Trusted Signing')?.name).toBe('Azure Trusted Signing');
    expect(tableNameIgnoringCase('signinlogs')).toBe('SigninLogs');
    expect(catalogTable('constructor')).toBeUndefined();
  });
});
