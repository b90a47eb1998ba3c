import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant, MINUTE, type Span } from '../../src/base/time';
import type { VolumeTable } from '../../src/protocol/source';
import { STATUSES } from '../../src/protocol/status';
import { assess, claimOn, windowOf } from '../eval/assess';
import { START } from '../eval/noise';
import { logSource } from '../eval/tables';

const odd = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 50 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, -3, Number.POSITIVE_INFINITY, 1e12, 0.5) },
);
const table: fc.Arbitrary<VolumeTable> = fc
  .record({
    bin: fc.constantFrom(5, 15, 60, 360, 1440),
    shift: fc.integer({ min: 0, max: 3000 }),
    bins: fc.integer({ min: 0, max: 1500 }),
    cells: fc.array(fc.tuple(fc.integer({ min: -5, max: 1600 }), fc.constantFrom(Number.NaN, 0, 3e5, 9e7, -6e5), odd), {
      maxLength: 300,
    }),
    every: fc.boolean(),
    keyed: fc.boolean(),
    outside: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ bin, shift, bins, cells, every, keyed, outside }) => {
    const regular = every ? Array.from({ length: bins }, (_, i) => [i, 0, 20 + (i % 7)] as const) : [];
    const all = [...regular, ...cells];
    return {
      bin: (bin * MINUTE) as Span,
      start: instant(START + shift * bin * MINUTE),
      bins,
      eventBin: Int32Array.from(all, (c) => c[0]),
      delay: Float64Array.from(all, (c) => c[1]),
      rows: Float64Array.from(all, (c) => c[2]),
      bytes: null,
      distinct: keyed ? Float64Array.from({ length: bins }, (_, i) => (i % 11 === 0 ? Number.NaN : 15)) : null,
      outside,
      lastSeen: null,
    };
  });

describe('counts of any kind', () => {
  it('give a status with a reason, figures that are figures, and never an exception', () => {
    fc.assert(
      fc.property(
        table,
        fc.integer({ min: -200, max: 3000 }),
        fc.integer({ min: -100, max: 800 }),
        (volumes, from, length) => {
          const windows = [windowOf('w', ['T'], from, from + length)];
          const r = assess([{ source: logSource('T', { key: volumes.distinct ? ['Id'] : null }), volumes }], {
            windows,
            claims: [claimOn(['w'])],
          });
          const [s] = r.sources;
          expect(STATUSES).toContain(s!.status);
          for (const g of s!.segments) {
            expect(g.end).toBeGreaterThanOrEqual(g.start);
            expect(g.sentence.length).toBeGreaterThan(10);
            for (const n of [g.observed, g.expected ?? 0, g.late ?? 0, g.lost?.low ?? 0, g.lost?.high ?? 0]) {
              expect(Number.isFinite(n)).toBe(true);
            }
          }
          for (const c of r.reviews[0]!.report.claims) expect(c.verdict === 'NOT_EVALUABLE').toBe(c.reason !== null);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });
});
