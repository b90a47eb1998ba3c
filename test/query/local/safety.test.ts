import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openQueryEngine } from '../../../src/query/local/duckdb/query-engine';
import type { LocalConnection } from '../../../src/query/local/local-connection';
import { TestFolder } from './folder';

/** Text that stands in files which no query may read. */
const SECRET = 'the-secret-of-another-folder';
const LOGS = 'TimeGenerated,UserPrincipalName\n2024-09-02T23:00:00Z,ann\n';

let test: TestFolder;
let connection: LocalConnection;
let outside: string;
let asked = 0;
const server = createServer((_, response) => {
  asked++;
  response.end(`a,b\n${SECRET},1\n`);
});

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  test = await TestFolder.create({
    'SigninLogs.csv': LOGS,
    'gapline.yaml': 'externaldata: {"https://lists.example/mapped.csv": ../outside/secret.csv}\n',
    'own.csv': 'a\nown\n',
  });
  outside = join(test.folder, '..', 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'secret.csv'), `a,b\n${SECRET},1\n`);
  await writeFile(join(outside, 'leak.kql'), `print leak = '${SECRET}'`);
  await symlink(join(outside, 'secret.csv'), join(test.folder, 'AuditLogs.csv'));
  await symlink(outside, join(test.folder, 'functions'));
  connection = await test.connect({ translator: undefined });
});
afterAll(async () => {
  await test.dispose();
  await new Promise((done) => server.close(done));
});

const at = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** A query that gives nothing of other files and leaves all folders as they are. */
async function harmless(kql: string): Promise<void> {
  const before = [await readdir(test.folder), await readdir(outside)];
  const outcome = await connection.query(kql);
  const rows =
    outcome.kind === 'results' ? JSON.stringify(outcome.tables.map((t) => t.values.map((c) => c.map(String)))) : '';
  expect(rows, kql).not.toContain(SECRET);
  expect([await readdir(test.folder), await readdir(outside)], kql).toEqual(before);
}

async function refused(kql: string): Promise<void> {
  await harmless(kql);
  const outcome = await connection.query(kql);
  expect(['refused', 'invalid'], `${kql}: ${JSON.stringify(outcome.kind)}`).toContain(outcome.kind);
}

describe('a query', () => {
  it('reads no file of its own choice', async () => {
    const secret = join(outside, 'secret.csv');
    for (const uri of [
      secret,
      `file://${secret}`,
      '../outside/secret.csv',
      join(test.folder, 'own.csv'),
      'own.csv',
      'AuditLogs.csv',
      'https://lists.example/mapped.csv',
      'https://lists.example/other.csv',
      's3://bucket/x.parquet',
      'hf://datasets/x/y.csv',
      `${at()}/x.csv`,
    ])
      await refused(`externaldata(a:string, b:string)[@'${uri}'] with (format='csv')`);
    for (const name of [secret, '../outside/secret.csv', 'own.csv'])
      for (const kql of [`['${name}']`, `table('${name}')`, `union ['${name}'], SigninLogs`]) await refused(kql);
    for (const call of ['read_csv', 'read_text', 'read_parquet', 'glob', 'getenv', 'query', 'duckdb_settings'])
      await refused(`print x = ${call}('${secret}')`);
    for (const call of ['read_csv', 'sniff_csv', 'glob', 'parquet_schema', 'duckdb_secrets'])
      await refused(`${call}('${secret}') | take 1`);
  });

  it('runs nothing but one SELECT, whatever its texts hold', async () => {
    const target = join(outside, 'written.csv');
    const statements = [
      `COPY (SELECT 1) TO '${target}'`,
      `COPY (SELECT 1) TO '${join(test.folder, 'written.csv')}'`,
      `ATTACH '${join(outside, 'x.db')}' AS x`,
      'INSTALL httpfs; LOAD httpfs',
      `EXPORT DATABASE '${outside}'`,
      'SET enable_external_access = true',
      `SELECT * FROM read_csv('${join(outside, 'secret.csv')}')`,
    ];
    for (const sql of statements) {
      await refused(sql);
      const text = `'; ${sql}; --`;
      for (const kql of [
        `print x = "${text}"`,
        `SigninLogs | where UserPrincipalName == "${text}"`,
        `SigninLogs | extend ["a\\"; ${sql.replaceAll('"', '')}; --"] = 1`,
        `SigninLogs | where UserPrincipalName matches regex @"${text}"`,
        `print x = parse_json("{\\"k\\": \\"${text}\\"}").k`,
        `print x = parse_json('{}')["${text}"]`,
        `datatable(["${text}"]:string)["${text}"]`,
        `SigninLogs | summarize count() by x = strcat("${text}", ')) TO ')`,
        `let x = "${text}"; SigninLogs | extend y = x`,
      ])
        await harmless(kql);
    }
    for (const command of [
      '.show tables',
      '.drop table SigninLogs',
      '.set x <| SigninLogs',
      `.ingest into table x ('${at()}/x.csv')`,
      `.export to csv ('${target}') <| SigninLogs`,
    ])
      await refused(command);
    const still = await connection.query('SigninLogs | count');
    expect(still.kind === 'results' && still.tables[0]!.values).toEqual([[1]]);
  });

  it('reaches no network', async () => {
    for (const kql of [
      `evaluate http_request('${at()}')`,
      `evaluate http_request_post('${at()}')`,
      `evaluate sql_request('Server=127.0.0.1', 'select 1')`,
      `cluster('${at()}').database('x').T`,
      `evaluate python(typeof(*), 'import os')`,
      `externaldata(a:string)['${at()}/a.csv']`,
    ])
      await refused(kql);
    expect(asked).toBe(0);
  });

  it('follows no link out of the folder, and says so', async () => {
    expect(connection.describe().tables.map((t) => t.name)).not.toContain('AuditLogs');
    const links = connection.describe().problems.filter((p) => p.code === 'link-outside');
    expect(links.map((p) => p.file).sort()).toEqual(['AuditLogs.csv', 'functions']);
    await refused('leak');
    await harmless('union * | take 10');
    await harmless(`search '${SECRET}'`);
  });

  it('does not see what a link shows that takes the place of a file', async () => {
    const path = join(test.folder, 'SigninLogs.csv');
    await rm(path);
    await symlink(join(outside, 'secret.csv'), path);
    await connection.reload();
    await harmless('union * | take 10');
    expect(connection.describe().problems.map((p) => p.file)).toContain('SigninLogs.csv');
  });
});

describe('memory', () => {
  it('is limited; what does not fit goes to the temporary folder and away again', async () => {
    const folder = join(test.folder, '..', 'spill');
    await mkdir(folder);
    const engine = await openQueryEngine({ threads: 1, memory: '64MB', temporary: folder, files: [], setup: [] });
    let spilled = 0;
    const look = setInterval(async () => {
      spilled = Math.max(spilled, (await readdir(folder)).length);
    }, 5);
    // Two million texts of 100 characters in another order are 200 MB.
    const sql =
      "SELECT count(*) FROM (SELECT s FROM (SELECT hash(i) h, repeat('x', 92) || i AS s FROM range(2000000) t(i)) ORDER BY h, s)";
    const outcome = await engine.select(`${sql} WHERE s <> ''`, { types: ['long'], maxRows: 1 });
    clearInterval(look);
    engine.close();
    expect(outcome).toMatchObject({ kind: 'rows', values: [[2_000_000]] });
    expect(await readdir(folder)).toEqual([]);
    expect(spilled).toBeGreaterThan(0);
  });

  it('is more for what cannot spill, once, and what it was again after', async () => {
    const folder = join(test.folder, '..', 'more');
    await mkdir(folder);
    const init = { threads: 1, memory: '64MB', temporary: folder, files: [], setup: [] };
    // A list of 200,000 texts of 500 characters is 100 MB.
    const list = {
      sql: "SELECT len(list(repeat('x', 494) || i)) FROM range(200000) t(i)",
      options: { types: ['long'] as const, maxRows: 1 },
    };
    const limit = { types: ['string'] as const, maxRows: 1 };
    const little = await openQueryEngine(init);
    const fails = await little.select(list.sql, list.options);
    little.close();
    expect(fails).toMatchObject({ kind: 'failed', message: expect.stringMatching(/^The query needs more memory/) });

    const engine = await openQueryEngine({ ...init, mostMemory: '1GB' });
    const before = await engine.select("SELECT current_setting('memory_limit')", limit);
    const two = await Promise.all([1, 2].map(() => engine.select(list.sql, list.options)));
    expect(two).toMatchObject([1, 2].map(() => ({ kind: 'rows', values: [[200_000]] })));
    expect(await engine.select("SELECT current_setting('memory_limit')", limit)).toEqual(before);
    const tooMuch = await engine.select(list.sql.replace('200000', '4000000'), list.options);
    expect(tooMuch).toMatchObject({ kind: 'failed', message: expect.stringMatching(/^The query needs more memory/) });
    expect(await engine.select("SELECT current_setting('memory_limit')", limit)).toEqual(before);
    engine.close();
  });
});
