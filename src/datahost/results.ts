import { rowsToJson } from '../assessment/result-text';
import type { RowsParams, RowsResult } from '../protocol/datahost';
import { type Cell, cellAt, cellToText, type Json, type ResultTable, type ScalarType } from '../protocol/records';

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
  /** Cells kept at most over all results; the newest result always stays. */
  readonly mostCells: number;
}

interface Kept {
  readonly now: string;
  readonly tables: readonly ResultTable[];
  readonly cells: number;
  /** Row order of the last sort and filter asked, by table. */
  readonly orders: Map<number, { readonly key: string; readonly rows: Uint32Array }>;
}

export function createResultStore(init: ResultStoreInit): ResultStore {
  const results = new Map<string, Kept>();
  let next = 1;
  const trim = () => {
    let cells = [...results.values()].reduce((sum, r) => sum + r.cells, 0);
    for (const [id, kept] of results) {
      if (results.size <= 1 || (results.size <= init.most && cells <= init.mostCells)) return;
      results.delete(id);
      cells -= kept.cells;
    }
  };
  return {
    keep(tables, now) {
      const id = `r${next++}`;
      const cells = tables.reduce((sum, t) => sum + t.rowCount * t.columns.length, 0);
      results.set(id, { now, tables, cells, orders: new Map() });
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
      if (p.sort === null && p.filter === '')
        return { rows: rowsToJson(table, p.first, p.first + p.count), matching: table.rowCount };
      const order = await orderOf(kept, table, p);
      const page = order.subarray(p.first, p.first + p.count);
      const rows: Json[][] = [...page].map((r) => rowsToJson(table, r, r + 1)[0]!);
      return { rows, matching: order.length };
    },
    clear: () => results.clear(),
  };
}

async function orderOf(kept: Kept, table: ResultTable, p: RowsParams): Promise<Uint32Array> {
  const key = JSON.stringify([p.sort, p.filter]);
  const known = kept.orders.get(p.table);
  if (known?.key === key) return known.rows;
  const rows = await matching(table, p.filter);
  const column = p.sort ? table.columns[p.sort.column] : undefined;
  if (p.sort && column) {
    const values = table.values[p.sort.column] ?? [];
    const compare = comparison(column.type);
    const sign = p.sort.descending ? -1 : 1;
    // Equal rows keep the query's order, whichever way the sort goes.
    rows.sort((a, b) => sign * compare(values[a] ?? null, values[b] ?? null) || a - b);
  }
  kept.orders.set(p.table, { key, rows });
  return rows;
}

/** Rows per step between which other requests are served. */
const STEP = 4_000;

async function matching(table: ResultTable, filter: string): Promise<Uint32Array> {
  const all = Uint32Array.from({ length: table.rowCount }, (_, i) => i);
  if (filter === '') return all;
  const wanted = filter.toLowerCase();
  const out: number[] = [];
  for (let r = 0; r < table.rowCount; r++) {
    if (r % STEP === STEP - 1) await new Promise<void>((resolve) => setImmediate(resolve));
    if (
      table.columns.some((c, i) =>
        cellToText(cellAt(table, r, i), c.type)
          .toLowerCase()
          .includes(wanted),
      )
    )
      out.push(r);
  }
  return Uint32Array.from(out);
}

/** Ascending order of a column's cells; nulls come first, as KQL sorts. */
function comparison(type: ScalarType): (a: Cell, b: Cell) => number {
  const byNull = (a: Cell, b: Cell) => Number(a !== null) - Number(b !== null);
  const values = (a: Cell, b: Cell): number => {
    switch (type) {
      case 'string':
      case 'guid':
        return (a as string) < (b as string) ? -1 : (a as string) > (b as string) ? 1 : 0;
      case 'decimal':
        return Number(a) - Number(b);
      case 'dynamic': {
        const [x, y] = [JSON.stringify(a), JSON.stringify(b)];
        return x < y ? -1 : x > y ? 1 : 0;
      }
      default: {
        const [x, y] = [a as number | bigint | boolean, b as number | bigint | boolean];
        // NaN compares with nothing; it goes before all numbers.
        if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(y)) - Number(Number.isNaN(x));
        return x < y ? -1 : x > y ? 1 : 0;
      }
    }
  };
  return (a, b) => byNull(a, b) || (a === null ? 0 : values(a, b));
}
