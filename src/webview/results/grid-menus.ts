import type { ResultColumn } from '../../protocol/records';
import type { ColumnFilter, RowSort } from '../../protocol/row-view';
import { cellMenu, headerMenu, type MenuActs } from './cell-menu';
import type { Grid } from './grid';
import { canMove } from './grid-state';
import { createMenu } from './menu';
import type { RowStore } from './row-store';

export interface GridMenusInit {
  readonly rows: RowStore;
  readonly grid: () => Grid;
  readonly columns: () => readonly ResultColumn[];
  readonly copy: (withNames: boolean) => void;
  readonly copyText: (text: string) => void;
  readonly openDetail: (row: number, source: number, whole: boolean) => void;
  readonly addFilter: (filter: ColumnFilter) => void;
  readonly addToQuery: (line: string) => void;
  readonly statistics: (source: number) => void;
  readonly sort: (sort: RowSort | null) => void;
}

/** The menus of the grid's cells and headers. */
export interface GridMenus {
  readonly element: HTMLElement;
  /** Row −1 is the header; `source` is the column of the result, `x` and `y` client coordinates. */
  open(row: number, source: number, x: number, y: number): void;
}

export function createGridMenus(init: GridMenusInit): GridMenus {
  const menu = createMenu({ closed: () => init.grid().element.focus() });
  const actsOf = (row: number, source: number): MenuActs => {
    const grid = init.grid();
    return {
      copy: init.copy,
      copyName: init.copyText,
      open: (whole) => init.openDetail(row, source, whole),
      addFilter: init.addFilter,
      askFilter: () => grid.filter(source, row),
      addToQuery: init.addToQuery,
      statistics: () => init.statistics(source),
      sort: init.sort,
      togglePin: () => grid.togglePin(source),
      hide: () => grid.hide(source),
      showAll: () => grid.showAll(),
      move: (by) => grid.move(source, by),
      fit: () => grid.fitColumn(source),
      fitAll: () => grid.fit(),
    };
  };
  return {
    element: menu.element,
    open(row, source, x, y) {
      const column = init.columns()[source];
      if (!column) return;
      const acts = actsOf(row, source);
      if (row >= 0) {
        const cell = init.rows.row(row)?.[source];
        menu.open(`Cell of ${column.name}`, cellMenu({ column, index: source, cell, acts }), x, y);
        return;
      }
      const { state } = init.grid();
      const place = state.columns.findIndex((c) => c.source === source);
      const groups = headerMenu({
        ...{ column, index: source, acts },
        sort: init.rows.sort,
        pinned: place < state.pinned,
        hidden: state.hidden.length,
        canMove: { left: canMove(state, place, -1), right: canMove(state, place, 1) },
        canHide: state.columns.length > 1,
      });
      menu.open(`Column ${column.name}`, groups, x, y);
    },
  };
}
