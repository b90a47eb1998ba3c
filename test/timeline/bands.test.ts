import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Instant, instant } from '../../src/base/time';
import type { TimelineBand } from '../../src/protocol/webview';
import { concerns, layoutBands, shapeOf } from '../../src/timeline/bands';
import { depths, rowCount, stack } from '../../src/timeline/stack';

const extent = { from: instant(0), to: instant(1000) };
const band = (times: readonly (number | null)[], change: Partial<TimelineBand> = {}): TimelineBand => ({
  id: 'w-1',
  label: 'MS-2024-09',
  kind: 'loss',
  service: 'Microsoft Entra',
  sources: ['SigninLogs'],
  startEarliest: times[0] as Instant | null,
  startLatest: times[1] as Instant | null,
  endEarliest: times[2] as Instant | null,
  endLatest: times[3] as Instant | null,
  ...change,
});
const check = (times: readonly (number | null)[], expected: object) =>
  expect(shapeOf(band(times), extent)).toMatchObject(expected);

describe('shape of a window', () => {
  it('has a certain core and uncertain edges', () => {
    check([100, 124, 500, 524], {
      start: 100,
      end: 524,
      core: { start: 124, end: 500 },
      edges: [
        { start: 100, end: 124 },
        { start: 500, end: 524 },
      ],
    });
    check([100, 100, 500, 500], { core: { start: 100, end: 500 }, edges: [] });
  });

  it('reaches the edge where a time is not stated', () => {
    check([100, 100, null, null], {
      start: 100,
      end: 1000,
      core: null,
      openEnd: true,
      edges: [{ start: 100, end: 1000 }],
    });
    check([null, 50, 500, 500], { start: 0, core: { start: 50, end: 500 }, openStart: true });
    check([null, null, null, null], { start: 0, end: 1000, core: null });
  });

  it('says so where it ends before it starts', () => {
    check([500, 500, 100, 100], { start: 500, end: 500, core: null, edges: [], contradictory: true });
  });

  it('has no core where start and end may overlap', () => {
    check([100, 400, 300, 600], { core: null, edges: [{ start: 100, end: 600 }] });
  });

  it('concerns its sources, or all where it names none', () => {
    expect(concerns(band([1, 1, 2, 2]), 'AuditLogs')).toBe(false);
    expect(concerns(band([1, 1, 2, 2], { sources: [] }), 'AuditLogs')).toBe(true);
  });
});

const interval = fc
  .tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 60 }))
  .map(([start, length]) => ({ start: instant(start), end: instant(start + length) }));
const at = (items: readonly { start: number; end: number }[], t: number) =>
  items.filter((i) => i.start <= t && t < i.end).length;

describe('stack', () => {
  it('hides none, lays none over another, and needs no more rows than are at once', () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 40 }), (items) => {
        const stacked = stack(items);
        expect(stacked).toHaveLength(items.length);
        for (const a of stacked)
          for (const b of stacked)
            if (a !== b && a.row === b.row) expect(a.item.start < b.item.end && b.item.start < a.item.end).toBe(false);
        const deepest = Math.max(0, ...items.map((i) => at(items, i.start)));
        expect(rowCount(stacked)).toBe(deepest);
      }),
    );
  });

  it('keeps room for labels', () => {
    const items = [
      { start: instant(0), end: instant(1) },
      { start: instant(5), end: instant(6) },
    ];
    expect(rowCount(stack(items))).toBe(1);
    expect(rowCount(stack(items, 10))).toBe(2);
  });

  it('counts how many overlap at each time', () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 30 }), fc.integer({ min: 0, max: 260 }), (items, t) => {
        const found = depths(items).find((d) => d.start <= t && t < d.end);
        expect(found?.count ?? 0).toBe(at(items, t));
      }),
    );
    const layout = layoutBands([band([1, 1, 9, 9]), band([2, 2, 5, 5], { id: 'w-2' })].map((b) => shapeOf(b, extent)));
    expect(layout).toMatchObject({ rows: 2, deepest: 2, overlaps: [{ start: 2, end: 5, count: 2 }] });
  });
});
