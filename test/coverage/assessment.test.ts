import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/base/random';
import { HOUR, instant } from '../../src/base/time';
import type { LogSource, VolumeTable } from '../../src/protocol/source';
import { assess, at, claimOn, windowOf } from '../eval/assess';
import { binomial, generate, NOISE } from '../eval/noise';
import { cleanTable, logSource } from '../eval/tables';

const FROM = 7 * 168 + 23;
const TO = FROM + 17 * 24;

/** A source of `rate` rows an hour that keeps the share `kept(hour)` of its rows. */
function table(rate: number, kept: (hour: number) => number = () => 1, seed = 8, timed = true): VolumeTable {
  const { rows } = generate({ ...NOISE, shape: 'office', rate, seed });
  const random = seededRandom(seed + 77);
  return cleanTable(
    rows.map((n, h) => binomial(n, kept(h), random)),
    seed,
    timed,
  );
}

function only(volumes: VolumeTable, over: Partial<LogSource> = {}, context: Parameters<typeof assess>[1] = {}) {
  return assess([{ source: logSource('T', over), volumes }], context);
}

describe('coverage of one source', () => {
  it('says of a whole source what it could have seen', () => {
    const { sources } = only(table(200));
    expect(sources[0]!.status).toBe('OK');
    expect(sources[0]!.minimumDetectableLoss).toBeGreaterThan(0.03);
    expect(sources[0]!.minimumDetectableLoss).toBeLessThan(0.15);
    expect(sources[0]!.smallestProvableSilence).toBeLessThanOrEqual(2 * HOUR);
  });
  it('dates a total stop to the bin', () => {
    const { sources, undisclosed } = only(table(200, (h) => (h >= FROM && h < FROM + 30 ? 0 : 1)));
    const gap = sources[0]!.segments.find((s) => s.status === 'GAP')!;
    expect((gap.start - at(FROM)) / HOUR).toBe(0);
    expect((gap.end - at(FROM + 30)) / HOUR).toBe(0);
    expect(gap.ongoing).toBe(false);
    expect(undisclosed.map((u) => u.source)).toEqual(['T']);
  });
  it('reports of a loss the part that lies in the range asked, and when the whole began', () => {
    const volumes = table(200, (h) => (h >= FROM && h < TO ? 0.4 : 1));
    const whole = only(volumes).sources[0]!.segments.find((s) => s.status === 'PARTIAL')!;
    const [from, cut, to] = [at(FROM + 100), at(FROM + 200), at(FROM + 300)];
    const part = (range: { from: typeof from; to: typeof from }) => {
      const { segments } = only(volumes, {}, range).sources[0]!;
      expect(segments.map((s) => [s.status, s.start, s.end])).toEqual([['PARTIAL', range.from, range.to]]);
      expect(segments[0]!.startRange).toEqual(whole.startRange);
      expect(segments[0]!.lost!.low).toBeLessThan(segments[0]!.expected! - segments[0]!.observed);
      expect(segments[0]!.lost!.high).toBeGreaterThan(segments[0]!.expected! - segments[0]!.observed);
      return segments[0]!;
    };
    const [all, first, second] = [part({ from, to }), part({ from, to: cut }), part({ from: cut, to })];
    expect(first.observed + second.observed).toBe(all.observed);
    expect(first.expected! + second.expected!).toBeCloseTo(all.expected!);
    expect(all.expected).toBeLessThan(whole.expected!);
  });
  it('calls an outage that still runs a gap, and the same with its change of configuration a step', () => {
    const off = table(20, (h) => (h >= 12 * 168 ? 0 : 1));
    expect(only(off).sources[0]).toMatchObject({ status: 'GAP', ongoing: true });
    const change = {
      at: at(12 * 168),
      operation: 'Delete diagnostic setting',
      resource: 'r',
      caller: 'c',
      sources: ['T'],
    };
    const step = only(off, {}, { changes: [change] });
    expect(step.sources[0]).toMatchObject({ status: 'STEP_CHANGE' });
    expect(step.undisclosed).toEqual([]);
    expect(only(off, {}, { changes: [{ ...change, sources: [] }] }).sources[0]!.status).toBe('GAP');
  });
  it('finds a long shallow loss that nobody claims', () => {
    const { sources } = only(table(200, (h) => (h >= FROM && h < TO ? 0.6 : 1)));
    const lost = sources[0]!.segments.find((s) => s.status === 'PARTIAL')!;
    expect(lost.startRange.earliest).toBeLessThanOrEqual(at(FROM));
    expect(lost.startRange.latest).toBeGreaterThanOrEqual(at(FROM));
    expect(lost.sentence).toMatch(/expected rows .* UTC; 90 % interval of the loss/);
  });
});

describe('claims', () => {
  const windows = [windowOf('w', ['T'], FROM, TO)];
  const verdict = (volumes: VolumeTable, over: Partial<LogSource> = {}) =>
    only(volumes, over, { windows, claims: [claimOn(['w'])] }).reviews[0]!.report.claims[0]!;
  it('confirms a loss and gives its rows', () => {
    const { rows } = generate({ ...NOISE, shape: 'office', rate: 200, seed: 8 });
    const volumes = table(200, (h) => (h >= FROM && h < TO ? 0.6 : 1));
    const v = verdict(volumes);
    expect(v.verdict).toBe('CONFIRMED');
    let lost = 0;
    for (let h = FROM; h < TO; h++) lost += rows[h]!;
    lost *= 0.4;
    expect(v.lost!.low).toBeLessThan(lost * 1.1);
    expect(v.lost!.high).toBeGreaterThan(lost * 0.9);
  });
  it('does not see a loss that is not there, and says what it could have seen', () => {
    const v = verdict(table(200));
    expect(v.verdict).toBe('NOT_SEEN_HERE');
    expect(v.minimumDetectableLoss).toBeLessThan(0.1);
  });
  it('cannot say more than the data can', () => {
    expect(
      only(table(200), { role: 'state' }, { windows, claims: [claimOn(['w'])] }).reviews[0]!.report.claims[0],
    ).toMatchObject({
      verdict: 'NOT_EVALUABLE',
      reason: 'state-table',
    });
    const early = [windowOf('w', ['T'], -400, -100)];
    expect(
      only(table(200), {}, { windows: early, claims: [claimOn(['w'])] }).reviews[0]!.report.claims[0],
    ).toMatchObject({
      verdict: 'NOT_EVALUABLE',
      reason: 'retention',
    });
  });
});

describe('input that is not as it should be', () => {
  const whole = table(20);
  it('takes a failed query for what it is', () => {
    const r = assess([{ source: logSource('T'), volumes: { reason: 'query-failed', message: 'Throttled.' } }]);
    expect(r.sources[0]).toMatchObject({ status: 'NOT_EVALUABLE', reason: 'query-failed', sentence: 'Throttled.' });
  });
  it('takes an empty table for a source that was never collected', () => {
    expect(only(table(20, () => 0)).sources[0]).toMatchObject({ status: 'NOT_COLLECTED' });
  });
  it('has no baseline for rows that span minutes', () => {
    const few: VolumeTable = {
      ...whole,
      eventBin: Int32Array.from([40, 41]),
      delay: Float64Array.from([0, 0]),
      rows: Float64Array.from([30, 12]),
    };
    const [s] = only(few).sources;
    expect(s!.status).toBe('NO_BASELINE');
    expect(s!.segments.map((g) => g.status)).not.toContain('GAP');
  });
  it('leaves out counts that are no counts, and survives a spike of a million times the rest', () => {
    const rows = whole.rows.slice();
    rows[100] = Number.NaN;
    rows[300] = -5;
    rows[500] = 2e7;
    const [s] = only({ ...whole, rows }).sources;
    expect(s!.segments.map((g) => g.status)).not.toContain('GAP');
    expect(s!.segments.map((g) => g.status)).not.toContain('PARTIAL');
    expect(s!.notes.join(' ')).toContain('2 bins');
  });
  it('is the same every time', () => {
    const once = () => JSON.stringify(only(table(20, (h) => (h >= FROM && h < TO ? 0.6 : 1))).sources);
    expect(once()).toBe(once());
  });
  it('leaves the newest rows alone until they had time to come', () => {
    const now = instant(whole.start + whole.bins * HOUR);
    const slow = { ...whole, delay: whole.delay.map((d) => d + 5 * HOUR) };
    const last = only(slow, {}, { now, to: now }).sources[0]!.segments.at(-1)!;
    expect(last.status).toBe('PENDING');
    expect((last.end - last.start) / HOUR).toBeLessThanOrEqual(6);
    expect(only(whole, {}, { now, to: now }).sources[0]!.status).toBe('OK');
  });
});
