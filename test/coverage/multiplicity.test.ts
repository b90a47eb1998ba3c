import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg } from '../../src/coverage/benjamini-hochberg';
import { holm } from '../../src/coverage/holm';

const close = (x: readonly number[]) => x.map((p) => Math.round(p * 1e6) / 1e6);
const probabilities = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

describe('several tests at once', () => {
  it('adjusts as Holm did', () => {
    expect(close(holm([0.01, 0.04, 0.03, 0.005]))).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([])).toEqual([]);
  });
  it('adjusts as Benjamini and Hochberg did', () => {
    expect(close(benjaminiHochberg([0.01, 0.04, 0.03, 0.005]))).toEqual([0.02, 0.04, 0.04, 0.02]);
    expect(benjaminiHochberg([])).toEqual([]);
  });
  it('never makes a p-value smaller, nor changes their order', () => {
    fc.assert(
      fc.property(probabilities, (p) => {
        for (const adjust of [holm, benjaminiHochberg]) {
          const q = adjust(p);
          p.forEach((x, i) => {
            expect(q[i]!).toBeGreaterThanOrEqual(x - 1e-12);
            p.forEach((y, j) => {
              if (x < y) expect(q[i]!).toBeLessThanOrEqual(q[j]! + 1e-12);
            });
          });
        }
      }),
    );
  });
  it('is stricter by Holm than by Benjamini and Hochberg', () => {
    fc.assert(
      fc.property(probabilities, (p) => {
        const h = holm(p);
        benjaminiHochberg(p).forEach((q, i) => {
          expect(q).toBeLessThanOrEqual(h[i]! + 1e-12);
        });
      }),
    );
  });
});
