/**
 * The agent behind a segment, read from the data: late rows that arrive in one burst give the restart, their number gives the
 * buffer, and the order of hole and late part gives the policy.
 */
import { HOUR, type Instant } from '../base/time';
import type { AgentSignature } from '../protocol/coverage';
import type { LogSource, VolumeTable } from '../protocol/source';
import type { Analysis } from './analysis';
import type { JudgedLoss, Piece } from './status';
import { binStart } from './volumes';

/** One upload of a cache: late rows whose arrivals lie close together. */
export interface Burst {
  /** First arrival: the restart. */
  readonly restart: Instant;
  readonly rows: number;
  readonly bytes: number | null;
  /** Bins of the events, [from, to). */
  readonly from: number;
  readonly to: number;
  /** Slope of delay on event time and share of variance that it explains. */
  readonly slope: number;
  readonly explained: number;
}

interface Cell {
  readonly bin: number;
  readonly arrival: number;
  readonly delay: number;
  readonly rows: number;
  readonly bytes: number;
}

/** Arrivals further apart than this belong to different uploads. */
const APART = 3 * HOUR;
const LEAST_ROWS = 10;
const SLOPE = { low: -1.08, high: -0.5 };
const EXPLAINED = 0.9;
/** Bins by which a hole and a late part may miss each other and still touch. */
const TOUCH_HOURS = 12;

/** Bursts of late rows with event bins in [from, to), by restart. */
export function burstsOf(table: VolumeTable, a: Analysis, from: number, to: number): Burst[] {
  if (a.delays.limit === null) return [];
  const cells = lateCells(table, a, from, to).sort((x, y) => x.arrival - y.arrival);
  const groups: Cell[][] = [];
  for (const c of cells) {
    const group = groups.at(-1);
    if (group && c.arrival - group.at(-1)!.arrival <= APART) group.push(c);
    else groups.push([c]);
  }
  return groups.map((g) => burst(table, g)).filter((b) => b.rows >= LEAST_ROWS);
}

function lateCells(table: VolumeTable, a: Analysis, from: number, to: number): Cell[] {
  const limit = a.delays.limit!;
  const out: Cell[] = [];
  for (let c = 0; c < table.eventBin.length; c++) {
    const bin = table.eventBin[c]!;
    const delay = table.delay[c]!;
    const rows = table.rows[c]!;
    if (bin < from || bin >= to || !(delay >= limit) || !(rows > 0)) continue;
    // The event lies on average half a bin after the bin's start; the floored delay half a bucket too low: taken as exact.
    const event = binStart(a.volumes, bin) + a.volumes.bin / 2;
    out.push({ bin, delay, rows, arrival: event + delay, bytes: table.bytes?.[c] ?? 0 });
  }
  return out;
}

function burst(table: VolumeTable, cells: readonly Cell[]): Burst {
  let rows = 0;
  let bytes = 0;
  let from = Number.POSITIVE_INFINITY;
  let to = 0;
  for (const c of cells) {
    rows += c.rows;
    bytes += c.bytes;
    from = Math.min(from, c.bin);
    to = Math.max(to, c.bin + 1);
  }
  const { slope, explained } = regress(table, cells, rows);
  return { restart: restartOf(table, cells), rows, bytes: table.bytes ? bytes : null, from, to, slope, explained };
}

/** The upload begins with the oldest rows: the 2 % quantile of arrivals is the restart, less sensitive than the first. */
function restartOf(table: VolumeTable, cells: readonly Cell[]): Instant {
  const total = cells.reduce((s, c) => s + c.rows, 0);
  let sum = 0;
  for (const c of cells) {
    sum += c.rows;
    if (sum >= 0.02 * total) return (Math.round(c.arrival / 60_000) * 60_000) as Instant;
  }
  return table.start;
}

function regress(table: VolumeTable, cells: readonly Cell[], rows: number) {
  let x = 0;
  let y = 0;
  for (const c of cells) {
    x += (c.rows * c.bin * table.bin) / rows;
    y += (c.rows * c.delay) / rows;
  }
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const c of cells) {
    const dx = c.bin * table.bin - x;
    const dy = c.delay - y;
    xx += c.rows * dx * dx;
    xy += c.rows * dx * dy;
    yy += c.rows * dy * dy;
  }
  return xx > 0 && yy > 0 ? { slope: xy / xx, explained: (xy * xy) / (xx * yy) } : { slope: 0, explained: 0 };
}

const lookedLikeUpload = (b: Burst): boolean =>
  b.slope >= SLOPE.low && b.slope <= SLOPE.high && b.explained >= EXPLAINED;

/** The agent behind a piece of loss (or, with no loss, behind a late part); null where nothing speaks of one. */
export function signatureOf(
  source: LogSource,
  table: VolumeTable,
  a: Analysis,
  judged: JudgedLoss | null,
  piece: Piece,
): AgentSignature | null {
  if (judged?.spike) {
    const restart = binStart(a.volumes, judged.spike.from);
    // Only a buffer that overflowed tells its size.
    const overflowed = judged.loss.deficit - judged.spike.excess > judged.loss.halfWidth;
    return {
      policy: 'restamp',
      restart,
      bufferEvents: overflowed ? Math.round(judged.spike.excess) : null,
      bufferBytes: null,
    };
  }
  if (source.ingestionTime === null) return null;
  const touch = Math.round(TOUCH_HOURS * a.volumes.perHour);
  const bursts = burstsOf(
    table,
    a,
    piece.from - touch - 40 * a.volumes.binsPerDay,
    piece.to + touch + 10 * a.volumes.binsPerDay,
  )
    .filter(lookedLikeUpload)
    .filter((b) => b.from <= piece.to + touch && b.to >= piece.from - touch);
  const main = [...bursts].sort((x, y) => y.rows - x.rows)[0];
  if (!main) return null;
  const buffer = { bufferEvents: Math.round(main.rows), bufferBytes: main.bytes };
  if (periodic(bursts)) return { policy: 'sawtooth', restart: bursts[0]!.restart, ...buffer };
  if (!judged) return null;
  const middle = (b: { from: number; to: number }) => (b.from + b.to) / 2;
  const policy = middle(main) >= middle(piece) ? 'drop-oldest' : 'drop-newest';
  return { policy, restart: main.restart, ...buffer };
}

/** Three or more restarts at even distances. */
function periodic(bursts: readonly Burst[]): boolean {
  if (bursts.length < 3) return false;
  const gaps = bursts.slice(1).map((b, i) => b.restart - bursts[i]!.restart);
  const mean = gaps.reduce((s, g) => s + g, 0) / gaps.length;
  return gaps.every((g) => Math.abs(g - mean) < 0.2 * mean);
}
