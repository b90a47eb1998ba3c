import { formatInstant, type Instant, type Span } from './time';

/** Pieces of KQL made of names and values that come from data: quoted, so that a name can never become an operator. */

type Quote = '"' | "'";

export function kqlString(text: string, quote: Quote = '"'): string {
  const escaped = text
    .replace(/\\/g, '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `${quote}${escaped}${quote}`;
}

/** A table or column name; one that is no plain identifier goes into brackets. */
export const kqlName = (name: string): string => (isPlain(name) ? name : bracketed(name));

/** The same as people write it in an editor: with single quotes. */
export const editorName = (name: string): string => (isPlain(name) ? name : bracketed(name, "'"));

const isPlain = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.has(name.toLowerCase());

/** Any name in brackets and quotes, as a schema takes it. */
export const bracketed = (name: string, quote?: Quote): string => `[${kqlString(name, quote)}]`;

/** True for a comment that speaks to the editor (a file's dialect, findings that are switched off), and so names nothing. */
export const isDirective = (comment: string): boolean =>
  /^\/\/+[ \t]*(?:gapline\b|kql-guard:|dialect[ \t]*[:=])/i.test(comment);

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
