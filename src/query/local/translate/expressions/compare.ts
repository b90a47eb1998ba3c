import type { BetweenExpr, BinaryExpr } from '../../../../kusto/tree';
import type { ScalarType } from '../../../../protocol/records';
import type { Scope, Translating } from '../context';
import { convert, fitsInt, textOf } from '../convert';
import { fitsTimestamp, solid, ticksOf, timestampOf, type Value, value } from '../value';
import { shifted } from './arithmetic';

type Ordering = '<' | '<=' | '>' | '>=';

/** Two values in one type and physical form, ready to compare. */
interface Pair {
  readonly a: string;
  readonly b: string;
  readonly type: ScalarType;
  readonly nullable: boolean;
}

const NUMERIC: readonly ScalarType[] = ['int', 'long', 'real', 'decimal'];

function commonType(a: Value, b: Value): ScalarType {
  if (a.type === b.type) return a.type === 'dynamic' ? 'string' : a.type;
  // A dynamic may hold 2.5, which is no whole number.
  if (a.type === 'dynamic') return b.type === 'int' || b.type === 'long' ? 'real' : b.type;
  if (b.type === 'dynamic') return a.type === 'int' || a.type === 'long' ? 'real' : a.type;
  if (NUMERIC.includes(a.type) && NUMERIC.includes(b.type)) {
    return /real|decimal/.test(a.type + b.type) ? 'real' : 'long';
  }
  if (a.type === 'guid' || b.type === 'guid') return 'string';
  if (a.type === 'string' || b.type === 'string') return a.type === 'string' ? b.type : a.type;
  if (a.type === 'bool' || b.type === 'bool') return 'long';
  return a.type;
}

export function pair(left: Value, right: Value): Pair {
  const type = smallInt(left, right) ?? commonType(left, right);
  const a = convert(left, type);
  const b = convert(right, type);
  const nullable = a.nullable || b.nullable;
  if (type !== 'datetime') return { a: plain(a), b: plain(b), type, nullable };
  const micro = fitsTimestamp(a) && fitsTimestamp(b);
  const form = micro ? timestampOf : ticksOf;
  const side = (v: Value) => (v.constant === null ? 'NULL' : form(v));
  return { a: side(a), b: side(b), type, nullable };
}

/** An int beside a constant that fits: the column stays bare, so that files are searched by their statistics. */
const smallInt = (a: Value, b: Value): 'int' | undefined =>
  (a.type === 'int' && fitsInt(b)) || (b.type === 'int' && fitsInt(a)) ? 'int' : undefined;

const plain = (v: Value): string => (v.type === 'string' ? textOf(v) : v.sql);

/** A constant that is no number never equals; NaN equals nothing. */
function notNan(v: Value): string | undefined {
  if (v.type !== 'real' && v.type !== 'decimal' && v.type !== 'dynamic') return undefined;
  if (typeof v.constant === 'number' && !Number.isNaN(v.constant)) return undefined;
  if (typeof v.constant === 'bigint') return undefined;
  return v.type === 'dynamic' ? undefined : `${v.sql} <= 'infinity'::DOUBLE`;
}

/** `==` and `!=`: never null. `filter` is true in a WHERE clause, where NULL counts as false. */
export function equality(left: Value, right: Value, negative: boolean, filter: boolean): Value {
  const p = pair(left, right);
  const guard = p.type === 'real' && notNan(left) ? notNan(right) && notNan(left) : undefined;
  if (negative) {
    const sql = p.nullable ? `(${p.a} IS DISTINCT FROM ${p.b})` : `(${p.a} <> ${p.b})`;
    return solid(guard ? `(${sql} OR NOT coalesce(${guard}, true))` : sql, 'bool');
  }
  const sql = guard ? `(${p.a} = ${p.b} AND ${guard})` : `(${p.a} = ${p.b})`;
  return p.nullable && !filter
    ? solid(`coalesce(${sql}, false)`, 'bool')
    : value(sql, 'bool', { nullable: p.nullable });
}

function ordering(op: Ordering, left: Value, right: Value): Value {
  const p = pair(left, right);
  const guard = p.type === 'real' ? (op.startsWith('>') ? notNan(left) : notNan(right)) : undefined;
  const both = guard && op.length === 2 ? (op.startsWith('>') ? notNan(right) : notNan(left)) : undefined;
  const sql = `${p.a} ${op} ${p.b}${guard ? ` AND ${guard}` : ''}${both ? ` AND ${both}` : ''}`;
  return value(`(${sql})`, 'bool', { nullable: p.nullable });
}

/** Comparison operators; a text one in any case for `=~` and `!~`. */
export function comparison(t: Translating, e: BinaryExpr, scope: Scope, filter: boolean): Value {
  const right = t.expression(e.right, scope);
  if (e.left.kind === 'star') return anyCompared(e, scope, right);
  return compared(e, t.expression(e.left, scope), right, filter);
}

/** `* == x`, `* =~ x`: any column that can be compared with x; the language has no other comparison of `*`. */
function anyCompared(e: BinaryExpr, scope: Scope, right: Value): Value {
  const columns = scope.columns.filter((c) =>
    e.operator === '=~' ? /^(string|dynamic)$/.test(c.type) : alike(c, right),
  );
  const tests = columns.map((c) => `coalesce(${compared(e, c, right, true).sql}, false)`);
  return solid(`(${tests.join(' OR ') || 'false'})`, 'bool');
}

const alike = (column: Value, v: Value): boolean =>
  column.type === v.type || column.type === 'dynamic' || (NUMERIC.includes(column.type) && NUMERIC.includes(v.type));

function compared(e: BinaryExpr, left: Value, right: Value, filter: boolean): Value {
  switch (e.operator) {
    case '==':
    case '!=':
      return equality(left, right, e.operator === '!=', filter);
    case '=~':
      return solid(`(${lower(left)} = ${lower(right)})`, 'bool');
    case '!~':
      return solid(`(${lower(left)} <> ${lower(right)})`, 'bool');
    default:
      return ordering(e.operator as Ordering, left, right);
  }
}

/** Lower case, made once for constants. */
export function lower(v: Value): string {
  if (typeof v.constant === 'string') return `'${v.constant.toLowerCase().replace(/'/g, "''")}'`;
  return `lower(${textOf(v)})`;
}

export function between(t: Translating, e: BetweenExpr, scope: Scope): Value {
  const left = t.expression(e.left, scope);
  const low = t.expression(e.low, scope);
  const second = t.expression(e.high, scope);
  const high = left.type === 'datetime' && second.type === 'timespan' ? shifted(low, second, false) : second;
  const above = ordering('>=', left, low);
  const below = ordering('<=', left, high);
  const nullable = above.nullable || below.nullable;
  const sql = `(${above.sql} AND ${below.sql})`;
  return value(e.negated ? `(NOT ${sql})` : sql, 'bool', { nullable });
}

/** A value as a condition; a number counts as true where it is not 0. */
export function truth(v: Value): Value {
  return v.type === 'bool' ? v : convert(v, 'bool');
}
