import type { BinaryExpr, CallExpr, Expr, OperatorOf, ScanStep } from '../../../../kusto/tree';
import type { ScalarType } from '../../../../protocol/records';
import { unnamed } from '../call';
import { type Env, type Relation, scalarType, type Translating } from '../context';
import { convert, dynamicSql, textOf } from '../convert';
import type { Constant, Kind, Node, Operation, ScanProgram } from '../natives/scan';
import { scopeOf } from '../relation';
import { nullOf, ticksOf, type Value } from '../value';

/**
 * `scan` as a program that natives/scan.ts runs in one pass over the rows of a partition: what a condition or an assignment
 * computes of the state, with everything else in it as SQL beforehand.
 */
export interface CompiledScan {
  readonly program: ScanProgram;
  /** SQL over the rows, as texts: the inputs of the program. */
  readonly inputs: readonly string[];
}

/** An expression with the type that SQL would give it. */
interface Typed {
  readonly node: Node;
  readonly type: ScalarType;
  /** A constant null fits every type. */
  readonly nothing?: boolean;
}

/** undefined: something in it is computed by SQL alone. */
type Maybe<T> = T | undefined;

const KINDS: { readonly [T in ScalarType]: Kind } = {
  bool: 'bool',
  int: 'integer',
  long: 'integer',
  datetime: 'integer',
  timespan: 'integer',
  real: 'real',
  decimal: 'real',
  string: 'text',
  guid: 'text',
  dynamic: 'text',
};

const isInteger = (type: ScalarType) => type === 'int' || type === 'long';
const isNumber = (type: ScalarType) => isInteger(type) || type === 'real';

const emptyOf = (type: ScalarType): Constant => ({ kind: KINDS[type], text: type === 'string' ? '' : null });

const make = (type: ScalarType, op: Operation, ...args: readonly Typed[]): Typed => ({
  node: { op, args: args.map((a) => a.node) },
  type,
});

/** The value in another type, where that needs no more than a program can do. */
function converted(v: Typed, type: ScalarType): Maybe<Typed> {
  if (v.type === type) return v;
  if (v.nothing) return { node: { op: 'constant', value: emptyOf(type) }, type };
  if (isInteger(v.type) && type === 'long') return { ...v, type };
  if (isInteger(v.type) && type === 'real') return make(type, 'toReal', v);
  if (v.type === 'long' && type === 'int') return make(type, 'toInt', v);
  return undefined;
}

const all = <T>(items: readonly Maybe<T>[]): Maybe<readonly T[]> =>
  items.every((i) => i !== undefined) ? (items as readonly T[]) : undefined;

const convertedAll = (values: readonly Typed[], type: ScalarType) => all(values.map((v) => converted(v, type)));

/** A constant's text as `natives/scan.ts` reads it. */
function constantOf(v: Value): Maybe<Constant> {
  if (v.type === 'dynamic' && v.json !== undefined) return { kind: 'text', text: v.json === 'null' ? null : v.json };
  if (v.constant === undefined || v.type === 'decimal') return undefined;
  return v.constant === null ? emptyOf(v.type) : { kind: KINDS[v.type], text: String(v.constant) };
}

function inputSql(v: Value): string {
  if (v.type === 'string') return textOf(v);
  if (v.type === 'datetime') return `(${ticksOf(v)})::VARCHAR`;
  return `(${v.type === 'dynamic' ? dynamicSql(v) : v.sql})::VARCHAR`;
}

/** Compiles the steps; undefined where one of them asks for more than a program can do. */
export function scanProgram(t: Translating, o: OperatorOf<'scan'>, rows: Relation, env: Env): CompiledScan | undefined {
  const scope = scopeOf(rows, env);
  const inputs = new Map<string, { readonly at: number; readonly kind: Kind }>();
  const declared = o.declared.map((d) => {
    const type = scalarType(d.type);
    const v = d.default ? convert(t.expression(d.default, scope), type) : nullOf(type);
    return { name: d.name, type, value: v, start: constantOf(v) };
  });
  const names = new Map(o.steps.map((s, k) => [s.name, k]));
  const own = {
    ...scope,
    // An unqualified declared column is its default: the row has none.
    column: (name: string) => declared.find((d) => d.name === name)?.value ?? scope.column(name),
  };
  const input = (v: Value): Typed => {
    const sql = inputSql(v);
    const known = inputs.get(sql) ?? { at: inputs.size, kind: KINDS[v.type] };
    inputs.set(sql, known);
    return { node: { op: 'input', at: known.at }, type: v.type };
  };
  const free = (e: Expr): Typed => {
    const v = t.expression(e, own);
    const value = v.type === 'dynamic' ? undefined : constantOf(v);
    return value ? { node: { op: 'constant', value }, type: v.type, nothing: v.constant === null } : input(v);
  };
  const held = (of: number, name: string): Maybe<Typed> => {
    const at = declared.findIndex((d) => d.name === name);
    if (at >= 0) return { node: { op: 'declared', of, at }, type: declared[at]!.type };
    const column = rows.columns.find((c) => c.name === name);
    const read = column && input(column);
    if (read?.node.op !== 'input') return undefined;
    return { node: { op: 'held', of, at: read.node.at, start: emptyOf(read.type) }, type: read.type };
  };
  const steps = o.steps.map((step, k) => stepProgram(step, declared, createReader(names, k, free, held)));
  const defaults = all(declared.map((d) => d.start));
  const whole = all(steps);
  if (!defaults || !whole) return undefined;
  const program = { inputs: [...inputs.values()].map((i) => i.kind), defaults, steps: whole };
  return { program, inputs: [...inputs.keys()] };
}

function stepProgram(
  step: ScanStep,
  declared: readonly { readonly name: string; readonly type: ScalarType; readonly start: Maybe<Constant> }[],
  read: (e: Expr) => Maybe<Typed>,
): Maybe<ScanProgram['steps'][number]> {
  const condition = read(step.condition);
  const assigned = all(
    declared.map((d): Maybe<Node> => {
      const given = step.assignments.find((a) => a.name === d.name);
      if (!given) return d.start && { op: 'constant', value: d.start };
      const v = read(given.value);
      return v && converted(v, d.type)?.node;
    }),
  );
  if (condition?.type !== 'bool' || !assigned) return undefined;
  return { gives: step.output, condition: condition.node, assigned };
}

/** Reads an expression of step `k`: what reads no state is left to SQL. */
function createReader(
  steps: ReadonlyMap<string, number>,
  k: number,
  free: (e: Expr) => Typed,
  held: (of: number, name: string) => Maybe<Typed>,
): (e: Expr) => Maybe<Typed> {
  const stepOf = (e: Expr) => (e.kind === 'variable' || e.kind === 'column' ? steps.get(e.name) : undefined);
  const readsState = (x: unknown): boolean => {
    if (x === null || typeof x !== 'object') return false;
    if (Array.isArray(x)) return x.some(readsState);
    const e = x as Expr;
    if (e.kind === 'path' && stepOf(e.base) !== undefined) return true;
    return Object.values(x).some(readsState);
  };
  const read = (e: Expr): Maybe<Typed> => {
    if (e.kind === 'named') return read(e.value);
    if (!readsState(e)) return free(e);
    if (e.kind === 'path') {
      const of = stepOf(e.base);
      return of === undefined || of > k ? undefined : held(of, e.key);
    }
    const operands = all(operandsOf(e).map(read));
    return operands && combined(e, operands);
  };
  return read;
}

function operandsOf(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case 'binary':
      return [e.left, e.right];
    case 'logical':
      return e.operands;
    case 'negate':
      return [e.operand];
    case 'between':
      return [e.left, e.low, e.high];
    case 'call':
      return e.args.map(unnamed);
    default:
      return [];
  }
}

function combined(e: Expr, operands: readonly Typed[]): Maybe<Typed> {
  const [a, b, c] = operands as [Typed, Typed, Typed];
  switch (e.kind) {
    case 'logical':
      return operands.every((x) => x.type === 'bool') ? make('bool', e.operator, ...operands) : undefined;
    case 'binary':
      return binary(e, a, b);
    case 'negate':
      return isInteger(a.type) ? arithmetic('-', ZERO, a, 'long') : undefined;
    case 'between': {
      const top = a.type === 'datetime' && c.type === 'timespan' ? arithmetic('+', b, c, 'datetime') : c;
      const [above, below] = [compare('atLeast', a, b), top && compare('atMost', a, top)];
      const within = above && below && make('bool', 'and', above, below);
      return within && e.negated ? make('bool', 'not', within) : within;
    }
    case 'call':
      return called(e, operands);
    default:
      return undefined;
  }
}

const ZERO: Typed = { node: { op: 'constant', value: { kind: 'integer', text: '0' } }, type: 'long' };

const COMPARISONS: { readonly [operator: string]: 'equal' | 'differs' | 'less' | 'atMost' | 'more' | 'atLeast' } = {
  '==': 'equal',
  '!=': 'differs',
  '<': 'less',
  '<=': 'atMost',
  '>': 'more',
  '>=': 'atLeast',
};

function binary(e: BinaryExpr, a: Typed, b: Typed): Maybe<Typed> {
  const comparison = COMPARISONS[e.operator];
  if (comparison) return compare(comparison, a, b);
  return /^[-+*/]$/.test(e.operator) ? arithmetic(e.operator as '+', a, b, scalarType(e.type)) : undefined;
}

/** Both in one type: numbers, or two of a kind; texts are compared for equality alone. */
function compare(op: (typeof COMPARISONS)[string], a: Typed, b: Typed): Maybe<Typed> {
  if (isNumber(a.type) && isNumber(b.type)) {
    const type = isInteger(a.type) && isInteger(b.type) ? 'long' : 'real';
    const sides = convertedAll([a, b], type);
    return sides && make('bool', op, ...sides);
  }
  const equality = op === 'equal' || op === 'differs';
  if (a.type !== b.type) return undefined;
  if (a.type === 'datetime' || a.type === 'timespan') return make('bool', op, a, b);
  return equality && (a.type === 'string' || a.type === 'bool') ? make('bool', op, a, b) : undefined;
}

const WHOLE = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': undefined } as const;
const REAL = { '+': 'addReal', '-': 'subtractReal', '*': 'multiplyReal', '/': 'divideReal' } as const;

function arithmetic(op: keyof typeof WHOLE, a: Typed, b: Typed, type: ScalarType): Maybe<Typed> {
  if (isInteger(a.type) && isInteger(b.type)) {
    const made = WHOLE[op] && make('long', WHOLE[op], a, b);
    return made && (type === 'int' ? make('int', 'toInt', made) : made);
  }
  if (isNumber(a.type) && isNumber(b.type)) {
    const sides = convertedAll([a, b], 'real');
    return sides && make('real', REAL[op], ...sides);
  }
  if (op !== '+' && op !== '-') return undefined;
  if (a.type === 'datetime' && b.type === 'datetime')
    return op === '-' ? make('timespan', 'subtract', a, b) : undefined;
  if (a.type === 'datetime' && b.type === 'timespan') return make('datetime', op === '+' ? 'later' : 'earlier', a, b);
  if (a.type === 'timespan' && b.type === 'datetime') return op === '+' ? make('datetime', 'later', a, b) : undefined;
  return a.type === 'timespan' && b.type === 'timespan' ? make('timespan', WHOLE[op]!, a, b) : undefined;
}

/** Functions of the state: those that choose and those that test. */
function called(e: CallExpr, args: readonly Typed[]): Maybe<Typed> {
  const name = e.name.toLowerCase();
  const [a] = args as [Typed];
  const type = scalarType(e.type);
  switch (name) {
    case 'iff':
    case 'iif':
    case 'case':
      return e.type === 'unknown' ? undefined : choice(args, type);
    case 'coalesce': {
      const values = e.type === 'unknown' ? undefined : convertedAll(args, type);
      return values && make(type, type === 'string' ? 'coalesceText' : 'coalesce', ...values);
    }
    case 'max_of':
    case 'min_of': {
      const values =
        isInteger(type) || type === 'datetime' || type === 'timespan' ? convertedAll(args, type) : undefined;
      return values && make(type, name === 'max_of' ? 'largest' : 'smallest', ...values);
    }
    case 'not':
      return a.type === 'bool' ? make('bool', 'not', a) : undefined;
    case 'strcat': {
      const texts = all(args.map(asText));
      return texts && make('string', 'concatenated', ...texts);
    }
    case 'tostring':
      return asText(a);
    default:
      return tested(name, a);
  }
}

const asText = (v: Typed): Maybe<Typed> =>
  v.type === 'string' ? v : isInteger(v.type) ? make('string', 'toText', v) : undefined;

/** A text is never null, and empty where it has no characters; a dynamic is left to SQL. */
function tested(name: string, a: Typed): Maybe<Typed> {
  const negative = name === 'isnotnull' || name === 'notnull' || name === 'isnotempty' || name === 'notempty';
  const ofEmpty = name === 'isempty' || name === 'isnotempty' || name === 'notempty';
  if ((!negative && !ofEmpty && name !== 'isnull') || a.type === 'dynamic') return undefined;
  if (a.type === 'string' && !ofEmpty) return undefined;
  const test = make('bool', a.type === 'string' ? 'isEmpty' : 'isNull', a);
  return negative ? make('bool', 'not', test) : test;
}

/** Conditions and results in turn, and the last result. */
function choice(args: readonly Typed[], type: ScalarType): Maybe<Typed> {
  const parts = args.map((arg, i): Maybe<Typed> => {
    const isTest = i % 2 === 0 && i + 1 < args.length;
    return isTest ? (arg.type === 'bool' ? arg : undefined) : converted(arg, type);
  });
  const whole = all(parts);
  return whole && make(type, 'choose', ...whole);
}
