import type { TimelineModel } from './model';

/** A horizontal strip of the scrolling part, in CSS pixels from its top. */
export interface LaneRow {
  readonly kind: 'heading' | 'overlay' | 'lane';
  /** Index into the model's overlays or lanes; for a heading 0 is the overlays', 1 the lanes'. */
  readonly index: number;
  readonly top: number;
  readonly height: number;
}

export interface LaneLayout {
  readonly rows: readonly LaneRow[];
  readonly height: number;
}

export const HEADING = 24;
export const OVERLAY = 40;
/** Lanes share the space there is, within these bounds; beyond them they scroll. */
export const LANE_MIN = 64;
export const LANE_MAX = 112;
/** Where space is short, lanes are set closer, down to this, so that `IN_SIGHT` of them are seen at once. */
export const LANE_SHORT = 56;
const IN_SIGHT = 5;
/** Beside narrow labels, whose names take two lines. */
export const LANE_NARROW = 76;

/** Places overlay lanes first, then the log sources; `available` is the height that is on screen. */
export function layoutLanes(
  model: Pick<TimelineModel, 'lanes' | 'overlays'>,
  available: number,
  narrow = false,
): LaneLayout {
  const rows: LaneRow[] = [];
  let top = 0;
  const add = (kind: LaneRow['kind'], index: number, height: number) => {
    rows.push({ kind, index, top, height });
    top += height;
  };
  if (model.overlays.length > 0) {
    add('heading', 0, HEADING);
    model.overlays.forEach((_, i) => {
      add('overlay', i, OVERLAY);
    });
    if (model.lanes.length > 0) add('heading', 1, HEADING);
  }
  const share = (n: number) => Math.floor((available - top) / Math.max(1, n) / 4) * 4;
  const least = narrow ? LANE_NARROW : Math.min(LANE_MIN, Math.max(LANE_SHORT, share(IN_SIGHT)));
  const height = Math.min(LANE_MAX, Math.max(least, share(model.lanes.length)));
  model.lanes.forEach((_, i) => {
    add('lane', i, height);
  });
  return { rows, height: top };
}

/** Rows that are at least partly on screen, so that the others are not drawn. */
export function visibleRows(layout: LaneLayout, scrollTop: number, height: number): readonly LaneRow[] {
  const first = firstEndingAfter(layout.rows, scrollTop);
  let last = first;
  while (last < layout.rows.length && layout.rows[last]!.top < scrollTop + height) last++;
  return layout.rows.slice(first, last);
}

function firstEndingAfter(rows: readonly LaneRow[], y: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    const row = rows[mid]!;
    if (row.top + row.height <= y) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** The row at a height of the scrolling part, if any. */
export function rowAt(layout: LaneLayout, y: number): LaneRow | undefined {
  if (y < 0) return undefined;
  return layout.rows[firstEndingAfter(layout.rows, y)];
}
