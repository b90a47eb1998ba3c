import { describe, expect, it } from 'vitest';
import type { VolumeTable } from '../../src/protocol/source';
import { assess } from '../eval/assess';
import { generate, NOISE } from '../eval/noise';
import { cleanTable, logSource } from '../eval/tables';

const LOSS = new Set(['GAP', 'PARTIAL', 'RESTAMPED']);
const rows = generate({ ...NOISE, shape: 'flat', rate: 40, seed: 5 }).rows;
const changed = (change: (n: number, hour: number) => number) => rows.map(change);

/** Status and reason of the source with these counts, and whether anything was called lost. */
function verdictOn(volumes: VolumeTable) {
  const [s] = assess([{ source: logSource('T'), volumes }]).sources;
  expect(s!.sentence.length).toBeGreaterThan(10);
  return { status: s!.status, reason: s!.reason, lost: s!.segments.some((g) => LOSS.has(g.status)), notes: s!.notes };
}

/** Counts that a query gives for these rows, whatever they hold. */
function counts(values: Float64Array): VolumeTable {
  const clean = cleanTable(rows, 1);
  return {
    ...clean,
    eventBin: Int32Array.from(values.keys()),
    delay: new Float64Array(values.length),
    rows: values,
  };
}

describe('bad input is a status with a reason, and no loss by accident', () => {
  it.each([
    ['all zeros', counts(changed(() => 0)), 'NOT_COLLECTED', 'not-collected'],
    ['nothing but NaN', counts(changed(() => Number.NaN)), 'NOT_EVALUABLE', 'partial-result'],
    ['nothing but negative counts', counts(changed((n) => -n)), 'NOT_EVALUABLE', 'partial-result'],
    ['a history shorter than a day', cleanTable(rows.slice(0, 20), 1), 'NO_BASELINE', 'no-baseline'],
    ['only times of 1601 and 1970', { ...counts(changed(() => 0)), outside: 4_000 }, 'NOT_EVALUABLE', 'no-time'],
  ] as const)('%s', (_, volumes, status, reason) => {
    expect(verdictOn(volumes)).toMatchObject({ status, reason, lost: false });
  });

  it.each([
    ['a NaN for a day', (n: number, h: number) => (h >= 900 && h < 924 ? Number.NaN : n)],
    ['negative counts for a day', (n: number, h: number) => (h >= 900 && h < 924 ? -n : n)],
    ['a bin with a million times the rest', (n: number, h: number) => (h === 900 ? 4e7 : n)],
  ])('%s is no loss', (_, change) => {
    expect(verdictOn(counts(changed(change))).lost).toBe(false);
  });

  it('rows outside any sane time are set apart, and the source says so', () => {
    const seen = verdictOn({ ...cleanTable(rows, 1), outside: 12 });
    expect(seen).toMatchObject({ status: 'OK', lost: false });
    expect(seen.notes.join(' ')).toContain('12 rows have a time outside any sane range');
  });

  it('events of a clock that runs ahead lie beyond the data and change nothing', () => {
    const clean = cleanTable(rows, 1);
    const ahead = { ...clean, eventBin: clean.eventBin.map((b, c) => (c % 997 === 0 ? b + clean.bins : b)) };
    expect(verdictOn(ahead).lost).toBe(false);
  });

  it('a query that failed is told by its reason', () => {
    const failure = { reason: 'query-failed', message: 'The query failed half way.' } as const;
    const [s] = assess([{ source: logSource('T'), volumes: failure }]).sources;
    expect(s).toMatchObject({ status: 'NOT_EVALUABLE', reason: 'query-failed' });
    expect(s!.sentence).toContain('failed half way');
  });
});
