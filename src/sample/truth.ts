/** What was planted, counted from what became of the rows. It goes to the caller alone, never into the folder. */
import { formatInstant, HOUR, type Instant } from '../base/time';
import { FATE } from '../coverage/agent';
import { DAYS, FROM, TO } from './clock-shapes';
import { type Fates, type Fault, hourOf, lowerBound, RESTAMP_BEFORE } from './fate';
import { CLAIMS, isClaimed } from './planted';
import type { Volume } from './volume';
import type { PlantedWitness } from './witness';

export type PlantedEffect = Fault['effect'] | 'none';

export interface PlantedEntry {
  readonly source: string;
  readonly effect: PlantedEffect;
  readonly claimed: boolean;
  /** First hour with ≥ 5 % of its rows affected; the minute of a stop or of doubling. Null: source left whole. */
  readonly start: Instant | null;
  /** End of the last hour that lacks a row (of late ones where none is lost, of restamped ones where that is the effect). */
  readonly end: Instant | null;
  /**
   * Rows that happened from the first to the last affected hour (late ones count as affected): on time + late + lost. Of a stop
   * or of doubling: rows that happened between start and end.
   */
  readonly expected: number | null;
  readonly lost: number | null;
  readonly late: number | null;
  readonly restarts: readonly Instant[] | null;
  /** What the agent's cache holds. */
  readonly bufferEvents: number | null;
}

export interface SampleTruth {
  readonly seed: number;
  readonly from: Instant;
  readonly to: Instant;
  readonly claims: readonly { readonly id: string; readonly source: string; readonly kind: string }[];
  readonly planted: readonly PlantedEntry[];
  /** What the joins of ids must show, to the record. */
  readonly witnesses: readonly PlantedWitness[];
}

/** Affected share of an hour from which an effect counts as begun. */
const BEGUN = 0.05;

/** Rows of each hour of the span. */
interface HourCounts {
  readonly rows: Float64Array;
  readonly lost: Float64Array;
  readonly late: Float64Array;
  readonly restamped: Float64Array;
}

export function countHours(volume: Volume, fates: Fates): HourCounts {
  const make = () => new Float64Array(DAYS * 24);
  const counts: HourCounts = { rows: make(), lost: make(), late: make(), restamped: make() };
  volume.times.forEach((t, i) => {
    const fate = fates.fate[i];
    if (fate === FATE.held) return;
    const h = hourOf(t);
    counts.rows[h]!++;
    if (fate === FATE.lost) counts.lost[h]!++;
    if (fate === FATE.late) {
      counts.late[h]!++;
      if (fates.receivedMs[i]! - t > RESTAMP_BEFORE) counts.restamped[h]!++;
    }
  });
  return counts;
}

export function plantedEntry(source: string, fault: Fault | undefined, volume: Volume, fates: Fates): PlantedEntry {
  const claimed = isClaimed(source);
  const nothing = {
    start: null,
    end: null,
    expected: null,
    lost: null,
    late: null,
    restarts: null,
    bufferEvents: null,
  };
  if (!fault) return { source, effect: 'none', claimed, ...nothing };
  if ('start' in fault) {
    const { start, end } = fault;
    const { rows, lost } = countBetween(volume, fates, start, end);
    return { source, effect: fault.effect, claimed, ...nothing, start, end, expected: rows, lost, late: 0 };
  }
  const hours = countHours(volume, fates);
  const affected = hours.rows.map((_, h) => hours.lost[h]! + hours.late[h]!);
  const first = affected.findIndex((n) => n > 0);
  const last = affected.findLastIndex((n) => n > 0);
  if (first < 0) return { source, effect: 'none', claimed, ...nothing };
  // An effect is dated by what is worst in it: lost rows, else restamped ones, else late ones.
  const dated =
    fault.effect === 'restamped' ? hours.restamped : sum(hours.lost, first, last + 1) > 0 ? hours.lost : hours.late;
  const begun = dated.findIndex((n, h) => n > 0 && n >= BEGUN * hours.rows[h]!);
  const start = begun < 0 ? first : begun;
  return {
    source,
    effect: fault.effect,
    claimed,
    start: hourStart(start),
    end: hourStart(dated.findLastIndex((n) => n > 0) + 1),
    expected: sum(hours.rows, first, last + 1),
    lost: sum(hours.lost, first, last + 1),
    late: sum(hours.late, first, last + 1),
    restarts: 'faults' in fault ? fault.faults.restarts : null,
    bufferEvents: 'spec' in fault ? Math.floor(fault.spec.cacheBytes / fault.spec.eventBytes) : null,
  };
}

/** Rows that happened in [start, end), and those of them that never came. A row not yet taken in at the end counts as neither. */
function countBetween(volume: Volume, fates: Fates, start: Instant, end: Instant) {
  let rows = 0;
  let lost = 0;
  for (let i = lowerBound(volume.times, start); i < volume.times.length && volume.times[i]! < end; i++) {
    if (fates.fate[i] === FATE.held) continue;
    rows++;
    if (fates.fate[i] === FATE.lost) lost++;
  }
  return { rows, lost };
}

/**
 * A table that several sources share, as a source of its own. Its effect is `partial`: what its sources lack, it lacks, and no
 * mechanism is its own.
 */
export function togetherEntry(
  table: string,
  parts: readonly { readonly volume: Volume; readonly fates: Fates }[],
): PlantedEntry {
  const hours = parts.map((p) => countHours(p.volume, p.fates));
  const add = (of: (h: HourCounts) => Float64Array) =>
    hours[0]!.rows.map((_, i) => hours.reduce((n, h) => n + of(h)[i]!, 0));
  const rows = add((h) => h.rows);
  const lost = add((h) => h.lost);
  const late = add((h) => h.late);
  const affected = rows.map((_, i) => lost[i]! + late[i]!);
  const first = affected.findIndex((n) => n > 0);
  const last = affected.findLastIndex((n) => n > 0);
  return {
    source: table,
    effect: 'partial',
    claimed: isClaimed(table),
    start: hourStart(lost.findIndex((n, i) => n > 0 && n >= BEGUN * rows[i]!)),
    end: hourStart(lost.findLastIndex((n) => n > 0) + 1),
    expected: sum(rows, first, last + 1),
    lost: sum(lost, first, last + 1),
    late: sum(late, first, last + 1),
    restarts: null,
    bufferEvents: null,
  };
}

const hourStart = (h: number): Instant => (FROM + h * HOUR) as Instant;

function sum(values: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += values[i] ?? 0;
  return total;
}

export function sampleTruth(
  seed: number,
  planted: readonly PlantedEntry[],
  witnesses: readonly PlantedWitness[],
): SampleTruth {
  return {
    seed,
    from: FROM,
    to: TO,
    claims: CLAIMS.flatMap(({ id, kind, sources }) => sources.map((source) => ({ id, source, kind }))),
    planted,
    witnesses,
  };
}

/** The JSON of `gapline sample --truth`. */
export function truthToJson(truth: SampleTruth) {
  const at = (t: Instant | null) => (t === null ? null : formatInstant(t));
  return {
    seed: truth.seed,
    from: formatInstant(truth.from),
    to: formatInstant(truth.to),
    claims: truth.claims.map((c) => ({ id: c.id, source: c.source, kind: c.kind })),
    planted: truth.planted.map((p) => ({
      source: p.source,
      effect: p.effect,
      claimed: p.claimed,
      start: at(p.start),
      end: at(p.end),
      expected: p.expected,
      lost: p.lost,
      late: p.late,
      restarts: p.restarts?.map(formatInstant) ?? null,
      bufferEvents: p.bufferEvents,
    })),
    witnesses: truth.witnesses,
  };
}
