import { DAY, formatInstant, HOUR, type Instant, parseInstant, parseSpan, type Span } from '../../base/time';
import type { Localization } from '../views/node';

/**
 * A time range on the tables that a query reads, as a portal's range picker applies it: each table is cut on its time column,
 * and what the query itself filters holds as well.
 */
export type TimeRange =
  | { readonly kind: 'query' }
  /** Up to the connection's now. */
  | { readonly kind: 'last'; readonly length: Span }
  /** From inclusive, to exclusive. */
  | { readonly kind: 'between'; readonly from: Instant; readonly to: Instant };

export const AS_IN_QUERY: TimeRange = { kind: 'query' };
export const USUAL_LENGTHS: readonly Span[] = [HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY] as Span[];

/** What was remembered; anything else is as in the query. */
export function readTimeRange(value: unknown): TimeRange {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return AS_IN_QUERY;
  if (value.kind === 'last' && 'length' in value && typeof value.length === 'number' && value.length > 0)
    return { kind: 'last', length: value.length as Span };
  if (value.kind !== 'between' || !('from' in value) || !('to' in value)) return AS_IN_QUERY;
  const { from, to } = value;
  return typeof from === 'number' && typeof to === 'number' && from < to
    ? { kind: 'between', from: from as Instant, to: to as Instant }
    : AS_IN_QUERY;
}

/** Reads `36h`, `P2D`, `2024-09-02 .. 2024-09-19`, or two times divided by a slash; undefined for anything else. */
export function parseTimeRange(text: string): TimeRange | undefined {
  const length = parseSpan(text);
  if (length !== undefined && length > 0) return { kind: 'last', length };
  const [first, second, ...more] = text.split(/\s*(?:\.\.|–|\/|\bto\b)\s*/);
  const [from, to] = [parseInstant(first ?? ''), parseInstant(second ?? '')];
  if (from === undefined || to === undefined || more.length > 0 || from >= to) return undefined;
  return { kind: 'between', from, to };
}

/** The ends for a run; null: open. `now` is the connection's. */
export function boundsOf(
  range: TimeRange,
  now: Instant,
): { readonly from: Instant | null; readonly to: Instant | null } {
  switch (range.kind) {
    case 'query':
      return { from: null, to: null };
    case 'last':
      // A row at the very moment of now is the newest of an export, whose now is its last row: it belongs to the range.
      return { from: (now - range.length) as Instant, to: (now + 1) as Instant };
    case 'between':
      return { from: range.from, to: range.to };
  }
}

export function lengthText(l10n: Localization, length: Span): string {
  const whole = (unit: Span) => length % unit === 0;
  if (length === DAY) return l10n.t('last 24 hours');
  if (whole(DAY)) return l10n.t('last {0} days', length / DAY);
  if (length === HOUR) return l10n.t('last hour');
  if (whole(HOUR)) return l10n.t('last {0} hours', length / HOUR);
  return l10n.t('last {0} minutes', Math.round(length / 60_000));
}

const short = (at: Instant): string =>
  formatInstant(at)
    .slice(0, 16)
    .replace('T', ' ')
    .replace(/ 00:00$/, '');

/** `as in query`, `last 24 hours`, `2024-09-02 – 2024-09-19 UTC`, the day once where both ends are of it. */
export function rangeText(l10n: Localization, range: TimeRange): string {
  switch (range.kind) {
    case 'query':
      return l10n.t('as in query');
    case 'last':
      return lengthText(l10n, range.length);
    case 'between': {
      const [from, to] = [short(range.from), short(range.to)];
      const sameDay = from.length > 10 && to.length > 10 && from.slice(0, 10) === to.slice(0, 10);
      return `${from} – ${sameDay ? to.slice(11) : to} UTC`;
    }
  }
}
