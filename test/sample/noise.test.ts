import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/base/random';
import { HOUR } from '../../src/base/time';
import { DAYS, FROM, localHourOfWeek, weekOf } from '../../src/sample/clock-shapes';
import { lowerBound } from '../../src/sample/fate';
import { dayLevels, gamma, LEAST_DAY_SD, logNormalSampler, negativeBinomial, poisson } from '../../src/sample/noise';
import { sourceModels } from '../../src/sample/tables';
import { drawVolume, sharedDays } from '../../src/sample/volume';

const mean = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0) / v.length;
const variance = (v: ArrayLike<number>) => {
  const m = mean(v);
  return mean(Array.from(v, (x) => (x - m) ** 2));
};
const correlation = (v: ArrayLike<number>) => {
  const m = mean(v);
  const d = Array.from(v, (x) => x - m);
  return mean(d.slice(1).map((x, i) => x * d[i]!)) / variance(v);
};
const draw = (n: number, one: () => number) => Float64Array.from({ length: n }, one);

describe('noise', () => {
  it('wanders from day to day with the sd and autocorrelation asked for', () => {
    const levels = dayLevels(seededRandom(1), 40_000, 0.066);
    expect(Math.sqrt(variance(levels))).toBeCloseTo(0.066, 2);
    expect(correlation(levels)).toBeGreaterThan(0.47);
    expect(correlation(levels)).toBeLessThan(0.53);
  });

  it.each([
    [2, 14],
    [20, 20],
    [200, 22],
    [2000, 25],
  ])('scatters hours of mean %d as counts of size %d', (mu, k) => {
    const random = seededRandom(mu);
    const counts = draw(60_000, () => negativeBinomial(random, mu, k));
    expect(mean(counts) / mu).toBeGreaterThan(0.98);
    expect(mean(counts) / mu).toBeLessThan(1.02);
    const size = mu ** 2 / (variance(counts) - mu);
    expect(size / k).toBeGreaterThan(0.85);
    expect(size / k).toBeLessThan(1.15);
  });

  it('draws gamma, Poisson and log-normal numbers of the right moments', () => {
    const random = seededRandom(3);
    expect(mean(draw(60_000, () => gamma(random, 0.5)))).toBeCloseTo(0.5, 1);
    expect(variance(draw(60_000, () => poisson(random, 60))) / 60).toBeCloseTo(1, 1);
    const delay = logNormalSampler(4, 0.5);
    const sorted = draw(40_001, () => delay(random)).sort();
    expect(sorted[20_000]! / 4).toBeCloseTo(1, 1);
  });

  it('is no kinder anywhere than the floors', () => {
    for (const m of sourceModels.values()) {
      expect(m.daySd, m.id).toBeGreaterThanOrEqual(LEAST_DAY_SD);
      expect(m.k, m.id).toBeLessThanOrEqual(25);
    }
  });

  it('shows in a long clean source as drawn', () => {
    const model = { ...sourceModels.get('MicrosoftGraphActivityLogs')!, growth: 0 };
    const week = weekOf(model.shape);
    const sds: number[] = [];
    const lags: number[] = [];
    const sizes: number[] = [];
    for (let seed = 1; seed <= 24; seed++) {
      const { times } = drawVolume(model, seed, 1, sharedDays(seed), []);
      const hours = draw(DAYS * 24, () => 0);
      for (let h = 0; h < hours.length; h++)
        hours[h] = lowerBound(times, FROM + (h + 1) * HOUR) - lowerBound(times, FROM + h * HOUR);
      const expected = hours.map((_, h) => model.rate * week[localHourOfWeek(FROM + h * HOUR)]!);
      const sum = (v: Float64Array, d: number) => v.slice(d * 24, d * 24 + 24).reduce((a, b) => a + b, 0);
      // Days 30 to 32 touch the holiday.
      const days = [...Array(DAYS).keys()].filter((d) => d < 30 || d > 32);
      const ratios = days.map((d) => Math.log(sum(hours, d) / sum(expected, d)));
      sds.push(Math.sqrt(variance(ratios)));
      lags.push(correlation(ratios));
      const scaled = days.flatMap((d, i) =>
        [...Array(24).keys()].map((h) => {
          const mu = expected[d * 24 + h]! * Math.exp(ratios[i]!);
          return ((hours[d * 24 + h]! - mu) ** 2 - mu) / mu ** 2;
        }),
      );
      sizes.push(1 / mean(scaled));
    }
    expect(mean(sds)).toBeGreaterThan(0.06);
    // The scatter of hours adds to days what has no memory, and short series show less of it than there is.
    expect(mean(lags)).toBeGreaterThan(0.2);
    expect(mean(sizes)).toBeLessThan(25);
  });
});
