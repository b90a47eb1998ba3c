/**
 * The hour of the week of each bin, in UTC or in the time zone of the people and machines that make the events. Bins stay
 * UTC: on a day of 23 or 25 hours a key is skipped or comes twice, and no day is compared by its date.
 */
import { DAY, type Instant, MINUTE } from '../base/time';
import type { Volumes } from './volumes';

export interface Season {
  /** IANA zone, or `UTC`. */
  readonly zone: string;
  /** Bin of the week of each bin from the first asked for, Monday 00:00 = 0; < 7 × binsPerDay. */
  readonly key: Uint16Array;
}

const MONDAY = 4 * DAY;

/**
 * null where the zone is not known to this machine.
 *
 * @param from first bin that is asked for.
 */
export function seasonOf(v: Volumes, zone: string | null, from = 0): Season | null {
  const shift = zone === null || zone === 'UTC' ? () => 0 : zoneShift(zone);
  if (!shift) return null;
  const cells = 7 * v.binsPerDay;
  const key = new Uint16Array(v.bins - from);
  let until = Number.NEGATIVE_INFINITY;
  let offset = 0;
  for (let i = from; i < v.bins; i++) {
    const t = v.start + i * v.bin;
    if (t >= until) {
      offset = shift(t as Instant);
      until = nextChange(t, offset, shift);
    }
    const local = t + offset - MONDAY;
    key[i - from] = Math.min(cells - 1, Math.floor((((local % (7 * DAY)) + 7 * DAY) % (7 * DAY)) / v.bin));
  }
  return { zone: zone ?? 'UTC', key };
}

/** The next instant, to the quarter of an hour, at which the offset changes; looks a week ahead at a time. */
function nextChange(t: number, offset: number, shift: (at: Instant) => number): number {
  const ahead = t + 7 * DAY;
  if (shift(ahead as Instant) === offset) return ahead;
  let low = t;
  let high = ahead;
  while (high - low > 15 * MINUTE) {
    const mid = (low + high) / 2;
    if (shift(mid as Instant) === offset) low = mid;
    else high = mid;
  }
  return Math.ceil(high / (15 * MINUTE)) * 15 * MINUTE;
}

type Shift = (at: Instant) => number;

/** Of zones that exist: to make one costs as much as a whole source that has grown by an hour. */
const shifts = new Map<string, Shift>();

function zoneShift(zone: string): Shift | null {
  const known = shifts.get(zone);
  if (known) return known;
  const shift = makeShift(zone);
  if (shift) shifts.set(zone, shift);
  return shift;
}

function makeShift(zone: string): Shift | null {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  } catch (fault) {
    if (fault instanceof RangeError) return null;
    throw fault;
  }
  return (at) => {
    const part = new Map(format.formatToParts(at).map((p) => [p.type, Number(p.value)]));
    const local = Date.UTC(
      part.get('year')!,
      part.get('month')! - 1,
      part.get('day')!,
      part.get('hour')!,
      part.get('minute')!,
    );
    return local - Math.floor(at / MINUTE) * MINUTE;
  };
}

/** 1 for Saturday and Sunday by the key of a bin. */
export const isWeekend = (key: number, binsPerDay: number): 0 | 1 => (key >= 5 * binsPerDay ? 1 : 0);
