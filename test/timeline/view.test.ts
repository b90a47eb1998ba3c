import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, type Instant, instant, span } from '../../src/base/time';
import { columnMeans, columnsOf, columnValues } from '../../src/timeline/columns';
import { buildPyramid } from '../../src/timeline/pyramid';
import { timeScale, timeTicks } from '../../src/timeline/scale';
import { clampView, frame, limitsOf, panBy, reveal, type View, wholeView, zoomAt } from '../../src/timeline/view';

const limits = limitsOf(instant(0), instant(84 * DAY), HOUR);
const whole = wholeView(limits);

const view = fc
  .tuple(fc.double({ min: -50, max: 130, noNaN: true }), fc.double({ min: 0.001, max: 200, noNaN: true }))
  .map(([from, days]): View => ({ from: (from * DAY) as Instant, to: ((from + days) * DAY) as Instant }));

const inside = (v: View) => {
  expect(v.from).toBeGreaterThanOrEqual(whole.from - 1);
  expect(v.to).toBeLessThanOrEqual(whole.to + 1);
  expect(v.to - v.from).toBeGreaterThanOrEqual(limits.minSpan - 1);
};

describe('view', () => {
  it('never leaves its limits, whatever is done to it', () => {
    fc.assert(
      fc.property(
        view,
        fc.double({ min: 0.01, max: 20, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (v, factor, share) => {
          const start = clampView(v, limits);
          inside(start);
          inside(zoomAt(start, factor, ((start.from + start.to) / 2) as Instant, limits));
          inside(panBy(start, share, limits));
        },
      ),
    );
  });

  it('keeps the place under the pointer while it zooms in', () => {
    fc.assert(
      fc.property(view, fc.double({ min: 0, max: 1, noNaN: true }), (v, share) => {
        const before = clampView(v, limits);
        const at = (before.from + share * (before.to - before.from)) as Instant;
        const after = zoomAt(before, 0.5, at, limits);
        if (after.from > whole.from && after.to < whole.to)
          expect((at - after.from) / (after.to - after.from)).toBeCloseTo(share, 4);
      }),
    );
  });

  it('keeps the span while it pans, and leaves a view alone that shows what is asked', () => {
    const v = clampView({ from: instant(10 * DAY), to: instant(20 * DAY) }, limits);
    expect(panBy(v, 0.5, limits)).toEqual({ from: 15 * DAY, to: 25 * DAY });
    expect(reveal(v, instant(12 * DAY), instant(13 * DAY), limits)).toBe(v);
    const moved = reveal(v, instant(30 * DAY), instant(31 * DAY), limits);
    expect(moved.to - moved.from).toBeCloseTo(10 * DAY, 3);
    expect(moved.to).toBeGreaterThanOrEqual(31 * DAY);
  });

  it('takes a broken view for the whole', () => {
    expect(clampView({ from: instant(Number.NaN), to: instant(5) }, limits)).toEqual(whole);
    expect(clampView({ from: instant(9), to: instant(5) }, limits)).toEqual(whole);
  });

  it('frames an interval with room round it', () => {
    expect(frame(instant(40 * DAY), instant(44 * DAY), limits)).toEqual({ from: 39 * DAY, to: 45 * DAY });
  });
});

describe('time ticks', () => {
  const ticks = (from: string, to: string, width = 900) =>
    timeTicks(timeScale({ from: Date.parse(`${from}Z`) as Instant, to: Date.parse(`${to}Z`) as Instant }, width)).map(
      (t) => t.label,
    );

  it('are in UTC, with the shortest label that is clear', () => {
    expect(ticks('2024-09-02T00:00', '2024-09-03T00:00', 500)).toEqual(['2 Sep', '06:00', '12:00', '18:00', '3 Sep']);
    expect(ticks('2024-12-01T00:00', '2025-03-01T00:00', 350)).toEqual(['Dec', '2025', 'Feb', 'Mar']);
    expect(ticks('2024-09-02T23:59:30', '2024-09-03T00:00:10', 400)).toContain('23:59:45');
  });
});

describe('columns', () => {
  it('hold every bin on screen exactly once, at any zoom', () => {
    fc.assert(
      fc.property(
        view,
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 20, max: 1500 }),
        fc.constantFrom(HOUR, span(5 * 60_000), DAY),
        (v, length, width, bin) => {
          const start = 5 * DAY;
          const scale = timeScale(v, width);
          const c = columnsOf({ start, bin, length }, scale);
          for (let i = 0; i < c.count; i++) {
            expect(c.to[i]).toBeGreaterThan(c.from[i]!);
            if (i > 0) expect(c.from[i]).toBe(c.to[i - 1]);
          }
          const first = Math.max(0, Math.floor((v.from - start) / bin));
          const last = Math.min(length, Math.ceil((v.to - start) / bin));
          if (last <= first) return;
          expect(c.from[0]).toBeLessThanOrEqual(first);
          expect(c.to[c.count - 1]).toBeGreaterThanOrEqual(last);
        },
      ),
    );
  });

  it('give the least, greatest and mean bin of each, whatever the zoom', () => {
    fc.assert(
      fc.property(
        view,
        fc.array(fc.oneof({ weight: 20, arbitrary: fc.nat(5000) }, { weight: 1, arbitrary: fc.constant(Number.NaN) }), {
          maxLength: 3000,
          size: 'max',
        }),
        fc.integer({ min: 20, max: 400 }),
        (v, list, width) => {
          const values = Float64Array.from(list);
          const columns = columnsOf({ start: 5 * DAY, bin: HOUR, length: values.length }, timeScale(v, width));
          const found = columnValues(buildPyramid(values), columns);
          expect(columnMeans(buildPyramid(values), columns)).toEqual(found.mean);
          for (let i = 0; i < columns.count; i++) {
            const run = values.slice(columns.from[i], columns.to[i]).filter((x) => !Number.isNaN(x));
            expect(found.min[i]).toBe(run.length > 0 ? Math.min(...run) : Number.NaN);
            expect(found.max[i]).toBe(run.length > 0 ? Math.max(...run) : Number.NaN);
            if (run.length > 0) expect(found.mean[i]).toBeCloseTo(run.reduce((a, b) => a + b, 0) / run.length, 6);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
