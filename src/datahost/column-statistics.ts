import { type Cell, cellAt, cellToJson, cellToText, type ResultTable, type ScalarType } from '../protocol/records';
import type { ColumnStatistics, RowView } from '../protocol/row-view';
import { orderRows } from './row-order';

/** Rows per step, between which other requests are served. */
const STEP = 4_096;
const pause = () => new Promise<void>((resolve) => setImmediate(resolve));
/** Different values that are told apart; what comes after so many is not counted by value. */
const MOST_VALUES = 200_000;
/** Values that are named, the most frequent first. */
const TOP = 12;

/**
 * What the rows of a view hold in one column: how many are empty, how many values there are, the ends, and which come most
 * often. Empty is null or the empty text. Undefined where the signal came first or there is no such column.
 */
export async function columnStatistics(
  table: ResultTable,
  column: number,
  view: RowView,
  signal?: AbortSignal,
): Promise<ColumnStatistics | undefined> {
  const type = table.columns[column]?.type;
  const rows = type && (await orderRows(table, { ...view, sort: null }, signal));
  if (!type || !rows) return undefined;
  const counts = new Map<string, number>();
  const numbers = createNumbers(type);
  const ends = createEnds(type);
  let empty = 0;
  let capped = false;
  for (let i = 0; i < rows.length; i++) {
    if (i % STEP === STEP - 1) await pause();
    if (signal?.aborted) return undefined;
    const cell = cellAt(table, rows[i]!, column);
    const text = cellToText(cell, type);
    if (text === '') {
      empty++;
      continue;
    }
    const known = counts.get(text);
    if (known !== undefined || counts.size < MOST_VALUES) counts.set(text, (known ?? 0) + 1);
    else capped = true;
    numbers.add(cell);
    ends.add(cell);
  }
  return {
    rows: rows.length,
    empty,
    distinct: counts.size,
    capped,
    ...ends.found(),
    ...numbers.found(),
    top: await mostFrequent(counts),
  };
}

async function mostFrequent(counts: ReadonlyMap<string, number>): Promise<ColumnStatistics['top']> {
  let top: { readonly text: string; readonly rows: number }[] = [];
  let seen = 0;
  for (const [text, rows] of counts) {
    if (++seen % STEP === 0) await pause();
    if (top.length === TOP && rows <= top.at(-1)!.rows) continue;
    // The first seen goes first among those that come equally often.
    const at = top.findIndex((t) => t.rows < rows);
    top = (at < 0 ? [...top, { text, rows }] : [...top.slice(0, at), { text, rows }, ...top.slice(at)]).slice(0, TOP);
  }
  return top;
}

const NUMBERS: ReadonlySet<ScalarType> = new Set<ScalarType>(['int', 'long', 'real', 'decimal']);
/** Types of which neither end says anything. */
const WITHOUT_ENDS: ReadonlySet<ScalarType> = new Set<ScalarType>(['dynamic', 'bool', 'guid']);

function createNumbers(type: ScalarType) {
  let sum = 0;
  let count = 0;
  return {
    add(cell: Cell): void {
      const n = NUMBERS.has(type) ? Number(cell) : Number.NaN;
      if (!Number.isFinite(n)) return;
      sum += n;
      count++;
    },
    found: () => ({ sum: count === 0 ? null : sum, mean: count === 0 ? null : sum / count }),
  };
}

function createEnds(type: ScalarType) {
  const order = (cell: Cell) => (type === 'decimal' ? Number(cell) : (cell as string | number | bigint));
  let least: Cell = null;
  let most: Cell = null;
  return {
    add(cell: Cell): void {
      if (WITHOUT_ENDS.has(type) || Number.isNaN(cell)) return;
      if (least === null || order(cell) < order(least)) least = cell;
      if (most === null || order(cell) > order(most)) most = cell;
    },
    found: () => ({ least: cellToJson(least, type), most: cellToJson(most, type) }),
  };
}
