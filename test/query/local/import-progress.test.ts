import { afterEach, expect, it, vi } from 'vitest';
import type { Database, StatementProgress } from '../../../src/query/local/duckdb/database';
import { watchImport } from '../../../src/query/local/ingest/import-progress';
import { TestFolder } from './folder';

let test: TestFolder | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await test?.dispose();
  test = undefined;
});

it('says bytes and rows of all imports, in the order in which they come', async () => {
  const rows = (n: number) => Array.from({ length: n }, (_, i) => `2024-09-02T23:00:00Z,u${i}\n`).join('');
  test = await TestFolder.create({
    'AuditLogs.csv': `TimeGenerated,OperationName\n${rows(2000)}`,
    'SigninLogs.csv': `TimeGenerated,UserPrincipalName\n${rows(2000)}`,
  });
  const told: [string, number | null][] = [];
  await test.connect({ onProgress: ({ message, fraction }) => told.push([message, fraction]) });

  expect(told[0]).toEqual(['Importing AuditLogs.csv: 0 of 106 KB', 0]);
  const second = told.find(([message]) => message.includes('SigninLogs.csv'));
  expect(second?.[0]).toMatch(/^Importing SigninLogs\.csv: 53 of 106 KB, 2,000 rows$/);
  const fractions = told.map(([, fraction]) => fraction ?? -1);
  expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
});

it('moves with the engine, never back', () => {
  vi.useFakeTimers();
  let now: StatementProgress | null = null;
  const database: Pick<Database, 'progress'> = { progress: () => now };
  const told: string[] = [];
  const watch = watchImport(
    database as Database,
    { name: 'big.json', bytes: 1e9 },
    { done: 1e9, total: 4e9, rows: 7_000_000 },
    (message, fraction) => told.push(`${message} ${fraction}`),
  );
  for (const next of [
    { fraction: 1, writing: false },
    { fraction: 0.2, writing: false },
    null,
    { fraction: 0.5, writing: true },
  ]) {
    now = next;
    vi.advanceTimersByTime(250);
  }
  watch.end();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([
    'Importing big.json: 1 of 4 GB, 7,000,000 rows 0.25',
    'Importing big.json: 1.4 of 4 GB, 7,000,000 rows 0.35',
    'Importing big.json: 1.4 of 4 GB, 7,000,000 rows 0.35',
    'Importing big.json: 1.4 of 4 GB, 7,000,000 rows 0.35',
    'Importing big.json: 1.7 of 4 GB, 7,000,000 rows 0.425',
  ]);
});
