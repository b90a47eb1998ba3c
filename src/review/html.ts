import type { CoverageReport } from '../protocol/coverage';
import type { ReviewReport } from '../protocol/review';
import type { Review } from './document';
import { countText, htmlText, lossText, percentText, reportTime, statedText, verdictText } from './report-text';
import { meaningsOf, summaryOf } from './summary';

/** The report as one HTML page without scripts; every text of logs, vendors and files is escaped. */
export function reviewToHtml(report: ReviewReport, review: Review, coverage: CoverageReport | null): string {
  const title = htmlText(review.title ?? review.id ?? review.incident);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Review: ${title}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { border: 1px solid #8888; padding: .3rem .6rem; text-align: left; vertical-align: top; }
pre { overflow: auto; padding: .6rem; border: 1px solid #8888; }
</style>
</head>
<body>
<h1>Review: ${title}</h1>
${heading(review, coverage)}
<h2>Summary</h2>
${list(summaryOf(report))}
<h2>Verdicts</h2>
${verdicts(report)}
<h2>Undisclosed gaps</h2>
${
  report.undisclosed.length === 0
    ? '<p>None was found.</p>'
    : table(
        ['log source', 'from', 'to', 'lost (90 % interval)'],
        report.undisclosed.map((u) => [u.source, reportTime(u.start), reportTime(u.end), lossText(u.lost)]),
      )
}
${claimed(review)}
<h2>What the words mean</h2>
${list([
  ...meaningsOf(report).map((m) => `${m.verdict}: ${m.meaning}`),
  '“Sees a loss from”: the smallest loss that this log source could show. A smaller one cannot be ruled out.',
  '“90 % interval”: the true figure lies between these two in nine of ten cases.',
])}
<h2>Queries that prove it</h2>
${[
  ...new Map(
    report.claims.filter((c) => c.query !== '' && c.verdict !== 'NOT_EVALUABLE').map((c) => [c.source, c.query]),
  ),
]
  .map(([source, query]) => `<h3>${htmlText(source)}</h3>\n<pre>${htmlText(query)}</pre>`)
  .join('\n')}
</body>
</html>
`;
}

function heading(review: Review, coverage: CoverageReport | null): string {
  const vendor = [review.vendor, ...review.vendorIds].filter((t): t is string => !!t).join(', ');
  const range = coverage
    ? `Data from ${reportTime(coverage.from)} to ${reportTime(coverage.to)}, judged as of ${reportTime(coverage.now)}.`
    : '';
  return `<p>${htmlText(vendor)}${vendor ? ` (${review.stage} report). ` : ''}${htmlText(range)}</p>`;
}

/** What the party says, in its own words and times. */
function claimed(review: Review): string {
  if (review.windows.length + review.claims.length === 0) return '';
  return `<h2>What was claimed</h2>
${table(
  ['window', 'service', 'kind', 'start', 'end'],
  review.windows.map((w) => [w.id, w.service, w.kind, statedText(w.start), statedText(w.end)]),
)}
${table(
  ['claim', 'words'],
  review.claims.map((c) => [c.id, c.at?.quote ?? c.text]),
)}`;
}

const list = (lines: readonly string[]): string => `<ul>${lines.map((l) => `<li>${htmlText(l)}</li>`).join('')}</ul>`;

function verdicts(report: ReviewReport): string {
  if (report.claims.length === 0) return '<p>No claim of this review could be matched with a log source.</p>';
  const rows = report.claims.map((c) => [
    c.id,
    c.source,
    c.kind,
    verdictText(c),
    lossText(c.lost),
    countText(c.late),
    percentText(c.minimumDetectableLoss),
    c.sentence,
  ]);
  return table(
    ['claim', 'log source', 'kind', 'verdict', 'lost (90 % interval)', 'late', 'sees a loss from', 'why'],
    rows,
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: 'th' | 'td', row: readonly string[]) =>
    `<tr>${row.map((c) => `<${tag}>${htmlText(c)}</${tag}>`).join('')}</tr>`;
  return `<table>\n<thead>${cells('th', head)}</thead>\n<tbody>\n${rows.map((r) => cells('td', r)).join('\n')}\n</tbody>\n</table>`;
}
