import type { ResultColumn } from '../../protocol/records';
import type { RowSort } from '../../protocol/row-view';
import { element, icon, reconcile, setAttribute, setText } from '../dom';
import { isNumeric, shownText } from './cell-text';
import type { GridColumn, GridState } from './grid-state';
import type { RowStore } from './row-store';
import { shownZone } from './shown-zone';

/** Height of a row and width of the row numbers, CSS pixels. */
export const ROW = 24;
export const NUMBERS = 56;
/** A browser lays out about 33 million pixels; beyond this height the scroll bar is proportional instead of exact. */
export const MAX_HEIGHT = 30_000_000;

/** Left edges of the columns, and after them the whole width. */
export function offsets(widths: readonly number[]): readonly number[] {
  const lefts = [NUMBERS];
  for (const width of widths) lefts.push(lefts.at(-1)! + width);
  return lefts;
}

export interface RowWindow {
  readonly first: number;
  readonly last: number;
  /** Top of the first row, CSS pixels in the body. */
  readonly top: number;
}

/** The rows on screen. Beyond the height that a browser can lay out, the place of the scroll bar is a share of all rows. */
export function visibleWindow(grid: HTMLElement, count: number): RowWindow {
  const height = grid.clientHeight - ROW;
  const fit = Math.ceil(height / ROW) + 1;
  const exact = count * ROW <= MAX_HEIGHT;
  const span = Math.max(1, MAX_HEIGHT - height);
  const at = exact ? grid.scrollTop / ROW : (grid.scrollTop / span) * Math.max(0, count - height / ROW);
  const first = Math.max(0, Math.min(Math.floor(at), count - 1));
  const top = exact ? first * ROW : grid.scrollTop - (at - first) * ROW;
  return { first, last: Math.min(count, first + fit), top };
}

/** Scrolls until a cell is in sight: beside the columns that stay (`free.left` is where those end), unless it is one of them. */
export function scrollToCell(
  grid: HTMLElement,
  row: number,
  { left, width }: { readonly left: number; readonly width: number },
  free: { readonly left: number; readonly always: boolean },
  count: number,
): void {
  const height = grid.clientHeight - ROW;
  const exact = count * ROW <= MAX_HEIGHT;
  if (row >= 0) {
    const top = exact ? row * ROW : (row / Math.max(1, count - height / ROW)) * (MAX_HEIGHT - height);
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + ROW > grid.scrollTop + height) grid.scrollTop = exact ? top + ROW - height : top;
  }
  if (free.always) return;
  if (left - free.left < grid.scrollLeft) grid.scrollLeft = left - free.left;
  else if (left + width > grid.scrollLeft + grid.clientWidth)
    grid.scrollLeft = Math.min(left - free.left, left + width - grid.clientWidth);
}

export interface ShownColumn {
  readonly column: GridColumn;
  readonly index: number;
  readonly left: number;
  readonly width: number;
}

/** Pinned columns stand in a box of their own that stays where it is when the others scroll. */
function pinnedBox(box: HTMLElement, state: GridState): void {
  const width = state.widths.slice(0, state.pinned).reduce((a, b) => a + b, 0);
  box.style.width = `${width}px`;
  box.hidden = state.pinned === 0;
}

/** `datetime UTC`: a time without its zone is half a time. */
export const typeText = ({ type }: ResultColumn): string =>
  type === 'datetime' ? `${type} ${shownZone().name}` : type;

export function renderHead(head: HTMLElement, shown: readonly ShownColumn[], state: GridState, rows: RowStore): void {
  const [, pinned, free] = [...head.children] as HTMLElement[];
  pinnedBox(pinned!, state);
  headCells(
    pinned!,
    shown.filter((c) => c.index < state.pinned),
    state,
    rows,
  );
  headCells(
    free!,
    shown.filter((c) => c.index >= state.pinned),
    state,
    rows,
  );
}

function headCells(head: HTMLElement, shown: readonly ShownColumn[], state: GridState, rows: RowStore): void {
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
          element('span', { class: 'th-name' }),
          element('span', { class: 'th-type' }),
          element('span', { class: 'th-sort' }),
          element('span', { class: 'th-filter', attributes: { title: 'Filter (Alt+Down)' } }, [icon('filter')]),
          element('span', { class: 'th-grip' }),
        ],
      ),
    (node, c) => {
      node.style.left = `${c.index < state.pinned ? c.left - NUMBERS : c.left}px`;
      node.style.width = `${c.width}px`;
      // A header outlives its result: the next one may have other columns in the same places.
      setText(node.querySelector<HTMLElement>('.th-name')!, c.column.name);
      setText(node.querySelector<HTMLElement>('.th-type')!, typeText(c.column));
      setAttribute(
        node,
        'title',
        `${c.column.name}: ${c.column.type}${c.column.type === 'datetime' ? `, shown in ${shownZone().name}` : ''}. Click sorts, with Shift after the others; Alt+Down filters; right-click for more.`,
      );
      node.classList.toggle('numeric', isNumeric(c.column));
      const filtered = rows.columns.some((f) => f.column === c.column.source);
      node.classList.toggle('filtered', filtered);
      node.classList.toggle('active', state.active.row < 0 && state.active.column === c.index);
      sortMark(node, c.column.source, rows.sort);
    },
  );
}

/** The mark of a column that the rows are sorted by, with its place where there are several. */
function sortMark(node: HTMLElement, column: number, sort: RowSort | null): void {
  const keys = sort ? [sort, ...(sort.after ?? [])] : [];
  const place = keys.findIndex((k) => k.column === column);
  const sorted = place < 0 ? 'none' : keys[place]!.descending ? 'descending' : 'ascending';
  // One header alone says by which column rows are sorted; the others say it in words.
  setAttribute(node, 'aria-sort', place === 0 ? sorted : 'none');
  const words = [
    ...(node.classList.contains('filtered') ? ['filtered'] : []),
    ...(place > 0 ? [`sorted by this as number ${place + 1}, ${sorted}`] : []),
  ];
  if (words.length > 0) setAttribute(node, 'aria-description', words.join(', '));
  else node.removeAttribute('aria-description');
  const mark = node.querySelector<HTMLElement>('.th-sort')!;
  const shown = `${sorted} ${keys.length > 1 ? place + 1 : ''}`;
  if (mark.dataset['shown'] === shown) return;
  mark.dataset['shown'] = shown;
  mark.replaceChildren(
    ...(place < 0
      ? []
      : [icon(sorted === 'ascending' ? 'up' : 'down'), ...(keys.length > 1 ? [String(place + 1)] : [])]),
  );
}

export function renderRows(
  body: HTMLElement,
  shown: readonly ShownColumn[],
  state: GridState,
  rows: RowStore,
  view: RowWindow,
): void {
  const list = Array.from({ length: Math.max(0, view.last - view.first) }, (_, i) => view.first + i);
  const pinned = shown.filter((c) => c.index < state.pinned);
  const free = shown.filter((c) => c.index >= state.pinned);
  reconcile(
    body,
    list,
    (r) => `${r}`,
    (r) =>
      element('div', { class: 'grid-row', attributes: { role: 'row', 'aria-rowindex': `${r + 2}` } }, [
        element('div', {
          class: 'grid-number',
          text: `${r + 1}`,
          attributes: { role: 'rowheader', title: 'Show the row' },
        }),
        element('div', { class: 'grid-pinned', attributes: { role: 'presentation' } }),
        element('div', { class: 'grid-cells', attributes: { role: 'presentation' } }),
      ]),
    (node, r) => {
      const values = rows.row(r);
      node.style.transform = `translateY(${view.top + (r - view.first) * ROW}px)`;
      node.classList.toggle('odd', r % 2 === 1);
      node.classList.toggle('loading', values === undefined);
      const box = node.children[1] as HTMLElement;
      pinnedBox(box, state);
      rowCells(box, r, pinned, state, rows);
      rowCells(node.lastElementChild as HTMLElement, r, free, state, rows);
    },
  );
}

function rowCells(box: HTMLElement, r: number, shown: readonly ShownColumn[], state: GridState, rows: RowStore): void {
  const values = rows.row(r);
  const { active, anchor } = state;
  const [r0, r1] = [Math.min(active.row, anchor.row), Math.max(active.row, anchor.row)];
  const [c0, c1] = [Math.min(active.column, anchor.column), Math.max(active.column, anchor.column)];
  reconcile(
    box,
    shown,
    (c) => `${c.index}`,
    (c) =>
      element('div', {
        class: 'grid-cell',
        attributes: { role: 'gridcell', id: `c-${r}-${c.index}`, 'aria-colindex': `${c.index + 1}` },
      }),
    (cell, c) => {
      const value = values?.[c.column.source];
      cell.style.left = `${c.index < state.pinned ? c.left - NUMBERS : c.left}px`;
      cell.style.width = `${c.width}px`;
      setText(cell, values ? shownText(value, c.column.type, { digits: rows.digits(c.column.source) }) : '');
      const selected = r >= r0 && r <= r1 && c.index >= c0 && c.index <= c1;
      cell.classList.toggle('numeric', isNumeric(c.column));
      cell.classList.toggle('empty', values !== undefined && (value ?? null) === null);
      cell.classList.toggle('selected', selected && (r0 !== r1 || c0 !== c1));
      cell.classList.toggle('active', active.row === r && active.column === c.index);
      setAttribute(cell, 'aria-selected', String(selected));
    },
  );
}
