import type { ResultColumn } from '../../protocol/records';

/** A column where it stands in the grid, which pinning changes, with its place in the result, which stays. */
export interface GridColumn extends ResultColumn {
  readonly source: number;
}

/** A cell, by its place in the grid: row −1 is the header. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

export interface GridState {
  readonly columns: readonly GridColumn[];
  readonly widths: readonly number[];
  /** The first so many columns stay in sight when the others scroll. */
  readonly pinned: number;
  readonly active: CellPlace;
  /** The other corner of the selection. */
  readonly anchor: CellPlace;
}

/** Columns as a result gives them, those with these names pinned in their order. `widthOf` gives CSS pixels. */
export function openState(
  columns: readonly ResultColumn[],
  pinned: readonly string[],
  widthOf: (column: ResultColumn) => number,
): GridState {
  const placed = columns.map((c, source) => ({ ...c, source }));
  const first = pinned.flatMap((name) => placed.find((c) => c.name === name) ?? []);
  const all = [...first, ...placed.filter((c) => !first.includes(c))];
  const start = { row: 0, column: 0 };
  return { columns: all, widths: all.map(widthOf), pinned: first.length, active: start, anchor: start };
}

/** Pins a column behind those that are pinned, or puts it back to its place among the others. */
export function togglePin(state: GridState, column: number): GridState {
  const moved = state.columns[column];
  if (!moved) return state;
  const pin = column >= state.pinned;
  const rest = state.columns.map((c, i) => ({ c, width: state.widths[i]! })).filter((_, i) => i !== column);
  const pinned = state.pinned + (pin ? 1 : -1);
  const after = rest.findIndex(({ c }, i) => i >= pinned && c.source > moved.source);
  const at = pin ? state.pinned : after < 0 ? rest.length : after;
  rest.splice(at, 0, { c: moved, width: state.widths[column]! });
  const place = { row: state.active.row, column: at };
  return {
    columns: rest.map(({ c }) => c),
    widths: rest.map(({ width }) => width),
    pinned,
    active: place,
    anchor: place,
  };
}
