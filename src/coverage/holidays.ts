/**
 * Days off without a calendar: the control series of people (AzureActivity, DeviceLogonEvents, OfficeActivity) drop together
 * on a weekday, yet none falls silent. Machines know no holiday: a series with no weekend has no vote.
 */
import { DAY } from '../base/time';
import type { Analysis } from './analysis';
import { isWeekend } from './season';
import { binStart } from './volumes';

const CONTRAST = 1.3;
const DROP = 0.75;
const SILENT = 0.03;
const LEAST_VOTES = 2;
const MAJORITY = 0.66;
const Z = 3;

/** UTC days since 1970. */
export function findHolidays(controls: readonly Analysis[]): ReadonlySet<number> {
  const voters = controls.filter((a) => a.baseline && hasWeekend(a));
  const votes = new Map<number, { drops: number; voters: number }>();
  for (const a of voters) {
    for (const { day, dropped } of weekdays(a)) {
      const v = votes.get(day) ?? { drops: 0, voters: 0 };
      votes.set(day, { drops: v.drops + (dropped ? 1 : 0), voters: v.voters + 1 });
    }
  }
  const days = [...votes].filter(([, v]) => v.drops >= LEAST_VOTES && v.drops >= MAJORITY * v.voters).map(([d]) => d);
  return new Set(days.sort((x, y) => x - y));
}

const weekdayOf = (utcDay: number): number => (utcDay + 3) % 7;

/** Sums of each whole UTC day. */
function daySums({ volumes: v, baseline }: Analysis) {
  const day0 = Math.floor(v.start / DAY);
  const y = new Float64Array(v.days);
  const m = new Float64Array(v.days);
  const n = new Int32Array(v.days);
  for (let i = v.first; i < v.bins; i++) {
    const d = v.day[i]!;
    y[d]! += v.records[i]!;
    m[d]! += baseline!.mu[i]!;
    n[d]!++;
  }
  return { day0, y, m, n };
}

function hasWeekend(a: Analysis): boolean {
  const { day0, m } = daySums(a);
  const mean = [0, 0];
  const count = [0, 0];
  m.forEach((x, d) => {
    const w = isWeekend(weekdayOf(day0 + d), 1);
    mean[w]! += x;
    count[w]!++;
  });
  return count[0]! > 0 && count[1]! > 0 && mean[0]! / count[0]! > (CONTRAST * mean[1]!) / count[1]!;
}

function weekdays(a: Analysis): { day: number; dropped: boolean }[] {
  const { volumes: v, baseline } = a;
  const { day0, y, m, n } = daySums(a);
  const out: { day: number; dropped: boolean }[] = [];
  for (let d = 0; d < v.days; d++) {
    const whole = n[d] === v.binsPerDay && binStart(v, 0) <= (day0 + d) * DAY;
    if (!whole || m[d]! < 20 || isWeekend(weekdayOf(day0 + d), 1)) continue;
    const ratio = y[d]! / m[d]!;
    const spread = Math.sqrt(baseline!.noise.dayVariance + 1 / m[d]! + 1 / (baseline!.noise.k * v.binsPerDay));
    out.push({ day: day0 + d, dropped: ratio < DROP && ratio > SILENT && ratio < 1 - Z * spread });
  }
  return out;
}
