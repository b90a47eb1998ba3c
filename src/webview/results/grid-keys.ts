import type { CellPlace, GridState } from './grid-state';

export interface GridKeyContext {
  readonly state: () => GridState;
  readonly pageRows: () => number;
  readonly rowCount: () => number;
  readonly move: (place: CellPlace, extend: boolean) => void;
  readonly selectAll: () => void;
  readonly sort: (column: number, add: boolean) => void;
  readonly menu: (place: CellPlace) => void;
  readonly open: (place: CellPlace, whole: boolean) => void;
  readonly filter: (place: CellPlace) => void;
  readonly copy: (withHeader: boolean) => void;
}

/**
 * Keys of the grid, as in a spreadsheet: arrows move, Shift extends, Ctrl jumps, Enter opens a cell (with Shift its row) or sorts by a header
 * (with Shift after the others), Alt+Down filters, Shift+F10 opens the menu.
 */
export function gridKey(event: KeyboardEvent, context: GridKeyContext): void {
  const ctrl = event.ctrlKey || event.metaKey;
  if (event.altKey) {
    if (event.key !== 'ArrowDown') return;
    context.filter(context.state().active);
    event.preventDefault();
    return;
  }
  const act = ctrl ? commandKey(event, context) : undefined;
  const place = act ? undefined : target(event, ctrl, context);
  if (act) act();
  else if (place) context.move(place, event.shiftKey);
  else if (event.key === 'Enter' || event.key === 'F2') {
    const { active } = context.state();
    if (active.row < 0) context.sort(active.column, event.shiftKey);
    else context.open(active, event.shiftKey);
  } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey))
    context.menu(context.state().active);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function commandKey(event: KeyboardEvent, { copy, selectAll }: GridKeyContext): (() => void) | undefined {
  switch (event.key) {
    case 'c':
      return () => copy(false);
    case 'C':
      return () => copy(true);
    case 'a':
      return selectAll;
    default:
      return undefined;
  }
}

function target(
  event: KeyboardEvent,
  ctrl: boolean,
  { state, pageRows, rowCount }: GridKeyContext,
): CellPlace | undefined {
  const { active, columns } = state();
  const { row, column } = active;
  switch (event.key) {
    case 'ArrowLeft':
      return { row, column: ctrl ? 0 : column - 1 };
    case 'ArrowRight':
      return { row, column: ctrl ? columns.length - 1 : column + 1 };
    case 'ArrowUp':
      return { row: ctrl ? 0 : row - 1, column };
    case 'ArrowDown':
      return { row: ctrl ? rowCount() - 1 : row + 1, column };
    case 'PageUp':
      return { row: Math.max(0, row - pageRows()), column };
    case 'PageDown':
      return { row: row + pageRows(), column };
    case 'Home':
      return { row: ctrl ? 0 : row, column: 0 };
    case 'End':
      return { row: ctrl ? rowCount() - 1 : row, column: columns.length - 1 };
    default:
      return undefined;
  }
}
