import { fileName } from '../../base/text';
import type { AssessResult } from '../../protocol/datahost';
import type { ClaimResult, IncidentWindow, ReviewReport, Undisclosed } from '../../protocol/review';
import { VERDICTS, type Verdict } from '../../protocol/status';
import { windowNames } from '../../review/window-names';
import { countText, intervalText, lossText, rangeText, shareText, statedText } from './format';
import { type Localization, undisclosedIcon, type ViewNode, verdictIcon, verdictWord } from './node';

/** `ms-2024-09` of `/a/ms-2024-09.pir.yaml`: the name by which windows point to their review. */
export const incidentName = (path: string): string => fileName(path).replace(/\.pir\.ya?ml$/i, '');

/** Reviews → windows → claim × log source with its verdict, and what no claim covers; then incidents known otherwise. */
export function incidentNodes(
  l10n: Localization,
  reviewPaths: readonly string[],
  result: AssessResult | null,
): readonly ViewNode[] {
  const reviews = reviewPaths.map((path) => reviewNode(l10n, path, result));
  if (!result) return reviews;
  const names = new Set(reviewPaths.map(incidentName));
  const others = result.windows.filter((w) => !names.has(w.incident));
  return others.length === 0 ? reviews : [...reviews, knownNode(l10n, others)];
}

function reviewNode(l10n: Localization, path: string, result: AssessResult | null): ViewNode {
  const incident = incidentName(path);
  const own = result?.reviews.find((r) => r.path === path);
  const windows = result?.windows.filter((w) => w.incident === incident) ?? [];
  const report = own?.report ?? { claims: [], undisclosed: [] };
  const loose = report.claims.filter((c) => !windows.some((w) => w.claims.includes(c.id) && concerns(w, c)));
  const names = windowNames(windows);
  // VS Code keeps a line folded that had nothing below it at first; a tested review is a new line.
  const id = `review:${path}${result ? '' : ':untested'}`;
  return {
    id,
    label: incident,
    description: result ? reviewDescription(l10n, report) : l10n.t('not tested yet'),
    icon: { id: 'book' },
    details: [incident, path, ...(own?.problems ?? [])],
    context: ['place', 'review', ...(own ? ['tested'] : []), 'markdown'],
    expanded: true,
    review: path,
    place: { source: null, start: null, end: null },
    children: [
      ...(own?.problems ?? []).map((p, i) => problemLine(id, path, p, i)),
      ...windows.map((w) => windowNode(l10n, id, path, w, names.get(w.id) ?? w.id, report)),
      ...loose.map((c) => claimNode(l10n, id, path, c)),
      ...(report.undisclosed.length > 0 ? [undisclosedNode(l10n, id, path, report.undisclosed)] : []),
    ],
  };
}

function problemLine(parent: string, path: string, message: string, index: number): ViewNode {
  return {
    id: `${parent}/problem:${index}`,
    label: message,
    icon: { id: 'warning', color: 'problemsWarningIcon.foreground' },
    details: [message],
    context: ['review'],
    children: [],
    review: path,
    file: { path, line: null },
  };
}

function reviewDescription(l10n: Localization, report: ReviewReport): string {
  const parts = countVerdicts(l10n, report.claims);
  if (report.undisclosed.length > 0) parts.push(l10n.t('{0} undisclosed', report.undisclosed.length));
  return parts.length > 0 ? parts.join(' · ') : l10n.t('no claim');
}

/** Claims by verdict; those that hold and say "not affected" are counted apart, since "confirmed" alone reads as harm. */
function countVerdicts(l10n: Localization, claims: readonly ClaimResult[]): string[] {
  const counted = (word: string, test: (c: ClaimResult) => boolean) => {
    const n = claims.filter(test).length;
    return n === 0 ? [] : [`${n} ${word}`];
  };
  const ofVerdict = (v: Verdict) =>
    counted(verdictWord(l10n, v).toLowerCase(), (c) => c.verdict === v && !isAllClear(c));
  return [...VERDICTS.flatMap(ofVerdict), ...counted(l10n.t('not affected'), isAllClear)];
}

function windowNode(
  l10n: Localization,
  parent: string,
  path: string,
  window: IncidentWindow,
  name: string,
  report: ReviewReport,
): ViewNode {
  const id = `${parent}/window:${window.id}`;
  const claims = report.claims.filter((c) => window.claims.includes(c.id) && concerns(window, c));
  const worst = worstClaim(claims);
  return {
    id,
    label: name,
    description: [
      ...countVerdicts(l10n, claims),
      window.kind,
      `${statedText(l10n, window.start)} – ${statedText(l10n, window.end)}`,
    ].join(' · '),
    icon: worst ? verdictIcon(worst.verdict, worst.kind) : { id: 'calendar' },
    details: windowDetails(l10n, window),
    context: ['place', 'review', 'markdown'],
    children: claims.map((c) => claimNode(l10n, id, path, c)),
    review: path,
    place: windowPlace(window),
  };
}

/** The claim that a reader must look at first: one that says "not affected" and holds comes after everything that hurts. */
function worstClaim(claims: readonly ClaimResult[]): ClaimResult | undefined {
  const rank = (c: ClaimResult) => (isAllClear(c) ? VERDICTS.length : VERDICTS.indexOf(c.verdict));
  return [...claims].sort((a, b) => rank(a) - rank(b))[0];
}

const isAllClear = (c: ClaimResult): boolean => c.kind === 'not-affected' && c.verdict === 'CONFIRMED';

/** A claim may rest on several windows; it stands under those of its service or log source. */
const concerns = (window: IncidentWindow, claim: ClaimResult): boolean =>
  window.sources.includes(claim.source) || window.service === claim.service;

const windowPlace = (w: IncidentWindow) => ({
  source: w.sources[0] ?? null,
  start: w.start.earliest ?? w.start.latest,
  end: w.end.latest ?? w.end.earliest,
});

function windowDetails(l10n: Localization, w: IncidentWindow): string[] {
  const lines = [
    `${w.label}: ${w.service}`,
    l10n.t('Stated: {0}, from {1} to {2} (UTC).', w.kind, statedText(l10n, w.start), statedText(l10n, w.end)),
  ];
  if (w.lossShare !== null) lines.push(l10n.t('Stated loss: {0}.', shareText(w.lossShare)));
  if (w.sources.length > 0) lines.push(l10n.t('Log sources: {0}', w.sources.join(', ')));
  return lines;
}

/** The verdict in words; of a claim that nothing was affected it says what was confirmed or contradicted. */
function claimWord(l10n: Localization, claim: ClaimResult): string {
  const word = verdictWord(l10n, claim.verdict);
  if (claim.kind !== 'not-affected' || (claim.verdict !== 'CONFIRMED' && claim.verdict !== 'CONTRADICTED')) return word;
  return l10n.t('{0}: not affected', word);
}

function claimNode(l10n: Localization, parent: string, path: string, claim: ClaimResult): ViewNode {
  const parts = [claimWord(l10n, claim)];
  if (claim.lost) parts.push(l10n.t('lost {0}', lossText(claim.lost)));
  if (claim.late) parts.push(l10n.t('{0} late', countText(claim.late)));
  if (claim.differs.length > 0) parts.push(claim.differs.join(', '));
  if (claim.verdict === 'INCONCLUSIVE' && claim.minimumDetectableLoss !== null)
    parts.push(l10n.t('sees ≥ {0}', shareText(claim.minimumDetectableLoss)));
  return {
    id: `${parent}/claim:${claim.id}@${claim.source}`,
    label: `${claim.id} × ${claim.source}`,
    description: parts.join(' · '),
    icon: verdictIcon(claim.verdict, claim.kind),
    details: claimDetails(l10n, claim),
    context: ['place', 'proof', 'review', 'markdown'],
    children: [],
    review: path,
    place: { source: claim.source, start: null, end: null },
    query: claim.query,
  };
}

function claimDetails(l10n: Localization, claim: ClaimResult): string[] {
  const lines = [`${claim.id} × ${claim.source}: ${claimWord(l10n, claim)}`, claim.sentence];
  if (claim.reason) lines.push(l10n.t('Reason: {0}', claim.reason));
  if (claim.settlesFrom !== null)
    lines.push(l10n.t('This data could settle a loss from {0} on.', shareText(claim.settlesFrom)));
  return lines.filter((l) => l !== '');
}

function undisclosedNode(l10n: Localization, parent: string, path: string, gaps: readonly Undisclosed[]): ViewNode {
  const id = `${parent}/undisclosed`;
  return {
    id,
    label: l10n.t('Undisclosed'),
    description: l10n.t('{0} in the data that no claim covers', gaps.length),
    icon: undisclosedIcon,
    details: [l10n.t('Gaps in this data that no claim of the review covers.')],
    context: ['review', 'markdown'],
    review: path,
    children: gaps.map((g) => ({
      id: `${id}/${g.source}@${g.start}`,
      label: g.source,
      description: [intervalText(g.start, g.end), ...(g.lost ? [l10n.t('lost {0}', lossText(g.lost))] : [])].join(
        ' · ',
      ),
      icon: undisclosedIcon,
      details: [g.source, l10n.t('Starts {0} (UTC).', rangeText(l10n, g.startRange))],
      context: ['place', 'markdown'],
      children: [],
      place: { source: g.source, start: g.start, end: g.end },
    })),
  };
}

function knownNode(l10n: Localization, windows: readonly IncidentWindow[]): ViewNode {
  return {
    id: 'known',
    label: l10n.t('Known incidents'),
    description: l10n.t('from the built-in catalogue'),
    icon: { id: 'library' },
    details: [l10n.t('Incidents of the built-in catalogue that touch the time of this data.')],
    context: ['known'],
    children: windows.map((w) => ({
      id: `known/${w.incident}/${w.id}`,
      label: w.label,
      description: [w.service, `${statedText(l10n, w.start)} – ${statedText(l10n, w.end)}`, w.kind].join(' · '),
      icon: { id: 'calendar' },
      details: windowDetails(l10n, w),
      context: ['place', 'markdown'],
      children: [],
      place: windowPlace(w),
    })),
  };
}
