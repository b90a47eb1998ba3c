/** What is planted into clean series, with what was really lost. */
import { type Random, seededRandom } from '../../src/base/random';
import { HOUR, type Instant, instant } from '../../src/base/time';
import { type AgentSpec, FATE, simulateAgent } from '../../src/coverage/agent';
import type { VolumeTable } from '../../src/protocol/source';
import { at } from './assess';
import { binomial, generate, type NoiseSpec } from './noise';
import { addClean, bucketOf, Cells, cleanTable } from './tables';

export interface Planted {
  readonly table: VolumeTable;
  /** Rows lost by hour. */
  readonly lost: Float64Array;
  /** First hour with at least 5 % lost and one past the last. */
  readonly from: number;
  readonly to: number;
  readonly lostRows: number;
  /** Rows that would have come in [from, to). */
  readonly expected: number;
}

const sum = (x: Float64Array, from = 0, to = x.length): number => x.subarray(from, to).reduce((a, b) => a + b, 0);

export function describePlant(table: VolumeTable, rows: Float64Array, lost: Float64Array): Planted {
  let from = -1;
  let to = -1;
  for (let h = 0; h < rows.length; h++) {
    if (lost[h]! > 0 && lost[h]! >= 0.05 * rows[h]!) {
      if (from < 0) from = h;
      to = h + 1;
    }
  }
  return { table, lost, from, to, lostRows: sum(lost), expected: from < 0 ? 0 : sum(rows, from, to) };
}

/** Keeps the share `kept(hour)` of the rows. */
export function thinned(spec: NoiseSpec, kept: (hour: number) => number, timed = true): Planted {
  const { rows } = generate(spec);
  const random = seededRandom(spec.seed ^ 0x1234567);
  const left = rows.map((n, h) => binomial(n, kept(h), random));
  const lost = rows.map((n, h) => n - left[h]!);
  const p = describePlant(cleanTable(left, spec.seed, timed), rows, lost);
  // The planted interval is where less than all was to arrive, also where chance took nothing in its first hour.
  const hours = rows.map((_, h) => (kept(h) <= 0.95 ? 1 : 0));
  const from = hours.indexOf(1);
  const to = hours.lastIndexOf(1) + 1;
  return from < 0 ? p : { ...p, from, to, expected: sum(rows, from, to) };
}

export interface AgentPlant {
  readonly planted: Planted;
  /** Hour at which the lost part ends and the late part begins (drop-oldest), by the events themselves. */
  readonly turn: number;
  readonly restarts: readonly Instant[];
  readonly buffer: number;
  readonly late: number;
}

export interface AgentTimes {
  readonly deadlocks: readonly { readonly hour: number; readonly thread: number }[];
  readonly restarts: readonly number[];
}

/** The agent of src/coverage/agent.ts over the series' own events. */
export function agentPlant(noise: NoiseSpec, spec: AgentSpec, faults: AgentTimes): AgentPlant {
  const { rows } = generate(noise);
  const random = seededRandom(noise.seed ^ 0x7654321);
  const times = eventTimes(rows, random);
  const thread = Uint8Array.from(times, () => Math.floor(random() * spec.threads));
  const restarts = faults.restarts.map((h) => at(h));
  const deadlocks = faults.deadlocks.map((d) => ({ at: at(d.hour), thread: d.thread }));
  const out = simulateAgent(spec, { deadlocks, restarts }, times, thread);
  const cells = new Cells();
  const onTime = new Float64Array(rows.length);
  const lost = new Float64Array(rows.length);
  let turn = Number.NaN;
  for (let i = 0; i < times.length; i++) {
    const hour = Math.floor((times[i]! - at(0)) / HOUR);
    if (out.fate[i] === FATE.lost || out.fate[i] === FATE.held) lost[hour]!++;
    else if (out.fate[i] === FATE.late) {
      if (Number.isNaN(turn)) turn = (times[i]! - at(0)) / HOUR;
      cells.add(hour, bucketOf(out.arrival[i]! - times[i]!), 1);
    } else onTime[hour]!++;
  }
  onTime.forEach((n, h) => {
    addClean(cells, h, n, random);
  });
  const buffer = Math.floor(spec.cacheBytes / spec.eventBytes);
  const planted = describePlant(cells.table(rows.length), rows, lost);
  return { planted, turn, restarts, buffer, late: out.counts.late };
}

function eventTimes(rows: Float64Array, random: Random): Float64Array {
  const times = new Float64Array(sum(rows));
  let n = 0;
  rows.forEach((count, h) => {
    for (let i = 0; i < count; i++) times[n++] = at(h) + random() * HOUR;
  });
  return times.sort();
}

/** Threads that die one after another over `hours`, and restarts. */
export function storyOf(
  threads: number,
  from: number,
  over: number,
  restarts: readonly number[],
  random: Random,
): AgentTimes {
  const deadlocks: { hour: number; thread: number }[] = [];
  let cycle = from;
  for (const end of [...restarts, Number.POSITIVE_INFINITY]) {
    for (let t = 0; t < threads; t++) {
      const hour = cycle + over * ((t + random() * 0.8) / threads);
      if (hour < end) deadlocks.push({ hour, thread: t });
    }
    if (end === Number.POSITIVE_INFINITY) break;
    // After a restart the fault comes back, until the last one carries the fix.
    if (end === restarts.at(-1)) break;
    cycle = end;
  }
  return { deadlocks, restarts };
}

/** Rows older than two days at the restart come with the time of their receipt. */
export function restampedPlant(
  noise: NoiseSpec,
  from: number,
  restart: number,
): Planted & { readonly restamped: number } {
  const { rows } = generate(noise);
  const random = seededRandom(noise.seed ^ 0x55aa);
  const cells = new Cells();
  const lost = new Float64Array(rows.length);
  let restamped = 0;
  rows.forEach((n, h) => {
    if (h < from || h >= restart) addClean(cells, h, n, random);
    else if (restart - h > 48) {
      lost[h] = n;
      restamped += n;
    } else cells.add(h, bucketOf((restart - h) * HOUR), n);
  });
  cells.add(restart, 0, restamped);
  return { ...describePlant(cells.table(rows.length), rows, lost), restamped };
}

/** Every row of [from, to) comes `times` times. */
export function duplicatedPlant(noise: NoiseSpec, from: number, to: number, times: number): VolumeTable {
  const { rows } = generate(noise);
  const random = seededRandom(noise.seed ^ 0x0d0d);
  const cells = new Cells();
  rows.forEach((n, h) => {
    addClean(cells, h, h >= from && h < to ? n * times : n, random);
  });
  return cells.table(rows.length, { distinct: rows.slice() });
}

export const endInstant = (table: VolumeTable): Instant => instant(table.start + table.bins * table.bin);
