/** Arithmetic on series: JSON arrays of numbers, null for a missing point. */

export type Series = readonly (number | null)[];

export function readSeries(json: string | null): Series | null {
  if (json === null) return null;
  const parsed: unknown = JSON.parse(json);
  if (!Array.isArray(parsed)) return null;
  return parsed.map((x) => {
    if (typeof x === 'number') return x;
    if (typeof x === 'boolean') return x ? 1 : 0;
    if (x === 'NaN') return Number.NaN;
    if (x === 'Infinity' || x === '-Infinity') return Number(x);
    return null;
  });
}

export const writeNumber = (x: number | null): string => {
  if (x === null) return 'null';
  if (Number.isFinite(x)) return String(x);
  return `"${x}"`;
};

export const writeSeries = (s: Series): string => `[${s.map(writeNumber).join(',')}]`;

const finite = (s: Series): number[] => s.filter((x): x is number => x !== null && Number.isFinite(x));

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  pow: (a, b) => a ** b,
  equals: (a, b) => a === b,
  not_equals: (a, b) => a !== b,
  greater: (a, b) => a > b,
  greater_equals: (a, b) => a >= b,
  less: (a, b) => a < b,
  less_equals: (a, b) => a <= b,
};
export const SERIES_OPERATIONS = Object.keys(OPERATIONS);

/** A series, or a number that is as long as the other side. */
function readOperand(json: string | null, other: string | null): Series | null {
  if (json === null || json.startsWith('[')) return readSeries(json);
  const x = Number(json.replace(/^"(.*)"$/, '$1'));
  return Number.isNaN(x) ? null : (readSeries(other) ?? [x]).map(() => x);
}

/** Point by point; a missing point on either side stays missing. */
export function combineSeries(name: string, left: string | null, right: string | null): string | null {
  const apply = OPERATIONS[name];
  const [a, b] = [readOperand(left, right), readOperand(right, left)];
  if (!apply || !a || !b) return null;
  const size = Math.max(a.length, b.length);
  const points = Array.from({ length: size }, (_, i) => {
    const [x, y] = [a[i] ?? null, b[i] ?? null];
    if (x === null || y === null) return 'null';
    const z = apply(x, y);
    return typeof z === 'boolean' ? String(z) : writeNumber(z);
  });
  return `[${points.join(',')}]`;
}

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  abs: Math.abs,
  sign: Math.sign,
  ceiling: Math.ceil,
  floor: Math.floor,
  exp: Math.exp,
  log: Math.log,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
};
export const SERIES_FUNCTIONS = Object.keys(FUNCTIONS);

export function mapSeries(name: string, json: string | null): string | null {
  const s = readSeries(json);
  const apply = FUNCTIONS[name];
  return s && apply ? writeSeries(s.map((x) => (x === null ? null : apply(x)))) : null;
}

export interface Stats {
  readonly min: number | null;
  readonly min_idx: number | null;
  readonly max: number | null;
  readonly max_idx: number | null;
  readonly avg: number | null;
  readonly stdev: number | null;
  readonly variance: number | null;
}

export function statsOf(json: string | null): Stats | null {
  const s = readSeries(json);
  if (!s) return null;
  const values = finite(s);
  const n = values.length;
  if (n === 0) return { min: null, min_idx: null, max: null, max_idx: null, avg: null, stdev: null, variance: null };
  const min = Math.min(...values);
  const max = Math.max(...values);
  const avg = values.reduce((a, b) => a + b, 0) / n;
  const variance = n > 1 ? values.reduce((a, x) => a + (x - avg) ** 2, 0) / (n - 1) : 0;
  return { min, min_idx: s.indexOf(min), max, max_idx: s.indexOf(max), avg, stdev: Math.sqrt(variance), variance };
}

export interface Fit {
  readonly rsquare: number | null;
  readonly slope: number | null;
  readonly variance: number | null;
  readonly rvariance: number | null;
  readonly interception: number | null;
  readonly line_fit: Series;
}

/** Least squares over the points that are there; x is the index. */
export function lineFit(s: Series): Fit {
  const points = s.flatMap((y, x) => (y === null || !Number.isFinite(y) ? [] : [{ x, y }]));
  const n = points.length;
  if (n === 0)
    return {
      rsquare: null,
      slope: null,
      variance: null,
      rvariance: null,
      interception: null,
      line_fit: s.map(() => null),
    };
  const mx = points.reduce((a, p) => a + p.x, 0) / n;
  const my = points.reduce((a, p) => a + p.y, 0) / n;
  const sxx = points.reduce((a, p) => a + (p.x - mx) ** 2, 0);
  const sxy = points.reduce((a, p) => a + (p.x - mx) * (p.y - my), 0);
  const syy = points.reduce((a, p) => a + (p.y - my) ** 2, 0);
  const slope = sxx === 0 ? 0 : sxy / sxx;
  const interception = my - slope * mx;
  const rss = points.reduce((a, p) => a + (p.y - interception - slope * p.x) ** 2, 0);
  const free = Math.max(n - 1, 1);
  return {
    rsquare: syy === 0 ? 1 : 1 - rss / syy,
    slope,
    variance: syy / free,
    rvariance: rss / free,
    interception,
    line_fit: s.map((_, x) => interception + slope * x),
  };
}

/** Two lines with the split that leaves the least error. */
export function twoLines(s: Series): {
  readonly split: number;
  readonly rsquare: number | null;
  readonly left: Fit;
  readonly right: Fit;
  readonly line: Series;
  readonly variance: number | null;
  readonly rvariance: number | null;
} {
  const error = (f: Fit, part: Series) =>
    part.reduce<number>((a, y, x) => a + (y === null ? 0 : (y - (f.line_fit[x] ?? 0)) ** 2), 0);
  let best = { split: 0, rss: Infinity, left: lineFit(s), right: lineFit([]) };
  for (let split = 1; split < s.length; split++) {
    const [a, b] = [s.slice(0, split), s.slice(split)];
    const [left, right] = [lineFit(a), lineFit(b)];
    const rss = error(left, a) + error(right, b);
    if (rss < best.rss) best = { split, rss, left, right };
  }
  const whole = lineFit(s);
  const free = Math.max(finite(s).length - 1, 1);
  const total = (whole.variance ?? 0) * free;
  const rss = Number.isFinite(best.rss) ? best.rss : 0;
  return {
    split: best.split,
    left: best.left,
    right: best.right,
    line: [...best.left.line_fit, ...best.right.line_fit].slice(0, s.length),
    rsquare: total === 0 ? 1 : 1 - rss / total,
    variance: whole.variance,
    rvariance: rss / free,
  };
}

export function iir(json: string | null, numerators: string | null, denominators: string | null): string | null {
  const [s, b, a] = [readSeries(json), readSeries(numerators), readSeries(denominators)];
  const lead = a?.[0];
  if (!s || !b || !a || !lead) return null;
  const y: number[] = [];
  s.forEach((_, i) => {
    const forward = b.reduce<number>((sum, k, j) => sum + (k ?? 0) * (s[i - j] ?? 0), 0);
    const back = a.slice(1).reduce<number>((sum, k, j) => sum + (k ?? 0) * (y[i - j - 1] ?? 0), 0);
    y.push((forward - back) / lead);
  });
  return writeSeries(y);
}

/**
 * `normalize`: coefficients add up to 1, as those without a negative one do if nothing is said; with a negative one they
 * cannot. `center`: the filter looks both ways.
 */
export function fir(
  json: string | null,
  filter: string | null,
  normalized: boolean | undefined,
  center: boolean,
): string | null {
  const [s, f] = [readSeries(json), readSeries(filter)];
  if (!s || !f) return null;
  const negative = f.some((k) => k !== null && k < 0);
  if (normalized && negative) return null;
  const normalize = normalized ?? !negative;
  const sum = f.reduce<number>((a, k) => a + (k ?? 0), 0);
  const k = f.map((x) => (normalize && sum !== 0 ? (x ?? 0) / sum : (x ?? 0)));
  const shift = center ? Math.floor((k.length - 1) / 2) : 0;
  return writeSeries(s.map((_, i) => k.reduce((a, c, j) => a + c * (s[i + shift - j] ?? 0), 0)));
}

export interface FillOptions {
  /** What stands for a missing point; null where only nulls do. */
  readonly placeholder: number | null;
  /** What fills a gap of series_fill_const, and a series that series_fill_linear finds nothing in. */
  readonly constant: number | null;
  /** False where series_fill_linear leaves what is missing at the ends. */
  readonly edges: boolean;
}

export function fill(
  json: string | null,
  how: 'forward' | 'backward' | 'linear' | 'const',
  { placeholder, constant, edges }: FillOptions,
): string | null {
  const s = readSeries(json);
  if (!s) return null;
  const isPlaceholder = (x: number | null): boolean => placeholder !== null && Object.is(x, placeholder);
  if (how === 'const')
    return writeSeries(s.map((x) => ((placeholder === null ? x === null : isPlaceholder(x)) ? constant : x)));
  const points = s.map((x) => (isPlaceholder(x) ? null : x));
  if (how === 'linear') {
    if (points.every((x) => x === null)) return writeSeries(points.map(() => constant));
    const first = points.findIndex((x) => x !== null);
    const last = points.findLastIndex((x) => x !== null);
    const inner = (i: number): boolean => edges || (i > first && i < last);
    return writeSeries(points.map((x, i) => x ?? (inner(i) ? between(points, i) : s[i]!)));
  }
  if (how === 'backward') points.reverse();
  let last: number | null = null;
  const filled = points.map((x) => {
    last = x ?? last;
    return last;
  });
  return writeSeries(how === 'backward' ? filled.reverse() : filled);
}

/** A missing point on the line between its neighbours; at the ends the nearest value. */
function between(points: Series, i: number): number | null {
  let a = i;
  let b = i;
  while (a >= 0 && points[a] === null) a--;
  while (b < points.length && points[b] === null) b++;
  const [left, right] = [points[a] ?? null, points[b] ?? null];
  if (left === null || right === null) return left ?? right;
  return left + ((right - left) * (i - a)) / (b - a);
}

/** A single figure of one or two series. */
export function figure(name: string, left: string | null, right: string | null): number | null {
  const [a, b] = [readSeries(left), readSeries(right)];
  if (!a) return null;
  const x = finite(a);
  if (name === 'sum') return x.reduce((p, q) => p + q, 0);
  if (name === 'product') return x.reduce((p, q) => p * q, 1);
  if (name === 'magnitude') return Math.hypot(...x);
  if (!b) return null;
  const y = finite(b);
  const dot = x.reduce((p, q, i) => p + q * (y[i] ?? 0), 0);
  if (name === 'dot_product') return dot;
  if (name === 'cosine_similarity') return dot / (Math.hypot(...x) * Math.hypot(...y));
  const [mx, my] = [x.reduce((p, q) => p + q, 0) / x.length, y.reduce((p, q) => p + q, 0) / y.length];
  const cov = x.reduce((p, q, i) => p + (q - mx) * ((y[i] ?? 0) - my), 0);
  return cov / Math.sqrt(x.reduce((p, q) => p + (q - mx) ** 2, 0) * y.reduce((p, q) => p + (q - my) ** 2, 0));
}
