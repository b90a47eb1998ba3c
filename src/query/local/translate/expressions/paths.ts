import type { ElementExpr, Expr, PathExpr } from '../../../../kusto/tree';
import { createCall } from '../call';
import type { Scope, Translating } from '../context';
import { dynamicSql, jsonOf, pathSql } from '../convert';
import { severalColumns } from '../functions/several-columns';
import { type Value, value } from '../value';

/** `d.a`, `d["a b"]`, `d[0]`, `d[-1]`, `d[i]`: steps are gathered and read in one go. */

/** A key that a path can spell: an asterisk stands for every key there, even in quotes. */
const keyStep = (key: string): string | undefined => (/["\\*]/.test(key) ? undefined : `."${key}"`);

function extended(base: Value, step: string): Value {
  if (base.path?.steps.startsWith('$')) {
    return pathValue(base.path.base, base.path.steps + step, base.path);
  }
  return pathValue(base.type === 'dynamic' ? dynamicSql(base) : jsonOf(base), `$${step}`, base);
}

interface Sources {
  readonly source?: string | undefined;
  readonly few?: boolean | undefined;
  readonly texts?: ReadonlyMap<string, string> | undefined;
}

function pathValue(base: string, steps: string, { source, few, texts }: Sources): Value {
  const path = { base, steps, ...(source !== undefined && { source, few }), texts };
  return value(pathSql(path), 'dynamic', { path });
}

function byKey(base: Value, key: string): Value {
  const step = keyStep(key);
  if (step) return extended(base, step);
  const pointer = `/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`;
  return pathValue(dynamicSql(base), pointer, base.path ? {} : { source: base.source, few: base.few });
}

export function pathOf(t: Translating, e: PathExpr, scope: Scope): Value {
  return byKey(asDynamic(t, e.base, scope), e.key);
}

export function elementOf(t: Translating, e: ElementExpr, scope: Scope): Value {
  const several = columnsOf(t, e.base, scope);
  if (several && several.length > 1 && e.index.kind === 'literal') {
    const column = several[Number(e.index.value)];
    if (column) return column;
  }
  const base = asDynamic(t, e.base, scope);
  const index = t.expression(e.index, scope);
  if (typeof index.constant === 'string') return byKey(base, index.constant);
  if (typeof index.constant === 'bigint' && index.constant >= 0n && base.list !== undefined) {
    const plain = `(${base.list})[${index.constant + 1n}]`;
    return value(`to_json(${plain})`, 'dynamic', { plain });
  }
  if (typeof index.constant === 'bigint') {
    return extended(base, index.constant < 0n ? `[#${index.constant}]` : `[${index.constant}]`);
  }
  const json = dynamicSql(base);
  if (index.type === 'string') return value(`k_member(${json}, ${index.sql})`, 'dynamic');
  if (index.type === 'dynamic') return value(`k_any_member(${json}, ${dynamicSql(index)})`, 'dynamic');
  return value(`k_item(${json}, ${index.sql})`, 'dynamic');
}

/** What `f(…)[1]` picks from where the function gives several columns. */
const columnsOf = (t: Translating, e: Expr, scope: Scope): readonly Value[] | undefined =>
  e.kind === 'call' ? severalColumns(createCall(t, e, scope)) : undefined;

/** A text is not looked into: only parse_json makes a dynamic of it. */
function asDynamic(t: Translating, e: Expr, scope: Scope): Value {
  const base = t.expression(e, scope);
  if (base.fieldNote !== undefined) t.note(base.fieldNote);
  return base;
}

/** Item `i` of a dynamic: what `(a, b) = split(…)` gives its names. */
export const elementValue = (v: Value, i: number): Value => extended(v, `[${i}]`);
