import { DAY, floorTo, type Instant } from '../../base/time';
import type { Segment, SourceSeries } from '../../protocol/coverage';
import type { IncidentWindow } from '../../protocol/review';
import { FINDINGS } from '../../protocol/status';
import { htmlText } from '../../review/report-text';
import { type BandShape, layoutBands, shapeOf } from '../../timeline/bands';
import { columnMeans, columnsOf } from '../../timeline/columns';
import { formatRange, formatShort, formatTime } from '../../timeline/format';
import { buildPyramid, quantile } from '../../timeline/pyramid';
import { type TimeScale, timeScale, timeTicks } from '../../timeline/scale';
import { STATUS_WORDS } from '../../timeline/status-words';
import { bandOf } from '../timeline/timelineModel';

/** Sizes in the picture's own units; it is scaled to the page's width. */
export const WIDTH = 980;
export const LEFT = 52;
export const PLOT = WIDTH - LEFT - 8;
const HEIGHT = 190;
const BAND = 20;
const STRIP = 16;

export interface ChartFacts {
  readonly from: Instant;
  readonly to: Instant;
  readonly series: SourceSeries;
  readonly segments: readonly Segment[];
  readonly windows: readonly IncidentWindow[];
}

/** From here on a column holds a day: hours of many weeks are a comb in which no loss can be seen. */
const LONG = 21 * DAY;

/** Rows by day where the picture holds three weeks or more, else the bins as they are. */
export function drawnSeries(s: SourceSeries, from: Instant, to: Instant): SourceSeries {
  if (to - from < LONG || s.bin >= DAY) return s;
  const start = floorTo(s.start, DAY);
  const days = Math.ceil((s.start + s.observed.length * s.bin - start) / DAY);
  const sums = (values: Float64Array): Float64Array => {
    const out = new Float64Array(Math.max(0, days)).fill(Number.NaN);
    for (let i = 0; i < values.length; i++) {
      const day = Math.floor((s.start + i * s.bin - start) / DAY);
      if (!Number.isNaN(values[i]!)) out[day] = (Number.isNaN(out[day]!) ? 0 : out[day]!) + values[i]!;
    }
    return out;
  };
  // Nine of ten hours say nothing of days: the band is left out.
  const none = new Float64Array(Math.max(0, days)).fill(Number.NaN);
  const late = s.late && sums(s.late);
  return {
    ...s,
    bin: DAY,
    start,
    observed: sums(s.observed),
    late,
    expected: sums(s.expected),
    expectedLow: none,
    expectedHigh: none,
  };
}

export const n1 = (x: number): string => (Math.round(x * 10) / 10).toString();

/**
 * Rows, expected rows, segments and incident windows of one log source as a picture without script: a reader's theme colours it, and
 * what a colour says a shape or a word says too. Every text is escaped.
 */
export function sourceChart(facts: ChartFacts, description: string): string {
  const scale = timeScale({ from: facts.from, to: facts.to }, PLOT);
  const bands = layoutBands(
    facts.windows
      .map((w) => shapeOf(bandOf(w, w.service), facts))
      .filter((b) => b.end > facts.from && b.start < facts.to),
    (110 * (facts.to - facts.from)) / PLOT,
  );
  const top = bands.rows * BAND + 4;
  const plot = plotOf({ ...facts, series: drawnSeries(facts.series, facts.from, facts.to) }, scale);
  const height = top + HEIGHT + STRIP + 26;
  return `<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="chart-title chart-text">
<title id="chart-title">Rows by time</title>
<desc id="chart-text">${htmlText(description)}</desc>
<defs>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern>
<clipPath id="plot"><rect x="0" y="0" width="${PLOT}" height="${height}"/></clipPath>
</defs>
<g transform="translate(${LEFT} ${top})">
${gridLines(plot.top, HEIGHT)}
<g clip-path="url(#plot)">
${bands.stacked.map(({ item }) => bandArea(item, scale)).join('\n')}
${plot.drawn}
${segmentStrip(facts.segments, scale)}
</g>
${ticks(scale, HEIGHT + STRIP)}
</g>
<g transform="translate(${LEFT} 0)" clip-path="url(#plot)">${bands.stacked.map(({ item, row }) => bandLabel(item, row, scale)).join('\n')}</g>
</svg>`;
}

/** Lines at none, half and all of `top`, in a plot of this height. */
export function gridLines(top: number, height: number): string {
  return [0, 0.5, 1]
    .map((share) => {
      const y = n1(height - share * height);
      return `<line class="grid" x1="0" x2="${PLOT}" y1="${y}" y2="${y}"/><text class="axis" x="-6" y="${y}" dy="4" text-anchor="end">${formatShort(share * top)}</text>`;
    })
    .join('\n');
}

/** Times under a plot that ends at `y`, each with its line through it. */
export function ticks(scale: TimeScale, y: number): string {
  return timeTicks(scale)
    .filter((t) => t.x < PLOT - 24)
    .map(
      (t) =>
        `<line class="grid" x1="${n1(t.x)}" x2="${n1(t.x)}" y1="0" y2="${y + 6}"/><text class="axis" x="${n1(t.x + 3)}" y="${y + 18}">${t.label}</text>`,
    )
    .join('\n');
}

/** Band of what is expected, rows, late rows among them, and what is missing where a finding says so. */
function plotOf({ series: s, segments }: ChartFacts, scale: TimeScale): { top: number; drawn: string } {
  const columns = columnsOf({ start: s.start, bin: s.bin, length: s.observed.length }, scale);
  const means = (values: Float64Array) => columnMeans(buildPyramid(values), columns);
  const [observed, expected, low, high] = [s.observed, s.expected, s.expectedLow, s.expectedHigh].map(means) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const late = s.late && means(s.late);
  const tops = [observed, high, expected].map(
    (v) =>
      quantile(
        v.filter((n) => !Number.isNaN(n)),
        0.995,
      ) || 0,
  );
  const robust = Math.max(1, ...tops);
  const top = robust * 1.08;
  const y = (rows: number) => HEIGHT - Math.min(1, Math.max(0, rows / top)) * HEIGHT;
  const x = (i: number) => columns.x[i]!;
  const right = (i: number) => columns.x[i]! + columns.width[i]!;
  const bounds = (i: number) => ({ start: s.start + columns.from[i]! * s.bin, end: s.start + columns.to[i]! * s.bin });
  const lost = segments.filter((g) => FINDINGS.has(g.status) && g.lost !== null);
  const area = (from: (i: number) => number, to: (i: number) => number, holds: (i: number) => boolean) =>
    Array.from({ length: columns.count }, (_, i) => i)
      .filter(holds)
      .map((i) => `M${x(i)} ${n1(from(i))}H${right(i)}V${n1(to(i))}H${x(i)}Z`)
      .join('');
  const known = (i: number) => !Number.isNaN(expected[i]!);
  const ranged = (i: number) => !Number.isNaN(low[i]!);
  const missing = (i: number) => {
    const b = bounds(i);
    return known(i) && expected[i]! > observed[i]! && lost.some((g) => g.start < b.end && g.end > b.start);
  };
  const line = Array.from({ length: columns.count }, (_, i) =>
    known(i) ? `${i > 0 && known(i - 1) ? 'L' : 'M'}${n1((x(i) + right(i)) / 2)} ${n1(y(expected[i]!))}` : '',
  ).join('');
  return {
    top,
    drawn: [
      `<path class="range" d="${area(
        (i) => y(high[i]!),
        (i) => y(low[i]!),
        ranged,
      )}"/>`,
      `<path class="rows" d="${area(
        (i) => y(observed[i]!),
        () => HEIGHT,
        (i) => observed[i]! > 0,
      )}"/>`,
      late &&
        `<path class="late" d="${area(
          (i) => y(late[i]!),
          () => HEIGHT,
          (i) => late[i]! > 0,
        )}"/>`,
      `<path class="missing" d="${area(
        (i) => y(expected[i]!),
        (i) => y(observed[i]!),
        missing,
      )}"/>`,
      `<path class="expected" d="${line}"/>`,
    ].join('\n'),
  };
}

function bandArea(b: BandShape, scale: TimeScale): string {
  const [from, to] = [scale.x(b.start), scale.x(b.end)];
  return `<rect class="window" x="${n1(from)}" y="0" width="${n1(Math.max(1, to - from))}" height="${HEIGHT}"/>`;
}

function bandLabel(b: BandShape, row: number, scale: TimeScale): string {
  const [from, to] = [scale.x(b.start), scale.x(b.end)];
  const core = b.core && [scale.x(b.core.start), scale.x(b.core.end)];
  const y = row * BAND;
  const text = `${b.band.label}: ${b.band.kind}`;
  return `<g><title>${htmlText(`${text}, ${formatRange(b.start, b.end)} UTC`)}</title>
<rect class="window-edge" x="${n1(from)}" y="${y + 1}" width="${n1(Math.max(3, to - from))}" height="${BAND - 4}"/>
${core ? `<rect class="window-core" x="${n1(core[0]!)}" y="${y + 1}" width="${n1(Math.max(2, core[1]! - core[0]!))}" height="${BAND - 4}"/>` : ''}
<text class="window-label" x="${n1(Math.max(3, from + 4))}" y="${y + 13}">${htmlText(text)}</text></g>`;
}

function segmentStrip(segments: readonly Segment[], scale: TimeScale): string {
  const y = HEIGHT + 3;
  return segments
    .map((g) => {
      const { word, tone } = STATUS_WORDS[g.status];
      const [from, to] = [scale.x(g.start), scale.x(g.end)];
      const width = Math.max(2, to - from);
      const said = `${word}${g.ongoing ? ', still so' : ''}: ${formatRange(g.start, g.end)} UTC`;
      const range = [g.startRange, g.endRange]
        .filter((r) => r.latest > r.earliest)
        .map((r) => {
          const [a, b] = [scale.x(r.earliest), scale.x(r.latest)];
          return `<rect class="uncertain" x="${n1(a)}" y="${y}" width="${n1(Math.max(1, b - a))}" height="${STRIP - 4}"><title>${htmlText(`Began or ended between ${formatTime(r.earliest)} and ${formatTime(r.latest)} UTC`)}</title></rect>`;
        });
      const label =
        width > 46 ? `<text class="segment-label" x="${n1(Math.max(2, from + 4))}" y="${y + 9.5}">${word}</text>` : '';
      return `<g><title>${htmlText(said)}</title><rect class="segment ${tone}" x="${n1(from)}" y="${y}" width="${n1(width)}" height="${STRIP - 4}"/>${label}</g>${range.join('')}`;
    })
    .join('\n');
}

/** Expected rows through a day, weekdays and weekends, as two lines. */
export function dayChart(weekday: readonly number[], weekend: readonly number[], zone: string): string {
  const top = Math.max(...weekday, ...weekend, 1e-9) * 1.05;
  const [w, h] = [360, 90];
  const bins = Math.max(weekday.length, 1);
  const line = (values: readonly number[]) =>
    values.map((v, i) => `${i === 0 ? 'M' : 'L'}${n1(((i + 0.5) * w) / bins)} ${n1(h - (v / top) * h)}`).join('');
  const hours = [0, 6, 12, 18]
    .map((t) => `<text class="axis" x="${n1((t / 24) * w + 2)}" y="${h + 14}">${String(t).padStart(2, '0')}:00</text>`)
    .join('');
  return `<svg class="day" viewBox="-40 -6 ${w + 48} ${h + 24}" role="img" aria-label="${htmlText(`Expected rows through a day in ${zone}, weekdays and weekends`)}">
<line class="grid" x1="0" x2="${w}" y1="${h}" y2="${h}"/><line class="grid" x1="0" x2="${w}" y1="0" y2="0"/>
<text class="axis" x="-5" y="${h}" text-anchor="end">0</text><text class="axis" x="-5" y="8" text-anchor="end">${formatShort(top)}</text>
<path class="weekday" d="${line(weekday)}"/><path class="weekend" d="${line(weekend)}"/>${hours}
</svg>`;
}
