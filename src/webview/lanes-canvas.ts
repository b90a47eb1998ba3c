import { element } from './dom';
import type { LaneList } from './lane-list';
import type { Frame, Part } from './page-state';
import { paintLanes } from './paint';
import { createPatterns, type Patterns } from './patterns';

/** The scrolling part: labels in the DOM, and one canvas that stays in sight and draws the lanes that are. */
export interface LanesView extends Part {
  readonly canvas: HTMLCanvasElement;
  readonly scroller: HTMLElement;
}

export function createLanesView(list: LaneList, scrolled: () => void): LanesView {
  const canvas = element('canvas', { class: 'lanes-canvas', attributes: { 'aria-hidden': 'true' } });
  const body = element('div', { class: 'scroll-body' }, [list.headings, list.overlays, list.element, canvas]);
  const scroller = element('div', { class: 'scroller' }, [body]);
  scroller.addEventListener('scroll', scrolled, { passive: true });
  const g = canvas.getContext('2d', { alpha: false })!;
  let patterns: Patterns | undefined;
  let patternsOf = '';
  return {
    element: scroller,
    canvas,
    scroller,
    render(frame: Frame) {
      list.render(frame);
      const height = scroller.clientHeight;
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
      g.setTransform(ratio, 0, 0, ratio, 0, 0);
      const { state } = frame;
      paintLanes(
        { g, palette: frame.palette, patterns, scale: frame.scale, log: state.log },
        {
          model: state.model,
          layout: frame.layout,
          ticks: frame.ticks,
          scrollTop: scroller.scrollTop,
          height,
          activeBand: state.activeBand,
          selectedNote: state.selectedNote,
        },
      );
    },
  };
}
