import { button, element, setAttribute } from '../dom';
import type { Palette } from '../theme';
import { createPatterns, type PatternKind } from './patterns';

interface Entry {
  readonly label: string;
  readonly draw: (
    g: CanvasRenderingContext2D,
    palette: Palette,
    pattern: (kind: PatternKind, colour: string) => CanvasPattern,
  ) => void;
}

const W = 18;
const H = 12;

const ENTRIES: readonly Entry[] = [
  {
    label: 'Observed',
    draw: (g, p) => {
      g.fillStyle = p.contrast ? p.foreground : p.observed;
      g.globalAlpha = p.contrast ? 0.85 : p.light ? 0.68 : 0.8;
      g.fillRect(0, 4, W, H - 4);
    },
  },
  {
    label: 'Late',
    draw: (g, p, pattern) => {
      g.fillStyle = p.contrast ? pattern('stripes', p.late) : p.late;
      g.fillRect(0, 4, W, H - 4);
    },
  },
  {
    label: 'Expected',
    draw: (g, p) => {
      g.fillStyle = p.expected;
      g.globalAlpha = 0.15;
      g.fillRect(0, 2, W, 8);
      g.globalAlpha = 0.8;
      g.fillRect(0, 6, W, 1);
    },
  },
  {
    label: 'Missing',
    draw: (g, p, pattern) => {
      g.fillStyle = p.contrast ? pattern('cross', p.tones.loss) : p.tones.loss;
      g.globalAlpha = p.contrast ? 1 : 0.34;
      g.fillRect(0, 0, W, H);
    },
  },
  {
    label: 'Silent',
    draw: (g, p) => {
      g.fillStyle = p.tones.loss;
      g.fillRect(0, H - 2, W, 2);
    },
  },
  {
    label: 'Zero rows',
    draw: (g, p) => {
      g.fillStyle = p.muted;
      for (let x = 0; x < W; x += 4) g.fillRect(x, H - 2, 2, 2);
    },
  },
  {
    label: 'Not collected',
    draw: (g, p, pattern) => {
      g.fillStyle = pattern('wide', p.muted);
      g.fillRect(0, 0, W, H);
    },
  },
  {
    label: 'Not evaluable',
    draw: (g, p, pattern) => {
      g.fillStyle = pattern('dots', p.muted);
      g.fillRect(0, 0, W, H);
    },
  },
  {
    label: 'Uncertain edge',
    draw: (g, p, pattern) => {
      g.fillStyle = pattern('hatch', p.tones.loss);
      g.fillRect(0, 0, W, H);
    },
  },
];

export interface Legend {
  readonly element: HTMLElement;
  /** Opens the legend where the page is too narrow to show it always. */
  readonly toggle: HTMLElement;
  render(palette: Palette): void;
}

/** What the fills mean, drawn with the very fills. */
export function createLegend(): Legend {
  const swatches = ENTRIES.map((entry) => ({
    entry,
    canvas: element('canvas', { attributes: { 'aria-hidden': 'true' } }),
  }));
  const list = element(
    'ul',
    { class: 'legend', attributes: { id: 'legend', 'aria-label': 'Legend' } },
    swatches.map(({ entry, canvas }) => element('li', {}, [canvas, entry.label])),
  );
  const toggle = button('Legend', { icon: 'list', class: 'button legend-toggle' }, () => {
    const open = list.classList.toggle('open');
    setAttribute(toggle, 'aria-expanded', String(open));
  });
  setAttribute(toggle, 'aria-expanded', 'false');
  setAttribute(toggle, 'aria-controls', 'legend');
  let drawn: Palette | undefined;
  return {
    element: list,
    toggle,
    render(palette) {
      if (palette === drawn) return;
      drawn = palette;
      const ratio = window.devicePixelRatio || 1;
      for (const { entry, canvas } of swatches) {
        canvas.width = W * ratio;
        canvas.height = H * ratio;
        canvas.style.width = `${W}px`;
        canvas.style.height = `${H}px`;
        const g = canvas.getContext('2d')!;
        const patterns = createPatterns(g, ratio);
        g.scale(ratio, ratio);
        entry.draw(g, palette, patterns.get);
      }
    },
  };
}
