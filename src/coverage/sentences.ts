/** Sentences that a person can check: figures, times in UTC, plain words. */
import { DAY, HOUR, type Instant, MINUTE, type Span } from '../base/time';
import type { LossEstimate } from '../protocol/review';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2 Sep 2024 23:00`. */
export function utc(at: Instant): string {
  const d = new Date(at);
  const two = (n: number) => n.toString().padStart(2, '0');
  return `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
}

export const between = (start: Instant, end: Instant): string => `between ${utc(start)} and ${utc(end)} UTC`;

/** `1,200`; below ten with one digit. */
export function rows(n: number): string {
  const rounded = Math.abs(n) < 10 && n !== Math.round(n) ? Math.round(n * 10) / 10 : Math.round(n);
  return rounded.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `12 %`, `4.2 %`, `below 0.1 %`; never 0 nor 100 of what is not. */
export function percent(share: number): string {
  if (share === 0 || share === 1) return `${100 * share} %`;
  if (Math.abs(share) < 0.0005) return 'below 0.1 %';
  if (share >= 0.995 && share < 1) return share >= 0.9995 ? 'above 99.9 %' : `${(100 * share).toFixed(1)} %`;
  return Math.abs(share) < 0.0995 ? `${(100 * share).toFixed(1)} %` : `${Math.round(100 * share)} %`;
}

/** How rarely chance alone makes a whole source look like this; `p` is adjusted for the claims made together. */
export function chance(p: number): string {
  const often = p < 1e-4 ? 'fewer than 1 of 10,000 reviews' : `about 1 of ${rows(1 / p)} reviews`;
  return `a source that lost nothing would look like this in ${often}`;
}

/** `45 min or more after they happened, as fewer than one in a thousand do when all is well`. */
export const lateBy = (limit: Span): string =>
  `${length(limit)} or more after they happened, as fewer than one in a thousand do when all is well`;

export function length(span: Span): string {
  if (span >= 2 * DAY) return `${(span / DAY).toFixed(1).replace(/\.0$/, '')} days`;
  if (span >= 2 * HOUR) return `${(span / HOUR).toFixed(1).replace(/\.0$/, '')} h`;
  return `${Math.round(span / MINUTE)} min`;
}

/** `90 % interval of the loss 430–547`. */
export const interval = (lost: LossEstimate): string =>
  `90 % interval of the loss ${rows(lost.low)}–${rows(lost.high)}`;

/** `700 of 1,200 expected rows (58 %)`. */
export const arrived = (observed: number, expected: number): string =>
  `${rows(observed)} of ${rows(expected)} expected rows (${expected > 0 ? percent(observed / expected) : 'none expected'})`;

export const REASON_WORDS: Readonly<Record<string, string>> = {
  'query-failed': 'the query failed',
  'no-time': 'the table has no time column',
  retention: 'the data does not reach that far',
  licence: 'the licence does not include these records',
  plan: 'the table’s plan does not allow the query',
  'partial-result': 'the query returned only part of its result',
  'state-table': 'the table holds a state, not a stream of events',
  derived: 'what it holds comes from other log sources, which are judged in its place',
  'no-ingestion-time': 'the data has no ingestion time, so late cannot be told from on time',
  'no-key': 'no column names one record, so duplicates cannot be told',
  'no-query-log': 'no log of the queries themselves is there',
  'not-collected': 'it was never collected here',
  pending: 'it is too fresh to judge',
  'no-baseline': 'there is less than one clean week to compare with',
  insufficient: 'too few rows are expected to judge',
  'unknown-source': 'the log source is not known here',
  undated: 'no time is stated',
};
