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
  const losses = joinExtents(found, volumes.binsPerDay / 8).filter(
    (e) => windowLoss(volumes, baseline, e.from, e.to).expected >= LEAST_EXPECTED,
  );
  const apart = losses.length > 0 ? unplaced(a, candidates, losses) : [];
  const all = joinExtents([...losses, ...apart], 0);
  return joinExtents([...all, ...lossesBetween(a, all)], 0);
}

/** Stops and short losses that stand on their own and that a larger region around them swallowed: each is looked for by itself. */
function unplaced(a: Analysis, candidates: readonly Candidate[], losses: readonly Extent[]): Extent[] {
  const { volumes: v, baseline, searched } = a;
  if (!baseline) return [];
  const lost = candidates.filter(
    (c) => (c.test === 'silence' || c.test === 'bin') && !losses.some((l) => l.from < c.to && c.from < l.to),
  );
  return mergeCandidates(lost).flatMap((c) => {
    const lo = losses.reduce((x, l) => (l.to <= c.from ? Math.max(x, l.to) : x), searched.from);
    const hi = losses.reduce((x, l) => (l.from >= c.to ? Math.min(x, l.from) : x), searched.to);
    return locate(v, baseline, c, lo, hi).filter(
      (e) => windowLoss(v, baseline, e.from, e.to).expected >= LEAST_EXPECTED,
    );
  });
}

/** Hours between two findings that are looked at on their own, at most. */
const BETWEEN_HOURS = 48;
/** Chance of one false loss in all that lies between the findings of a source. */
const BETWEEN = 0.001;

/**
 * Losses in what is left between two findings (losses or late rows) that lie near to each other. The search has to pay for all
 * places of the history; here the place is given, as in a claim: an agent that is restarted daily loses a few quiet hours each time.
 */
function lossesBetween(a: Analysis, losses: readonly Extent[]): Extent[] {
  const { volumes: v, baseline, lateRuns } = a;
  if (!baseline || losses.length === 0) return [];
  const findings = [...losses, ...lateRuns].sort((x, y) => x.from - y.from || x.to - y.to);
  const left: { from: number; to: number }[] = [];
  let end = Number.POSITIVE_INFINITY;
  for (const f of findings) {
    if (f.from > end && f.from - end <= BETWEEN_HOURS * v.perHour) left.push({ from: end, to: f.from });
    end = end === Number.POSITIVE_INFINITY ? f.to : Math.max(end, f.to);
  }
  return left
    .filter((b) => windowLoss(v, baseline, b.from, b.to).p < BETWEEN / left.length)
    .flatMap((b) => locate(v, baseline, b, b.from, b.to))
    .filter((e) => windowLoss(v, baseline, e.from, e.to).expected >= LEAST_EXPECTED);
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
