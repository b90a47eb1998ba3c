import { describe, expect, it } from 'vitest';
import { HOUR, type Instant, instant } from '../../src/base/time';
import {
  type AgentFaults,
  type AgentSpec,
  cycleEffect,
  FATE,
  type Outage,
  outageEffect,
  simulateAgent,
} from '../../src/coverage/agent';

const at = (hours: number): Instant => instant(hours * HOUR);
const spec: AgentSpec = {
  threads: 1,
  sharing: 'pinned',
  cacheBytes: 1_200 * 500,
  eventBytes: 1_200,
  drainPerHour: 5_000,
  policy: 'drop-oldest',
};

/** Events evenly spaced: `perHour` in each of `hours` hours. */
function even(hours: number, perHour: number): Float64Array {
  return Float64Array.from({ length: hours * perHour }, (_, i) => ((i + 0.5) / perHour) * HOUR);
}

function run(over: Partial<AgentSpec>, faults: AgentFaults, times = even(40, 100), thread?: Uint8Array) {
  const out = simulateAgent({ ...spec, ...over }, faults, times, thread);
  const hours = (fate: number) => {
    const of = [...times].filter((_, i) => out.fate[i] === fate);
    return of.length ? [of[0]! / HOUR, of.at(-1)! / HOUR] : null;
  };
  return { ...out, times, lost: hours(FATE.lost), late: hours(FATE.late), held: hours(FATE.held) };
}
const stopped: AgentFaults = { deadlocks: [{ at: at(10), thread: 0 }], restarts: [at(20)] };

describe('agent, event by event', () => {
  it('keeps the newest events of a stop in a ring buffer', () => {
    const r = run({}, stopped);
    expect(r.counts).toEqual({ onTime: 3000, late: 500, lost: 500, held: 0 });
    expect(r.lost![0]).toBeCloseTo(10, 1);
    expect(r.late![0]).toBeCloseTo(15, 1);
    expect(r.late![1]).toBeCloseTo(20, 1);
  });
  it('keeps the oldest events where the agent refuses new ones', () => {
    const r = run({ policy: 'drop-newest' }, stopped);
    expect(r.late![0]).toBeCloseTo(10, 1);
    expect(r.lost![0]).toBeCloseTo(15, 1);
    expect(r.counts.lost).toBe(500);
  });
  it('loses nothing while the cache holds all', () => {
    expect(run({ cacheBytes: 1_200 * 1_000 }, stopped).counts).toEqual({ onTime: 3000, late: 1000, lost: 0, held: 0 });
  });
  it('uploads oldest first at the drain rate', () => {
    const r = run({}, stopped);
    const late = [...r.times.keys()].filter((i) => r.fate[i] === FATE.late);
    const arrivals = late.map((i) => r.arrival[i]! / HOUR);
    expect(arrivals[0]).toBeCloseTo(20, 2);
    expect(arrivals.at(-1)).toBeCloseTo(20.1, 2);
    expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
  });
  it('uploads newest first where the agent does so', () => {
    const r = run({ drain: 'newest-first' }, stopped);
    const late = [...r.times.keys()].filter((i) => r.fate[i] === FATE.late);
    expect(r.arrival[late[0]!]! / HOUR).toBeCloseTo(20.1, 2);
  });
  it('holds what no restart has freed', () => {
    const r = run({}, { deadlocks: [{ at: at(38), thread: 0 }], restarts: [] });
    expect(r.counts).toEqual({ onTime: 3800, late: 0, lost: 0, held: 200 });
  });
  it('takes the share of the dead threads only', () => {
    const r = run({ threads: 4 }, { deadlocks: [{ at: at(10), thread: 2 }], restarts: [at(20)] });
    expect(r.counts.late + r.counts.lost).toBeGreaterThan(220);
    expect(r.counts.late + r.counts.lost).toBeLessThan(280);
  });
  it('obeys the threads that the caller gives', () => {
    const times = even(40, 100);
    const r = run({ threads: 2 }, stopped, times, new Uint8Array(times.length).fill(1));
    expect(r.counts.onTime).toBe(4000);
  });
  it('delays before it loses where threads share the work', () => {
    const faults: AgentFaults = {
      deadlocks: [0, 1, 2].map((thread) => ({ at: at(10), thread })),
      restarts: [at(20)],
    };
    const pooled = { threads: 4, sharing: 'pooled', drainPerHour: 200 } as const;
    expect(run(pooled, { ...faults, deadlocks: faults.deadlocks.slice(0, 2) }).counts.lost).toBe(0);
    const r = run({ ...pooled, cacheBytes: 1_200 * 300 }, faults);
    expect(r.late![0]).toBeLessThan(r.lost![0]!);
    expect(r.counts.lost).toBeGreaterThan(150);
  });
  it('keeps count: every event has one fate', () => {
    const faults: AgentFaults = {
      deadlocks: [3, 9, 21, 30].map((h, i) => ({ at: at(h), thread: i % 3 })),
      restarts: [at(12), at(14), at(33)],
    };
    for (const policy of ['drop-oldest', 'drop-newest'] as const) {
      const { counts, fate } = run({ threads: 3, policy, cacheBytes: 1_200 * 90 }, faults);
      expect(counts.onTime + counts.late + counts.lost + counts.held).toBe(fate.length);
    }
  });
  it('survives a cache of no size and no events at all', () => {
    expect(run({ cacheBytes: 0 }, stopped).counts.lost).toBe(1000);
    expect(run({}, stopped, new Float64Array(0)).counts.onTime).toBe(0);
  });
});

describe('agent, closed form', () => {
  const outage: Outage = {
    rate: 100,
    eventBytes: 1_200,
    cacheBytes: 1_200 * 500,
    stop: at(10),
    restart: at(20),
    policy: 'drop-oldest',
    drainPerHour: 5_000,
  };
  function check(over: Partial<Outage>, expected: object) {
    expect(outageEffect({ ...outage, ...over })).toMatchObject(expected);
  }
  it('splits a stop into a lost and a late part', () => {
    check({}, { stuck: 1000, lost: 500, late: 500, lostInterval: { start: at(10), end: at(15) } });
    check({ policy: 'drop-newest' }, { lost: 500, lostInterval: { start: at(15), end: at(20) } });
    check({ cacheBytes: 1_200 * 2_000 }, { lost: 0, late: 1000, lostInterval: null, fullAfter: null });
    check({ restart: at(10) }, { lost: 0, late: 0, lateInterval: null });
  });
  it('does not depend on when the buffer filled: only the restart decides what survives', () => {
    check({ stop: at(0) }, { lateInterval: { start: at(15), end: at(20) } });
  });
  it('agrees with the events, day and night', () => {
    const perHour = Array.from({ length: 120 }, (_, h) => 20 + 80 * Math.exp(-((((h % 24) - 13) / 4) ** 2)));
    const rate = { start: at(0), bin: HOUR, perHour };
    const times = Float64Array.from(
      perHour.flatMap((n, h) =>
        Array.from({ length: Math.round(n) }, (_, i) => (h + (i + 0.5) / Math.round(n)) * HOUR),
      ),
    );
    const stop = { deadlocks: [{ at: at(30), thread: 0 }], restarts: [at(90)] };
    const simulated = simulateAgent(spec, stop, times);
    const closed = outageEffect({ ...outage, rate, stop: at(30), restart: at(90) });
    expect(Math.abs(simulated.counts.lost - closed.lost)).toBeLessThan(0.02 * closed.lost);
    const firstKept = times[[...simulated.fate].indexOf(FATE.late)]!;
    expect(Math.abs(firstKept - closed.lateInterval!.start)).toBeLessThan(0.5 * HOUR);
  });
  it('says how long the default buffer of a real agent lasts', () => {
    const hours = outageEffect({
      ...outage,
      rate: 5_000 * 3_600,
      eventBytes: 200,
      cacheBytes: 10_000 * 1e6,
      restart: at(100),
    }).fullAfter!;
    expect(hours / HOUR).toBeCloseTo(2.8, 1);
  });
  it('loses per cycle what the cache cannot hold', () => {
    expect(cycleEffect(100, (10 * HOUR) as never, (4 * HOUR) as never, 500)).toEqual({ lost: 100, late: 500 });
  });
});
