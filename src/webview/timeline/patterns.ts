/** Fills that say more than a colour: what is uncertain is hatched, what was not collected is wide-hatched, and so on. */
export type PatternKind = 'hatch' | 'cross' | 'dots' | 'wide' | 'stripes';

export interface Patterns {
  get(kind: PatternKind, colour: string): CanvasPattern;
}

const TILE: Readonly<Record<PatternKind, number>> = { hatch: 6, cross: 6, dots: 6, wide: 12, stripes: 4 };

/** Patterns for one canvas at one device pixel ratio; each is made once. */
export function createPatterns(context: CanvasRenderingContext2D, ratio: number): Patterns {
  const made = new Map<string, CanvasPattern>();
  return {
    get(kind, colour) {
      const key = `${kind} ${colour}`;
      const known = made.get(key);
      if (known) return known;
      const pattern = context.createPattern(tile(kind, colour, ratio), 'repeat')!;
      pattern.setTransform(new DOMMatrix().scale(1 / ratio));
      made.set(key, pattern);
      return pattern;
    },
  };
}

function tile(kind: PatternKind, colour: string, ratio: number): HTMLCanvasElement {
  const size = TILE[kind];
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(size * ratio);
  canvas.height = canvas.width;
  const g = canvas.getContext('2d')!;
  g.scale(canvas.width / size, canvas.width / size);
  g.strokeStyle = colour;
  g.fillStyle = colour;
  g.lineWidth = kind === 'stripes' ? 1.5 : 1;
  if (kind === 'dots') {
    g.fillRect(1, 1, 1, 1);
    g.fillRect(4, 4, 1, 1);
    return canvas;
  }
  g.beginPath();
  if (kind === 'stripes') {
    g.moveTo(1, 0);
    g.lineTo(1, size);
  } else {
    for (const by of [-size, 0, size]) {
      g.moveTo(by - 1, size + 1);
      g.lineTo(by + size + 1, -1);
      if (kind === 'cross') {
        g.moveTo(by - 1, -1);
        g.lineTo(by + size + 1, size + 1);
      }
    }
  }
  g.stroke();
  return canvas;
}
