import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, HOUR } from '../../src/base/time';
import { overlayOf } from '../../src/datahost/overlay';
import { table } from '../assessment/fake-connection';

describe('a result on the time axis', () => {
  it('counts rows by bin', () => {
    const { overlays, note } = overlayOf(
      table(
        ['TimeGenerated:datetime', 'a:dynamic'],
        [['2024-09-01T00:10Z'], ['2024-09-01T00:20Z'], ['2024-10-01T00:00Z'], [null]],
      ),
    );
    const [one] = overlays;
    expect([overlays.length, one?.label, one?.bin, formatInstant(one!.start), one?.total]).toEqual([
      1,
      'TimeGenerated',
      900_000,
      '2024-09-01T00:00:00Z',
      3,
    ]);
    expect(note).toBe('1 rows without TimeGenerated are left out.');
  });

  it('takes the heights of a summarize, one series a group', () => {
    const { overlays } = overlayOf(
      table(
        ['Result:string', 'Bin:datetime', 'Rows:long'],
        [
          ['ok', '2024-09-01T00:00Z', 5],
          ['failed', '2024-09-01T01:00Z', 2],
          ['ok', '2024-09-03T00:00Z', 7],
        ],
      ),
    );
    expect(overlays.map((o) => [o.label, o.total])).toEqual([
      ['ok', 12],
      ['failed', 2],
    ]);
  });

  it('says why there is no picture', () => {
    expect(overlayOf(table(['a:long'], [[1]])).note).toContain('no datetime column');
    expect(overlayOf(table(['t:datetime'], [[null]])).note).toBe('No row has a value in t.');
  });

  it('never draws more bins than a picture holds, and counts every row', () => {
    const year = fc.integer({ min: 1, max: 9998 });
    fc.assert(
      fc.property(fc.array(fc.tuple(year, fc.nat(8000)), { minLength: 1 }), (times) => {
        const rows = times.map(([y, h]) => [BigInt(y) * 315_360_000_000_000n + BigInt(h * HOUR) * 10_000n]);
        const { overlays } = overlayOf(table(['t:datetime'], rows));
        expect(overlays[0]!.counts.length).toBeLessThanOrEqual(4_001);
        expect(overlays[0]!.total).toBe(rows.length);
      }),
    );
  });
});
