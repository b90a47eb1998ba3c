import { type Cell, cellAt, cellToText, type ResultTable, type ScalarType } from '../protocol/records';
import { boundOf, type ColumnFilter, isWhole, type RowView } from '../protocol/row-view';

/** Rows per step, between which other requests are served: a step takes a few milliseconds. */
const STEP = 1_000;
const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * The numbers of the rows that pass a view, in its order; equal rows keep the query's order, whichever way the sort goes.
 * Undefined when the signal came first. Never holds the process for long: a million rows are taken in steps.
 */
export async function orderRows(
  table: ResultTable,
  view: RowView,
  signal?: AbortSignal,
): Promise<Uint32Array | undefined> {
  const rows = await matching(table, view, signal);
  if (!rows || !view.sort) return rows;
  const compares: RowCompare[] = [];
  for (const { column, descending } of [view.sort, ...(view.sort.after ?? [])]) {
    const type = table.columns[column]?.type;
    if (type === undefined) continue;
    const values = await sortKeys(table.values[column] ?? [], type, signal);
    if (!values) return undefined;
    const compare = comparison(type);
    const sign = descending ? -1 : 1;
    compares.push((a, b) => sign * compare(values[a] ?? null, values[b] ?? null));
  }
  const [only] = compares;
  if (!only) return rows;
  return sorted(rows, compares.length === 1 ? only : (a, b) => firstDifference(compares, a, b), signal);
}

type RowCompare = (a: number, b: number) => number;

function firstDifference(compares: readonly RowCompare[], a: number, b: number): number {
  for (const compare of compares) {
    const order = compare(a, b);
    if (order !== 0) return order;
  }
  return 0;
}

/** What is compared: JSON as its text, written once instead of at every comparison. */
async function sortKeys(
  cells: readonly Cell[],
  type: ScalarType,
  signal?: AbortSignal,
): Promise<readonly Cell[] | undefined> {
  if (type !== 'dynamic') return cells;
  const keys: Cell[] = [];
  for (const [i, cell] of cells.entries()) {
    if (i % STEP === STEP - 1) await pause();
    if (signal?.aborted) return undefined;
    keys.push(cell === null ? null : typeof cell === 'string' ? JSON.stringify(cell) : cellToText(cell, type));
  }
  return keys;
}

type Test = (row: number) => boolean;

async function matching(table: ResultTable, view: RowView, signal?: AbortSignal): Promise<Uint32Array | undefined> {
  const all = new Uint32Array(table.rowCount);
  for (let i = 0; i < all.length; i++) all[i] = i;
  if (isWhole({ ...view, sort: null })) return all;
  const tests = view.columns.map((f) => columnTest(table, f));
  if (view.filter !== '') tests.push(textTest(table, view.filter));
  let found = 0;
  for (let r = 0; r < table.rowCount; r++) {
    if (r % STEP === STEP - 1) await pause();
    if (signal?.aborted) return undefined;
    // What passes takes the place of what did not: one array serves both.
    if (tests.every((test) => test(r))) all[found++] = r;
  }
  return all.slice(0, found);
}

function textTest(table: ResultTable, text: string): Test {
  const wanted = text.toLowerCase();
  // Text that no value of a type can hold is not looked for there: a million times would be printed for a name.
  const able = table.columns.flatMap((c, i) =>
    (CHARACTERS[c.type]?.test(wanted) ?? true) ? [{ type: c.type, i }] : [],
  );
  return (r) =>
    able.some(({ type, i }) =>
      cellToText(cellAt(table, r, i), type)
        .toLowerCase()
        .includes(wanted),
    );
}

/** What the printed values of a type are made of, in lower case; types that are not named hold anything. */
const CHARACTERS: Readonly<Partial<Record<ScalarType, RegExp>>> = {
  datetime: /^[0-9tz:.-]*$/,
  timespan: /^[0-9:.-]*$/,
  int: /^[0-9-]*$/,
  long: /^[0-9-]*$/,
  bool: /^[a-z]*$/,
};

function columnTest(table: ResultTable, filter: ColumnFilter): Test {
  const column = table.columns[filter.column];
  // A condition on a column that the result does not have lets no row pass, instead of all.
  if (!column) return () => false;
  const { type } = column;
  const cell = (r: number): Cell => cellAt(table, r, filter.column);
  const textOf = (r: number): string => cellToText(cell(r), type).toLowerCase();
  switch (filter.kind) {
    case 'empty':
      return (r) => textOf(r) === '';
    case 'filled':
      return (r) => textOf(r) !== '';
    case 'range':
      return rangeTest(cell, type, filter);
    default: {
      const wanted = filter.text.toLowerCase();
      const value = boundOf(type, filter.text);
      const equal = (r: number) =>
        textOf(r) === wanted || (value !== undefined && orderedValue(cell(r), type) === value);
      const tests: Record<typeof filter.kind, Test> = {
        contains: (r) => textOf(r).includes(wanted),
        excludes: (r) => !textOf(r).includes(wanted),
        equals: equal,
        differs: (r) => !equal(r),
      };
      return tests[filter.kind];
    }
  }
}

/** An ordered cell as `boundOf` gives typed text: numbers as numbers, ticks as bigint. */
const orderedValue = (cell: Cell, type: ScalarType): number | bigint | null =>
  cell === null ? null : type === 'datetime' || type === 'timespan' ? (cell as bigint) : Number(cell);

function rangeTest(
  cell: (row: number) => Cell,
  type: ScalarType,
  filter: Extract<ColumnFilter, { kind: 'range' }>,
): Test {
  const [least, most] = [boundOf(type, filter.least), boundOf(type, filter.most)];
  const open = type === 'datetime' || type === 'timespan';
  return (r) => {
    const value = orderedValue(cell(r), type);
    if (value === null || (least !== undefined && !(value >= least))) return false;
    return most === undefined || (open ? value < most : value <= most);
  };
}

/** Rows that are sorted in one go; more are sorted in runs that are merged. */
const RUN = 2_048;
const MERGED_PER_STEP = 8_192;

/** A stable merge sort that lets other requests in between its runs: a million rows by text take seconds. */
async function sorted(
  rows: Uint32Array,
  compare: (a: number, b: number) => number,
  signal?: AbortSignal,
): Promise<Uint32Array | undefined> {
  const stable = (a: number, b: number) => compare(a, b) || a - b;
  for (let i = 0; i < rows.length; i += RUN) {
    rows.subarray(i, i + RUN).sort(stable);
    if (rows.length > RUN) await pause();
    if (signal?.aborted) return undefined;
  }
  let from = rows;
  let to: Uint32Array = new Uint32Array(rows.length > RUN ? rows.length : 0);
  let since = 0;
  for (let width = RUN; width < rows.length; width *= 2) {
    for (let start = 0; start < rows.length; start += 2 * width) {
      let [a, b] = [start, Math.min(start + width, rows.length)];
      const [endA, endB] = [b, Math.min(start + 2 * width, rows.length)];
      for (let k = start; k < endB; k++) {
        const left = b >= endB || (a < endA && stable(from[a]!, from[b]!) <= 0);
        to[k] = left ? from[a++]! : from[b++]!;
        if (++since < MERGED_PER_STEP) continue;
        since = 0;
        await pause();
        if (signal?.aborted) return undefined;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Ascending order of a column's sort keys; nulls come first, as KQL sorts. */
function comparison(type: ScalarType): (a: Cell, b: Cell) => number {
  const byNull = (a: Cell, b: Cell) => Number(a !== null) - Number(b !== null);
  const values = (a: Cell, b: Cell): number => {
    switch (type) {
      case 'string':
      case 'guid':
      case 'dynamic':
        return (a as string) < (b as string) ? -1 : (a as string) > (b as string) ? 1 : 0;
      case 'decimal':
        return Number(a) - Number(b);
      default: {
        const [x, y] = [a as number | bigint | boolean, b as number | bigint | boolean];
        // NaN compares with nothing; it goes before all numbers.
        if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(y)) - Number(Number.isNaN(x));
        return x < y ? -1 : x > y ? 1 : 0;
      }
    }
  };
  return (a, b) => byNull(a, b) || (a === null ? 0 : values(a, b));
}
