/**
 * Short losses: every window of 1 hour to 2 days is tested for fewer records than it should hold. One bin alone is the
 * first row of this scan; a 60 % loss of three hours shows in none of its bins and plainly in their sum.
 */
import type { Baseline } from './baseline';
import { logLowerTail } from './negative-binomial';
import type { Volumes } from './volumes';

/** A suspicious interval of bins with its evidence. */
export interface Candidate {
  readonly from: number;
  readonly to: number;
  readonly test: 'bin' | 'silence' | 'shallow' | 'planned';
  /** ln p of this very interval, with no search. */
  readonly logP: number;
  /** Number of places that the search had: p × places is the family's p. */
  readonly places: number;
}

const HOURS = [1, 2, 3, 4, 6, 8, 12, 18, 24, 36, 48];
/** Windows looked at to learn how far this source's own clean windows scatter. */
const SAMPLE = 240;
const GATE = -2.8;

/** ln of the family's p below which a candidate is kept for later judgement. */
export const KEEP = Math.log(0.1);
export const familyLogP = (c: Candidate): number => Math.min(0, c.logP + Math.log(c.places));

/**
 * Three searches look at the same source and share its chance of a false finding. Stops and short losses are plain when they are
 * real and can pay more; the search for shallow ones needs nearly all of it.
 */
const PRICE = { silence: Math.log(10), bin: Math.log(10), shallow: Math.log(1.25), planned: 0 } as const;

/** ln p of one candidate among all that the searches of its source could have brought up. */
export const searchLogP = (c: Candidate): number => Math.min(0, familyLogP(c) + PRICE[c.test]);

/** Sums over the bins before each bin, from `from` on. */
interface Sums {
  readonly from: number;
  readonly y: Float64Array;
  readonly m: Float64Array;
  readonly q: Float64Array;
  /** Bins that may not be tested: unknown, or on a day off. */
  readonly holes: Int32Array;
  readonly untaught: Int32Array;
}

/** The windows of the closed past, and by what those of the open day are judged. */
export interface BinSearch {
  readonly lengths: readonly { readonly bins: number; readonly inflate: number }[];
  /** Places of the whole search, the open day in it. */
  readonly places: number;
  /** Windows that hold too little, merged where they overlap. */
  readonly found: readonly Candidate[];
}

/**
 * Searches the closed past, [from, to).
 *
 * @param off 1 for bins of days off: no window may hold one.
 */
export function searchBins(v: Volumes, baseline: Baseline, off: Uint8Array, from: number, to: number): BinSearch {
  const sums = prefixSums(v, baseline, off, from, to);
  const lengths = [...new Set(HOURS.map((h) => Math.max(1, Math.round(h * v.perHour))))].map((bins) => ({
    bins,
    inflate: scatter(baseline, sums, bins, from, to, v.perHour),
  }));
  // A day of places more than there are: the count, and with it what was found, stays the same until the open day is over.
  const bins = to - from + v.binsPerDay;
  const places = lengths.reduce((n, length) => n + Math.max(1, bins / Math.sqrt(length.bins)), 0);
  const search = { lengths, places, found: [] };
  return { ...search, found: windowsIn(baseline, sums, search, from, from, to) };
}

/** All windows of [from, to) that hold too little: those of the closed past, which ends at `closed`, and those that end behind it. */
export function openBins(
  v: Volumes,
  baseline: Baseline,
  off: Uint8Array,
  search: BinSearch,
  { from, closed, to }: { readonly from: number; readonly closed: number; readonly to: number },
): readonly Candidate[] {
  if (to <= closed) return search.found;
  const first = Math.max(from, closed - Math.max(...search.lengths.map((l) => l.bins)));
  const sums = prefixSums(v, baseline, off, first, to);
  const found = windowsIn(baseline, sums, search, first, closed, to);
  return found.length > 0 ? mergeCandidates([...search.found, ...found]) : search.found;
}

/** Windows of [from, to) that hold too little and end behind `after`, merged where they overlap. */
function windowsIn(
  baseline: Baseline,
  sums: Sums,
  { lengths, places }: BinSearch,
  from: number,
  after: number,
  to: number,
): Candidate[] {
  const found: Candidate[] = [];
  for (const { bins, inflate } of lengths) {
    for (let i = Math.max(from, after + 1 - bins); i + bins <= to; i++) {
      const at = i - sums.from;
      if (sums.holes[at + bins]! > sums.holes[at]!) continue;
      const z = standardised(baseline, sums, i, bins) / inflate;
      if (z > GATE) continue;
      const logP = windowLogP(baseline, sums, i, bins, inflate);
      if (logP + Math.log(places) < KEEP) found.push({ from: i, to: i + bins, test: 'bin', logP, places });
    }
  }
  return mergeCandidates(found);
}

function prefixSums(v: Volumes, { mu, taught }: Baseline, off: Uint8Array, from: number, to: number): Sums {
  const bins = to - from;
  const y = new Float64Array(bins + 1);
  const m = new Float64Array(bins + 1);
  const q = new Float64Array(bins + 1);
  const holes = new Int32Array(bins + 1);
  const untaught = new Int32Array(bins + 1);
  for (let j = 0; j < bins; j++) {
    const i = from + j;
    y[j + 1] = y[j]! + v.records[i]!;
    m[j + 1] = m[j]! + mu[i]!;
    q[j + 1] = q[j]! + mu[i]! * mu[i]!;
    holes[j + 1] = holes[j]! + (v.unknown[i]! | off[i]!);
    untaught[j + 1] = untaught[j]! + 1 - taught[i]!;
  }
  return { from, y, m, q, holes, untaught };
}

function variance({ noise }: Baseline, sums: Sums, i: number, length: number): number {
  const at = i - sums.from;
  const m = sums.m[at + length]! - sums.m[at]!;
  const q = sums.q[at + length]! - sums.q[at]!;
  const share = 1 + noise.cellShare;
  return m + share * (q / noise.k + noise.dayVariance * m * m) + noise.levelVariance * m * m;
}

function standardised(baseline: Baseline, sums: Sums, i: number, length: number): number {
  const at = i - sums.from;
  const y = sums.y[at + length]! - sums.y[at]!;
  const m = sums.m[at + length]! - sums.m[at]!;
  return (y - m) / Math.sqrt(variance(baseline, sums, i, length));
}

function windowLogP(baseline: Baseline, sums: Sums, i: number, length: number, inflate: number): number {
  const at = i - sums.from;
  const y = sums.y[at + length]! - sums.y[at]!;
  const m = sums.m[at + length]! - sums.m[at]!;
  const over = variance(baseline, sums, i, length) * inflate * inflate - m;
  return logLowerTail(y, m, over > 1e-9 * m ? (m * m) / over : 1e12);
}

/**
 * How much wider than the model this source's own clean windows of this length scatter on the low side, ≥ 1. Bursty sources,
 * whose hours hang together, are judged by their own past and not by the model's.
 */
function scatter(baseline: Baseline, sums: Sums, length: number, from: number, to: number, perHour: number): number {
  const step = Math.max(1, Math.floor((to - from - length) / SAMPLE));
  const z: number[] = [];
  for (let i = from; i + length <= to; i += step) {
    const at = i - sums.from;
    if (sums.untaught[at + length] === sums.untaught[at] && sums.m[at + length]! - sums.m[at]! >= 1) {
      z.push(standardised(baseline, sums, i, length));
    }
  }
  if (z.length < 40) return 1;
  const sorted = Float64Array.from(z).sort();
  const q10 = -sorted[Math.floor(0.1 * z.length)]! / 1.282;
  // A loss of two days is itself a fiftieth of the windows of two days: only short windows show their tail undisturbed.
  const q02 = length <= 6 * perHour ? -sorted[Math.floor(0.02 * z.length)]! / 2.054 : 0;
  return Math.max(1, q02, q10);
}

/** Overlapping or touching candidates become one, with the strongest evidence of its parts. */
export function mergeCandidates(found: readonly Candidate[]): Candidate[] {
  const sorted = [...found].sort((a, b) => a.from - b.from || a.to - b.to);
  const out: Candidate[] = [];
  for (const c of sorted) {
    const last = out.at(-1);
    if (!last || c.from > last.to) out.push(c);
    else {
      const strong = searchLogP(c) < searchLogP(last) ? c : last;
      out[out.length - 1] = { ...strong, from: last.from, to: Math.max(last.to, c.to) };
    }
  }
  return out;
}
