import type { BinaryExpr } from '../../../../kusto/tree';
import type { ScalarType } from '../../../../protocol/records';
import { type Scope, scalarType, type Translating } from '../context';
import { convert } from '../convert';
import { datetime, literal, nullOf, solid, ticksOf, UNTRIABLE, type Value, value } from '../value';

/** `+ - * / %`, in 64-bit integers that wrap, in ticks, and in IEEE reals. */

const isInteger = (type: ScalarType) => type === 'int' || type === 'long';
const isReal = (type: ScalarType) => type === 'real' || type === 'decimal';

export function arithmetic(t: Translating, e: BinaryExpr, scope: Scope): Value {
  const left = t.expression(e.left, scope);
  const right = t.expression(e.right, scope);
  return combine(e.operator as '+', left, right, scalarType(e.type), scope.grouped);
}

export function combine(
  op: '+' | '-' | '*' | '/' | '%',
  a: Value,
  b: Value,
  type: ScalarType,
  grouped: boolean,
): Value {
  if (a.type === 'datetime' || b.type === 'datetime') return withDatetime(op, a, b);
  if (a.type === 'timespan' || b.type === 'timespan') return withTimespan(op, a, b);
  if (isInteger(a.type) && isInteger(b.type)) return integers(op, a, b, type === 'int' ? 'int' : 'long', grouped);
  if (a.type === 'dynamic' && b.type === 'dynamic') {
    return convertResult(reals(op, convert(a, 'real'), convert(b, 'real'), 'real'), type);
  }
  if (a.type === 'dynamic' && isInteger(b.type))
    return combine(op, convert(a, isReal(type) ? 'real' : 'long'), b, type, grouped);
  if (b.type === 'dynamic' && isInteger(a.type))
    return combine(op, a, convert(b, isReal(type) ? 'real' : 'long'), type, grouped);
  return reals(op, a, b, type === 'decimal' ? 'decimal' : 'real');
}

const convertResult = (v: Value, type: ScalarType): Value => (isInteger(type) ? convert(v, type) : v);

function reals(op: '+' | '-' | '*' | '/' | '%', a: Value, b: Value, type: 'real' | 'decimal'): Value {
  const x = convert(a, 'real').sql;
  const y = convert(b, 'real').sql;
  const nullable = a.nullable || b.nullable;
  if (op === '%') return value(`k_real_mod(${x}, ${y})`, type);
  if (op === '/') return value(`(${x} / ${y})`, type, { nullable });
  return value(type === 'decimal' ? `k_decimal(${x} ${op} ${y})` : `(${x} ${op} ${y})`, type, { nullable });
}

/** Integers wrap at 64 bits. The fast form throws on overflow; only then is the wide form computed. */
function integers(op: '+' | '-' | '*' | '/' | '%', a: Value, b: Value, type: 'int' | 'long', grouped: boolean): Value {
  if (typeof a.constant === 'bigint' && typeof b.constant === 'bigint') {
    const known = constantInteger(op, a.constant, b.constant);
    if (known !== undefined) return literal(type, type === 'int' ? BigInt.asIntN(32, known) : known);
  }
  if (op === '/' || op === '%') {
    const x = close(convert(a, 'long'), grouped).sql;
    const y = close(convert(b, 'long'), grouped).sql;
    const plain = typeof b.constant === 'bigint' && b.constant > 0n;
    const sql =
      op === '/'
        ? plain
          ? `(${x} // ${y})`
          : `k_divide(${x}, ${y})`
        : plain
          ? `k_mod_positive(${x}, ${y})`
          : `k_mod(${x}, ${y})`;
    const nullable = !plain || a.nullable;
    return type === 'int' ? value(`(${sql})::INTEGER`, 'int', { nullable }) : value(sql, 'long', { nullable });
  }
  const x = convert(a, 'long');
  const y = convert(b, 'long');
  const wide = `(${x.wide ?? `(${x.sql})::HUGEINT`} ${op} ${y.wide ?? `(${y.sql})::HUGEINT`})`;
  const v = value(`(${x.sql} ${op} ${y.sql})`, 'long', { nullable: a.nullable || b.nullable, wide });
  return type === 'int' ? convert(close(v, grouped), 'int') : v;
}

function constantInteger(op: string, a: bigint, b: bigint): bigint | undefined {
  switch (op) {
    case '+':
      return BigInt.asIntN(64, a + b);
    case '-':
      return BigInt.asIntN(64, a - b);
    case '*':
      return BigInt.asIntN(64, a * b);
    case '/':
      return b === 0n ? undefined : BigInt.asIntN(64, a / b);
    default:
      return b === 0n ? undefined : ((a % b) + (b < 0n ? -b : b)) % (b < 0n ? -b : b);
  }
}

/** Closes an arithmetic tree: in 64 bits where nothing overflows, wrapped where it does. */
export function close(v: Value, grouped: boolean): Value {
  if (!v.wide) return v;
  const { wide, ...rest } = v;
  if (grouped || UNTRIABLE.test(wide)) return { ...rest, sql: `k_wrap(${wide})` };
  return { ...rest, sql: `coalesce(TRY(${v.sql}), k_wrap(${wide}))` };
}

function withDatetime(op: string, a: Value, b: Value): Value {
  if (a.type === 'datetime' && b.type === 'datetime') {
    if (op !== '-') return nullOf('timespan');
    if (typeof a.constant === 'bigint' && typeof b.constant === 'bigint')
      return literal('timespan', a.constant - b.constant);
    if (!a.ticks && !b.ticks) {
      return value(`((epoch_us(${a.sql}) - epoch_us(${b.sql})) * 10)`, 'timespan', {
        nullable: a.nullable || b.nullable,
      });
    }
    return value(`(${ticksOf(a)} - ${ticksOf(b)})`, 'timespan', { nullable: a.nullable || b.nullable });
  }
  const [at, by] = a.type === 'datetime' ? [a, b] : [b, a];
  return shifted(at, by.type === 'timespan' ? by : convert(by, 'timespan'), op === '-');
}

/** A shift so large may leave the calendar and is checked. */
const CENTURY = 31_557_600_000_000_000n;

/** A datetime moved by a timespan; beyond the calendar it is null. */
export function shifted(at: Value, by: Value, back: boolean): Value {
  if (by.constant === null || at.constant === null) return nullOf('datetime');
  const sign = back ? '-' : '+';
  if (typeof by.constant === 'bigint') {
    if (typeof at.constant === 'bigint') return datetime(back ? at.constant - by.constant : at.constant + by.constant);
    if (!at.ticks && by.constant % 10n === 0n && by.constant < CENTURY && by.constant > -CENTURY) {
      const sql = `make_timestamp(epoch_us(${at.sql}) ${sign} ${by.constant / 10n})`;
      return value(sql, 'datetime', { ticks: false, nullable: at.nullable });
    }
  }
  return value(`${back ? 'k_moved_back' : 'k_moved'}(${ticksOf(at)}, ${by.sql})`, 'datetime');
}

function withTimespan(op: string, a: Value, b: Value): Value {
  const both = typeof a.constant === 'bigint' && typeof b.constant === 'bigint';
  const nullable = a.nullable || b.nullable;
  if (op === '+' || op === '-') {
    const x = convert(a, 'timespan');
    const y = convert(b, 'timespan');
    if (both && a.type === 'timespan' && b.type === 'timespan') {
      return literal('timespan', combineConstants(op, a.constant as bigint, b.constant as bigint));
    }
    // Beside a constant of less than a century only lengths at the very end of the type overflow.
    const short = [x, y].some((v) => typeof v.constant === 'bigint' && v.constant < CENTURY && v.constant > -CENTURY);
    const sql = short ? `(${x.sql} ${op} ${y.sql})` : `k_wrap((${x.sql})::HUGEINT ${op} (${y.sql})::HUGEINT)`;
    return value(sql, 'timespan', { nullable });
  }
  if (op === '*') return scaledTimespan(a, b, nullable);
  if (op === '/') {
    const by = isInteger(b.type) || isReal(b.type) ? b : convert(b, 'timespan');
    const x = convert(a, 'timespan').sql;
    if (by.type === 'timespan') return value(`((${x})::DOUBLE / (${by.sql})::DOUBLE)`, 'real', { nullable });
    if (isInteger(by.type)) return value(`k_divide(${x}, ${convert(by, 'long').sql})`, 'timespan');
    return value(`k_real_long((${x})::DOUBLE / ${convert(by, 'real').sql})`, 'timespan');
  }
  return value(`k_mod(${convert(a, 'timespan').sql}, ${convert(b, 'timespan').sql})`, 'timespan');
}

const combineConstants = (op: '+' | '-', a: bigint, b: bigint): bigint => BigInt.asIntN(64, op === '+' ? a + b : a - b);

function scaledTimespan(a: Value, b: Value, nullable: boolean): Value {
  const [span, factor] = a.type === 'timespan' ? [a, b] : [b, a];
  if (typeof span.constant === 'bigint' && typeof factor.constant === 'bigint') {
    return literal('timespan', BigInt.asIntN(64, span.constant * factor.constant));
  }
  if (isInteger(factor.type))
    return solid(`k_wrap((${span.sql})::HUGEINT * (${factor.sql})::HUGEINT)`, 'timespan', { nullable });
  return value(`k_real_long((${span.sql})::DOUBLE * ${convert(factor, 'real').sql})`, 'timespan');
}

/** Unary minus. */
export function negated(v: Value, grouped: boolean): Value {
  switch (v.type) {
    case 'int':
    case 'long':
      return combine('-', literal('long', 0n), v, 'long', grouped);
    case 'timespan':
      return typeof v.constant === 'bigint' ? literal('timespan', -v.constant) : value(`(-${v.sql})`, 'timespan');
    case 'real':
    case 'decimal':
      return typeof v.constant === 'number'
        ? literal(v.type, -v.constant)
        : value(`(-(${v.sql}))`, v.type, { nullable: v.nullable });
    default:
      return value(`(-(${convert(v, 'real').sql}))`, 'real');
  }
}
