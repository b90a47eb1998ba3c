/**
 * Proof without a baseline: a table that another service writes of the same sign-ins, under the same ids, and records that come in pairs.
 * What they must show is counted here, from what became of the rows.
 */
import { DAY, HOUR } from '../base/time';
import { FATE } from '../coverage/agent';
import type { TableBatch } from '../protocol/table-writer';
import { FROM, TO } from './clock-shapes';
import { recordId, sharedId } from './columns';
import { TENANT } from './directory';
import { lowerBound, restamp } from './fate';
import type { RowContext } from './model';
import { logNormalSampler } from './noise';
import type { DecidedSource } from './rows';
import { stream } from './volume';

/** The table of Defender XDR, and the tables whose sign-ins it records too. */
export const WITNESS = {
  table: 'EntraIdSpnSignInEvents',
  path: 'EntraIdSpnSignInEvents.parquet',
  of: ['AADServicePrincipalSignInLogs', 'AADManagedIdentitySignInLogs'],
} as const;

/** Records of which one event leaves several: how many, and the places of the first and the last among them. */
export const PAIRS = [
  { source: 'WVDConnections', rows: 3, first: 0, last: 2 },
  { source: 'LogicAppWorkflowRuntime', rows: 6, first: 0, last: 5 },
] as const;

/** What a witness must show. */
export interface PlantedWitness {
  readonly kind: 'second-witness' | 'pair';
  readonly sources: readonly string[];
  /** Ids that can be judged. */
  readonly seen: number;
  /** Those of them that lack a record. */
  readonly missing: number;
}

const DELAY = { median: 9 * 60_000, sigma: 0.4 };

/** Ingestion times of a source's rows in the witness: its way is its own, and the agent is not on it. */
function receivedBy({ model, volume }: DecidedSource, seed: number): Float64Array {
  const delay = logNormalSampler(DELAY.median, DELAY.sigma);
  const random = stream(seed, `${WITNESS.table} ${model.id} delays`);
  return volume.times.map((t) => Math.round(t + delay(random)));
}

/** Every sign-in that happened, by day, taken in before the export was made. */
export function* witnessBatches(sources: readonly DecidedSource[], seed: number): Generator<TableBatch> {
  const received = sources.map((s) => receivedBy(s, seed));
  const days = 14;
  for (let start: number = FROM; start < TO; start += days * DAY)
    for (const [i, source] of sources.entries()) {
      const batch = batchOf(source, received[i]!, start, Math.min(TO, start + days * DAY));
      if (batch.rowCount > 0 || start === FROM) yield batch;
    }
}

function batchOf({ model, volume }: DecidedSource, received: Float64Array, start: number, end: number): TableBatch {
  const rows: number[] = [];
  for (let i = lowerBound(volume.times, start); i < volume.times.length && volume.times[i]! < end; i++)
    if (received[i]! < TO) rows.push(i);
  const count = rows.length;
  const eventMs = Float64Array.from(rows, (i) => volume.times[i]!);
  const receivedMs = Float64Array.from(rows, (i) => received[i]!);
  const context: RowContext = {
    // Nothing here is left to chance.
    random: () => 0,
    count,
    eventMs,
    receivedMs,
    generatedMs: eventMs,
    serial: Uint32Array.from(rows),
    draws: {},
  };
  const text = (word: string) => ({ type: 'string' as const, codes: new Uint32Array(count), words: [word] });
  const id = (name: string, salt: string) => ({ name, data: recordId(name, salt).make(context) });
  return {
    rowCount: count,
    columns: [
      { name: 'TimeGenerated', data: { type: 'datetime', ms: eventMs } },
      { name: 'Timestamp', data: { type: 'datetime', ms: eventMs } },
      id('RequestId', model.id),
      id('ReportId', `${WITNESS.table} ${model.id}`),
      { name: 'CorrelationId', data: sharedId('CorrelationId', `${model.id} request`, 2).make(context) },
      { name: 'ResourceTenantId', data: text(TENANT) },
      { name: 'Type', data: text(WITNESS.table) },
      { name: '_TimeReceived', data: { type: 'datetime', ms: receivedMs } },
    ],
  };
}

/** Whether a row of a source is in the export. */
const isThere = ({ fates }: DecidedSource, i: number): boolean =>
  fates.fate[i] !== FATE.lost && fates.fate[i] !== FATE.held;

/** Sign-ins of the witness, within the time that the tables cover but for the last hour, that are in neither. */
export function plantedWitness(sources: readonly DecidedSource[], seed: number): PlantedWitness {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const s of sources)
    s.volume.times.forEach((t, i) => {
      if (!isThere(s, i)) return;
      from = Math.min(from, t);
      to = Math.max(to, t);
    });
  let seen = 0;
  let missing = 0;
  for (const s of sources) {
    const received = receivedBy(s, seed);
    s.volume.times.forEach((t, i) => {
      if (t < from || t > to - HOUR || received[i]! >= TO) return;
      seen++;
      if (!isThere(s, i)) missing++;
    });
  }
  return { kind: 'second-witness', sources: WITNESS.of, seen, missing };
}

/** Events of which one of the two records is not in the export, but for the first and the last day. */
export function plantedPair(source: DecidedSource, pair: (typeof PAIRS)[number]): PlantedWitness {
  const at = new Map<number, { first: boolean; last: boolean; time: number }>();
  const times: number[] = [];
  source.volume.times.forEach((t, i) => {
    const place = i % pair.rows;
    if (!isThere(source, i) || (place !== pair.first && place !== pair.last)) return;
    const time = restamp(t, source.fates.receivedMs[i]!);
    times.push(time);
    const before = at.get(Math.floor(i / pair.rows));
    at.set(Math.floor(i / pair.rows), {
      first: place === pair.first || (before?.first ?? false),
      last: place === pair.last || (before?.last ?? false),
      time: Math.min(time, before?.time ?? time),
    });
  });
  const from = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY) + DAY;
  const to = times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) - DAY;
  const judged = [...at.values()].filter((e) => e.time >= from && e.time <= to);
  return {
    kind: 'pair',
    sources: [pair.source],
    seen: judged.length,
    missing: judged.filter((e) => !e.first || !e.last).length,
  };
}
