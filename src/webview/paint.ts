import type { Interval } from '../base/time';
import type { TimelineNote } from '../protocol/webview';
import { type BandShape, concerns } from '../timeline/bands';
import { columnsOf, heightOf } from '../timeline/columns';
import { noteConcerns } from '../timeline/hit';
import { type LaneLayout, visibleRows } from '../timeline/layout';
import type { OverlayLane, TimelineModel } from '../timeline/model';
import { type Summary, summarize } from '../timeline/pyramid';
import type { Tick } from '../timeline/scale';
import { kindTone } from '../timeline/status-words';
import { type Brush, paintLane, pixels } from './paint-lane';

/** One frame of the lanes. */
export interface LanesFrame {
  readonly model: TimelineModel;
  readonly layout: LaneLayout;
  readonly ticks: readonly Tick[];
  readonly scrollTop: number;
  /** CSS pixels of the part on screen. */
  readonly height: number;
  /** A window that is drawn over every lane, because it is pointed at or has the focus. */
  readonly activeBand: string | null;
  readonly selectedNote: string | null;
}

/** Draws the lanes that are on screen; the others cost nothing. */
export function paintLanes(brush: Brush, frame: LanesFrame): void {
  const { g, palette, scale } = brush;
  g.fillStyle = palette.background;
  g.fillRect(0, 0, scale.width, frame.height);
  for (const row of visibleRows(frame.layout, frame.scrollTop, frame.height)) {
    const top = row.top - frame.scrollTop;
    g.save();
    g.beginPath();
    g.rect(0, top, scale.width, row.height);
    g.clip();
    if (row.kind !== 'heading') paintGrid(brush, frame.ticks, top, row.height);
    if (row.kind === 'lane') {
      const lane = frame.model.lanes[row.index]!;
      paintBands(brush, frame, lane.id, top, row.height);
      paintLane(brush, lane, top, row.height);
      paintNotes(brush, frame, lane.id, top, row.height);
    } else if (row.kind === 'overlay') {
      paintBands(brush, frame, null, top, row.height);
      paintOverlay(brush, frame.model.overlays[row.index]!, top, row.height);
      paintNotes(brush, frame, null, top, row.height);
    }
    g.restore();
    g.globalAlpha = palette.contrast ? 0.6 : 0.12;
    g.fillStyle = palette.line;
    g.fillRect(0, top + row.height - 1, scale.width, 1);
    g.globalAlpha = 1;
  }
}

function paintGrid({ g, palette }: Brush, ticks: readonly Tick[], top: number, height: number): void {
  g.fillStyle = palette.line;
  for (const tick of ticks) {
    g.globalAlpha = tick.major ? 0.16 : 0.07;
    g.fillRect(Math.round(tick.x), top, 1, height);
  }
  g.globalAlpha = 1;
}

/** Incident windows behind a lane: its own tinted, the certain core evenly, uncertain edges hatched. */
function paintBands(brush: Brush, frame: LanesFrame, lane: string | null, top: number, height: number): void {
  const mine = frame.model.bands.filter((b) => lane === null || concerns(b.band, lane));
  for (const shape of mine) paintBand(brush, shape, top, height, shape.band.id === frame.activeBand, mine.length);
  const active = frame.model.bands.find((b) => b.band.id === frame.activeBand);
  if (active && !mine.includes(active)) paintBand(brush, active, top, height, true, 1);
}

function paintBand(brush: Brush, shape: BandShape, top: number, height: number, active: boolean, of: number): void {
  const { g, palette, patterns } = brush;
  const colour = palette.tones[kindTone(shape.band.kind)];
  if (shape.core) {
    const [x0, x1] = pixels(brush, shape.core);
    if (x1 > x0 && !palette.contrast) {
      g.globalAlpha = active ? 0.16 : 0.09 / Math.sqrt(of);
      g.fillStyle = colour;
      g.fillRect(x0, top, x1 - x0, height);
    }
  }
  g.fillStyle = patterns.get('hatch', colour);
  g.globalAlpha = (active ? 0.5 : 0.26) / Math.sqrt(of);
  for (const edge of shape.edges) {
    const [x0, x1] = pixels(brush, edge);
    if (x1 > x0) g.fillRect(x0, top, x1 - x0, height);
  }
  g.fillStyle = colour;
  g.globalAlpha = active || palette.contrast ? 0.9 : 0.4;
  const certain: Interval = shape.core ?? shape;
  const line = palette.contrast || active ? 2 : 1;
  for (const at of [certain.start, certain.end]) {
    const x = Math.round(brush.scale.x(at));
    if (x >= 0 && x <= brush.scale.width) g.fillRect(x, top, line, height);
  }
  g.globalAlpha = 1;
}

const S: Summary = { min: 0, max: 0, sum: 0, count: 0 };

/** A query's results: single events as ticks where they are few, else their counts. */
function paintOverlay(brush: Brush, overlay: OverlayLane, top: number, height: number): void {
  const { g, palette, scale } = brush;
  const base = top + height - 6;
  const room = height - 14;
  g.fillStyle = palette.foreground;
  const columns = columnsOf({ start: overlay.start, bin: overlay.bin, length: overlay.counts.values.length }, scale);
  for (let i = 0; i < columns.count; i++) {
    const s = summarize(overlay.counts, columns.from[i]!, columns.to[i]!, S);
    if (s.count === 0 || s.max <= 0) continue;
    const share = heightOf(s.max, overlay.top, brush.log);
    const h = Math.max(2, Math.round(share * room));
    const w = columns.width[i]!;
    g.globalAlpha = palette.contrast ? 1 : 0.75;
    g.fillRect(columns.x[i]!, base - h, w >= 5 ? w - 1 : Math.max(1, w), h);
  }
  g.globalAlpha = palette.contrast ? 1 : 0.22;
  g.fillRect(0, base, scale.width, 1);
  g.globalAlpha = 1;
  if (overlay.events) {
    g.fillStyle = palette.foreground;
    for (const at of overlay.events) {
      const x = Math.round(scale.x(at));
      if (x >= 0 && x < scale.width) g.fillRect(x, base - room, 1, room);
    }
  }
}

/** Annotations over the lanes that they speak of: an outline, so that what it is about stays readable. */
function paintNotes(brush: Brush, frame: LanesFrame, lane: string | null, top: number, height: number): void {
  for (const note of frame.model.notes) {
    if (noteConcerns(note, lane, frame.model)) paintNote(brush, note, top, height, note.id === frame.selectedNote);
  }
}

function paintNote(brush: Brush, note: TimelineNote, top: number, height: number, selected: boolean): void {
  const { g, palette } = brush;
  const [x0, x1] = pixels(brush, note);
  if (x1 < x0 || note.end < brush.scale.view.from || note.start > brush.scale.view.to) return;
  g.fillStyle = palette.note;
  g.globalAlpha = selected ? 0.2 : palette.contrast ? 0 : 0.08;
  g.fillRect(x0, top, x1 - x0, height);
  g.globalAlpha = selected || palette.contrast ? 1 : 0.55;
  for (const x of [x0, Math.max(x0, x1 - 1)]) {
    for (let y = top; y < top + height; y += 6) g.fillRect(x, y, selected ? 2 : 1, 4);
  }
  g.globalAlpha = 1;
}
