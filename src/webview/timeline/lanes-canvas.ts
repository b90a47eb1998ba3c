import { element } from '../dom';
import type { LaneList } from './lane-list';
import type { Frame, Part } from './page-state';
import { paintLanes } from './paint';
import { createPatterns, type Patterns } from './patterns';
import { createInks, createRaster } from './raster';

/** The scrolling part: labels in the DOM, and one canvas that stays in sight and draws the lanes that are. */
export interface LanesView extends Part {
  readonly canvas: HTMLCanvasElement;
  readonly scroller: HTMLElement;
  /** How far it is scrolled, CSS pixels, without a layout. */
  readonly scrollTop: number;
}

export function createLanesView(list: LaneList, scrolled: () => void): LanesView {
  const canvas = element('canvas', { class: 'lanes-canvas', attributes: { 'aria-hidden': 'true' } });
  const body = element('div', { class: 'scroll-body' }, [list.headings, list.overlays, list.element, canvas]);
  const scroller = element('div', { class: 'scroller' }, [body]);
  // Read when it changes: reading it in a frame would cost a layout.
  let scrollTop = 0;
  scroller.addEventListener(
    'scroll',
    () => {
      scrollTop = scroller.scrollTop;
      scrolled();
    },
    { passive: true },
  );
  const g = canvas.getContext('2d', { alpha: false })!;
  const raster = createRaster();
  const ink = createInks();
  let patterns: Patterns | undefined;
  let patternsOf = '';
  let drawn: readonly unknown[] = [];
  return {
    element: scroller,
    canvas,
    scroller,
    get scrollTop() {
      return scrollTop;
    },
    render(frame: Frame) {
      list.render(frame);
      const { height } = frame.plot;
      const ratio = window.devicePixelRatio || 1;
      body.style.height = `${Math.max(frame.layout.height, height)}px`;
      const w = Math.round(frame.scale.width * ratio);
      const h = Math.round(height * ratio);
      if (canvas.width !== w || canvas.height !== h) {
        canvas.width = w;
        canvas.height = h;
        canvas.style.width = `${frame.scale.width}px`;
        canvas.style.height = `${height}px`;
      }
      if (!patterns || patternsOf !== String(ratio)) {
        patterns = createPatterns(g, ratio);
        patternsOf = String(ratio);
      }
      const { state } = frame;
      const { model, view, activeBand, selectedNote, log } = state;
      canvas.classList.toggle('annotating', state.annotate);
      const inputs = [model, view, activeBand, selectedNote, log, frame.palette, scrollTop, w, h, frame.layout.height];
      if (inputs.every((v, i) => v === drawn[i])) return;
      drawn = inputs;
      g.setTransform(ratio, 0, 0, ratio, 0, 0);
      paintLanes(
        { g, palette: frame.palette, patterns, scale: frame.scale, log, ratio, raster, ink },
        {
          model,
          layout: frame.layout,
          ticks: frame.ticks,
          scrollTop,
          height,
          activeBand,
          selectedNote,
        },
      );
    },
  };
}
