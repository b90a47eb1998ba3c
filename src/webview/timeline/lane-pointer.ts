import type { Instant, Interval } from '../../base/time';
import { hitTest } from '../../timeline/hit';
import { panBy, zoomAt } from '../../timeline/view';
import { startDrag } from '../pointer';
import type { LanesView } from './lanes-canvas';
import { snapped } from './note-strip';
import { type Frame, limitsFor, type Update } from './page-state';

export interface LanePointerInit {
  readonly frame: () => Frame;
  readonly update: Update;
  readonly compose: (interval: Interval, on: string | null) => void;
  readonly focusList: () => void;
}

/** Pointer on the lanes: moving shows facts, a drag moves the view, Shift+drag (or the toggle) annotates, Ctrl+wheel zooms. */
export function attachLanePointer(view: LanesView, init: LanePointerInit): void {
  const { canvas, element } = view;
  const place = (e: MouseEvent) => {
    const { plot } = init.frame();
    return { x: e.clientX - plot.left, y: e.clientY - plot.pageTop + view.scrollTop };
  };
  canvas.addEventListener('pointermove', (e) => init.update(() => ({ pointer: place(e) })));
  canvas.addEventListener('pointerleave', () => init.update(() => ({ pointer: null })));
  canvas.addEventListener('pointerdown', (down) => {
    const frame = init.frame();
    if (down.shiftKey || frame.state.annotate) dragAnnotation(down, view, frame, init);
    else dragView(down, view, frame, init);
  });
  canvas.addEventListener('dblclick', (e) =>
    init.update(({ view: v, model }) => ({
      view: zoomAt(v, 0.4, init.frame().scale.at(place(e).x), limitsFor(model)),
    })),
  );
  element.addEventListener('wheel', (e) => wheel(e, place(e).x, init), { passive: false });
  element.addEventListener('pointerdown', (e) => {
    const label = e.target instanceof HTMLElement ? e.target.closest('[role=option]') : null;
    if (!label) return;
    const index = Number(label.id.replace('lane-', ''));
    init.update(({ cursor }) => ({ cursor: { ...cursor, lane: index }, cursorShown: true }));
  });
}

function wheel(e: WheelEvent, x: number, init: LanePointerInit): void {
  if (e.ctrlKey || e.metaKey || e.altKey) {
    e.preventDefault();
    const factor = Math.exp(Math.max(-60, Math.min(60, e.deltaY)) * 0.006);
    init.update(({ view, model }) => ({
      view: zoomAt(view, factor, init.frame().scale.at(Math.max(0, x)), limitsFor(model)),
    }));
    return;
  }
  const by = e.shiftKey && e.deltaX === 0 ? e.deltaY : e.deltaX;
  if (by === 0) return;
  e.preventDefault();
  init.update(({ view, model }) => ({ view: panBy(view, by / init.frame().scale.width, limitsFor(model)) }));
}

function dragView(down: PointerEvent, view: LanesView, frame: Frame, init: LanePointerInit): void {
  const { view: base, model } = frame.state;
  const limits = limitsFor(model);
  startDrag(down, view.canvas, {
    move: ({ x0, x1 }) => {
      view.canvas.classList.add('grabbing');
      init.update(() => ({ view: panBy(base, (x0 - x1) / frame.scale.width, limits) }));
    },
    end: (_, moved) => {
      view.canvas.classList.remove('grabbing');
      if (!moved) click(down, view, frame, init);
    },
    cancel: () => {
      view.canvas.classList.remove('grabbing');
      init.update(() => ({ view: base }));
    },
  });
}

/** A click puts the cursor there and selects the shortest note under it. */
function click(down: PointerEvent, view: LanesView, frame: Frame, init: LanePointerInit): void {
  const box = view.canvas.getBoundingClientRect();
  const point = { x: down.clientX - box.left, y: down.clientY - box.top + view.scroller.scrollTop };
  const hit = hitTest(frame.state.model, frame.layout, frame.scale, point);
  if (!hit) return;
  const note = [...hit.notes].sort((a, b) => a.end - a.start - (b.end - b.start))[0];
  init.focusList();
  init.update(({ cursor }) => ({
    cursor: { lane: hit.row.kind === 'lane' ? hit.row.index : cursor.lane, at: hit.bin.start as Instant, anchor: null },
    cursorShown: true,
    selectedNote: note?.id ?? null,
  }));
}

function dragAnnotation(down: PointerEvent, view: LanesView, frame: Frame, init: LanePointerInit): void {
  const { canvas, scroller } = view;
  const box = canvas.getBoundingClientRect();
  const { model } = frame.state;
  const hit = hitTest(model, frame.layout, frame.scale, {
    x: down.clientX - box.left,
    y: down.clientY - box.top + scroller.scrollTop,
  });
  const on = hit?.row.kind === 'lane' ? (model.lanes[hit.row.index]?.id ?? null) : null;
  const interval = (x0: number, x1: number) => snapped(frame.scale, x0 - box.left, x1 - box.left, model.bin);
  startDrag(down, canvas, {
    move: ({ x0, x1 }) => init.update(() => ({ draft: { interval: interval(x0, x1), on } })),
    end: ({ x0, x1 }, moved) => {
      if (moved) init.compose(interval(x0, x1), on);
    },
    cancel: () => init.update(() => ({ draft: null })),
  });
}
