import type { Dynamic, ResultColumn, ScalarType } from '../../protocol/records';
import type { ColumnFilter, RowSort, RowView } from '../../protocol/row-view';
import type { FromResults, ToResults } from '../../protocol/webview';
import { fractionDigits } from './cell-text';
import { parseExact } from './exact-json';

type NeedRows = Extract<FromResults, { type: 'needRows' }>;
export type Row = readonly Dynamic[];

/** Rows of a page; as many pages as `KEPT` stay in memory, the oldest used go first. */
const PAGE = 200;
const KEPT = 250;

/**
 * The rows of one result, fetched by the page when they are looked at. A change of sort or filter makes what is held
 * worthless; an answer to an older request is dropped.
 */
export interface RowStore {
  /** Rows that pass the filter, as far as is known. */
  readonly count: number;
  readonly sort: RowSort | null;
  readonly filter: string;
  readonly columns: readonly ColumnFilter[];
  /** Sort and filters together, for what is done with the rows elsewhere. */
  readonly view: RowView;
  /** Whether every row passes. */
  readonly unfiltered: boolean;
  /** Whether `count` is an answer to the filters that hold, instead of the whole result's. */
  readonly counted: boolean;
  /** Digits after the second that the times of a column carry, as far as its rows were seen: it never grows less. */
  digits(column: number): number;
  open(result: number, columns: readonly ResultColumn[], rowCount: number, view: RowView): void;
  setSort(sort: RowSort | null): void;
  setFilter(filter: string): void;
  /** Puts a condition in the place of another, beside those that hold (`old` undefined), or takes it off (`next` null). */
  changeFilter(old: ColumnFilter | undefined, next: ColumnFilter | null): void;
  /** Takes every filter off; the sort stays. */
  clearFilters(): void;
  /** Undefined while it is being fetched. */
  row(index: number): Row | undefined;
  /** Resolves when all of these rows are here; undefined when sort, filter or result changed meanwhile. */
  rows(first: number, count: number): Promise<readonly Row[] | undefined>;
  receive(message: Extract<ToResults, { type: 'rows' }>): void;
}

interface Waiter {
  readonly first: number;
  readonly count: number;
  readonly done: (rows: readonly Row[] | undefined) => void;
}

/** The rows with the dynamic cells in place whose numbers JSON would have rounded. */
function withExact({ rows, exact }: Extract<ToResults, { type: 'rows' }>): readonly Row[] {
  if (!exact) return rows;
  const whole: Dynamic[][] = rows.map((row) => [...row]);
  for (const { row, column, text } of exact) whole[row]![column] = parseExact(text);
  return whole;
}

export function createRowStore(post: (message: NeedRows) => void, changed: () => void): RowStore {
  let result = 0;
  let total = 0;
  let count = 0;
  let sort: RowSort | null = null;
  let filter = '';
  let columns: readonly ColumnFilter[] = [];
  let request = 0;
  let counted = true;
  let types: readonly ScalarType[] = [];
  let digits: number[] = [];
  const pages = new Map<number, readonly Row[]>();
  const asked = new Set<number>();
  let waiters: Waiter[] = [];

  const restart = () => {
    request++;
    pages.clear();
    asked.clear();
    for (const w of waiters.splice(0)) w.done(undefined);
    count = total;
    counted = filter === '' && columns.length === 0;
    if (filter !== '' || columns.length > 0) need(0);
    changed();
  };
  const need = (page: number) => {
    if (asked.has(page)) return;
    asked.add(page);
    post({ type: 'needRows', result, first: page * PAGE, count: PAGE, sort, filter, columns, request });
  };
  const row = (index: number): Row | undefined => {
    if (index < 0 || index >= count) return undefined;
    const page = Math.floor(index / PAGE);
    const rows = pages.get(page);
    if (!rows) {
      need(page);
      return undefined;
    }
    return rows[index - page * PAGE];
  };
  const take = (first: number, n: number): readonly Row[] | undefined => {
    const rows: Row[] = [];
    let whole = true;
    for (let i = first; i < Math.min(count, first + n); i++) {
      const r = row(i);
      if (r) rows.push(r);
      else whole = false;
    }
    return whole ? rows : undefined;
  };
  const keep = (page: number, rows: readonly Row[]) => {
    pages.delete(page);
    pages.set(page, rows);
    for (const old of pages.keys()) {
      if (pages.size <= KEPT || waiters.length > 0) break;
      pages.delete(old);
      asked.delete(old);
    }
  };
  return {
    get count() {
      return count;
    },
    get sort() {
      return sort;
    },
    get filter() {
      return filter;
    },
    get columns() {
      return columns;
    },
    get view() {
      return { sort, filter, columns };
    },
    get counted() {
      return counted;
    },
    get unfiltered() {
      return filter === '' && columns.length === 0;
    },
    digits: (column) => digits[column] ?? 0,
    open(index, of, rowCount, view) {
      result = index;
      types = of.map((c) => c.type);
      digits = of.map(() => 0);
      total = rowCount;
      ({ sort, filter, columns } = view);
      restart();
    },
    setSort(next) {
      sort = next;
      restart();
    },
    setFilter(next) {
      if (next === filter) return;
      filter = next;
      restart();
    },
    changeFilter(old, next) {
      const same = next && JSON.stringify(next);
      columns = [...columns.filter((f) => f !== old && JSON.stringify(f) !== same), ...(next ? [next] : [])];
      restart();
    },
    clearFilters() {
      if (filter === '' && columns.length === 0) return;
      filter = '';
      columns = [];
      restart();
    },
    row,
    rows(first, n) {
      const here = take(first, n);
      if (here) return Promise.resolve(here);
      return new Promise((done) => {
        waiters.push({ first, count: n, done });
      });
    },
    receive(message) {
      if (message.result !== result || (message.request !== undefined && message.request !== request)) return;
      counted = true;
      if (message.rowCount !== undefined) count = message.rowCount;
      const rows = withExact(message);
      for (let i = 0; i < Math.max(1, rows.length); i += PAGE)
        keep((message.first + i) / PAGE, rows.slice(i, i + PAGE));
      for (const [c, type] of types.entries())
        if (type === 'datetime' || type === 'timespan')
          for (const r of message.rows) digits[c] = Math.max(digits[c] ?? 0, fractionDigits(r[c], type));
      const still: Waiter[] = [];
      for (const w of waiters) {
        const rows = take(w.first, w.count);
        if (rows) w.done(rows);
        else still.push(w);
      }
      waiters = still;
      changed();
    },
  };
}
