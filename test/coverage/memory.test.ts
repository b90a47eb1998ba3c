import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finish } from '../../src/base/steps';
import { HOUR, type Instant, instant } from '../../src/base/time';
import { analyse } from '../../src/coverage/analysis';
import {
  type AssessmentContext,
  type AssessmentMemory,
  createAssessment,
  createAssessmentMemory,
} from '../../src/coverage/assessment';
import { type LocationMemory, locateAll } from '../../src/coverage/findings';
import { dateWindow } from '../../src/coverage/windows';
import type { LogSource, VolumeFailure, VolumeTable } from '../../src/protocol/source';
import { claimOn, windowOf } from '../eval/assess';
import { START } from '../eval/noise';
import { nowAt, seenAt, tenantSource, tenantWindow } from '../eval/tenant';

/** One that stops, one with a long loss, one with a cache, one with repeated rows, two control series, two whole ones. */
const SOURCES = [72, 90, 36, 126, 4, 104, 28, 7].map((n) => tenantSource(n, 11));
const QUIET = [28, 4].map((n) => tenantSource(n, 11));

const ODD = ['fails', 'nan', 'doubled', 'short', 'one more', 'one in the loss', 'slower', 'mixed'] as const;
type Odd = (typeof ODD)[number];

interface State {
  readonly hours: number;
  /** Minutes of `now` beyond the hour. */
  readonly minutes: number;
  readonly window: number;
  /** Sources (by place) with something odd in their counts, and what. */
  readonly odd: ReadonlyMap<number, Odd>;
}

function countsOf(volumes: VolumeTable, { hours }: State, odd: Odd | undefined): VolumeTable | VolumeFailure {
  const seen = seenAt(volumes, odd === 'short' ? 300 : hours);
  if (odd === 'mixed') return mixed(seen);
  const rows = seen.rows.slice();
  const delay = seen.delay.slice();
  if (odd === 'fails') return { reason: 'query-failed', message: 'The query failed half way.' };
  if (odd === 'nan') rows[rows.length >> 1] = Number.NaN;
  // Weeks ago, in an hour that taught.
  if (odd === 'one more') rows[400]! += 1;
  // In the incident's window, which teaches nothing.
  if (odd === 'one in the loss') rows[seen.eventBin.indexOf(1300)]! += 1;
  if (odd === 'doubled') for (let c = rows.length - 300; c < rows.length; c++) rows[c]! *= 2;
  if (odd === 'slower') for (let c = 1000; c < 1100; c++) delay[c]! += 3 * HOUR;
  return { ...seen, rows, delay };
}

/** The same cells in another order: newest first. */
const mixed = (t: VolumeTable): VolumeTable => ({
  ...t,
  eventBin: t.eventBin.slice().reverse(),
  delay: t.delay.slice().reverse(),
  rows: t.rows.slice().reverse(),
});

function assessed(sources: typeof SOURCES, state: State, memory?: AssessmentMemory) {
  const now = instant(nowAt(state.hours) + state.minutes * 60_000);
  const context: AssessmentContext = {
    now,
    from: START,
    to: now,
    windows: [tenantWindow(100), windowOf('v', ['Table4', 'Table7'], state.window, state.window + 60)],
    claims: [claimOn(['w']), claimOn(['v'], 'not-affected', 'c-002')],
    changes: [],
    materiality: 0.1,
    seed: 1,
    derived: () => ({ derived: false, upstream: [] }),
  };
  const assessment = createAssessment(context, memory);
  sources.forEach(({ source, volumes }, n) => {
    assessment.add(source, countsOf(volumes, state, state.odd.get(n)), () => `${source.table} | count`);
  });
  return assessment.finish();
}

/** Rows that come an hour later for a bin of two days ago. */
function lateRows(t: VolumeTable, bin: number): VolumeTable {
  const c = t.eventBin.indexOf(bin);
  const rows = t.rows.slice();
  rows[c]! += 3;
  return { ...t, rows };
}

/** With the share `kept` of the rows from bin `from` on. */
const thinnedFrom = (from: number, kept: number) => (t: VolumeTable) => ({
  ...t,
  rows: t.rows.map((n, c) => (t.eventBin[c]! >= from ? Math.floor(kept * n) : n)),
});

/** What goes on at the end of the data, in every hour anew. */
const AT_THE_END: readonly (readonly [string, (t: VolumeTable, hour: number) => VolumeTable])[] = [
  ['nothing', (t) => t],
  ['a stop in the hour before midnight', thinnedFrom(1511, 0)],
  ['a stop in the morning', thinnedFrom(1516, 0)],
  ['a loss of days', thinnedFrom(1400, 0.6)],
  ['rows that come late for the day before', (t, hour) => lateRows(t, hour - 30)],
  ['rows that come late for the newest hours', (t, hour) => lateRows(t, hour - 3)],
  ['cells in another order', mixed],
];

const contextless = {
  windows: [],
  claims: [],
  changes: [],
  materiality: 0.1,
  seed: 1,
  derived: () => ({ derived: false, upstream: [] }),
} as const;

/** One source in a window that ends now, claimed. */
function alone(source: LogSource, volumes: VolumeTable, now: Instant, memory?: AssessmentMemory) {
  const window = windowOf('w', [source.id], 1490, 1491, {
    end: { earliest: null, latest: null, text: '', approximate: false },
  });
  const claims = [claimOn(['w'])];
  const assessment = createAssessment({ ...contextless, now, from: START, to: now, windows: [window], claims }, memory);
  assessment.add(source, volumes, () => `${source.table} | count`);
  return assessment.finish();
}

/** All figures and all series, bit by bit. */
const bytesOf = (value: unknown): string =>
  createHash('sha256')
    .update(
      JSON.stringify(value, (_, x) =>
        ArrayBuffer.isView(x) ? Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString('base64') : x,
      ),
    )
    .digest('hex');

const BEGIN: State = { hours: 1500, minutes: 0, window: 900, odd: new Map() };
const later = (hours: number) => (s: State) => ({ ...s, hours: s.hours + hours });
const minutes = (m: number) => (s: State) => ({ ...s, minutes: m });
const window = (w: number) => (s: State) => ({ ...s, window: w });
const odd = (n: number, what: Odd | null) => (s: State) => {
  const all = new Map(s.odd);
  if (what) all.set(n, what);
  else all.delete(n);
  return { ...s, odd: all };
};
const change = fc.oneof(
  fc.constantFrom(1, 2, 25).map(later),
  fc.constantFrom(0, 7, 50).map(minutes),
  fc.integer({ min: 700, max: 1480 }).map(window),
  fc.tuple(fc.integer({ min: 0, max: 7 }), fc.constantFrom(...ODD, null)).map(([n, what]) => odd(n, what)),
);

/** Holds an assessment with memory against one without, after each change. */
function holdApart(changes: readonly ((s: State) => State)[]): void {
  const memory = createAssessmentMemory();
  let state = BEGIN;
  assessed(SOURCES, state, memory);
  changes.forEach((next, n) => {
    state = next(state);
    expect(bytesOf(assessed(SOURCES, state, memory)), `change ${n}`).toBe(bytesOf(assessed(SOURCES, state)));
  });
}

describe('an assessment that remembers the one before', () => {
  it('gives the bytes of one that remembers nothing, after each kind of change', () => {
    holdApart([
      later(1),
      later(1),
      odd(1, 'one more'),
      odd(0, 'one more'),
      odd(1, 'one in the loss'),
      odd(1, null),
      odd(5, 'slower'),
      odd(2, 'slower'),
    ]);
    holdApart([
      odd(7, 'nan'),
      odd(7, null),
      odd(6, 'doubled'),
      odd(5, 'fails'),
      odd(5, null),
      window(1300),
      window(1301),
    ]);
    // The day ends, and no row has come since: what taught has changed, and the counts have not.
    holdApart([later(11), minutes(50), minutes(57), minutes(125), later(1), odd(3, 'short'), later(1)]);
  }, 240_000);

  it('gives them after changes of any kind in any order', () => {
    fc.assert(fc.property(fc.array(change, { minLength: 3, maxLength: 4 }), holdApart), { numRuns: 4, seed: 3 });
  }, 240_000);

  it.each(AT_THE_END)(
    'gives the same hour by hour over more than a day: %s',
    (_, change) => {
      const { source, volumes } = tenantSource(29, 11);
      const memory = createAssessmentMemory();
      for (let hours = 1498; hours < 1524 + 2; hours++) {
        const of = (m?: AssessmentMemory) => alone(source, change(seenAt(volumes, hours), hours), nowAt(hours), m);
        expect(bytesOf(of(memory)), `hour ${hours}`).toBe(bytesOf(of()));
      }
    },
    240_000,
  );

  it('learns nothing anew in the hours of a day, and all that has changed where an old row has come', () => {
    const { source, volumes } = tenantSource(29, 11);
    const memory = createAssessmentMemory();
    const pastAt = (hours: number, change = (t: VolumeTable) => t) => {
      alone(source, change(seenAt(volumes, hours)), nowAt(hours), memory);
      return memory.of(source.id, 'alone').study!.analysis.past;
    };
    const first = pastAt(1513);
    expect(pastAt(1514)).toBe(first);
    expect(pastAt(1535, mixed)).toBe(first);
    expect(pastAt(1535, (t) => lateRows(t, 1500))).not.toBe(first);
    expect(pastAt(1535)).not.toBe(first);
    expect(pastAt(1537).volumes.bins).toBe(1536);
  });

  it('closes a day when its rows have had time to come', () => {
    const { source, volumes } = tenantSource(29, 11);
    const slow = { ...volumes, delay: volumes.delay.map((d) => d + 4 * HOUR) };
    const closedAt = (hours: number) => {
      const memory = createAssessmentMemory();
      alone(source, seenAt(slow, hours), nowAt(hours), memory);
      return memory.of(source.id, 'alone').study!.analysis.past.volumes.bins;
    };
    expect(closedAt(1537)).toBe(1512);
    expect(closedAt(1542)).toBe(1536);
  });

  it('takes over the reports of sources that have not changed, and no others', () => {
    const memory = createAssessmentMemory();
    const before = assessed(QUIET, BEGIN, memory).sources;
    const after = assessed(QUIET, { ...BEGIN, odd: new Map([[1, 'doubled']]) }, memory).sources;
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  it('keeps a fit for the hours of a day, and learns anew when the day is whole', () => {
    const memory = createAssessmentMemory();
    const fitAt = (hours: number) => {
      assessed(QUIET, { ...BEGIN, hours }, memory);
      return memory.of('Table28', 'alone').fits.at(-1)!.fit;
    };
    const first = fitAt(1513);
    expect(fitAt(1514)).toBe(first);
    expect(fitAt(1535)).toBe(first);
    expect(fitAt(1537)).not.toBe(first);
  });

  it('dates a loss anew where a count inside it has changed', () => {
    const { source, volumes } = tenantSource(72, 11);
    const windows = [dateWindow(tenantWindow(100), nowAt(1500))!];
    const input = { source, table: seenAt(volumes, 1500), now: nowAt(1500), windows, holidays: new Set<number>() };
    const a = finish(analyse(input));
    const region = { from: 1190, to: 1250, test: 'planned', logP: -50, places: 1 } as const;
    const memory: LocationMemory = { located: [] };
    const before = finish(locateAll(a, [region], memory));
    const records = a.volumes.records.map((n, i) => (i > 1210 && i < 1235 ? a.baseline!.mu[i]! : n));
    const other = { ...a, volumes: { ...a.volumes, records } };
    const after = finish(locateAll(other, [region], memory));
    expect(after).toEqual(finish(locateAll(other, [region])));
    expect(after).not.toEqual(before);
  });

  it('forgets sources that are gone', () => {
    const memory = createAssessmentMemory();
    assessed(QUIET, BEGIN, memory);
    assessed(QUIET.slice(0, 1), BEGIN, memory);
    expect(memory.of('Table4', 'alone').study).toBeNull();
  });

  it('keeps what was asked of all sources apart from what it keeps of each', () => {
    const change = { at: START, operation: 'Delete', resource: 'setting', caller: 'someone', sources: [] };
    const now = nowAt(1500);
    const kept = (changes: AssessmentContext['changes']) => {
      const memory = createAssessmentMemory();
      const assessment = createAssessment({ ...contextless, now, from: START, to: now, changes }, memory);
      const { source, volumes } = QUIET[0]!;
      assessment.add(source, seenAt(volumes, 1500), () => '');
      assessment.finish();
      return memory.of(source.id, 'alone').judgement!;
    };
    const [none, many] = [kept([]), kept(new Array(1000).fill(change))];
    expect(many.own).toBe(none.own);
    expect(many.asked.length).toBeGreaterThan(none.asked.length + 50_000);
  });

  it('keeps the steps short of work: two for a whole source, some more where a loss is dated', () => {
    const now = nowAt(1500);
    const count = (sources: typeof SOURCES) => {
      const assessment = createAssessment({ ...contextless, now, from: START, to: now });
      for (const { source, volumes } of sources) assessment.add(source, seenAt(volumes, 1500), () => '');
      let steps = 0;
      for (const _ of assessment.steps()) steps++;
      return steps;
    };
    expect(count(SOURCES.slice(7))).toBeLessThan(20);
    expect(count(SOURCES.slice(1, 2))).toBeGreaterThan(10);
  });
});
