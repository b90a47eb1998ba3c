import { type RowOrder, rowsToJson } from '../assessment/result-text';
import type { RowsParams, RowsResult } from '../protocol/datahost';
import {
  cellAt,
  cellBytes,
  cellToText,
  type ExactCell,
  exactJson,
  isPlain,
  type ResultTable,
} from '../protocol/records';
import { isWhole, type RowView } from '../protocol/row-view';
import { orderRows } from './row-order';

/** Results of finished queries, kept here so that only pages of rows cross to the extension host. */
export interface ResultStore {
  /** Keeps a result with the now that it was run at and gives its id; the oldest go when there are too many. */
  keep(tables: readonly ResultTable[], now: string): string;
  /** What now() meant in the result's query. */
  nowOf(id: string): string;
  release(id: string): void;
  /** Undefined where it was released or has gone. */
  table(id: string, table: number): ResultTable | undefined;
  rows(params: RowsParams): Promise<RowsResult | undefined>;
  clear(): void;
}

export interface ResultStoreInit {
  /** Results kept at most. */
  readonly most: number;
  /** Bytes kept at most over all results, about; the newest result always stays. */
  readonly mostBytes: number;
}

interface Kept {
  readonly now: string;
  readonly tables: readonly ResultTable[];
  readonly bytes: number;
  /** Row order of the last view asked, by table. */
  readonly orders: Map<number, Order>;
}

interface Order {
  readonly key: string;
  readonly rows: Promise<Uint32Array | undefined>;
  readonly superseded: AbortController;
}

export function createResultStore(init: ResultStoreInit): ResultStore {
  const results = new Map<string, Kept>();
  let next = 1;
  const trim = () => {
    let bytes = [...results.values()].reduce((sum, r) => sum + r.bytes, 0);
    for (const [id, kept] of results) {
      if (results.size <= 1 || (results.size <= init.most && bytes <= init.mostBytes)) return;
      results.delete(id);
      bytes -= kept.bytes;
    }
  };
  return {
    keep(tables, now) {
      const id = `r${next++}`;
      const bytes = tables.reduce((sum, t) => sum + bytesOf(t), 0);
      results.set(id, { now, tables, bytes, orders: new Map() });
      trim();
      return id;
    },
    nowOf: (id) => results.get(id)?.now ?? '',
    release: (id) => void results.delete(id),
    table: (id, table) => results.get(id)?.tables[table],
    async rows(p) {
      const kept = results.get(p.resultId);
      const table = kept?.tables[p.table];
      if (!kept || !table) return undefined;
      const end = p.first + p.count;
      if (isWhole({ sort: p.sort, filter: p.filter, columns: p.columns ?? [] }))
        return pageOf(table, null, p.first, end, table.rowCount);
      const order = await orderOf(kept, table, p);
      // Nobody waits for the answer to a view that another one took the place of.
      if (!order) return { rows: [], matching: 0 };
      return pageOf(table, order, p.first, end, order.length);
    },
    clear: () => results.clear(),
  };
}

function pageOf(table: ResultTable, order: RowOrder, first: number, end: number, matching: number): RowsResult {
  const rows = rowsToJson(table, first, end, order);
  const exact = table.columns.flatMap(({ type }, column): ExactCell[] => {
    if (type !== 'dynamic') return [];
    return rows.flatMap((_, row) => {
      const cell = cellAt(table, order ? order[first + row]! : first + row, column);
      return isPlain(cell) ? [] : [{ row, column, text: exactJson(cell) }];
    });
  });
  return { rows, matching, ...(exact.length > 0 && { exact }) };
}

/** Rows of a table that are looked at for what the others take. */
const SAMPLED = 200;

/** About what a table takes in memory, by a sample of its rows. */
function bytesOf(table: ResultTable): number {
  const step = Math.max(1, Math.floor(table.rowCount / SAMPLED));
  let bytes = 0;
  let rows = 0;
  for (let r = 0; r < table.rowCount; r += step, rows++)
    for (const [c, { type }] of table.columns.entries()) {
      const cell = cellAt(table, r, c);
      bytes += cellBytes(
        type,
        typeof cell === 'string' ? cell.length : type === 'dynamic' ? cellToText(cell, type).length : 0,
      );
    }
  return rows === 0 ? 0 : (bytes / rows) * table.rowCount;
}

/** The order for a view, made once for all pages that are asked of it; the latest view wins. */
async function orderOf(kept: Kept, table: ResultTable, p: RowsParams): Promise<Uint32Array | undefined> {
  const view: RowView = { sort: p.sort, filter: p.filter, columns: p.columns ?? [] };
  const key = JSON.stringify(view);
  const known = kept.orders.get(p.table);
  if (known?.key === key) return known.rows;
  known?.superseded.abort();
  const superseded = new AbortController();
  const rows = orderRows(table, view, superseded.signal);
  kept.orders.set(p.table, { key, rows, superseded });
  return rows;
}
