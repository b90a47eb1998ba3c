import { appendFileSync, rmSync, truncateSync } from 'node:fs';
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { literal, openDatabase } from '../../../src/query/local/duckdb/database';
import type { LocalConnection } from '../../../src/query/local/local-connection';
import { rowsOf, TestFolder } from './folder';

let test: TestFolder;
afterEach(async () => test.dispose());

const HEADER = 'TimeGenerated,UserPrincipalName\n';
const row = (user: string) => `2024-09-02T23:00:00Z,${user}\n`;
const AUDIT = 'TimeGenerated,OperationName\n2024-09-02T23:00:00Z,Add user\n';

const said = (c: LocalConnection) => c.describe().problems.map((p) => [p.code, p.file]);
const names = (c: LocalConnection) => c.describe().tables.map((t) => t.name);

async function folder(files: Readonly<Record<string, string>>, parquet: readonly string[] = []): Promise<void> {
  test = await TestFolder.create(files);
  for (const path of parquet) {
    const full = await test.write(path, '');
    const database = await openDatabase({ threads: 1, memory: '200MB', temporary: test.folder });
    await database.run(
      `COPY (SELECT TIMESTAMP '2024-09-02' AS TimeGenerated, 'p' AS UserPrincipalName) TO ${literal(full)} (FORMAT parquet)`,
    );
    database.close();
  }
}

/** Opens the folder; when the first import is announced, something happens to a file. */
async function openWhile(happens: (path: (name: string) => string) => void): Promise<LocalConnection> {
  let done = false;
  return test.connect({
    onProgress() {
      if (done) return;
      done = true;
      happens((name) => join(test.folder, name));
    },
  });
}

describe('files that change while they are read', () => {
  it('do not keep the others from being read when they go', async () => {
    await folder({
      'SigninLogs/1.csv': HEADER + row('a'),
      'SigninLogs/2.csv': HEADER + row('b'),
      'AuditLogs.csv': AUDIT,
    });
    const c = await openWhile((at) => rmSync(at('SigninLogs/1.csv')));
    expect(said(c)).toEqual([['file-changed', 'SigninLogs/1.csv']]);
    expect(c.describe().problems[0]!.message).toBe(
      'SigninLogs/1.csv went away while the folder was read. Its rows are missing.',
    );
    expect(await rowsOf(c, 'u:string | SELECT UserPrincipalName FROM logs."SigninLogs"')).toEqual([['b']]);
  });

  it('do not keep the folder from opening when a Parquet file goes or is cut after it was looked at', async () => {
    await folder({ 'AuditLogs.csv': AUDIT }, ['SigninLogs/1.parquet', 'SigninLogs/2.parquet']);
    const gone = await openWhile((at) => rmSync(at('SigninLogs/1.parquet')));
    expect(said(gone)).toEqual([['file-changed', 'SigninLogs/1.parquet']]);
    expect(names(gone)).toEqual(['AuditLogs', 'SigninLogs']);
    await gone.deleteImported();
    const cut = await openWhile((at) => truncateSync(at('SigninLogs/2.parquet'), 40));
    expect(said(cut)).toEqual([
      ['file-changed', 'SigninLogs/2.parquet'],
      ['unreadable-file', 'SigninLogs/2.parquet'],
    ]);
    expect(names(cut)).toEqual(['AuditLogs']);
  });

  it('are said when they grow, used once and read again', async () => {
    await folder({ 'SigninLogs.csv': HEADER + row('a') });
    const c = await openWhile((at) => appendFileSync(at('SigninLogs.csv'), row('b')));
    expect(said(c)).toEqual([['file-changed', 'SigninLogs.csv']]);
    await appendFile(join(test.folder, 'SigninLogs.csv'), row('c'));
    await c.reload();
    expect(said(c)).toEqual([]);
    expect((await rowsOf(c, 'u:string | SELECT UserPrincipalName FROM logs."SigninLogs"')).flat()).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
});

describe('files that change between two queries', () => {
  it('are noted with every result until they are read again, where they were imported', async () => {
    await folder({ 'SigninLogs.csv': HEADER + row('a'), 'AuditLogs.csv': AUDIT });
    const c = await test.connect();
    const ask = async () => {
      const outcome = await c.query('n:long | SELECT count(*) FROM logs."SigninLogs"');
      if (outcome.kind !== 'results') throw new Error(outcome.kind);
      return [outcome.tables[0]!.values[0]![0], outcome.tables[0]!.notes];
    };
    expect(await ask()).toEqual([1, []]);
    await appendFile(join(test.folder, 'SigninLogs.csv'), row('b'));
    await rm(join(test.folder, 'AuditLogs.csv'));
    expect(await ask()).toEqual([
      1,
      [
        'AuditLogs.csv and 1 more changed after being read; the rows here are as they were then. Read the data again to see the change.',
      ],
    ]);
    await c.reload();
    expect(await ask()).toEqual([2, []]);
  });

  it('are said when they are gone, and the others answer', async () => {
    await folder({}, ['SigninLogs/1.parquet', 'SigninLogs/2.parquet']);
    const c = await test.connect();
    const count = 'n:long | SELECT count(*) FROM logs."SigninLogs"';
    expect(await rowsOf(c, count)).toEqual([[2]]);
    await rm(join(test.folder, 'SigninLogs/1.parquet'));
    expect(await rowsOf(c, count)).toEqual([[1]]);
    expect(said(c)).toEqual([['file-changed', 'SigninLogs/1.parquet']]);
    await rm(join(test.folder, 'SigninLogs/2.parquet'));
    expect((await c.query(count)).kind).toBe('failed');
    expect(names(c)).toEqual([]);
  });
});
