import type { Expr, OperatorOf } from '../../../../kusto/tree';
import { unnamed } from '../call';
import type { Column, Relation } from '../context';

/**
 * Rows sorted by a key, each compared with the one before it where that has the same key:
 *
 *     sort by User asc, Time asc | extend Before = prev(Address), Who = prev(User) | where Who == User and …
 *
 * Only rows whose predecessor has the same key are left, so the rows of each key can be looked at by themselves: a window for
 * each key instead of one over all rows, at half the cost. Gives the key, or undefined where the form is another.
 */
export function keyOfRuns(o: OperatorOf<'extend' | 'serialize'>, condition: Expr, r: Relation): Column | undefined {
  const first = r.order[0];
  // Ascending alone: an empty text before all rows is then what stands before the first row too.
  if (!first || first.descending || first.nulls !== 'FIRST') return undefined;
  const key = r.columns.find((c) => c.sql === first.sql);
  if (!key || !o.items.every((item) => isStep(item)) || namesOf(o.items).includes(key.name)) return undefined;
  const before = o.items.find((item) => {
    const e = unnamed(item);
    return e.kind === 'call' && e.args[0]?.kind === 'column' && e.args[0].name === key.name;
  });
  const alias = before?.kind === 'named' ? before.names[0] : undefined;
  return alias !== undefined && conjuncts(condition).some((c) => equates(c, alias, key.name)) ? key : undefined;
}

const namesOf = (items: readonly Expr[]): readonly string[] =>
  items.flatMap((i) => (i.kind === 'named' ? i.names : i.kind === 'column' ? [i.name] : []));

/** `prev(column)`: one row back, nothing instead. */
function isStep(item: Expr): boolean {
  const e = unnamed(item);
  return e.kind === 'call' && e.name.toLowerCase() === 'prev' && e.args.length === 1 && e.args[0]?.kind === 'column';
}

const conjuncts = (e: Expr): readonly Expr[] =>
  e.kind === 'logical' && e.operator === 'and' ? e.operands.flatMap(conjuncts) : [e];

function equates(e: Expr, a: string, b: string): boolean {
  if (e.kind !== 'binary' || e.operator !== '==' || e.negated) return false;
  const names = [e.left, e.right].map((x) => (x.kind === 'column' ? x.name : undefined));
  return names.includes(a) && names.includes(b);
}
