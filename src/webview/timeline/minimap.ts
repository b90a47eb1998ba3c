import type { Instant } from '../../base/time';
import { FINDINGS, WORST_FIRST } from '../../protocol/status';
import { columnMeans, columnsOf } from '../../timeline/columns';
import type { TimelineModel } from '../../timeline/model';
import { type TimeScale, timeScale } from '../../timeline/scale';
import { STATUS_WORDS } from '../../timeline/status-words';
import { clampView, type View, wholeView } from '../../timeline/view';
import { element } from '../dom';
import { startDrag } from '../pointer';
import type { Palette } from '../theme';
import { type Frame, limitsFor, type Part, type Update } from './page-state';

const HEIGHT = 40;

/** The whole range in one strip, with the part on screen as a frame that can be dragged. Keys do the same, so it is hidden from readers. */
export function createMinimap(update: Update): Part {
  const canvas = element('canvas', { class: 'minimap-canvas' });
  const left = element('div', { class: 'minimap-grip left' });
  const right = element('div', { class: 'minimap-grip right' });
  const brush = element('div', { class: 'minimap-brush' }, [left, right]);
  const plot = element('div', { class: 'plot minimap-plot' }, [canvas, brush]);
  let frame: Frame | undefined;
  let drawn: unknown[] = [];
  plot.addEventListener('pointerdown', (down) => {
    if (frame) drag(down, plot, frame, update);
  });
  return {
    element: element('div', { class: 'row minimap', attributes: { 'aria-hidden': 'true' } }, [
      element('div', { class: 'gutter' }, [element('span', { class: 'gutter-note', text: 'Whole range' })]),
      plot,
    ]),
    render(next) {
      frame = next;
      const { model, view } = next.state;
      const scale = timeScale(wholeView(next.limits), next.scale.width);
      const inputs = [
        model.lanes,
        model.bands,
        model.overlays,
        scale.width,
        next.palette,
        next.limits.from,
        next.limits.to,
      ];
      if (inputs.some((v, i) => v !== drawn[i])) {
        drawn = inputs;
        paint(canvas, model, scale, next.palette);
      }
      brush.style.transform = `translateX(${Math.round(scale.x(view.from))}px)`;
      brush.style.width = `${Math.max(8, Math.round(scale.x(view.to) - scale.x(view.from)))}px`;
    },
  };
}

function drag(down: PointerEvent, plot: HTMLElement, frame: Frame, update: Update): void {
  const target = down.target as HTMLElement;
  const scale = timeScale(wholeView(frame.limits), frame.scale.width);
  const perPixel = (scale.view.to - scale.view.from) / scale.width;
  let base: View = frame.state.view;
  if (target.classList.contains('minimap-canvas') || target === plot) {
    const centre = scale.at(down.clientX - plot.getBoundingClientRect().left);
    const half = (base.to - base.from) / 2;
    base = clampView({ from: (centre - half) as Instant, to: (centre + half) as Instant }, frame.limits);
    update(() => ({ view: base }));
  }
  const grip = target.classList.contains('left') ? 'left' : target.classList.contains('right') ? 'right' : 'whole';
  startDrag(down, plot, {
    move: ({ x0, x1 }) => {
      const by = (x1 - x0) * perPixel;
      const from = (grip === 'right' ? base.from : base.from + by) as Instant;
      const to = (grip === 'left' ? base.to : base.to + by) as Instant;
      if (to > from) update(({ model }) => ({ view: clampView({ from, to }, limitsFor(model)) }));
    },
    end: () => {},
    cancel: () => update(() => ({ view: frame.state.view })),
  });
}

function paint(canvas: HTMLCanvasElement, model: TimelineModel, scale: TimeScale, palette: Palette): void {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(scale.width * ratio);
  canvas.height = Math.round(HEIGHT * ratio);
  canvas.style.width = `${scale.width}px`;
  canvas.style.height = `${HEIGHT}px`;
  const g = canvas.getContext('2d')!;
  g.scale(ratio, ratio);
  paintVolume(g, model, scale, palette);
  // The worst last, so that it lies on top.
  const found = model.lanes
    .flatMap((lane) => lane.segments.filter((s) => FINDINGS.has(s.status)))
    .sort((a, b) => WORST_FIRST.indexOf(b.status) - WORST_FIRST.indexOf(a.status));
  for (const s of found) {
    g.fillStyle = palette.tones[STATUS_WORDS[s.status].tone];
    const x0 = Math.round(scale.x(s.start));
    g.fillRect(x0, 2, Math.max(2, Math.round(scale.x(s.end)) - x0), 4);
  }
  g.globalAlpha = 1;
}

/** Mean fill of all lanes, each against its own top, so that a large source does not drown the others. */
function paintVolume(g: CanvasRenderingContext2D, model: TimelineModel, scale: TimeScale, palette: Palette): void {
  const sums = new Float64Array(scale.width);
  const counts = new Uint16Array(scale.width);
  for (const { volumes } of model.lanes) {
    if (!volumes) continue;
    const columns = columnsOf({ start: volumes.start, bin: volumes.bin, length: volumes.length }, scale);
    const mean = columnMeans(volumes.observed, columns);
    for (let i = 0; i < columns.count; i++) {
      if (Number.isNaN(mean[i])) continue;
      for (let x = Math.max(0, columns.x[i]!); x < Math.min(scale.width, columns.x[i]! + columns.width[i]!); x++) {
        sums[x] = sums[x]! + Math.min(1, mean[i]! / volumes.top);
        counts[x] = counts[x]! + 1;
      }
    }
  }
  const top = Math.max(0.05, ...sums.map((s, i) => s / Math.max(1, counts[i]!)));
  g.fillStyle = palette.contrast ? palette.foreground : palette.observed;
  g.globalAlpha = palette.contrast ? 0.8 : 0.5;
  for (let x = 0; x < scale.width; x++) {
    if (counts[x] === 0) continue;
    const h = Math.round((sums[x]! / counts[x]! / top) * (HEIGHT - 12));
    g.fillRect(x, HEIGHT - 2 - h, 1, h);
  }
  g.globalAlpha = 1;
}
