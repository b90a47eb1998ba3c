import type { Instant, Interval, Span } from '../../base/time';
import { eventsBetween, type OutageEffect, outageEffect, type RateSeries, spanOf } from '../../coverage/agent';
import type { WhatIfInputs } from './whatIfValues';

export type Fate = 'on time' | 'late' | 'lost';

/** Rows collected between two times that all fare alike. */
export interface Stretch extends Interval {
  readonly fate: Fate;
  readonly rows: number;
}

/** What one stop of a collection agent costs, for its page. */
export interface WhatIf {
  readonly inputs: WhatIfInputs;
  /** The log source whose rate it is; null where somebody said one. */
  readonly source: string | null;
  /** Rows per hour, constant or by hour of the week. */
  readonly flow: number | RateSeries;
  /** Of an agent that drops its oldest rows when its cache is full. */
  readonly effect: OutageEffect;
  /** Of one that refuses new rows instead. */
  readonly refusing: OutageEffect;
  /** In order of time, from a while before the stop until as long after the restart. */
  readonly stretches: readonly Stretch[];
  /** How long a cache that is empty at the stop takes all rows; Infinity where it never fills. */
  readonly lasts: Span;
  /** Bytes that would have held every row of this stop. */
  readonly needed: number;
}

/** The closed form of the agent, and the stretches of time that follow from it. */
export function whatIf(inputs: WhatIfInputs, source: string | null): WhatIf {
  const { eventBytes, cacheBytes, stop, restart, uploadPerHour: drainPerHour } = inputs;
  const flow = inputs.profile?.series ?? inputs.rate;
  const outage = {
    rate: flow,
    eventBytes,
    cacheBytes,
    stop,
    restart,
    ...(drainPerHour !== undefined && { drainPerHour }),
  };
  const effect = outageEffect({ ...outage, policy: 'drop-oldest' });
  const pad = Math.max(1, Math.round((restart - stop) / 5));
  // The upload is drawn to its end, unless that would leave no room for the stop.
  const after = Math.round(Math.max(pad, Math.min((effect.drained ?? 0) * 1.1, 2 * (restart - stop))));
  const stretch = (fate: Fate, i: Interval | null): Stretch[] =>
    i && i.end > i.start ? [{ ...i, fate, rows: eventsBetween(flow, i.start, i.end) }] : [];
  return {
    inputs,
    source,
    flow,
    effect,
    refusing: outageEffect({ ...outage, policy: 'drop-newest' }),
    stretches: [
      ...stretch('on time', { start: (stop - pad) as Instant, end: stop }),
      ...stretch('lost', effect.lostInterval),
      ...stretch('late', effect.lateInterval),
      ...stretch('on time', { start: restart, end: (restart + after) as Instant }),
    ],
    lasts:
      typeof flow === 'number' ? (((effect.capacity / flow) * 3_600_000) as Span) : spanOf(flow, stop, effect.capacity),
    needed: Math.ceil(effect.stuck) * eventBytes,
  };
}
