import { formatSpan } from '../base/time';
import type { CoverageReport, Segment, SourceCoverage } from '../protocol/coverage';
import { FINDINGS } from '../protocol/status';
import {
  countText,
  lossText,
  markdownCode,
  markdownFence,
  markdownText,
  percentText,
  reportTime,
} from '../review/report-text';

/** Segments that a reader must look at: findings, not the whole stretches between them. */
export const findingsOf = (s: SourceCoverage): readonly Segment[] => s.segments.filter((x) => FINDINGS.has(x.status));

/** The coverage of a connection as a document: one table of all sources, then each source with findings. */
export function coverageToMarkdown(report: CoverageReport): string {
  return [
    '# Log coverage',
    '',
    `From ${reportTime(report.from)} to ${reportTime(report.to)}, judged as of ${reportTime(report.now)}, by ${formatSpan(report.bin)}.`,
    '',
    '| log source | status | lost (90 % interval) | smallest loss it would see | smallest provable silence |',
    '|---|---|---|---|---|',
    ...report.sources.map(sourceRow),
    '',
    ...report.sources.filter((s) => findingsOf(s).length > 0).flatMap(sourceSection),
  ].join('\n');
}

export function statusText(s: Pick<SourceCoverage, 'status' | 'reason' | 'ongoing'>): string {
  return `${s.status}${s.reason ? ` (${s.reason})` : ''}${s.ongoing ? ', ongoing' : ''}`;
}

function sourceRow(s: SourceCoverage): string {
  const silence = s.smallestProvableSilence === null ? '–' : formatSpan(s.smallestProvableSilence);
  return `| ${markdownCode(s.id)} | ${statusText(s)} | ${lossText(totalLoss(s))} | ${percentText(s.minimumDetectableLoss)} | ${silence} |`;
}

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
    '| from | to | status | expected | observed | late | lost |',
    '|---|---|---|---|---|---|---|',
    ...findingsOf(s).map(
      (x) =>
        `| ${reportTime(x.start)} | ${reportTime(x.end)} | ${statusText(x)} | ${countText(x.expected)} | ${countText(x.observed)} | ${countText(x.late)} | ${lossText(x.lost)} |`,
    ),
    '',
    ...findingsOf(s).map((x) => `- ${reportTime(x.start)}: ${markdownText(x.sentence)}`),
    ...s.notes.map((n) => `- ${markdownText(n)}`),
    '',
    ...(s.query === '' ? [] : [markdownFence('kusto', s.query), '']),
  ];
}
