import type { Expr, InExpr } from '../../../../kusto/tree';
import type { ScalarType } from '../../../../protocol/records';
import type { Scope, Translating } from '../context';
import { convert, dynamicSql, fitsInt, textOf, unify } from '../convert';
import { standing } from '../relation';
import { fitsTimestamp, solid, text, ticksOf, timestampOf, type Value } from '../value';
import { lower } from './compare';

/** What stands on the right of `in`, `has_any`: known texts, scalars, a dynamic array, or a column of a table. */
export type ValueList =
  | { readonly kind: 'constants'; readonly values: readonly string[] }
  | { readonly kind: 'values'; readonly values: readonly Value[] }
  | { readonly kind: 'json'; readonly sql: string }
  | { readonly kind: 'table'; readonly from: string; readonly column: string; readonly value: Value };

export function listOf(t: Translating, values: readonly Expr[], scope: Scope): ValueList {
  const first = values[0];
  if (values.length === 1 && first?.kind === 'tabular') {
    const r = standing(t, t.query(first.query, scope.env, null));
    const column = r.columns[0];
    if (!column) return { kind: 'values', values: [] };
    return { kind: 'table', from: r.from, column: column.sql, value: column };
  }
  const made = values.map((v) => t.expression(v, scope));
  const only = made[0];
  if (made.length === 1 && only?.type === 'dynamic') {
    const known = only.json === undefined ? undefined : constantTexts(only.json);
    return known ? { kind: 'constants', values: known } : { kind: 'json', sql: dynamicSql(only) };
  }
  const flat = made.flatMap((v) => {
    const known = v.type === 'dynamic' && v.json !== undefined ? constantTexts(v.json) : undefined;
    return known ? known.map((k) => solid(text(k), 'string', { constant: k })) : [v];
  });
  if (flat.length > 0 && flat.every((v) => v.type === 'string' && typeof v.constant === 'string')) {
    return { kind: 'constants', values: flat.map((v) => String(v.constant)) };
  }
  return { kind: 'values', values: flat };
}

/** Texts of a constant array's items; undefined where it is no flat array. */
function constantTexts(json: string): string[] | undefined {
  const parsed: unknown = JSON.parse(json);
  const list = Array.isArray(parsed) ? parsed : [parsed];
  if (list.some((x) => x === null || typeof x === 'object')) return undefined;
  return list.map(String);
}

/** `in`, `in~`, `!in`, `!in~`: never null. */
export function inSet(t: Translating, e: InExpr, scope: Scope, filter: boolean): Value {
  const left = t.expression(e.left, scope);
  const list = listOf(t, e.values, scope);
  const sql = membership(left, list, e.caseless);
  if (e.negated) return solid(`(NOT coalesce(${sql}, false))`, 'bool');
  return solid(filter ? sql : `coalesce(${sql}, false)`, 'bool');
}

function membership(left: Value, list: ValueList, caseless: boolean): string {
  switch (list.kind) {
    case 'constants':
      return constantMembership(left, list.values, caseless);
    case 'values':
      return valueMembership(left, list.values, caseless);
    case 'json':
      return caseless
        ? `list_contains(list_transform(k_text_list(${list.sql}), lambda x: lower(x)), ${lower(left)})`
        : `list_contains(k_text_list(${list.sql}), ${textOf(left)})`;
    case 'table':
      return tableMembership(left, list, caseless);
  }
}

function constantMembership(left: Value, texts: readonly string[], caseless: boolean): string {
  if (texts.length === 0) return 'false';
  const isText = left.type === 'string' || left.type === 'dynamic' || left.type === 'guid';
  if (isText || caseless) {
    const subject = caseless ? lower(left) : textOf(left);
    const items = [...new Set(texts.map((s) => text(caseless ? s.toLowerCase() : s)))];
    return items.length === 1 ? `(${subject} = ${items[0]})` : `(${subject} IN (${items.join(', ')}))`;
  }
  return valueMembership(
    left,
    texts.map((s) => convert(solid(text(s), 'string', { constant: s }), left.type)),
    false,
  );
}

function valueMembership(left: Value, values: readonly Value[], caseless: boolean): string {
  if (values.length === 0) return 'false';
  if (caseless) return `(${lower(left)} IN (${values.map(lower).join(', ')}))`;
  if (left.type === 'dynamic') return `(${textOf(left)} IN (${values.map(textOf).join(', ')}))`;
  const type = left.type === 'int' && values.every(fitsInt) ? 'int' : comparableType(left.type, values);
  const { sql } = unify([left, ...values], type);
  const [subject, ...items] = sql;
  return `(${subject} IN (${items.join(', ')}))`;
}

/** int against long compares as long, long against real as real, text for the rest. */
function comparableType(left: ScalarType, values: readonly Value[]): ScalarType {
  const types = new Set([left, ...values.map((v) => v.type)]);
  if (types.size === 1) return left;
  if ([...types].every((x) => /^(int|long|real|decimal)$/.test(x))) {
    return types.has('real') || types.has('decimal') ? 'real' : 'long';
  }
  return left;
}

function tableMembership(left: Value, list: ValueList & { kind: 'table' }, caseless: boolean): string {
  const { value: column } = list;
  if (caseless) return `(${lower(left)} IN (SELECT ${lower(column)} FROM ${list.from}))`;
  if (left.type === 'datetime' && column.type === 'datetime') {
    const form = fitsTimestamp(left) && fitsTimestamp(column) ? timestampOf : ticksOf;
    return `(${form(left)} IN (SELECT ${form(column)} FROM ${list.from}))`;
  }
  if (left.type === column.type && left.type !== 'dynamic')
    return `(${left.sql} IN (SELECT ${column.sql} FROM ${list.from}))`;
  if (column.type === 'dynamic') return `(${textOf(left)} IN (SELECT ${textOf(column)} FROM ${list.from}))`;
  const subject = convert(left, column.type);
  return `(${subject.sql} IN (SELECT ${column.sql} FROM ${list.from}))`;
}
