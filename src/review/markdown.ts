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
  verdictText,
} from './report-text';
import { meaningsOf, summaryOf } from './summary';

/** The report of a review for people: verdicts, undisclosed gaps, open questions, proving queries. */
export function reviewToMarkdown(report: ReviewReport, review: Review, coverage: CoverageReport | null): string {
  const title = review.title ?? review.id ?? review.incident;
  return [
    `# Review: ${markdownText(title)}`,
    '',
    ...heading(review, coverage),
    '## Summary',
    '',
    ...summaryOf(report).map((line) => `- ${markdownText(line)}`),
    '',
    '## Verdicts',
    '',
    ...verdictTable(report.claims),
    '',
    ...undisclosedSection(report, coverage),
    ...questionSection(report),
    ...windowSection(review),
    ...findingSection(report.claims, review),
    ...meaningSection(report),
    ...querySection(report.claims),
  ].join('\n');
}

function heading(review: Review, coverage: CoverageReport | null): string[] {
  const vendor = [review.vendor, review.vendorIds.join(', ')].filter((t): t is string => !!t).map(markdownText);
  return [
    ...(vendor.length > 0
      ? [`Vendor: ${vendor.join(', ')} (${review.stage} report). State of this review: ${review.state}.`, '']
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
    '| claim | log source | kind | verdict | lost (90 % interval) | late | sees a loss from |',
    '|---|---|---|---|---|---|---|',
    ...claims.map(
      (c) =>
        `| ${markdownCode(c.id)} | ${markdownCode(c.source)} | ${c.kind} | ${markdownText(verdictText(c))} | ${lossText(c.lost)} | ${countText(c.late)} | ${percentText(c.minimumDetectableLoss)} |`,
    ),
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
  ];
}

/** Each claim in its party's words, and below it what each log source says. */
function findingSection(claims: readonly ClaimResult[], review: Review): string[] {
  if (claims.length === 0) return [];
  const ids = [...new Set(claims.map((c) => c.id))];
  return [
    '## What each log source says',
    '',
    ...ids.flatMap((id) => {
      const claim = review.claims.find((c) => c.id === id);
      const quote = claim?.at?.quote ?? claim?.text ?? '';
      const of = claims.filter((c) => c.id === id);
      return [
        `### ${markdownCode(id)}: ${markdownText(of[0]!.service)}`,
        '',
        ...(quote === '' ? [] : [`> ${markdownText(quote)}`, '']),
        ...of.map((c) => `- ${markdownCode(c.source)}, ${markdownText(verdictText(c))}: ${markdownText(c.sentence)}`),
        '',
      ];
    }),
  ];
}

function meaningSection(report: ReviewReport): string[] {
  if (report.claims.length === 0) return [];
  return [
    '## What the words mean',
    '',
    ...meaningsOf(report).map((m) => `- ${m.verdict}: ${markdownText(m.meaning)}`),
    '- “Sees a loss from”: the smallest loss that this log source could show. A smaller one cannot be ruled out.',
    '- “90 % interval”: the true figure lies between these two in nine of ten cases.',
    '',
  ];
}

function undisclosedSection(report: ReviewReport, coverage: CoverageReport | null): string[] {
  if (report.undisclosed.length === 0) return ['## Undisclosed gaps', '', 'None was found.', ''];
  return [
    '## Undisclosed gaps',
    '',
    'No claim covers these, and no change on your own side was found that explains them.',
    '',
    ...report.undisclosed.map(
      (u) =>
        `- ${markdownCode(u.source)}: ${reportTime(u.start)} to ${reportTime(u.end)}${coverage && u.end >= coverage.to ? ', still so at the end of the data' : ''}; rows lost: ${lossText(u.lost)}.`,
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
      (u) => `- What happened to ${markdownCode(u.source)} from ${reportTime(u.start)} to ${reportTime(u.end)}?`,
    ),
    '',
  ];
}

function querySection(claims: readonly ClaimResult[]): string[] {
  const tested = claims.filter((c) => c.query !== '' && c.verdict !== 'NOT_EVALUABLE');
  const queries = new Map(tested.map((c) => [c.source, c.query]));
  if (queries.size === 0) return [];
  return [
    '## Queries that prove it',
    '',
    ...[...queries].flatMap(([source, query]) => [markdownCode(source), '', markdownFence('kusto', query), '']),
  ];
}
