import { scaleUtc } from 'd3-scale';
import { utcDay, utcMonth, utcYear } from 'd3-time';
import { utcFormat } from 'd3-time-format';
import type { Instant } from '../base/time';
import type { View } from './view';

/** Time to CSS pixels and back, over a plot of some width. */
export interface TimeScale {
  readonly view: View;
  /** CSS pixels. */
  readonly width: number;
  x(at: number): number;
  at(x: number): Instant;
}

export function timeScale(view: View, width: number): TimeScale {
  const perMs = width / (view.to - view.from);
  return {
    view,
    width,
    x: (at) => (at - view.from) * perMs,
    at: (x) => (view.from + x / perMs) as Instant,
  };
}

export interface Tick {
  readonly at: Instant;
  readonly x: number;
  readonly label: string;
  /** A tick at which a larger unit begins (a day among hours, a month among days): drawn stronger. */
  readonly major: boolean;
}

const HOUR_MINUTE = utcFormat('%H:%M');
const SECONDS = utcFormat('%H:%M:%S');
const DAY_MONTH = utcFormat('%-d %b');
const MONTH = utcFormat('%b');
const YEAR = utcFormat('%Y');

/** Ticks in UTC about every `gap` CSS pixels, each with the shortest label that is still clear. */
export function timeTicks(scale: TimeScale, gap = 88): readonly Tick[] {
  const count = Math.max(2, Math.floor(scale.width / gap));
  const domain = scaleUtc()
    .domain([new Date(scale.view.from), new Date(scale.view.to)])
    .range([0, scale.width]);
  return domain
    .ticks(count)
    .map((date) => ({ at: date.getTime() as Instant, x: domain(date), ...labelOf(date) }))
    .filter((tick) => tick.x >= 0 && tick.x <= scale.width);
}

function labelOf(date: Date): { label: string; major: boolean } {
  if (utcYear(date).getTime() === date.getTime()) return { label: YEAR(date), major: true };
  if (utcMonth(date).getTime() === date.getTime()) return { label: MONTH(date), major: true };
  if (utcDay(date).getTime() === date.getTime()) return { label: DAY_MONTH(date), major: false };
  if (date.getUTCSeconds() !== 0) return { label: SECONDS(date), major: false };
  return { label: HOUR_MINUTE(date), major: false };
}
