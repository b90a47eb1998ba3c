import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPyramid, quantile, summarize } from '../../src/timeline/pyramid';

const summary = (values: readonly number[], from: number, to: number) =>
  summarize(buildPyramid(Float64Array.from(values)), from, to);

/** The same by looking at every bin. */
function plain(values: readonly number[], from: number, to: number) {
  const run = values.slice(Math.max(0, from), Math.max(0, to)).filter((v) => !Number.isNaN(v));
  return {
    min: run.length > 0 ? Math.min(...run) : Number.NaN,
    max: run.length > 0 ? Math.max(...run) : Number.NaN,
    sum: run.reduce((a, b) => a + b, 0),
    count: run.length,
  };
}

const bin = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 5000 }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);

describe('pyramid', () => {
  it('gives the summary of any run of bins', () => {
    fc.assert(
      fc.property(
        fc.array(bin, { maxLength: 700, size: 'max' }),
        fc.integer({ min: -5, max: 720 }),
        fc.integer({ min: -5, max: 720 }),
        (values, a, b) => {
          expect(summary(values, Math.min(a, b), Math.max(a, b))).toEqual(
            plain(values, Math.min(a, b), Math.max(a, b)),
          );
        },
      ),
    );
  });

  it('still shows one empty bin among thousands', () => {
    const values = new Array(5000).fill(300);
    values[3777] = 0;
    expect(summary(values, 0, 5000).min).toBe(0);
    expect(summary(values, 3778, 5000).min).toBe(300);
  });

  it('says nothing of bins that hold no number', () => {
    expect(summary([Number.NaN, Number.NaN], 0, 2)).toEqual({ min: Number.NaN, max: Number.NaN, sum: 0, count: 0 });
    expect(summary([], 0, 10)).toEqual({ min: Number.NaN, max: Number.NaN, sum: 0, count: 0 });
  });

  it('takes quantiles over numbers alone', () => {
    expect(quantile(Float64Array.from([3, Number.NaN, 1, 2]), 1)).toBe(3);
    expect(quantile(Float64Array.from([Number.NaN]), 0.5)).toBe(0);
  });
});
