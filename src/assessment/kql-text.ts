import { formatInstant, type Instant, type Span } from '../base/time';

/** Pieces of KQL made of names and values that come from data: quoted, so that a name can never become an operator. */

export function kqlString(text: string): string {
  const escaped = text
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"${escaped}"`;
}

/** A table or column name; one that is no plain identifier goes into brackets. */
export function kqlName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.has(name.toLowerCase()) ? name : `[${kqlString(name)}]`;
}
const RESERVED = new Set([
  'and',
  'or',
  'by',
  'in',
  'has',
  'contains',
  'between',
  'on',
  'kind',
  'asc',
  'desc',
  'with',
  'let',
  'set',
  'true',
  'false',
  'null',
  'datetime',
  'timespan',
  'time',
  'date',
  'dynamic',
  'guid',
  'int',
  'long',
  'real',
  'double',
  'string',
  'bool',
  'decimal',
  'type',
  'title',
  'from',
  'to',
  'step',
]);

export const kqlTime = (at: Instant): string => `datetime(${formatInstant(at)})`;

/** A timespan literal in the largest unit that fits. */
export function kqlSpan(length: Span): string {
  for (const [unit, ms] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const)
    if (length % ms === 0) return `${length / ms}${unit}`;
  return `${length}ms`;
}
