import type { Interval } from '../../base/time';
import { FINDINGS, type Status } from '../../protocol/status';
import type { TimelineSegment } from '../../protocol/webview';
import {
  type Columns,
  type ColumnValues,
  columnMeans,
  columnsOf,
  columnValues,
  heightOf,
} from '../../timeline/columns';
import { formatShort } from '../../timeline/format';
import { isLoss, type Lane, type LaneVolumes } from '../../timeline/model';
import type { TimeScale } from '../../timeline/scale';
import { STATUS_WORDS } from '../../timeline/status-words';
import type { Palette } from '../theme';
import type { PatternKind, Patterns } from './patterns';
import { type ColumnRaster, type createInks, NONE } from './raster';

/** The canvas with all that a lane needs to draw itself. Coordinates are CSS pixels. */
export interface Brush {
  readonly g: CanvasRenderingContext2D;
  readonly palette: Palette;
  readonly patterns: Patterns;
  readonly scale: TimeScale;
  readonly log: boolean;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
  readonly raster: ColumnRaster;
  readonly ink: ReturnType<typeof createInks>;
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

/** What lies under the words of a lane: absence first, then the columns, which go into the raster. */
export function paintVolumes(brush: Brush, lane: Lane, top: number, height: number): void {
  const box = laneBox(top, height);
  paintAbsence(brush, lane, top, height);
  const { volumes } = lane;
  if (!volumes) return;
  const picture = pictureOf(brush, lane, volumes, box);
  const { raster, palette, ink } = brush;
  raster.fill(picture.columns, picture.high, picture.low, ink(palette.expected, palette.contrast ? 0.25 : 0.1));
  paintMissing(brush, picture);
  paintObserved(brush, picture, volumes.top);
  raster.line(picture.columns, picture.expected, ink(palette.expected, palette.contrast ? 1 : 0.5));
}

/** What lies over the columns: the strip of segments and the words. */
export function paintWords(brush: Brush, lane: Lane, top: number, height: number): void {
  const box = laneBox(top, height);
  if (!lane.volumes && lane.status !== 'NOT_COLLECTED' && lane.status !== 'NOT_EVALUABLE')
    paintText(brush, 'Reading volumes…', 8, (box.top + box.base) / 2 + 4, brush.palette.muted);
  paintStrip(brush, lane, box);
  paintSegmentLabels(brush, lane, box);
  if (lane.volumes) paintTop(brush, lane.volumes.top, box);
}

const PRESENT = 0;
const LOSS = 1;
const ABSENT = 2;

/** Per column what its segment says: nothing of note, loss, or that the source was not collected or cannot be judged. */
function columnMarks(lane: Lane, volumes: LaneVolumes, columns: Columns): Uint8Array {
  const marks = new Uint8Array(columns.count);
  for (const s of lane.segments) {
    const mark = isLoss(s.status) ? LOSS : absence(s.status) ? ABSENT : PRESENT;
    if (mark === PRESENT) continue;
    const from = Math.floor((s.start - volumes.start) / volumes.bin);
    const to = Math.ceil((s.end - volumes.start) / volumes.bin);
    for (let i = firstColumn(columns, from); i < columns.count && columns.from[i]! < to; i++) marks[i] = mark;
  }
  if (lane.segments.length === 0 && absence(lane.status)) marks.fill(ABSENT);
  return marks;
}

/** How the absence of a source is drawn, for statuses that say it. */
function absence(status: Status): PatternKind | null {
  if (status === 'NOT_COLLECTED') return 'wide';
  return status === 'NOT_EVALUABLE' || status === 'NO_BASELINE' || status === 'PENDING' ? 'dots' : null;
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
  const told = lane.segments.filter((s) => absence(s.status));
  const whole = lane.segments.length === 0 && absence(lane.status) ? [{ status: lane.status, span: null }] : [];
  for (const { status, span } of [...told.map((s) => ({ status: s.status, span: s })), ...whole]) {
    const kind = absence(status)!;
    fill(span, patterns.get(kind, palette.muted), kind === 'wide' ? 0.4 : 0.5);
  }
}

export function pixels(brush: Pick<Brush, 'scale'>, span: Interval): [number, number] {
  const x0 = Math.max(0, Math.round(brush.scale.x(span.start)));
  const x1 = Math.min(brush.scale.width, Math.round(brush.scale.x(span.end)));
  return [x0, x1];
}

/** A lane's columns with the heights of all that is drawn in them, device pixels from the canvas's top. */
interface LanePicture {
  readonly columns: Columns;
  readonly marks: Uint8Array;
  readonly observed: ColumnValues;
  readonly base: number;
  readonly top: number;
  /** Tops of the least, the greatest and the mean bin; under the late rows; of the expected volume and its bounds. */
  readonly least: Int16Array;
  readonly most: Int16Array;
  readonly mean: Int16Array;
  readonly late: Int16Array | null;
  readonly expected: Int16Array;
  readonly low: Int16Array;
  readonly high: Int16Array;
}

function pictureOf(brush: Brush, lane: Lane, volumes: LaneVolumes, box: LaneBox): LanePicture {
  const columns = columnsOf({ start: volumes.start, bin: volumes.bin, length: volumes.length }, brush.scale);
  const base = Math.round(box.base * brush.ratio);
  const top = Math.round(box.top * brush.ratio);
  const heights = (values: Float64Array) => columnHeights(values, base, base - top, volumes.top, brush.log);
  const observed = columnValues(volumes.observed, columns);
  const late = volumes.late ? columnMeans(volumes.late, columns) : null;
  return {
    columns,
    marks: columnMarks(lane, volumes, columns),
    observed,
    base,
    top,
    least: heights(observed.min),
    most: heights(observed.max),
    mean: heights(observed.mean),
    late: late ? heights(late.map((v, i) => (v > 0 ? Math.max(0, observed.mean[i]! - v) : Number.NaN))) : null,
    expected: heights(columnMeans(volumes.expected, columns)),
    low: heights(columnMeans(volumes.low, columns)),
    high: heights(columnMeans(volumes.high, columns)),
  };
}

/** Values to heights: `base` is zero, `room` above it the value `top`. */
export function columnHeights(values: Float64Array, base: number, room: number, top: number, log: boolean): Int16Array {
  const ys = new Int16Array(values.length);
  // Linear is what nearly every frame draws: one product a column instead of a call.
  const perRow = room / top;
  for (let i = 0; i < ys.length; i++) {
    const v = values[i]!;
    if (Number.isNaN(v)) ys[i] = NONE;
    else if (log) ys[i] = Math.round(base - heightOf(v, top, true) * room);
    else ys[i] = Math.round(base - (v > top ? room : v > 0 ? v * perRow : 0));
  }
  return ys;
}

/** The space between what came and what was expected, where a segment says that it was lost. */
function paintMissing({ palette, raster, ink }: Brush, { columns, marks, expected, mean }: LanePicture): void {
  const missing = palette.contrast ? ink(palette.tones.loss, 1, 'cross') : ink(palette.tones.loss, 0.38);
  raster.fill(columns, expected, mean, missing, (i) => marks[i] === LOSS);
}

/**
 * Volumes: solid up to the least bin of a column, lighter up to its greatest, so that a gap narrower than a pixel shows as a
 * notch. Late rows lie on top in their own tone. A bin without rows keeps a mark on the baseline: red where the source was
 * silent, a dotted grey where nothing happened.
 */
function paintObserved({ palette, raster, ink, ratio }: Brush, picture: LanePicture, top: number): void {
  const { columns, marks, observed, least, most, mean, late, base } = picture;
  const colour = palette.contrast ? palette.foreground : palette.observed;
  const px = Math.max(1, Math.round(ratio));
  raster.fill(columns, least, base, ink(colour, palette.contrast ? 0.85 : palette.light ? 0.68 : 0.8));
  raster.fill(columns, most, least, ink(colour, palette.contrast ? 0.45 : 0.38));
  // A volume too small for a pixel is still a volume.
  raster.fill(columns, base - px, base, ink(colour, 0.6), (i) => observed.max[i]! > 0 && most[i]! > base - px);
  if (late) {
    const tone = palette.contrast ? ink(palette.late, 1, 'stripes') : ink(palette.late, palette.light ? 0.78 : 0.95);
    raster.fill(columns, mean, late, tone);
  }
  raster.fill(columns, picture.top - 2 * px, picture.top, ink(palette.foreground, 1), (i) => observed.max[i]! > top);
  raster.fill(
    columns,
    base - 2 * px,
    base,
    ink(palette.tones.loss, 1),
    (i) => observed.min[i] === 0 && marks[i] === LOSS,
  );
  const dotted = ink(palette.muted, 1, 'dotted');
  raster.fill(columns, base - 2 * px, base, dotted, (i) => observed.min[i] === 0 && marks[i] === PRESENT);
}

/** A finding narrower than this many CSS pixels is pointed at, since its stretch alone is easily overlooked. */
const NARROW = 6;

function paintPointer(g: CanvasRenderingContext2D, x: number, y: number): void {
  g.beginPath();
  g.moveTo(x - 5, y);
  g.lineTo(x + 5, y);
  g.lineTo(x, y + 7);
  g.closePath();
  g.fill();
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
    const width = Math.max(3, x1 - x0);
    g.fillStyle = colour;
    g.fillRect(x0, y, width, STRIP);
    if (x1 - x0 < NARROW && FINDINGS.has(s.status)) paintPointer(g, (x0 + x1) / 2, box.top - 8);
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
  const { g, palette, log } = brush;
  const text = log ? `${formatShort(top)} log` : formatShort(top);
  const font = `10px ${palette.font}`;
  g.font = font;
  g.fillStyle = palette.background;
  g.globalAlpha = 0.8;
  g.fillRect(0, box.top - 6, textWidth(g, font, text) + 8, 13);
  g.globalAlpha = 1;
  g.fillStyle = palette.muted;
  g.fillText(text, 4, box.top + 4);
}

const LABEL_FONT = 11;

/** Widths of the few texts that are drawn again with every frame, by font: measuring costs more than drawing. */
const widths = new Map<string, number>();
const WIDTHS = 2000;

/** `font` is what `g.font` was set to: asking the canvas for it is slow too. */
function textWidth(g: CanvasRenderingContext2D, font: string, text: string): number {
  const key = `${font}\n${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  if (widths.size > WIDTHS) widths.clear();
  const { width } = g.measureText(text);
  widths.set(key, width);
  return width;
}

/** Words on segments that are wide enough: what it is and how much was lost. */
function paintSegmentLabels(brush: Brush, lane: Lane, box: LaneBox): void {
  const { g, palette } = brush;
  let free = Number.NEGATIVE_INFINITY;
  const font = `600 ${LABEL_FONT}px ${palette.font}`;
  g.font = font;
  for (const s of [...lane.segments].sort((a, b) => a.start - b.start)) {
    if (s.status === 'OK') continue;
    const [x0, x1] = pixels(brush, s);
    if (x1 <= 0 || x0 >= brush.scale.width) continue;
    const text = segmentLabel(s);
    const short = STATUS_WORDS[s.status].word;
    const room = x1 - Math.max(x0, free) - 6;
    const fits = [text, short].find((t) => textWidth(g, font, t) + 8 <= room);
    if (!fits) continue;
    const x = Math.max(x0, free) + 3;
    const width = textWidth(g, font, fits) + 8;
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
