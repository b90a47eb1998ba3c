import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/base/random';
import { HOUR, instant } from '../../src/base/time';
import type { Analysis } from '../../src/coverage/analysis';
import { splitBySilence } from '../../src/coverage/status';
import type { Segment } from '../../src/protocol/coverage';
import type { VolumeTable } from '../../src/protocol/source';
import { FINDINGS } from '../../src/protocol/status';
import { assess, at } from '../eval/assess';
import { binomial, generate, NOISE, type Shape } from '../eval/noise';
import { addClean, bucketOf, Cells, cleanTable, logSource } from '../eval/tables';

const FROM = 7 * 168 + 3;
const TO = FROM + 16 * 24;

interface Planted {
  readonly rate: number;
  readonly seed: number;
  /** Share of the rows that is lost in an hour. */
  readonly lost: (hour: number) => number;
  readonly shape?: Shape;
}

/** The first finding of a source in which the share `lost(hour)` of the rows never comes. */
function firstLoss({ rate, seed, lost, shape = 'flat' }: Planted): Segment {
  const random = seededRandom(seed + 77);
  const { rows } = generate({ ...NOISE, shape, rate, seed });
  return firstFinding(
    cleanTable(
      rows.map((n, h) => binomial(n, 1 - lost(h), random)),
      seed,
    ),
  );
}

function firstFinding(volumes: VolumeTable): Segment {
  const [source] = assess([{ source: logSource('T'), volumes }]).sources;
  return source!.segments.find((s) => FINDINGS.has(s.status) && s.end > at(FROM - 48))!;
}

/** Hours from the start to the ends of the range that is stated for it. */
const rangeOf = (s: Segment): readonly [number, number] => [
  (s.startRange.earliest - at(FROM)) / HOUR,
  (s.startRange.latest - at(FROM)) / HOUR,
];
const holds = ([low, high]: readonly [number, number]): boolean => low <= 1 && high >= 0;
const seeds = (n: number): number[] => Array.from({ length: n }, (_, i) => 700 + i);
const inTime = (h: number): boolean => h >= FROM && h < TO;

/** Share of dead threads, of `n` that die one after another over `hours`. */
const dying = (n: number, hours: number) => (h: number) =>
  inTime(h) ? Math.min(n, 1 + Math.floor(((h - FROM) * (n - 1)) / hours)) / n : 0;

describe('the range of a start', () => {
  it.each([20, 200, 2000])(
    'reaches back to the first of two threads, twelve hours before all stops, at %i an hour',
    (rate) => {
      for (const seed of seeds(6)) {
        const range = rangeOf(firstLoss({ rate, seed, lost: dying(2, 12) }));
        expect(holds(range), `${seed}: ${range}`).toBe(true);
        expect(range[1] - range[0], `${seed}: ${range}`).toBeLessThanOrEqual(5 * 24);
      }
    },
  );
  it.each([200, 2000])('holds the first of ten threads that die over five days, at %i an hour', (rate) => {
    for (const seed of seeds(8)) {
      const range = rangeOf(firstLoss({ rate, seed, lost: dying(10, 120) }));
      expect(holds(range), `${seed}: ${range}`).toBe(true);
      expect(range[1] - range[0], `${seed}: ${range}`).toBeLessThanOrEqual(9 * 24);
    }
  });
  it('holds the first of eight threads that die at unequal intervals', () => {
    const deaths = [0, 30, 34, 60, 62, 90, 93, 120];
    const lost = (h: number) => (inTime(h) ? deaths.filter((d) => h - FROM >= d).length / 8 : 0);
    const ranges = seeds(12).map((seed) => rangeOf(firstLoss({ rate: 1000, seed, lost, shape: 'office' })));
    expect(ranges.filter((r) => !holds(r)).length, ranges.join(' ')).toBeLessThanOrEqual(1);
  });
  it('of few rows before a stop, too few for a status of their own, goes to the stop', () => {
    const records = Float64Array.from({ length: 60 }, (_, i) => (i < 10 || i >= 56 ? 1 : i < 16 ? i % 2 : 0));
    const volumes = { records, unknown: new Uint8Array(60), perHour: 1 };
    const analysis = { volumes, baseline: { mu: new Float64Array(60).fill(1) } } as unknown as Analysis;
    const piece = { from: 10, to: 56, startLow: 4, startHigh: 11, endLow: 56, endHigh: 57, ongoing: false };
    expect(splitBySilence(analysis, piece)).toEqual([{ ...piece, from: 16, startHigh: 16 }]);
  });
  it('holds the start of a mild loss on both sides', () => {
    const ranges = seeds(12).map((seed) => rangeOf(firstLoss({ rate: 60, seed, lost: (h) => (inTime(h) ? 0.25 : 0) })));
    expect(ranges.filter((r) => !holds(r)).length, ranges.join(' ')).toBe(0);
  });
  it('stays narrow where a large source stops at once', () => {
    for (const seed of seeds(6)) {
      const s = firstLoss({ rate: 200, seed, lost: (h) => (inTime(h) ? 1 : 0) });
      const range = rangeOf(s);
      expect(s.start).toBe(at(FROM));
      expect(holds(range), `${seed}: ${range}`).toBe(true);
      expect(range[1] - range[0], `${seed}: ${range}`).toBeLessThanOrEqual(18);
    }
  });
});

/** A source whose rows from FROM on wait for a restart: the share `late(hour)` of them, until TO. */
function waiting(
  rate: number,
  seed: number,
  late: (hour: number) => number,
  lost: (hour: number) => number,
): VolumeTable {
  const random = seededRandom(seed + 5);
  const { rows } = generate({ ...NOISE, shape: 'flat', rate, seed });
  const cells = new Cells();
  rows.forEach((n, h) => {
    const gone = binomial(n, lost(h), random);
    const waits = binomial(n - gone, late(h), random);
    addClean(cells, h, n - gone - waits, random);
    cells.add(h, bucketOf((TO - h) * HOUR), waits);
  });
  return cells.table(rows.length, { lastSeen: instant(at(0) + rows.length * HOUR) });
}

describe('the range of a start of late rows', () => {
  it('begins with the first of twelve threads, and not with the second', () => {
    for (const seed of seeds(4)) {
      const s = firstFinding(waiting(500, seed, dying(12, 150), () => 0));
      expect(s.status).toMatch(/RECOVERED|DELAYED/);
      const range = rangeOf(s);
      expect(holds(range), `${seed}: ${range}`).toBe(true);
      expect(range[1] - range[0], `${seed}: ${range}`).toBeLessThanOrEqual(8);
    }
  });
  it('reaches back over a small loss that the counts do not rule out, and says so', () => {
    // One thread of eight is dead for sixteen days; its cache keeps the rows of the last twenty hours.
    const kept = TO - 20;
    const s = firstFinding(
      waiting(
        20,
        3,
        (h) => (h >= kept && h < TO ? 1 / 8 : 0),
        (h) => (h >= FROM && h < kept ? 1 / 8 : 0),
      ),
    );
    expect(s.status).toBe('DELAYED');
    expect(holds(rangeOf(s)), String(rangeOf(s))).toBe(true);
    expect(s.sentence).toContain('a cache that overwrites its oldest rows may have lost');
  });
  it('does not reach back where the counts rule a loss out', () => {
    const s = firstFinding(
      waiting(
        2000,
        4,
        (h) => (h >= TO - 20 && h < TO ? 0.5 : 0),
        () => 0,
      ),
    );
    expect(s.status).toBe('DELAYED');
    expect((at(TO - 20) - s.startRange.earliest) / HOUR).toBeLessThanOrEqual(24);
    expect(s.sentence).not.toContain('cache');
  });
});

it('finds a loss of quiet hours between two findings, which no search of the whole history would', () => {
  // Restarts every 21 hours; the weekend's silences are short of rows.
  const stopped = (h: number) =>
    (h >= FROM && h < FROM + 120) || (h >= FROM + 130 && h < FROM + 340 && (h - FROM) % 21 >= 13);
  for (const seed of seeds(4)) {
    const random = seededRandom(seed);
    const { rows } = generate({ ...NOISE, shape: 'office', rate: 60, seed });
    const volumes = cleanTable(
      rows.map((n, h) => (stopped(h) ? binomial(n, 0.05, random) : n)),
      seed,
    );
    const { segments } = assess([{ source: logSource('T'), volumes }]).sources[0]!;
    const hollow = segments.filter((s) => s.status === 'OK' && s.expected! >= 60 && s.observed < 0.6 * s.expected!);
    expect(hollow.map((s) => s.sentence)).toEqual([]);
  }
});
