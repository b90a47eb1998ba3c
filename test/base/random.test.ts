import { expect, it } from 'vitest';
import { hashText, seededRandom } from '../../src/base/random';

it('gives the same sequence for the same seed and another for the next', () => {
  const take = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
  expect(take(7)).toEqual(take(7));
  expect(take(7)).not.toEqual(take(8));
});

it('is uniform enough to simulate with', () => {
  const random = seededRandom(1);
  const bins = new Array<number>(20).fill(0);
  const n = 100_000;
  for (let i = 0; i < n; i++) bins[Math.floor(random() * 20)]!++;
  const chi2 = bins.reduce((sum, b) => sum + (b - n / 20) ** 2 / (n / 20), 0);
  // 99.9 % quantile of χ² with 19 degrees of freedom.
  expect(chi2).toBeLessThan(43.8);
});

it('hashes names to different seeds', () => {
  expect(hashText('SigninLogs')).not.toBe(hashText('AuditLogs'));
});
