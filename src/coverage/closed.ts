/**
 * The closed past of a table: its whole UTC days. What is learnt of it holds for every hour of the day that follows, so that the next
 * assessment has to look at the cells of the open day alone. That the closed cells are the same is seen by their bits.
 */
import type { VolumeTable } from '../protocol/source';
import { sameNumbers } from './same';

/** Delays, ascending, and the rows that took so long. */
export interface DelayCounts {
  readonly delay: Float64Array;
  readonly rows: Float64Array;
  readonly total: number;
}

export interface ClosedCells {
  readonly table: VolumeTable;
  /** End of the closed bins. */
  readonly until: number;
  /** The closed cells are the first so many, and all others lie in later bins; null where the table has another order. */
  readonly cells: number | null;
  /** Delays of closed bins that somebody has asked for, by `from/to`. */
  readonly delays: Map<string, DelayCounts>;
}

/** @param before of the table as it was seen before: where its closed cells are the same, what was learnt of them is kept. */
export function closedCells(table: VolumeTable, until: number, before: ClosedCells | null) {
  const bins = table.eventBin;
  let cells = bins.length;
  while (cells > 0 && bins[cells - 1]! >= until) cells--;
  const closed: ClosedCells = { table, until, cells, delays: new Map() };
  if (before && sameClosed(closed, before)) return { closed: { ...closed, delays: before.delays }, same: true };
  for (let c = 0; c < cells; c++) if (bins[c]! >= until) return { closed: { ...closed, cells: null }, same: false };
  return { closed, same: false };
}

/** True where the closed bins of both hold the same counts, whatever the sizes of their rows. */
function sameClosed(a: ClosedCells, b: ClosedCells): boolean {
  const { cells, table: t } = a;
  const u = b.table;
  return (
    cells !== null &&
    b.cells === cells &&
    a.until === b.until &&
    t.bin === u.bin &&
    t.start === u.start &&
    sameNumbers(t.eventBin, u.eventBin, cells) &&
    sameNumbers(t.delay, u.delay, cells) &&
    sameNumbers(t.rows, u.rows, cells) &&
    sameKeys(t.distinct, u.distinct, a.until)
  );
}

const sameKeys = (a: Float64Array | null, b: Float64Array | null, until: number): boolean =>
  a && b ? sameNumbers(a, b, Math.min(until, Math.max(a.length, b.length))) : a === b;
