import { stat } from 'node:fs/promises';
import type { QueryProgress } from '../connection';
import { identifier, literal } from './duckdb/database';
import type { QueryEngine } from './duckdb/query-engine';
import type { LocalTable } from './tables';

/** Where a statement runs, and the tables that it may read. */
export interface ReadFrom {
  readonly engine: QueryEngine;
  readonly tables: readonly Pick<LocalTable, 'translate' | 'parquet'>[];
}

type Report = (progress: QueryProgress) => void;

/**
 * A listener to a statement's progress that passes it on with bytes: those of the files behind the tables that the statement
 * names, each file once, and as much of them as the engine says that it is through. The files are asked for when the
 * engine first tells how far it is, so a quick query never waits for them; until they are known bytes are null.
 */
export function withBytes(report: Report, sql: string, from: ReadFrom): Report {
  let size: number | null = null;
  let asked = false;
  return (progress) => {
    if (!asked) {
      asked = true;
      bytesBehind(sql, from).then(
        (bytes) => {
          size = bytes;
        },
        () => {
          // The engine was closed under it: rows are still told, bytes are not.
        },
      );
    }
    const share = Math.min(1, progress.fraction);
    report(size === null ? progress : { ...progress, bytes: { read: share * size, of: size } });
  };
}

/** Bytes of the files behind the tables that a SELECT names; null where it names none, or a file is gone. */
export async function bytesBehind(sql: string, { engine, tables }: ReadFrom): Promise<number | null> {
  const named = await relationsOf(sql, engine);
  const read = tables.filter((t) => named.has(t.translate.relation));
  const files = [...new Set(read.flatMap((t) => t.parquet))];
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        (found) => found.size,
        () => null,
      ),
    ),
  );
  return sizes.length === 0 ? null : sizes.reduce((sum, s) => (sum === null || s === null ? null : sum + s), 0);
}

/** Relations of a schema that a SELECT names, as the translator writes them; the engine's own parser finds them. */
async function relationsOf(sql: string, engine: QueryEngine): Promise<ReadonlySet<string>> {
  const parse = `SELECT CAST(json_serialize_sql(${literal(sql)}, skip_null := true, skip_empty := true) AS VARCHAR)`;
  const outcome = await engine.select(parse, { types: ['string'], maxRows: 1 });
  const found = new Set<string>();
  if (outcome.kind !== 'rows') return found;
  JSON.parse(String(outcome.values[0]?.[0] ?? null), (_, node: unknown) => {
    if (isTable(node)) found.add(`${node.schema_name}.${identifier(node.table_name)}`);
    return node;
  });
  return found;
}

function isTable(node: unknown): node is { readonly schema_name: string; readonly table_name: string } {
  if (typeof node !== 'object' || node === null || !('type' in node) || node.type !== 'BASE_TABLE') return false;
  return 'schema_name' in node && 'table_name' in node;
}
