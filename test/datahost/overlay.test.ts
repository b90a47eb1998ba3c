import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, HOUR } from '../../src/base/time';
import { overlayOf, overlayOfView } from '../../src/datahost/overlay';
import { WHOLE } from '../../src/protocol/row-view';
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

  it('gives the values of a summary by time, on its own bins, one series a number and group', () => {
    const { overlays, note } = overlayOf(
      table(
        ['t:datetime', 'app:string', 'n:long', 'mean:real'],
        [
          ['2024-09-01T00:00Z', 'a', 5, 0.5],
          ['2024-09-01T01:00Z', 'a', 7, -1.5],
          ['2024-09-01T03:00Z', 'a', 4, null],
          ['2024-09-01T01:00Z', 'b', 1, 2],
        ],
      ),
    );
    expect(overlays.map((o) => [o.label, o.bin, o.values, [...o.counts]])).toEqual([
      ['a · n', HOUR, true, [5, 7, Number.NaN, 4]],
      ['b · mean', HOUR, true, [Number.NaN, 2, Number.NaN, Number.NaN]],
      ['a · mean', HOUR, true, [0.5, -1.5, Number.NaN, Number.NaN]],
      ['b · n', HOUR, true, [Number.NaN, 1, Number.NaN, Number.NaN]],
    ]);
    expect(note).toBe('Height is n, mean by t.');
  });

  it('keeps the largest of many series, and says so', () => {
    const rows = Array.from({ length: 24 }, (_, i) => [`2024-09-01T0${i % 2}:00Z`, `g${Math.floor(i / 2)}`, i]);
    const { overlays, note } = overlayOf(table(['t:datetime', 'g:string', 'n:long'], rows));
    expect([overlays.length, overlays[0]?.label, note]).toEqual([
      8,
      'g11',
      'Height is n by t. The 8 largest of 12 series.',
    ]);
  });

  it('counts single events, whatever numbers they carry', () => {
    const events = [
      ['2024-09-01T00:00:13Z', 'bob', 443, 7],
      ['2024-09-01T05:11:47Z', 'eve', 22, 9],
      ['2024-09-01T09:40:01Z', 'bob', 443, 1],
    ];
    const { overlays } = overlayOf(table(['t:datetime', 'user:string', 'port:long', 'took:long'], events));
    expect(overlays.map((o) => [o.label, o.values, o.total])).toEqual([
      ['bob', undefined, 2],
      ['eve', undefined, 1],
    ]);
    const twice = [events[0]!, events[0]!];
    expect(overlayOf(table(['t:datetime', 'user:string', 'port:long', 'took:long'], twice)).overlays[0]?.values).toBe(
      undefined,
    );
  });

  it('counts the rows that pass the filters of the grid, and says how many', async () => {
    const rows = table(
      ['TimeGenerated:datetime', 'User:string'],
      [
        ['2024-09-01T00:10Z', 'bob'],
        ['2024-09-01T00:20Z', 'eve'],
        ['2024-09-03T00:20Z', 'bob'],
        [null, 'bob'],
      ],
    );
    const view = { ...WHOLE, sort: { column: 0, descending: true } };
    expect(await overlayOfView(rows, view)).toEqual(overlayOf(rows));
    const bob = await overlayOfView(rows, { ...view, columns: [{ column: 1, kind: 'equals', text: 'bob' }] });
    expect(bob.overlays.map((o) => o.total)).toEqual([2]);
    expect(bob.note).toBe(
      '3 of 4 rows: those that pass the filters of the grid. 1 rows without TimeGenerated are left out.',
    );
    const none = await overlayOfView(rows, { ...view, filter: 'nobody' });
    expect(none).toEqual({ overlays: [], note: '0 of 4 rows: those that pass the filters of the grid.' });
  });

  it('lets other work in between its steps, filtered or not', async () => {
    const rows = table(
      ['t:datetime', 'g:string'],
      Array.from({ length: 60_000 }, (_, i) => [638_608_320_000_000_000n + BigInt(i * i) * 10_000_000n, `g${i % 3}`]),
    );
    const views = [WHOLE, { ...WHOLE, columns: [{ column: 1, kind: 'equals', text: 'g1' } as const] }];
    for (const view of views) {
      let turns = 0;
      let done = false;
      const turn = () => {
        turns++;
        if (!done) setImmediate(turn);
      };
      setImmediate(turn);
      await overlayOfView(rows, view);
      done = true;
      expect(turns).toBeGreaterThan(10);
    }
  });

  it('stops when it is cancelled in between', async () => {
    const rows = table(
      ['t:datetime'],
      Array.from({ length: 40_000 }, (_, i) => [638_608_320_000_000_000n + BigInt(i)]),
    );
    const stop = new AbortController();
    setImmediate(() => stop.abort());
    await expect(overlayOfView(rows, WHOLE, stop.signal)).rejects.toThrow('Cancelled');
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
