import { DAY, HOUR, instantToTicks, parseInstant, parseSpan } from '../base/time';
import type { Json, ScalarType } from './records';

/** How a person looks at a result: which rows pass and in what order. The data host applies it to every row, not to a page. */
export interface RowSort {
  readonly column: number;
  readonly descending: boolean;
  /** Keys for rows that are equal by those before; absent: the query's order. */
  readonly after?: readonly { readonly column: number; readonly descending: boolean }[];
}

/** What the cells of one column must be. Text is compared in any letter case. */
export type ColumnFilter =
  | { readonly column: number; readonly kind: 'contains' | 'excludes' | 'equals' | 'differs'; readonly text: string }
  | { readonly column: number; readonly kind: 'empty' | 'filled' }
  /**
   * Numbers from `least` to `most`, both included; times and lengths of time from `least` up to but without `most`, so that
   * two ranges that meet share no row. Empty text: open on that side. Null cells never pass.
   */
  | { readonly column: number; readonly kind: 'range'; readonly least: string; readonly most: string };

export type FilterKind = ColumnFilter['kind'];

export interface RowView {
  readonly sort: RowSort | null;
  /** Text that a row must hold in some cell, in any letter case; empty: all rows. */
  readonly filter: string;
  /** Conditions that all must hold. */
  readonly columns: readonly ColumnFilter[];
}

/** The rows as the query gave them. */
export const WHOLE: RowView = { sort: null, filter: '', columns: [] };

export const isWhole = (view: RowView): boolean =>
  view.sort === null && view.filter === '' && view.columns.length === 0;

/** What one column holds in the rows of a view. */
export interface ColumnStatistics {
  /** Rows that pass; those of them with null or the empty text. */
  readonly rows: number;
  readonly empty: number;
  /** Different values; `capped`: there are more that were not told apart. */
  readonly distinct: number;
  readonly capped: boolean;
  /** The ends, as cells; null where there is no value or the type has no order. */
  readonly least: Json;
  readonly most: Json;
  /** Of numbers; null where there is none. */
  readonly sum: number | null;
  readonly mean: number | null;
  /** Values that come most often, as the text of their cells. */
  readonly top: readonly { readonly text: string; readonly rows: number }[];
}

const ORDERED: ReadonlySet<ScalarType> = new Set<ScalarType>([
  'int',
  'long',
  'real',
  'decimal',
  'datetime',
  'timespan',
]);

/** Conditions that make sense for a column, the most usual first. */
export function filterKinds(type: ScalarType): readonly FilterKind[] {
  if (type === 'datetime' || type === 'timespan') return ['range', 'equals', 'contains', 'empty', 'filled'];
  if (ORDERED.has(type)) return ['range', 'equals', 'differs', 'empty', 'filled'];
  if (type === 'bool') return ['equals', 'differs', 'empty', 'filled'];
  return ['contains', 'excludes', 'equals', 'differs', 'empty', 'filled'];
}

/**
 * A typed text as a value of an ordered column: a number, or 100 ns ticks for times and lengths of time (`1.02:00:00`, `90m`,
 * `2d`). Undefined where it is none, and for columns whose values have no order.
 */
export function boundOf(type: ScalarType, text: string): number | bigint | undefined {
  const written = text.trim();
  if (written === '' || !ORDERED.has(type)) return undefined;
  if (type === 'datetime') {
    const at = parseInstant(written);
    return at === undefined ? undefined : instantToTicks(at);
  }
  if (type === 'timespan') return lengthTicks(written);
  const n = Number(written.replace(/(?<=\d)[,_](?=\d{3})/g, ''));
  return Number.isNaN(n) ? undefined : n;
}

const CLOCK = /^(-)?(?:(\d+)\.)?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?$/;

function lengthTicks(text: string): bigint | undefined {
  const m = CLOCK.exec(text);
  if (!m) {
    const length = parseSpan(text);
    return length === undefined ? undefined : BigInt(Math.round(length * 10_000));
  }
  const ms = Number(m[2] ?? 0) * DAY + Number(m[3]) * HOUR + Number(m[4]) * 60_000 + Number(m[5] ?? 0) * 1000;
  const ticks = BigInt(ms) * 10_000n + BigInt((m[6] ?? '').padEnd(7, '0'));
  return m[1] ? -ticks : ticks;
}
