import type { RowSort } from '../../protocol/row-view';

/** The sort with another key after those it has; a key on the same column is replaced. */
export function withKey(sort: RowSort, key: { readonly column: number; readonly descending: boolean }): RowSort {
  return { ...sort, after: [...(sort.after ?? []).filter((k) => k.column !== key.column), key] };
}

/** A header clicked to add to the sort: ascending, descending, not sorted by it, in turn. */
export function nextKey(sort: RowSort, column: number): RowSort | null {
  const keys = [{ column: sort.column, descending: sort.descending }, ...(sort.after ?? [])];
  const at = keys.findIndex((k) => k.column === column);
  const known = keys[at];
  const next = !known
    ? [...keys, { column, descending: false }]
    : known.descending
      ? keys.filter((_, i) => i !== at)
      : keys.map((k, i) => (i === at ? { ...k, descending: true } : k));
  const [first, ...after] = next;
  if (!first) return null;
  return after.length === 0 ? first : { ...first, after };
}
