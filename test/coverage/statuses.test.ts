import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/base/random';
import { finish } from '../../src/base/steps';
import { HOUR, instant } from '../../src/base/time';
import { analyse } from '../../src/coverage/analysis';
import type { IncidentWindow } from '../../src/protocol/review';
import type { VolumeTable } from '../../src/protocol/source';
import { assess, at, claimOn, windowOf } from '../eval/assess';
import { binomial, generate, NOISE, type NoiseSpec } from '../eval/noise';
import { agentPlant, duplicatedPlant, restampedPlant, storyOf, thinned } from '../eval/plants';
import { addClean, bucketOf, Cells, cleanTable, logSource } from '../eval/tables';

const FROM = 7 * 168 + 23;
const TO = FROM + 17 * 24;
const noise = (over: Partial<NoiseSpec> = {}): NoiseSpec => ({ ...NOISE, shape: 'office', rate: 60, seed: 8, ...over });
const only = (volumes: VolumeTable, over = {}, context: Parameters<typeof assess>[1] = {}) =>
  assess([{ source: logSource('T', over), volumes }], context);
const statuses = (volumes: VolumeTable, over = {}) => only(volumes, over).sources[0]!.segments.map((s) => s.status);

/** All rows of [from, to) come together at `to`. */
function lateTable(from: number, to: number): VolumeTable {
  const { rows } = generate(noise());
  const random = seededRandom(4);
  const cells = new Cells();
  rows.forEach((n, h) => {
    if (h >= from && h < to) cells.add(h, bucketOf((to - h) * HOUR), n);
    else addClean(cells, h, n, random);
  });
  return cells.table(rows.length);
}

describe('rows that came late', () => {
  const late = lateTable(FROM, FROM + 40);
  it('are not lost: what an outage kept is RECOVERED', () => {
    const [s] = only(late).sources;
    expect(s!.status).toBe('RECOVERED');
    expect(s!.segments.find((g) => g.status === 'RECOVERED')!.late).toBeGreaterThan(500);
  });
  it('confirm a claim of delay and not one of loss', () => {
    const windows = [windowOf('w', ['T'], FROM, FROM + 40)];
    const claims = [
      claimOn(['w'], 'delay', 'c-1'),
      claimOn(['w'], 'loss', 'c-2'),
      claimOn(['w'], 'not-affected', 'c-3'),
    ];
    const [delay, loss] = only(late, {}, { windows, claims }).reviews[0]!.report.claims;
    expect(delay!.verdict).toBe('CONFIRMED');
    expect(loss!.verdict).not.toBe('CONFIRMED');
  });
  it('cannot be told without ingestion time, and the source says so', () => {
    const untimed = cleanTable(generate(noise()).rows, 1, false);
    const windows = [windowOf('w', ['T'], FROM, TO)];
    const r = only(untimed, { ingestionTime: null }, { windows, claims: [claimOn(['w'], 'delay')] });
    expect(r.reviews[0]!.report.claims[0]).toMatchObject({ verdict: 'NOT_EVALUABLE', reason: 'no-ingestion-time' });
    expect(r.sources[0]!.notes.join(' ')).toContain('late cannot be told from on time');
    expect(r.sources[0]!.segments[0]!.late).toBeNull();
  });
});

describe('an agent read from what it left', () => {
  const restart = FROM + 9 * 24;
  const plant = (policy: 'drop-oldest' | 'drop-newest') =>
    agentPlant(
      noise(),
      { threads: 1, sharing: 'pinned', cacheBytes: 3_600_000, eventBytes: 1000, policy, drainPerHour: 2000 },
      storyOf(1, FROM, 1, [restart], seededRandom(1)),
    );
  it.each(['drop-oldest', 'drop-newest'] as const)('recognises %s, its restart and its buffer', (policy) => {
    const { planted, buffer } = plant(policy);
    const [s] = only(planted.table).sources;
    const gap = s!.segments.find((g) => g.status === 'GAP')!;
    expect(gap.signature!.policy).toBe(policy);
    expect(Math.abs(gap.signature!.restart - at(restart)) / HOUR).toBeLessThan(4);
    expect(gap.signature!.bufferEvents! / buffer).toBeCloseTo(1, 1);
    expect(gap.lost!.low).toBeLessThanOrEqual(planted.lostRows);
    expect(gap.lost!.high).toBeGreaterThanOrEqual(planted.lostRows);
  });
});

describe('statuses that are no loss, or not only', () => {
  it('sees repeated keys', () => {
    const [s] = only(duplicatedPlant(noise(), FROM, FROM + 50, 2), { key: ['Id'] }).sources;
    expect(s!.status).toBe('DUPLICATED');
    const twice = s!.segments.find((g) => g.status === 'DUPLICATED')!;
    expect(twice.duplicates! * 2).toBeCloseTo(twice.observed, -1);
    // The query that proves it must count keys; that of a source whose keys do not repeat need not.
    expect(s!.query).toBe('T | distinct Id | count');
    expect(only(cleanTable(generate(noise()).rows, 1), { key: ['Id'] }).sources[0]!.query).toBe('T | count');
  });
  it('is not fooled into wholeness by repeated keys', () => {
    const whole = generate(noise()).rows;
    const half = whole.map((n, h) => (h >= FROM && h < TO ? Math.floor(n / 2) : n));
    const table = { ...cleanTable(whole, 2), distinct: half };
    expect(statuses(table, { key: ['Id'] })).toContain('PARTIAL');
  });
  it('takes a clean base rate of repeated keys for what it is', () => {
    const { rows } = generate(noise());
    const random = seededRandom(9);
    const table = { ...cleanTable(rows, 2), distinct: rows.map((n) => n - binomial(n, 0.03, random)) };
    expect(statuses(table, { key: ['Id'] })).not.toContain('DUPLICATED');
  });
  it('recognises backfill that was restamped', () => {
    const p = restampedPlant(noise(), FROM, FROM + 6 * 24);
    const s = only(p.table, { restampable: true }).sources[0]!;
    const hole = s.segments.find((g) => g.status === 'RESTAMPED')!;
    expect(hole.signature!.policy).toBe('restamp');
    expect(hole.lost!.low).toBe(0);
    expect(statuses(p.table, { restampable: false })).toContain('GAP');
  });
  it('calls nothing that began before the data a gap', () => {
    const late = generate(noise()).rows.map((n, h) => (h < 30 * 24 ? 0 : n));
    expect(statuses(cleanTable(late, 1))).toEqual(['NOT_EVALUABLE', 'OK']);
    expect(only(cleanTable(late, 1)).sources[0]!.segments[0]!.reason).toBe('retention');
  });
  it('takes a grid that starts at the first row as whole from the start of the range', () => {
    const [s] = only(cleanTable(generate(noise({ rate: 10 })).rows, 1), {}, { from: at(-1) }).sources;
    expect(s!.segments.map((g) => g.status)).toEqual(['OK']);
    expect(s!.segments[0]!.start).toBe(at(-1));
  });
  it('has no baseline for six days', () => {
    const rows = generate(noise()).rows.subarray(0, 6 * 24);
    expect(statuses(cleanTable(rows.slice(), 1))).toEqual(['NO_BASELINE']);
  });
  it('does not call a shortage of expected rows a gap', () => {
    const p = thinned(noise({ rate: 0.02, shape: 'flat' }), (h) => (h >= FROM && h < FROM + 200 ? 0 : 1));
    expect(statuses(p.table)).not.toContain('GAP');
  });
});

describe('the calendar', () => {
  const day = 72;
  const holidays = new Map([[day, 0.3]]);
  const people = [1, 2, 3].map((seed) => ({
    source: logSource(`C${seed}`, { role: 'control' as const }),
    volumes: cleanTable(generate(noise({ seed: 40 + seed, holidays })).rows, seed),
  }));
  const off = { source: logSource('T'), volumes: cleanTable(generate(noise({ holidays })).rows, 1) };
  it('knows a day off by the control series, and does not call it a loss', () => {
    const found = (s: { segments: readonly { status: string }[] }) =>
      s.segments.some((g) => g.status === 'PARTIAL' || g.status === 'GAP');
    expect(assess([off, ...people]).sources.filter(found)).toEqual([]);
    expect(found(assess([off]).sources[0]!)).toBe(true);
  });
  it('learns the week of the people where that predicts better than UTC, and of UTC where it does not', () => {
    const zoneOf = (rows: Float64Array) => {
      const table = cleanTable(rows, 1);
      const source = logSource('T', { seasonalZone: 'Europe/Berlin' });
      return finish(analyse({ source, table, now: at(rows.length), windows: [], holidays: new Set() })).baseline!.zone;
    };
    const { rows } = generate(noise({ weeks: 21, rate: 200 }));
    const change = 15 * 168 - 23;
    expect(zoneOf(rows.map((x, h) => (h < change ? x : rows[h - 1]!)))).toBe('Europe/Berlin');
    expect(zoneOf(rows)).toBe('UTC');
  });
  it('follows the clocks of the people, not of UTC', () => {
    const { rows } = generate(noise({ weeks: 18, rate: 2000 }));
    const change = 15 * 168 - 23;
    const local = rows.map((x, h) => (h < change ? x : rows[h - 1]!));
    const zoned = only(cleanTable(local, 1), { seasonalZone: 'Europe/Berlin' }).sources[0]!;
    expect(zoned.segments.map((g) => g.status)).toEqual(['OK']);
  });
});

describe('several sources and claims', () => {
  const lost = (rate: number, seed: number) =>
    thinned(noise({ rate, seed }), (h) => (h >= FROM && h < TO ? 0.5 : 1)).table;
  it('tells a derived service by what feeds it', () => {
    const windows = [
      windowOf('w', ['T'], FROM, TO, { service: 'Microsoft Entra ID' }),
      windowOf('d', [], FROM, TO, { service: 'Microsoft Sentinel' }),
    ];
    const derived = (service: string) => ({
      derived: service === 'Microsoft Sentinel',
      upstream: ['Microsoft Entra ID'],
    });
    const r = assess([{ source: logSource('T'), volumes: lost(60, 8) }], {
      windows,
      claims: [claimOn(['w', 'd'])],
      derived,
    }).reviews[0]!.report.claims;
    const sentinel = r.find((c) => c.service === 'Microsoft Sentinel')!;
    expect(sentinel).toMatchObject({ verdict: 'NOT_EVALUABLE', reason: 'derived' });
    expect(sentinel.sentence).toContain('T CONFIRMED');
  });
  it('contradicts a claim that nothing was lost', () => {
    const windows = [windowOf('w', ['T'], FROM, TO)];
    const r = only(lost(60, 8), {}, { windows, claims: [claimOn(['w'], 'not-affected')] });
    expect(r.reviews[0]!.report.claims[0]!.verdict).toBe('CONTRADICTED');
  });
  it('says how a finding differs from its claim', () => {
    const claimed = [windowOf('w', ['T'], FROM - 12 * 24, TO + 9 * 24, { lossShare: 0.9 })];
    const [c] = only(lost(200, 8), {}, { windows: claimed, claims: [claimOn(['w'])] }).reviews[0]!.report.claims;
    expect(c!.verdict).toBe('CONFIRMED');
    expect(c!.differs).toEqual(expect.arrayContaining(['later', 'smaller']));
  });
  it('names a loss undisclosed only outside every claim', () => {
    const gap = thinned(noise(), (h) => (h >= 400 && h < 420 ? 0 : 1)).table;
    const windows = [windowOf('w', ['T'], FROM, TO)];
    const claims = [claimOn(['w'])];
    expect(only(gap, {}, { windows, claims }).undisclosed).toHaveLength(1);
    expect(only(lost(60, 8), {}, { windows, claims }).undisclosed).toEqual([]);
  });
  it('asks more of each claim the more are made together', () => {
    const weak = thinned(noise({ rate: 20, seed: 22 }), (h) => (h >= FROM && h < TO ? 0.88 : 1)).table;
    const verdicts = (others: number) => {
      const given = Array.from({ length: others }, (_, i) => ({
        source: logSource(`O${i}`),
        volumes: cleanTable(generate(noise({ rate: 20, seed: 300 + i })).rows, i),
      }));
      const windows = [windowOf('w', ['T', ...given.map((g) => g.source.id)], FROM, TO)];
      const r = assess([{ source: logSource('T'), volumes: weak }, ...given], {
        windows,
        claims: [claimOn(['w'])],
        materiality: 0.05,
      });
      return r.reviews[0]!.report.claims[0]!;
    };
    expect(verdicts(0).verdict).toBe('CONFIRMED');
    expect(verdicts(60).verdict).not.toBe('CONFIRMED');
  });
});

describe('the baseline', () => {
  it('does not learn from a claimed window', () => {
    const { table } = thinned(noise({ rate: 200 }), (h) => (h >= FROM && h < FROM + 700 ? 0.9 : 1));
    const expected = (windows: readonly IncidentWindow[]) => {
      const [s] = only(table, {}, { windows }).series;
      return s!.expected.subarray(FROM, FROM + 700).reduce((sum, x) => sum + x, 0);
    };
    expect(expected([windowOf('w', ['T'], FROM, FROM + 700)]) / expected([])).toBeGreaterThan(1.015);
  });
});

describe('time', () => {
  it('ignores what lies after now', () => {
    const table = cleanTable(generate(noise({ seed: 12 })).rows, 1);
    const now = instant(at(9 * 168));
    const [s] = only(table, {}, { now, to: now }).sources;
    expect(s!.status).toBe('OK');
    expect(s!.segments.at(-1)!.end).toBeLessThanOrEqual(now);
  });
});
