import { EPOCH_TICKS, formatTicks, formatTimespan } from '../base/time';
import type { Foreign } from './engine';
import { items, syntaxKind, tokens, typeOf } from './reader';
import type { BoundType, LiteralValue } from './tree';

/**
 * Literals, read from their tokens: the engine boxes long and datetime values, drops the last four digits of a datetime
 * and turns real(nan) into 0.
 */

/** What stands between the parentheses of `long(5)`, without quotes; a bare literal as it is. */
function inner(text: string): string {
  const m = /^[a-z]+\(([\s\S]*)\)$/i.exec(text.trim());
  const body = (m ? m[1]! : text).trim();
  return /^(["']).*\1$/.test(body) ? body.slice(1, -1) : body;
}

/** Types of literals that the binder passes over: the defaults of scan's columns. */
const TYPE_OF_SYNTAX: Readonly<Record<string, BoundType>> = {
  BooleanLiteralExpression: 'bool',
  IntLiteralExpression: 'int',
  LongLiteralExpression: 'long',
  RealLiteralExpression: 'real',
  DecimalLiteralExpression: 'decimal',
  DateTimeLiteralExpression: 'datetime',
  TimespanLiteralExpression: 'timespan',
  GuidLiteralExpression: 'guid',
};

export function literalOf(node: Foreign): { type: BoundType; value: LiteralValue } {
  const bound = typeOf(node);
  const type = bound === 'unknown' ? (TYPE_OF_SYNTAX[syntaxKind(node)] ?? bound) : bound;
  if (syntaxKind(node) === 'NullLiteralExpression') return { type, value: null };
  // In `search` a text stands where a bool is expected, and is typed so.
  if (type === 'string' || /StringLiteral/.test(syntaxKind(node)))
    return { type: 'string', value: String(node.LiteralValue) };
  const text = inner(tokens(node));
  if (text.toLowerCase() === 'null' || text === '') return { type, value: null };
  return { type, value: readValue(type, text, node) };
}

function readValue(type: BoundType, text: string, node: Foreign): LiteralValue {
  switch (type) {
    case 'bool':
      return /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : text !== '0';
    case 'int':
    case 'long':
      return readLong(text);
    case 'real':
      return readReal(text);
    case 'decimal':
      return text;
    case 'datetime':
      return readDatetime(text) ?? engineTicks(node);
    case 'timespan':
      return readTimespan(text) ?? engineTicks(node);
    case 'guid':
      return readGuid(text);
    default:
      return text;
  }
}

function readLong(text: string): bigint | null {
  const m = /^([-+]?)(0x[\da-f]+|\d+)$/i.exec(text);
  if (!m) return null;
  const n = BigInt(m[2]!);
  return BigInt.asIntN(64, m[1] === '-' ? -n : n);
}

function readReal(text: string): number | null {
  const lower = text.toLowerCase();
  if (lower === 'nan') return Number.NaN;
  if (/^[-+]?inf(inity)?$/.test(lower)) return lower.startsWith('-') ? -Infinity : Infinity;
  const n = Number(text);
  return Number.isNaN(n) ? null : n;
}

function readGuid(text: string): string | null {
  const hex = text.replace(/[-{}]/g, '').toLowerCase();
  if (!/^[\da-f]{32}$/.test(hex)) return null;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function engineTicks(node: Foreign): bigint | null {
  const value = node.LiteralValue;
  if (value == null) return null;
  if (value.ticks != null) return BigInt(value.ticks.toString());
  return value instanceof Date ? BigInt(value.getTime()) * 10_000n + EPOCH_TICKS : null;
}

const DATE =
  /^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7})\d*)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** ISO 8601 and its year-first kin, to ticks; undefined for other spellings, which the engine reads itself. */
export function readDatetime(text: string): bigint | undefined {
  const m = DATE.exec(text.trim());
  if (!m) return undefined;
  const [, y, mo = '1', d = '1', h = '0', mi = '0', s = '0', fraction = '', zone] = m;
  const date = new Date(0);
  date.setUTCFullYear(Number(y), Number(mo) - 1, Number(d));
  if (date.getUTCMonth() !== Number(mo) - 1 || Number(h) > 23 || Number(mi) > 59 || Number(s) > 59) return undefined;
  const seconds = BigInt(date.getTime() / 1000) + BigInt(Number(h) * 3600 + Number(mi) * 60 + Number(s));
  return (seconds - zoneSeconds(zone)) * 10_000_000n + BigInt(fraction.padEnd(7, '0')) + EPOCH_TICKS;
}

function zoneSeconds(zone: string | undefined): bigint {
  if (!zone || /z/i.test(zone)) return 0n;
  const digits = zone.replace(/\D/g, '');
  const size = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60;
  return BigInt(zone.startsWith('-') ? -size : size);
}

const UNIT: ReadonlyMap<string, number> = new Map(
  Object.entries({
    tick: 1,
    ticks: 1,
    microsecond: 10,
    microseconds: 10,
    ms: 1e4,
    milli: 1e4,
    millis: 1e4,
    millisec: 1e4,
    millisecond: 1e4,
    milliseconds: 1e4,
    s: 1e7,
    sec: 1e7,
    second: 1e7,
    seconds: 1e7,
    m: 6e8,
    min: 6e8,
    minute: 6e8,
    minutes: 6e8,
    h: 36e9,
    hr: 36e9,
    hrs: 36e9,
    hour: 36e9,
    hours: 36e9,
    d: 864e9,
    day: 864e9,
    days: 864e9,
  }),
);

/** `1d`, `1.5h`, `1.02:03:04.5`, `3` (days): ticks. */
export function readTimespan(text: string): bigint | undefined {
  const t = text.trim();
  const unit = /^([-+]?)(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(t);
  const size = unit && UNIT.get(unit[3]!.toLowerCase());
  if (unit && size) return scaled(unit[2]!, BigInt(size), unit[1] === '-');
  const clock = /^([-+]?)(?:(\d+)(?:\.|:(?=\d+:\d+:)))?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7})\d*)?)?$/.exec(t);
  if (clock) {
    const [, sign, d = '0', h, m, s = '0', f = ''] = clock;
    const seconds = ((BigInt(d) * 24n + BigInt(h!)) * 60n + BigInt(m!)) * 60n + BigInt(s);
    const ticks = seconds * 10_000_000n + BigInt(f.padEnd(7, '0'));
    return sign === '-' ? -ticks : ticks;
  }
  return /^[-+]?\d+$/.test(t) ? BigInt(t) * 864_000_000_000n : undefined;
}

function scaled(digits: string, unit: bigint, negative: boolean): bigint {
  const [whole, fraction = ''] = digits.split('.');
  const base = 10n ** BigInt(fraction.length);
  const ticks = (BigInt(whole + fraction) * unit) / base;
  return negative ? -ticks : ticks;
}

/** JSON text of what stands in `dynamic(…)`; dates, timespans and guids become text, as the engine keeps them. */
export function jsonOf(node: Foreign): string {
  const kind = syntaxKind(node);
  if (kind === 'JsonArrayExpression') return `[${items(node.Values).map(jsonOf).join(',')}]`;
  if (kind === 'JsonObjectExpression') {
    const pairs = items(node.Pairs).map((p) => `${JSON.stringify(keyOf(p.Name))}:${jsonOf(p.Value)}`);
    return `{${pairs.join(',')}}`;
  }
  if (kind === 'UnaryMinusExpression') return `-${jsonOf(node.Expression)}`;
  if (kind === 'UnaryPlusExpression') return jsonOf(node.Expression);
  return jsonScalar(node);
}

/** A bag's key is a token: its value where it is quoted, its text where it is bare. */
const keyOf = (token: Foreign): string => String(token.LiteralValue ?? token.ValueText ?? token.Text);

function jsonScalar(node: Foreign): string {
  const { type, value } = literalOf(node);
  if (value === null) return 'null';
  switch (type) {
    case 'datetime':
      return JSON.stringify(formatTicks(value as bigint));
    case 'timespan':
      return JSON.stringify(formatTimespan(value as bigint));
    case 'real':
      return Number.isFinite(value) ? inner(tokens(node)) : JSON.stringify(String(value));
    case 'string':
    case 'guid':
      return JSON.stringify(value);
    case 'int':
    case 'long':
      return wholeNumber(inner(tokens(node))) ?? String(value);
    default:
      return String(value);
  }
}

/** JSON has numbers of any length: one that a long would wrap around keeps its digits. */
const wholeNumber = (text: string): string | undefined => (/^-?\d+$/.test(text) ? String(BigInt(text)) : undefined);
