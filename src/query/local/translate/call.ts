import type { CallExpr, Expr } from '../../../kusto/tree';
import type { ScalarType } from '../../../protocol/records';
import { type Scope, scalarType, type Translating } from './context';
import { convert, dynamicSql, jsonOf, textOf } from './convert';
import { nullOf, type Value, value } from './value';

/** A call of a built-in function with its arguments at hand, in whatever type the function wants them. */
export interface Call {
  readonly t: Translating;
  readonly e: CallExpr;
  readonly scope: Scope;
  readonly count: number;
  /** True in a WHERE clause, where NULL counts as false. */
  readonly filter: boolean;
  /** The binder's type of the result. */
  readonly type: ScalarType;
  arg(i: number): Expr | undefined;
  value(i: number): Value;
  values(): readonly Value[];
  typeOf(i: number): ScalarType;
  /** SQL of an argument as text (never NULL), JSON, or any type. */
  text(i: number): string;
  json(i: number): string;
  as(i: number, type: ScalarType): string;
  /** A constant text argument; undefined where it depends on rows. */
  constantText(i: number): string | undefined;
  /** A constant whole number. */
  constantLong(i: number): number | undefined;
  /** A result of the binder's type, or of another. */
  result(sql: string, type?: ScalarType, extra?: Partial<Value>): Value;
  refuse(why?: string): Value;
}

export type FunctionRule = (c: Call) => Value;
export type FunctionTable = { readonly [name: string]: FunctionRule };

export const unnamed = (e: Expr): Expr => (e.kind === 'named' ? e.value : e);

/** `given`: the values of the arguments, where they have been made. */
export function createCall(
  t: Translating,
  e: CallExpr,
  scope: Scope,
  filter = false,
  given: readonly Value[] = [],
): Call {
  const made = new Map(given.entries());
  const args = e.args.map(unnamed);
  const at = (i: number): Value => {
    const known = made.get(i);
    if (known) return known;
    const arg = args[i];
    const v = arg ? t.expression(arg, scope) : nullOf('dynamic');
    made.set(i, v);
    return v;
  };
  const type = scalarType(e.type);
  return {
    t,
    e,
    scope,
    count: args.length,
    filter,
    type,
    arg: (i) => args[i],
    value: at,
    values: () => args.map((_, i) => at(i)),
    typeOf: (i) => at(i).type,
    text: (i) => textOf(at(i)),
    json: (i) => jsonOf(at(i)),
    as: (i, want) => (want === 'dynamic' ? dynamicSql(convert(at(i), want)) : convert(at(i), want).sql),
    constantText: (i) => {
      const v = at(i);
      return v.type === 'string' && typeof v.constant === 'string' ? v.constant : undefined;
    },
    constantLong: (i) => {
      const v = at(i);
      return typeof v.constant === 'bigint' || typeof v.constant === 'number' ? Number(v.constant) : undefined;
    },
    result: (sql, want = type, extra = {}) => value(sql, want, extra),
    refuse: (why) => {
      t.refuse(e, e.name, why);
      return nullOf(type);
    },
  };
}
