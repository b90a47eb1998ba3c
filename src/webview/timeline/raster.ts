import type { Columns } from '../../timeline/columns';

/**
 * Columns as pixels. A lane is a thousand columns in several layers, and a canvas takes longer to note down that many
 * rectangles than to copy a picture: so they are written into one picture, which is laid over the canvas at once.
 */
export interface ColumnRaster {
  /** Clears the picture. Sizes in device pixels; `ratio` is device pixels per CSS pixel. */
  begin(width: number, height: number, ratio: number): void;
  /** Fills each column between two heights (device pixels from the top); later fills replace earlier ones. */
  fill(columns: Columns, upper: Heights, lower: Heights, ink: Ink, where?: (i: number) => boolean): void;
  /** A step line through the heights, a CSS pixel wide, blended with what is under it. */
  line(columns: Columns, heights: Int16Array, ink: Ink): void;
  /** Lays the picture over the canvas, device pixel on device pixel. */
  flush(g: CanvasRenderingContext2D): void;
}

/** One height for all columns, or one each; `NONE` leaves a column out. */
export type Heights = number | Int16Array;
export const NONE = -32768;

/** A colour with its opacity, and a pattern where colour alone may not carry meaning. */
export interface Ink {
  /** 0xAABBGGRR, as picture memory holds it. */
  readonly rgba: number;
  readonly pattern?: 'cross' | 'stripes' | 'dotted';
}

/** Bars this wide (CSS pixels) are set apart by one. */
const GAP_FROM = 5;

export function createRaster(): ColumnRaster {
  const canvas = document.createElement('canvas');
  const g2 = canvas.getContext('2d')!;
  let image = new ImageData(1, 1);
  let pixels = new Uint32Array(image.data.buffer);
  let width = 1;
  let height = 1;
  let ratio = 1;
  const span = (columns: Columns, i: number): readonly [number, number] => {
    const x = columns.x[i]!;
    const w = columns.width[i]!;
    const from = Math.max(0, Math.round(x * ratio));
    const to = Math.min(width, Math.round((w >= GAP_FROM ? x + w - 1 : x + w) * ratio));
    return [from, to];
  };
  const rectangle = (x0: number, x1: number, y0: number, y1: number, ink: Ink) => {
    const top = Math.max(0, y0);
    const bottom = Math.min(height, y1);
    for (let y = top; y < bottom; y++) {
      const row = y * width;
      if (ink.pattern) {
        for (let x = x0; x < x1; x++) if (inked(ink.pattern, x / ratio, y / ratio)) pixels[row + x] = ink.rgba;
      } else if (x1 - x0 < 4) for (let x = x0; x < x1; x++) pixels[row + x] = ink.rgba;
      else pixels.fill(ink.rgba, row + x0, row + x1);
    }
  };
  return {
    begin(w, h, r) {
      ratio = r;
      if (w !== width || h !== height) {
        width = Math.max(1, w);
        height = Math.max(1, h);
        canvas.width = width;
        canvas.height = height;
        image = new ImageData(width, height);
        pixels = new Uint32Array(image.data.buffer);
      } else pixels.fill(0);
    },
    fill(columns, upper, lower, ink, where) {
      for (let i = 0; i < columns.count; i++) {
        const y0 = typeof upper === 'number' ? upper : upper[i]!;
        const y1 = typeof lower === 'number' ? lower : lower[i]!;
        if (y0 === NONE || y1 === NONE || y1 <= y0 || (where && !where(i))) continue;
        const [x0, x1] = span(columns, i);
        rectangle(x0, x1, y0, y1, ink);
      }
    },
    line(columns, heights, ink) {
      const thick = Math.max(1, Math.round(ratio));
      const put = (x0: number, x1: number, y0: number, y1: number) => {
        for (let y = Math.max(0, y0); y < Math.min(height, y1); y++)
          for (let x = Math.max(0, x0); x < Math.min(width, x1); x++)
            pixels[y * width + x] = over(ink.rgba, pixels[y * width + x]!);
      };
      let last = NONE;
      for (let i = 0; i < columns.count; i++) {
        const y = heights[i]!;
        if (y !== NONE) {
          const x0 = Math.round(columns.x[i]! * ratio);
          const x1 = Math.round((columns.x[i]! + columns.width[i]!) * ratio);
          if (last !== NONE && y > last + thick) put(x0, x0 + thick, last + thick, y);
          else if (last !== NONE && y < last - thick) put(x0, x0 + thick, y + thick, last);
          put(x0, x1, y, y + thick);
        }
        last = y;
      }
    },
    flush(g) {
      g2.putImageData(image, 0, 0);
      g.save();
      g.setTransform(1, 0, 0, 1, 0, 0);
      g.drawImage(canvas, 0, 0);
      g.restore();
    },
  };
}

/** Whether a pattern inks a point, CSS pixels: patterns keep their size on every screen. */
function inked(pattern: NonNullable<Ink['pattern']>, x: number, y: number): boolean {
  const px = Math.floor(x);
  const py = Math.floor(y);
  if (pattern === 'stripes') return px % 4 < 2;
  if (pattern === 'dotted') return px % 4 < 2;
  return (px + py) % 6 === 0 || (px - py + 6000) % 6 === 0;
}

/** Source over destination, colours with opacity. */
function over(source: number, under: number): number {
  const sa = (source >>> 24) / 255;
  const ua = (under >>> 24) / 255;
  const a = sa + ua * (1 - sa);
  if (a === 0) return 0;
  const mix = (shift: number) =>
    Math.round((((source >>> shift) & 255) * sa + ((under >>> shift) & 255) * ua * (1 - sa)) / a);
  return ((Math.round(a * 255) << 24) | (mix(16) << 16) | (mix(8) << 8) | mix(0)) >>> 0;
}

/** Turns the theme's colours into inks; each colour is read once, by the browser itself. */
export function createInks(): (colour: string, opacity: number, pattern?: Ink['pattern']) => Ink {
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const g = canvas.getContext('2d', { willReadFrequently: true })!;
  const known = new Map<string, readonly [number, number, number, number]>();
  const read = (colour: string) => {
    const found = known.get(colour);
    if (found) return found;
    g.clearRect(0, 0, 1, 1);
    g.fillStyle = colour;
    g.fillRect(0, 0, 1, 1);
    const [r = 0, gr = 0, b = 0, a = 0] = g.getImageData(0, 0, 1, 1).data;
    const value = [r, gr, b, a] as const;
    known.set(colour, value);
    return value;
  };
  return (colour, opacity, pattern) => {
    const [r, gr, b, a] = read(colour);
    const rgba = ((Math.round(a * opacity) << 24) | (b << 16) | (gr << 8) | r) >>> 0;
    return pattern ? { rgba, pattern } : { rgba };
  };
}
