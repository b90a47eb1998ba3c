import type { Interval } from '../base/time';
import type { TimelineSegment } from '../protocol/webview';
import { type Columns, columnsOf, heightOf } from '../timeline/columns';
import { formatShort } from '../timeline/format';
import { isLoss, type Lane, type LaneVolumes } from '../timeline/model';
import { type Summary, summarize } from '../timeline/pyramid';
import type { TimeScale } from '../timeline/scale';
import { STATUS_WORDS } from '../timeline/status-words';
import type { Patterns } from './patterns';
import type { Palette } from './theme';

/** The canvas with all that a lane needs to draw itself. Coordinates are CSS pixels. */
export interface Brush {
  readonly g: CanvasRenderingContext2D;
  readonly palette: Palette;
  readonly patterns: Patterns;
  readonly scale: TimeScale;
  readonly log: boolean;
}

/** Where the volumes of a lane go: from `top` to the baseline at `base`; below it the strip of segments. */
export interface LaneBox {
  readonly top: number;
  readonly base: number;
}

const STRIP = 4;
const PADDING_TOP = 10;
const PADDING_BOTTOM = 4;

export const laneBox = (top: number, height: number): LaneBox => ({
  top: top + PADDING_TOP,
  base: top + height - PADDING_BOTTOM - STRIP - 2,
});

const scratch = (): Summary => ({ min: 0, max: 0, sum: 0, count: 0 });
const A = scratch();
const B = scratch();

export function paintLane(brush: Brush, lane: Lane, top: number, height: number): void {
  const box = laneBox(top, height);
  paintAbsence(brush, lane, top, height);
  const { volumes } = lane;
  if (volumes) {
    const columns = columnsOf({ start: volumes.start, bin: volumes.bin, length: volumes.length }, brush.scale);
    const loss = lossColumns(lane, volumes, columns);
    paintExpectedBand(brush, volumes, columns, box);
    paintMissing(brush, volumes, columns, loss, box);
    paintObserved(brush, volumes, columns, loss, box);
    paintExpectedLine(brush, volumes, columns, box);
  } else if (!lane.segments.some((s) => s.status === 'NOT_COLLECTED') && lane.status !== 'NOT_COLLECTED') {
    paintText(brush, 'Reading volumes…', 8, (box.top + box.base) / 2 + 4, brush.palette.muted);
  }
  paintStrip(brush, lane, box);
  paintSegmentLabels(brush, lane, box);
  if (volumes) paintTop(brush, volumes.top, box);
}

/** Per column: 1 where one of its bins lies in a segment that says loss, 2 where the source was silent or gone altogether. */
function lossColumns(lane: Lane, volumes: LaneVolumes, columns: Columns): Uint8Array {
  const marks = new Uint8Array(columns.count);
  const losses = lane.segments.filter((s) => isLoss(s.status));
  for (const s of losses) {
    const from = Math.floor((s.start - volumes.start) / volumes.bin);
    const to = Math.ceil((s.end - volumes.start) / volumes.bin);
    for (let i = firstColumn(columns, from); i < columns.count && columns.from[i]! < to; i++) marks[i] = 1;
  }
  return marks;
}

/** The first column that holds a bin at or after `bin`. */
function firstColumn(columns: Columns, bin: number): number {
  let low = 0;
  let high = columns.count;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (columns.to[mid]! <= bin) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** What was not collected is wide-hatched, what cannot be judged is dotted: neither looks like a loss, nor like silence. */
function paintAbsence(brush: Brush, lane: Lane, top: number, height: number): void {
  const { palette, patterns } = brush;
  const fill = (span: Interval | null, pattern: CanvasPattern, alpha: number) => {
    const [x0, x1] = span ? pixels(brush, span) : [0, brush.scale.width];
    if (x1 <= x0) return;
    brush.g.globalAlpha = alpha;
    brush.g.fillStyle = pattern;
    brush.g.fillRect(x0, top + 1, x1 - x0, height - 1);
    brush.g.globalAlpha = 1;
  };
  const kindOf = (status: string) =>
    status === 'NOT_COLLECTED' ? 'wide' : status === 'NOT_EVALUABLE' || status === 'NO_BASELINE' ? 'dots' : null;
  const spans = lane.segments.filter((s) => kindOf(s.status));
  const list: readonly { status: string; span: Interval | null }[] =
    spans.length > 0
      ? spans.map((s) => ({ status: s.status, span: s }))
      : kindOf(lane.status)
        ? [{ status: lane.status, span: null }]
        : [];
  for (const { status, span } of list) {
    const kind = kindOf(status)!;
    fill(span, patterns.get(kind, palette.muted), kind === 'wide' ? 0.4 : 0.5);
  }
}

export function pixels(brush: Pick<Brush, 'scale'>, span: Interval): [number, number] {
  const x0 = Math.max(0, Math.round(brush.scale.x(span.start)));
  const x1 = Math.min(brush.scale.width, Math.round(brush.scale.x(span.end)));
  return [x0, x1];
}

function paintExpectedBand(brush: Brush, volumes: LaneVolumes, columns: Columns, box: LaneBox): void {
  const { g, palette, log } = brush;
  const h = box.base - box.top;
  g.fillStyle = palette.expected;
  g.globalAlpha = palette.contrast ? 0.25 : 0.1;
  for (let i = 0; i < columns.count; i++) {
    const from = columns.from[i]!;
    const to = columns.to[i]!;
    const high = summarize(volumes.high, from, to, A);
    if (high.count === 0) continue;
    const low = summarize(volumes.low, from, to, B);
    const y0 = Math.round(box.base - heightOf(high.sum / high.count, volumes.top, log) * h);
    const y1 = Math.round(box.base - heightOf(low.sum / Math.max(1, low.count), volumes.top, log) * h);
    if (y1 > y0) g.fillRect(columns.x[i]!, y0, columns.width[i]!, y1 - y0);
  }
  g.globalAlpha = 1;
}

/** The space between what came and what was expected, where a segment says that it was lost. */
function paintMissing(brush: Brush, volumes: LaneVolumes, columns: Columns, loss: Uint8Array, box: LaneBox): void {
  const { g, palette, patterns, log } = brush;
  const h = box.base - box.top;
  g.fillStyle = palette.contrast ? patterns.get('cross', palette.tones.loss) : palette.tones.loss;
  g.globalAlpha = palette.contrast ? 1 : 0.34;
  for (let i = 0; i < columns.count; i++) {
    if (loss[i] === 0) continue;
    const from = columns.from[i]!;
    const to = columns.to[i]!;
    const expected = summarize(volumes.expected, from, to, A);
    if (expected.count === 0) continue;
    const observed = summarize(volumes.observed, from, to, B);
    const y0 = Math.round(box.base - heightOf(expected.sum / expected.count, volumes.top, log) * h);
    const y1 = Math.round(box.base - heightOf(observed.sum / Math.max(1, observed.count), volumes.top, log) * h);
    if (y1 > y0) g.fillRect(columns.x[i]!, y0, columns.width[i]!, y1 - y0);
  }
  g.globalAlpha = 1;
}

/**
 * Volumes: solid up to the least bin of a column, lighter up to its greatest, so that a gap narrower than a pixel shows as a
 * notch. Late rows lie on top in their own tone. A bin without rows keeps a mark on the baseline: red where the source was
 * silent, a dotted grey where nothing happened.
 */
function paintObserved(brush: Brush, volumes: LaneVolumes, columns: Columns, loss: Uint8Array, box: LaneBox): void {
  const { g, palette, patterns, log } = brush;
  const h = box.base - box.top;
  const n = columns.count;
  const y = (v: number) => Math.round(box.base - heightOf(v, volumes.top, log) * h);
  const bar = (i: number, y0: number, y1: number) => {
    const w = columns.width[i]!;
    if (y1 > y0) g.fillRect(columns.x[i]!, y0, w >= 5 ? w - 1 : w, y1 - y0);
  };
  const solid = palette.contrast ? palette.foreground : palette.observed;
  const late = palette.contrast ? patterns.get('stripes', palette.late) : palette.late;
  for (let i = 0; i < n; i++) {
    const from = columns.from[i]!;
    const to = columns.to[i]!;
    const observed = summarize(volumes.observed, from, to, A);
    if (observed.count === 0) continue;
    if (observed.min === 0) paintZero(brush, columns, i, loss[i]! > 0, box.base);
    if (observed.max === 0) continue;
    const least = y(observed.min);
    const most = Math.min(y(observed.max), box.base - 1);
    g.fillStyle = solid;
    g.globalAlpha = palette.contrast ? 0.85 : palette.light ? 0.68 : 0.8;
    bar(i, least, box.base);
    g.globalAlpha = palette.contrast ? 0.45 : 0.36;
    bar(i, most, least);
    g.globalAlpha = 1;
    const lateRows = volumes.late ? summarize(volumes.late, from, to, B) : null;
    if (lateRows && lateRows.sum > 0) {
      const mean = observed.sum / observed.count;
      const upper = Math.min(y(mean), box.base - 1);
      const lower = y(Math.max(0, mean - lateRows.sum / lateRows.count));
      g.fillStyle = palette.background;
      bar(i, upper, lower);
      g.fillStyle = late;
      bar(i, upper, lower);
    }
    if (observed.max > volumes.top) {
      g.fillStyle = palette.foreground;
      g.fillRect(columns.x[i]!, box.top - 2, columns.width[i]!, 2);
    }
  }
}

function paintZero({ g, palette }: Brush, columns: Columns, i: number, silent: boolean, base: number): void {
  const x = columns.x[i]!;
  const w = columns.width[i]!;
  if (silent) {
    g.fillStyle = palette.tones.loss;
    g.fillRect(x, base - 2, w, 2);
    return;
  }
  g.fillStyle = palette.muted;
  if (w >= 4) g.fillRect(x + Math.floor(w / 2) - 1, base - 2, 2, 2);
  else if (x % 4 < 2) g.fillRect(x, base - 2, w, 2);
}

/** The expected volume as a step line; where it rises or falls between columns the step is drawn, so the line never breaks. */
function paintExpectedLine(brush: Brush, volumes: LaneVolumes, columns: Columns, box: LaneBox): void {
  const { g, palette, log } = brush;
  const h = box.base - box.top;
  g.fillStyle = palette.expected;
  g.globalAlpha = palette.contrast ? 1 : 0.5;
  let last = Number.NaN;
  for (let i = 0; i < columns.count; i++) {
    const expected = summarize(volumes.expected, columns.from[i]!, columns.to[i]!, A);
    if (expected.count === 0) {
      last = Number.NaN;
      continue;
    }
    const y = Math.round(box.base - heightOf(expected.sum / expected.count, volumes.top, log) * h);
    const x = columns.x[i]!;
    if (!Number.isNaN(last) && Math.abs(y - last) > 1) g.fillRect(x, Math.min(y, last), 1, Math.abs(y - last) + 1);
    g.fillRect(x, y, columns.width[i]!, 1);
    last = y;
  }
  g.globalAlpha = 1;
}

/** The strip under the baseline: one stretch per segment in its tone, its uncertain start and end hatched over the lane. */
function paintStrip(brush: Brush, lane: Lane, box: LaneBox): void {
  const { g, palette, patterns } = brush;
  const y = box.base + 3;
  g.globalAlpha = palette.contrast ? 1 : 0.22;
  g.fillStyle = palette.muted;
  g.fillRect(0, box.base, brush.scale.width, 1);
  g.globalAlpha = 1;
  for (const s of lane.segments) {
    if (s.status === 'OK') continue;
    const colour = palette.tones[STATUS_WORDS[s.status].tone];
    const [x0, x1] = pixels(brush, s);
    if (s.end < brush.scale.view.from || s.start > brush.scale.view.to) continue;
    const width = Math.max(2, x1 - x0);
    g.fillStyle = colour;
    g.fillRect(x0, y, width, STRIP);
    for (const range of [s.startRange, s.endRange]) {
      const [r0, r1] = pixels(brush, { start: range.earliest, end: range.latest });
      if (r1 - r0 < 2 || STATUS_WORDS[s.status].tone === 'mute') continue;
      g.fillStyle = palette.background;
      g.fillRect(r0, y, r1 - r0, STRIP);
      g.fillStyle = patterns.get('hatch', colour);
      g.fillRect(r0, y, r1 - r0, STRIP);
      g.globalAlpha = palette.contrast ? 0.9 : 0.5;
      g.fillRect(r0, box.top, r1 - r0, box.base - box.top);
      g.globalAlpha = 1;
    }
  }
}

/** What the top of the lane stands for, at its left edge. */
function paintTop(brush: Brush, top: number, box: LaneBox): void {
  const { g, palette } = brush;
  const text = formatShort(top);
  g.font = `10px ${palette.font}`;
  g.fillStyle = palette.background;
  g.globalAlpha = 0.8;
  g.fillRect(0, box.top - 6, g.measureText(text).width + 8, 13);
  g.globalAlpha = 1;
  g.fillStyle = palette.muted;
  g.fillText(text, 4, box.top + 4);
}

const LABEL_FONT = 11;

/** Words on segments that are wide enough: what it is and how much was lost. */
function paintSegmentLabels(brush: Brush, lane: Lane, box: LaneBox): void {
  const { g, palette } = brush;
  let free = Number.NEGATIVE_INFINITY;
  g.font = `600 ${LABEL_FONT}px ${palette.font}`;
  for (const s of [...lane.segments].sort((a, b) => a.start - b.start)) {
    if (s.status === 'OK') continue;
    const [x0, x1] = pixels(brush, s);
    if (x1 <= 0 || x0 >= brush.scale.width) continue;
    const text = segmentLabel(s);
    const short = STATUS_WORDS[s.status].word;
    const room = x1 - Math.max(x0, free) - 6;
    const fits = [text, short].find((t) => g.measureText(t).width + 8 <= room);
    if (!fits) continue;
    const x = Math.max(x0, free) + 3;
    const width = g.measureText(fits).width + 8;
    g.fillStyle = palette.background;
    g.globalAlpha = palette.contrast ? 1 : 0.78;
    g.fillRect(x, box.top - 6, width, LABEL_FONT + 5);
    g.globalAlpha = 1;
    g.fillStyle = STATUS_WORDS[s.status].tone === 'mute' ? palette.muted : palette.foreground;
    g.fillText(fits, x + 4, box.top + 5);
    free = x + width + 4;
  }
}

function segmentLabel(s: TimelineSegment): string {
  const { word } = STATUS_WORDS[s.status];
  const lost = s.lost !== null && s.lost >= 1 ? ` −${formatShort(s.lost)}` : '';
  return `${word}${lost}${s.ongoing ? ' · still running' : ''}`;
}

export function paintText(
  brush: Pick<Brush, 'g' | 'palette'>,
  text: string,
  x: number,
  y: number,
  colour: string,
): void {
  brush.g.font = `${LABEL_FONT}px ${brush.palette.font}`;
  brush.g.fillStyle = colour;
  brush.g.fillText(text, x, y);
}
