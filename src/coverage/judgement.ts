/** What needs all sources at once: which findings stand, the verdicts of the reviews, and the report of each source. */
import type { Steps } from '../base/steps';
import type { Interval } from '../base/time';
import type { SourceCoverage, SourceSeries } from '../protocol/coverage';
import type { Claim, ClaimResult, IncidentWindow, ReviewReport } from '../protocol/review';
import type { Reason } from '../protocol/status';
import type { Analysis } from './analysis';
import { type Candidate, searchLogP } from './bins';
import type { AssessmentContext, AssessmentResult, Studied } from './context';
import { type LocationMemory, locateAll, standing } from './findings';
import { holm } from './holm';
import { coverageOf, seriesOf } from './report';
import { judgeLosses, type SegmentInput } from './segments';
import type { JudgedLoss } from './status';
import { undisclosedLosses } from './undisclosed';
import {
  type ClaimCase,
  CONFIRM,
  insideWindow,
  notEvaluable,
  type PlannedTest,
  plannedTest,
  tooFew,
  verdictOf,
} from './verdict';
import { binsOfWindow, dateWindow } from './windows';

/** One claim on one source, before its verdict. */
interface Case extends ClaimCase {
  readonly incident: string;
  readonly studied: Studied | null;
  readonly test: PlannedTest | null;
  /** Set where nothing can be tested. */
  readonly reason: Reason | null;
  readonly detail: string;
}

/** One source a step, and several steps where one has a loss to be dated. */
export function* judgeTogether(
  context: AssessmentContext,
  studied: readonly Studied[],
  memoryOf: (s: Studied) => JudgementMemory,
): Steps<AssessmentResult> {
  const asked = questionOf(context);
  const cases = context.claims.flatMap(({ incident, claim }) => casesOf(context, studied, incident, claim));
  const adjusted = adjustByIncident(cases);
  const unplanned = standing(studied.map((s) => s.analysis));
  const losses = new Map<Studied, readonly JudgedLoss[]>();
  const sources: SourceCoverage[] = [];
  const series: SourceSeries[] = [];
  for (const [i, s] of studied.entries()) {
    const planned = cases.flatMap((c, n) => (c.studied === s && c.test ? plannedFindings(c, adjusted[n]!) : []));
    const judgement = yield* judgeOnce(context, asked, s, [...unplanned[i]!, ...planned], memoryOf(s));
    losses.set(s, judgement.judged);
    sources.push(judgement.coverage);
    if (judgement.series) series.push(judgement.series);
    yield;
  }
  const undisclosed = undisclosedLosses(sources, context.windows, context.now);
  const results = cases.map((c, n) => ({ incident: c.incident, result: resultOf(c, adjusted[n]!, losses) }));
  const incidents = [...new Set([...context.windows.map((w) => w.incident), ...cases.map((c) => c.incident)])];
  const reviews = incidents.map((incident) => {
    const claims = results.filter((r) => r.incident === incident).map((r) => r.result);
    return { incident, report: { claims: withUpstream(context, claims), undisclosed } satisfies ReviewReport };
  });
  return { sources, series, reviews, undisclosed };
}

export interface JudgementMemory extends LocationMemory {
  judgement: KeptJudgement | null;
}

/** What was said of a source, with all that it was said by. */
export interface KeptJudgement {
  readonly analysis: Analysis | null;
  readonly candidates: readonly Candidate[];
  /** What was asked of all sources: one text that all of them share, for thousands of changes may be in it. */
  readonly asked: string;
  /** The source itself, with its query. */
  readonly own: string;
  readonly judged: readonly JudgedLoss[];
  readonly coverage: SourceCoverage;
  readonly series: SourceSeries | null;
}

/** All of the context that the report of a source depends on, other than by its candidates. */
const questionOf = ({ now, from, to, windows, otherIncidents, changes }: AssessmentContext): string =>
  exactText([now, from, to, windows, otherIncidents, changes]);

/** JSON that tells NaN and the infinities apart, too: by itself it writes null for all of them. */
const exactText = (value: unknown): string =>
  JSON.stringify(value, (_, x) => (typeof x === 'number' && !Number.isFinite(x) ? `${x}` : x));

function* judgeOnce(
  context: AssessmentContext,
  asked: string,
  s: Studied,
  candidates: readonly Candidate[],
  memory: JudgementMemory,
): Steps<KeptJudgement> {
  const before = memory.judgement;
  const own = exactText([s.source, s.query, s.failure]);
  if (
    before &&
    before.own === own &&
    before.asked === asked &&
    before.analysis === s.analysis &&
    sameCandidates(before.candidates, candidates)
  )
    return before;
  const input = yield* segmentInput(context, s, candidates, memory);
  const judged = input ? judgeLosses(input) : [];
  const coverage = coverageOf(context, s, input, judged);
  const alike = s.analysis && before?.analysis?.past === s.analysis.past ? before.series : null;
  const series = s.analysis ? seriesOf(s.source, s.analysis, alike) : null;
  memory.judgement = { analysis: s.analysis, candidates, asked, own, judged, coverage, series };
  return memory.judgement;
}

const sameCandidates = (a: readonly Candidate[], b: readonly Candidate[]): boolean =>
  a.length === b.length &&
  a.every((x, i) => {
    const y = b[i]!;
    return x.from === y.from && x.to === y.to && x.test === y.test && x.logP === y.logP && x.places === y.places;
  });

function* segmentInput(
  context: AssessmentContext,
  s: Studied,
  candidates: readonly Candidate[],
  memory: LocationMemory,
): Steps<SegmentInput | null> {
  if (!s.analysis || !s.table) return null;
  const range: Interval = { start: context.from, end: context.to };
  return {
    source: s.source,
    table: s.table,
    analysis: s.analysis,
    extents: yield* locateAll(s.analysis, candidates, memory),
    changes: context.changes,
    windows: context.windows.filter((w) => w.sources.includes(s.source.id) || w.sources.includes(s.source.table)),
    range,
    now: context.now,
  };
}

/** Suspicious intervals inside a confirmed window; the window itself where the loss is spread too thin for any search. */
function plannedFindings(c: Case, adjusted: number): Candidate[] {
  if (
    adjusted >= CONFIRM ||
    !c.test ||
    !c.studied?.analysis ||
    c.claim.kind === 'delay' ||
    c.claim.kind === 'duplicate'
  )
    return [];
  const a = c.studied.analysis;
  const { widest, loss } = c.test;
  const share = (widest.to - widest.from) / Math.max(1, a.searched.to - a.searched.from);
  const inside = insideWindow(a, widest).filter((x) => share * Math.exp(searchLogP(x)) < CONFIRM);
  if (inside.length > 0) return inside;
  return [{ from: widest.from, to: widest.to, test: 'planned', logP: Math.log(Math.max(loss.p, 1e-300)), places: 1 }];
}

function casesOf(context: AssessmentContext, studied: readonly Studied[], incident: string, claim: Claim): Case[] {
  const windows = context.windows.filter((w) => w.incident === incident && claim.windows.includes(w.id));
  const bySource = new Map<string, Case[]>();
  for (const w of windows) {
    for (const id of w.sources.length ? w.sources : [w.service]) {
      const c = caseOf(context, studied, w, id, incident, claim);
      bySource.set(id, [...(bySource.get(id) ?? []), c]);
    }
  }
  // A claim with several windows on one source is judged on the window that speaks most clearly, at the price of the choice.
  return [...bySource.values()].map((all) => {
    const tested = all.filter((c) => c.test).sort((x, y) => x.test!.p - y.test!.p);
    const best = tested[0] ?? all[0]!;
    return best.test ? { ...best, test: { ...best.test, p: Math.min(1, best.test.p * tested.length) } } : best;
  });
}

function caseOf(
  context: AssessmentContext,
  studied: readonly Studied[],
  window: IncidentWindow,
  id: string,
  incident: string,
  claim: Claim,
): Case {
  const s = studied.find((x) => x.source.id === id) ?? studied.find((x) => x.source.table === id) ?? null;
  const materiality = window.lossShare ?? context.materiality;
  const common = {
    incident,
    claim,
    service: window.service,
    source: id,
    query: s?.query ?? '',
    materiality,
    studied: s,
  };
  const none = (reason: Reason, detail = ''): Case => ({ ...common, test: null, reason, detail });
  const derived = context.derived(window.service);
  if (derived.derived && s?.source.role !== 'primary') return none('derived', upstreamWords(derived.upstream));
  if (!s) return none('unknown-source');
  if (s.failure) return none(s.failure.reason, s.failure.message);
  if (s.source.role === 'state') return none('state-table');
  if (s.source.role === 'derived' || s.source.role === 'carrier' || s.source.role === 'evidence') {
    return none('derived', upstreamWords(derived.upstream));
  }
  return testedCase(context, s, window, none, common);
}

function testedCase(
  context: AssessmentContext,
  s: Studied,
  window: IncidentWindow,
  none: (reason: Reason) => Case,
  common: Omit<Case, 'test' | 'reason' | 'detail'>,
): Case {
  const a = s.analysis!;
  const v = a.volumes;
  if (s.source.eventTime === null && v.total === 0) return none('no-time');
  if (v.total === 0) return none('not-collected');
  const dated = dateWindow(window, context.now);
  if (!dated) return none('undated');
  const bins = binsOfWindow(v, dated, v.first, v.bins);
  if (!bins.widest) return none('retention');
  const judgeable = binsOfWindow(v, dated, a.searched.from, a.searched.to);
  if (!judgeable.widest) return none('pending');
  if (!a.baseline) return none('no-baseline');
  const test = plannedTest(a, dated, judgeable);
  if (!test || tooFew(test)) return none('insufficient');
  return { ...common, test, reason: null, detail: '' };
}

const upstreamWords = (upstream: readonly string[]): string => (upstream.length ? `fed by ${upstream.join(', ')}` : '');

/** Holm within each incident; a source named by several claims in the same window is one test. */
function adjustByIncident(cases: readonly Case[]): number[] {
  const out = cases.map(() => 1);
  const families = new Map<string, Map<string, number[]>>();
  cases.forEach((c, n) => {
    if (!c.test) return;
    const family = families.get(c.incident) ?? new Map<string, number[]>();
    const key = `${c.source}\n${c.test.widest.from}\n${c.test.widest.to}`;
    family.set(key, [...(family.get(key) ?? []), n]);
    families.set(c.incident, family);
  });
  for (const family of families.values()) {
    const members = [...family.values()];
    const adjusted = holm(members.map((m) => cases[m[0]!]!.test!.p));
    members.forEach((m, i) => {
      for (const n of m) out[n] = adjusted[i]!;
    });
  }
  return out;
}

function resultOf(c: Case, adjusted: number, losses: ReadonlyMap<Studied, readonly JudgedLoss[]>): ClaimResult {
  if (!c.test || !c.studied?.analysis) return notEvaluable(c, c.reason ?? 'unknown-source', c.detail);
  const { widest } = c.test;
  const judged = losses.get(c.studied)!.filter((j) => j.piece.from < widest.to && j.piece.to > widest.from);
  return verdictOf({ ...c, test: c.test, log: c.studied.source, analysis: c.studied.analysis, adjusted, judged });
}

/** A derived service is told what was found upstream of it. */
function withUpstream(context: AssessmentContext, claims: readonly ClaimResult[]): ClaimResult[] {
  return claims.map((c) => {
    if (c.reason !== 'derived') return c;
    const { upstream } = context.derived(c.service);
    const seen = claims.filter((u) => upstream.includes(u.source) || upstream.includes(u.service));
    const found = [...new Set(seen.filter((u) => u.reason !== 'derived').map((u) => `${u.source} ${u.verdict}`))];
    return found.length ? { ...c, sentence: `${c.sentence} Upstream: ${found.join(', ')}.` } : c;
  });
}
