import { describe, expect, it } from 'vitest';
import { columnNodes, tableNodes } from '../../src/extension/views/schemaNodes';
import type { DataProblem, TableInfo } from '../../src/protocol/datahost';
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

  it('name the day once where all rows are of one', () => {
    const [node] = tableNodes(l10n, [table({ first: at('2024-09-01T03:00'), last: at('2024-09-01T06:39') })]);
    expect(node?.description).toBe('12,345 rows · 2024-09-01');
    const [years] = tableNodes(l10n, [table({ first: at('2023-12-31T23:00'), last: at('2024-01-02T00:00') })]);
    expect(years?.description).toBe('12,345 rows · 2023-12-31 – 2024-01-02');
  });

  it('say what of their files could not be read', () => {
    const bad = (over: Partial<DataProblem>): DataProblem => ({
      severity: 'warning',
      code: 'bad-row',
      message: '1 row of SigninLogs.parquet cannot be read (line 2) and is left out.',
      file: 'SigninLogs.parquet',
      line: 2,
      ...over,
    });
    const nodes = tableNodes(
      l10n,
      [table({}), table({ name: 'Whole', files: ['b.csv'] })],
      [
        bad({}),
        bad({ code: 'no-time-column', message: 'SigninLogs has no time column.' }),
        bad({ severity: 'information', message: 'SigninLogs.parquet holds no rows.' }),
        bad({ file: 'other.csv' }),
      ],
    );
    expect(nodes.map((n) => [n.label, n.description, n.icon?.id])).toEqual([
      ['SigninLogs', '12,345 rows · 2024-07-15 – 10-13 · 1 problem', 'warning'],
      ['Whole', '12,345 rows · 2024-07-15 – 10-13', 'table'],
    ]);
    expect(nodes[0]?.details?.at(-1)).toBe('1 row of SigninLogs.parquet cannot be read (line 2) and is left out.');
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
