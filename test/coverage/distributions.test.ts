import { describe, expect, it } from 'vitest';
import {
  logGamma,
  logNormalCdf,
  normalCdf,
  normalQuantile,
  studentQuantile,
  studentUpperTail,
} from '../../src/coverage/distributions';
import { approximateQuantile, logLowerTail, logZero, lossEvidence } from '../../src/coverage/negative-binomial';

/** ln P(Y ≤ y) by adding up the probabilities. */
function exactLowerTail(y: number, mu: number, k: number): number {
  let sum = 0;
  for (let i = 0; i <= y; i++) {
    sum += Math.exp(
      logGamma(i + k) - logGamma(k) - logGamma(i + 1) + k * Math.log(k / (k + mu)) + i * Math.log(mu / (k + mu)),
    );
  }
  return Math.log(sum);
}

describe('normal and t', () => {
  it('agrees with the tables', () => {
    expect(normalCdf(-1.959964)).toBeCloseTo(0.025, 6);
    expect(normalQuantile(0.95)).toBeCloseTo(1.644854, 5);
    expect(normalQuantile(1e-6)).toBeCloseTo(-4.753424, 3);
    expect(logNormalCdf(-10)).toBeCloseTo(-53.2313, 2);
    expect(studentQuantile(0.95, 10)).toBeCloseTo(1.812461, 4);
    expect(studentQuantile(0.95, 3)).toBeCloseTo(2.353363, 4);
    expect(studentUpperTail(2.764, 10)).toBeCloseTo(0.01, 4);
    expect(studentUpperTail(-1, 5) + studentUpperTail(1, 5)).toBeCloseTo(1, 6);
  });
});

describe('negative binomial', () => {
  it.each([
    [0, 5, 25],
    [1, 12, 25],
    [2, 20, 5],
    [30, 100, 25],
    [90, 100, 25],
    [150, 100, 25],
    [900, 2000, 25],
    [3, 10, 1.5],
  ])('has the lower tail at y = %d, μ = %d, k = %d', (y, mu, k) => {
    expect(logLowerTail(y, mu, k)).toBeCloseTo(exactLowerTail(y, mu, k), 1);
  });
  it('is the Poisson for a huge k', () => {
    expect(logZero(9.2, 1e12)).toBeCloseTo(-9.2, 6);
    expect(logLowerTail(2, 10, 1e12)).toBeCloseTo(Math.log(61 * Math.exp(-10)), 1);
  });
  it('falls as the count falls, without end', () => {
    const tails = [100, 80, 50, 20, 5, 1, 0].map((y) => logLowerTail(y, 2000, 50));
    expect(tails).toEqual([...tails].sort((a, b) => b - a));
    expect(tails.every(Number.isFinite)).toBe(true);
  });
  it('weighs a loss against none', () => {
    expect(lossEvidence(50, 100, 25, 0.5)).toBeGreaterThan(0);
    expect(lossEvidence(100, 100, 25, 0.5)).toBeLessThan(0);
  });
  it('has quantiles on both sides of the mean', () => {
    expect(approximateQuantile(100, 500, 1.645)).toBeGreaterThan(130);
    expect(approximateQuantile(0.2, 0.21, -1.645)).toBeLessThan(0.05);
  });
});
