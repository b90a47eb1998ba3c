import { describe, expect, it } from 'vitest';
import { type EvaluationOptions, evaluate } from '../eval/evaluation';

/** The evaluation in its short form: two shapes at two rates. Shares that need many series are left to `npm run eval`. */
const short: EvaluationOptions = { seeds: 2, seed: 11, peers: false, rates: [20, 200] };
const NEEDS_MANY = /INCONCLUSIVE|\(c\)|\(k\)|2 to 3 ×|3 to 4 ×|dated within/;

describe('planted gaps, in short', () => {
  const figures = evaluate(short);
  it.each(figures.filter((f) => !NEEDS_MANY.test(f.name)).map((f) => [f.name, f] as const))('%s', (_, f) => {
    expect(f.holds, `${f.value} of ${f.cases}, must be ${f.of}`).toBe(true);
  });
  it('covers the whole list', () => {
    for (const letter of 'abcdefghijkl')
      expect(figures.some((f) => f.name.startsWith(`(${letter})`)) || letter === 'd', letter).toBe(true);
  });
  it('is the same every time', () => {
    const once = { ...short, seeds: 1, rates: [20] };
    expect(evaluate(once)).toEqual(evaluate(once));
  });
});
