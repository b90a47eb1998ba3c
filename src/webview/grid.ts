import type { ResultColumn } from '../protocol/records';
import { cellText, isNumeric, shownText, toTsv } from './cell-text';
import { element, icon, reconcile, setAttribute, setText } from './dom';
import { gridKey } from './grid-keys';
import { attachGridPointer } from './grid-pointer';
import type { RowStore } from './row-store';

export const ROW = 24;
const NUMBERS = 56;
/** A browser lays out about 33 million pixels; beyond this height the scroll bar is proportional instead of exact. */
const MAX_HEIGHT = 30_000_000;
/** Rows that one copy may hold. */
const MAX_COPY = 50_000;

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

export interface Grid {
  readonly element: HTMLElement;
  open(columns: readonly ResultColumn[]): void;
  render(): void;
  /** The selected cells as tab-separated text; a sentence says why where it cannot be. */
  copy(withHeader: boolean): Promise<{ readonly text: string } | { readonly fault: string }>;
  readonly state: GridState;
}

export interface GridInit {
  readonly rows: RowStore;
  readonly openDetail: (place: CellPlace) => void;
  readonly copy: (withHeader: boolean) => void;
  readonly say: (text: string) => void;
}

/** A virtual grid: only the rows and columns on screen are in the document; keys move one active cell through all of them. */
export function createGrid(init: GridInit): Grid {
  const { rows } = init;
  const head = element('div', { class: 'grid-head', attributes: { role: 'row', 'aria-rowindex': '1' } });
  const body = element('div', { class: 'grid-body', attributes: { role: 'rowgroup' } });
  const grid = element(
    'div',
    {
      class: 'grid',
      attributes: { role: 'grid', tabindex: '0', 'aria-label': 'Rows', 'aria-multiselectable': 'true' },
    },
    [element('div', { class: 'grid-head-group', attributes: { role: 'rowgroup' } }, [head]), body],
  );
  let state: GridState = { columns: [], widths: [], active: { row: 0, column: 0 }, anchor: { row: 0, column: 0 } };
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
  const toggleSort = (column: number) => {
    const { sort } = rows;
    const next =
      sort?.column !== column ? { column, descending: false } : sort.descending ? null : { column, descending: true };
    rows.setSort(next);
    init.say(
      next ? `Sorted by ${state.columns[column]!.name}, ${next.descending ? 'descending' : 'ascending'}` : 'Not sorted',
    );
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
        (c) => c.left + c.width > grid.scrollLeft + NUMBERS - 200 && c.left < grid.scrollLeft + grid.clientWidth + 200,
      );
    renderHead(head, shown, state, rows);
    renderRows(body, shown, state, rows, view);
    const { row, column } = state.active;
    const id = row < 0 ? `h-${column}` : `c-${row}-${column}`;
    setAttribute(grid, 'aria-activedescendant', document.getElementById(id) ? id : '');
  };
  const reveal = ({ row, column }: CellPlace) => {
    const lefts = offsets(state.widths);
    scrollToCell(grid, row, lefts[column] ?? 0, state.widths[column] ?? 0, rows.count);
  };
  const move = (place: CellPlace, extend: boolean) => {
    const row = Math.min(Math.max(place.row, -1), rows.count - 1);
    const column = Math.min(Math.max(place.column, 0), state.columns.length - 1);
    const active = { row, column };
    setState({ active, anchor: extend && row >= 0 ? state.anchor : active });
    reveal(active);
    init.say(sayCell(state.columns, rows, active));
  };
  grid.addEventListener('scroll', schedule, { passive: true });
  grid.addEventListener('focus', schedule);
  grid.addEventListener('keydown', (event) =>
    gridKey(event, {
      state: () => state,
      pageRows: () => Math.max(1, Math.floor((grid.clientHeight - ROW) / ROW) - 1),
      rowCount: () => rows.count,
      move,
      selectAll: () =>
        setState({ anchor: { row: 0, column: 0 }, active: { row: rows.count - 1, column: state.columns.length - 1 } }),
      sort: toggleSort,
      open: init.openDetail,
      copy: init.copy,
    }),
  );
  attachGridPointer(grid, {
    state: () => state,
    move,
    sort: toggleSort,
    open: init.openDetail,
    resize: (column, width) => setState({ widths: state.widths.map((w, i) => (i === column ? width : w)) }),
    fit: (column) =>
      setState({
        widths: state.widths.map((w, i) => (i === column ? fitWidth(grid, state.columns, rows, column) : w)),
      }),
  });
  new ResizeObserver(() => {
    reveal(state.active);
    schedule();
  }).observe(grid);
  return {
    element: grid,
    open(columns) {
      measured = false;
      const start = { row: 0, column: 0 };
      state = { columns, widths: columns.map((c) => headWidth(c)), active: start, anchor: start };
      grid.scrollTo(0, 0);
      schedule();
    },
    render: schedule,
    copy: (withHeader) => copyCells(state, rows, withHeader),
    get state() {
      return state;
    },
  };
}

/** Left edges of the columns, and after them the whole width. */
function offsets(widths: readonly number[]): readonly number[] {
  const lefts = [NUMBERS];
  for (const width of widths) lefts.push(lefts.at(-1)! + width);
  return lefts;
}

interface RowWindow {
  readonly first: number;
  readonly last: number;
  /** Top of the first row, CSS pixels in the body. */
  readonly top: number;
}

/** The rows on screen. Beyond the height that a browser can lay out, the place of the scroll bar is a share of all rows. */
function visibleWindow(grid: HTMLElement, count: number): RowWindow {
  const height = grid.clientHeight - ROW;
  const fit = Math.ceil(height / ROW) + 1;
  const exact = count * ROW <= MAX_HEIGHT;
  const span = Math.max(1, MAX_HEIGHT - height);
  const at = exact ? grid.scrollTop / ROW : (grid.scrollTop / span) * Math.max(0, count - height / ROW);
  const first = Math.max(0, Math.min(Math.floor(at), count - 1));
  const top = exact ? first * ROW : grid.scrollTop - (at - first) * ROW;
  return { first, last: Math.min(count, first + fit), top };
}

function scrollToCell(grid: HTMLElement, row: number, left: number, width: number, count: number): void {
  const height = grid.clientHeight - ROW;
  const exact = count * ROW <= MAX_HEIGHT;
  if (row >= 0) {
    const top = exact ? row * ROW : (row / Math.max(1, count - height / ROW)) * (MAX_HEIGHT - height);
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + ROW > grid.scrollTop + height) grid.scrollTop = exact ? top + ROW - height : top;
  }
  if (left - NUMBERS < grid.scrollLeft) grid.scrollLeft = left - NUMBERS;
  else if (left + width > grid.scrollLeft + grid.clientWidth)
    grid.scrollLeft = Math.min(left - NUMBERS, left + width - grid.clientWidth);
}

interface ShownColumn {
  readonly column: ResultColumn;
  readonly index: number;
  readonly left: number;
  readonly width: number;
}

function renderHead(head: HTMLElement, shown: readonly ShownColumn[], state: GridState, rows: RowStore): void {
  reconcile(
    head,
    shown,
    (c) => `${c.index}`,
    (c) =>
      element(
        'div',
        {
          class: 'grid-th',
          attributes: { role: 'columnheader', id: `h-${c.index}`, 'aria-colindex': `${c.index + 1}` },
        },
        [
          element('span', { class: 'th-name', text: c.column.name }),
          element('span', { class: 'th-type', text: c.column.type }),
          element('span', { class: 'th-sort' }),
          element('span', { class: 'th-grip' }),
        ],
      ),
    (node, c) => {
      node.style.left = `${c.left}px`;
      node.style.width = `${c.width}px`;
      setAttribute(
        node,
        'title',
        `${c.column.name}: ${c.column.type}${c.column.type === 'datetime' ? ', UTC' : ''}. Click sorts.`,
      );
      node.classList.toggle('numeric', isNumeric(c.column));
      node.classList.toggle('active', state.active.row < 0 && state.active.column === c.index);
      const sorted = rows.sort?.column === c.index ? (rows.sort.descending ? 'descending' : 'ascending') : 'none';
      if (node.getAttribute('aria-sort') !== sorted) {
        node.setAttribute('aria-sort', sorted);
        const mark = node.querySelector('.th-sort')!;
        mark.replaceChildren(...(sorted === 'none' ? [] : [icon(sorted === 'ascending' ? 'up' : 'down')]));
      }
    },
  );
}

function renderRows(
  body: HTMLElement,
  shown: readonly ShownColumn[],
  state: GridState,
  rows: RowStore,
  view: RowWindow,
): void {
  const list = Array.from({ length: Math.max(0, view.last - view.first) }, (_, i) => view.first + i);
  const { active, anchor } = state;
  const [r0, r1] = [Math.min(active.row, anchor.row), Math.max(active.row, anchor.row)];
  const [c0, c1] = [Math.min(active.column, anchor.column), Math.max(active.column, anchor.column)];
  reconcile(
    body,
    list,
    (r) => `${r}`,
    (r) =>
      element('div', { class: 'grid-row', attributes: { role: 'row', 'aria-rowindex': `${r + 2}` } }, [
        element('div', { class: 'grid-number', text: `${r + 1}`, attributes: { role: 'rowheader' } }),
        element('div', { class: 'grid-cells', attributes: { role: 'presentation' } }),
      ]),
    (node, r) => {
      const values = rows.row(r);
      node.style.transform = `translateY(${view.top + (r - view.first) * ROW}px)`;
      node.classList.toggle('odd', r % 2 === 1);
      node.classList.toggle('loading', values === undefined);
      reconcile(
        node.lastElementChild as HTMLElement,
        shown,
        (c) => `${c.index}`,
        (c) =>
          element('div', {
            class: 'grid-cell',
            attributes: { role: 'gridcell', id: `c-${r}-${c.index}`, 'aria-colindex': `${c.index + 1}` },
          }),
        (cell, c) => {
          cell.style.left = `${c.left}px`;
          cell.style.width = `${c.width}px`;
          setText(cell, values ? shownText(values[c.index], c.column.type) : '');
          const selected = r >= r0 && r <= r1 && c.index >= c0 && c.index <= c1;
          cell.classList.toggle('numeric', isNumeric(c.column));
          cell.classList.toggle('empty', values !== undefined && (values[c.index] ?? null) === null);
          cell.classList.toggle('selected', selected && (r0 !== r1 || c0 !== c1));
          cell.classList.toggle('active', active.row === r && active.column === c.index);
          setAttribute(cell, 'aria-selected', String(selected));
        },
      );
    },
  );
}

const headWidth = (column: ResultColumn): number => Math.min(320, 64 + (column.name.length + column.type.length) * 7);

let measure: CanvasRenderingContext2D | null = null;

/** A width that shows the column's cells on screen, within bounds. */
function fitWidth(grid: HTMLElement, columns: readonly ResultColumn[], rows: RowStore, index: number): number {
  measure ??= document.createElement('canvas').getContext('2d')!;
  const column = columns[index]!;
  const style = getComputedStyle(grid);
  const { first, last } = visibleWindow(grid, rows.count);
  measure.font = `${style.fontSize} ${style.fontFamily}`;
  let widest = 0;
  for (let r = first; r < Math.max(last, first + 1); r++) {
    const text = shownText(rows.row(r)?.[index], column.type).slice(0, 80);
    widest = Math.max(widest, measure.measureText(text).width);
  }
  measure.font = `600 12px ${getComputedStyle(document.body).fontFamily}`;
  const name = measure.measureText(column.name).width + column.type.length * 6 + 44;
  return Math.round(Math.min(420, Math.max(64, name, widest + 24)));
}

function sayCell(columns: readonly ResultColumn[], rows: RowStore, { row, column }: CellPlace): string {
  const name = columns[column]?.name ?? '';
  if (row < 0) return `Column ${name}, Enter sorts`;
  const text = cellText(rows.row(row)?.[column]).slice(0, 120);
  return `${name}: ${text || 'empty'}, row ${row + 1}`;
}

async function copyCells(
  state: GridState,
  rows: RowStore,
  withHeader: boolean,
): Promise<{ text: string } | { fault: string }> {
  const { active, anchor, columns } = state;
  const first = Math.max(0, Math.min(active.row, anchor.row));
  const count = Math.max(active.row, anchor.row) - first + 1;
  if (count > MAX_COPY)
    return { fault: `A copy holds ${MAX_COPY.toLocaleString('en-US')} rows at most: export the result instead.` };
  const c0 = Math.min(active.column, anchor.column);
  const c1 = Math.max(active.column, anchor.column);
  const list = await rows.rows(first, count);
  if (!list) return { fault: 'The rows changed while they were copied. Copy again.' };
  const table = list.map((row) => row.slice(c0, c1 + 1).map(cellText));
  const header = columns.slice(c0, c1 + 1).map((c) => c.name);
  return { text: toTsv(withHeader || active.row < 0 ? [header, ...table] : table) };
}
