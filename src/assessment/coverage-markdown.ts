import type { CoverageReport, Segment, SourceCoverage } from '../protocol/coverage';
import { FINDINGS, WORST_FIRST } from '../protocol/status';
import {
  countText,
  lossText,
  markdownCode,
  markdownFence,
  markdownText,
  percentText,
  reportTime,
  spanText,
} from '../review/report-text';

/** Segments that a reader must look at: findings, not the whole stretches between them. */
export const findingsOf = (s: SourceCoverage): readonly Segment[] => s.segments.filter((x) => FINDINGS.has(x.status));

/** Whether a source has more to say than its row: findings, or why it could not be judged where that can be mended. */
export const hasDetails = (s: SourceCoverage): boolean =>
  findingsOf(s).length > 0 ||
  s.upstream !== undefined ||
  s.witnesses?.some((w) => w.missing > 0) ||
  (s.status === 'NOT_EVALUABLE' && s.reason !== 'derived' && s.reason !== 'state-table');

/** The coverage of a connection as a document: one table of all sources, then each source with findings. */
export function coverageToMarkdown(report: CoverageReport): string {
  const sources = worstFirst(report.sources);
  return [
    '# Log coverage',
    '',
    `From ${reportTime(report.from)} to ${reportTime(report.to)}, judged as of ${reportTime(report.now)}, counted in bins of ${spanText(report.bin)}. ${statusCounts(report)}`,
    '',
    '| log source | status | rows lost (90 % interval) | sees a loss from | sees a silence from |',
    '|---|---|---|---|---|',
    ...sources.map(sourceRow),
    '',
    'The last two columns say how sharp the sight is: the smallest loss and the shortest silence that the data of a log source could show. What is smaller cannot be ruled out.',
    '',
    ...sources.filter(hasDetails).flatMap(sourceSection),
  ].join('\n');
}

/** Sources in the order in which a reader wants them: the worst status first, in it the largest loss. */
export function worstFirst(sources: readonly SourceCoverage[]): readonly SourceCoverage[] {
  const rank = (s: SourceCoverage) => WORST_FIRST.indexOf(s.status);
  const lost = (s: SourceCoverage) => totalLoss(s)?.estimate ?? 0;
  return [...sources].sort((a, b) => rank(a) - rank(b) || lost(b) - lost(a) || (a.id < b.id ? -1 : 1));
}

/** `32 log sources: 11 GAP, 1 PARTIAL, 20 OK.` */
export function statusCounts(report: CoverageReport): string {
  if (report.sources.length === 0) return 'No log source was found.';
  const counts = WORST_FIRST.flatMap((status) => {
    const n = report.sources.filter((s) => s.status === status).length;
    return n === 0 ? [] : [`${n} ${status}`];
  });
  return `${report.sources.length} log source${report.sources.length === 1 ? '' : 's'}: ${counts.join(', ')}.`;
}

/** A status, with its reason where that says more than the status does. */
export function statusText(s: Pick<SourceCoverage, 'status' | 'reason' | 'ongoing'>): string {
  const reason = s.reason && s.reason !== s.status.toLowerCase().replaceAll('_', '-') ? ` (${s.reason})` : '';
  return `${s.status}${reason}${s.ongoing ? ', ongoing' : ''}`;
}

function sourceRow(s: SourceCoverage): string {
  return `| ${markdownCode(s.id)} | ${statusText(s)} | ${lossText(totalLoss(s))} | ${percentText(s.minimumDetectableLoss)} | ${spanText(s.smallestProvableSilence)} |`;
}

/** The range of a start that is not known to the bin. */
const beganText = ({ startRange: r, status }: Segment): string =>
  status === 'PARTIAL' || status === 'GAP' ? `${reportTime(r.earliest)} and ${reportTime(r.latest)}` : '–';

/** Whether the sentence of a segment says what the columns of its row do not. */
const saysMore = (x: Segment): boolean => x.status !== 'PARTIAL' && x.status !== 'GAP' && x.status !== 'RECOVERED';

/** Sum of what the segments lost; the bounds add up to an interval that is too wide, never too narrow. */
export function totalLoss(s: SourceCoverage) {
  const lost = s.segments.flatMap((x) => (FINDINGS.has(x.status) && x.lost ? [x.lost] : []));
  if (lost.length === 0) return null;
  const sum = (of: (l: (typeof lost)[number]) => number) => lost.reduce((a, l) => a + of(l), 0);
  return { estimate: sum((l) => l.estimate), low: sum((l) => l.low), high: sum((l) => l.high) };
}

function sourceSection(s: SourceCoverage): string[] {
  return [
    `## ${markdownCode(s.id)}: ${statusText(s)}`,
    '',
    ...(s.services.length > 0
      ? [`Service: ${s.services.map(markdownText).join(', ')}. ${markdownText(s.sentence)}`]
      : [markdownText(s.sentence)]),
    '',
    ...findingTable(s),
    ...s.notes.map((n) => `- ${markdownText(n)}`),
    '',
    ...(s.query === '' ? [] : [markdownFence('kusto', s.query), '']),
  ];
}

function findingTable(s: SourceCoverage): string[] {
  if (findingsOf(s).length === 0) return [];
  return [
    '| from | to | status | expected | observed | late | rows lost (90 % interval) | began between |',
    '|---|---|---|---|---|---|---|---|',
    ...findingsOf(s).map(
      (x) =>
        `| ${reportTime(x.start)} | ${reportTime(x.end)} | ${statusText(x)} | ${countText(x.expected)} | ${countText(x.observed)} | ${countText(x.late)} | ${lossText(x.lost)} | ${beganText(x)} |`,
    ),
    '',
    ...findingsOf(s)
      .filter(saysMore)
      .map((x) => `- ${reportTime(x.start)}: ${markdownText(x.sentence)}`),
  ];
}
