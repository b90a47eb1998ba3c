/**
 * Runs of bins that hold more rows of a kind (late rows, duplicate rows) than clean bins do: a Poisson test of the run's sum
 * against the clean share.
 */
import { logNormalCdf } from './distributions';
import { sumOver, type Volumes } from './volumes';

export interface Run {
  readonly from: number;
  readonly to: number;
  /** Rows of the kind in the run. */
  readonly rows: number;
  /** First and last bin at which the run may have begun. */
  readonly startLow: number;
  readonly startHigh: number;
}

/** A bin belongs to a run where at least this share of its rows, above the clean share, is of the kind. */
const SHARE = 0.1;
/** Quiet bins inside a run do not end it for this many hours. */
const BRIDGE_HOURS = 6;
/** A run may begin so long before its first plain bin, where one thread of many makes few rows late. */
const BEFORE_HOURS = 168;
/** The bins after the first plain one that tell how plain it is. */
const ANCHOR_HOURS = 12;
/** Shares of the kind that a run may begin with. */
const SHARES = [0.02, 0.03, 0.045, 0.06, 0.09, 0.13, 0.2, 0.3, 0.5, 0.8];
const DROP = 5;
const AS_GOOD = 1;
const LOG_ALPHA = Math.log(1e-6);
const LEAST_ROWS = 3;

export function runsOf(v: Volumes, kind: Float64Array, cleanShare: number, from: number, to: number): Run[] {
  const bridge = Math.max(1, Math.round(BRIDGE_HOURS * v.perHour));
  const out: Run[] = [];
  let open: { from: number; to: number; rows: number; all: number } | null = null;
  const close = () => {
    if (open && open.rows >= LEAST_ROWS && logUpperTail(open.rows, Math.max(cleanShare, 1e-3) * open.all) < LOG_ALPHA) {
      const last = out.at(-1);
      const begun = beginning(v, kind, cleanShare, open, Math.max(from, last?.to ?? from));
      const rows = open.rows + sumOver(kind, begun.from, open.from);
      // A run that began where the last one ended is the same run.
      if (last && begun.from <= last.to) out[out.length - 1] = { ...last, to: open.to, rows: last.rows + rows };
      else out.push({ to: open.to, ...begun, rows });
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

/**
 * Where a run begins: the profile of the Poisson likelihood that from a bin on a larger share of the rows is of the kind. Threads
 * die one after another, so that the first plain bin may be the second thread's.
 *
 * @param lo first bin that the run may reach.
 */
function beginning(
  v: Volumes,
  kind: Float64Array,
  cleanShare: number,
  run: { readonly from: number; readonly to: number },
  lo: number,
) {
  const clean = Math.max(cleanShare, 1e-3);
  const first = Math.max(lo, run.from - Math.round(BEFORE_HOURS * v.perHour));
  const anchor = Math.max(run.from + 1, Math.min(run.to, run.from + Math.round(ANCHOR_HOURS * v.perHour)));
  const values = new Float64Array(anchor - first).fill(Number.NEGATIVE_INFINITY);
  for (const share of SHARES) {
    if (share < 2 * clean) continue;
    let sum = 0;
    for (let i = anchor - 1; i >= first; i--) {
      sum += kind[i]! * Math.log(share / clean) - v.rows[i]! * (share - clean);
      values[i - first] = Math.max(values[i - first]!, sum);
    }
  }
  const top = values.reduce((x, y) => Math.max(x, y), Number.NEGATIVE_INFINITY);
  const within = (drop: number) => [...values.keys()].filter((j) => values[j]! >= top - drop);
  const range = within(DROP);
  const best = first + (within(AS_GOOD).at(-1) ?? 0);
  const from = Math.min(run.from, best);
  return {
    from,
    startLow: Math.min(from, first + (range[0] ?? 0)),
    startHigh: Math.max(from, first + (range.at(-1) ?? 0)),
  };
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
