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
  /** Columns that are not shown, with the widths that they had. */
  readonly hidden: readonly { readonly column: GridColumn; readonly width: number }[];
  /** The first so many columns stay in sight when the others scroll. */
  readonly pinned: number;
  readonly active: CellPlace;
  /** The other corner of the selection. */
  readonly anchor: CellPlace;
}

/** How a person has arranged the columns, by name: it stays when the query is run again. */
export interface Arrangement {
  readonly pinned: readonly string[];
  readonly hidden: readonly string[];
  /** The others where they were moved; empty: as the result gives them. */
  readonly order: readonly string[];
}

export const AS_GIVEN: Arrangement = { pinned: [], hidden: [], order: [] };

/** Columns as a result gives them, but as they were arranged. `widthOf` gives CSS pixels. */
export function openState(
  columns: readonly ResultColumn[],
  { pinned, hidden, order }: Arrangement,
  widthOf: (column: ResultColumn) => number,
): GridState {
  const placed = columns.map((c, source) => ({ ...c, source }));
  const named = (names: readonly string[]) => names.flatMap((name) => placed.find((c) => c.name === name) ?? []);
  const out = named(hidden);
  // A result of which nothing would be left to see is shown whole.
  const away = out.length < placed.length ? out : [];
  const first = named(pinned).filter((c) => !away.includes(c));
  const moved = named(order).filter((c) => !away.includes(c) && !first.includes(c));
  const all = [...first, ...moved, ...placed.filter((c) => ![...away, ...first, ...moved].includes(c))];
  const start = { row: 0, column: 0 };
  return {
    columns: all,
    widths: all.map(widthOf),
    hidden: away.map((column) => ({ column, width: widthOf(column) })),
    pinned: first.length,
    active: start,
    anchor: start,
  };
}

/** What is to be kept of a state. */
export function arrangementOf({ columns, hidden, pinned }: GridState): Arrangement {
  const free = columns.slice(pinned);
  const moved = free.some((c, i) => i > 0 && c.source < free[i - 1]!.source);
  return {
    pinned: columns.slice(0, pinned).map((c) => c.name),
    hidden: hidden.map(({ column }) => column.name),
    order: moved ? free.map((c) => c.name) : [],
  };
}

/** Columns of the result that are shown, in their order; null: all of them, as the result gives them. */
export function shownColumns({ columns, hidden }: GridState): readonly number[] | null {
  return hidden.length === 0 && columns.every((c, i) => c.source === i) ? null : columns.map((c) => c.source);
}

/** Hides a column; the last one stays. */
export function hideColumn(state: GridState, place: number): GridState {
  const column = state.columns[place];
  if (!column || state.columns.length < 2) return state;
  const active = { row: Math.max(0, state.active.row), column: Math.min(place, state.columns.length - 2) };
  return {
    ...state,
    columns: state.columns.filter((_, i) => i !== place),
    widths: state.widths.filter((_, i) => i !== place),
    hidden: [...state.hidden, { column, width: state.widths[place]! }],
    pinned: state.pinned - (place < state.pinned ? 1 : 0),
    active,
    anchor: active,
  };
}

/** Shows every column again, each where the result has it, or at the end where others were moved. */
export function showAllColumns(state: GridState): GridState {
  let { columns, widths } = state;
  for (const { column, width } of state.hidden) {
    const after = columns.findIndex((c, i) => i >= state.pinned && c.source > column.source);
    const at = after < 0 ? columns.length : after;
    columns = [...columns.slice(0, at), column, ...columns.slice(at)];
    widths = [...widths.slice(0, at), width, ...widths.slice(at)];
  }
  return { ...state, columns, widths, hidden: [] };
}

/** Where a column may go: pinned ones among themselves, the others likewise. */
export function canMove(state: GridState, place: number, by: -1 | 1): boolean {
  const to = place + by;
  return to >= 0 && to < state.columns.length && place < state.pinned === to < state.pinned;
}

export function moveColumn(state: GridState, place: number, by: -1 | 1): GridState {
  if (!canMove(state, place, by)) return state;
  const swapped = <T>(list: readonly T[]): readonly T[] =>
    list.map((v, i) => (i === place ? list[place + by]! : i === place + by ? list[place]! : v));
  const active = { row: state.active.row, column: place + by };
  return { ...state, columns: swapped(state.columns), widths: swapped(state.widths), active, anchor: active };
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
    ...state,
    columns: rest.map(({ c }) => c),
    widths: rest.map(({ width }) => width),
    pinned,
    active: place,
    anchor: place,
  };
}
