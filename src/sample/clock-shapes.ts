/**
 * How busy a log source is over the week. The sample tenant is a hospital group in Vienna; its people and machines keep
 * Central European Summer Time from end to end of the data (no clock change falls into it).
 */
import { DAY, HOUR, type Instant, type Interval } from '../base/time';

export const ZONE = 'Europe/Vienna';
/** CEST. */
export const ZONE_OFFSET = 2 * HOUR;
export const FROM = Date.UTC(2024, 6, 15) as Instant;
export const TO = Date.UTC(2024, 9, 13) as Instant;
export const DAYS = (TO - FROM) / DAY;

/** Assumption Day, 15 August, from midnight to midnight in Vienna: offices are closed, wards are not. */
export const HOLIDAY: Interval = {
  start: (Date.UTC(2024, 7, 15) - ZONE_OFFSET) as Instant,
  end: (Date.UTC(2024, 7, 16) - ZONE_OFFSET) as Instant,
};

export type ClockShape = 'office' | 'ward' | 'flat' | 'batch' | 'development' | 'session';

const bump = (hour: number, at: number, width: number) => {
  const away = Math.min(Math.abs(hour - at), 24 - Math.abs(hour - at));
  return Math.exp(-((away / width) ** 2));
};

interface Clock {
  /** Weight of a local hour of the day, 0–23. */
  readonly hour: (hour: number) => number;
  readonly saturday: number;
  readonly sunday: number;
  /** What a public holiday leaves of a weekday. */
  readonly holiday: number;
}

const CLOCKS: Record<ClockShape, Clock> = {
  office: {
    hour: (h) => 0.14 + bump(h, 9.5, 2.6) + 0.9 * bump(h, 14, 2.4),
    saturday: 0.3,
    sunday: 0.24,
    holiday: 0.34,
  },
  ward: {
    hour: (h) => 0.42 + 0.8 * bump(h, 8, 2.5) + 0.55 * bump(h, 15, 4),
    saturday: 0.74,
    sunday: 0.68,
    holiday: 0.72,
  },
  flat: { hour: (h) => 1 + 0.04 * bump(h, 13, 5), saturday: 0.98, sunday: 0.97, holiday: 0.98 },
  batch: {
    hour: (h) => 0.32 + 2.2 * bump(h, 2, 1.6) + 0.8 * bump(h, 22, 1.2),
    saturday: 0.85,
    sunday: 0.8,
    holiday: 0.9,
  },
  development: {
    hour: (h) => 0.1 + bump(h, 11, 2.5) + 0.95 * bump(h, 16, 2.8) + 0.16 * bump(h, 21, 1.5),
    saturday: 0.2,
    sunday: 0.2,
    holiday: 0.26,
  },
  session: {
    hour: (h) => 0.18 + 1.2 * bump(h, 8, 1.7) + 0.6 * bump(h, 13, 2) + 0.25 * bump(h, 19, 2),
    saturday: 0.36,
    sunday: 0.34,
    holiday: 0.4,
  },
};

/** Mean-1 weights of the 168 local hours of a week, Monday 00:00 first. */
export function weekOf(shape: ClockShape): Float64Array {
  const clock = CLOCKS[shape];
  const week = new Float64Array(168);
  for (let i = 0; i < 168; i++) {
    const day = Math.floor(i / 24);
    week[i] = clock.hour(i % 24) * (day === 5 ? clock.saturday : day === 6 ? clock.sunday : 1);
  }
  const mean = week.reduce((a, b) => a + b, 0) / 168;
  return week.map((w) => w / mean);
}

/** Hour of the local week, 0–167, Monday 00:00 first. */
export function localHourOfWeek(at: number): number {
  const hours = Math.floor((at + ZONE_OFFSET) / HOUR);
  // 1970-01-01 was a Thursday: three days after a Monday.
  return (hours + 72) % 168;
}

export const holidayFactor = (shape: ClockShape): number => CLOCKS[shape].holiday;
