import type { Instant, Interval, Span } from '../base/time';
import { DAY, floorTo } from '../base/time';
import { FINDINGS } from '../protocol/status';
import type { BandShape } from './bands';
import type { TimelineModel } from './model';
import { panBy, reveal, type View, type ViewLimits, wholeView, zoomAt } from './view';

/** Where the keyboard is: a lane and a bin, and while annotating the instant at which that began. */
export interface Cursor {
  readonly lane: number;
  /** Start of the bin under the cursor. */
  readonly at: Instant;
  /** Null: browsing. Else the start of the bin at which the annotation began; the cursor's bin is its other end. */
  readonly anchor: Instant | null;
}

export interface KeyPress {
  readonly key: string;
  readonly shift: boolean;
  readonly ctrl: boolean;
}

/** What the page must do after a key. */
export type KeyEffect =
  | { readonly type: 'compose'; readonly interval: Interval; readonly lane: number }
  | { readonly type: 'cancel' }
  | { readonly type: 'showRows'; readonly interval: Interval; readonly lane: number }
  | { readonly type: 'band'; readonly band: BandShape }
  | { readonly type: 'table' }
  | { readonly type: 'logScale' }
  | { readonly type: 'editNote' }
  | { readonly type: 'deleteNote' };

export interface KeyContext {
  readonly model: TimelineModel;
  readonly view: View;
  readonly limits: ViewLimits;
  readonly bin: Span;
}

export interface KeyResult {
  readonly cursor: Cursor;
  readonly view: View;
  readonly effect: KeyEffect | null;
}

const ZOOM = 0.6;

/** The cursor's starting place: the middle of the view, on the first lane. */
export const initialCursor = (view: View, bin: Span): Cursor => ({
  lane: 0,
  at: floorTo(((view.from + view.to) / 2) as Instant, bin),
  anchor: null,
});

/** The annotated interval from the anchor's bin to the cursor's, both whole. */
export function annotated(cursor: Cursor, bin: Span): Interval {
  const anchor = cursor.anchor ?? cursor.at;
  return {
    start: Math.min(anchor, cursor.at) as Instant,
    end: (Math.max(anchor, cursor.at) + bin) as Instant,
  };
}

/** The state after a key; undefined where the key means nothing here, so that the page lets it pass. */
export function press(cursor: Cursor, key: KeyPress, context: KeyContext): KeyResult | undefined {
  const moved = move(cursor, key, context);
  if (moved) {
    const { at } = moved;
    const view = reveal(context.view, at, (at + context.bin) as Instant, context.limits);
    return { cursor: moved, view, effect: null };
  }
  const view = changeView(key, cursor, context);
  if (view) return { cursor, view, effect: null };
  return act(cursor, key, context);
}

function move(cursor: Cursor, key: KeyPress, { model, view, limits, bin }: KeyContext): Cursor | undefined {
  const to = (at: number): Cursor => {
    const last = floorTo((limits.to - 1) as Instant, bin);
    const first = floorTo(limits.from, bin);
    return { ...cursor, at: Math.min(Math.max(floorTo(at as Instant, bin), first), last) as Instant };
  };
  const toLane = (lane: number): Cursor => ({
    ...cursor,
    lane: Math.max(0, Math.min(model.lanes.length - 1, lane)),
  });
  const step = key.ctrl ? Math.max(DAY, bin) : bin;
  switch (key.key) {
    case 'ArrowLeft':
      return key.shift ? undefined : to(cursor.at - step);
    case 'ArrowRight':
      return key.shift ? undefined : to(cursor.at + step);
    case 'ArrowUp':
      return key.shift ? undefined : toLane(cursor.lane - 1);
    case 'ArrowDown':
      return key.shift ? undefined : toLane(cursor.lane + 1);
    case 'Home':
      return key.ctrl ? toLane(0) : to(Math.max(view.from, limits.from) + (view.from > limits.from ? bin - 1 : 0));
    case 'End':
      return key.ctrl ? toLane(model.lanes.length - 1) : to(Math.min(view.to, limits.to) - bin);
    case 'n':
    case 'N': {
      if (key.ctrl) return undefined;
      const found = nextFinding(cursor, model, key.shift || key.key === 'N');
      return found === undefined ? undefined : to(found);
    }
    default:
      return undefined;
  }
}

/** Start of the next (or previous) finding in the cursor's lane. */
function nextFinding(cursor: Cursor, model: TimelineModel, back: boolean): Instant | undefined {
  const starts = (model.lanes[cursor.lane]?.segments ?? [])
    .filter((s) => FINDINGS.has(s.status))
    .map((s) => s.start)
    .sort((a, b) => a - b);
  return back ? starts.filter((s) => s < cursor.at).at(-1) : starts.find((s) => s > cursor.at);
}

function changeView(key: KeyPress, cursor: Cursor, { view, limits }: KeyContext): View | undefined {
  if (key.ctrl) return undefined;
  switch (key.key) {
    case '+':
    case '=':
      return zoomAt(view, ZOOM, inside(cursor.at, view), limits);
    case '-':
    case '_':
      return zoomAt(view, 1 / ZOOM, inside(cursor.at, view), limits);
    case '0':
      return wholeView(limits);
    case 'ArrowLeft':
      return key.shift ? panBy(view, -0.2, limits) : undefined;
    case 'ArrowRight':
      return key.shift ? panBy(view, 0.2, limits) : undefined;
    default:
      return undefined;
  }
}

const inside = (at: Instant, view: View): Instant =>
  at >= view.from && at <= view.to ? at : (((view.from + view.to) / 2) as Instant);

function act(cursor: Cursor, key: KeyPress, context: KeyContext): KeyResult | undefined {
  const result = (next: Cursor, effect: KeyEffect | null): KeyResult => ({ cursor: next, view: context.view, effect });
  if (key.ctrl) return undefined;
  const annotating = cursor.anchor !== null;
  const interval = annotated(cursor, context.bin);
  switch (key.key) {
    case 'a':
    case 'A':
      return annotating ? undefined : result({ ...cursor, anchor: cursor.at }, null);
    case 'Enter':
      return annotating
        ? result({ ...cursor, anchor: null }, { type: 'compose', interval, lane: cursor.lane })
        : result(cursor, { type: 'showRows', interval, lane: cursor.lane });
    case 'Escape':
      return result({ ...cursor, anchor: null }, { type: 'cancel' });
    case 'PageUp':
      return toBand(cursor, context, true);
    case 'PageDown':
      return toBand(cursor, context, false);
    case 'F2':
      return result(cursor, { type: 'editNote' });
    case 'Delete':
      return result(cursor, { type: 'deleteNote' });
    case 't':
    case 'T':
      return result(cursor, { type: 'table' });
    case 'l':
    case 'L':
      return result(cursor, { type: 'logScale' });
    default:
      return undefined;
  }
}

/** The next window by its start, or the last one before the cursor. */
function toBand(cursor: Cursor, { model, view, limits, bin }: KeyContext, back: boolean): KeyResult | undefined {
  const starts = [...model.bands].sort((a, b) => a.start - b.start);
  const binStart = (b: BandShape) => floorTo(b.start, bin);
  const band = back
    ? starts.filter((b) => binStart(b) < cursor.at).at(-1)
    : starts.find((b) => binStart(b) > cursor.at);
  if (!band) return undefined;
  const at = binStart(band);
  const end = Math.min(band.end, at + (view.to - view.from) * 0.9) as Instant;
  return { cursor: { ...cursor, at }, view: reveal(view, at, end, limits), effect: { type: 'band', band } };
}
