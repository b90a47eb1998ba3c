import type { Instant, Interval, Span } from '../base/time';
import { HOUR } from '../base/time';
import type { Status } from '../protocol/status';
import type {
  TimelineLane,
  TimelineNote,
  TimelineOverlay,
  TimelineSegment,
  TimelineSeries,
  ToTimeline,
} from '../protocol/webview';
import { type BandShape, shapeOf } from './bands';
import { buildPyramid, greatest, type Pyramid, quantile } from './pyramid';

/** The volumes of one lane, ready for any zoom. */
export interface LaneVolumes {
  readonly bin: Span;
  readonly start: Instant;
  readonly length: number;
  readonly observed: Pyramid;
  readonly late: Pyramid | null;
  readonly expected: Pyramid;
  readonly low: Pyramid;
  readonly high: Pyramid;
  /** Rows at the top of the lane: a robust maximum over the whole extent, so that panning does not change the scale. */
  readonly top: number;
}

export interface Lane extends TimelineLane {
  /** Null until its volumes have come. */
  readonly volumes: LaneVolumes | null;
}

/** A query's results on the axis: one lane above the log sources. */
export interface OverlayLane {
  readonly label: string;
  readonly bin: Span;
  readonly start: Instant;
  readonly counts: Pyramid;
  readonly events: Float64Array | null;
  readonly total: number;
  /** Least and greatest value where the counts are values of a column, one a bin; null: they are rows. */
  readonly range: { readonly low: number; readonly high: number } | null;
  /** Value at the foot of the lane: zero, or the least where values go below it. */
  readonly floor: number;
  /** Height of the lane in values, above the floor. */
  readonly top: number;
}

export interface TimelineModel {
  /** False until the first model message: nothing is known yet. */
  readonly loaded: boolean;
  readonly progress: string | null;
  readonly title: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly now: Instant;
  readonly message: string | null;
  readonly lanes: readonly Lane[];
  readonly bands: readonly BandShape[];
  readonly notes: readonly TimelineNote[];
  readonly overlays: readonly OverlayLane[];
  readonly overlayTitle: string;
  readonly overlayNote: string | null;
  /** The bin that the cursor steps by: the lanes' own, an hour where none is known. */
  readonly bin: Span;
}

const ZERO = 0 as Instant;

export const emptyModel: TimelineModel = {
  loaded: false,
  progress: null,
  title: '',
  from: ZERO,
  to: ZERO,
  now: ZERO,
  message: null,
  lanes: [],
  bands: [],
  notes: [],
  overlays: [],
  overlayTitle: '',
  overlayNote: null,
  bin: HOUR,
};

/** The model after a message; messages that only move the view or the selection leave it as it is. */
export function receive(model: TimelineModel, message: ToTimeline): TimelineModel {
  switch (message.type) {
    case 'progress':
      return { ...model, progress: message.message };
    case 'model':
      return receiveModel(model, message);
    case 'series':
      return receiveSeries(model, message.series);
    case 'notes':
      return { ...model, notes: [...message.notes].sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1)) };
    case 'overlay':
      return {
        ...model,
        overlays: message.overlays.map(overlayLane),
        overlayTitle: message.title,
        overlayNote: message.note,
      };
    case 'reveal':
    case 'select':
      return model;
  }
}

function receiveModel(model: TimelineModel, message: Extract<ToTimeline, { type: 'model' }>): TimelineModel {
  const known = new Map(model.lanes.map((lane) => [lane.id, lane.volumes]));
  const { from, to, now } = message;
  return {
    ...model,
    loaded: true,
    progress: null,
    title: message.title,
    from,
    to,
    now,
    message: message.message,
    lanes: message.lanes.map((lane) => ({ ...lane, volumes: known.get(lane.id) ?? null })),
    bands: message.bands.map((band) => shapeOf(band, { from, to })),
  };
}

function receiveSeries(model: TimelineModel, series: TimelineSeries): TimelineModel {
  const volumes = volumesOf(series);
  const lanes = model.lanes.map((lane) => (lane.id === series.lane ? { ...lane, volumes } : lane));
  const bins = lanes.flatMap((lane) => (lane.volumes ? [lane.volumes.bin] : []));
  return { ...model, lanes, bin: bins.length > 0 ? (Math.min(...bins) as Span) : model.bin };
}

export function volumesOf(series: TimelineSeries): LaneVolumes {
  const observed = numbers(series.observed);
  const high = buildPyramid(numbers(series.expectedHigh));
  const top = Math.max(quantile(observed, 0.995) * 1.1, greatest(high) * 1.02, 1);
  return {
    bin: series.bin,
    start: series.start,
    length: observed.length,
    observed: buildPyramid(observed),
    late: series.late ? buildPyramid(numbers(series.late)) : null,
    expected: buildPyramid(numbers(series.expected)),
    low: buildPyramid(numbers(series.expectedLow)),
    high,
    top,
  };
}

function overlayLane(overlay: TimelineOverlay): OverlayLane {
  const given = numbers(overlay.counts);
  const finite = overlay.values ? given.map((v) => (Number.isFinite(v) ? v : Number.NaN)) : given;
  const counts = buildPyramid(finite);
  const range = overlay.values ? rangeOf(finite) : null;
  const floor = Math.min(0, range?.low ?? 0);
  const high = range ? range.high - floor : greatest(counts);
  return {
    label: overlay.label,
    bin: overlay.bin,
    start: overlay.start,
    counts,
    events: overlay.events ? numbers(overlay.events).sort() : null,
    total: overlay.total,
    range,
    floor,
    top: range ? high * 1.05 || 1 : Math.max(high * 1.05, 1),
  };
}

/** Null where there is no value. */
function rangeOf(values: Float64Array): { readonly low: number; readonly high: number } | null {
  const known = values.filter((v) => !Number.isNaN(v));
  if (known.length === 0) return null;
  return { low: known.reduce((a, b) => Math.min(a, b)), high: known.reduce((a, b) => Math.max(a, b)) };
}

/** A message channel may hand a typed array over as a plain object with number keys: both are read. */
function numbers(values: Float64Array | { readonly [key: string]: number }): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(Object.values(values));
}

/** Index of the bin that holds `at`; may lie outside the data. */
export const binAt = (volumes: { readonly start: Instant; readonly bin: Span }, at: Instant): number =>
  Math.floor((at - volumes.start) / volumes.bin);

export const binInterval = (volumes: { readonly start: Instant; readonly bin: Span }, index: number): Interval => ({
  start: (volumes.start + index * volumes.bin) as Instant,
  end: (volumes.start + (index + 1) * volumes.bin) as Instant,
});

/** Segments in which something is missing: the space between observed and expected is shaded there. */
const LOSS: ReadonlySet<Status> = new Set<Status>(['GAP', 'PARTIAL', 'RESTAMPED']);
export const isLoss = (status: Status): boolean => LOSS.has(status);

/** The four kinds of nothing, and what each means. They are drawn and counted apart. */
export type Nothing = 'quiet' | 'silent' | 'not-collected' | 'not-evaluable';

/** What a bin without rows is, by the segment that holds it: nothing came while the source lived, or it was silent, … */
export function nothingOf(segment: TimelineSegment | undefined, lane: Status): Nothing {
  const status = segment?.status ?? lane;
  if (status === 'NOT_COLLECTED') return 'not-collected';
  if (status === 'NOT_EVALUABLE' || status === 'NO_BASELINE' || status === 'PENDING') return 'not-evaluable';
  return segment && isLoss(segment.status) ? 'silent' : 'quiet';
}

/** The segment that holds an instant; findings win over an `OK` that overlaps them. */
export function segmentAt(lane: TimelineLane, at: Instant): TimelineSegment | undefined {
  const over = lane.segments.filter((s) => s.start <= at && at < s.end);
  return over.find((s) => s.status !== 'OK') ?? over[0];
}

/** Bins without rows in one lane, by kind. */
export function countNothings(lane: Lane): Readonly<Record<Nothing, number>> {
  const counts: Record<Nothing, number> = { quiet: 0, silent: 0, 'not-collected': 0, 'not-evaluable': 0 };
  const { volumes } = lane;
  if (!volumes) return counts;
  const segments = [...lane.segments].sort((a, b) => a.start - b.start);
  let first = 0;
  for (let i = 0; i < volumes.length; i++) {
    if (volumes.observed.values[i] !== 0) continue;
    const at = volumes.start + i * volumes.bin;
    while (first < segments.length && segments[first]!.end <= at) first++;
    let found: TimelineSegment | undefined;
    for (let j = first; j < segments.length && segments[j]!.start <= at; j++) {
      if (segments[j]!.end > at && (!found || found.status === 'OK')) found = segments[j];
    }
    counts[nothingOf(found, lane.status)]++;
  }
  return counts;
}

export const isEmpty = (model: TimelineModel): boolean =>
  model.lanes.length === 0 && model.bands.length === 0 && model.overlays.length === 0;
