import type { BinaryExpr, Expr, LogicalExpr } from '../../../../kusto/tree';
import { aggregateRule } from '../aggregates/index';
import { callScalar } from '../bindings';
import { createCall } from '../call';
import { type Scope, scalarType, type Translating } from '../context';
import { convert } from '../convert';
import { functionRule } from '../functions/index';
import { settled } from '../relation';
import { inRow, isScalarInLambda, readScalar } from '../scalar-row';
import { dynamic, literal, nullOf, type Value, value } from '../value';
import { arithmetic, close, negated } from './arithmetic';
import { between, comparison, truth } from './compare';
import { gathered } from './or-chains';
import { elementOf, pathOf } from './paths';
import { inSet } from './sets';
import { hasMany, textMatch } from './text-match';

/** SQL of a scalar expression. Arithmetic on long is closed here, unless its parent goes on with it. */
export function translateExpression(t: Translating, e: Expr, scope: Scope): Value {
  return close(open(t, e, scope, false), scope.grouped);
}

/** SQL for WHERE: an AND of conditions, where NULL counts as false. */
export function translateCondition(t: Translating, e: Expr, scope: Scope): string {
  return close(truth(open(t, e, scope, true)), scope.grouped).sql;
}

function open(t: Translating, e: Expr, scope: Scope, filter: boolean): Value {
  switch (e.kind) {
    case 'literal':
      return literal(scalarType(e.type), e.value);
    case 'dynamic':
      return dynamic(e.json);
    case 'column':
      return columnOf(t, e, scope);
    case 'variable':
      return variableOf(t, e, scope);
    case 'path':
      return stepColumn(e, scope) ?? pathOf(t, e, scope);
    case 'element':
      return elementOf(t, e, scope);
    case 'negate':
      return negated(t.expression(e.operand, scope), scope.grouped);
    case 'binary':
      return binary(t, e, scope, filter);
    case 'logical':
      return logical(t, e, scope, filter);
    case 'in':
      return inSet(t, e, scope, filter);
    case 'hasMany':
      return hasMany(t, e, scope);
    case 'between':
      return between(t, e, scope);
    case 'call':
      return call(t, e, scope, filter);
    case 'userCall':
      return callScalar(t, e, e.call, scope);
    case 'named':
      return open(t, e.value, scope, filter);
    case 'toscalar':
      return scalarOf(t, e, scope);
    case 'tabular':
      return scalarOf(t, { ...e, kind: 'toscalar' }, scope);
    case 'unsupported':
      return refused(t, e, e.what);
    default:
      return refused(t, e, e.kind);
  }
}

/** In a group the arguments of an aggregate are rows again. */
function call(t: Translating, e: Expr & { kind: 'call' }, scope: Scope, filter: boolean): Value {
  const aggregate = scope.grouped ? aggregateRule(e.name) : undefined;
  if (aggregate) return aggregate(createCall(t, e, { ...scope, grouped: false }));
  const rule = functionRule(e.name);
  if (!rule) return refused(t, e, e.name);
  const plain = createCall(t, e, scope, filter);
  const made = rule(plain);
  if (made.path || !isScalarInLambda(made.sql)) return made;
  const sql = inRow(
    plain.values(),
    () => t.fresh('a'),
    (columns) => rule(createCall(t, e, scope, filter, columns)).sql,
  );
  return value(sql, made.type, { ticks: made.ticks, nullable: made.nullable });
}

function refused(t: Translating, e: Expr, name: string): Value {
  if (e.type === 'unknown' && e.kind !== 'call') t.unknown(e, name);
  else t.refuse(e, name);
  return nullOf(scalarType(e.type));
}

function columnOf(t: Translating, e: Expr & { kind: 'column' }, scope: Scope): Value {
  const found = scope.column(e.name);
  if (found) return found;
  const bound = scope.env.find(e.name);
  if (bound?.kind === 'scalar') return bound.value();
  t.unknown(e, e.name);
  return nullOf(scalarType(e.type));
}

function variableOf(t: Translating, e: Expr & { kind: 'variable' }, scope: Scope): Value {
  const bound = scope.env.find(e.name);
  if (bound?.kind === 'scalar') return bound.value();
  const column = scope.column(e.name);
  if (column) return column;
  t.unknown(e, e.name);
  return nullOf(scalarType(e.type));
}

/** `s1.x` inside scan: a column of a step's last row. */
function stepColumn(e: Expr & { kind: 'path' }, scope: Scope): Value | undefined {
  if (!scope.steps || (e.base.kind !== 'variable' && e.base.kind !== 'column')) return undefined;
  return scope.steps.get(e.base.name)?.(e.key);
}

const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%']);
const COMPARISON: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', '=~', '!~']);

function binary(t: Translating, e: BinaryExpr, scope: Scope, filter: boolean): Value {
  if (ARITHMETIC.has(e.operator)) {
    // The operands stay open, so that a whole tree of sums is closed once.
    const inner = {
      ...t,
      expression: (x: Expr, s: Scope) => (isArithmetic(x) ? open(t, x, s, false) : t.expression(x, s)),
    };
    return arithmetic(inner, e, scope);
  }
  return COMPARISON.has(e.operator) ? comparison(t, e, scope, filter) : textMatch(t, e, scope);
}

const isArithmetic = (e: Expr): boolean => e.kind === 'binary' && ARITHMETIC.has(e.operator);

function logical(t: Translating, e: LogicalExpr, scope: Scope, filter: boolean): Value {
  const operands = e.operator === 'or' ? gathered(e.operands, filter) : e.operands;
  const parts = operands.map((o) => close(truth(open(t, o, scope, filter)), scope.grouped));
  const sql = `(${parts.map((p) => p.sql).join(e.operator === 'and' ? ' AND ' : ' OR ')})`;
  return value(sql, 'bool', { nullable: parts.some((p) => p.nullable) });
}

/** `toscalar(T)`: the first column of the first row, computed once. */
function scalarOf(t: Translating, e: Expr & { kind: 'toscalar' }, scope: Scope): Value {
  const r = settled(t, t.query(e.query, scope.env, null));
  const column = r.columns[0];
  if (!column) return nullOf(scalarType(e.type));
  const order = r.order.length
    ? ` ORDER BY ${r.order.map((k) => `${k.sql} ${k.descending ? 'DESC' : 'ASC'} NULLS ${k.nulls}`).join(', ')}`
    : '';
  const where = r.where.length ? ` WHERE ${r.where.join(' AND ')}` : '';
  const name = t.cte(`SELECT ${column.sql} AS v FROM ${r.from}${where}${order} LIMIT 1`, 'MATERIALIZED');
  const sql = readScalar(name);
  const v = value(column.type === 'string' ? `coalesce(${sql}, '')` : sql, column.type, { ticks: column.ticks });
  return e.type === 'unknown' || scalarType(e.type) === v.type ? v : convert(v, scalarType(e.type));
}
