import { DuckDBInstance } from '@duckdb/node-api';
import { EPOCH_TICKS } from '../../../src/base/time';
import { cellToJson, type Json } from '../../../src/protocol/records';
import { registerNatives } from '../../../src/query/local/duckdb/natives';
import {
  createTranslator,
  decodeCell,
  type OutputValue,
  resolveTranslation,
  type TranslateOptions,
  type Translation,
} from '../../../src/query/local/translate/index';

/** 2024-09-30T12:00Z in ticks: what `now()` is in these tests. */
export const NOW = BigInt(Date.UTC(2024, 8, 30, 12)) * 10_000n + EPOCH_TICKS;

export interface Answer {
  /** `name:type` of each column. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Json[])[];
  readonly notes: readonly string[];
  readonly sql: string;
}

/** A bare DuckDB with the translator's functions; `setup` makes the tables of a suite. */
export async function createTestEngine(setup: readonly string[] = [], defaults: Partial<TranslateOptions> = {}) {
  const translator = createTranslator();
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', autoinstall_known_extensions: 'false' });
  const connection = await instance.connect();
  registerNatives(connection, translator.natives ?? []);
  await connection.run(translator.prelude);
  for (const sql of setup) await connection.run(sql);
  const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
  const optionsOf = (extra: Partial<TranslateOptions>): TranslateOptions => ({
    tables: [],
    now: NOW,
    ...defaults,
    ...extra,
  });
  return {
    translate: (kql: string, extra: Partial<TranslateOptions> = {}): Translation =>
      translator.translate(kql, optionsOf(extra)),
    /** Rows of SQL as the database has them. */
    rowsOf,
    /** The last statement's rows, as the command line's JSON. */
    async query(kql: string, extra: Partial<TranslateOptions> = {}): Promise<Answer> {
      const probe = async (sql: string) => (await rowsOf(sql)).map(([a, b]) => [String(a), String(b)] as const);
      const made = await resolveTranslation(translator, kql, optionsOf(extra), probe);
      if (made.kind !== 'sql') throw new Error(`${kql}\n${JSON.stringify(made)}`);
      const { sql, columns, notes } = made.statements.at(-1)!;
      const rows = (await rowsOf(sql)).map((r) =>
        r.map((v, i) => cellToJson(decodeCell(v as OutputValue, columns[i]!.type), columns[i]!.type)),
      );
      return { columns: columns.map((c) => `${c.name}:${c.type}`), rows, notes, sql };
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
