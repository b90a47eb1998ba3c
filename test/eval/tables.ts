/** Volume tables out of series of rows: clean delays, late rows, duplicates, in the buckets that a query gives. */
import { type Random, seededRandom } from '../../src/base/random';
import { HOUR, type Instant, instant, MINUTE } from '../../src/base/time';
import type { LogSource, VolumeTable } from '../../src/protocol/source';
import { binomial, normal, START } from './noise';

/** 5 minutes up to an hour, an hour beyond. */
export const bucketOf = (delay: number): number =>
  delay < HOUR ? Math.floor(delay / (5 * MINUTE)) * 5 * MINUTE : Math.floor(delay / HOUR) * HOUR;

export class Cells {
  private readonly cells = new Map<number, Map<number, number>>();
  add(bin: number, delay: number, rows: number): void {
    if (rows <= 0) return;
    const byDelay = this.cells.get(bin) ?? new Map<number, number>();
    this.cells.set(bin, byDelay);
    byDelay.set(delay, (byDelay.get(delay) ?? 0) + rows);
  }
  table(bins: number, over: Partial<VolumeTable> = {}): VolumeTable {
    const all = [...this.cells].flatMap(([bin, m]) => [...m].map(([delay, rows]) => ({ bin, delay, rows })));
    all.sort((a, b) => a.bin - b.bin || a.delay - b.delay);
    return {
      bin: HOUR,
      start: START,
      bins,
      eventBin: Int32Array.from(all, (c) => c.bin),
      delay: Float64Array.from(all, (c) => c.delay),
      rows: Float64Array.from(all, (c) => c.rows),
      bytes: null,
      distinct: null,
      outside: 0,
      lastSeen: instant(START + bins * HOUR),
      ...over,
    };
  }
}

/** Clean delays: about four minutes, a few up to forty. `timed` false: no ingestion time. */
export function addClean(cells: Cells, bin: number, rows: number, random: Random, timed = true): void {
  if (!timed) {
    cells.add(bin, Number.NaN, rows);
    return;
  }
  const slow = binomial(rows, 0.02, random);
  const quick = binomial(rows - slow, 0.6, random);
  cells.add(bin, 0, quick);
  cells.add(bin, 5 * MINUTE, rows - slow - quick);
  for (let i = 0; i < Math.min(slow, 20); i++) {
    const share = Math.floor(slow / Math.min(slow, 20)) + (i < slow % Math.min(slow, 20) ? 1 : 0);
    cells.add(bin, bucketOf(Math.min(40, 10 + 6 * Math.abs(normal(random))) * MINUTE), share);
  }
}

/** A table in which all these rows came in time. */
export function cleanTable(rows: Float64Array, seed: number, timed = true): VolumeTable {
  const random = seededRandom(seed ^ 0x5bd1e995);
  const cells = new Cells();
  rows.forEach((n, bin) => {
    addClean(cells, bin, n, random, timed);
  });
  return cells.table(rows.length);
}

export function logSource(id: string, over: Partial<LogSource> = {}): LogSource {
  return {
    id,
    table: id.split('/')[0]!,
    filter: null,
    services: ['Service'],
    role: 'primary',
    eventTime: 'CreatedDateTime',
    restampable: false,
    ingestionTime: 'IngestionTime',
    key: null,
    size: null,
    seasonalZone: null,
    retired: false,
    retentionDays: null,
    licence: null,
    plan: null,
    notes: [],
    ...over,
  };
}

export const endOf = (table: VolumeTable): Instant => instant(table.start + table.bins * table.bin);
