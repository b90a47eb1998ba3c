import { describe, expect, it } from 'vitest';
import {
  distinctQuery,
  extendedFrom,
  extendedTo,
  provingQuery,
  readVolumes,
  volumeQuery,
} from '../../src/assessment/volumes';
import { formatInstant, HOUR, MINUTE, parseInstant, type Span } from '../../src/base/time';
import type { QueryOutcome } from '../../src/protocol/records';
import type { LogSource, VolumeTable } from '../../src/protocol/source';
import { fakeConnection, results, table } from './fake-connection';

const SOURCE: LogSource = {
  id: 'Logs/x',
  table: 'Logs',
  filter: 'Category == "x"',
  services: [],
  role: 'unknown',
  eventTime: 'At',
  restampable: false,
  ingestionTime: 'Came',
  key: null,
  size: '_BilledSize',
  seasonalZone: null,
  retired: false,
  retentionDays: null,
  licence: null,
  plan: null,
  notes: [],
};
const NOW = parseInstant('2024-10-13')!;
const minutes = (n: number) => BigInt(n) * 600_000_000n;
const COLUMNS = [
  'gl_rows:long',
  'gl_last:datetime',
  'gl_bin:datetime',
  'gl_delay:timespan',
  'gl_seen:datetime',
  'gl_bytes:long',
];

function read(source: LogSource, answer: (kql: string) => QueryOutcome) {
  return readVolumes(fakeConnection({ tables: [], answer }), { source, bin: HOUR, now: NOW });
}

describe('volumes', () => {
  it('are one summarize by event bin and delay', () => {
    expect(volumeQuery({ source: SOURCE, bin: HOUR, now: NOW })).toBe(
      [
        'Logs',
        '| where Category == "x"',
        '| extend gl_bin = iff(At >= datetime(2000-01-01T00:00:00Z) and At <= datetime(2024-10-14T00:00:00Z), bin(At, 1h), datetime(null))',
        '| extend gl_late = Came - At',
        '| extend gl_delay = case(gl_late > 90d, 90d, gl_late >= 6h, bin(gl_late, 1h), bin(gl_late, 5m))',
        '| summarize gl_rows = count(), gl_last = max(At), gl_seen = max(Came), gl_bytes = sum(_BilledSize) by gl_bin, gl_delay',
      ].join('\n'),
    );
    expect(provingQuery(SOURCE, HOUR, null)).not.toContain('Late');
    expect(provingQuery(SOURCE, HOUR, (45 * MINUTE) as Span)).toBe(
      'Logs\n| where Category == "x"\n| summarize Rows = count(), Late = countif(ingestion_time() - At >= 45m) by Bin = bin(At, 1h)\n| sort by Bin asc',
    );
  });

  it('count keys beside the rows where a key repeats', () => {
    const proof = (over: Partial<LogSource>) => provingQuery({ ...SOURCE, ...over }, HOUR, null, true);
    expect(proof({ key: ['Id'] })).toBe(
      'Logs\n| where Category == "x"\n| summarize Rows = count(), Keys = count_distinct(Id) by Bin = bin(At, 1h)\n| extend Repeated = Rows - Keys\n| sort by Bin asc',
    );
    expect(provingQuery({ ...SOURCE, key: ['Id', 'Part'] }, HOUR, (45 * MINUTE) as Span, true)).toBe(
      'Logs\n| where Category == "x"\n| summarize Rows = count(), Late = countif(ingestion_time() - At >= 45m) by Bin = bin(At, 1h), Id, Part\n| summarize Rows = sum(Rows), Late = sum(Late), Keys = count() by Bin\n| extend Repeated = Rows - Keys\n| sort by Bin asc',
    );
    expect(proof({ key: ['KeyCount'], counts: { table: 'Counts', binMinutes: 60 } })).toContain('Keys = sum(KeyCount)');
    expect(proof({})).not.toContain('Keys');
  });

  it('come as sparse cells; rows outside any sane time are set apart', async () => {
    const cells = table(COLUMNS, [
      [5, '2024-09-01T00:50Z', '2024-09-01T00:00Z', minutes(5), '2024-09-01T01:10Z', 500],
      [2, '2024-09-01T02:10Z', '2024-09-01T02:00Z', minutes(600), '2024-09-01T12:10Z', 200],
      [3, null, null, null, null, 0],
    ]);
    const volumes = (await read(SOURCE, () => results(cells))) as VolumeTable;
    expect({ ...volumes, start: formatInstant(volumes.start), lastSeen: formatInstant(volumes.lastSeen!) }).toEqual({
      bin: HOUR,
      start: '2024-09-01T00:00:00Z',
      bins: 3,
      eventBin: Int32Array.of(0, 2),
      delay: Float64Array.of(5 * MINUTE, 600 * MINUTE),
      rows: Float64Array.of(5, 2),
      bytes: Float64Array.of(500, 200),
      distinct: null,
      outside: 3,
      lastSeen: '2024-09-01T12:10:00Z',
    });
  });

  it('do not begin at a stray row of years ago', async () => {
    const cells = table(
      ['gl_rows:long', 'gl_bin:datetime'],
      [
        [1, '2003-01-01T00:00Z'],
        [900, '2024-09-01T00:00Z'],
        [900, '2024-09-01T01:00Z'],
      ],
    );
    const volumes = (await read({ ...SOURCE, ingestionTime: null, size: null }, () => results(cells))) as VolumeTable;
    expect([formatInstant(volumes.start), volumes.bins, volumes.outside, Number.isNaN(volumes.delay[0])]).toEqual([
      '2024-09-01T00:00:00Z',
      2,
      1,
      true,
    ]);
  });

  it('keep early rows that are more than strays', async () => {
    const cells = table(
      ['gl_rows:long', 'gl_bin:datetime'],
      [
        [900, '2024-01-01T00:00Z'],
        [900, '2024-09-01T00:00Z'],
      ],
    );
    const volumes = (await read({ ...SOURCE, ingestionTime: null, size: null }, () => results(cells))) as VolumeTable;
    expect([formatInstant(volumes.start), volumes.outside]).toEqual(['2024-01-01T00:00:00Z', 0]);
  });

  it('count distinct keys in slices of time', async () => {
    const cells = table(
      ['gl_rows:long', 'gl_bin:datetime'],
      [
        [300_000, '2024-09-01T00:00Z'],
        [300_000, '2024-09-01T01:00Z'],
      ],
    );
    const asked: string[] = [];
    const volumes = (await read({ ...SOURCE, key: ['Id'] }, (kql) => {
      if (!kql.includes('gl_distinct')) return results(cells);
      asked.push(kql);
      const at = kql.includes('>= datetime(2024-09-01T00:00:00Z)') ? '2024-09-01T00:00Z' : '2024-09-01T01:00Z';
      return results(table(['gl_bin:datetime', 'gl_distinct:long'], [[at, asked.length * 1000]]));
    })) as VolumeTable;
    expect([...(volumes.distinct ?? [])]).toEqual([1000, 2000]);
    expect(distinctQuery({ ...SOURCE, key: ['A', 'B'] }, HOUR, NOW, NOW)).toContain(
      '| summarize by gl_bin = bin(At, 1h), A, B\n| summarize gl_distinct = count() by gl_bin',
    );
  });

  it('that cannot be had are a failure with its reason', async () => {
    expect(await read(SOURCE, () => ({ kind: 'failed', message: 'throttled' }))).toEqual({
      reason: 'query-failed',
      message: 'Logs/x: throttled',
    });
    expect(await read({ ...SOURCE, eventTime: null }, () => results())).toMatchObject({ reason: 'no-time' });
    expect(await read(SOURCE, () => results({ ...table(COLUMNS, []), truncated: true }))).toMatchObject({
      reason: 'partial-result',
    });
    const keys = await read({ ...SOURCE, key: ['Id'] }, (kql) =>
      kql.includes('gl_distinct')
        ? { kind: 'failed', message: 'no memory' }
        : results(table(['gl_rows:long', 'gl_bin:datetime'], [[1, '2024-09-01T00:00Z']])),
    );
    expect(keys).toMatchObject({ reason: 'query-failed' });
  });

  it('go on empty to where the data as a whole ends', async () => {
    const cells = table(['gl_rows:long', 'gl_bin:datetime'], [[9, '2024-09-01T00:00Z']]);
    const short = (await read({ ...SOURCE, ingestionTime: null, size: null }, () => results(cells))) as VolumeTable;
    const long = extendedTo({ ...short, distinct: Float64Array.of(9) }, parseInstant('2024-09-01T03:30Z')!);
    expect([long.bins, [...(long.distinct ?? [])]]).toEqual([4, [9, 0, 0, 0]]);
    expect(extendedTo(short, parseInstant('2024-08-01')!)).toBe(short);
  });

  it('begin empty with the data as a whole where hardly a row is expected', async () => {
    /** Two weeks with `rows` an hour by day and none by night; the first hours of the first day are not there. */
    const byDay = async (rows: number, firstHour: number) => {
      const hours = Array.from({ length: 14 * 24 }, (_, h) => h).filter((h) => h >= firstHour && h % 24 >= 6);
      const at = (h: number) => new Date(Date.UTC(2024, 8, 1) + h * HOUR).toISOString();
      const cells = table(
        ['gl_rows:long', 'gl_bin:datetime'],
        hours.map((h) => [rows, at(h)]),
      );
      return (await read({ ...SOURCE, ingestionTime: null, size: null }, () => results(cells))) as VolumeTable;
    };
    const from = parseInstant('2024-09-01')!;
    const night = await byDay(500, 6);
    const early = extendedFrom({ ...night, distinct: Float64Array.from({ length: night.bins }, (_, i) => i) }, from);
    expect([early.start, early.bins, early.eventBin[0], early.distinct?.[6], early.distinct?.[7]]).toEqual([
      from,
      14 * 24,
      6,
      0,
      1,
    ]);
    expect(extendedFrom(await byDay(1, 12), from).start).toBe(from);
    const late = await byDay(500, 12);
    expect(extendedFrom(late, from)).toBe(late);
    expect(extendedFrom(night, parseInstant('2024-09-02')!)).toBe(night);
  });

  it('that all lie outside any sane time are a failure that says so', async () => {
    const cells = table(['gl_rows:long', 'gl_bin:datetime'], [[7, null]]);
    expect(await read({ ...SOURCE, ingestionTime: null, size: null }, () => results(cells))).toEqual({
      reason: 'no-time',
      message: 'None of the 7 rows of Logs/x has a time (At) between 2000 and a day after now, 2024-10-13T00:00:00Z.',
    });
  });

  it('of a table without rows are empty', async () => {
    expect(await read({ ...SOURCE, key: ['Id'] }, () => results(table(COLUMNS, [])))).toMatchObject({
      bins: 0,
      outside: 0,
      lastSeen: null,
    });
  });
});
