import type { CoverageReport, Segment, SourceCoverage } from '../../protocol/coverage';
import { FINDINGS, type Status, WORST_FIRST, worstStatus } from '../../protocol/status';
import { countText, intervalText, lossText, rangeText, shareText, spanText } from './format';
import { type Localization, statusIcon, statusWord, type ViewNode } from './node';

/** Service → log source → segment, worst first. A log source of several services stands under each of them. */
export function coverageNodes(l10n: Localization, report: CoverageReport): readonly ViewNode[] {
  const services = new Map<string, SourceCoverage[]>();
  for (const source of report.sources)
    for (const service of source.services.length > 0 ? source.services : [''])
      services.set(service, [...(services.get(service) ?? []), source]);
  return [...services]
    .map(([service, sources]) => ({
      service,
      sources: sources.sort(byWorst),
      status: worstStatus(sources.map((s) => s.status)),
    }))
    .sort(byWorst)
    .map(({ service, sources, status }) => serviceNode(l10n, service, sources, status, report));
}

const rank = (status: Status): number => WORST_FIRST.indexOf(status);
function byWorst(a: { status: Status; id?: string; service?: string }, b: typeof a): number {
  const name = (x: typeof a) => x.id ?? x.service ?? '';
  // Tables that the catalogue does not know come last among their equals: their name is the empty text.
  return (
    rank(a.status) - rank(b.status) || Number(name(a) === '') - Number(name(b) === '') || (name(a) < name(b) ? -1 : 1)
  );
}

function serviceNode(
  l10n: Localization,
  service: string,
  sources: readonly SourceCoverage[],
  status: Status,
  report: CoverageReport,
): ViewNode {
  const incomplete = sources.filter((s) => FINDINGS.has(s.status)).length;
  const label = service === '' ? l10n.t('Other log sources') : service;
  return {
    id: `service:${service}`,
    label,
    description:
      incomplete > 0
        ? l10n.t('{0} · {1} of {2} with findings', statusWord(l10n, status), incomplete, sources.length)
        : statusWord(l10n, status),
    icon: statusIcon(status),
    details: [label, ...sources.map((s) => `${s.id}: ${statusWord(l10n, s.status)}`)],
    context: ['service', 'markdown'],
    expanded: incomplete > 0,
    children: sources.map((s) => sourceNode(l10n, service, s, report)),
  };
}

function sourceNode(l10n: Localization, service: string, source: SourceCoverage, report: CoverageReport): ViewNode {
  const id = `source:${service}/${source.id}`;
  const findings = source.segments.filter((s) => FINDINGS.has(s.status));
  return {
    id,
    label: source.id,
    description: sourceDescription(l10n, source, findings),
    icon: statusIcon(source.status),
    details: sourceDetails(l10n, source),
    context: ['source', 'place', 'proof', 'markdown'],
    children: source.segments.map((s) => segmentNode(l10n, id, source, s)),
    place: { source: source.id, start: findings[0]?.start ?? report.from, end: findings.at(-1)?.end ?? report.to },
    query: source.query,
  };
}

function sourceDescription(l10n: Localization, source: SourceCoverage, findings: readonly Segment[]): string {
  const parts = [statusWord(l10n, source.status)];
  const lost = sumLost(findings);
  if (lost) parts.push(l10n.t('lost {0}', lossText(lost)));
  const late = findings.reduce((n, s) => n + (s.late ?? 0), 0);
  if (late > 0) parts.push(l10n.t('{0} late', countText(late)));
  if (source.ongoing && FINDINGS.has(source.status)) parts.push(l10n.t('still so'));
  const unseen = Math.max(0, ...(source.witnesses ?? []).map((w) => w.missing));
  if (unseen > 0) parts.push(l10n.t('{0} missing by their ids', countText(unseen)));
  if (source.upstream) parts.push(l10n.t('downstream of {0} incomplete', source.upstream.length));
  // Never a bare "fine": what could have been missed stands beside it.
  if (source.minimumDetectableLoss !== null) parts.push(l10n.t('sees ≥ {0}', shareText(source.minimumDetectableLoss)));
  return parts.join(' · ');
}

function sumLost(segments: readonly Segment[]): Segment['lost'] {
  const lost = segments.flatMap((s) => s.lost ?? []);
  if (lost.length === 0) return null;
  const sum = (k: 'estimate' | 'low' | 'high') => lost.reduce((n, l) => n + l[k], 0);
  return { estimate: sum('estimate'), low: sum('low'), high: sum('high') };
}

function sourceDetails(l10n: Localization, source: SourceCoverage): string[] {
  const lines = [`${source.id}: ${statusWord(l10n, source.status)}`, source.sentence];
  if (source.filter) lines.push(l10n.t('Filter: {0}', source.filter));
  if (source.reason) lines.push(l10n.t('Reason: {0}', source.reason));
  if (source.minimumDetectableLoss !== null)
    lines.push(
      l10n.t(
        'The smallest loss that would have been seen is {0} of the rows.',
        shareText(source.minimumDetectableLoss),
      ),
    );
  if (source.smallestProvableSilence !== null)
    lines.push(
      l10n.t('The shortest silence that would have been proved is {0}.', spanText(source.smallestProvableSilence)),
    );
  return [...lines, ...source.notes].filter((l) => l !== '');
}

function segmentNode(l10n: Localization, parent: string, source: SourceCoverage, segment: Segment): ViewNode {
  return {
    id: `${parent}/${segment.status}@${segment.start}`,
    label: intervalText(segment.start, segment.end),
    description: segmentDescription(l10n, segment),
    icon: statusIcon(segment.status),
    details: segmentDetails(l10n, source, segment),
    context: ['segment', 'place', 'proof', 'markdown'],
    children: [],
    place: { source: source.id, start: segment.start, end: segment.end },
    query: source.query,
  };
}

function segmentDescription(l10n: Localization, segment: Segment): string {
  const parts = [statusWord(l10n, segment.status)];
  if (segment.lost)
    parts.push(
      segment.expected === null
        ? l10n.t('lost {0}', lossText(segment.lost))
        : l10n.t('lost {0} of {1}', lossText(segment.lost), countText(segment.expected)),
    );
  if (segment.late) parts.push(l10n.t('{0} late', countText(segment.late)));
  if (segment.duplicates) parts.push(l10n.t('{0} duplicates', countText(segment.duplicates)));
  if (segment.ongoing) parts.push(l10n.t('still so'));
  if (segment.windows.length > 0) parts.push(segment.windows.join(', '));
  return parts.join(' · ');
}

function segmentDetails(l10n: Localization, source: SourceCoverage, segment: Segment): string[] {
  const lines = [
    `${source.id}: ${statusWord(l10n, segment.status)}`,
    segment.sentence,
    l10n.t('Starts {0}, ends {1} (UTC).', rangeText(l10n, segment.startRange), rangeText(l10n, segment.endRange)),
    segment.expected === null
      ? l10n.t('{0} rows seen.', countText(segment.observed))
      : l10n.t('{0} rows seen, {1} expected.', countText(segment.observed), countText(segment.expected)),
  ];
  if (segment.delay)
    lines.push(
      l10n.t(
        'Half of the rows came within {0}, 99 % within {1}.',
        spanText(segment.delay.p50),
        spanText(segment.delay.p99),
      ),
    );
  if (segment.explainedBy) lines.push(l10n.t('Explained by: {0}', segment.explainedBy));
  return lines.filter((l) => l !== '');
}
