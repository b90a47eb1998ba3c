import { lineFit, readSeries, type Series } from './series';

/**
 * series_decompose and what stands on it: baseline = seasonal + trend, the rest is residual; anomalies are residuals beyond
 * Tukey's fence. The published description leaves the detection of seasons open: here it is the strongest repeat of the
 * detrended series (autocorrelation), from the threshold on.
 */
export interface Decomposed {
  readonly baseline: Series;
  readonly seasonal: Series;
  readonly trend: Series;
  readonly residual: Series;
}

const mean = (x: readonly number[]): number => (x.length ? x.reduce((a, b) => a + b, 0) / x.length : 0);
const known = (s: Series): number[] => s.filter((x): x is number => x !== null && Number.isFinite(x));

function trendOf(train: Series, size: number, kind: string): number[] {
  if (kind === 'none') return Array.from({ length: size }, () => 0);
  if (kind === 'linefit') {
    const fit = lineFit(train);
    return Array.from({ length: size }, (_, x) => (fit.interception ?? 0) + (fit.slope ?? 0) * x);
  }
  const average = mean(known(train));
  return Array.from({ length: size }, () => average);
}

/** The period with the strongest autocorrelation, if it reaches the threshold; 0 where there is none. */
export function detectPeriod(s: Series, threshold: number): number {
  const fit = lineFit(s);
  const x = s.map((v, i) => (v === null ? 0 : v - (fit.line_fit[i] ?? 0)));
  const power = x.reduce((a, b) => a + b * b, 0);
  if (power === 0) return 0;
  let best = { lag: 0, score: threshold };
  for (let lag = 2; lag <= Math.floor(x.length / 2); lag++) {
    let sum = 0;
    for (let i = lag; i < x.length; i++) sum += x[i]! * x[i - lag]!;
    const score = ((sum / power) * x.length) / (x.length - lag);
    if (score > best.score + 1e-9) best = { lag, score };
  }
  return best.lag;
}

export function decompose(
  s: Series,
  seasonality: number,
  trend: string,
  testPoints: number,
  threshold: number,
): Decomposed {
  const train = testPoints > 0 ? s.slice(0, Math.max(s.length - testPoints, 0)) : s;
  const period = seasonality === -1 ? detectPeriod(train, threshold) : Math.max(0, Math.trunc(seasonality));
  const line = trendOf(train, s.length, trend);
  const phases = Array.from({ length: period }, (_, p) =>
    mean(
      known(train.filter((_, i) => i % period === p).map((v, k) => (v === null ? null : v - line[p + k * period]!))),
    ),
  );
  const seasonal = s.map((_, i) => (period > 1 ? phases[i % period]! : 0));
  const baseline = s.map((_, i) => line[i]! + seasonal[i]!);
  return { baseline, seasonal, trend: line, residual: s.map((v, i) => (v === null ? null : v - baseline[i]!)) };
}

function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  return sorted[low]! + ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!) * (at - low);
}

/** Tukey's score: distance beyond the percentiles, in units of their range; 0 inside of them. */
export function outliers(s: Series, low: number, high: number, reference: Series = s): Series {
  const sorted = known(reference).sort((a, b) => a - b);
  if (sorted.length === 0) return s.map(() => null);
  const [a, b] = [quantile(sorted, low), quantile(sorted, high)];
  const range = b - a;
  return s.map((x) => {
    if (x === null) return null;
    const beyond = x > b ? x - b : x < a ? x - a : 0;
    return beyond === 0 ? 0 : range === 0 ? Math.sign(beyond) * Infinity : beyond / range;
  });
}

/** `series_decompose_anomalies`: flags, scores and the baseline. */
export function anomalies(
  json: string | null,
  options: {
    threshold: number;
    seasonality: number;
    trend: string;
    testPoints: number;
    method: string;
    seasonThreshold: number;
  },
): { readonly flags: Series; readonly scores: Series; readonly baseline: Series } | null {
  const s = readSeries(json);
  if (!s) return null;
  const parts = decompose(s, options.seasonality, options.trend, options.testPoints, options.seasonThreshold);
  const [low, high] = options.method === 'tukey' ? [0.25, 0.75] : [0.1, 0.9];
  const train = options.testPoints > 0 ? parts.residual.slice(0, -options.testPoints) : parts.residual;
  const scores = outliers(parts.residual, low, high, train).map((x) =>
    x !== null && !Number.isFinite(x) ? Math.sign(x) * 1e6 : x,
  );
  const flags = scores.map((x) => (x === null ? null : x > options.threshold ? 1 : x < -options.threshold ? -1 : 0));
  return { flags, scores, baseline: parts.baseline };
}
