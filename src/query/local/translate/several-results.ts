import type { BoundColumn, Expr, Query } from '../../../kusto/tree';

/** One result, and what the query calls it: a branch of `fork`, the column of a facet, `as`; null: nothing. */
export interface NamedResult {
  readonly value: Expr;
  readonly name: string | null;
}

/** The results of a statement: one, but for a query that ends with `fork` or `facet`. */
export function resultsOf(result: Expr): readonly NamedResult[] {
  if (result.kind !== 'tabular') return [{ value: result, name: null }];
  const named = (query: Query, name: string | null): NamedResult => ({ value: { ...result, query }, name });
  const { query } = result;
  if (query.kind !== 'pipe' || !query.input) return [named(query, null)];
  const { operator: o, input } = query;
  if (o.kind === 'fork') return o.queries.map((q, i) => named(onto(input, q), o.names[i] ?? asName(q)));
  if (o.kind !== 'facet') return [named(query, asName(query))];
  const filtered = o.query ? [named(onto(input, o.query), null)] : [];
  return [...filtered, ...o.by.map((e) => named(counted(input, e), e.kind === 'column' ? e.name : null))];
}

/** The name that a query ends with, before what only draws it. */
function asName(q: Query): string | null {
  if (q.kind !== 'pipe') return null;
  const { operator: o, input } = q;
  if (o.kind === 'render' && input) return asName(input);
  return o.kind === 'as' ? o.name : null;
}

/** A subquery that begins with what is piped into it. */
function onto(input: Query, q: Query): Query {
  if (q.kind !== 'pipe') return q;
  return { ...q, input: q.input ? onto(input, q.input) : input };
}

/** `summarize count() by e`, its column named after e. */
function counted(input: Query, e: Expr): Query {
  const place = { start: e.start, length: e.length };
  const name = e.kind === 'column' ? e.name : 'Column1';
  const columns: BoundColumn[] = [
    { name, type: e.type },
    { name: `count_${name}`, type: 'long' },
  ];
  const count: Expr = { ...place, kind: 'call', name: 'count', args: [], type: 'long' };
  return {
    ...place,
    columns,
    kind: 'pipe',
    input,
    operator: { ...place, kind: 'summarize', aggregates: [count], by: [e] },
  };
}
