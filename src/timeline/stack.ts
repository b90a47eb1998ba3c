import type { Instant } from '../base/time';

/** Something that lies on the time axis. */
export interface Spanning {
  readonly start: Instant;
  readonly end: Instant;
}

export interface Stacked<T> {
  readonly item: T;
  /** 0 is the first row. */
  readonly row: number;
}

/**
 * Puts intervals into as few rows as can be, none over another in its row, none left out. Earlier ones go higher; the
 * order of equal ones is theirs. `room` is the least length (ms) that each takes, so that a short one's label has space.
 */
export function stack<T extends Spanning>(items: readonly T[], room = 0): readonly Stacked<T>[] {
  const ends: number[] = [];
  return [...items]
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .map((item) => {
      const end = Math.max(item.end, item.start + room);
      const free = ends.findIndex((e) => e <= item.start);
      const row = free >= 0 ? free : ends.length;
      ends[row] = Math.max(end, item.start + 1);
      return { item, row };
    });
}

export const rowCount = (stacked: readonly Stacked<unknown>[]): number =>
  stacked.reduce((n, s) => Math.max(n, s.row + 1), 0);

export interface Depth extends Spanning {
  readonly count: number;
}

/** How many intervals lie over each stretch of time, in order, stretches of none left out. */
export function depths(items: readonly Spanning[]): readonly Depth[] {
  const edges = items
    .filter((i) => i.end > i.start)
    .flatMap((i) => [
      { at: i.start, by: 1 },
      { at: i.end, by: -1 },
    ])
    .sort((a, b) => a.at - b.at);
  const out: Depth[] = [];
  let count = 0;
  let since = 0 as Instant;
  for (let i = 0; i < edges.length; ) {
    const at = edges[i]!.at;
    if (count > 0 && at > since) out.push({ start: since, end: at, count });
    while (i < edges.length && edges[i]!.at === at) count += edges[i++]!.by;
    since = at;
  }
  return out.reduce<Depth[]>((merged, d) => {
    const last = merged.at(-1);
    if (last && last.end === d.start && last.count === d.count) merged[merged.length - 1] = { ...last, end: d.end };
    else merged.push(d);
    return merged;
  }, []);
}
