/**
 * Runs of bins that hold more rows of a kind (late rows, duplicate rows) than clean bins do: a Poisson test of the run's sum
 * against the clean share.
 */
import { logNormalCdf } from './distributions';
import type { Volumes } from './volumes';

export interface Run {
  readonly from: number;
  readonly to: number;
  /** Rows of the kind in the run. */
  readonly rows: number;
}

/** A bin belongs to a run where at least this share of its rows, above the clean share, is of the kind. */
const SHARE = 0.1;
/** Quiet bins inside a run do not end it for this many hours. */
const BRIDGE_HOURS = 6;
const LOG_ALPHA = Math.log(1e-6);
const LEAST_ROWS = 3;

export function runsOf(v: Volumes, kind: Float64Array, cleanShare: number, from: number, to: number): Run[] {
  const bridge = Math.max(1, Math.round(BRIDGE_HOURS * v.perHour));
  const out: Run[] = [];
  let open: { from: number; to: number; rows: number; all: number } | null = null;
  const close = () => {
    if (open && open.rows >= LEAST_ROWS && logUpperTail(open.rows, Math.max(cleanShare, 1e-3) * open.all) < LOG_ALPHA) {
      out.push({ from: open.from, to: open.to, rows: open.rows });
    }
    open = null;
  };
  for (let i = from; i < to; i++) {
    const n = kind[i]!;
    const all = v.rows[i]!;
    const marked = n > 0 && n >= (SHARE + cleanShare) * all;
    if (marked && (!open || i - (open as { to: number }).to > bridge)) {
      close();
      open = { from: i, to: i + 1, rows: n, all };
    } else if (marked && open) open = { from: open.from, to: i + 1, rows: open.rows + n, all: open.all + all };
    else if (open && i - open.to >= bridge && all > 0) close();
  }
  close();
  return out;
}

/** ln P(Poisson(mean) ≥ n) by the cube-root normal approximation of the gamma (Wilson and Hilferty), good to a few per cent. */
function logUpperTail(n: number, mean: number): number {
  const z = 3 * Math.sqrt(n) * (Math.cbrt(mean / n) - 1 + 1 / (9 * n));
  return logNormalCdf(z);
}

/** Share of rows of the kind in a typical clean bin: the median over days, so that a bad week does not hide itself. */
export function cleanShareOf(v: Volumes, kind: Float64Array, usable: Uint8Array): number {
  const rows = new Float64Array(v.days);
  const of = new Float64Array(v.days);
  for (let i = 0; i < v.bins; i++) {
    if (usable[i] === 0) continue;
    rows[v.day[i]!]! += v.rows[i]!;
    of[v.day[i]!]! += kind[i]!;
  }
  const shares: number[] = [];
  for (let d = 0; d < v.days; d++) if (rows[d]! > 0) shares.push(of[d]! / rows[d]!);
  shares.sort((a, b) => a - b);
  return shares.length ? shares[Math.floor(shares.length * 0.6)]! : 0;
}
