import { annotated } from '../timeline/keyboard';
import { binAt, binInterval } from '../timeline/model';
import { element } from './dom';
import type { Frame, Part } from './page-state';

/** What lies over all rows and takes no pointer: now, the pointer's line, the keyboard's bin, the annotation in the making. */
export function createOverlayLayer(
  lanesTop: () => { readonly top: number; readonly scrollTop: number; readonly height: number },
): Part {
  const now = element('div', { class: 'line now' });
  const pointer = element('div', { class: 'line pointer' });
  const cursor = element('div', { class: 'cursor' });
  const draft = element('div', { class: 'draft' });
  const lanes = element('div', { class: 'lanes-clip' }, [cursor]);
  const layer = element('div', { class: 'overlay', attributes: { 'aria-hidden': 'true' } }, [
    now,
    pointer,
    draft,
    lanes,
  ]);
  const place = (node: HTMLElement, x: number, width: number) => {
    node.style.transform = `translateX(${Math.round(x)}px)`;
    node.style.width = `${Math.max(1, Math.round(width))}px`;
  };
  return {
    element: layer,
    render({ state, scale, layout }: Frame) {
      const at = scale.x(state.model.now);
      now.hidden = !state.model.loaded || at < 0 || at > scale.width;
      place(now, at, 1);
      pointer.hidden = state.pointer === null;
      place(pointer, state.pointer?.x ?? 0, 1);
      const making =
        state.draft?.interval ?? (state.cursor.anchor !== null ? annotated(state.cursor, state.model.bin) : null);
      draft.hidden = making === null;
      if (making) place(draft, scale.x(making.start), scale.x(making.end) - scale.x(making.start));
      const row = layout.rows.find((r) => r.kind === 'lane' && r.index === state.cursor.lane);
      cursor.hidden = !state.cursorShown || !row;
      if (cursor.hidden || !row) return;
      const area = lanesTop();
      lanes.style.top = `${area.top}px`;
      lanes.style.height = `${area.height}px`;
      const volumes = state.model.lanes[row.index]?.volumes;
      const series = volumes ?? { start: state.model.from, bin: state.model.bin };
      const bin = binInterval(series, binAt(series, state.cursor.at));
      cursor.style.width = `${Math.max(3, Math.round(scale.x(bin.end) - scale.x(bin.start)))}px`;
      cursor.style.height = `${row.height - 1}px`;
      cursor.style.transform = `translate(${Math.round(scale.x(bin.start))}px, ${row.top - area.scrollTop}px)`;
    },
  };
}
