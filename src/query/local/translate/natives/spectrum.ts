import { readSeries, type Series, writeNumber, writeSeries } from './series';

/** Fourier transforms and polynomials fitted to series. */

type Complex = readonly [readonly number[], readonly number[]];

/** The transform by its definition where the length is odd, by its halves where it is even. */
function transform([re, im]: Complex, sign: number): Complex {
  const n = re.length;
  if (n % 2 === 0 && n > 0) return joined([re, im], sign);
  const out = { re: [] as number[], im: [] as number[] };
  for (let k = 0; k < n; k++) {
    let [a, b] = [0, 0];
    for (let i = 0; i < n; i++) {
      const turn = (sign * 2 * Math.PI * ((k * i) % n)) / n;
      const [c, s] = [Math.cos(turn), Math.sin(turn)];
      a += re[i]! * c - im[i]! * s;
      b += re[i]! * s + im[i]! * c;
    }
    out.re.push(a);
    out.im.push(b);
  }
  return [out.re, out.im];
}

function joined([re, im]: Complex, sign: number): Complex {
  const [n, half] = [re.length, re.length / 2];
  const part = (odd: number): Complex =>
    transform([re.filter((_, i) => i % 2 === odd), im.filter((_, i) => i % 2 === odd)], sign);
  const [even, odd] = [part(0), part(1)];
  const out = { re: new Array<number>(n), im: new Array<number>(n) };
  for (let k = 0; k < half; k++) {
    const turn = (sign * 2 * Math.PI * k) / n;
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    const a = odd[0][k]! * c - odd[1][k]! * s;
    const b = odd[0][k]! * s + odd[1][k]! * c;
    out.re[k] = even[0][k]! + a;
    out.im[k] = even[1][k]! + b;
    out.re[k + half] = even[0][k]! - a;
    out.im[k + half] = even[1][k]! - b;
  }
  return [out.re, out.im];
}

/** A series of odd length is worked out in square time: longer ones are refused rather than waited for. */
const LONGEST_ODD = 20_000;

/** `series_fft` and `series_ifft`: real and imaginary parts as one array of two; null for what is no series of numbers. */
export function fourier(real: string | null, imaginary: string | null, inverse: boolean): string | null {
  const re = numbers(readSeries(real));
  const im = imaginary === null ? re?.map(() => 0) : numbers(readSeries(imaginary));
  if (!re || !im || re.length !== im.length) return null;
  let odd = re.length;
  while (odd > 1 && odd % 2 === 0) odd /= 2;
  if (odd > LONGEST_ODD) return null;
  const found = transform([re, im], inverse ? 1 : -1);
  const scale = inverse ? re.length : 1;
  return `[${found.map((s) => writeSeries(s.map((x) => x / scale))).join(',')}]`;
}

const numbers = (s: Series | null): readonly number[] | null =>
  s?.every((x) => x !== null) ? (s as readonly number[]) : null;

/** Least squares by Householder's reflections: the solution of `rows · c = y`. */
function leastSquares(rows: number[][], y: number[]): number[] {
  const width = rows[0]!.length;
  for (let k = 0; k < width; k++) {
    const norm = Math.hypot(...rows.slice(k).map((r) => r[k]!));
    if (norm === 0) continue;
    const v = rows.map((r, i) => (i < k ? 0 : r[k]!));
    v[k]! += v[k]! < 0 ? -norm : norm;
    const size = v.reduce((a, x) => a + x * x, 0);
    for (let j = k; j < width; j++) {
      const f = (2 * v.reduce((a, x, i) => a + x * rows[i]![j]!, 0)) / size;
      for (const [i, r] of rows.entries()) r[j]! -= f * v[i]!;
    }
    const f = (2 * v.reduce((a, x, i) => a + x * y[i]!, 0)) / size;
    for (const i of y.keys()) y[i]! -= f * v[i]!;
  }
  const c = new Array<number>(width).fill(0);
  for (let k = width - 1; k >= 0; k--) {
    const known = c.reduce((a, x, j) => (j > k ? a + x * rows[k]![j]! : a), 0);
    c[k] = rows[k]![k] ? (y[k]! - known) / rows[k]![k]! : 0;
  }
  return c;
}

/**
 * `series_fit_poly` as a bag: the polynomial of a degree that leaves the least error, its coefficients from the highest
 * power down. x is 1, 2, 3 … where no other series gives it.
 */
export function fitPolynomial(yJson: string | null, xJson: string | null, degree: number): string | null {
  const y = readSeries(yJson);
  const x = xJson === null ? (y?.map((_, i) => i + 1) ?? null) : readSeries(xJson);
  if (!y || !x || x.length !== y.length || !Number.isInteger(degree) || degree < 0) return null;
  const points = y.flatMap((v, i) => (v !== null && x[i] !== null && Number.isFinite(v) ? [[x[i]!, v] as const] : []));
  if (points.length <= degree) return null;
  const powers = (v: number): number[] => Array.from({ length: degree + 1 }, (_, k) => v ** (degree - k));
  const c = leastSquares(
    points.map(([v]) => powers(v)),
    points.map(([, v]) => v),
  );
  const at = (v: number): number => c.reduce((a, k) => a * v + k, 0);
  const mean = points.reduce((a, [, v]) => a + v, 0) / points.length;
  const total = points.reduce((a, [, v]) => a + (v - mean) ** 2, 0);
  const rest = points.reduce((a, [p, v]) => a + (v - at(p)) ** 2, 0);
  const free = Math.max(points.length - 1, 1);
  const fit = writeSeries(x.map((v) => (v === null ? null : at(v))));
  return `{"rsquare":${writeNumber(total === 0 ? 1 : 1 - rest / total)},"coefficients":${writeSeries(c)},"variance":${writeNumber(total / free)},"rvariance":${writeNumber(rest / free)},"poly_fit":${fit}}`;
}
