import { expect, it } from 'vitest';
import { tablesReadBy } from '../../src/assessment/read-tables';
import { parseInstant } from '../../src/base/time';

const now = parseInstant('2024-10-13')!;
const RULE =
  'id: 1\nname: x\nkind: Scheduled\nquery: |\n  SigninLogs\n  | join AuditLogs on CorrelationId\nqueryPeriod: 1d\n';

it('names the tables that rules and queries read, and reads a text once', async () => {
  const known = new Map<string, readonly string[]>();
  const files = [
    { path: 'a.kql', text: 'SecurityEvent | where EventID == 4625' },
    { path: 'b.yaml', text: RULE },
    { path: 'c.yaml', text: 'no: rule' },
    { path: 'd.kql', text: 'SecurityEvent | where (' },
  ];
  expect(await tablesReadBy(files, { tables: [], now, known })).toEqual(['AuditLogs', 'SecurityEvent', 'SigninLogs']);
  expect([...known.keys()]).toEqual(files.map((f) => f.text));
  known.set(RULE, ['Seen']);
  expect(await tablesReadBy(files, { tables: [], now, known })).toEqual(['SecurityEvent', 'Seen']);
});

it('stops where it is given up', async () => {
  const controller = new AbortController();
  controller.abort();
  const files = ['A', 'B'].map((t) => ({ path: `${t}.kql`, text: `SecurityEvent | where Account == "${t}"` }));
  const known = new Map<string, readonly string[]>();
  await tablesReadBy(files, { tables: [], now, known, signal: controller.signal });
  expect(known.size).toBe(1);
});
