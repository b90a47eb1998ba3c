import type { Interval } from '../../base/time';
import type { TimelineNote } from '../../protocol/webview';
import { type BandShape, concerns } from '../../timeline/bands';
import { columnsOf, columnValues } from '../../timeline/columns';
import { noteConcerns } from '../../timeline/hit';
import { type LaneLayout, visibleRows } from '../../timeline/layout';
import type { OverlayLane, TimelineModel } from '../../timeline/model';
import type { Tick } from '../../timeline/scale';
import { kindTone } from '../../timeline/status-words';
import { type Brush, columnHeights, paintVolumes, paintWords, pixels } from './paint-lane';

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

/** Draws the lanes that are on screen; the others cost nothing. Grid and windows lie under the columns, words over them. */
export function paintLanes(brush: Brush, frame: LanesFrame): void {
  const { g, palette, scale, raster, ratio } = brush;
  const rows = visibleRows(frame.layout, frame.scrollTop, frame.height);
  g.fillStyle = palette.background;
  g.fillRect(0, 0, scale.width, frame.height);
  raster.begin(Math.round(scale.width * ratio), Math.round(frame.height * ratio), ratio);
  for (const row of rows) {
    if (row.kind === 'heading') continue;
    const top = row.top - frame.scrollTop;
    const lane = row.kind === 'lane' ? frame.model.lanes[row.index]! : null;
    paintGrid(brush, frame.ticks, top, row.height);
    paintBands(brush, frame, lane?.id ?? null, top, row.height);
    if (lane) paintVolumes(brush, lane, top, row.height);
    else paintOverlay(brush, frame.model.overlays[row.index]!, top, row.height);
  }
  raster.flush(g);
  for (const row of rows) {
    const top = row.top - frame.scrollTop;
    const lane = row.kind === 'lane' ? frame.model.lanes[row.index]! : null;
    if (lane) paintWords(brush, lane, top, row.height);
    if (row.kind !== 'heading') paintNotes(brush, frame, lane?.id ?? null, top, row.height);
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

/** A query's results: values, lighter between the least and the greatest of a column; else counts, or ticks where they are few. */
function paintOverlay(brush: Brush, overlay: OverlayLane, top: number, height: number): void {
  const { g, palette, scale, raster, ink, ratio } = brush;
  const base = top + height - 6;
  const room = height - 14;
  const columns = columnsOf({ start: overlay.start, bin: overlay.bin, length: overlay.counts.values.length }, scale);
  const { min, max } = columnValues(overlay.counts, columns);
  const bottom = Math.round(base * ratio);
  const heightsOf = (values: Float64Array) => {
    const above = overlay.floor === 0 ? values : values.map((v) => v - overlay.floor);
    return columnHeights(above, bottom, Math.round(room * ratio), overlay.top, brush.log);
  };
  const heights = heightsOf(max);
  // A value that is there, however small, is seen to be there.
  for (let i = 0; i < heights.length; i++)
    if (overlay.range ? !Number.isNaN(max[i]!) : max[i]! > 0)
      heights[i] = Math.min(heights[i]!, bottom - Math.round(2 * ratio));
  const solid = ink(palette.foreground, palette.contrast ? 1 : 0.75);
  if (overlay.range) {
    raster.fill(columns, heights, bottom, ink(palette.foreground, palette.contrast ? 0.6 : 0.35));
    raster.fill(columns, heightsOf(min), bottom, solid);
  } else raster.fill(columns, heights, bottom, solid);
  g.fillStyle = palette.foreground;
  g.globalAlpha = palette.contrast ? 1 : 0.22;
  g.fillRect(0, base, scale.width, 1);
  // Where values go below zero, zero is a line within the lane.
  if (overlay.floor < 0 && !brush.log)
    g.fillRect(0, Math.round(base + (overlay.floor / overlay.top) * room), scale.width, 1);
  g.globalAlpha = palette.contrast ? 1 : 0.75;
  for (const at of overlay.events ?? []) {
    const x = Math.round(scale.x(at));
    if (x >= 0 && x < scale.width) g.fillRect(x, base - room, 1, room);
  }
  g.globalAlpha = 1;
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
