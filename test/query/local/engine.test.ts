import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { literal, openDatabase } from '../../../src/query/local/duckdb/database';
import { openQueryEngine, type QueryEngine } from '../../../src/query/local/duckdb/query-engine';

let folder: string;
let temporary: string;
let engine: QueryEngine;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gapline-engine-'));
  temporary = await mkdtemp(join(tmpdir(), 'gapline-engine-'));
  const database = await openDatabase({ threads: 1, memory: '200MB', temporary });
  for (const name of ['a.parquet', 'b.parquet']) {
    await database.run(`COPY (SELECT i AS n FROM range(10) t(i)) TO ${literal(at(name))}`);
  }
  database.close();
  await writeFile(at('secret.txt'), 'secret');
  engine = await openQueryEngine({
    threads: 2,
    memory: '200MB',
    temporary,
    files: [at('a.parquet')],
    setup: [`CREATE VIEW a AS SELECT n FROM read_parquet([${literal(at('a.parquet'))}])`],
  });
});
afterAll(async () => {
  engine.close();
  for (const path of [folder, temporary]) await rm(path, { recursive: true, force: true });
});

const run = (sql: string, maxRows = 100, signal?: AbortSignal) =>
  engine.select(sql, { types: ['long'], maxRows, signal });
async function refuses(sql: string): Promise<string> {
  const outcome = await run(sql);
  if (outcome.kind !== 'failed') throw new Error(`${sql} ran: ${JSON.stringify(outcome)}`);
  return outcome.message;
}

describe('query engine', () => {
  it('reads what it was opened for, up to the cap', async () => {
    expect(await run('SELECT n FROM a ORDER BY n')).toMatchObject({ kind: 'rows', rowCount: 10, truncated: false });
    expect(await run('SELECT n FROM a ORDER BY n', 3)).toEqual({
      kind: 'rows',
      rowCount: 3,
      truncated: true,
      values: [[0, 1, 2]],
    });
    expect(await run('SELECT n FROM range(100000) t(n)', 5000)).toMatchObject({ rowCount: 5000, truncated: true });
  });

  it('cuts rows that are too wide to be kept', async () => {
    const outcome = await engine.select("SELECT repeat('x', 1000) FROM range(100000)", {
      types: ['string'],
      maxRows: 100_000,
      maxBytes: 10e6,
    });
    if (outcome.kind !== 'rows') throw new Error(outcome.kind);
    expect(outcome.truncated).toBe(true);
    expect(outcome.rowCount).toBeGreaterThan(9_000);
    expect(outcome.rowCount).toBeLessThan(13_000);
    expect(outcome.values[0]!.length).toBe(outcome.rowCount);
  });

  it('says that rows are cut only where there are more', async () => {
    const sql = `SELECT {'a': repeat('x', 1000)}::JSON::VARCHAR FROM range(1000)`;
    const outcome = await engine.select(sql, { types: ['dynamic'], maxRows: 100_000, maxBytes: 1e6 });
    expect(outcome).toMatchObject({ kind: 'rows', rowCount: 1000, truncated: false });
  });

  it('runs nothing but one SELECT', async () => {
    for (const sql of [
      'SELECT 1; SELECT 2',
      '',
      'CREATE TABLE x AS SELECT 1',
      'DROP VIEW a',
      'INSERT INTO a VALUES (1)',
      'SET threads = 1',
      'PRAGMA database_list; SELECT 1',
      'CALL pragma_version()',
      "ATTACH ':memory:' AS m",
      'EXPLAIN SELECT 1',
    ]) {
      expect(await refuses(sql), sql).not.toBe('');
    }
    expect(await run('SELECT count(*) FROM a')).toMatchObject({ values: [[10]] });
  });

  it('opens no other file, writes none and reaches no network', async () => {
    const before = await readdir(folder);
    for (const sql of [
      `SELECT n FROM read_parquet(${literal(at('b.parquet'))})`,
      `SELECT n FROM ${literal(at('b.parquet'))}`,
      `SELECT n FROM read_parquet(${literal(at('../*/b.parquet'))})`,
      `SELECT length(content) FROM read_text(${literal(at('secret.txt'))})`,
      "SELECT length(content) FROM read_text('/etc/passwd')",
      "SELECT count(*) FROM glob('/etc/*')",
      "SELECT n FROM read_parquet('http://127.0.0.1:1/x.parquet')",
      "SELECT n FROM read_parquet('s3://bucket/x.parquet')",
      `COPY (SELECT 1) TO ${literal(at('out.parquet'))}`,
      `COPY (SELECT 1) TO ${literal(at('a.parquet'))}`,
      `EXPORT DATABASE ${literal(at('dump'))}`,
      'INSTALL httpfs',
      'LOAD httpfs',
    ]) {
      expect(await refuses(sql), sql).not.toBe('');
    }
    expect(await readdir(folder)).toEqual(before);
    expect(await run('SELECT n FROM a')).toMatchObject({ rowCount: 10 });
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const long = run('SELECT count(*) FROM range(1000000000000) t(i) WHERE hash(i) % 7 = 1', 1, stop.signal);
    setTimeout(() => stop.abort(), 50);
    expect(await long).toEqual({ kind: 'cancelled' });
    expect(await run('SELECT 1', 1, stop.signal)).toEqual({ kind: 'cancelled' });
    expect(await run('SELECT 1')).toMatchObject({ values: [[1]] });
  });

  it('stops whenever it is told to, also before the statement runs', async () => {
    for (const turns of [0, 1, 2, 3, 5]) {
      const stop = new AbortController();
      const long = run('SELECT count(*) FROM range(1000000000000) t(i) WHERE hash(i) % 7 = 1', 1, stop.signal);
      for (let i = 0; i < turns; i++) await new Promise(setImmediate);
      stop.abort();
      expect(await long, `after ${turns} turns`).toEqual({ kind: 'cancelled' });
    }
  });

  it('says in a sentence that a query needs too much memory', async () => {
    const message = await refuses("SELECT list(repeat('x', 1000) || i) FROM range(10000000) t(i)");
    expect(message).toMatch(/^The query needs more memory/);
    expect(await run('SELECT 1')).toMatchObject({ values: [[1]] });
  });
});
