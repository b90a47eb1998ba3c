/**
 * Long shallow losses: CUSUM (Page 1954) on the daily log ratio of observed to expected, after what the bin and silence tests
 * found is masked. Three references, for losses of about a half, a quarter and a tenth: one tuned to a quarter alone is
 * blind to fifteen per cent over two weeks, which the planned test sees with ease.
 */
import type { Random } from '../base/random';
import type { Baseline } from './baseline';
import type { Candidate } from './bins';
import { bootstrapMaximum, logExceedance } from './bootstrap';
import type { Volumes } from './volumes';

const KEPT_SHARES = [0.5, 0.75, 0.9];
const ROUNDS = 160;
const LEAST_CLEAN_DAYS = 14;
/** ln of the family's p of an excursion that is worth judging. */
const KEEP = Math.log(0.05);

interface Daily {
  /** Log ratio by day, 0 on days without judgement, drawn towards 0 on days that are noisier than most. */
  readonly ratio: Float64Array;
  readonly clean: Float64Array;
}

/** @param masked 1 for bins that other tests explained. Bins outside [from, to) do not count. */
export function scanCusum(
  v: Volumes,
  baseline: Baseline,
  masked: Uint8Array,
  from: number,
  to: number,
  random: Random,
): Candidate[] {
  const { ratio, clean } = dailyRatios(v, baseline, masked, from, to);
  if (clean.length < LEAST_CLEAN_DAYS) return [];
  const { noise } = baseline;
  const rho = Math.min(0.8, (noise.correlation * noise.dayVariance) / Math.max(noise.dayVariance, varianceOf(clean)));
  return KEPT_SHARES.flatMap((share) => {
    const reference = -0.5 * Math.log(share);
    const law = bootstrapMaximum(clean, rho, ratio.length, ROUNDS, random, (x) => peak(x, reference));
    return excursions(ratio, reference).flatMap((e): Candidate[] => {
      const logP = logExceedance(law, e.height) + Math.log(KEPT_SHARES.length);
      if (logP > KEEP) return [];
      const first = firstBin(v, e.from, from);
      const last = Math.min(to, firstBin(v, e.to + 1, from));
      return last > first
        ? [{ from: first, to: last, test: 'cusum', logP: logP - Math.log(v.days), places: v.days }]
        : [];
    });
  });
}

function dailyRatios(v: Volumes, baseline: Baseline, masked: Uint8Array, from: number, to: number): Daily {
  const y = new Float64Array(v.days);
  const m = new Float64Array(v.days);
  const q = new Float64Array(v.days);
  const whole = new Float64Array(v.days);
  const untaught = new Uint8Array(v.days);
  for (let i = from; i < to; i++) {
    const d = v.day[i]!;
    whole[d]! += baseline.mu[i]!;
    if (baseline.taught[i] === 0) untaught[d] = 1;
    if (masked[i] === 1 || v.unknown[i] === 1) continue;
    y[d]! += v.records[i]!;
    m[d]! += baseline.mu[i]!;
    q[d]! += baseline.mu[i]! ** 2;
  }
  const { k, dayVariance } = baseline.noise;
  const own = Float64Array.from(m, (e, d) =>
    e > 0 ? dayVariance + (e + q[d]! / k) / (e * e) : Number.POSITIVE_INFINITY,
  );
  const typical = [...own].filter(Number.isFinite).sort((a, b) => a - b);
  const mid = typical[typical.length >> 1] ?? 1;
  const ratio = new Float64Array(v.days);
  const clean: number[] = [];
  for (let d = 0; d < v.days; d++) {
    if (!(m[d]! > 0) || m[d]! < 0.05 * whole[d]!) continue;
    ratio[d] = Math.log((y[d]! + 0.5) / (m[d]! + 0.5)) * Math.min(1, mid / own[d]!);
    if (untaught[d] === 0) clean.push(ratio[d]!);
  }
  return { ratio, clean: Float64Array.from(clean) };
}

function varianceOf(values: Float64Array): number {
  let mean = 0;
  for (const x of values) mean += x / values.length;
  let sum = 0;
  for (const x of values) sum += (x - mean) ** 2;
  return sum / Math.max(1, values.length - 1);
}

function peak(series: Float64Array, reference: number): number {
  let s = 0;
  let max = 0;
  for (let d = 0; d < series.length; d++) {
    s = Math.max(0, s - series[d]! - reference);
    if (s > max) max = s;
  }
  return max;
}

/** Climbs of the CUSUM: the day it left zero, the day of its peak, its height. */
function excursions(series: Float64Array, reference: number) {
  const out: { from: number; to: number; height: number }[] = [];
  let s = 0;
  let open = false;
  for (let d = 0; d < series.length; d++) {
    s = Math.max(0, s - series[d]! - reference);
    if (s > 0 && !open) out.push({ from: d, to: d, height: s });
    else if (open && s > out.at(-1)!.height) out[out.length - 1] = { from: out.at(-1)!.from, to: d, height: s };
    open = s > 0;
  }
  return out;
}

/** First bin of a day, not before `from`. */
function firstBin(v: Volumes, day: number, from: number): number {
  if (day >= v.days) return v.bins;
  let i = Math.max(0, Math.min(v.bins - 1, day * v.binsPerDay));
  while (i > 0 && v.day[i - 1]! >= day) i--;
  while (i < v.bins && v.day[i]! < day) i++;
  return Math.max(from, i);
}
