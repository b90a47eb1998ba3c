/**
 * Silence: runs of empty bins that are too long to be chance. The evidence of a run is −ln P(nothing comes), in the Poisson
 * limit the number of records that were expected.
 */
import { HOUR, type Span } from '../base/time';
import type { Baseline } from './baseline';
import { type Candidate, KEEP } from './bins';
import { logZero } from './negative-binomial';
import type { Volumes } from './volumes';

/** Expected records below which a silence is never called a gap: e^−9.2 = 1e-4. */
export const LEAST_EXPECTED = 9.2;
/** Chance of one false silence in a source's whole history. */
export const FAMILY = 0.01;
const DAY_OFF = 0.3;

interface Run {
  readonly from: number;
  readonly to: number;
  readonly evidence: number;
}

/** The silences of the closed past, and by what one of the open day is judged. */
export interface SilenceSearch {
  readonly stretch: number;
  readonly places: number;
  readonly found: readonly Candidate[];
  /** First bin of the run that reaches the end of the closed past, or that end. */
  readonly open: number;
}

/**
 * Searches the closed past, [from, to), for runs of empty bins that speak for a stop.
 *
 * @param off 1 for bins of days off, on which a third of the usual records is all that can be counted on.
 */
export function searchSilence(
  v: Volumes,
  baseline: Baseline,
  off: Uint8Array,
  from: number,
  to: number,
): SilenceSearch {
  const runs = emptyRuns(v, baseline, off, from, to);
  const last = runs.at(-1);
  const search = {
    stretch: tailStretch(runs, baseline),
    places: silencePlaces(v, from, to),
    open: last?.to === to ? last.from : to,
  };
  return { ...search, found: silent(runs, search) };
}

/** All silences of what was searched, up to `to`: one that goes on in the open day is weighed from its beginning. */
export function openSilence(
  v: Volumes,
  baseline: Baseline,
  off: Uint8Array,
  search: SilenceSearch,
  to: number,
): readonly Candidate[] {
  if (to <= search.open) return search.found;
  const runs = emptyRuns(v, baseline, off, search.open, to);
  return [...search.found.filter((c) => c.to <= search.open), ...silent(runs, search)];
}

const silent = (runs: readonly Run[], { stretch, places }: Pick<SilenceSearch, 'stretch' | 'places'>): Candidate[] =>
  runs.flatMap((r): Candidate[] => {
    const logP = -r.evidence / stretch;
    return logP + Math.log(places) < KEEP ? [{ from: r.from, to: r.to, test: 'silence', logP, places }] : [];
  });

/** A run may begin after any record, and at any bin, of the closed past [from, to) and of a day more. */
const silencePlaces = (v: Volumes, from: number, to: number): number => {
  const day = 1 + v.binsPerDay / Math.max(1, to - from);
  return Math.max(10, Math.min(to - from + v.binsPerDay, v.total * day));
};

function emptyRuns(v: Volumes, baseline: Baseline, off: Uint8Array, from: number, to: number): Run[] {
  const runs: Run[] = [];
  for (let i = from; i < to; ) {
    if (v.records[i]! > 0 || v.unknown[i] === 1) {
      i++;
      continue;
    }
    let j = i;
    while (j < to && v.records[j] === 0 && v.unknown[j] === 0) j++;
    runs.push({ from: i, to: j, evidence: silenceEvidence(v, baseline, off, i, j) });
    i = j;
  }
  return runs;
}

/** −ln P(all bins of [from, to) are empty): bins scatter on their own, and share the factor of their day (a gamma). */
function silenceEvidence(v: Volumes, { mu, noise }: Baseline, off: Uint8Array, from: number, to: number): number {
  let total = 0;
  let inDay = 0;
  for (let i = from; i < to; i++) {
    inDay -= logZero(off[i] === 1 ? DAY_OFF * mu[i]! : mu[i]!, noise.k);
    if (i + 1 === to || v.day[i + 1] !== v.day[i]) {
      total += Math.log1p(noise.dayVariance * inDay) / noise.dayVariance;
      inDay = 0;
    }
  }
  return total;
}

/**
 * Sources that come in bursts are silent longer than the model thinks. Their own clean silences say by how much the evidence
 * must be divided: its 95 % quantile is 3 in the model, with room for the first bin.
 */
function tailStretch(runs: readonly Run[], baseline: Baseline): number {
  const clean: number[] = [];
  for (const r of runs) if (baseline.taught[r.from] === 1 && baseline.taught[r.to - 1] === 1) clean.push(r.evidence);
  if (clean.length < 20) return 1;
  clean.sort((a, b) => a - b);
  return Math.max(1, clean[Math.floor(clean.length * 0.95)]! / 4);
}

/** The shortest silence that this source could prove in a typical hour; null where even a week would not do. */
export function smallestProvableSilence(v: Volumes, baseline: Baseline, from: number, to: number): Span | null {
  const needed = Math.max(LEAST_EXPECTED, Math.log(silencePlaces(v, from, to) / FAMILY));
  const stretch = tailStretch(emptyRuns(v, baseline, new Uint8Array(v.bins), from, to), baseline);
  const lengths: number[] = [];
  const step = Math.max(1, Math.floor((to - from) / 60));
  for (let i = from; i < to; i += step) {
    let evidence = 0;
    let j = i;
    for (; j < to && evidence < needed * stretch; j++) evidence -= logZero(baseline.mu[j]!, baseline.noise.kBin);
    if (evidence >= needed * stretch) lengths.push(j - i);
  }
  if (lengths.length === 0) return null;
  lengths.sort((a, b) => a - b);
  const typical = lengths[lengths.length >> 1]!;
  return typical * v.bin > 7 * 24 * HOUR ? null : ((typical * v.bin) as Span);
}
