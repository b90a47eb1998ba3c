import type { ResultColumn } from '../protocol/records';

/** A cell: row −1 is the header. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

export interface GridState {
  readonly columns: readonly ResultColumn[];
  readonly widths: readonly number[];
  readonly active: CellPlace;
  /** The other corner of the selection. */
  readonly anchor: CellPlace;
}
