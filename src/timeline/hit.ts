import type { Instant, Interval } from '../base/time';
import { contains, floorTo } from '../base/time';
import type { TimelineNote, TimelineSegment } from '../protocol/webview';
import type { BandShape } from './bands';
import { concerns } from './bands';
import { type LaneLayout, type LaneRow, rowAt } from './layout';
import { binAt, binInterval, segmentAt, type TimelineModel } from './model';
import type { TimeScale } from './scale';

/** What lies under a point of the lanes. */
export interface Hit {
  readonly row: LaneRow;
  readonly at: Instant;
  /** The bin under the point. */
  readonly bin: Interval;
  readonly segment: TimelineSegment | null;
  /** Windows that speak of this lane and hold the instant, uncertain edges included. */
  readonly bands: readonly BandShape[];
  readonly notes: readonly TimelineNote[];
}

/** `x` from the plot's left edge, `y` from the top of the scrolling part, CSS pixels. */
export function hitTest(
  model: TimelineModel,
  layout: LaneLayout,
  scale: TimeScale,
  point: { readonly x: number; readonly y: number },
): Hit | undefined {
  const row = rowAt(layout, point.y);
  if (!row || row.kind === 'heading' || point.x < 0 || point.x > scale.width) return undefined;
  const at = scale.at(point.x);
  const lane = row.kind === 'lane' ? model.lanes[row.index] : undefined;
  const series = row.kind === 'lane' ? lane?.volumes : model.overlays[row.index];
  const step = series?.bin ?? model.bin;
  const start = floorTo(at, step);
  return {
    row,
    at,
    bin: series ? binInterval(series, binAt(series, at)) : { start, end: (start + step) as Instant },
    segment: lane ? (segmentAt(lane, at) ?? null) : null,
    bands: model.bands.filter((b) => contains(b, at) && (!lane || concerns(b.band, lane.id))),
    notes: model.notes.filter((n) => noteConcerns(n, lane?.id ?? null, model) && contains(n, at)),
  };
}

/** A note on a log source belongs to its lane, one on a window to the lanes that the window names, others to all. */
export function noteConcerns(note: TimelineNote, lane: string | null, model: TimelineModel): boolean {
  if (note.on === null || lane === null) return true;
  if (model.lanes.some((l) => l.id === note.on)) return note.on === lane;
  const band = model.bands.find((b) => b.band.id === note.on);
  return band ? concerns(band.band, lane) : true;
}
