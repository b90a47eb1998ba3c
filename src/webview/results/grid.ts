import type { ResultColumn } from '../../protocol/records';
import type { RowSort } from '../../protocol/row-view';
import { element, setAttribute } from '../dom';
import { cellText, shownText } from './cell-text';
import { type CopyFormat, copyText } from './copy-formats';
import { gridKey } from './grid-keys';
import { attachGridPointer } from './grid-pointer';
import {
  MAX_HEIGHT,
  NUMBERS,
  offsets,
  ROW,
  renderHead,
  renderRows,
  scrollToCell,
  typeText,
  visibleWindow,
} from './grid-render';
import {
  type Arrangement,
  arrangementOf,
  type CellPlace,
  type GridColumn,
  type GridState,
  hideColumn,
  moveColumn,
  openState,
  showAllColumns,
  togglePin,
} from './grid-state';
import type { RowStore } from './row-store';
import type { Selection } from './selection-line';
import { nextKey } from './sort-keys';
import { visibleText } from './visible-text';

/** Rows that one copy may hold. */
const MAX_COPY = 50_000;

export interface Grid {
  readonly element: HTMLElement;
  /** Shows columns from the start, as they were arranged. */
  open(columns: readonly ResultColumn[], arrangement: Arrangement): void;
  render(): void;
  /** Finds the widths of the columns anew, for what cells show now. */
  fit(): void;
  /** Asks for a condition on a column of the result, as the header's own button does; of a row, with its value in the box. */
  filter(source: number, row?: number): void;
  isPinned(source: number): boolean;
  togglePin(source: number): void;
  hide(source: number): void;
  showAll(): void;
  /** Moves a column by one place among those that are pinned, or those that are not. */
  move(source: number, by: -1 | 1): void;
  fitColumn(source: number): void;
  /** Makes a row's cell the active one. */
  goTo(row: number): void;
  /** The selected cells as tab-separated text; a sentence says why where it cannot be. */
  copy(format: CopyFormat): Promise<Copied>;
  readonly state: GridState;
}

/** Text of the selected cells, or a sentence on why it cannot be. */
export type Copied = { readonly text: string; readonly rows: number } | { readonly fault: string };

export interface GridInit {
  readonly rows: RowStore;
  /** `source` is the column of the result; a whole row is asked for from its number. */
  readonly openDetail: (row: number, source: number, whole: boolean) => void;
  /** The active cell moved there. */
  readonly moved: (row: number, source: number) => void;
  /** Asks for a condition on a column of the result; `left` is where it starts, CSS pixels from the grid's edge. */
  readonly filter: (row: number, source: number, left: number) => void;
  readonly copy: (withHeader: boolean) => void;
  readonly sort: (sort: RowSort | null) => void;
  /** Columns stand elsewhere now. */
  readonly arranged: (arrangement: Arrangement) => void;
  /** A menu is wanted, of a cell or (row −1) a header, at client coordinates. */
  readonly menu: (row: number, source: number, x: number, y: number) => void;
  readonly selected: (selection: Selection) => void;
  readonly say: (text: string) => void;
}

/** A virtual grid: only the rows and columns on screen are in the document; keys move one active cell through all of them. */
export function createGrid(init: GridInit): Grid {
  const { rows } = init;
  const head = element('div', { class: 'grid-head', attributes: { role: 'row', 'aria-rowindex': '1' } }, [
    element('div', { class: 'grid-corner', attributes: { role: 'presentation' } }),
    element('div', { class: 'grid-pinned', attributes: { role: 'presentation' } }),
    element('div', { class: 'grid-head-free', attributes: { role: 'presentation' } }),
  ]);
  const body = element('div', { class: 'grid-body', attributes: { role: 'rowgroup' } });
  const grid = element(
    'div',
    {
      class: 'grid',
      attributes: { role: 'grid', tabindex: '0', 'aria-label': 'Rows', 'aria-multiselectable': 'true' },
    },
    [element('div', { class: 'grid-head-group', attributes: { role: 'rowgroup' } }, [head]), body],
  );
  let state: GridState = {
    columns: [],
    widths: [],
    hidden: [],
    pinned: 0,
    active: { row: 0, column: 0 },
    anchor: { row: 0, column: 0 },
  };
  let told = '';
  let measured = false;
  let scheduled = false;
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      render();
    });
  };
  const setState = (change: Partial<GridState>) => {
    state = { ...state, ...change };
    schedule();
  };
  const window_ = () => visibleWindow(grid, rows.count);
  const toggleSort = (place: number, add: boolean) => {
    const { sort } = rows;
    const column = state.columns[place]?.source;
    if (column === undefined) return;
    if (add && sort) init.sort(nextKey(sort, column));
    else if (sort?.column !== column || sort.after) init.sort({ column, descending: false });
    else init.sort(sort.descending ? null : { column, descending: true });
  };
  const openMenu = ({ row, column }: CellPlace, x: number, y: number) => {
    const source = state.columns[column]?.source;
    if (source !== undefined) init.menu(row, source, x, y);
  };
  const arrange = (next: GridState) => {
    setState(next);
    init.arranged(arrangementOf(next));
    reveal(next.active);
  };
  const filter = (place: CellPlace) => {
    if (!state.columns[place.column]) return;
    reveal({ ...place, row: -1 });
    const scrolled = place.column < state.pinned ? 0 : grid.scrollLeft;
    init.filter(place.row, state.columns[place.column]!.source, offsets(state.widths)[place.column]! - scrolled);
  };
  const render = () => {
    const { columns } = state;
    if (!measured && rows.count > 0 && rows.row(0)) {
      measured = true;
      state = { ...state, widths: columns.map((_, i) => fitWidth(grid, columns, rows, i)) };
    }
    const lefts = offsets(state.widths);
    const view = window_();
    setAttribute(grid, 'aria-rowcount', String(rows.count + 1));
    setAttribute(grid, 'aria-colcount', String(columns.length));
    const width = lefts.at(-1)!;
    body.style.height = `${Math.min(rows.count * ROW, MAX_HEIGHT)}px`;
    body.style.width = `${width}px`;
    head.style.width = `${width}px`;
    const shown = columns
      .map((column, index) => ({ column, index, left: lefts[index]!, width: state.widths[index]! }))
      .filter(
        (c) =>
          c.index < state.pinned ||
          (c.left + c.width > grid.scrollLeft + NUMBERS - 200 && c.left < grid.scrollLeft + grid.clientWidth + 200),
      );
    renderHead(head, shown, state, rows);
    renderRows(body, shown, state, rows, view);
    const { row, column } = state.active;
    const id = row < 0 ? `h-${column}` : `c-${row}-${column}`;
    setAttribute(grid, 'aria-activedescendant', document.getElementById(id) ? id : '');
    const selection = selectionOf(state);
    const now = JSON.stringify([selection.first, selection.count, selection.columns.map((c) => c.source), rows.view]);
    if (now !== told) init.selected(selection);
    told = now;
  };
  const reveal = ({ row, column }: CellPlace) => {
    const lefts = offsets(state.widths);
    const free = { left: lefts[state.pinned]!, always: column < state.pinned };
    scrollToCell(grid, row, { left: lefts[column] ?? 0, width: state.widths[column] ?? 0 }, free, rows.count);
  };
  const move = (place: CellPlace, extend: boolean) => {
    const row = Math.min(Math.max(place.row, -1), rows.count - 1);
    const column = Math.min(Math.max(place.column, 0), state.columns.length - 1);
    const active = { row, column };
    setState({ active, anchor: extend && row >= 0 ? state.anchor : active });
    reveal(active);
    init.say(sayCell(state.columns, rows, active));
    if (row >= 0) init.moved(row, state.columns[column]?.source ?? 0);
  };
  const openDetail = ({ row, column }: CellPlace, whole: boolean) => {
    const source = state.columns[column]?.source;
    if (source !== undefined && row >= 0) init.openDetail(row, source, whole);
  };
  const placeOf = (source: number) => state.columns.findIndex((c) => c.source === source);
  const fitColumn = (column: number) =>
    setState({ widths: state.widths.map((w, i) => (i === column ? fitWidth(grid, state.columns, rows, column) : w)) });
  grid.addEventListener('scroll', schedule, { passive: true });
  grid.addEventListener('focus', schedule);
  grid.addEventListener('pointerover', (event) => tellWhole(event.target, state.columns, rows));
  grid.addEventListener('keydown', (event) =>
    gridKey(event, {
      state: () => state,
      pageRows: () => Math.max(1, Math.floor((grid.clientHeight - ROW) / ROW) - 1),
      rowCount: () => rows.count,
      move,
      selectAll: () =>
        setState({ anchor: { row: 0, column: 0 }, active: { row: rows.count - 1, column: state.columns.length - 1 } }),
      sort: toggleSort,
      menu: (place) => {
        const node = document.getElementById(place.row < 0 ? `h-${place.column}` : `c-${place.row}-${place.column}`);
        const box = (node ?? grid).getBoundingClientRect();
        openMenu(place, box.left + 8, box.bottom);
      },
      open: openDetail,
      filter,
      copy: init.copy,
    }),
  );
  attachGridPointer(grid, {
    state: () => state,
    move,
    sort: toggleSort,
    isSelected: (place) => isSelected(state, place),
    menu: openMenu,
    filter,
    open: openDetail,
    resize: (column, width) => setState({ widths: state.widths.map((w, i) => (i === column ? width : w)) }),
    fit: fitColumn,
  });
  new ResizeObserver(() => {
    reveal(state.active);
    schedule();
  }).observe(grid);
  return {
    element: grid,
    open(columns, arrangement) {
      measured = false;
      state = openState(columns, arrangement, headWidth);
      grid.scrollTo(0, 0);
      schedule();
    },
    render: schedule,
    fit() {
      measured = false;
      schedule();
    },
    filter: (source, row = -1) => filter({ row, column: placeOf(source) }),
    isPinned: (source) => placeOf(source) < state.pinned,
    togglePin(source) {
      arrange(togglePin(state, placeOf(source)));
    },
    hide: (source) => arrange(hideColumn(state, placeOf(source))),
    showAll: () => arrange(showAllColumns(state)),
    move: (source, by) => arrange(moveColumn(state, placeOf(source), by)),
    fitColumn: (source) => fitColumn(placeOf(source)),
    goTo: (row) => move({ row, column: state.active.column }, false),
    copy: (format) => copyCells(state, rows, format),
    get state() {
      return state;
    },
  };
}

/** The rows and columns from the anchor to the active cell; a header stands for its first row. */
function selectionOf({ active, anchor, columns }: GridState): Selection {
  const first = Math.max(0, Math.min(active.row, anchor.row));
  const count = active.row < 0 ? 1 : Math.max(active.row, anchor.row) - first + 1;
  const chosen = columns.slice(Math.min(active.column, anchor.column), Math.max(active.column, anchor.column) + 1);
  return { first, count, columns: chosen };
}

function isSelected({ active, anchor }: GridState, { row, column }: CellPlace): boolean {
  const within = (v: number, a: number, b: number) => v >= Math.min(a, b) && v <= Math.max(a, b);
  return within(row, active.row, anchor.row) && within(column, active.column, anchor.column);
}

/** Characters that a hover shows; the whole is in the cell's detail. */
const HOVER = 1500;

/** A cell that shows less than it holds says the rest on hover. */
function tellWhole(target: EventTarget | null, columns: readonly GridColumn[], rows: RowStore): void {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[role=gridcell]') : null;
  const m = /^c-(\d+)-(\d+)$/.exec(cell?.id ?? '');
  if (!cell || !m) return;
  const [row, index] = [Number(m[1]), Number(m[2])];
  const column = columns[index];
  const value = rows.row(row)?.[column?.source ?? -1];
  const text = visibleText(cellText(value).slice(0, HOVER + 1));
  const whole = text === '' || !column || column.type === 'datetime' || column.type === 'timespan';
  const cut = cell.scrollWidth > cell.clientWidth || (!whole && shownText(value, column.type) !== text);
  if (cut) setAttribute(cell, 'title', text.length > HOVER ? `${text.slice(0, HOVER)}…` : text);
  else cell.removeAttribute('title');
}

const headWidth = (column: ResultColumn): number =>
  Math.min(320, 64 + (column.name.length + typeText(column).length) * 7);

let measure: CanvasRenderingContext2D | null = null;

/** A width that shows the column's cells on screen, within bounds. */
function fitWidth(grid: HTMLElement, columns: readonly GridColumn[], rows: RowStore, index: number): number {
  measure ??= document.createElement('canvas').getContext('2d')!;
  const column = columns[index]!;
  const style = getComputedStyle(grid);
  const { first, last } = visibleWindow(grid, rows.count);
  measure.font = `${style.fontSize} ${style.fontFamily}`;
  let widest = 0;
  for (let r = first; r < Math.max(last, first + 1); r++) {
    const text = shownText(rows.row(r)?.[column.source], column.type, { digits: rows.digits(column.source) }).slice(
      0,
      80,
    );
    widest = Math.max(widest, measure.measureText(text).width);
  }
  measure.font = `600 12px ${getComputedStyle(document.body).fontFamily}`;
  const name = measure.measureText(column.name).width + typeText(column).length * 6 + 44;
  return Math.round(Math.min(420, Math.max(64, name, widest + 24)));
}

function sayCell(columns: readonly GridColumn[], rows: RowStore, { row, column }: CellPlace): string {
  const name = columns[column]?.name ?? '';
  if (row < 0) return `Column ${name}, Enter sorts, Alt+Down filters, Shift+F10 for more`;
  const text = cellText(rows.row(row)?.[columns[column]?.source ?? -1]).slice(0, 120);
  return `${name}: ${text || 'empty'}, row ${row + 1}`;
}

async function copyCells(state: GridState, rows: RowStore, format: CopyFormat): Promise<Copied> {
  const { columns } = state;
  const one = state.active.row === state.anchor.row && state.active.column === state.anchor.column;
  // One cell is no table: its whole result is what somebody wants as one.
  const all = one && (format === 'markdown' || format === 'datatable');
  const active = all ? { row: rows.count - 1, column: columns.length - 1 } : state.active;
  const anchor = all ? { row: 0, column: 0 } : state.anchor;
  const first = Math.max(0, Math.min(active.row, anchor.row));
  const count = Math.max(active.row, anchor.row) - first + 1;
  if (count > MAX_COPY)
    return { fault: `A copy holds ${MAX_COPY.toLocaleString('en-US')} rows at most: export the result instead.` };
  const c0 = Math.min(active.column, anchor.column);
  const c1 = Math.max(active.column, anchor.column);
  const list = await rows.rows(first, count);
  if (!list) return { fault: 'The rows changed while they were copied. Copy again.' };
  const chosen = columns.slice(c0, c1 + 1);
  const cells = list.map((row) => chosen.map((c) => row[c.source]));
  const named = format === 'cells' && state.active.row < 0 ? 'tsv' : format;
  return { text: copyText(named, chosen, cells), rows: cells.length };
}
