import { parseInstant } from '../../base/time';
import type { Dynamic, ResultColumn, ScalarType } from '../../protocol/records';

type Rows = readonly (readonly Dynamic[])[];

/** Rows after unfolding at most: more points than that are no picture. */
const MOST_ROWS = 200_000;

/**
 * A result of `make-series` holds lists: one row a series. Unfolds them side by side to one row a point, so that a chart reads
 * them as it reads the rows of `summarize`. A result without lists is given back as it is.
 */
export function unfoldSeries(
  columns: readonly ResultColumn[],
  rows: Rows,
): { readonly columns: readonly ResultColumn[]; readonly rows: Rows; readonly cut: boolean } {
  const lists = columns.flatMap((c, i) => (c.type === 'dynamic' && rows.some((r) => isLongList(r[i])) ? [i] : []));
  if (lists.length === 0) return { columns, rows, cut: false };
  const typed = columns.map((c, i) => (lists.includes(i) ? { name: c.name, type: listType(rows, i) } : c));
  const unfolded: Dynamic[][] = [];
  for (const row of rows) {
    const length = Math.max(...lists.map((i) => (Array.isArray(row[i]) ? (row[i] as readonly Dynamic[]).length : 0)));
    for (let k = 0; k < length; k++) {
      if (unfolded.length >= MOST_ROWS) return { columns: typed, rows: unfolded, cut: true };
      unfolded.push(
        row.map((cell, i) => (lists.includes(i) ? (Array.isArray(cell) ? (cell[k] ?? null) : null) : cell)),
      );
    }
  }
  return { columns: typed, rows: unfolded, cut: false };
}

const isLongList = (cell: Dynamic | undefined): boolean =>
  Array.isArray(cell) && cell.some((v) => typeof v === 'number' || (typeof v === 'string' && isTime(v)));

const isTime = (text: string): boolean => text.includes('T') && parseInstant(text) !== undefined;

function listType(rows: Rows, column: number): ScalarType {
  for (const row of rows) {
    const cell = row[column];
    const first = Array.isArray(cell) ? (cell as readonly Dynamic[]).find((v) => v !== null) : undefined;
    if (typeof first === 'number') return 'real';
    if (typeof first === 'string') return isTime(first) ? 'datetime' : 'string';
  }
  return 'dynamic';
}
