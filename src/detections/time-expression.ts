import { DAY, HOUR, type Instant, instant, MINUTE, parseInstant, type Span, span } from '../base/time';
import type { SyntaxNode } from '../kusto/editor-tree';

/** Bounds of a read; null: open. `to` is exclusive where the query says `<`, which no caller tells apart. */
export interface TimeBounds {
  readonly from: Instant | null;
  readonly to: Instant | null;
}

/** The time that both leave. */
export function intersectBounds(a: TimeBounds, b: TimeBounds): TimeBounds {
  const later = (x: Instant | null, y: Instant | null) => (x === null ? y : y === null ? x : x > y ? x : y);
  const earlier = (x: Instant | null, y: Instant | null) => (x === null ? y : y === null ? x : x < y ? x : y);
  return { from: later(a.from, b.from), to: earlier(a.to, b.to) };
}

/** A value of a time expression. */
export type TimeValue =
  | { readonly type: 'instant'; readonly at: Instant }
  | { readonly type: 'span'; readonly length: Span }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'text'; readonly value: string };

/** What names mean where an expression stands: lets, parameters of the function that is being read. */
export interface TimeScope {
  readonly now: Instant;
  /** Expression that a name stands for, with the scope in which it must be read. */
  lookup(name: string): { readonly node: SyntaxNode; readonly scope: TimeScope } | null;
}

const at = (ms: number): TimeValue => ({ type: 'instant', at: instant(ms) });
const length = (ms: number): TimeValue => ({ type: 'span', length: span(ms) });

const floorDay = (ms: number): number => Math.floor(ms / DAY) * DAY;
/** Weeks begin on Sunday, as the KQL reference says of startofweek. */
const floorWeek = (ms: number): number => floorDay(ms) - new Date(ms).getUTCDay() * DAY;
const month = (ms: number, by: number): number =>
  Date.UTC(new Date(ms).getUTCFullYear(), new Date(ms).getUTCMonth() + by);
const year = (ms: number, by: number): number => Date.UTC(new Date(ms).getUTCFullYear() + by, 0);

/** startof…, endof…: instants, with an offset in units as the second argument. An end is the last tick before the next. */
const CALENDAR: Record<string, (ms: number, by: number) => number> = {
  startofday: (ms, by) => floorDay(ms) + by * DAY,
  startofweek: (ms, by) => floorWeek(ms) + by * 7 * DAY,
  startofmonth: month,
  startofyear: year,
  endofday: (ms, by) => floorDay(ms) + (by + 1) * DAY,
  endofweek: (ms, by) => floorWeek(ms) + (by + 1) * 7 * DAY,
  endofmonth: (ms, by) => month(ms, by + 1),
  endofyear: (ms, by) => year(ms, by + 1),
};

const UNITS: Record<string, number> = {
  millisecond: 1,
  second: 1000,
  minute: MINUTE,
  hour: HOUR,
  day: DAY,
  week: 7 * DAY,
};

/** Works out an expression of datetimes and timespans; null where it depends on data. Never throws. */
export function evaluateTime(node: SyntaxNode | null, scope: TimeScope, depth = 0): TimeValue | null {
  if (!node || depth > 40) return null;
  const next = (n: SyntaxNode | null | undefined) => evaluateTime(n ?? null, scope, depth + 1);
  switch (node.kind) {
    case 'ParenthesizedExpression':
      return next(node.part('Expression'));
    case 'LiteralExpression':
    case 'CompoundStringLiteralExpression':
      return literal(node);
    case 'NameReference': {
      const meant = scope.lookup(node.text);
      if (meant) return evaluateTime(meant.node, meant.scope, depth + 1);
      return literal(node);
    }
    case 'PrefixUnaryExpression': {
      const value = next(node.part('Expression'));
      const minus = node.text.trimStart().startsWith('-');
      if (value?.type === 'span') return length(minus ? -value.length : value.length);
      if (value?.type === 'number') return { type: 'number', value: minus ? -value.value : value.value };
      return null;
    }
    case 'BinaryExpression':
      return binary(node.part('Operator')?.text ?? '', next(node.part('Left')), next(node.part('Right')));
    case 'FunctionCallExpression':
      return call(node, scope, depth);
    default:
      return literal(node);
  }
}

function literal(node: SyntaxNode): TimeValue | null {
  const constant = node.constant();
  if (!constant) return null;
  if (constant.type === 'datetime') {
    // The engine's own value loses digits; the text is read where it is ISO.
    const text = /^datetime\s*\(\s*["']?(.*?)["']?\s*\)$/is.exec(node.text.trim())?.[1];
    return at((text === undefined ? undefined : parseInstant(text)) ?? constant.value);
  }
  if (constant.type === 'timespan') return length(constant.value);
  if (constant.type === 'number') return { type: 'number', value: constant.value };
  return constant.type === 'string' ? { type: 'text', value: constant.value } : null;
}

function binary(operator: string, a: TimeValue | null, b: TimeValue | null): TimeValue | null {
  if (!a || !b) return null;
  const sign = operator === '-' ? -1 : 1;
  if (operator === '+' || operator === '-') {
    if (a.type === 'instant' && b.type === 'span') return at(a.at + sign * b.length);
    if (a.type === 'span' && b.type === 'instant' && sign > 0) return at(a.length + b.at);
    if (a.type === 'instant' && b.type === 'instant' && sign < 0) return length(a.at - b.at);
    if (a.type === 'span' && b.type === 'span') return length(a.length + sign * b.length);
    if (a.type === 'number' && b.type === 'number') return { type: 'number', value: a.value + sign * b.value };
    return null;
  }
  if (operator === '*') {
    if (a.type === 'span' && b.type === 'number') return length(a.length * b.value);
    if (a.type === 'number' && b.type === 'span') return length(a.value * b.length);
    if (a.type === 'number' && b.type === 'number') return { type: 'number', value: a.value * b.value };
  }
  if (operator === '/' && b.type === 'number' && b.value !== 0) {
    if (a.type === 'span') return length(a.length / b.value);
    if (a.type === 'number') return { type: 'number', value: a.value / b.value };
  }
  return null;
}

function call(node: SyntaxNode, scope: TimeScope, depth: number): TimeValue | null {
  const name = (node.part('Name')?.text ?? '').trim();
  const args = node.part('ArgumentList')?.part('Expressions')?.elements() ?? [];
  const value = (i: number) => evaluateTime(args[i] ?? null, scope, depth + 1);
  const first = args.length ? value(0) : null;
  const calendar = CALENDAR[name];
  if (calendar) {
    const by = args.length > 1 ? value(1) : null;
    return first?.type === 'instant' ? at(calendar(first.at, by?.type === 'number' ? by.value : 0)) : null;
  }
  switch (name) {
    case 'now':
      return at(scope.now + (first?.type === 'span' ? first.length : 0));
    case 'ago':
      return first?.type === 'span' ? at(scope.now - first.length) : null;
    case 'bin':
    case 'floor': {
      const step = value(1);
      if (step?.type !== 'span' || step.length <= 0) return null;
      if (first?.type === 'instant') return at(Math.floor(first.at / step.length) * step.length);
      return first?.type === 'span' ? length(Math.floor(first.length / step.length) * step.length) : null;
    }
    case 'todatetime':
    case 'datetime':
      if (first?.type === 'text') {
        const parsed = parseInstant(first.value);
        return parsed === undefined ? null : at(parsed);
      }
      return first?.type === 'instant' ? first : null;
    case 'totimespan':
      return first?.type === 'span' ? first : null;
    case 'datetime_add':
      return datetimeAdd(first, value(1), value(2));
    case 'materialize':
    case 'toscalar':
      return first;
    case 'make_datetime':
      return madeDatetime(args.map((_, i) => value(i)));
    default:
      return literal(node);
  }
}

function datetimeAdd(unit: TimeValue | null, amount: TimeValue | null, base: TimeValue | null): TimeValue | null {
  if (unit?.type !== 'text' || amount?.type !== 'number' || base?.type !== 'instant') return null;
  const name = unit.value.toLowerCase();
  const fixed = UNITS[name];
  if (fixed !== undefined) return at(base.at + fixed * amount.value);
  const months = { month: 1, quarter: 3, year: 12 }[name];
  if (months === undefined) return null;
  const d = new Date(base.at);
  d.setUTCMonth(d.getUTCMonth() + months * amount.value);
  return at(d.getTime());
}

function madeDatetime(parts: readonly (TimeValue | null)[]): TimeValue | null {
  const n = parts.map((p) => (p?.type === 'number' ? p.value : Number.NaN));
  if (n.length < 3 || n.some(Number.isNaN)) return null;
  return at(Date.UTC(n[0]!, n[1]! - 1, n[2]!, n[3] ?? 0, n[4] ?? 0, 0, Math.round((n[5] ?? 0) * 1000)));
}
