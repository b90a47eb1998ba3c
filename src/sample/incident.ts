/**
 * How the agents of September 2024 fail here: threads deadlock one after another from 2 September 23:00 UTC, the cache goes on
 * filling, a restart on 19 September frees what is left, and for some services the deadlock comes back after each periodic
 * restart until 3 October. Only the mechanism is set here; what is lost and late follows from it.
 */
import type { Random } from '../base/random';
import { DAY, HOUR, type Instant } from '../base/time';
import type { AgentFaults } from '../coverage/agent';
import type { Fault } from './fate';
import type { SourceModel } from './model';
import { between } from './noise';

export const INCIDENT_START = Date.UTC(2024, 8, 2, 23) as Instant;
export const WORKAROUND = Date.UTC(2024, 8, 19) as Instant;
export const LATEST_END = Date.UTC(2024, 9, 3) as Instant;

/** The ways in which an agent fails in the story. */
export type AgentStory =
  /** All threads die over days; the cache holds hours. */
  | 'ramp'
  /** The same with a cache of days: much is lost, much is late. For tables with an event time of their own. */
  | 'deep'
  /** Some threads live on. */
  | 'half'
  /** The cache is large enough for all of it: late, not lost. */
  | 'recovered'
  /** One or two threads, a stop within hours; after 19 September restarts that hold for a while each. */
  | 'sawtooth-loss'
  /** The same, but the cache outlasts the time between restarts: after 19 September rows are late and none is lost. */
  | 'sawtooth-delay'
  /** One or two threads, a stop within hours, mended on 19 September. */
  | 'stop'
  /** One thread of many dies. */
  | 'minor'
  /** Days of backfill into a table that has only the platform's time. */
  | 'restamped';

interface Shape {
  readonly threads: readonly [number, number];
  /** Share of the threads that die. */
  readonly dead: readonly [number, number];
  /** Hours from the start of the incident to the first deadlock. */
  readonly first: readonly [number, number];
  /** Days from the first deadlock to the last. */
  readonly ramp: readonly [number, number];
  /** What the cache holds, in hours of what flows into it. */
  readonly cacheHours: readonly [number, number];
  readonly cycles?: {
    /** Hours between restarts. */
    readonly every: readonly [number, number];
    /** Share of a cycle before the deadlock comes back. */
    readonly held: readonly [number, number];
    /** Last restart, days before the latest end. */
    readonly until: readonly [number, number];
  };
}

const SHAPES: Record<AgentStory, Shape> = {
  ramp: { threads: [6, 16], dead: [1, 1], first: [0, 4], ramp: [3, 6.5], cacheHours: [5, 30] },
  deep: { threads: [6, 16], dead: [1, 1], first: [0, 4], ramp: [3, 6.5], cacheHours: [40, 120] },
  half: { threads: [5, 10], dead: [0.55, 0.8], first: [0, 10], ramp: [1.5, 3.5], cacheHours: [8, 30] },
  recovered: { threads: [4, 12], dead: [1, 1], first: [0, 12], ramp: [3, 8], cacheHours: [500, 700] },
  'sawtooth-loss': {
    threads: [1, 2],
    dead: [1, 1],
    first: [0, 10],
    ramp: [0.1, 0.6],
    cacheHours: [4, 8],
    cycles: { every: [20, 30], held: [0.15, 0.35], until: [0, 1] },
  },
  'sawtooth-delay': {
    threads: [1, 2],
    dead: [1, 1],
    first: [0, 10],
    ramp: [0.1, 0.6],
    cacheHours: [24, 36],
    cycles: { every: [9, 18], held: [0.1, 0.3], until: [0, 2] },
  },
  stop: { threads: [1, 2], dead: [1, 1], first: [0, 20], ramp: [0.1, 0.5], cacheHours: [10, 40] },
  minor: { threads: [6, 9], dead: [0, 0], first: [0, 30], ramp: [0, 0], cacheHours: [6, 20] },
  restamped: { threads: [1, 1], dead: [1, 1], first: [20, 100], ramp: [0, 0], cacheHours: [600, 800] },
};

const within = (random: Random, [low, high]: readonly [number, number]) => between(random, low, high);

/** The fault of a source that an agent of the given story carries. `scale` multiplies rates: the cache keeps its hours. */
export function agentFault(model: SourceModel, story: AgentStory, random: Random, scale: number): Fault {
  const shape = SHAPES[story];
  const threads = Math.round(within(random, shape.threads));
  const dead = Math.max(1, Math.round(threads * within(random, shape.dead)));
  const cacheHours = within(random, shape.cacheHours);
  const inflow = (model.rate * scale * dead) / threads;
  const faults = story === 'restamped' ? singleStop(shape, random) : deadlocksAndRestarts(shape, threads, dead, random);
  return {
    effect: story === 'restamped' ? 'restamped' : 'agent',
    spec: {
      threads,
      sharing: 'pinned',
      cacheBytes: Math.round(inflow * cacheHours) * model.bytes,
      eventBytes: model.bytes,
      drainPerHour: Math.max(60, model.rate * scale * between(random, 10, 35)),
      policy: 'drop-oldest',
    },
    faults,
  };
}

/** One deadlock, and a restart after five to eight days. */
function singleStop(shape: Shape, random: Random): AgentFaults {
  const at = (INCIDENT_START + within(random, shape.first) * HOUR) as Instant;
  return { deadlocks: [{ at, thread: 0 }], restarts: [(at + between(random, 5, 8) * DAY) as Instant] };
}

function deadlocksAndRestarts(shape: Shape, threads: number, dead: number, random: Random): AgentFaults {
  const order = [...Array(threads).keys()];
  const first = INCIDENT_START + within(random, shape.first) * HOUR;
  const ramp = within(random, shape.ramp) * DAY;
  const deadlocks: { at: Instant; thread: number }[] = [];
  for (let i = 0; i < dead; i++) {
    const part = dead === 1 ? 0 : (i + between(random, -0.35, 0.35) * (i > 0 && i < dead - 1 ? 1 : 0)) / (dead - 1);
    deadlocks.push({ at: Math.round(first + part * ramp) as Instant, thread: order[i]! });
  }
  const restarts: Instant[] = [Math.round(WORKAROUND + between(random, 6, 16) * HOUR) as Instant];
  if (shape.cycles) {
    const every = within(random, shape.cycles.every) * HOUR;
    const held = within(random, shape.cycles.held);
    const until = LATEST_END + between(random, 2, 20) * HOUR - within(random, shape.cycles.until) * DAY;
    for (let at = restarts[0]!; at + every <= until; at = (at + every) as Instant) {
      for (let i = 0; i < dead; i++) {
        const back = at + every * Math.min(0.9, held * between(random, 0.85, 1.15));
        deadlocks.push({ at: Math.round(back) as Instant, thread: order[i]! });
      }
      restarts.push(Math.round(at + every) as Instant);
    }
  }
  return { deadlocks, restarts };
}
