import { formatBytes } from '../../base/bytes';
import { type Interval, instant } from '../../base/time';
import { hoursWords, type OutageEffect } from '../../coverage/agent';
import { htmlText } from '../../review/report-text';
import { formatCount, formatLength, formatRange, formatShare, formatTime, plural } from '../../timeline/format';
import { documentOf, link, list, type SourcePageInit, section } from '../source/sourcePage';
import { whatIfChart } from './whatIfChart';
import type { WhatIf } from './whatIfModel';
import { FIELDS, type WhatIfInputs, type WhatIfValues } from './whatIfValues';

/** The command that the page's link runs; nothing else may be run from it. */
export const WHAT_IF_COMMAND = 'gapline.whatIf';

/** The page of one what-if, without any script: sentence, figures, picture, table and what is assumed. `values` are those as typed. */
export function whatIfPage(w: WhatIf, values: WhatIfValues, init: SourcePageInit): string {
  const title =
    w.source === null ? 'What if a collection agent stops' : `What if the collection agent of ${w.source} stops`;
  return documentOf(
    title,
    `${heading(w, title, values)}
${figures(w)}
${picture(w)}
${table(w)}
${section('In words', list(words(w)))}
${section('What is assumed', list(assumptions(w)))}`,
    init,
  );
}

const rows = (n: number): string => plural(Math.round(n), 'row');
const none = (n: number): boolean => Math.round(n) === 0;

/** `5,000 rows per second`: the largest unit of time that gives at least one, so that no rate is a tiny fraction. */
export function rateWords(perHour: number): string {
  if (perHour >= 3600) return `${formatCount(perHour / 3600)} rows per second`;
  return perHour >= 1 ? `${formatCount(perHour)} rows per hour` : `${formatCount(perHour * 24)} rows per day`;
}

/** The rate, or both of a profile. */
export function flowWords({ rate, profile }: WhatIfInputs): string {
  if (profile === undefined) return rateWords(rate);
  return `${rateWords(profile.office)} in office hours (${hoursWords(profile.hours)}) and ${rateWords(profile.otherwise)} otherwise`;
}

/** The answer in one sentence. */
export function summary({ effect }: WhatIf): string {
  if (none(effect.stuck)) return 'No row is collected while the agent stands still: nothing is lost or late.';
  if (none(effect.lost)) return `Nothing is lost: the cache holds all ${rows(effect.late)}, and they come late.`;
  if (none(effect.late)) return `All ${rows(effect.lost)} are lost: the cache does not hold a single one.`;
  return `${rows(effect.lost)} are lost (${formatShare(effect.lost / effect.stuck)} of what is collected during the stop) and ${formatCount(Math.round(effect.late))} come late.`;
}

function heading(w: WhatIf, title: string, values: WhatIfValues): string {
  const { eventBytes, cacheBytes, stop, restart } = w.inputs;
  const said = Object.fromEntries(FIELDS.map((f) => [f, values[f]]));
  return `<header>
<h1>${htmlText(title)}</h1>
<p class="lead">${htmlText(summary(w))}</p>
<p class="quiet">${htmlText(`${flowWords(w.inputs)}${w.inputs.profile ? ', each' : ''} of ${formatBytes(eventBytes)}, a cache of ${formatBytes(cacheBytes)}, stopped ${formatRange(stop, restart)} UTC (${formatLength(restart - stop)})`)}</p>
<p class="links">${link(WHAT_IF_COMMAND, [{ ...said, source: w.source, ask: true }], 'Change values', 'Change values: ask again, beginning with these')}</p>
</header>`;
}

function figures({ effect, lasts, needed, inputs }: WhatIf): string {
  const uploaded: readonly [string, string, string] | null =
    effect.drained === null || none(effect.late)
      ? null
      : ['The backlog is up after', formatLength(effect.drained), `at ${rateWords(inputs.uploadPerHour ?? 0)}`];
  const items: readonly (readonly [string, string, string])[] = [
    ['Rows lost', formatCount(Math.round(effect.lost)), `of ${formatCount(Math.round(effect.stuck))} during the stop`],
    ['Rows late', formatCount(Math.round(effect.late)), 'they wait in the cache and come after the restart'],
    ['The cache lasts', formatLength(lasts), `${rows(effect.capacity)} of ${formatBytes(inputs.eventBytes)}`],
    ...(uploaded === null ? [] : [uploaded]),
    ['To lose nothing', formatBytes(needed), 'of cache, for a stop of this length'],
  ];
  const cells = items.map(
    ([name, value, note]) => `<div><dt>${name}</dt><dd>${htmlText(value)}<small>${htmlText(note)}</small></dd></div>`,
  );
  return `<dl class="figures" aria-label="Figures">${cells.join('')}</dl>`;
}

function picture(w: WhatIf): string {
  const description = `${summary(w)} The same figures are in the table below.`;
  return `<figure>
${whatIfChart(w, description)}
<figcaption><span class="key rows"></span>on time <span class="key late"></span>late <span class="key missing"></span>lost <span class="key cached"></span>waiting in the cache · rows per hour by the time of their collection, all times UTC</figcaption>
</figure>`;
}

function table({ stretches }: WhatIf): string {
  const lines = stretches.map(
    (s) =>
      `<tr><th scope="row">${s.fate}</th><td>${formatTime(s.start)}</td><td>${formatTime(s.end)}</td><td>${formatLength(s.end - s.start)}</td><td>${formatCount(Math.round(s.rows))}</td></tr>`,
  );
  return section(
    'What becomes of the rows',
    `<div class="scroll" tabindex="0" role="region" aria-label="What becomes of the rows"><table class="numbers"><thead><tr><th scope="col">rows are</th><th scope="col">collected from (UTC)</th><th scope="col">until (UTC)</th><th scope="col">for</th><th scope="col">rows</th></tr></thead><tbody>${lines.join('')}</tbody></table></div>`,
  );
}

const during = (i: Interval | null): string => (i === null ? 'none' : `${formatRange(i.start, i.end)} UTC`);

/** What happens, in the order in which it happens. */
export function words(w: WhatIf): readonly string[] {
  const { effect, refusing, inputs, lasts, needed } = w;
  const { stop, restart, cacheBytes } = inputs;
  const story = [`From ${formatTime(stop)} UTC on nothing is uploaded; what is collected waits in the cache.`];
  if (none(effect.lost))
    story.push(`The cache would last ${formatLength(lasts)}: it does not fill before the restart.`);
  else {
    if (effect.fullAfter !== null)
      story.push(
        `After ${formatLength(effect.fullAfter)} the cache is full, and each new row pushes out the oldest one.`,
      );
    story.push(`Lost: what was collected ${during(effect.lostInterval)}.`);
  }
  if (effect.lateInterval !== null && !none(effect.late))
    story.push(
      `Late: what was collected ${during(effect.lateInterval)}. The oldest of these rows comes ${formatLength(restart - effect.lateInterval.start)} late or more.`,
    );
  story.push(...backlog(w));
  if (!none(effect.lost)) {
    story.push(
      none(effect.late)
        ? `A larger cache would have held them: ${formatBytes(needed)}.`
        : `A restart within ${formatLength(lasts)} of the stop would have lost nothing; so would a cache of ${formatBytes(needed)} instead of ${formatBytes(cacheBytes)}.`,
    );
    story.push(refusal(refusing));
  }
  return story;
}

/** When what has waited is uploaded, oldest first; nothing where the rate is not known. */
function backlog({ effect, inputs }: WhatIf): readonly string[] {
  if (effect.drained === null || effect.delays === null || none(effect.late)) return [];
  const done = instant(inputs.restart + effect.drained);
  return [
    `After the restart ${rateWords(inputs.uploadPerHour ?? 0)} of the backlog are uploaded: the last of it is there after ${formatLength(effect.drained)}, at ${formatTime(done)} UTC. The oldest of these rows is ${formatLength(effect.delays.oldest)} late, the newest ${formatLength(effect.delays.newest)}.`,
  ];
}

const refusal = (e: OutageEffect): string =>
  `An agent that refuses new rows, instead of dropping its oldest, loses as many, but others: lost ${during(e.lostInterval)}, late ${during(e.lateInterval)}.`;

/** What the figures rest on; where one does not hold, they do not. */
export function assumptions({ inputs }: WhatIf): readonly string[] {
  return [
    inputs.profile === undefined
      ? `The rate is constant: ${rateWords(inputs.rate)}. A log source that is busy by day loses more or less, by the hours that fall out.`
      : `Every week is alike: ${flowWords(inputs)}. Public holidays and clock changes are not known.`,
    `Each row takes ${formatBytes(inputs.eventBytes)} of the cache, whatever it holds.`,
    'The whole agent stops at once and is whole after the restart. Threads that die one after another lose less at first.',
    'The cache is empty at the stop, and no other log source shares it.',
    'A full cache drops its oldest rows, as Azure Diagnostics and Fluent Bit do.',
    'The restart keeps the cache. One that empties it loses the late rows too.',
    inputs.uploadPerHour === undefined
      ? 'After the restart the agent uploads faster than rows come; how long it takes for what has waited is not said here.'
      : 'After the restart new rows go straight out; the upload rate is that of the backlog alone, oldest first.',
  ];
}
