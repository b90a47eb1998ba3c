/**
 * Backfill that the platform restamped: rows older than two days get the time of their receipt, so that the hole stays and a
 * spike with no delay stands after it.
 */
import { DAY, HOUR } from '../base/time';
import type { Baseline } from './baseline';
import type { Volumes } from './volumes';

export interface Spike {
  readonly from: number;
  readonly to: number;
  /** Records above what was expected. */
  readonly excess: number;
}

/** The spike may come up to this long after the hole's end. */
const AFTER = 3 * DAY;
const TIMES = 2.5;
const SIGMAS = 6;
/** Share of the deficit that the spike must hold. */
const MATCH = 0.5;

/** @param until the next loss begins there: a spike beyond it is not this one's. */
export function restampSpike(
  v: Volumes,
  { mu, noise }: Baseline,
  end: number,
  deficit: number,
  until: number,
): Spike | null {
  const last = Math.min(v.bins, until, end + Math.round(AFTER / v.bin));
  const quiet = Math.max(1, Math.round((2 * HOUR) / v.bin));
  let best: Spike | null = null;
  let open: { from: number; to: number; excess: number } | null = null;
  for (let i = Math.max(0, end - 1); i < last; i++) {
    const m = mu[i]!;
    const over = v.records[i]! - m;
    const spike = over > (TIMES - 1) * m && over > SIGMAS * Math.sqrt(m + (m * m) / noise.kBin) + 3;
    if (spike && (!open || i - open.to >= quiet)) open = { from: i, to: i + 1, excess: over };
    else if (spike && open) open = { from: open.from, to: i + 1, excess: open.excess + over };
    if (open && open.excess > (best?.excess ?? 0)) best = open;
  }
  return best && best.excess >= MATCH * deficit && best.excess <= 2 * deficit ? best : null;
}
