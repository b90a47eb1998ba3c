/** The verdict on one claim in one log source, by the rules of evidence: what was tested, what it could have seen, what it saw. */
import type { Span } from '../base/time';
import type { Claim, ClaimResult, LossEstimate } from '../protocol/review';
import type { LogSource } from '../protocol/source';
import type { Difference, Reason, Verdict } from '../protocol/status';
import type { Analysis } from './analysis';
import { searchLogP } from './bins';
import { type Bins, lossEstimate, type WindowLoss, windowLoss } from './loss';
import { arrived, between, chance, interval, lateBy, percent, REASON_WORDS, rows } from './sentences';
import { LEAST_EXPECTED } from './silence';
import { type JudgedLoss, togetherLoss, togetherLost } from './status';
import { binStart, sumOver } from './volumes';
import type { DatedWindow } from './windows';

/** Adjusted p below which a loss is confirmed. */
export const CONFIRM = 0.01;
/**
 * The planned test asks for no correction; the search inside the window beside it adds at most a twentieth to the chance of
 * error, which the rule of half the materiality more than takes back.
 */
const SEARCH_PRICE = 20;

/** A claim to be tested on one source in one window, as far as the source alone goes. */
export interface PlannedTest {
  readonly window: DatedWindow;
  /** Bins that the window covers at most. */
  readonly widest: Bins;
  /** Loss over the widest reading and, where the window's ends are ranges, over the narrowest. */
  readonly loss: WindowLoss;
  readonly narrow: WindowLoss | null;
  /** p of the planned tests and of the search inside the window together. */
  readonly p: number;
}

export interface ClaimCase {
  readonly claim: Claim;
  readonly service: string;
  readonly source: string;
  readonly query: string;
  readonly materiality: number;
}

export interface LossCase extends ClaimCase {
  readonly log: LogSource;
  readonly analysis: Analysis;
  readonly test: PlannedTest;
  /** Holm-adjusted p of the test. */
  readonly adjusted: number;
  /** Losses of this source that overlap the window. */
  readonly judged: readonly JudgedLoss[];
}

const NOTHING = { differs: [], minimumDetectableLoss: null, settlesFrom: null, lost: null, late: null } as const;

function base(c: ClaimCase) {
  return { id: c.claim.id, service: c.service, source: c.source, kind: c.claim.kind, query: c.query };
}

export function notEvaluable(c: ClaimCase, reason: Reason, detail = ''): ClaimResult {
  const why = REASON_WORDS[reason] ?? reason;
  const sentence = `${c.source} cannot be evaluated: ${why}${detail ? ` (${detail})` : ''}.`;
  return { ...base(c), ...NOTHING, verdict: 'NOT_EVALUABLE', reason, sentence };
}

/** Any kind of claim on a source with a baseline and a window inside its data. */
export function verdictOf(c: LossCase): ClaimResult {
  switch (c.claim.kind) {
    case 'delay':
      return delayVerdict(c);
    case 'duplicate':
      return duplicateVerdict(c);
    case 'unavailable':
      return notEvaluable(c, 'no-query-log');
    default:
      return lossVerdict(c);
  }
}

function lossVerdict(c: LossCase): ClaimResult {
  const { test, analysis: a } = c;
  const affirms = c.claim.kind !== 'not-affected';
  const found = c.adjusted < CONFIRM;
  const losses = c.judged.filter((j) => j.status === 'GAP' || j.status === 'PARTIAL' || j.status === 'RESTAMPED');
  const whole = lossEstimate(test.loss);
  const lost = found && losses.length > 0 ? togetherLost(a, losses) : whole;
  const share = Math.max(shareOf(test.loss), test.narrow ? shareOf(test.narrow) : 0);
  const material = share >= c.materiality / 2 || losses.length > 0;
  // Where the ends of a window are ranges, the claim may mean the narrowest reading: a loss that falls into it alone must
  // not be waved through by the days around it, so the less sharp of the two readings is what is stated and held to.
  const mdl = leastSeen(test);
  const readings = test.narrow ? [test.loss, test.narrow] : [test.loss];
  const highs = readings.map((l) => lossEstimate(l).high / Math.max(l.expected, 1e-9));
  const high = Math.max(mdl, ...highs);
  const late = a.delays.late ? sumOver(a.delays.late, test.widest.from, test.widest.to) : null;
  const common = { ...base(c), reason: null, minimumDetectableLoss: mdl, late };
  if (found && material) {
    const differs = affirms ? differences(c, losses, lost) : [];
    const verdict: Verdict = affirms ? 'CONFIRMED' : 'CONTRADICTED';
    return {
      ...common,
      verdict,
      differs,
      settlesFrom: mdl,
      lost,
      sentence: foundSentence(c, losses, lost, verdict, differs),
    };
  }
  const settled = !found && high < c.materiality;
  const verdict: Verdict = settled ? (affirms ? 'NOT_SEEN_HERE' : 'CONFIRMED') : 'INCONCLUSIVE';
  const sentence = wholeSentence(c, whole, verdict);
  return { ...common, verdict, differs: [], settlesFrom: high, lost: whole, sentence };
}

/** Minimum detectable loss over both readings of the window, 0–1. */
const leastSeen = (test: PlannedTest): number =>
  Math.max(test.loss.minimumDetectable, test.narrow?.minimumDetectable ?? 0);

const shareOf = (l: WindowLoss): number => (l.expected > 0 ? l.deficit / l.expected : 0);

const span = (a: Analysis, b: Bins): string => between(binStart(a.volumes, b.from), binStart(a.volumes, b.to));

function foundSentence(
  c: LossCase,
  losses: readonly JudgedLoss[],
  lost: LossEstimate,
  verdict: Verdict,
  differs: readonly Difference[],
): string {
  const { analysis: a, test } = c;
  const where = losses.length ? losses.map((j) => j.piece) : [test.widest];
  const loss = losses.length ? togetherLoss(a, losses) : test.loss;
  const extent = { from: where[0]!.from, to: where.at(-1)!.to };
  const than = differs.length ? ` It is ${differs.join(' and ')} than claimed.` : '';
  const against = verdict === 'CONTRADICTED' ? ' The claim says that nothing was lost.' : '';
  const back = losses.reduce((sum, j) => sum + (j.spike?.excess ?? 0), 0);
  const restamped = back > 0 ? `; ${rows(back)} of the missing rows came later with the time of their receipt` : '';
  return `${arrived(loss.observed, loss.expected)} ${span(a, extent)}${restamped}; ${interval(lost)}; ${chance(c.adjusted)}.${than}${against}`;
}

function wholeSentence(c: LossCase, lost: LossEstimate, verdict: Verdict): string {
  const { test } = c;
  const what = `${arrived(test.loss.observed, test.loss.expected)} ${span(c.analysis, test.widest)}`;
  const least = `a loss below ${percent(leastSeen(test))} would not show here`;
  const m = percent(c.materiality);
  if (verdict === 'INCONCLUSIVE') {
    return `${what}; ${interval(lost)}: neither a loss nor its absence can be shown at ${m}; ${least}.`;
  }
  return `${what}; ${interval(lost)}, below the ${m} that matter; ${least}.`;
}

/** Days by which a range may be read differently before it counts as a difference. */
function differences(c: LossCase, losses: readonly JudgedLoss[], lost: LossEstimate): Difference[] {
  const v = c.analysis.volumes;
  const w = c.test.window;
  const out: Difference[] = [];
  if (losses.length > 0) {
    const slack = Math.max(v.bin, w.window.start.approximate ? 3 * 3_600_000 : 0) as Span;
    const first = losses[0]!.piece;
    const last = losses.at(-1)!.piece;
    if (binStart(v, first.startHigh + 1) < w.startEarliest - slack) out.push('earlier');
    else if (binStart(v, first.startLow) > w.startLatest + slack) out.push('later');
    if (binStart(v, last.endLow) > w.endLatest + slack) out.push('longer');
    else if (binStart(v, last.endHigh) < w.endEarliest - slack) out.push('shorter');
  }
  const claimed = w.window.lossShare;
  const expected = c.test.loss.expected;
  if (claimed !== null && expected > 0) {
    if (lost.high / expected < claimed) out.push('smaller');
    else if (lost.low / expected > claimed) out.push('larger');
  }
  return out;
}

function delayVerdict(c: LossCase): ClaimResult {
  const { analysis: a, test } = c;
  if (!a.delays.late || a.delays.limit === null) return notEvaluable(c, 'no-ingestion-time');
  const { from, to } = test.widest;
  const late = sumOver(a.delays.late, from, to);
  const all = sumOver(a.volumes.rows, from, to);
  const inRuns = a.lateRuns.filter((r) => r.from < to && r.to > from).reduce((s, r) => s + r.rows, 0);
  const share = all > 0 ? late / all : 0;
  const seen = inRuns > 0 && share >= c.materiality;
  const verdict: Verdict = seen ? 'CONFIRMED' : 'NOT_SEEN_HERE';
  const sentence = `${rows(late)} of ${rows(all)} rows (${percent(share)}) ${span(a, test.widest)} came ${lateBy(a.delays.limit)}; ${percent(c.materiality)} would confirm the claim.`;
  return { ...base(c), ...NOTHING, reason: null, verdict, late, settlesFrom: c.materiality, sentence };
}

function duplicateVerdict(c: LossCase): ClaimResult {
  const { analysis: a, test } = c;
  if (!a.volumes.duplicates) return notEvaluable(c, 'no-key');
  const { from, to } = test.widest;
  const duplicates = sumOver(a.volumes.duplicates, from, to);
  const all = sumOver(a.volumes.rows, from, to);
  const share = all > 0 ? duplicates / all : 0;
  const inRuns = a.duplicateRuns.some((r) => r.from < to && r.to > from);
  const verdict: Verdict = inRuns && share >= c.materiality / 2 ? 'CONFIRMED' : 'NOT_SEEN_HERE';
  const sentence = `${rows(duplicates)} of ${rows(all)} rows (${percent(share)}) ${span(a, test.widest)} repeat the key of another row.`;
  return { ...base(c), ...NOTHING, reason: null, verdict, settlesFrom: c.materiality, sentence };
}

/** Tests the widest and the narrowest reading of a window; null where it lies outside the data that can be judged. */
export function plannedTest(
  a: Analysis,
  window: DatedWindow,
  bins: { readonly widest: Bins | null; readonly certain: Bins | null },
): PlannedTest | null {
  if (!bins.widest || !a.baseline) return null;
  const loss = windowLoss(a.volumes, a.baseline, bins.widest.from, bins.widest.to);
  const narrow = bins.certain ? windowLoss(a.volumes, a.baseline, bins.certain.from, bins.certain.to) : null;
  const planned = narrow ? Math.min(1, 2 * Math.min(loss.p, narrow.p)) : loss.p;
  const p = Math.min(1, planned, SEARCH_PRICE * searchInside(a, bins.widest));
  return { window, widest: bins.widest, loss, narrow, p };
}

/** p of the best suspicious interval inside the window, for a search of the window alone. */
function searchInside(a: Analysis, within: Bins): number {
  const share = (within.to - within.from) / Math.max(1, a.searched.to - a.searched.from);
  let best = 1;
  for (const c of insideWindow(a, within)) {
    best = Math.min(best, Math.min(1, share) * Math.exp(searchLogP(c)));
  }
  return best;
}

/** Suspicious intervals of which at least half lies in the window. */
export const insideWindow = (a: Analysis, within: Bins) =>
  a.candidates.filter(
    (c) =>
      2 * (Math.min(c.to, within.to) - Math.max(c.from, within.from)) >=
      Math.min(c.to - c.from, within.to - within.from),
  );

/** Too few rows to test at all. */
export const tooFew = (t: PlannedTest): boolean => t.loss.expected < LEAST_EXPECTED;
