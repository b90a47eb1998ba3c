import { formatInstant } from '../base/time';
import type { CoverageReport } from '../protocol/coverage';
import type { ClaimResult, ReviewReport } from '../protocol/review';
import type { Review } from './document';
import {
  countText,
  lossText,
  markdownCode,
  markdownFence,
  markdownText,
  percentText,
  reportTime,
  statedText,
} from './report-text';

/** The report of a review for people: verdicts, undisclosed gaps, open questions, proving queries. */
export function reviewToMarkdown(report: ReviewReport, review: Review, coverage: CoverageReport | null): string {
  const title = review.title ?? review.id ?? review.incident;
  return [
    `# Review: ${markdownText(title)}`,
    '',
    ...heading(review, coverage),
    '## Verdicts',
    '',
    ...verdictTable(report.claims),
    '',
    ...report.claims.map((c) => `- ${markdownCode(c.id)} on ${markdownCode(c.source)}: ${markdownText(c.sentence)}`),
    '',
    ...windowSection(review),
    ...undisclosedSection(report),
    ...questionSection(report),
    ...querySection(report.claims),
  ].join('\n');
}

function heading(review: Review, coverage: CoverageReport | null): string[] {
  const vendor = [review.vendor, review.vendorIds.join(', ')].filter((t): t is string => !!t).map(markdownText);
  return [
    ...(vendor.length > 0
      ? [`Vendor: ${vendor.join(', ')} (${review.stage}). State of this review: ${review.state}.`]
      : []),
    ...(coverage
      ? [
          `Data from ${reportTime(coverage.from)} to ${reportTime(coverage.to)}, judged as of ${reportTime(coverage.now)}.`,
        ]
      : []),
    '',
  ];
}

function verdictTable(claims: readonly ClaimResult[]): string[] {
  if (claims.length === 0) return ['No claim of this review could be matched with a log source.'];
  return [
    '| claim | log source | kind | verdict | lost (90 % interval) | late | smallest loss it would see |',
    '|---|---|---|---|---|---|---|',
    ...claims.map((c) => {
      const verdict = [c.verdict, c.reason ? `(${c.reason})` : '', c.differs.join(', ')]
        .filter((t) => t !== '')
        .join(' ');
      return `| ${markdownCode(c.id)} | ${markdownCode(c.source)} | ${c.kind} | ${markdownText(verdict)} | ${lossText(c.lost)} | ${countText(c.late)} | ${percentText(c.minimumDetectableLoss)} |`;
    }),
  ];
}

function windowSection(review: Review): string[] {
  if (review.windows.length === 0) return [];
  return [
    '## What was claimed',
    '',
    '| window | service | kind | start | end |',
    '|---|---|---|---|---|',
    ...review.windows.map(
      (w) =>
        `| ${markdownCode(w.id)} | ${markdownText(w.service)} | ${w.kind} | ${markdownText(statedText(w.start))} | ${markdownText(statedText(w.end))} |`,
    ),
    '',
    ...review.claims.map((c) => `- ${markdownCode(c.id)}: ${markdownText(c.at?.quote ?? c.text)}`),
    '',
  ];
}

function undisclosedSection(report: ReviewReport): string[] {
  if (report.undisclosed.length === 0) return ['## Undisclosed gaps', '', 'None was found.', ''];
  return [
    '## Undisclosed gaps',
    '',
    'No claim covers these, and no change on your own side was found that explains them.',
    '',
    ...report.undisclosed.map(
      (u) => `- ${markdownCode(u.source)}: ${reportTime(u.start)} to ${reportTime(u.end)}, lost ${lossText(u.lost)}.`,
    ),
    '',
  ];
}

function questionSection(report: ReviewReport): string[] {
  const open = report.claims.filter((c) => c.verdict === 'INCONCLUSIVE');
  if (open.length === 0 && report.undisclosed.length === 0) return [];
  return [
    '## Questions to the vendor',
    '',
    ...open.map(
      (c) =>
        `- How many records of ${markdownText(c.service)} (${markdownCode(c.source)}) were lost? This data settles only losses from ${percentText(c.settlesFrom)}.`,
    ),
    ...report.undisclosed.map(
      (u) => `- What happened to ${markdownCode(u.source)} from ${formatInstant(u.start)} to ${formatInstant(u.end)}?`,
    ),
    '',
  ];
}

function querySection(claims: readonly ClaimResult[]): string[] {
  const queries = new Map(claims.filter((c) => c.query !== '').map((c) => [c.source, c.query]));
  if (queries.size === 0) return [];
  return [
    '## Queries that prove it',
    '',
    ...[...queries].flatMap(([source, query]) => [markdownCode(source), '', markdownFence('kusto', query), '']),
  ];
}
