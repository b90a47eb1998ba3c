import type { BoundColumn, Expr, Query } from '../../../kusto/tree';

/** The results of a statement: one, but for a query that ends with `fork` or `facet`. */
export function resultsOf(result: Expr): readonly Expr[] {
  if (result.kind !== 'tabular' || result.query.kind !== 'pipe' || !result.query.input) return [result];
  const { operator: o, input } = result.query;
  if (o.kind === 'fork') return o.queries.map((q) => ({ ...result, query: onto(input, q) }));
  if (o.kind !== 'facet') return [result];
  const filtered = o.query ? [onto(input, o.query)] : [];
  return [...filtered, ...o.by.map((e) => counted(input, e))].map((query) => ({ ...result, query }));
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
