/**
 * Which suspicious intervals stand. Unplanned ones pass Benjamini–Hochberg across sources; those inside a claimed window are
 * judged with the claims (Holm), by a search of that window alone.
 */
import type { Steps } from '../base/steps';
import type { Analysis } from './analysis';
import type { Baseline } from './baseline';
import { benjaminiHochberg } from './benjamini-hochberg';
import { type Candidate, mergeCandidates, searchLogP } from './bins';
import { type Extent, locate, reach } from './change-point';
import { sameNoise } from './day-noise';
import { type Bins, windowLoss } from './loss';
import { type Onset, onsetOf } from './onset';
import { sameNumbers } from './same';
import { LEAST_EXPECTED } from './silence';
import type { Volumes } from './volumes';

/** Share of false sources that is accepted among those with unplanned findings. */
const FALSE_SHARE = 0.01;
/** The unplanned candidates that stand, by source (same order as given). */
export function standing(analyses: readonly (Analysis | null)[]): Candidate[][] {
  const p = analyses.map((a) => Math.exp(Math.min(0, ...(a?.candidates ?? []).map(searchLogP))));
  const adjusted = benjaminiHochberg(p);
  // A source that stands shows every interval that would have stood in its place.
  const worst = Math.max(0, ...p.filter((_, i) => adjusted[i]! <= FALSE_SHARE));
  return analyses.map((a, i) =>
    adjusted[i]! <= FALSE_SHARE ? a!.candidates.filter((c) => Math.exp(searchLogP(c)) <= worst) : [],
  );
}

/** Losses of regions that an assessment before has dated. */
export interface LocationMemory {
  located: readonly KeptLocation[];
}

/** What something was dated by: these bins before some bin. */
interface Dated {
  readonly volumes: Volumes;
  readonly baseline: Baseline;
}

/** The losses of a region, with all that they were dated by: the bins before `to`. */
export interface KeptLocation extends Dated {
  readonly region: Bins;
  readonly lo: number;
  readonly to: number;
  readonly found: readonly Extent[];
  readonly onsets: readonly KeptOnset[];
}

/** When a loss began that lies at a plain step: dated by the bins before the end of `at`. */
interface KeptOnset extends Dated {
  readonly lo: number;
  readonly at: Bins;
  readonly onset: Onset;
}

interface Located {
  readonly a: Analysis;
  readonly before: readonly KeptLocation[];
  readonly next: KeptLocation[];
}

/** `locate`, unless the same region was dated before by the same bins. */
function* locateOnce(located: Located, region: Bins, lo: number, hi: number): Steps<readonly Extent[]> {
  const { a, before, next } = located;
  const by: Dated = { volumes: a.volumes, baseline: a.baseline! };
  const to = reach(by.volumes, region, hi);
  const kept = before.find((k) => k.lo === lo && k.to === to && sameBins(k.region, region) && datedAlike(k, by, to));
  const onsets: KeptOnset[] = [...(kept?.onsets ?? [])];
  const within = { lo, hi, onsetOf: (earliest: number, at: Bins) => onsetOnce(located, onsets, earliest, at) };
  const found = kept?.found ?? (yield* locate(by.volumes, by.baseline, region, within));
  next.push({ ...by, region: { from: region.from, to: region.to }, lo, to, found, onsets });
  return found;
}

/**
 * `onsetOf`, unless the same loss was dated before by the same bins. What the open day adds to a loss that began before it says
 * nothing of when it began: its hours would only have it dated again and again.
 */
function* onsetOnce({ a, before }: Located, into: KeptOnset[], lo: number, { from, to }: Bins): Steps<Onset> {
  const by: Dated = { volumes: a.volumes, baseline: a.baseline! };
  const closed = a.past.volumes.bins;
  const at = { from, to: from + by.volumes.binsPerDay <= closed ? Math.min(to, closed) : to };
  const kept = before
    .flatMap((k) => k.onsets)
    .find((k) => k.lo === lo && sameBins(k.at, at) && datedAlike(k, by, at.to));
  const onset = kept?.onset ?? (yield* onsetOf(by.volumes, by.baseline, lo, at));
  into.push({ ...by, lo, at, onset });
  return onset;
}

const sameBins = (a: Bins, b: Bins): boolean => a.from === b.from && a.to === b.to;

function datedAlike(k: Dated, { volumes: v, baseline }: Dated, to: number): boolean {
  return (
    k.volumes.start === v.start &&
    k.volumes.bin === v.bin &&
    sameNoise(k.baseline.noise, baseline.noise) &&
    sameNumbers(k.baseline.mu, baseline.mu, to) &&
    sameNumbers(k.volumes.records, v.records, to) &&
    sameNumbers(k.volumes.unknown, v.unknown, to)
  );
}

/** Where the losses of these candidates lie, merged and in order. */
export function* locateAll(
  a: Analysis,
  candidates: readonly Candidate[],
  memory: LocationMemory = { located: [] },
): Steps<Extent[]> {
  const located: Located = { a, before: memory.located, next: [] };
  const found = yield* locateEach(located, candidates);
  memory.located = located.next;
  return found;
}

function* locateEach(located: Located, candidates: readonly Candidate[]): Steps<Extent[]> {
  const { a } = located;
  const { volumes, baseline, searched } = a;
  if (!baseline || candidates.length === 0) return [];
  const regions = mergeCandidates(candidates);
  const found: Extent[] = [];
  for (const [i, r] of regions.entries()) {
    // Each region is searched up to its neighbours: a larger loss next door would else draw the search out of the region.
    const lo = Math.max(searched.from, regions[i - 1]?.to ?? searched.from);
    const hi = Math.min(searched.to, regions[i + 1]?.from ?? searched.to);
    found.push(...(yield* locateOnce(located, r, lo, hi)));
  }
  const losses = enough(a, joinExtents(found, volumes.binsPerDay / 8));
  const apart = losses.length > 0 ? yield* unplaced(located, candidates, losses) : [];
  const all = joinExtents([...losses, ...apart], 0);
  return joinExtents([...all, ...(yield* lossesBetween(located, all))], 0);
}

/** Those of which anything can be said. */
const enough = ({ volumes, baseline }: Analysis, extents: readonly Extent[]): Extent[] =>
  extents.filter((e) => windowLoss(volumes, baseline!, e.from, e.to).expected >= LEAST_EXPECTED);

/** Stops and short losses that stand on their own and that a larger region around them swallowed: each is looked for by itself. */
function* unplaced(located: Located, candidates: readonly Candidate[], losses: readonly Extent[]): Steps<Extent[]> {
  const { a } = located;
  const { searched } = a;
  const lost = candidates.filter(
    (c) => (c.test === 'silence' || c.test === 'bin') && !losses.some((l) => l.from < c.to && c.from < l.to),
  );
  const found: Extent[] = [];
  for (const c of mergeCandidates(lost)) {
    const lo = losses.reduce((x, l) => (l.to <= c.from ? Math.max(x, l.to) : x), searched.from);
    const hi = losses.reduce((x, l) => (l.from >= c.to ? Math.min(x, l.from) : x), searched.to);
    found.push(...enough(a, yield* locateOnce(located, c, lo, hi)));
  }
  return found;
}

/** Hours between two findings that are looked at on their own, at most. */
const BETWEEN_HOURS = 48;
/** Chance of one false loss in all that lies between the findings of a source. */
const BETWEEN = 0.001;

/**
 * Losses in what is left between two findings (losses or late rows) that lie near to each other. The search has to pay for all
 * places of the history; here the place is given, as in a claim: an agent that is restarted daily loses a few quiet hours each time.
 */
function* lossesBetween(located: Located, losses: readonly Extent[]): Steps<Extent[]> {
  const { a } = located;
  const { volumes: v, baseline, lateRuns } = a;
  if (!baseline || losses.length === 0) return [];
  const findings = [...losses, ...lateRuns].sort((x, y) => x.from - y.from || x.to - y.to);
  const left: { from: number; to: number }[] = [];
  let end = Number.POSITIVE_INFINITY;
  for (const f of findings) {
    if (f.from > end && f.from - end <= BETWEEN_HOURS * v.perHour) left.push({ from: end, to: f.from });
    end = end === Number.POSITIVE_INFINITY ? f.to : Math.max(end, f.to);
  }
  const found: Extent[] = [];
  for (const b of left) {
    if (windowLoss(v, baseline, b.from, b.to).p < BETWEEN / left.length)
      found.push(...enough(a, yield* locateOnce(located, b, b.from, b.to)));
  }
  return found;
}

/** Extents that overlap or nearly touch are one loss. */
function joinExtents(found: readonly Extent[], near: number): Extent[] {
  const out: Extent[] = [];
  for (const e of [...found].sort((x, y) => x.from - y.from || x.to - y.to)) {
    const last = out.at(-1);
    if (!last || e.from > last.to + near) out.push(e);
    else {
      const later = e.to > last.to ? e : last;
      out[out.length - 1] = {
        from: last.from,
        to: later.to,
        startLow: Math.min(last.startLow, e.from === last.from ? e.startLow : last.startLow),
        startHigh: Math.max(last.startHigh, e.from === last.from ? e.startHigh : last.startHigh),
        endLow: later.endLow,
        endHigh: later.endHigh,
        evidence: last.evidence + e.evidence,
      };
    }
  }
  return out;
}
