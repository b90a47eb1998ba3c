import { beforeAll, describe, expect, it } from 'vitest';
import { formatInstant, HOUR, type Instant } from '../../src/base/time';
import { catalogTable } from '../../src/catalog/tables';
import type { ScalarType } from '../../src/protocol/records';
import type { ColumnData } from '../../src/protocol/table-writer';
import { DAYS, FROM, HOLIDAY, TO } from '../../src/sample/clock-shapes';
import { lowerBound } from '../../src/sample/fate';
import { INCIDENT_START } from '../../src/sample/incident';
import { planFaults } from '../../src/sample/planted';
import { type SampleTruth, truthToJson, writeSample } from '../../src/sample/sample';
import { tellStory } from '../../src/sample/story';
import { sourceModels, tables } from '../../src/sample/tables';
import { drawVolume, sharedDays } from '../../src/sample/volume';
import { createMemoryWriter, type MemoryWriter } from './memory-writer';

const SEED = 11;
const SCALE = 0.03;
let writer: MemoryWriter;
let truth: SampleTruth;

async function write(seed: number, scale = SCALE, signal?: AbortSignal) {
  const memory = createMemoryWriter();
  return { memory, truth: await writeSample({ writer: memory, folder: '', seed, scale, signal }) };
}

beforeAll(async () => {
  const written = await write(SEED);
  writer = written.memory;
  truth = written.truth;
});

const exportOf = (source: string) => tables.find((t) => t.sources.some((s) => s.id === source))!;
const nameOf = (table: { path: string }) => table.path.replace(/\.(parquet|csv)$/, '');
/** Event times of the rows of a source in the folder, ascending; copies of a row count once. */
function eventTimes(source: string): Float64Array {
  const table = exportOf(source);
  const name = nameOf(table);
  const times = writer.column(name, table.eventColumn ?? 'TimeGenerated') as number[];
  const providers = source.includes('/') ? writer.column(name, 'ResourceProvider') : null;
  const wanted = source.split('/')[1];
  return Float64Array.from(times.filter((_, i) => !providers || providers[i] === wanted)).sort();
}
const volumeOf = (source: string, seed = SEED) =>
  drawVolume(
    sourceModels.get(source)!,
    seed,
    SCALE,
    sharedDays(seed),
    tellStory(seed, planFaults(sourceModels, seed, SCALE).switchOff),
  );
const between = (times: Float64Array, from: number, to: number) => lowerBound(times, to) - lowerBound(times, from);

describe('writing the sample tenant', () => {
  it('gives the same bytes for the same seed and others for another', async () => {
    expect((await write(SEED)).memory.digest()).toBe(writer.digest());
    expect((await write(SEED + 1)).memory.digest()).not.toBe(writer.digest());
  });

  it('ends when cancelled', async () => {
    await expect(write(SEED, SCALE, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });

  it('uses columns and types that the catalogue has', () => {
    const wrong: string[] = [];
    for (const table of [
      ...tables.map((t) => ({ table: t.table, name: nameOf(t), ingestion: t.ingestionColumn })),
      ...['Usage', 'SentinelHealth', 'EntraIdSpnSignInEvents'].map((t) => ({
        table: t,
        name: t,
        ingestion: '_TimeReceived',
      })),
    ]) {
      const known = new Map(catalogTable(table.table)!.columns.map((c) => [c.name, c.type]));
      const file = [...writer.files].find(([path]) => path.startsWith(table.name))![1];
      for (const { name, data } of file.batches[0]!.columns) {
        if (name === table.ingestion) continue;
        const type = known.get(name);
        if (!type || !FITS[data.type].includes(type)) wrong.push(`${table.table}.${name}: ${data.type}, not ${type}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('keeps to eight million rows and to the four sizes', () => {
    const rates = [...sourceModels.values()].map((m) => m.rate);
    expect(rates.reduce((a, b) => a + b, 0) * DAYS * 24).toBeLessThan(7_800_000);
    expect(rates).toEqual(expect.arrayContaining([2, 20, 200, 2000]));
  });

  it('mixes formats as exports do, the large ones in Parquet', () => {
    const formats = new Set([...writer.files.values()].map((f) => f.format));
    expect([...formats].sort()).toEqual(['csv', 'ndjson.gz', 'parquet']);
    const large = tables.filter((t) => t.sources.some((s) => s.rate >= 200));
    expect(large.map((t) => t.format)).toEqual(large.map(() => 'parquet'));
    expect([...writer.files.keys()].filter((p) => p.startsWith('AuditLogs/'))).toHaveLength(4);
  });
});

const FITS: Record<ColumnData['type'], readonly ScalarType[]> = {
  datetime: ['datetime'],
  long: ['long'],
  int: ['int'],
  real: ['real'],
  string: ['string', 'guid'],
  dynamic: ['dynamic'],
  id: ['string', 'guid'],
};

describe('what was planted', () => {
  it('is counted as the rows in the folder are', () => {
    const checked = truth.planted.filter((p) => p.lost !== null && p.lost > 0 && p.source !== 'AzureDiagnostics');
    expect(checked.length).toBeGreaterThan(8);
    for (const p of checked) {
      // A whole cache lies within the restart's day; the edge of the export lies outside.
      const from = p.start! - 8 * 24 * HOUR;
      const to = Math.min(p.end! + 5 * 24 * HOUR, TO - 24 * HOUR);
      const happened = volumeOf(p.source).times;
      const lost = between(happened, from, to) - between(eventTimes(p.source), from, to);
      if (p.end === TO) {
        expect(between(eventTimes(p.source), p.start!, TO), p.source).toBe(0);
      } else expect(lost, p.source).toBe(p.lost);
    }
  });

  it('splits late from on time by the delays in the folder', () => {
    for (const p of truth.planted.filter((q) => q.effect === 'agent' && exportOf(q.source)?.eventColumn)) {
      const table = exportOf(p.source);
      const events = writer.column(nameOf(table), table.eventColumn!) as number[];
      const received = writer.column(nameOf(table), table.ingestionColumn!) as number[];
      const late = events.filter((t, i) => received[i]! - t > 60 * 60_000).length;
      expect(Math.abs(late - p.late!), p.source).toBeLessThanOrEqual(6 + 0.12 * p.late!);
    }
  });

  it('conserves rows: lost and late never exceed what happened', () => {
    for (const p of truth.planted.filter((q) => q.expected !== null)) {
      expect(p.lost! + p.late!, p.source).toBeLessThanOrEqual(p.expected!);
      expect(p.end!, p.source).toBeGreaterThan(p.start!);
    }
  });

  it('holds every part of the story, whatever the seed', async () => {
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const { faults, switchOff } = planFaults(sourceModels, seed, 1);
      const effects = [...faults.values()].map((f) => f.effect).sort();
      expect(effects.filter((e) => e === 'agent')).toHaveLength(11);
      expect(effects.filter((e) => e !== 'agent')).toEqual([
        'duplicate',
        'ongoing',
        'restamped',
        'silence',
        'switched-off',
      ]);
      expect(
        ['AzureDiagnostics/MICROSOFT.CODESIGNING', 'PowerPlatformAdminActivity'].filter((s) => !faults.has(s)),
      ).toHaveLength(1);
      for (const source of [
        'WVDConnections',
        'AzureActivity',
        'Heartbeat',
        'OfficeActivity',
        'DeviceLogonEvents',
        'AzureDiagnostics/MICROSOFT.KEYVAULT',
      ])
        expect(faults.has(source), source).toBe(false);
      expect(faults.get(switchOff.source)).toEqual({ effect: 'switched-off', start: switchOff.at, end: TO });
    }
  });

  it('has the AzureActivity row of the setting that was removed, and none for the outage that runs on', () => {
    const operations = writer.column('AzureActivity', 'OperationNameValue');
    const targets = writer.column('AzureActivity', '_ResourceId');
    const times = writer.column('AzureActivity', 'TimeGenerated');
    const removed = operations.flatMap((o, i) =>
      String(o).endsWith('DIAGNOSTICSETTINGS/DELETE') && !String(targets[i]).includes('storageaccounts') ? [i] : [],
    );
    const off = truth.planted.find((p) => p.effect === 'switched-off')!;
    expect(removed.map((i) => times[i])).toEqual([off.start]);
    expect(targets[removed[0]!]).toContain('/iotconnectors/vitals/providers/microsoft.insights/diagnosticsettings/');
    expect(eventTimes(off.source).at(-1)!).toBeLessThan(off.start!);
  });

  it('repeats records of one source under the same key', () => {
    const p = truth.planted.find((q) => q.effect === 'duplicate')!;
    const name = nameOf(exportOf(p.source));
    const key = {
      AADProvisioningLogs: 'Id',
      PowerAutomateActivity: 'EventOriginalUid',
      DataverseActivity: 'SourceRecordId',
    }[p.source]!;
    const keys = writer.column(name, key);
    expect(keys.length - new Set(keys).size).toBeGreaterThan(0.3 * p.expected!);
    for (const other of ['SigninLogs', 'AuditLogs']) {
      const ids = writer.column(other, 'Id');
      expect(new Set(ids).size, other).toBe(ids.length);
    }
  });

  it('restamps what is older than two days at receipt, and nothing else', () => {
    let restamped = 0;
    for (const table of tables.filter((t) => t.eventColumn && t.ingestionColumn)) {
      const events = writer.column(nameOf(table), table.eventColumn!) as number[];
      const received = writer.column(nameOf(table), table.ingestionColumn!) as number[];
      const generated = writer.column(nameOf(table), 'TimeGenerated') as number[];
      events.forEach((t, i) => {
        const old = received[i]! - t > 48 * HOUR;
        if (old) restamped++;
        expect(generated[i]).toBe(old ? received[i] : t);
      });
    }
    expect(restamped).toBeGreaterThan(100);
    const fhir = writer.column('MicrosoftHealthcareApisAuditLogs', 'TimeGenerated') as number[];
    const plan = truth.planted.find((p) => p.effect === 'restamped')!;
    expect(fhir.filter((t) => t >= plan.start! && t < plan.end!)).toEqual([]);
    const restart = plan.restarts![0]!;
    expect(fhir.filter((t) => t >= restart && t < restart + 12 * HOUR).length).toBeGreaterThan(0.5 * plan.expected!);
  });

  it('is known to the record by the ids of a second witness', () => {
    const own = ['AADServicePrincipalSignInLogs', 'AADManagedIdentitySignInLogs'];
    const ids = new Set(own.flatMap((t) => writer.column(t, 'Id')));
    const times = own.flatMap((t) => writer.column(t, 'CreatedDateTime') as number[]).sort((a, b) => a - b);
    const witness = writer.column('EntraIdSpnSignInEvents', 'RequestId');
    const at = writer.column('EntraIdSpnSignInEvents', 'Timestamp') as number[];
    const judged = witness.filter((_, i) => at[i]! >= times[0]! && at[i]! <= times.at(-1)! - HOUR);
    const planted = truth.witnesses.find((w) => w.kind === 'second-witness')!;
    expect([judged.length, judged.filter((id) => !ids.has(id)).length]).toEqual([planted.seen, planted.missing]);
    expect(planted.missing).toBeGreaterThan(0);
    expect(new Set(witness).size).toBe(witness.length);
    expect(truth.witnesses.find((w) => w.sources[0] === 'WVDConnections')!.missing).toBe(0);
    expect(truth.witnesses.find((w) => w.sources[0] === 'LogicAppWorkflowRuntime')!.seen).toBeGreaterThan(100);
  });

  it('stays out of the folder', () => {
    const text = [...writer.texts.values()].join('\n');
    expect(text).not.toMatch(/planted|bufferEvents|switched-off|restamped|truth/i);
    const times = truth.planted
      .flatMap((p) => [p.start, ...(p.restarts ?? [])])
      .filter((t): t is Instant => t !== null && t !== INCIDENT_START);
    for (const t of times) expect(text).not.toContain(formatInstant(t).slice(0, 16));
    expect([...writer.files.keys(), ...writer.texts.keys()].filter((p) => /truth|plant/i.test(p))).toEqual([]);
  });

  it('is told in the shape of the command line', () => {
    const json = truthToJson(truth);
    expect(Object.keys(json)).toEqual(['seed', 'from', 'to', 'claims', 'planted', 'witnesses']);
    expect(json).toMatchObject({ seed: SEED, from: '2024-07-15T00:00:00Z', to: '2024-10-13T00:00:00Z' });
    expect(json.claims).toContainEqual({ id: 'c-001', source: 'SigninLogs', kind: 'partial' });
    for (const p of json.planted)
      expect(Object.keys(p)).toEqual([
        'source',
        'effect',
        'claimed',
        'start',
        'end',
        'expected',
        'lost',
        'late',
        'restarts',
        'bufferEvents',
      ]);
    expect(json.planted.map((p) => p.source)).toEqual(
      expect.arrayContaining([...sourceModels.keys(), 'AzureDiagnostics']),
    );
  });
});

describe('the story', () => {
  const story = () => tellStory(SEED, planFaults(sourceModels, SEED, SCALE).switchOff);

  it('leaves whole traces in the last day, for detections that look one day back', () => {
    const recent = story().filter((row) => row.at > TO - 23 * HOUR);
    const sources = new Set(recent.map((row) => row.source));
    expect(sources.size).toBeGreaterThan(11);
    for (const source of sources) {
      if (truth.planted.find((p) => p.source === source)!.effect === 'ongoing') continue;
      const times = new Set(eventTimes(source));
      for (const row of recent) if (row.source === source) expect(times.has(row.at), `${source} ${row.at}`).toBe(true);
    }
  });

  it('loses some of its traces within the incident, and none in August', () => {
    const kept = (from: number, to: number) => {
      const rows = story().filter(
        (row) => row.at >= from && row.at < to && row.source !== 'AADNonInteractiveUserSignInLogs',
      );
      const times = new Map([...new Set(rows.map((r) => r.source))].map((s) => [s, new Set(eventTimes(s))]));
      return rows.filter((row) => times.get(row.source)!.has(row.at)).length / rows.length;
    };
    expect(kept(FROM, INCIDENT_START - 24 * HOUR)).toBe(1);
    expect(kept(INCIDENT_START + 24 * HOUR, INCIDENT_START + 17 * 24 * HOUR)).toBeLessThan(0.95);
  });
});

describe('the public holiday', () => {
  it('lowers the control sources together', () => {
    for (const source of ['AzureActivity', 'Heartbeat', 'DeviceLogonEvents', 'OfficeActivity']) {
      const times = eventTimes(source);
      const week = 7 * 24 * HOUR;
      const closed = between(times, HOLIDAY.start, HOLIDAY.end);
      const usual =
        (between(times, HOLIDAY.start - week, HOLIDAY.end - week) +
          between(times, HOLIDAY.start + week, HOLIDAY.end + week)) /
        2;
      expect(closed / usual, source).toBeLessThan(0.75);
    }
    expect(FROM).toBeLessThan(HOLIDAY.start);
  });
});
