/** Incident windows as bins of one source: what they cover at most, at least, and with the guard that keeps them from the fit. */
import { DAY, type Instant } from '../base/time';
import type { IncidentWindow } from '../protocol/review';
import type { LogSource } from '../protocol/source';
import type { Volumes } from './volumes';

/** A window with every bound filled in. */
export interface DatedWindow {
  readonly window: IncidentWindow;
  readonly startEarliest: Instant;
  readonly startLatest: Instant;
  readonly endEarliest: Instant;
  readonly endLatest: Instant;
}

/** null where no start is stated or the end lies before it. An end that nobody states is `now`: the incident still runs. */
export function dateWindow(window: IncidentWindow, now: Instant): DatedWindow | null {
  const { start, end } = window;
  const startEarliest = start.earliest ?? start.latest;
  if (startEarliest === null) return null;
  const startLatest = start.latest ?? startEarliest;
  const endEarliest = end.earliest ?? end.latest ?? (Math.max(now, startLatest) as Instant);
  const endLatest = end.latest ?? endEarliest;
  if (![startEarliest, startLatest, endEarliest, endLatest].every(Number.isFinite)) return null;
  return endLatest > startEarliest ? { window, startEarliest, startLatest, endEarliest, endLatest } : null;
}

/** True where the window speaks of this source: by id, by table, or by service where it names no source at all. */
export function concerns(window: IncidentWindow, source: LogSource): boolean {
  return window.sources.length > 0
    ? window.sources.includes(source.id) || window.sources.includes(source.table)
    : source.services.includes(window.service);
}

/** On each side of a window: what lies so near to it teaches nothing. */
export const GUARD = DAY;

/** 1 for bins outside every window and its guard of a day on each side. */
export function outsideWindows(v: Volumes, windows: readonly DatedWindow[]): Uint8Array {
  const out = new Uint8Array(v.bins).fill(1);
  for (const w of windows) {
    const from = Math.max(0, Math.floor((w.startEarliest - GUARD - v.start) / v.bin));
    const to = Math.min(v.bins, Math.ceil((w.endLatest + GUARD - v.start) / v.bin));
    if (from < to) out.fill(0, from, to);
  }
  return out;
}

/** Bins that the window covers at most, and those it covers for certain (null where none). Cut to [lo, hi). */
export function binsOfWindow(v: Volumes, w: DatedWindow, lo: number, hi: number) {
  const cut = (from: number, to: number) => {
    const a = Math.max(lo, from);
    const b = Math.min(hi, to);
    return a < b ? { from: a, to: b } : null;
  };
  const index = (at: Instant, round: (x: number) => number) => round((at - v.start) / v.bin);
  return {
    widest: cut(index(w.startEarliest, Math.floor), index(w.endLatest, Math.ceil)),
    certain:
      w.endEarliest > w.startLatest ? cut(index(w.startLatest, Math.floor), index(w.endEarliest, Math.ceil)) : null,
  };
}
