import { describe, expect, it } from 'vitest';
import { HOUR, instant } from '../../src/base/time';
import type { TimelineLane } from '../../src/protocol/webview';
import { formatCount, formatLength, formatRange, formatShare, formatShort } from '../../src/timeline/format';
import { binFacts, laneSummary, windowFacts, windowSentence } from '../../src/timeline/summary';
import { textTables } from '../../src/timeline/table';
import { at, band, lane, modelMessage, modelOf, segment, seriesMessage } from './fixture';

const check = (change: Partial<TimelineLane>, expected: string) => {
  const model = modelOf(modelMessage({ lanes: [lane('SigninLogs', change)] }));
  expect(laneSummary(model.lanes[0]!, model.bands)).toBe(expected);
};

describe('summary of a lane', () => {
  it('counts gaps, the longest, and those inside a window', () => {
    check(
      {
        status: 'GAP',
        segments: [
          segment('GAP', '2024-09-03T00:00Z', '2024-09-03T04:00Z'),
          segment('GAP', '2024-09-08T00:00Z', '2024-09-08T01:00Z'),
        ],
      },
      'SigninLogs: 2 gaps, longest 4 h, 1 inside MS-2024-09',
    );
  });

  it('tells the worst first, and what still runs', () => {
    check(
      {
        status: 'GAP',
        segments: [
          segment('DELAYED', '2024-09-01', '2024-09-02'),
          segment('GAP', '2024-09-09T12:00Z', '2024-09-11T00:00Z', { ongoing: true, lost: 1200 }),
        ],
      },
      'SigninLogs: 1 gap, 1 d 12 h, about 1.2k rows lost, still running; 1 delay, 1 d',
    );
  });

  it('says so where nothing was found, or nothing could be', () => {
    check({}, 'SigninLogs: nothing missing');
    check({ status: 'NO_BASELINE' }, 'SigninLogs: no baseline');
  });
});

describe('facts of a window', () => {
  it('give the share of bins present, the longest run of none and the verdict', () => {
    const observed = new Array(240).fill(50).map((v, i) => (i >= 50 && i < 62 ? 0 : v));
    const model = modelOf(
      modelMessage({
        lanes: [
          lane('SigninLogs', {
            verdicts: [
              { claim: 'c-1', verdict: 'CONFIRMED' },
              { claim: 'c-2', verdict: 'INCONCLUSIVE' },
            ],
          }),
        ],
        bands: [band('w-1', '2024-09-03T00:00Z', '2024-09-04T00:00Z', { claims: ['c-1'] })],
      }),
      seriesMessage('SigninLogs', observed),
    );
    const facts = windowFacts(model.lanes[0]!, model.bands[0]!);
    expect(facts).toEqual({ present: 0.5, longestGap: 12 * HOUR, verdict: 'CONFIRMED' });
    expect(windowSentence(facts)).toBe('50 % of bins present, longest empty run 12 h, confirmed');
  });

  it('say that there is no data where there is none', () => {
    const model = modelOf(modelMessage());
    expect(windowSentence(windowFacts(model.lanes[0]!, model.bands[0]!))).toBe('no data in this window');
  });
});

describe('facts of a bin', () => {
  const volumes = modelOf(modelMessage(), seriesMessage('SigninLogs', [10, 20, 30])).lanes[0]!.volumes!;
  it('are those of the bins asked for', () => {
    expect(binFacts(volumes, at('2024-09-01T01:00Z'), at('2024-09-01T03:00Z'))).toMatchObject({
      observed: 50,
      expected: 200,
      late: null,
    });
    expect(binFacts(volumes, at('2024-08-31'), at('2024-09-01'))).toBeNull();
    expect(binFacts(volumes, at('2024-09-05'), at('2024-09-06'))).toBeNull();
  });
});

describe('tables', () => {
  it('tell what the picture shows, with a place for each row', () => {
    const model = modelOf(
      modelMessage({
        lanes: [
          lane('SigninLogs', { segments: [segment('GAP', '2024-09-03T00:00Z', '2024-09-03T04:00Z', { lost: 12 })] }),
        ],
      }),
      {
        type: 'overlay',
        title: 'q.kql',
        note: null,
        overlays: [{ label: 'a', bin: HOUR, start: at('2024-09-01'), counts: Float64Array.from([0, 2, 0]), total: 2 }],
      },
      {
        type: 'notes',
        notes: [
          {
            id: 'n',
            on: null,
            start: at('2024-09-02'),
            end: at('2024-09-03'),
            precision: 'PT1H',
            category: '',
            state: 'hypothesis',
            by: 'a',
            text: 'why',
          },
        ],
      },
    );
    const tables = textTables(model);
    expect(tables.map((t) => [t.title, t.rows.length])).toEqual([
      ['Query results: q.kql', 1],
      ['Log sources', 1],
      ['Segments', 1],
      ['Incident windows', 1],
      ['Annotations', 1],
    ]);
    expect(tables[2]!.rows[0]).toMatchObject({
      cells: ['SigninLogs', 'Gap', '3 Sep 2024 00:00', 'exact', '3 Sep 2024 04:00', 'exact', '12', ''],
      lane: 'SigninLogs',
    });
    for (const table of tables) for (const row of table.rows) expect(row.cells).toHaveLength(table.columns.length);
  });
});

describe('formats', () => {
  it('are short, and honest at the ends', () => {
    expect([formatCount(12345), formatCount(2.25), formatCount(Number.NaN)]).toEqual(['12,345', '2.3', '–']);
    expect([999, 1000, 142300, 999_600, 2_500_000].map(formatShort)).toEqual(['999', '1k', '142k', '1M', '2.5M']);
    expect([0, 0.0004, 0.005, 0.38, 0.9999, 1].map(formatShare)).toEqual([
      '0 %',
      '< 0.1 %',
      '0.5 %',
      '38 %',
      '99.9 %',
      '100 %',
    ]);
    expect([12_000, 90_000, 4 * HOUR, 30 * HOUR, 17 * 24 * HOUR, 23.9999 * HOUR].map(formatLength)).toEqual([
      '12 s',
      '1 min 30 s',
      '4 h',
      '1 d 6 h',
      '17 d',
      '1 d',
    ]);
    expect(formatRange(at('2024-09-02T23:00Z'), at('2024-09-02T23:30Z'))).toBe('2 Sep 2024 23:00 – 23:30');
    expect(formatRange(instant(0), at('1970-01-02'))).toBe('1 Jan 1970 00:00 – 2 Jan 1970 00:00');
  });
});
