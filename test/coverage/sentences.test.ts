import { describe, expect, it } from 'vitest';
import { MINUTE, type Span } from '../../src/base/time';
import { chance, lateBy, length, percent } from '../../src/coverage/sentences';

describe('figures in sentences', () => {
  it.each([
    [0, '0 %'],
    [0.0001, 'below 0.1 %'],
    [0.0449, '4.5 %'],
    [0.0996, '10 %'],
    [0.123, '12 %'],
    [0.9961, '99.6 %'],
    [0.99999, 'above 99.9 %'],
    [1, '100 %'],
    [1.02, '102 %'],
  ])('gives the share %f as %s', (share, words) => {
    expect(percent(share)).toBe(words);
  });
  it.each([
    [0, 'fewer than 1 of 10,000 reviews'],
    [0.0031, 'about 1 of 323 reviews'],
    [0.2, 'about 1 of 5 reviews'],
  ])('says how rare a chance of %f is', (p, words) => {
    expect(chance(p)).toBe(`a source that lost nothing would look like this in ${words}`);
  });
  it('says from when on a row is late, in whole minutes', () => {
    expect(lateBy((45 * MINUTE) as Span)).toContain('45 min or more');
    expect(length((65 * MINUTE) as Span)).toBe('65 min');
    expect(length((150 * MINUTE) as Span)).toBe('2.5 h');
  });
});
