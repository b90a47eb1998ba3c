import { type Foreign, toArray } from './engine';

/** Table of each column that has been built. */
const owners = new WeakMap<Foreign, Foreign>();

export function ownColumn(column: Foreign, table: Foreign): void {
  owners.set(column, table);
}

/** The table that a column was built for; null for columns that a query makes. */
export const ownerOf = (column: Foreign): Foreign => owners.get(column) ?? null;

/** Names of the tables that a column comes from, unchanged: itself, or the columns that a union or a join made one of. */
export function tablesOf(column: Foreign): readonly string[] {
  const out = new Set<string>();
  const waiting: Foreign[] = column == null ? [] : [column];
  const seen = new Set<Foreign>();
  for (let c = waiting.pop(); c !== undefined; c = waiting.pop()) {
    if (seen.has(c)) continue;
    seen.add(c);
    const table = ownerOf(c);
    if (table) out.add(table.Name);
    else if (c.OriginalColumns) waiting.push(...toArray(c.OriginalColumns));
  }
  return [...out];
}
