import type { Instant, Interval } from '../../base/time';
import { type Cursor, initialCursor } from '../../timeline/keyboard';
import type { LaneLayout } from '../../timeline/layout';
import { emptyModel, type TimelineModel } from '../../timeline/model';
import type { Tick, TimeScale } from '../../timeline/scale';
import { limitsOf, type View, type ViewLimits, wholeView } from '../../timeline/view';
import type { Palette } from '../theme';

/** An annotation in the making: nothing is stored until it is saved. */
export interface Draft {
  readonly interval: Interval;
  /** Log source id; null: nothing in particular. */
  readonly on: string | null;
}

/** All that the page knows. It is replaced, never changed; a change asks for one frame. */
export interface PageState {
  readonly model: TimelineModel;
  readonly view: View;
  readonly cursor: Cursor;
  /** The cursor is drawn while the keyboard is in use. */
  readonly cursorShown: boolean;
  readonly selectedNote: string | null;
  readonly activeBand: string | null;
  /** Where the pointer is over the lanes: plot x and height in the scrolling part, CSS pixels. */
  readonly pointer: { readonly x: number; readonly y: number } | null;
  readonly draft: Draft | null;
  /** Dragging over lanes makes an annotation instead of moving the view. */
  readonly annotate: boolean;
  readonly log: boolean;
  readonly table: boolean;
}

const ORIGIN = { from: 0 as Instant, to: 1 as Instant };

export const initialState: PageState = {
  model: emptyModel,
  view: ORIGIN,
  cursor: initialCursor(ORIGIN, emptyModel.bin),
  cursorShown: false,
  selectedNote: null,
  activeBand: null,
  pointer: null,
  draft: null,
  annotate: false,
  log: false,
  table: false,
};

export const limitsFor = (model: TimelineModel): ViewLimits => limitsOf(model.from, model.to, model.bin);
export const wholeOf = (model: TimelineModel): View => wholeView(limitsFor(model));

/** What each part of the page draws from. */
export interface Frame {
  readonly state: PageState;
  readonly scale: TimeScale;
  readonly ticks: readonly Tick[];
  readonly layout: LaneLayout;
  /** Height of the lanes' part that is on screen, and where on the page its plot begins, CSS pixels. */
  readonly plot: { readonly height: number; readonly left: number; readonly pageTop: number };
  /** Size of the whole page, CSS pixels; on a narrow one names take two lines. */
  readonly page: { readonly height: number; readonly narrow: boolean };
  readonly limits: ViewLimits;
  readonly palette: Palette;
}

/** A part of the page: an element that it owns and draws. */
export interface Part {
  readonly element: HTMLElement;
  render(frame: Frame): void;
}

/** What parts may do: change the state, and nothing else. */
export type Update = (change: (state: PageState) => Partial<PageState>) => void;

/** What the page remembers over a reload. */
export interface KeptState {
  readonly view: View;
  readonly note: string | null;
  readonly log: boolean;
  readonly table: boolean;
  readonly scrollTop: number;
  readonly lane: number;
}

/** Reads a kept state; anything else, an older shape too, is as if there were none. */
export function parseKept(value: unknown): KeptState | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const v = value as { readonly [key: string]: unknown };
  const view = v['view'] as { readonly from?: unknown; readonly to?: unknown } | undefined;
  if (typeof view?.from !== 'number' || typeof view.to !== 'number' || !(view.to > view.from)) return undefined;
  return {
    view: { from: view.from as Instant, to: view.to as Instant },
    note: typeof v['note'] === 'string' ? v['note'] : null,
    log: v['log'] === true,
    table: v['table'] === true,
    scrollTop: typeof v['scrollTop'] === 'number' ? v['scrollTop'] : 0,
    lane: typeof v['lane'] === 'number' ? v['lane'] : 0,
  };
}
