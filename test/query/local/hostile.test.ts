import { afterEach, describe, expect, it } from 'vitest';
import { openFolder } from '../../../src/query/local/open';
import { CLOCK, rowsOf, TestFolder } from './folder';

let test: TestFolder | undefined;
afterEach(async () => {
  await test?.dispose();
  test = undefined;
});

/** Names that a careless writer of SQL, JSON paths or JavaScript stumbles over. */
const NAMES = [
  'a"b',
  "c'd",
  'e.f',
  '$g',
  'h/i~j',
  'k\\l',
  '__proto__',
  'constructor',
  'm;DROP VIEW x--',
  'n\u0000o'.replace('\u0000', ' '),
  '名前',
  '<img src=x onerror=alert(1)>',
  '{{7*7}}',
  '*',
  ' p ',
];

describe('hostile exports', () => {
  it('keep their names and their texts', async () => {
    const record = Object.fromEntries(NAMES.map((name, i) => [name, `value ${i} ' " \\ </script> $\{x}`]));
    const archive = { time: '2024-09-02T23:00:00Z', category: 'X', properties: record };
    test = await TestFolder.create({
      'plain"); DROP.json': JSON.stringify({ TimeGenerated: '2024-09-02T23:00:00Z', ...record }),
      'archive.json': JSON.stringify(archive),
      'twice.json': JSON.stringify({ ...record, A: 1, a: 2 }),
      'list.csv': `${NAMES.map((n) => `"${n.replaceAll('"', '""')}"`).join(',')}\n${NAMES.map((_, i) => i).join(',')}\n`,
    });
    const c = await test.connect();
    const tables = new Map(c.describe().tables.map((t) => [t.name, t.columns.map((col) => col.name)]));
    expect([...tables.keys()]).toEqual(['archive', 'list', 'plain_DROP', 'twice']);
    const trimmed = NAMES.map((n) => n.trim());
    for (const [table, columns] of tables) {
      expect(
        trimmed.filter((n) => !columns.includes(n)),
        table,
      ).toEqual([]);
      if (table === 'list') continue;
      const quoted = trimmed.map((n) => `"${n.replaceAll('"', '""')}"`).join(', ');
      const types = trimmed.map((_, i) => `c${i}:string`).join(', ');
      // The texts of a test's query are split at the first bar, which no name here holds.
      expect(await rowsOf(c, `${types} | SELECT ${quoted} FROM logs."${table}"`), table).toEqual([
        Object.values(record),
      ]);
    }
  });

  it('are queried by KQL as any other', async () => {
    test = await TestFolder.create({
      'Odd_CL.json': JSON.stringify({ TimeGenerated: '2024-09-02T23:00:00Z', 'a"b': 'x', "c'd": 'y', 'e.f': 1 }),
    });
    const c = await openFolder({ folder: test.folder, storage: test.storage, now: null, clock: () => CLOCK });
    const outcome = await c.query(`Odd_CL | where ['e.f'] == 1 | project p = ['a"b'], q = ["c'd"]`);
    expect(outcome.kind === 'results' && outcome.tables[0]?.values).toEqual([['x'], ['y']]);
    await c.close();
  });

  it('cannot leave the folder through a query', async () => {
    test = await TestFolder.create({ 'SigninLogs.csv': 'TimeGenerated\n2024-09-02T23:00:00Z\n' });
    const c = await openFolder({ folder: test.folder, storage: test.storage, now: null, clock: () => CLOCK });
    for (const kql of [
      "externaldata(a:string)['/etc/passwd']",
      "externaldata(a:string)['file:///etc/passwd'] with (format='csv')",
      "externaldata(a:string)['https://example.org/x.csv']",
      "SigninLogs | where Type == \"x'; COPY (SELECT 1) TO '/tmp/x'; --\"",
      '.drop table SigninLogs',
      "print x = \"'); ATTACH '/tmp/x.db'; --\"",
    ]) {
      const outcome = await c.query(kql);
      if (outcome.kind === 'results') expect(outcome.tables[0]!.rowCount, kql).toBeLessThan(2);
      else expect(['refused', 'invalid'], kql).toContain(outcome.kind);
    }
    await c.close();
  });
});
