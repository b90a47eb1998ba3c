/**
 * Which suspicious intervals stand. Unplanned ones pass Benjamini–Hochberg across sources; those inside a claimed window are
 * judged with the claims (Holm), by a search of that window alone.
 */
import type { Analysis } from './analysis';
import { benjaminiHochberg } from './benjamini-hochberg';
import { type Candidate, mergeCandidates, searchLogP } from './bins';
import { type Extent, locate } from './change-point';
import { windowLoss } from './loss';
import { LEAST_EXPECTED } from './silence';

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

/** Where the losses of these candidates lie, merged and in order. */
export function locateAll(a: Analysis, candidates: readonly Candidate[]): Extent[] {
  const { volumes, baseline, searched } = a;
  if (!baseline || candidates.length === 0) return [];
  const regions = mergeCandidates(candidates);
  // Each region is searched up to its neighbours: a larger loss next door would else draw the search out of the region.
  const found = regions.flatMap((r, i) => {
    const lo = Math.max(searched.from, regions[i - 1]?.to ?? searched.from);
    const hi = Math.min(searched.to, regions[i + 1]?.from ?? searched.to);
    return locate(volumes, baseline, r, lo, hi);
  });
  return joinExtents(found, volumes.binsPerDay / 8).filter(
    (e) => windowLoss(volumes, baseline, e.from, e.to).expected >= LEAST_EXPECTED,
  );
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
