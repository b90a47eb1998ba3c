import { join } from 'node:path';
import { FATE } from '../coverage/agent';
import type { TableBatch, TableWriter } from '../protocol/table-writer';
import { DAYS } from './clock-shapes';
import { documents } from './documents';
import { RULES } from './documents/rules';
import { decideFates, type Fault, lowerBound } from './fate';
import type { StagedRow, TableExport } from './model';
import { CLAIMS, planFaults } from './planted';
import { Intake, ruleRuns } from './platform';
import { batches, type DecidedSource, filesOf } from './rows';
import { tellStory } from './story';
import { sourceModels, tables } from './tables';
import { countHours, type PlantedEntry, plantedEntry, type SampleTruth, sampleTruth, togetherEntry } from './truth';
import { drawVolume, sharedDays } from './volume';
import { PAIRS, type PlantedWitness, plantedPair, plantedWitness, WITNESS, witnessBatches } from './witness';

export { type PlantedEntry, type SampleTruth, truthToJson } from './truth';

export interface SampleInit {
  readonly writer: TableWriter;
  /** Folder to write into; files of the same names are replaced. */
  readonly folder: string;
  /** The same seed gives the same bytes. */
  readonly seed: number;
  /** Multiplies every rate; 1 is about seven million rows. What is planted keeps its times and shares. */
  readonly scale: number;
  /** Told after each file: files written, of how many, and rows so far. */
  readonly onProgress?: (done: number, total: number, rows: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Writes the sample tenant: twelve weeks of a hospital group's logs as a workspace exports them, with what the incident of
 * September 2024 does to them, and the detections, documents and review that go with them. What was planted is returned and is
 * nowhere in the folder. Rejects with the signal's reason when cancelled.
 */
export async function writeSample(init: SampleInit): Promise<SampleTruth> {
  const { seed, scale, folder, writer, signal } = init;
  const plan = planFaults(sourceModels, seed, scale);
  const story = tellStory(seed, plan.switchOff);
  const shared = sharedDays(seed);
  const intake = new Intake();
  const planted: PlantedEntry[] = [];
  const witnesses: PlantedWitness[] = [];
  const witnessed = new Map<string, DecidedSource>();
  const total = tables.length + 4;
  let rows = 0;
  let done = 0;
  let signInLoss: Float64Array = new Float64Array(DAYS * 24);
  const written = () => init.onProgress?.(++done, total, rows);

  for (const table of tables) {
    const decided: DecidedSource[] = [];
    for (const model of table.sources) {
      const fault: Fault | undefined =
        model.id === 'SecurityAlert' ? { effect: 'partial', missing: signInLoss } : plan.faults.get(model.id);
      const source = decideSource(model.id, fault, { seed, scale, shared, story });
      planted.push(plantedEntry(model.id, fault, source.volume, source.fates));
      intake.add(table.table, source);
      if (model.id === 'SigninLogs') signInLoss = lossShares(source);
      for (const id of WITNESS.of) if (id === model.id) witnessed.set(id, source);
      for (const pair of PAIRS) if (pair.source === model.id) witnesses.push(plantedPair(source, pair));
      decided.push(source);
    }
    if (decided.length > 1) planted.push(togetherEntry(table.table, decided));
    await writeFiles(table, decided, init, (n) => {
      rows += n;
    });
    written();
  }

  signal?.throwIfAborted();
  const parts = WITNESS.of.map((id) => witnessed.get(id)!);
  await writer.writeTable(
    join(folder, WITNESS.path),
    'parquet',
    pausing(
      counting(witnessBatches(parts, seed), (n) => {
        rows += n;
      }),
      signal,
    ),
  );
  witnesses.push(plantedWitness(parts, seed));
  written();
  await writer.writeTable(join(folder, 'Usage.csv'), 'csv', [intake.usage()]);
  written();
  await writer.writeTable(join(folder, 'SentinelHealth.ndjson.gz'), 'ndjson.gz', [ruleRuns(RULES, seed)]);
  written();
  for (const { path, text } of documents(CLAIMS)) {
    signal?.throwIfAborted();
    await writer.writeText(join(folder, path), text);
  }
  written();
  return sampleTruth(seed, planted, witnesses);
}

interface Setting {
  readonly seed: number;
  readonly scale: number;
  readonly shared: Float64Array;
  readonly story: readonly StagedRow[];
}

/** Draws a source's rows and decides what becomes of each. */
export function decideSource(id: string, fault: Fault | undefined, setting: Setting): DecidedSource {
  const model = sourceModels.get(id);
  if (!model) throw new Error(`No such source: ${id}`);
  const { seed, scale, shared, story } = setting;
  const volume = drawVolume(model, seed, scale, shared, story);
  return { model, volume, fates: decideFates(model, volume, fault, seed) };
}

async function writeFiles(
  table: TableExport,
  sources: readonly DecidedSource[],
  { writer, folder, seed, signal }: SampleInit,
  onRows: (rows: number) => void,
): Promise<void> {
  for (const { path, span } of filesOf(table)) {
    signal?.throwIfAborted();
    if (!hasRows(sources, span.start, span.end)) continue;
    await writer.writeTable(
      join(folder, path),
      table.format,
      pausing(batches(table, sources, span, seed, onRows), signal),
    );
  }
}

/** A file of a month in which nothing came would not be in an export. */
function hasRows(sources: readonly DecidedSource[], start: number, end: number): boolean {
  return sources.some(({ volume, fates }) => {
    for (let i = lowerBound(volume.times, start); i < volume.times.length && volume.times[i]! < end; i++)
      if (fates.fate[i] !== FATE.lost && fates.fate[i] !== FATE.held) return true;
    return false;
  });
}

function* counting(batches: Iterable<TableBatch>, onRows: (rows: number) => void): Generator<TableBatch> {
  for (const batch of batches) {
    onRows(batch.rowCount);
    yield batch;
  }
}

/** Gives the event loop a turn after each batch, and ends when cancelled. */
async function* pausing<T>(items: Iterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  for (const item of items) {
    signal?.throwIfAborted();
    yield item;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Share of the rows of each hour that was lost: what alerts could not be made of. */
function lossShares({ volume, fates }: DecidedSource): Float64Array {
  const hours = countHours(volume, fates);
  return hours.rows.map((n, h) => (n > 0 ? hours.lost[h]! / n : 0));
}
