import { startDrag } from '../pointer';
import type { CellPlace, GridState } from './grid-state';

export interface GridPointerInit {
  readonly state: () => GridState;
  readonly move: (place: CellPlace, extend: boolean) => void;
  /** `add`: after the columns that the rows are sorted by already. */
  readonly sort: (column: number, add: boolean) => void;
  readonly isSelected: (place: CellPlace) => boolean;
  /** A menu is wanted there, at client coordinates. */
  readonly menu: (place: CellPlace, x: number, y: number) => void;
  readonly filter: (place: CellPlace) => void;
  readonly open: (place: CellPlace, whole: boolean) => void;
  readonly resize: (column: number, width: number) => void;
  readonly fit: (column: number) => void;
}

const LEAST_WIDTH = 40;

/** Pointer on the grid: a click selects, a drag extends, a double click opens; headers sort and are resized at their edge. */
export function attachGridPointer(grid: HTMLElement, init: GridPointerInit): void {
  const place = (target: Element | null): CellPlace | undefined => {
    const m = /^c-(\d+)-(\d+)$/.exec(target?.closest('[role=gridcell]')?.id ?? '');
    return m ? { row: Number(m[1]), column: Number(m[2]) } : undefined;
  };
  const header = (target: Element | null): number | undefined => {
    const m = /^h-(\d+)$/.exec(target?.closest('[role=columnheader]')?.id ?? '');
    return m ? Number(m[1]) : undefined;
  };
  grid.addEventListener('pointerdown', (down) => {
    const target = down.target as Element;
    const column = header(target);
    if (column !== undefined && target.classList.contains('th-grip')) resize(down, grid, column, init);
    const at = place(target);
    if (!at || down.button !== 0) return;
    init.move(at, down.shiftKey);
    startDrag(down, grid, {
      move: ({ x1, y1 }) => {
        const to = place(document.elementFromPoint(x1, y1));
        if (to) init.move(to, true);
      },
      end: () => {},
      cancel: () => init.move(at, false),
    });
  });
  grid.addEventListener('click', (event) => {
    const target = event.target as Element;
    const number = target.closest('.grid-number')?.parentElement?.dataset['key'];
    if (number !== undefined) {
      const at = { row: Number(number), column: init.state().active.column };
      init.move(at, false);
      init.open(at, true);
    }
    const column = header(target);
    if (column === undefined || target.classList.contains('th-grip')) return;
    if (target.closest('.th-filter')) init.filter({ row: -1, column });
    else init.sort(column, event.shiftKey);
  });
  grid.addEventListener('contextmenu', (event) => {
    const column = header(event.target as Element);
    const at = column === undefined ? place(event.target as Element) : { row: -1, column };
    event.preventDefault();
    if (!at) return;
    if (!init.isSelected(at)) init.move(at, false);
    init.menu(at, event.clientX, event.clientY);
  });
  grid.addEventListener('dblclick', (event) => {
    const target = event.target as Element;
    const column = header(target);
    if (column !== undefined && target.classList.contains('th-grip')) init.fit(column);
    const at = place(document.elementFromPoint(event.clientX, event.clientY));
    if (at) init.open(at, false);
  });
}

function resize(down: PointerEvent, grid: HTMLElement, column: number, init: GridPointerInit): void {
  const before = init.state().widths[column]!;
  startDrag(down, grid, {
    move: ({ x0, x1 }) => init.resize(column, Math.max(LEAST_WIDTH, before + x1 - x0)),
    end: () => {},
    cancel: () => init.resize(column, before),
  });
}
