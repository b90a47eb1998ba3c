import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { LocalConnection } from '../../src/query/local/local-connection';
import { openFolder } from '../../src/query/local/open';
import { createTableWriter } from '../../src/query/local/table-writer';
import { createTranslator } from '../../src/query/local/translate';
import { TO } from '../../src/sample/clock-shapes';
import { documents } from '../../src/sample/documents';
import { CLAIMS } from '../../src/sample/planted';
import { writeSample } from '../../src/sample/sample';
import { tables } from '../../src/sample/tables';

/** The sample as a person meets it: written as files, opened as a folder, its detections run as they stand. */
let root: string;
let connection: LocalConnection;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gapline-sample-'));
  const folder = join(root, 'tenant');
  await writeSample({ writer: createTableWriter({ threads: 1 }), folder, seed: 5, scale: 0.02 });
  connection = await openFolder({
    folder,
    storage: join(root, 'storage'),
    now: null,
    clock: () => TO,
    translator: createTranslator(),
  });
});
afterAll(async () => {
  await connection?.close();
  await rm(root, { recursive: true, force: true });
});

const detections = documents(CLAIMS).filter((d) => d.path.startsWith('detections/'));
const queryOf = (path: string, text: string): string =>
  path.endsWith('.yaml') ? (parse(text) as { query: string }).query : text;

it('opens with every table recognised and nothing to complain of', () => {
  const { tables: found, problems, now } = connection.describe();
  expect(problems).toEqual([]);
  expect(now).toBe(TO);
  expect(found.map((t) => t.name)).toEqual(
    expect.arrayContaining([...tables.map((t) => t.table), 'Usage', 'SentinelHealth']),
  );
  for (const table of tables)
    expect(found.find((t) => t.name === table.table)!.ingestionColumn, table.table).toBe(table.ingestionColumn);
});

it.each(detections.map((d) => [d.path, d.text]))('%s finds what was done in the last day', async (path, text) => {
  const outcome = await connection.query(queryOf(path, text), { maxRows: 100 });
  expect(outcome.kind).toBe('results');
  if (outcome.kind === 'results') expect(outcome.tables[0]!.rowCount).toBeGreaterThan(0);
});
