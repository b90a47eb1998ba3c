/** A tenant of any size, one source at a time: all shapes and rates, a few of them hurt. Seen at some hour, as a workspace is. */

import { seededRandom } from '../../src/base/random';
import { HOUR, type Instant, instant } from '../../src/base/time';
import type { IncidentWindow } from '../../src/protocol/review';
import type { LogSource, VolumeTable } from '../../src/protocol/source';
import { windowOf } from './assess';
import { generate, NOISE, SHAPES, START } from './noise';
import { agentPlant, duplicatedPlant, storyOf, thinned } from './plants';
import { cleanTable, logSource } from './tables';

/** Hours that a tenant knows at most. */
export const TENANT_HOURS = 14 * 168;
const RATES = [2, 20, 200, 2000] as const;
/** The incident of the tenant: 17 days from Monday 2 September 23:00. */
const FROM = 7 * 168 + 23;
const TO = FROM + 17 * 24;
const RESTART = FROM + 9 * 24;

export interface TenantSource {
  readonly source: LogSource;
  /** All its hours; what is seen of it at some hour is `seenAt`. */
  readonly volumes: VolumeTable;
}

/** Every so many sources one is hurt: in turn it stops, loses 40 %, caches, repeats rows. */
const HURT_EVERY = 18;
const kindOf = (n: number): number => (n % HURT_EVERY === 0 ? (n / HURT_EVERY) % 4 : -1);

/** Source `n` of the tenant with this seed. */
export function tenantSource(n: number, seed: number): TenantSource {
  const id = `Table${n}`;
  const shape = SHAPES[n % SHAPES.length]!;
  const rate = RATES[Math.floor(n / SHAPES.length) % RATES.length]!;
  const noise = { ...NOISE, weeks: TENANT_HOURS / 168, shape, rate, seed: seed + n * 7919 };
  const source = logSource(id, {
    key: kindOf(n) === 3 ? ['Id'] : null,
    seasonalZone: shape === 'office' ? 'Europe/Berlin' : null,
    role: n % 50 === 4 ? 'control' : 'primary',
  });
  switch (kindOf(n)) {
    case 0:
      return { source, volumes: thinned(noise, (h) => (h >= FROM && h < FROM + 40 ? 0 : 1)).table };
    case 1:
      return { source, volumes: thinned(noise, (h) => (h >= FROM && h < TO ? 0.6 : 1)).table };
    case 2:
      return { source, volumes: cached({ ...noise, rate: Math.min(rate, 200) }) };
    case 3:
      return { source, volumes: duplicatedPlant(noise, FROM, FROM + 30, 2) };
    default:
      return { source, volumes: cleanTable(generate(noise).rows, noise.seed, n % 7 !== 0) };
  }
}

function cached(noise: Parameters<typeof generate>[0]): VolumeTable {
  const spec = {
    threads: 2,
    sharing: 'pinned',
    eventBytes: 1000,
    policy: 'drop-oldest',
    drainPerHour: 20_000,
  } as const;
  const story = storyOf(2, FROM, 60, [RESTART], seededRandom(noise.seed));
  return agentPlant(noise, { ...spec, cacheBytes: 40_000 * noise.rate }, story).planted.table;
}

/** The incident that a review of this tenant names, with the sources that it hurt. */
export const tenantWindow = (sources: number): IncidentWindow =>
  windowOf(
    'w',
    Array.from({ length: sources }, (_, n) => n)
      .filter((n) => kindOf(n) >= 0 && kindOf(n) < 3)
      .map((n) => `Table${n}`),
    FROM,
    TO,
  );

/** The end of hour `hours` of the tenant, with a few minutes for the newest rows. */
export const nowAt = (hours: number): Instant => instant(START + hours * HOUR + HOUR / 10);

/** What has arrived after so many hours: later events are not there, nor are rows that came later. */
export function seenAt(table: VolumeTable, hours: number): VolumeTable {
  const keep: number[] = [];
  for (let c = 0; c < table.eventBin.length; c++) {
    const bin = table.eventBin[c]!;
    const delay = Number.isNaN(table.delay[c]!) ? 0 : table.delay[c]!;
    if (bin < hours && bin * HOUR + delay <= hours * HOUR) keep.push(c);
  }
  return {
    ...table,
    bins: hours,
    eventBin: Int32Array.from(keep, (c) => table.eventBin[c]!),
    delay: Float64Array.from(keep, (c) => table.delay[c]!),
    rows: Float64Array.from(keep, (c) => table.rows[c]!),
    distinct: table.distinct?.slice(0, hours) ?? null,
    lastSeen: instant(START + hours * HOUR),
  };
}
