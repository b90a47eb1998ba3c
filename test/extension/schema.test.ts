import { describe, expect, it } from 'vitest';
import { columnNodes, tableNodes } from '../../src/extension/views/schemaNodes';
import type { TableInfo } from '../../src/protocol/datahost';
import { at, l10n } from './sample';

const table = (over: Partial<TableInfo>): TableInfo => ({
  name: 'SigninLogs',
  columns: [
    { name: 'TimeGenerated', type: 'datetime' },
    { name: 'Location Details', type: 'dynamic' },
  ],
  files: ['SigninLogs.parquet'],
  rows: 12_345,
  timeColumn: 'TimeGenerated',
  ingestionColumn: null,
  first: at('2024-07-15T03:00'),
  last: at('2024-10-13T00:00'),
  ...over,
});

describe('the tables of the connection', () => {
  it('say rows and time span, by name', () => {
    const nodes = tableNodes(l10n, [
      table({ name: 'b', rows: 1 }),
      table({}),
      table({ name: 'A', rows: null, first: null }),
    ]);
    expect(nodes.map((n) => [n.label, n.description])).toEqual([
      ['A', ''],
      ['b', '1 row · 2024-07-15 – 10-13'],
      ['SigninLogs', '12,345 rows · 2024-07-15 – 10-13'],
    ]);
    expect(nodes[2]?.query).toBe('SigninLogs\n| take 100');
    expect(nodes[2]?.details).toContain('No ingestion time: late and lost rows look alike');
  });

  it('have columns with types and roles, whose names are quoted where KQL needs it', () => {
    const nodes = columnNodes(l10n, table({ name: 'my table' }));
    expect(nodes.map((n) => [n.label, n.description, n.insert])).toEqual([
      ['TimeGenerated', 'datetime · time', 'TimeGenerated'],
      ['Location Details', 'dynamic', "['Location Details']"],
    ]);
    expect(nodes[1]?.query).toBe(
      "['my table']\n| summarize n = count() by value = tostring(['Location Details'])\n| sort by n desc\n| take 100",
    );
  });
});
