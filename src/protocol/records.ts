import { formatTicks, formatTimespan } from '../base/time';

/** Scalar types of KQL. */
export type ScalarType =
  | 'bool'
  | 'int'
  | 'long'
  | 'real'
  | 'decimal'
  | 'string'
  | 'datetime'
  | 'timespan'
  | 'guid'
  | 'dynamic';

export interface ResultColumn {
  readonly name: string;
  readonly type: ScalarType;
}

/** JSON as KQL's dynamic holds it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** JSON whose whole numbers are exact: those that a number would round are bigint. */
export type Dynamic =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Dynamic[]
  | { readonly [key: string]: Dynamic };

/**
 * A cell inside the process: bool → boolean; int, real → number; long → number where safe, else bigint; decimal → string;
 * string, guid → string; datetime, timespan → bigint (100 ns ticks, see base/time); dynamic → JSON, its
 * whole numbers as long; null → null.
 */
export type Cell = Dynamic;

/** A dynamic cell as JSON text in which whole numbers have all their digits. */
export interface ExactCell {
  /** Its place among the rows of the answer. */
  readonly row: number;
  readonly column: number;
  readonly text: string;
}

/** Some rows of one result, column by column. */
export interface RecordBatch {
  readonly rowCount: number;
  /** `values[column][row]`. */
  readonly values: readonly (readonly Cell[])[];
}

/** The `render` of a query, if any. */
export interface RenderHint {
  readonly kind: string;
  readonly properties: { readonly [name: string]: string };
}

/** One tabular result, whole. */
export interface ResultTable {
  readonly columns: readonly ResultColumn[];
  readonly rowCount: number;
  readonly values: readonly (readonly Cell[])[];
  /** True when `maxRows` cut it. */
  readonly truncated: boolean;
  readonly render: RenderHint | null;
  readonly notes: readonly string[];
  /** What the query calls it: a branch of `fork`, a facet's column, `as`. */
  readonly name?: string;
}

/** Something of a query that this connection does not run, with its place in the text. */
export interface Refusal {
  readonly name: string;
  /** UTF-16 offsets in the query text. */
  readonly start: number;
  readonly length: number;
  readonly message: string;
}

export interface QueryFault {
  readonly message: string;
  /** The engine's code (`KS204`: unknown table, `KS142`: unknown name), where it is the engine that says so. */
  readonly code?: string;
  readonly start: number | null;
  readonly length: number | null;
}

export type QueryOutcome =
  | {
      readonly kind: 'results';
      readonly tables: readonly ResultTable[];
      readonly now: string;
      readonly elapsedMs: number;
    }
  | { readonly kind: 'refused'; readonly refused: readonly Refusal[] }
  | { readonly kind: 'invalid'; readonly faults: readonly QueryFault[] }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'cancelled' };

/** A cell as the command line's JSON prints it (see the query shape in the README). */
export function cellToJson(cell: Cell, type: ScalarType): Json {
  if (cell === null || cell === undefined) return null;
  switch (type) {
    case 'datetime':
      return formatTicks(cell as bigint);
    case 'timespan':
      return formatTimespan(cell as bigint);
    case 'long':
    case 'int':
      return typeof cell === 'bigint'
        ? Number.isSafeInteger(Number(cell))
          ? Number(cell)
          : cell.toString()
        : (cell as number);
    case 'real': {
      const n = cell as number;
      return Number.isNaN(n) ? 'NaN' : n === Infinity ? 'Infinity' : n === -Infinity ? '-Infinity' : n;
    }
    case 'decimal':
      return String(cell);
    default:
      return dynamicToJson(cell);
  }
}

/** Inside a dynamic a whole number that JSON readers would round is text, as it is in a column of type long. */
const dynamicToJson = (cell: Cell): Json =>
  isPlain(cell) ? cell : (JSON.parse(JSON.stringify(cell, (_, v) => (typeof v === 'bigint' ? `${v}` : v))) as Json);

/** Whether no number in it is a bigint. */
export function isPlain(cell: Cell): cell is Json {
  const open: Cell[] = [cell];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (typeof at === 'bigint') return false;
    if (at !== null && typeof at === 'object') for (const inner of Object.values(at)) open.push(inner);
  }
  return true;
}

/** A cell as a person reads it in Markdown and CSV, numbers of a dynamic with all their digits; null is the empty text. */
export function cellToText(cell: Cell, type: ScalarType): string {
  if (type === 'dynamic' && !isPlain(cell)) return exactJson(cell);
  const json = cellToJson(cell, type);
  if (json === null) return '';
  return typeof json === 'object' ? JSON.stringify(json) : String(json);
}

/** JSON in which whole numbers keep all their digits; `space` is how far each level is indented, as for `JSON.stringify`. */
export function exactJson(value: Dynamic, space = 0, level = 0): string {
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = (v: Dynamic) => exactJson(v, space, level + 1);
  const list = isList(value);
  const parts = list
    ? value.map(inner)
    : Object.entries(value).map(([key, v]) => `${JSON.stringify(key)}:${space > 0 ? ' ' : ''}${inner(v)}`);
  const [open, close] = list ? '[]' : '{}';
  if (space === 0 || parts.length === 0) return `${open}${parts.join(',')}${close}`;
  const line = (at: number) => `\n${' '.repeat(space * at)}`;
  return `${open}${line(level + 1)}${parts.join(`,${line(level + 1)}`)}${line(level)}${close}`;
}

const isList = (value: object): value is readonly Dynamic[] => Array.isArray(value);

export function cellAt(table: Pick<ResultTable, 'values'>, row: number, column: number): Cell {
  return table.values[column]?.[row] ?? null;
}

/**
 * Bytes that a cell takes in memory, about: a place in an array, what it points to, and the characters of its text. The
 * objects of a dynamic take three times its JSON; null and empty texts point to what all of them share.
 */
export function cellBytes(type: ScalarType, characters: number): number {
  switch (type) {
    case 'string':
    case 'guid':
    case 'decimal':
      return characters === 0 ? 8 : 32 + characters;
    case 'dynamic':
      return characters === 0 ? 8 : 32 + 3 * characters;
    case 'bool':
      return 8;
    default:
      return 24;
  }
}
