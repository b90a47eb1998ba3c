import type { Dynamic, ResultColumn } from '../../protocol/records';
import type { ColumnFilter, RowSort } from '../../protocol/row-view';
import { cellCondition, countLine, whereLine } from './cell-kql';
import { cellText } from './cell-text';
import type { MenuGroup } from './menu';
import { withKey } from './sort-keys';
import { visibleText } from './visible-text';

/** What the menus do; `column` is the column of the result. */
export interface MenuActs {
  readonly copy: (withNames: boolean) => void;
  readonly copyName: (name: string) => void;
  readonly open: (whole: boolean) => void;
  readonly addFilter: (filter: ColumnFilter) => void;
  readonly askFilter: () => void;
  /** A line of KQL for the query that gave the result. */
  readonly addToQuery: (line: string) => void;
  readonly statistics: () => void;
  readonly sort: (sort: RowSort | null) => void;
  readonly togglePin: () => void;
  readonly hide: () => void;
  readonly showAll: () => void;
  readonly move: (by: -1 | 1) => void;
  readonly fit: () => void;
  readonly fitAll: () => void;
}

/** Characters of a value or a condition that a menu shows. */
const SHOWN = 36;
const cut = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text);

export interface CellAsk {
  readonly column: ResultColumn;
  readonly index: number;
  readonly cell: Dynamic | undefined;
  /** Null: the query cannot be added to; it stands before others. */
  readonly acts: MenuActs;
}

/** The menu of a cell: copy, look, keep or leave out its value, here or in the query. */
export function cellMenu({ column, index, cell, acts }: CellAsk): readonly MenuGroup[] {
  const text = cellText(cell);
  const value = text === '' ? 'empty' : `“${cut(visibleText(text.replace(/\s+/g, ' ')))}”`;
  const filter = (negated: boolean): ColumnFilter =>
    text === ''
      ? { column: index, kind: negated ? 'filled' : 'empty' }
      : { column: index, kind: negated ? 'differs' : 'equals', text };
  return [
    [
      { label: 'Copy', key: 'Ctrl+C', act: () => acts.copy(false) },
      { label: 'Copy with column names', key: 'Ctrl+Shift+C', act: () => acts.copy(true) },
    ],
    [
      { label: 'Show cell in full', key: 'Enter', act: () => acts.open(false) },
      { label: 'Show whole row', key: 'Shift+Enter', act: () => acts.open(true) },
      { label: `Statistics of ${column.name}`, act: acts.statistics },
    ],
    [
      { label: `Show only ${value}`, act: () => acts.addFilter(filter(false)) },
      { label: `Leave out ${value}`, act: () => acts.addFilter(filter(true)) },
      { label: 'Filter…', key: 'Alt+ArrowDown', act: acts.askFilter },
    ],
    [false, true].map((negated) => ({
      label: `Add to query: ${cut(cellCondition(column, cell, negated))}`,
      act: () => acts.addToQuery(whereLine(column, cell, negated)),
    })),
  ];
}

export interface HeaderAsk {
  readonly column: ResultColumn;
  readonly index: number;
  readonly sort: RowSort | null;
  readonly pinned: boolean;
  /** Columns that are hidden, and whether this one may be moved or hidden too. */
  readonly hidden: number;
  readonly canMove: { readonly left: boolean; readonly right: boolean };
  readonly canHide: boolean;
  readonly acts: MenuActs;
}

/** The menu of a column: order of the rows, filter, and where the column stands. */
export function headerMenu(ask: HeaderAsk): readonly MenuGroup[] {
  const { column, index, sort, pinned, hidden, canMove, canHide, acts } = ask;
  const after = (descending: boolean) =>
    sort && sort.column !== index
      ? [
          {
            label: `Then by this, ${descending ? 'descending' : 'ascending'}`,
            act: () => acts.sort(withKey(sort, { column: index, descending })),
          },
        ]
      : [];
  return [
    [
      { label: 'Sort ascending', act: () => acts.sort({ column: index, descending: false }) },
      { label: 'Sort descending', act: () => acts.sort({ column: index, descending: true }) },
      ...after(false),
      ...after(true),
      ...(sort ? [{ label: 'In the order of the query', act: () => acts.sort(null) }] : []),
    ],
    [
      { label: 'Filter…', key: 'Alt+ArrowDown', act: acts.askFilter },
      { label: 'Statistics', act: acts.statistics },
      { label: 'Add to query: count by this', act: () => acts.addToQuery(countLine(column)) },
    ],
    [
      { label: pinned ? 'Unpin column' : 'Pin column', act: acts.togglePin },
      { label: 'Move left', disabled: !canMove.left, act: () => acts.move(-1) },
      { label: 'Move right', disabled: !canMove.right, act: () => acts.move(1) },
      { label: 'Hide column', disabled: !canHide, act: acts.hide },
      ...(hidden > 0
        ? [{ label: `Show ${hidden} hidden ${hidden === 1 ? 'column' : 'columns'}`, act: acts.showAll }]
        : []),
    ],
    [
      { label: 'Fit width', act: acts.fit },
      { label: 'Fit all widths', act: acts.fitAll },
      { label: 'Copy name', act: () => acts.copyName(column.name) },
    ],
  ];
}
