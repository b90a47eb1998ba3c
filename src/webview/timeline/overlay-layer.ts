import { annotated } from '../../timeline/keyboard';
import type { LaneRow } from '../../timeline/layout';
import { binAt, binInterval } from '../../timeline/model';
import { element } from '../dom';
import type { Draft, Frame, PageState, Part } from './page-state';

/** Where the lanes lie within the layer, CSS pixels, and how far they are scrolled. */
export interface LanesArea {
  readonly top: number;
  readonly height: number;
  readonly scrollTop: number;
}

/** What lies over all rows and takes no pointer: now, the pointer's line, the keyboard's bin, the annotation in the making. */
export function createOverlayLayer(areas: () => { readonly lanes: LanesArea; readonly strip: number }): Part {
  const now = element('div', { class: 'line now' });
  const pointer = element('div', { class: 'line pointer' });
  const cursor = element('div', { class: 'cursor' });
  const draft = element('div', { class: 'draft' });
  const draftLane = element('div', { class: 'draft' });
  const clip = element('div', { class: 'lanes-clip' }, [draftLane, cursor]);
  const layer = element('div', { class: 'overlay', attributes: { 'aria-hidden': 'true' } }, [
    now,
    pointer,
    draft,
    clip,
  ]);
  return {
    element: layer,
    render({ state, scale, layout }: Frame) {
      const { lanes, strip } = areas();
      const rowOf = (index: number) => layout.rows.find((r) => r.kind === 'lane' && r.index === index);
      const line = (node: HTMLElement, x: number | undefined) => {
        node.hidden = x === undefined || x < 0 || x > scale.width;
        node.style.transform = `translateX(${Math.round(x ?? 0)}px)`;
      };
      line(now, state.model.loaded ? scale.x(state.model.now) : undefined);
      line(pointer, state.pointer?.x);
      clip.style.top = `${lanes.top}px`;
      clip.style.height = `${lanes.height}px`;
      const inLane = (node: HTMLElement, row: LaneRow, start: number, end: number) => {
        const x = Math.round(scale.x(start));
        node.style.width = `${Math.max(3, Math.round(scale.x(end)) - x)}px`;
        node.style.height = `${row.height - 1}px`;
        node.style.transform = `translate(${x}px, ${row.top - lanes.scrollTop}px)`;
      };
      const making = draftOf(state);
      const lane = making ? state.model.lanes.findIndex((l) => l.id === making.on) : -1;
      const draftRow = rowOf(lane);
      draft.hidden = making === null;
      draftLane.hidden = !making || !draftRow;
      if (making) {
        const { start, end } = making.interval;
        const x = Math.round(scale.x(start));
        draft.style.top = `${strip}px`;
        draft.style.width = `${Math.max(2, Math.round(scale.x(end)) - x)}px`;
        draft.style.height = draftRow ? `${lanes.top - strip - 1}px` : '100%';
        draft.style.transform = `translateX(${x}px)`;
        if (draftRow) inLane(draftLane, draftRow, start, end);
      }
      const row = rowOf(state.cursor.lane);
      cursor.hidden = !state.cursorShown || !row;
      if (cursor.hidden || !row) return;
      const series = state.model.lanes[row.index]?.volumes ?? { start: state.model.from, bin: state.model.bin };
      const bin = binInterval(series, binAt(series, state.cursor.at));
      inLane(cursor, row, bin.start, bin.end);
    },
  };
}

/** The annotation in the making: dragged, or begun with the keyboard. */
function draftOf(state: PageState): Draft | null {
  if (state.draft || state.cursor.anchor === null) return state.draft;
  return { interval: annotated(state.cursor, state.model.bin), on: state.model.lanes[state.cursor.lane]?.id ?? null };
}
