import type { Segment } from '../../protocol/coverage';
import { FINDINGS, type Status } from '../../protocol/status';
import { htmlText } from '../../review/report-text';
import { formatCount, formatLength, formatRange, formatShare, formatTime, plural } from '../../timeline/format';
import { STATUS_WORDS, VERDICT_WORDS } from '../../timeline/status-words';
import { baselineSentences, exclusionSentences } from './baselineWords';
import { dayChart, drawnSeries, sourceChart } from './sourceChart';
import { claimProof, SOURCE_PROOF, type SourceFacts, segmentProof, witnessProof } from './sourceFacts';

export interface SourcePageInit {
  readonly cspSource: string;
  readonly styleUri: string;
}

/** Commands that the page's links run; nothing else may be run from it. */
export const PROOF_COMMAND = 'gapline.openProvingQuery';
export const TIMELINE_COMMAND = 'gapline.openTimeline';
export const PAGE_COMMAND = 'gapline.showSourcePage';

/**
 * The page of one log source, without any script: figures, picture, findings, verdicts and baseline, each finding with a link to the
 * KQL that proves it. What comes from logs, reviews and vendors is escaped, and a link names its evidence instead of carrying it.
 */
export function sourcePage(facts: SourceFacts, init: SourcePageInit): string {
  const { source } = facts;
  return documentOf(
    source.id,
    `${heading(facts)}
${figures(facts)}
${picture(facts)}
${findings(facts)}
${verdicts(facts)}
${baseline(facts)}
${witnesses(facts)}
${lineage(facts)}
${notes(facts)}
${query(facts)}`,
    init,
  );
}

/** A document without script, under a policy that lets in its style sheet alone. `title` is escaped here, `body` by its maker. */
export function documentOf(title: string, body: string, { cspSource, styleUri }: SourcePageInit): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${htmlText(`default-src 'none'; style-src ${cspSource}`)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${htmlText(title)}</title>
<link rel="stylesheet" href="${htmlText(styleUri)}">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

export const section = (title: string, body: string): string =>
  body === '' ? '' : `<section>\n<h2>${title}</h2>\n${body}\n</section>`;
export const list = (items: readonly string[]): string =>
  items.length === 0 ? '' : `<ul>${items.map((i) => `<li>${htmlText(i)}</li>`).join('')}</ul>`;
const paragraphs = (items: readonly string[]): string => items.map((i) => `<p>${htmlText(i)}</p>`).join('\n');

export function link(command: string, argument: unknown[], text: string, label: string): string {
  const query = encodeURIComponent(JSON.stringify(argument));
  return `<a href="command:${command}?${htmlText(query)}" title="${htmlText(label)}" aria-label="${htmlText(label)}">${htmlText(text)}</a>`;
}
const proofLink = ({ source }: SourceFacts, proof: string, about: string): string =>
  link(PROOF_COMMAND, [{ source: source.id, proof }], 'Open query', `Open query: the proof of ${about}`);

const chip = (status: Status): string =>
  `<span class="chip ${STATUS_WORDS[status].tone}">${STATUS_WORDS[status].word}</span>`;

function heading({ source, report }: SourceFacts): string {
  const services = source.services.length > 0 ? `${source.services.join(', ')} · ` : '';
  return `<header>
<h1>${htmlText(source.id)} ${chip(source.status)}${source.ongoing ? ' <span class="still">still so</span>' : ''}</h1>
<p class="lead">${htmlText(source.sentence)}</p>
<p class="quiet">${htmlText(`${services}${formatRange(report.from, report.to)} UTC, as of ${formatTime(report.now)} UTC, in bins of ${formatLength(report.bin)}`)}</p>
</header>`;
}

/** What was lost and what could have been seen, side by side: a "fine" without its sight means nothing. */
function figures({ source, report }: SourceFacts): string {
  const found = source.segments.filter((s) => FINDINGS.has(s.status));
  const lost = found.flatMap((s) => s.lost ?? []);
  const sum = (k: 'estimate' | 'low' | 'high') => lost.reduce((n, l) => n + l[k], 0);
  const late = found.reduce((n, s) => n + (s.late ?? 0), 0);
  const duplicates = found.reduce((n, s) => n + (s.duplicates ?? 0), 0);
  const items: [string, string, string][] = [];
  if (lost.length > 0)
    items.push([
      'Rows lost',
      formatCount(sum('estimate')),
      `90 % interval ${formatCount(sum('low'))}–${formatCount(sum('high'))}`,
    ]);
  if (late > 0) items.push(['Rows late', formatCount(late), 'later than clean rows ever come']);
  if (duplicates > 0) items.push(['Duplicates', formatCount(duplicates), 'rows beyond distinct keys']);
  if (source.minimumDetectableLoss !== null)
    items.push(['Sees a loss from', formatShare(source.minimumDetectableLoss), 'a smaller one cannot be ruled out']);
  if (source.smallestProvableSilence !== null)
    items.push(['Sees a silence from', formatLength(source.smallestProvableSilence), 'a shorter one proves nothing']);
  if (items.length === 0) return '';
  const cells = items.map(
    ([name, value, note]) => `<div><dt>${name}</dt><dd>${htmlText(value)}<small>${htmlText(note)}</small></dd></div>`,
  );
  return `<dl class="figures" aria-label="${htmlText(`Figures from ${formatRange(report.from, report.to)} UTC`)}">${cells.join('')}</dl>`;
}

function picture(facts: SourceFacts): string {
  const { series, source, windows, report } = facts;
  if (!series || series.observed.length === 0) return '';
  const found = source.segments.filter((s) => FINDINGS.has(s.status));
  const description = `Rows of ${source.id} from ${formatRange(report.from, report.to)} UTC. ${plural(found.length, 'finding')}, ${plural(windows.length, 'incident window')}. The same figures are in the table below.`;
  const shown = drawnSeries(series, report.from, report.to);
  const band = shown === series ? '<span class="key range"></span>nine of ten clean bins ' : '';
  const learnt = source.baseline
    ? `${band}<span class="key expected"></span>expected <span class="key missing"></span>missing `
    : '';
  const late = series.late ? '<span class="key late"></span>of them late ' : '';
  return `<figure>
${sourceChart({ from: report.from, to: report.to, series, segments: source.segments, windows }, description)}
<figcaption><span class="key rows"></span>rows ${late}${learnt}<span class="key uncertain"></span>uncertain time · all times UTC, rows by ${htmlText(formatLength(shown.bin))}</figcaption>
</figure>
${daysTable(facts)}`;
}

/** The picture as a table, a row for each UTC day: for readers of the screen's text, and for copying. */
function daysTable({ series, report }: SourceFacts): string {
  if (!series) return '';
  const days = new Map<number, { rows: number; late: number; expected: number }>();
  for (let i = 0; i < series.observed.length; i++) {
    const at = series.start + i * series.bin;
    if (at < report.from || at >= report.to) continue;
    const day = Math.floor(at / 86_400_000);
    const sum = days.get(day) ?? { rows: 0, late: 0, expected: 0 };
    sum.rows += series.observed[i]!;
    sum.late += series.late?.[i] ?? 0;
    sum.expected += series.expected[i]!;
    days.set(day, sum);
  }
  const rows = [...days].map(
    ([day, d]) =>
      `<tr><th scope="row">${new Date(day * 86_400_000).toISOString().slice(0, 10)}</th><td>${formatCount(d.rows)}</td>${series.late ? `<td>${formatCount(d.late)}</td>` : ''}<td>${formatCount(Math.round(d.expected))}</td></tr>`,
  );
  return `<details><summary>Rows by day as a table</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Rows by day"><table class="days"><thead><tr><th scope="col">day (UTC)</th><th scope="col">rows</th>${series.late ? '<th scope="col">of them late</th>' : ''}<th scope="col">expected</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></details>`;
}

function findings(facts: SourceFacts): string {
  const { segments } = facts.source;
  const found = segments.map((s, i) => ({ s, i })).filter(({ s }) => FINDINGS.has(s.status));
  const rest = segments.filter((s) => !FINDINGS.has(s.status));
  const items = found.map(({ s, i }) => finding(facts, s, i)).join('\n');
  const others = list(rest.map((s) => `${formatRange(s.start, s.end)}: ${STATUS_WORDS[s.status].word}. ${s.sentence}`));
  const whole = others === '' ? '' : `<h3>The rest</h3>\n${others}`;
  return section('What was found', items === '' ? others : `${items}\n${whole}`);
}

const range = (r: Segment['startRange']): string =>
  r.earliest === r.latest ? formatTime(r.earliest) : `between ${formatTime(r.earliest)} and ${formatTime(r.latest)}`;

function finding(facts: SourceFacts, s: Segment, index: number): string {
  const time = `${formatRange(s.start, s.end)} UTC`;
  const place = { source: facts.source.id, start: s.start, end: s.end };
  const counts = [
    s.expected === null ? '' : `${formatCount(Math.round(s.expected))} expected`,
    `${formatCount(s.observed)} seen`,
    s.lost
      ? `${formatCount(Math.round(s.lost.estimate))} lost (${formatCount(Math.round(s.lost.low))}–${formatCount(Math.round(s.lost.high))})`
      : '',
    s.late ? `${formatCount(s.late)} late` : '',
    s.duplicates ? `${formatCount(s.duplicates)} duplicates` : '',
  ].filter((t) => t !== '');
  return `<article>
<h3>${chip(s.status)} ${htmlText(time)}${s.ongoing ? ' <span class="still">still so</span>' : ''}</h3>
<p>${htmlText(s.sentence)}</p>
${list([
  `Began ${range(s.startRange)}; ${s.ongoing ? 'has not ended' : `ended ${range(s.endRange)}`}.`,
  `${counts.join(', ')}.`,
  ...(s.delay
    ? [`Half of the rows came within ${formatLength(s.delay.p50)}, 99 % within ${formatLength(s.delay.p99)}.`]
    : []),
  ...signature(s),
  ...(s.explainedBy ? [`Explained by: ${s.explainedBy}`] : []),
  s.windows.length > 0 ? `In the incident windows ${s.windows.join(', ')}.` : 'In no incident window.',
])}
<p class="links">${proofLink(facts, segmentProof(index), `${s.status} ${time}`)} ${link(TIMELINE_COMMAND, [place], 'Open timeline', `Open timeline: ${time}`)}</p>
</article>`;
}

/** What the data says of the agent that caused it. */
function signature({ signature: a }: Segment): string[] {
  if (!a) return [];
  const buffer = [
    a.bufferEvents === null ? '' : `${formatCount(Math.round(a.bufferEvents))} events`,
    a.bufferBytes === null ? '' : `${formatCount(Math.round(a.bufferBytes / 1e6))} MB`,
  ].filter((t) => t !== '');
  const held = buffer.length > 0 ? `; its buffer held about ${buffer.join(' or ')}` : '';
  return [`It looks like a collection agent (${a.policy}) that was restarted at ${formatTime(a.restart)} UTC${held}.`];
}

function verdicts(facts: SourceFacts): string {
  const rows = facts.claims.map(({ incident, claim: c }, i) => {
    const differs = c.differs.length > 0 ? `, ${c.differs.join(', ')}` : '';
    const sees = c.minimumDetectableLoss === null ? '' : ` Sees a loss from ${formatShare(c.minimumDetectableLoss)}.`;
    return `<tr><th scope="row">${htmlText(`${incident}: ${c.id}`)}</th><td>${htmlText(c.kind)}</td><td>${htmlText(VERDICT_WORDS[c.verdict] + differs)}</td><td>${htmlText(c.sentence + sees)}</td><td>${proofLink(facts, claimProof(i), `${c.id}, ${c.verdict}`)}</td></tr>`;
  });
  if (rows.length === 0) return '';
  return section(
    'What is claimed, and what this data says to it',
    `<table><thead><tr><th scope="col">claim</th><th scope="col">kind</th><th scope="col">verdict</th><th scope="col">why</th><th scope="col">proof</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`,
  );
}

function baseline({ source }: SourceFacts): string {
  const b = source.baseline;
  if (!b) return '';
  const excluded = exclusionSentences(b);
  const shown = `<figure class="small">${dayChart(b.weekday, b.weekend, b.zone)}<figcaption><span class="key weekday"></span>weekdays <span class="key weekend"></span>Saturdays and Sundays · expected rows through a day, ${htmlText(b.zone)}</figcaption></figure>`;
  const kept =
    excluded.length > 0
      ? `<h3>Kept from teaching it</h3>\n${list(excluded)}`
      : '<p>Nothing was kept from teaching it.</p>';
  return section('What it was compared with', `${paragraphs(baselineSentences(b))}\n${shown}\n${kept}`);
}

const notes = ({ source }: SourceFacts): string => section('To know before the figures', list(source.notes));

function query(facts: SourceFacts): string {
  const { source } = facts;
  if (source.query === '') return '';
  return section(
    'The query that counts it',
    `<pre tabindex="0" role="region" aria-label="Query"><code>${htmlText(source.query)}</code></pre>\n<p class="links">${proofLink(facts, SOURCE_PROOF, source.id)}</p>`,
  );
}

/** Where else to look: hurt log sources that this one is made from, each a link to its own page. */
function lineage({ source }: SourceFacts): string {
  if (!source.upstream) return '';
  const items = source.upstream.map(
    (u) =>
      `<li>${link(PAGE_COMMAND, [{ source: u.source, start: null, end: null }], u.source, `${u.source}: open its page`)} ${chip(u.status)} ${htmlText(u.path.join(' → '))}</li>`,
  );
  return section('What it is made from, and is incomplete', `<ul>${items.join('')}</ul>`);
}

/** What ids prove without a baseline, each with the join that proves it. */
function witnesses(facts: SourceFacts): string {
  const items = (facts.source.witnesses ?? []).map(
    (w, i) => `<li>${htmlText(w.sentence)} ${proofLink(facts, witnessProof(i), w.kind)}</li>`,
  );
  return items.length === 0 ? '' : section('What ids prove', `<ul>${items.join('')}</ul>`);
}
