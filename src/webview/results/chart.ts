import { scaleLinear, scaleLog } from 'd3-scale';
import type { Instant } from '../../base/time';
import { formatShare, formatShort } from '../../timeline/format';
import { timeScale, timeTicks } from '../../timeline/scale';
import { element, setAttribute } from '../dom';
import { type Palette, readPalette } from '../theme';
import { attachCursor, createChartCursor, type PlaceScale, type ReadPlane } from './chart-cursor';
import type { ChartData, ChartPoint, ChartSeries } from './chart-data';

/** A small chart beside the grid: what `render` asks for, drawn in the theme's colours, with its legend in the document. */
export interface Chart {
  readonly element: HTMLElement;
  show(data: ChartData | string): void;
  redraw(): void;
}

const PAD = { top: 12, right: 16, bottom: 28, left: 56 };
/** Dash patterns beside colours: series are told apart in high contrast and without colour vision too. */
const DASHES = [[], [6, 3], [2, 2], [8, 3, 2, 3]];

/** Colours of the theme itself; series beyond them have mixes, and their lines are dashed. */
const PLAIN = 7;

function colours(p: Palette): readonly string[] {
  const plain = [p.tones.change, p.tones.partial, p.tones.good, p.tones.double, p.tones.loss, p.tones.late, p.muted];
  const mixed = (other: string) => plain.map((c) => `color-mix(in srgb, ${c} 50%, ${other})`);
  return [...plain, ...mixed(p.foreground), ...mixed(p.background)];
}

export function createChart(): Chart {
  const canvas = element('canvas', { attributes: { role: 'img', 'aria-label': 'Chart' } });
  const title = element('h2', { class: 'chart-title' });
  const legend = element('ul', { class: 'chart-legend', attributes: { 'aria-label': 'Series' } });
  const note = element('p', { class: 'chart-note' });
  const cursor = createChartCursor();
  const area = element(
    'div',
    {
      class: 'chart-area',
      attributes: { tabindex: '0', role: 'group', 'aria-label': 'Chart: arrows read its values' },
    },
    [canvas, cursor.line, cursor.readout],
  );
  const [above, below] = [element('p', { class: 'chart-axis' }), element('p', { class: 'chart-axis below' })];
  const node = element('div', { class: 'chart' }, [title, above, area, below, legend, note]);
  let data: ChartData | string | undefined;
  /** Names of the series that the legend switched off. */
  let off: ReadonlySet<string> = new Set();
  const visible = (all: ChartData): ChartData =>
    off.size === 0
      ? all
      : { ...all, series: all.series.map((s) => (off.has(s.name) ? { ...s, points: [], marks: [] } : s)) };
  const redraw = () => {
    cursor.hide();
    if (typeof data !== 'object' || node.hidden || area.clientWidth < 40) return;
    draw(canvas, visible(data), area.clientWidth, area.clientHeight, readPalette());
  };
  const toggle = (name: string) => {
    off = new Set(off.has(name) ? [...off].filter((n) => n !== name) : [...off, name]);
    redraw();
    return !off.has(name);
  };
  const plane = (): ReadPlane | undefined => {
    if (typeof data !== 'object' || data.kind === 'pie') return undefined;
    const shown = visible(data);
    const [width, height] = [area.clientWidth, area.clientHeight];
    return { data: shown, width, height, colours: colours(readPalette()), ...placeScale(shown, width, height) };
  };
  attachCursor(area, cursor, plane);
  new ResizeObserver(redraw).observe(area);
  return {
    element: node,
    show(next) {
      data = next;
      off = new Set();
      const drawn = typeof next === 'object';
      area.hidden = !drawn;
      title.textContent = drawn ? next.title : '';
      title.hidden = title.textContent === '';
      above.textContent = drawn ? next.axes.yTitle : '';
      below.textContent = drawn ? next.axes.xTitle : '';
      for (const line of [above, below]) line.hidden = line.textContent === '';
      legend.hidden = drawn && !next.axes.legend;
      note.textContent = drawn ? (next.note ?? '') : next;
      note.hidden = note.textContent === '';
      legend.replaceChildren(...(drawn ? legendItems(next, toggle) : []));
      if (drawn) setAttribute(canvas, 'aria-label', describe(next));
      redraw();
    },
    redraw,
  };
}

function describe(data: ChartData): string {
  const names = data.kind === 'pie' ? data.categories : data.series.map((s) => s.name);
  return `${data.kind === 'pie' ? 'Pie' : data.kind} chart of ${names.slice(0, 12).join(', ')}. The same values are in the grid.`;
}

function legendItems(data: ChartData, toggle: (name: string) => boolean): HTMLElement[] {
  const palette = readPalette();
  const set = colours(palette);
  const total = data.series[0]?.points.reduce((sum, p) => sum + p.y, 0) ?? 0;
  const names =
    data.kind === 'pie'
      ? data.categories.map((c, i) => `${c} · ${formatShare((data.series[0]!.points[i]?.y ?? 0) / total)}`)
      : data.series.map((s) => s.name);
  return names.map((name, i) => {
    const swatch = element('span', { class: 'chart-swatch' });
    swatch.style.borderTopColor = set[i % set.length]!;
    swatch.style.borderTopStyle = data.kind !== 'pie' && i >= PLAIN ? 'dashed' : 'solid';
    const word = element('span', { text: name });
    // What stands on the others would hang in the air without them, and slices are a whole.
    if (data.kind === 'pie' || data.stack !== 'none' || names.length < 2) return element('li', {}, [swatch, word]);
    const item = element('button', { class: 'chart-toggle', attributes: { type: 'button', 'aria-pressed': 'true' } }, [
      swatch,
      word,
    ]);
    item.title = `Show or hide ${name}`;
    item.addEventListener('click', () => setAttribute(item, 'aria-pressed', String(toggle(name))));
    return element('li', {}, [item]);
  });
}

interface Plane {
  readonly g: CanvasRenderingContext2D;
  readonly palette: Palette;
  readonly width: number;
  readonly height: number;
}

function draw(canvas: HTMLCanvasElement, data: ChartData, width: number, height: number, palette: Palette): void {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const g = canvas.getContext('2d')!;
  g.scale(ratio, ratio);
  g.font = `11px ${palette.font}`;
  const plane = { g, palette, width, height };
  if (data.kind === 'pie') drawPie(plane, data);
  else if (data.kind === 'bars') drawBars(plane, data);
  else if (data.kind === 'columns') drawColumns(plane, data);
  else drawLines(plane, data);
}

function extent(series: readonly ChartSeries[], of: 'x' | 'y'): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const s of series) {
    for (const p of s.points) {
      if (p[of] < low) low = p[of];
      if (p[of] > high) high = p[of];
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

/** Values from zero, up to a round number; below zero where the data goes, and as far as the query says. */
function valueScale({ series, axes }: ChartData, from: number, to: number) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let leastPositive = Number.POSITIVE_INFINITY;
  for (const s of series)
    for (const { y, base = 0 } of s.points) {
      const top = base + y;
      if (Number.isNaN(top)) continue;
      low = Math.min(low, base, top);
      high = Math.max(high, base, top);
      if (top > 0) leastPositive = Math.min(leastPositive, top);
    }
  if (low > high) [low, high] = [0, 1];
  if (axes.logarithmic && high > 0) {
    // Zero has no place on a logarithmic axis: it stands at its foot.
    const foot = axes.yMin !== null && axes.yMin > 0 ? axes.yMin : leastPositive;
    const head = axes.yMax ?? high;
    return scaleLog()
      .domain([foot, head > foot ? head : foot * 10])
      .nice()
      .range([from, to])
      .clamp(true);
  }
  const scale = scaleLinear()
    .domain([Math.min(0, low), Math.max(high, low === 0 ? 1 : 0)])
    .nice(5)
    .range([from, to]);
  if (axes.yMin === null && axes.yMax === null) return scale;
  const [d0, d1] = scale.domain() as [number, number];
  const ends = [axes.yMin ?? d0, axes.yMax ?? d1] as const;
  return ends[0] < ends[1] ? scale.domain(ends).clamp(true) : scale;
}

function drawValueAxis({ g, palette, width }: Plane, y: ReturnType<typeof valueScale>): void {
  g.textAlign = 'right';
  g.textBaseline = 'middle';
  for (const v of y.ticks(5)) {
    const at = Math.round(y(v));
    g.globalAlpha = palette.contrast ? 0.5 : v === 0 ? 0.35 : 0.12;
    g.fillStyle = palette.line;
    g.fillRect(PAD.left, at, width - PAD.left - PAD.right, 1);
    g.globalAlpha = 1;
    g.fillStyle = palette.muted;
    g.fillText(formatShort(v), PAD.left - 8, at);
  }
}

/** Where a place of the axis stands, in CSS pixels of the area, and back; `down` where the axis runs downwards. */
function placeScale(data: ChartData, width: number, height: number): PlaceScale {
  const count = Math.max(1, data.categories.length);
  const nearest = (i: number) => Math.max(0, Math.min(count - 1, Math.floor(i)));
  if (data.kind === 'bars') {
    const step = Math.min(44, (height - 8) / count);
    return { down: true, to: (i) => 4 + (i + 0.5) * step, from: (px) => nearest((px - 4) / step) };
  }
  if (data.kind === 'columns') {
    const step = (width - PAD.left - PAD.right) / count;
    return { down: false, to: (i) => PAD.left + (i + 0.5) * step, from: (px) => nearest((px - PAD.left) / step) };
  }
  const [x0, x1] = extent(data.series, 'x');
  const x = scaleLinear()
    .domain(x1 > x0 ? [x0, x1] : [x0 - 1, x1 + 1])
    .range([PAD.left, width - PAD.right]);
  return { down: false, to: x, from: (px) => x.invert(px) };
}

function drawLines(plane: Plane, data: ChartData): void {
  const { g, palette, width, height } = plane;
  const y = valueScale(data, height - PAD.bottom, PAD.top);
  const x = placeScale(data, width, height).to;
  drawValueAxis(plane, y);
  drawPositionAxis(plane, data, x);
  const set = colours(palette);
  data.series.forEach((series, i) => {
    g.strokeStyle = set[i % set.length]!;
    g.fillStyle = g.strokeStyle;
    g.lineWidth = 1.5;
    g.lineJoin = 'round';
    g.setLineDash(i >= PLAIN || palette.contrast ? DASHES[i % DASHES.length]! : []);
    if (data.kind === 'area') drawArea(g, series, x, y);
    else {
      g.beginPath();
      let pen = false;
      for (const p of series.points) {
        if (Number.isNaN(p.y)) pen = false;
        else if (data.kind === 'points') g.fillRect(x(p.x) - 2, y(p.y) - 2, 4, 4);
        else if (pen) g.lineTo(x(p.x), y(p.y));
        else {
          g.moveTo(x(p.x), y(p.y));
          pen = true;
        }
      }
      g.stroke();
      if (series.points.length === 1 && data.kind === 'line')
        g.fillRect(x(series.points[0]!.x) - 3, y(series.points[0]!.y) - 3, 6, 6);
    }
  });
  drawMarks(plane, data, x, y);
  g.setLineDash([]);
}

type Position = (value: number) => number;

/** Anomalies as rings over the lines, in the colour of a loss. */
function drawMarks({ g, palette }: Plane, data: ChartData, x: Position, y: Position): void {
  g.setLineDash([]);
  g.strokeStyle = palette.tones.loss;
  g.lineWidth = 2;
  for (const series of data.series)
    for (const p of series.marks ?? []) {
      if (Number.isNaN(p.y)) continue;
      g.beginPath();
      g.arc(x(p.x), y(p.y), 5, 0, Math.PI * 2);
      g.stroke();
    }
}

/** Areas stand at zero, or on one another where they are stacked. */
function drawArea(g: CanvasRenderingContext2D, series: ChartSeries, x: Position, y: Position): void {
  const points = series.points.filter((p) => !Number.isNaN(p.y));
  if (points.length === 0) return;
  const base = (p: ChartPoint) => p.base ?? 0;
  g.beginPath();
  points.forEach((p, i) => {
    if (i === 0) g.moveTo(x(p.x), y(base(p) + p.y));
    else g.lineTo(x(p.x), y(base(p) + p.y));
  });
  g.stroke();
  for (const p of [...points].reverse()) g.lineTo(x(p.x), y(base(p)));
  g.closePath();
  g.globalAlpha = 0.3;
  g.fill();
  g.globalAlpha = 1;
}

function drawPositionAxis({ g, palette, width, height }: Plane, data: ChartData, x: Position): void {
  g.textBaseline = 'top';
  g.fillStyle = palette.muted;
  const at = height - PAD.bottom + 8;
  const label = (text: string, px: number) => {
    const half = g.measureText(text).width / 2;
    g.textAlign = 'center';
    // The first label of a time axis keeps clear of the zone's name beside it.
    const least = data.axis === 'time' ? PAD.left - 4 + half : half;
    g.fillText(text, Math.min(Math.max(px, least), width - half), at);
  };
  if (data.axis === 'category') {
    const every = Math.ceil((data.categories.length * 90) / (width - PAD.left));
    data.categories.forEach((c, i) => {
      if (i % every === 0) label(clip(g, c, 84 * every), x(i));
    });
    return;
  }
  const [low, high] = extent(data.series, 'x');
  if (data.axis === 'time') {
    const scale = timeScale(
      { from: low as Instant, to: Math.max(high, low + 1) as Instant },
      width - PAD.left - PAD.right,
    );
    for (const tick of timeTicks(scale, 96)) label(tick.label, PAD.left + tick.x);
    g.textAlign = 'right';
    g.fillText('UTC', PAD.left - 8, at);
  } else {
    for (const v of scaleLinear()
      .domain([low, high])
      .ticks(Math.max(2, Math.floor(width / 120))))
      label(formatShort(v), x(v));
  }
}

function clip(g: CanvasRenderingContext2D, text: string, width: number): string {
  let t = text.slice(0, 60);
  if (g.measureText(t).width <= width) return t;
  while (t.length > 1 && g.measureText(`${t}…`).width > width) t = t.slice(0, -1);
  return `${t}…`;
}

function drawColumns(plane: Plane, data: ChartData): void {
  const { g, palette, width, height } = plane;
  const y = valueScale(data, height - PAD.bottom, PAD.top);
  drawValueAxis(plane, y);
  const step = (width - PAD.left - PAD.right) / Math.max(1, data.categories.length);
  drawPositionAxis(plane, data, (i) => PAD.left + (i + 0.5) * step);
  const abreast = barsAbreast(data);
  const bar = Math.max(1, Math.min(48, (step * 0.76) / abreast));
  forEachBar(data, palette, g, ({ x: category, y: value, base = 0 }, i) => {
    const x = PAD.left + (category + 0.5) * step + (i - abreast / 2) * bar;
    const [from, to] = [y(base), y(base + value)];
    g.fillRect(
      Math.round(x),
      Math.round(Math.min(from, to)),
      Math.max(1, Math.round(bar) - 1),
      Math.max(1, Math.round(Math.abs(from - to))),
    );
  });
}

function drawBars(plane: Plane, data: ChartData): void {
  const { g, palette, width, height } = plane;
  const left = Math.min(200, width * 0.3);
  const x = valueScale(data, left, width - 56);
  const step = Math.min(44, (height - 8) / Math.max(1, data.categories.length));
  const abreast = barsAbreast(data);
  const bar = Math.max(1, Math.min(22, (step * 0.76) / abreast));
  g.textBaseline = 'middle';
  g.textAlign = 'right';
  g.fillStyle = palette.muted;
  data.categories.forEach((c, i) => {
    if (step >= 12 || i % Math.ceil(12 / step) === 0) g.fillText(clip(g, c, left - 16), left - 8, 4 + (i + 0.5) * step);
  });
  forEachBar(data, palette, g, ({ x: category, y: value, base = 0 }, i) => {
    const top = 4 + (category + 0.5) * step + (i - abreast / 2) * bar;
    const [from, to] = [x(base), x(base + value)];
    g.fillRect(
      Math.round(Math.min(from, to)),
      Math.round(top),
      Math.max(1, Math.round(Math.abs(to - from))),
      Math.max(1, Math.round(bar) - 1),
    );
    if (bar < 11 || data.stack !== 'none') return;
    g.fillStyle = palette.foreground;
    g.textAlign = 'left';
    g.fillText(formatShort(value), x(Math.max(0, value)) + 6, top + bar / 2);
  });
}

/** Bars side by side at one place: stacked ones share it. */
const barsAbreast = (data: ChartData): number => (data.stack === 'none' ? Math.max(1, data.series.length) : 1);

/** Calls back with each value and its place among the bars that stand abreast. */
function forEachBar(
  data: ChartData,
  palette: Palette,
  g: CanvasRenderingContext2D,
  paint: (point: ChartPoint, place: number) => void,
): void {
  const set = colours(palette);
  data.series.forEach((series, i) => {
    for (const p of series.points) {
      if (Number.isNaN(p.y)) continue;
      g.fillStyle = set[i % set.length]!;
      paint(p, data.stack === 'none' ? i : 0);
    }
  });
}

function drawPie({ g, palette, width, height }: Plane, data: ChartData): void {
  const points = data.series[0]?.points ?? [];
  const total = points.reduce((sum, p) => sum + p.y, 0);
  const radius = Math.max(20, Math.min(width, height) / 2 - 28);
  const set = colours(palette);
  let angle = -Math.PI / 2;
  points.forEach((p, i) => {
    const next = angle + (p.y / total) * Math.PI * 2;
    g.beginPath();
    g.moveTo(width / 2, height / 2);
    g.arc(width / 2, height / 2, radius, angle, next);
    g.closePath();
    g.fillStyle = set[i % set.length]!;
    g.globalAlpha = palette.contrast ? 0.8 : 0.85;
    g.fill();
    g.globalAlpha = 1;
    g.strokeStyle = palette.background;
    g.lineWidth = 2;
    g.stroke();
    if (p.y / total > 0.03) {
      const middle = (angle + next) / 2;
      g.fillStyle = palette.foreground;
      g.textAlign = Math.cos(middle) < 0 ? 'right' : 'left';
      g.textBaseline = 'middle';
      const x = width / 2 + Math.cos(middle) * (radius + 8);
      g.fillText(clip(g, data.categories[i] ?? '', 140), x, height / 2 + Math.sin(middle) * (radius + 10));
    }
    angle = next;
  });
}
