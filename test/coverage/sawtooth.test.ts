import { expect, it } from 'vitest';
import { seededRandom } from '../../src/base/random';
import { finish } from '../../src/base/steps';
import { DAY, HOUR, type Instant } from '../../src/base/time';
import { analyse } from '../../src/coverage/analysis';
import { locateAll } from '../../src/coverage/findings';
import type { LogSource, VolumeTable } from '../../src/protocol/source';

const START = Date.UTC(2024, 6, 15) as Instant;
const DAYS = 84;
const NOW = (START + DAYS * DAY) as Instant;

/** Rows of each hour: a day shape with noise; a stop of fourteen days, then ten days of seven silent hours in every twenty-one. */
function hours(): Float64Array {
  const random = seededRandom(5);
  return Float64Array.from({ length: DAYS * 24 }, (_, h) => {
    const day = h / 24;
    const stopped = day >= 50 && day < 64;
    const silent = day >= 68 && day < 78 && (h - 68 * 24) % 21 >= 14;
    const kept = stopped || silent ? 0 : 1;
    const shape = 400 + 300 * Math.sin(((h % 24) / 24) * 2 * Math.PI - 1.5);
    return Math.round(kept * shape * (0.5 + random()));
  });
}

const SOURCE: LogSource = {
  id: 'Logs',
  table: 'Logs',
  filter: null,
  services: [],
  role: 'unknown',
  eventTime: 'At',
  restampable: false,
  ingestionTime: null,
  key: null,
  size: null,
  seasonalZone: null,
  retired: false,
  retentionDays: null,
  licence: null,
  plan: null,
  notes: [],
};

it('finds the stops of a sawtooth beside a larger stop, though one suspicious region holds them all', () => {
  const rows = hours();
  const table: VolumeTable = {
    bin: HOUR,
    start: START,
    bins: rows.length,
    eventBin: Int32Array.from(rows, (_, i) => i),
    delay: new Float64Array(rows.length).fill(Number.NaN),
    rows,
    bytes: null,
    distinct: null,
    outside: 0,
    lastSeen: NOW,
  };
  const analysis = finish(analyse({ source: SOURCE, table, now: NOW, windows: [], holidays: new Set() }));
  const region = (from: number, to: number) => ({
    from: from * 24,
    to: to * 24,
    test: 'bin' as const,
    logP: -400,
    places: 1,
  });
  const extents = finish(locateAll(analysis, [region(50, 64), region(68, 78)]));
  const silent = [...rows.keys()].filter((i) => rows[i] === 0 && i >= 68 * 24);
  const missed = silent.filter((i) => !extents.some((e) => e.from <= i && i < e.to));
  expect(silent.length).toBeGreaterThan(60);
  expect(missed).toEqual([]);
});
