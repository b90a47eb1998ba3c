import { ceilTo, HOUR, type Instant, type Interval, type Span } from '../../base/time';
import { eventsBetween } from '../../coverage/agent';
import { htmlText } from '../../review/report-text';
import { formatCount, formatRange, formatTime, plural } from '../../timeline/format';
import { type TimeScale, timeScale } from '../../timeline/scale';
import { gridLines, LEFT, n1, PLOT, ticks, WIDTH } from '../source/sourceChart';
import type { Fate, Stretch, WhatIf } from './whatIfModel';

/** Sizes in the picture's own units. Marks stand over the rows, and the cache under them. */
const MARKS = 22;
const ROWS = 130;
const BETWEEN = 34;
const CACHE = 84;
const CACHE_TOP = MARKS + ROWS + BETWEEN;

const CLASS: Readonly<Record<Fate, string>> = { 'on time': 'rows', late: 'late', lost: 'missing' };

/**
 * Rows by the time of their collection, drawn as what becomes of them, and under them what the cache holds. Without script;
 * what a colour says, a hatch or a word says too.
 */
export function whatIfChart(w: WhatIf, description: string): string {
  const { effect, stretches, inputs } = w;
  const top = inputs.profile ? Math.max(inputs.profile.office, inputs.profile.otherwise) : inputs.rate;
  const scale = timeScale({ from: stretches[0]!.start, to: stretches.at(-1)!.end }, PLOT);
  return `<svg class="chart" viewBox="0 0 ${WIDTH} ${CACHE_TOP + CACHE + 26}" role="img" aria-labelledby="chart-title chart-text">
<title id="chart-title">Rows by the time of their collection, and the cache</title>
<desc id="chart-text">${htmlText(description)}</desc>
<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>
<g transform="translate(${LEFT} ${MARKS})">
${gridLines(top, ROWS)}
${stretches.map((s) => block(s, w, scale, top)).join('\n')}
</g>
<g transform="translate(${LEFT} ${CACHE_TOP})">
<text class="axis" x="0" y="-8">rows in the cache</text>
${gridLines(Math.max(1, effect.late), CACHE)}
${cacheFill(w, scale)}
${ticks(scale, CACHE)}
</g>
<g transform="translate(${LEFT} 0)">
<text class="axis" x="0" y="12">rows per hour</text>
${marks(w, scale)}
</g>
<g transform="translate(${LEFT} ${MARKS})">
${stretches.map((s) => fateWord(s, scale)).join('\n')}
</g>
</svg>`;
}

function block(s: Stretch, w: WhatIf, scale: TimeScale, top: number): string {
  const [from, to] = [scale.x(s.start), scale.x(s.end)];
  const width = Math.max(2, to - from);
  const shape =
    typeof w.flow === 'number'
      ? `<rect class="${CLASS[s.fate]} fate" x="${n1(from)}" y="0" width="${n1(width)}" height="${ROWS}"/>`
      : `<path class="${CLASS[s.fate]} fate" d="${stair(s, w, scale, top)}"/>`;
  const said = `${plural(Math.round(s.rows), 'row')} ${s.fate}: ${formatRange(s.start, s.end)} UTC`;
  return `<g><title>${htmlText(said)}</title>${shape}</g>`;
}

/** Times at which a picture of this width may change: whole hours, or so many together that none is narrower than a pixel. */
function steps({ start, end }: Interval, { stretches }: WhatIf): readonly Interval[] {
  const all = stretches.at(-1)!.end - stretches[0]!.start;
  const bin = (HOUR * Math.max(1, Math.ceil(all / HOUR / PLOT))) as Span;
  const found: Interval[] = [];
  for (let at = start; at < end; ) {
    const next = Math.min(end, ceilTo((at + 1) as Instant, bin)) as Instant;
    found.push({ start: at, end: next });
    at = next;
  }
  return found;
}

/** The rate of a stretch in steps. */
function stair(s: Stretch, w: WhatIf, scale: TimeScale, top: number): string {
  const points: string[] = [];
  let last = '';
  for (const i of steps(s, w)) {
    const perHour = (eventsBetween(w.flow, i.start, i.end) * HOUR) / (i.end - i.start);
    const y = n1(ROWS * (1 - perHour / top));
    // Hours of one rate are one step.
    if (y !== last) points.push(`H${n1(scale.x(i.start))}V${y}`);
    last = y;
  }
  return `M${n1(scale.x(s.start))} ${ROWS}${points.join('')}H${n1(Math.max(scale.x(s.start) + 2, scale.x(s.end)))}V${ROWS}Z`;
}

/** What waits in the cache from the stop until it is full or the agent restarts, at a rate that changes. */
function filling(w: WhatIf, until: Instant, scale: TimeScale): string {
  const { stop } = w.inputs;
  let waiting = 0;
  return steps({ start: stop, end: until }, w)
    .map((i) => {
      waiting += eventsBetween(w.flow, i.start, i.end);
      return `L${n1(scale.x(i.end))} ${n1(CACHE * Math.max(0, 1 - waiting / w.effect.late))}`;
    })
    .join('');
}

/** A word on a ground of its own, over everything: it is read on any colour, on the hatch and on a mark. */
function fateWord({ fate, start, end }: Stretch, scale: TimeScale): string {
  const [from, to] = [scale.x(start), scale.x(end)];
  const width = fate.length * 6.5 + 12;
  if (to - from < width + 4) return '';
  const x = (from + to) / 2;
  return `<rect class="ground" x="${n1(x - width / 2)}" y="${ROWS / 2 - 9}" width="${n1(width)}" height="18"/><text class="fate-word" x="${n1(x)}" y="${ROWS / 2 + 4}" text-anchor="middle">${fate}</text>`;
}

/** From empty at the stop to what waits at the restart, and back where it is known how fast the agent uploads. */
function cacheFill(w: WhatIf, scale: TimeScale): string {
  const { effect, inputs, lasts, stretches } = w;
  if (effect.late <= 0) return '';
  const [stop, restart] = [scale.x(inputs.stop), scale.x(inputs.restart)];
  const fullAt = Math.min(inputs.restart, inputs.stop + lasts) as Instant;
  const fill = typeof w.flow === 'number' ? `L${n1(scale.x(fullAt))} 0` : filling(w, fullAt, scale);
  const path = `M${n1(stop)} ${CACHE}${fill}H${n1(restart)}${drain(effect.drained, inputs.restart, stretches.at(-1)!.end, scale)}`;
  return `<path class="cached" d="${path}"><title>${htmlText(`${formatCount(Math.round(effect.late))} rows wait at the restart`)}</title></path>`;
}

/** The cache empties at a steady rate; where that ends beyond the picture, the picture's edge cuts it. */
function drain(drained: Span | null, restart: Instant, end: Instant, scale: TimeScale): string {
  if (drained === null) return `V${CACHE}Z`;
  const shown = Math.min(drained, end - restart);
  const left = drained === 0 ? 0 : 1 - shown / drained;
  return `L${n1(scale.x(restart + shown))} ${n1(CACHE * (1 - left))}V${CACHE}Z`;
}

/** Stop, full cache and restart, with their names. A name that would run into the next one is left out: the table has it. */
function marks({ effect, inputs, stretches }: WhatIf, scale: TimeScale): string {
  const done = effect.drained === null ? null : inputs.restart + effect.drained;
  const up = done === null || effect.late <= 0 || done > stretches.at(-1)!.end ? [] : [{ at: done, name: 'uploaded' }];
  const full = effect.fullAfter === null ? [] : [{ at: inputs.stop + effect.fullAfter, name: 'cache full' }];
  const all = [{ at: inputs.stop, name: 'stop' }, { at: inputs.restart, name: 'restart' }, ...full, ...up];
  const taken: { from: number; to: number }[] = [];
  return all
    .map(({ at, name }) => {
      const x = scale.x(at);
      const width = name.length * 6 + 10;
      // A name that would leave the picture stands before its mark.
      const before = x + width > PLOT;
      const place = before ? { from: x - width, to: x + 4 } : { from: x - 4, to: x + width };
      const free = taken.every((t) => place.to < t.from || place.from > t.to);
      if (free) taken.push(place);
      const label = free
        ? `<text x="${n1(before ? x - 4 : x + 4)}" y="12"${before ? ' text-anchor="end"' : ''}>${name}</text>`
        : '';
      const title = `${name}: ${formatTime(at as typeof inputs.stop)} UTC`;
      return `<g><title>${htmlText(title)}</title><line class="mark" x1="${n1(x)}" x2="${n1(x)}" y1="2" y2="${CACHE_TOP + CACHE}"/>${label}</g>`;
    })
    .join('\n');
}
