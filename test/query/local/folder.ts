import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { instant } from '../../../src/base/time';
import type { ResultColumn } from '../../../src/protocol/records';
import type { LocalConnection } from '../../../src/query/local/local-connection';
import { type OpenFolderInit, openFolder } from '../../../src/query/local/open';
import type { Translator } from '../../../src/query/local/translate/contract';

export const CLOCK = instant(Date.UTC(2024, 9, 20));

/** A folder of exports, its storage, and whatever was opened on it; all goes away with `dispose`. */
export class TestFolder {
  private readonly open: LocalConnection[] = [];
  private constructor(
    readonly folder: string,
    readonly storage: string,
  ) {}

  static async create(files: Readonly<Record<string, string | Buffer>>, name = "exports' ü 日志"): Promise<TestFolder> {
    const base = await mkdtemp(join(tmpdir(), 'gapline-test-'));
    const test = new TestFolder(join(base, name), join(base, 'storage'));
    await mkdir(test.folder, { recursive: true });
    for (const [path, content] of Object.entries(files)) await test.write(path, content);
    return test;
  }

  async write(path: string, content: string | Buffer): Promise<string> {
    const full = join(this.folder, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, content);
    return full;
  }

  async connect(more: Partial<OpenFolderInit> = {}): Promise<LocalConnection> {
    const connection = await openFolder({
      folder: this.folder,
      storage: this.storage,
      now: null,
      clock: () => CLOCK,
      translator: sqlTranslator,
      ...more,
    });
    this.open.push(connection);
    return connection;
  }

  async dispose(): Promise<void> {
    for (const connection of this.open) await connection.close();
    await rm(dirname(this.folder), { recursive: true, force: true });
  }
}

/** Takes SQL in place of KQL: `name:type, … | SELECT …`. For tests of what stands around the translator. */
const sqlTranslator: Translator = {
  prelude: '',
  translate(text, options) {
    const bar = text.indexOf('|');
    const columns = text
      .slice(0, bar)
      .split(',')
      .map((c): ResultColumn => {
        const [name = '', type = 'string'] = c.trim().split(':');
        return { name, type: type as ResultColumn['type'] };
      });
    const sql = text.slice(bar + 1).replaceAll('$now', String(options.now));
    return { kind: 'sql', statements: [{ sql, columns, render: null, notes: [] }] };
  },
};

/** The rows of one SQL result, row by row. */
export async function rowsOf(connection: LocalConnection, sql: string): Promise<unknown[][]> {
  const outcome = await connection.query(sql);
  if (outcome.kind !== 'results') throw new Error(JSON.stringify(outcome));
  const [table] = outcome.tables;
  return Array.from({ length: table!.rowCount }, (_, r) => table!.values.map((column) => column[r]));
}
