/**
 * The collection agent as a mechanism: threads upload events and deadlock one after another, what they cannot upload waits
 * in a local cache of fixed size, a full cache loses its oldest (or refuses its newest) events, and a restart frees the
 * threads and uploads what the cache still holds. Lost and late events follow from it; nothing else decides them.
 */
import { DAY, HOUR, type Instant, type Interval, instant, MINUTE, type Span, WEEK } from '../base/time';

/** What a full cache does: `drop-oldest` is a ring buffer, `drop-newest` refuses what comes. */
export type OverflowPolicy = 'drop-oldest' | 'drop-newest';

export interface AgentSpec {
  /** Dispatch threads, ≥ 1. */
  readonly threads: number;
  /**
   * `pinned`: each event belongs to one thread and waits while that thread is dead (inflow to the cache = rate × share of
   * dead threads). `pooled`: any live thread takes any event; nothing waits until the live capacity is below the rate.
   */
  readonly sharing: 'pinned' | 'pooled';
  /** Size of the cache in bytes. Its capacity in events is floor(cacheBytes / eventBytes). */
  readonly cacheBytes: number;
  /** Mean size of an event in bytes, > 0. */
  readonly eventBytes: number;
  /** Events per hour that all threads together upload: after a restart (`pinned`), at any time (`pooled`). > 0. */
  readonly drainPerHour: number;
  readonly policy: OverflowPolicy;
  /** Order in which the cache is uploaded after a restart; oldest first where not said. */
  readonly drain?: 'oldest-first' | 'newest-first';
  /** An event that waited longer than this is late; 5 minutes where not said. */
  readonly lateAfter?: Span;
}

/** What goes wrong and when. Order does not matter. */
export interface AgentFaults {
  /** Thread `thread` (0 ≤ thread < threads) stops uploading at `at`, until the next restart. */
  readonly deadlocks: readonly { readonly at: Instant; readonly thread: number }[];
  /** Every thread is freed and the cache begins to be uploaded. */
  readonly restarts: readonly Instant[];
}

/** Fates of an event, as numbers in `AgentOutcome.fate`. */
export const FATE = { onTime: 0, late: 1, lost: 2, held: 3 } as const;

/** Parallel to the event times given. */
export interface AgentOutcome {
  /** `FATE.onTime`, `.late`, `.lost` (overwritten or refused) or `.held` (still in the cache when the events end). */
  readonly fate: Uint8Array;
  /** When the event was uploaded, ms since 1970; NaN where lost or held. On time: the event's own time. */
  readonly arrival: Float64Array;
  readonly counts: { readonly onTime: number; readonly late: number; readonly lost: number; readonly held: number };
}

/** Events waiting in the cache. Those before `released` are being uploaded, the rest wait for a restart. */
interface Cache {
  readonly waiting: number[];
  head: number;
  released: number;
  /** When the upload is next free. */
  free: number;
}

/**
 * Runs the agent over single events.
 *
 * @param times event times in ms, ascending.
 * @param thread the thread of each event (`pinned`); where absent events are spread evenly by a fixed hash of their index.
 */
export function simulateAgent(
  spec: AgentSpec,
  faults: AgentFaults,
  times: Float64Array,
  thread?: Uint8Array | Uint16Array,
): AgentOutcome {
  const fate = new Uint8Array(times.length);
  const arrival = new Float64Array(times.length).fill(Number.NaN);
  const capacity = Math.max(0, Math.floor(spec.cacheBytes / spec.eventBytes));
  const lateAfter = spec.lateAfter ?? 5 * MINUTE;
  const cache: Cache = { waiting: [], head: 0, released: 0, free: Number.NEGATIVE_INFINITY };
  const live = liveThreads(spec.threads, faults);
  const upload = (event: number, at: number) => {
    arrival[event] = at;
    fate[event] = at - times[event]! > lateAfter ? FATE.late : FATE.onTime;
  };
  const drain = (until: number) => drainCache(cache, spec, until, live, upload);

  for (let i = 0; i < times.length; i++) {
    const t = times[i]!;
    for (let next = live.next(); next <= t; next = live.next()) {
      drain(next);
      if (live.step() === 'restart') cache.released = cache.waiting.length - cache.head;
      cache.free = Math.max(cache.free, next);
    }
    drain(t);
    if (passes(spec, live, cache, t, thread ? thread[i]! : spread(i, spec.threads))) {
      upload(i, t);
      if (spec.sharing === 'pooled') cache.free = Math.max(cache.free, t) + HOUR / (spec.drainPerHour * live.share());
      continue;
    }
    admit(cache, spec.policy, capacity, i, fate);
    if (spec.sharing === 'pooled') cache.released = cache.waiting.length - cache.head;
  }
  for (let next = live.next(); next < Number.POSITIVE_INFINITY; next = live.next()) {
    drain(next);
    if (live.step() === 'restart') cache.released = cache.waiting.length - cache.head;
    cache.free = Math.max(cache.free, next);
  }
  drain(Number.POSITIVE_INFINITY);
  for (let j = cache.head; j < cache.waiting.length; j++) fate[cache.waiting[j]!] = FATE.held;
  return { fate, arrival, counts: countFates(fate) };
}

/** True where an event goes straight out. */
function passes(spec: AgentSpec, live: LiveThreads, cache: Cache, t: number, thread: number): boolean {
  if (spec.sharing === 'pinned') return live.alive(thread);
  return live.share() > 0 && cache.head === cache.waiting.length && cache.free <= t;
}

/** Puts event `i` into the cache, at the price of the oldest one or of itself when the cache is full. */
function admit(cache: Cache, policy: OverflowPolicy, capacity: number, i: number, fate: Uint8Array): void {
  const full = cache.waiting.length - cache.head >= capacity;
  if (full && (policy === 'drop-newest' || capacity === 0)) {
    fate[i] = FATE.lost;
    return;
  }
  if (full) {
    fate[cache.waiting[cache.head]!] = FATE.lost;
    cache.head++;
    cache.released = Math.max(0, cache.released - 1);
  }
  cache.waiting.push(i);
  if (cache.head > 65_536 && cache.head * 2 > cache.waiting.length) {
    cache.waiting.splice(0, cache.head);
    cache.head = 0;
  }
}

/** Uploads released events until `until`; each takes its share of the upload rate. */
function drainCache(
  cache: Cache,
  spec: AgentSpec,
  until: number,
  live: LiveThreads,
  upload: (event: number, at: number) => void,
): void {
  const share = spec.sharing === 'pooled' ? live.share() : 1;
  if (share === 0) return;
  const step = HOUR / (spec.drainPerHour * share);
  while (cache.released > 0 && cache.free + step <= until) {
    cache.free += step;
    const newest = spec.drain === 'newest-first';
    const at = newest ? cache.head + cache.released - 1 : cache.head;
    upload(cache.waiting[at]!, cache.free);
    if (newest) cache.waiting.splice(at, 1);
    else cache.head++;
    cache.released--;
  }
}

interface LiveThreads {
  /** Time of the next deadlock or restart; Infinity when there is none. */
  next(): number;
  step(): 'deadlock' | 'restart';
  alive(thread: number): boolean;
  /** Share of live threads, 0–1. */
  share(): number;
}

function liveThreads(threads: number, faults: AgentFaults): LiveThreads {
  const alive = new Uint8Array(threads).fill(1);
  let count = threads;
  let at = 0;
  const events = [
    ...faults.deadlocks.map((d) => ({ at: d.at as number, thread: d.thread })),
    ...faults.restarts.map((r) => ({ at: r as number, thread: -1 })),
  ].sort((a, b) => a.at - b.at || a.thread - b.thread);
  return {
    next: () => events[at]?.at ?? Number.POSITIVE_INFINITY,
    step: () => {
      const { thread } = events[at++]!;
      if (thread < 0) {
        alive.fill(1);
        count = threads;
        return 'restart';
      }
      if (alive[thread] === 1) count--;
      alive[thread] = 0;
      return 'deadlock';
    },
    alive: (thread) => alive[thread] !== 0,
    share: () => count / threads,
  };
}

/** Spreads event indices evenly over threads, without a pattern (Knuth's multiplicative hash). */
const spread = (i: number, threads: number): number =>
  Math.floor((Math.imul(i + 1, 0x9e3779b1) >>> 0) / (4294967296 / threads));

function countFates(fate: Uint8Array): AgentOutcome['counts'] {
  const n = [0, 0, 0, 0];
  for (const f of fate) n[f]!++;
  return { onTime: n[FATE.onTime]!, late: n[FATE.late]!, lost: n[FATE.lost]!, held: n[FATE.held]! };
}

/** A rate that changes by bin: events per hour in each bin from `start` on. */
export interface RateSeries {
  readonly start: Instant;
  readonly bin: Span;
  readonly perHour: Float64Array | readonly number[];
  /** The bins come again, before and after; where not said, the first and the last hold beyond the ends. */
  readonly repeats?: boolean;
}

/** One stop of the whole agent, from `stop` to `restart`. */
export interface Outage {
  /** Events per hour, constant or by bin. */
  readonly rate: number | RateSeries;
  /** Bytes. */
  readonly eventBytes: number;
  /** Bytes. */
  readonly cacheBytes: number;
  readonly stop: Instant;
  readonly restart: Instant;
  readonly policy: OverflowPolicy;
  /** Share of the inflow that waits, 0–1, where some threads live on; 1 where not said. */
  readonly deadShare?: number;
  /** Events per hour that are uploaded after the restart; says how long the backlog takes. */
  readonly drainPerHour?: number;
}

/** What one stop costs, by the closed form: no chance in it. */
export interface OutageEffect {
  /** Capacity of the cache in events. */
  readonly capacity: number;
  /** Events that could not be uploaded while the agent was stopped. */
  readonly stuck: number;
  readonly lost: number;
  readonly late: number;
  /** Event times that are lost, null where the cache held all. */
  readonly lostInterval: Interval | null;
  /** Event times that arrive after the restart. */
  readonly lateInterval: Interval | null;
  /** How long the cache lasts from the stop on; null where it lasts beyond the restart. */
  readonly fullAfter: Span | null;
  /** How long the backlog takes to upload; null where no rate was given. */
  readonly drained: Span | null;
  /** Delay of the first and of the last late event, null where nothing is late or the restart's rate is unknown. */
  readonly delays: { readonly oldest: Span; readonly newest: Span } | null;
}

/**
 * The closed form: with capacity K and inflow r, N = ∫r over the stop. N ≤ K: all late. Else a ring buffer keeps the last K
 * events: t* solves ∫[t*, restart] r = K, lost = [stop, t*), late = [t*, restart). An agent that refuses new events mirrors it.
 */
export function outageEffect(outage: Outage): OutageEffect {
  const capacity = Math.max(0, Math.floor(outage.cacheBytes / outage.eventBytes));
  const share = outage.deadShare ?? 1;
  const stuck = share * eventsBetween(outage.rate, outage.stop, outage.restart);
  const kept = Math.min(stuck, capacity);
  const lost = stuck - kept;
  const full = timeAfter(outage.rate, outage.stop, capacity / share, outage.restart);
  const turn =
    outage.policy === 'drop-oldest' ? timeAfter(outage.rate, outage.stop, lost / share, outage.restart) : full;
  const before: Interval = { start: outage.stop, end: turn };
  const after: Interval = { start: turn, end: outage.restart };
  const [lostInterval, lateInterval] =
    lost <= 0
      ? [null, { start: outage.stop, end: outage.restart }]
      : outage.policy === 'drop-oldest'
        ? [before, after]
        : [after, before];
  const drained = outage.drainPerHour ? (((kept / outage.drainPerHour) * HOUR) as Span) : null;
  return {
    capacity,
    stuck,
    lost,
    late: kept,
    lostInterval,
    lateInterval: kept > 0 ? lateInterval : null,
    fullAfter: lost > 0 ? ((full - outage.stop) as Span) : null,
    drained,
    delays:
      drained !== null && kept > 0
        ? {
            oldest: (outage.restart - lateInterval!.start) as Span,
            newest: (outage.restart - lateInterval!.end + drained) as Span,
          }
        : null,
  };
}

/**
 * Restarts every `every`, and a deadlock `deadlockAfter` later each time: what one cycle loses and delays, in events.
 * The delay is a sawtooth of period `every`.
 */
export function cycleEffect(
  perHour: number,
  every: Span,
  deadlockAfter: Span,
  capacity: number,
): { readonly lost: number; readonly late: number } {
  const stuck = (perHour * Math.max(0, every - deadlockAfter)) / HOUR;
  return { lost: Math.max(0, stuck - capacity), late: Math.min(stuck, capacity) };
}

/** ∫ rate over [from, to), in events. */
export function eventsBetween(rate: number | RateSeries, from: Instant, to: Instant): number {
  if (to <= from) return 0;
  if (typeof rate === 'number') return (rate * (to - from)) / HOUR;
  let sum = 0;
  for (let t: number = from; t < to; ) {
    const next = Math.min(to, edgeAfter(rate, t));
    sum += (rateAt(rate, t) * (next - t)) / HOUR;
    t = next;
  }
  return sum;
}

/** The instant by which `events` events have come since `from`, at most `limit`. */
function timeAfter(rate: number | RateSeries, from: Instant, events: number, limit: Instant): Instant {
  let rest = events;
  for (let t: number = from; t < limit; ) {
    const next = typeof rate === 'number' ? limit : Math.min(limit, edgeAfter(rate, t));
    const perHour = typeof rate === 'number' ? rate : rateAt(rate, t);
    const here = (perHour * (next - t)) / HOUR;
    if (here >= rest && perHour > 0) return (t + (rest / perHour) * HOUR) as Instant;
    rest -= here;
    t = next;
  }
  return limit;
}

const binAt = (rate: RateSeries, t: number): number => Math.floor((t - rate.start) / rate.bin);
const edgeAfter = (rate: RateSeries, t: number): number => rate.start + (binAt(rate, t) + 1) * rate.bin;
function rateAt(rate: RateSeries, t: number): number {
  const { length } = rate.perHour;
  if (length === 0) return 0;
  const bin = binAt(rate, t);
  const at = rate.repeats ? ((bin % length) + length) % length : Math.min(length - 1, Math.max(0, bin));
  return rate.perHour[at]!;
}

/** Hours of the day in UTC, `from` 0–23 and `to` 1–24; where `to` is not later, they end on the next day. */
export interface OfficeHours {
  readonly from: number;
  readonly to: number;
}

/** A profile as somebody says it. */
export interface ProfileText {
  /** Events per hour outside office hours, the rate beside it being that of office hours; null: a tenth, and the mean is kept. */
  readonly otherwise: number | null;
  readonly hours: OfficeHours;
}

/**
 * A rate of two steps, again each week: fast in office hours, slow at night and on weekends. At a constant rate a weekend's
 * stop would seem too dear and a Monday's too cheap.
 */
export interface OfficeProfile {
  /** Events per hour in office hours. */
  readonly office: number;
  /** Events per hour at night and on weekends. */
  readonly otherwise: number;
  readonly hours: OfficeHours;
  /** The same as 168 hours from Monday 00:00 UTC on, repeated. */
  readonly series: RateSeries;
}

const USUAL: OfficeHours = { from: 8, to: 18 };
const HOURS_OF_WEEK = 168;
/** How many times as many events come in office hours as outside where only the shape is named. */
const OFFICE_TIMES = 10;
/** The first Monday after the epoch. */
const MONDAY = instant(4 * DAY);

const PER_HOUR: Readonly<Record<string, number>> = { s: 3600, min: 60, h: 1, d: HOUR / DAY };

/** Events per hour of `5000/s`, `300/min`, `212/h`, `90000/d` or `5000`, which is by second; undefined for what is no rate, and for none. */
export function parseRate(text: string): number | undefined {
  const perHour = rateOf(text);
  return perHour !== undefined && perHour > 0 ? perHour : undefined;
}

function rateOf(text: string): number | undefined {
  const m = /^(\d+(?:\.\d+)?)\s*(?:\/\s*(s|min|h|d))?$/i.exec(text.trim());
  const perHour = m ? Number(m[1]) * PER_HOUR[(m[2] ?? 's').toLowerCase()]! : Number.NaN;
  return Number.isFinite(perHour) ? perHour : undefined;
}

/**
 * `office`, or a rate (none is one: `0/h`) for nights and weekends, each with other office hours behind it: `office 12-22`,
 * `200/h 16-2`. Undefined for anything else.
 */
export function parseProfile(text: string): ProfileText | undefined {
  const m = /^(.*?)(?:\s+(\d{1,2})\s*-\s*(\d{1,2}))?$/.exec(text.trim());
  if (!m) return undefined;
  const hours = m[2] === undefined ? USUAL : { from: Number(m[2]), to: Number(m[3]) };
  if (hours.from > 23 || hours.to > 24 || hours.to < 1 || hours.from === hours.to) return undefined;
  if (m[1]!.toLowerCase() === 'office') return { otherwise: null, hours };
  const otherwise = rateOf(m[1]!);
  return otherwise === undefined ? undefined : { otherwise, hours };
}

/** @param rate events per hour: of office hours, or the week's mean where only the shape was named. */
export function officeProfile(rate: number, { otherwise: said, hours }: ProfileText): OfficeProfile {
  const length = (hours.to - hours.from + 24) % 24 || 24;
  const inside = 5 * length;
  const office = said === null ? (rate * HOURS_OF_WEEK) / (inside + (HOURS_OF_WEEK - inside) / OFFICE_TIMES) : rate;
  const otherwise = said ?? office / OFFICE_TIMES;
  // Hours that end on the next day belong to the day on which they begin: Friday's evening may reach into Saturday.
  const perHour = Array.from({ length: HOURS_OF_WEEK }, (_, h) => {
    const since = (h - hours.from + HOURS_OF_WEEK) % HOURS_OF_WEEK;
    return since % 24 < length && since < 5 * 24 ? office : otherwise;
  });
  return { office, otherwise, hours, series: { start: MONDAY, bin: HOUR, perHour, repeats: true } };
}

const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

/** `Monday to Friday 08:00–18:00 UTC`. */
export const hoursWords = ({ from, to }: OfficeHours): string =>
  `Monday to Friday ${clock(from)}–${clock(to)} UTC${to <= from ? ' of the next day' : ''}`;

/** How long it takes from `from` on until so many events have come, at a rate that repeats by week; Infinity where none ever come. */
export function spanOf(rate: number | RateSeries, from: Instant, events: number): Span {
  const week = eventsBetween(rate, from, (from + WEEK) as Instant);
  if (week <= 0) return Number.POSITIVE_INFINITY as Span;
  const weeks = Math.floor(events / week);
  const rest = timeAfter(rate, from, events - weeks * week, (from + WEEK) as Instant) - from;
  return (weeks * WEEK + rest) as Span;
}
