import { expect, it } from 'vitest';
import { catalogTable } from '../../src/catalog/tables';
import { kusto, toArray } from '../../src/kusto/engine';
import { globalsOf, tableSymbol } from '../../src/kusto/schema';

it('binds a query against catalogue tables', () => {
  const globals = globalsOf([tableSymbol(catalogTable('SigninLogs')!)]);
  const code = kusto().Kusto.Language.KustoCode.ParseAndAnalyze(
    'SigninLogs | summarize count() by bin(CreatedDateTime, 1h)',
    globals,
  );
  expect(toArray(code.GetDiagnostics())).toEqual([]);
  expect(toArray(code.ResultType.Columns).map((c) => `${c.Name}:${c.Type.Name}`)).toEqual([
    'CreatedDateTime:datetime',
    'count_:long',
  ]);
});
