import type { Instant, Interval } from '../base/time';
import type { TimelineBand } from '../protocol/webview';
import { type Depth, depths, type Stacked, stack } from './stack';

/** An incident window as it is drawn: what is certain, and as far as it may reach. */
export interface BandShape {
  readonly band: TimelineBand;
  /** From the earliest possible start to the latest possible end; an end that is not stated reaches the extent's edge. */
  readonly start: Instant;
  readonly end: Instant;
  /** Null where start and end are so uncertain that no instant is certainly inside. */
  readonly core: Interval | null;
  /** Uncertain stretches before and after the core, none where the time is exact. */
  readonly edges: readonly Interval[];
  readonly openStart: boolean;
  readonly openEnd: boolean;
  /** The document says that it ends before it starts. */
  readonly contradictory: boolean;
}

/** The shape of a window within the extent of the picture. */
export function shapeOf(band: TimelineBand, extent: { readonly from: Instant; readonly to: Instant }): BandShape {
  const openStart = band.startEarliest === null;
  const openEnd = band.endLatest === null;
  const start = band.startEarliest ?? least(extent.from, band.startLatest, band.endEarliest);
  const stated = band.endLatest ?? greatest(extent.to, band.endEarliest, start);
  const contradictory = stated < start;
  const end = contradictory ? start : stated;
  const coreStart = band.startLatest;
  const coreEnd = band.endEarliest;
  const core =
    !contradictory && coreStart !== null && coreEnd !== null && coreStart < coreEnd
      ? { start: coreStart, end: coreEnd }
      : null;
  const edges = (
    core
      ? [
          { start, end: core.start },
          { start: core.end, end },
        ]
      : [{ start, end }]
  ).filter((e) => e.end > e.start);
  return { band, start, end, core, edges, openStart, openEnd, contradictory };
}

const least = (at: Instant, ...others: readonly (Instant | null)[]): Instant =>
  others.reduce<Instant>((m, o) => (o !== null && o < m ? o : m), at);
const greatest = (at: Instant, ...others: readonly (Instant | null)[]): Instant =>
  others.reduce<Instant>((m, o) => (o !== null && o > m ? o : m), at);

export interface BandLayout {
  readonly stacked: readonly Stacked<BandShape>[];
  readonly rows: number;
  /** Where windows overlap and how many do. */
  readonly overlaps: readonly Depth[];
  readonly deepest: number;
}

/** Stacks windows in rows, none hidden, with the count of those that overlap. `room`: the least length that a label takes, ms. */
export function layoutBands(shapes: readonly BandShape[], room = 0): BandLayout {
  const stacked = stack(shapes, room);
  const overlaps = depths(shapes);
  return {
    stacked,
    rows: stacked.reduce((n, s) => Math.max(n, s.row + 1), 0),
    overlaps: overlaps.filter((d) => d.count > 1),
    deepest: overlaps.reduce((n, d) => Math.max(n, d.count), 0),
  };
}

/** A window without sources speaks of everything. */
export const concerns = (band: TimelineBand, lane: string): boolean =>
  band.sources.length === 0 || band.sources.includes(lane);
