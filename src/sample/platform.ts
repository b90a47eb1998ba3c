/** What the platform says about itself: how much it took in (Usage) and how the rules ran (SentinelHealth). */
import { DAY, HOUR, MINUTE } from '../base/time';
import type { TableBatch } from '../protocol/table-writer';
import { FROM, TO } from './clock-shapes';
import { hourOf } from './fate';
import type { DecidedSource } from './rows';
import { stream } from './volume';

/** Bytes taken in per hour of the span, by table: keyed to ingestion, as billing is. */
export class Intake {
  private readonly tables = new Map<string, Float64Array>();

  add(table: string, { model, fates }: DecidedSource): void {
    const hours = this.tables.get(table) ?? new Float64Array((TO - FROM) / HOUR);
    this.tables.set(table, hours);
    const count = (received: number) => {
      const h = hourOf(received);
      if (h < hours.length) hours[h] = hours[h]! + model.bytes;
    };
    for (const received of fates.receivedMs) if (!Number.isNaN(received)) count(received);
    for (const row of fates.doubled) count(fates.receivedMs[row]!);
  }

  usage(): TableBatch {
    const names = [...this.tables.keys()];
    const rows: { table: number; hour: number; megabytes: number }[] = [];
    for (let hour = 0; hour < (TO - FROM) / HOUR; hour++) {
      names.forEach((name, table) => {
        const bytes = this.tables.get(name)![hour]!;
        if (bytes > 0) rows.push({ table, hour, megabytes: bytes / 1_048_576 });
      });
    }
    const time = (shift: number) => Float64Array.from(rows, (r) => FROM + r.hour * HOUR + shift);
    const same = (word: string) => ({ type: 'string' as const, codes: new Uint32Array(rows.length), words: [word] });
    return {
      rowCount: rows.length,
      columns: [
        { name: 'TimeGenerated', data: { type: 'datetime', ms: time(HOUR) } },
        { name: 'StartTime', data: { type: 'datetime', ms: time(0) } },
        { name: 'EndTime', data: { type: 'datetime', ms: time(HOUR) } },
        { name: 'DataType', data: { type: 'string', codes: Uint32Array.from(rows, (r) => r.table), words: names } },
        { name: 'Quantity', data: { type: 'real', values: Float64Array.from(rows, (r) => r.megabytes) } },
        { name: 'QuantityUnit', data: same('MBytes') },
        { name: 'Solution', data: same('LogManagement') },
        { name: '_TimeReceived', data: { type: 'datetime', ms: time(HOUR + 25 * MINUTE) } },
      ],
    };
  }
}

/** A scheduled rule, as the health table names it. */
export interface ScheduledRule {
  readonly name: string;
  readonly everyMs: number;
}

/** One row a run. */
export function ruleRuns(rules: readonly ScheduledRule[], seed: number): TableBatch {
  const random = stream(seed, 'rule runs');
  const runs: { rule: number; at: number; failed: number; took: number }[] = [];
  rules.forEach((rule, i) => {
    const every = Math.max(rule.everyMs, HOUR);
    const first = FROM + ((i * 7 * MINUTE) % Math.min(every, DAY));
    for (let at = first; at < TO - 10 * MINUTE; at += every) {
      runs.push({ rule: i, at: at + Math.floor(random() * 20_000), failed: random() < 0.003 ? 1 : 0, took: random() });
    }
  });
  runs.sort((a, b) => a.at - b.at);
  const column = (pick: (run: (typeof runs)[number]) => number) => Uint32Array.from(runs, pick);
  const same = (word: string) => ({ type: 'string' as const, codes: new Uint32Array(runs.length), words: [word] });
  const high = new Uint32Array(runs.length).fill(0x5e9);
  return {
    rowCount: runs.length,
    columns: [
      { name: 'TimeGenerated', data: { type: 'datetime', ms: Float64Array.from(runs, (r) => r.at) } },
      { name: 'OperationName', data: same('Scheduled analytics rule run') },
      {
        name: 'SentinelResourceName',
        data: { type: 'string', codes: column((r) => r.rule), words: rules.map((r) => r.name) },
      },
      { name: 'SentinelResourceType', data: same('Analytics Rule') },
      { name: 'SentinelResourceKind', data: same('Scheduled') },
      { name: 'Status', data: { type: 'string', codes: column((r) => r.failed), words: ['Success', 'Failure'] } },
      {
        name: 'Description',
        data: {
          type: 'string',
          codes: column((r) => r.failed),
          words: ['Rule executed successfully.', 'The query exceeded its time.'],
        },
      },
      { name: 'RecordId', data: { type: 'id', high, low: Uint32Array.from(runs, (_, i) => i) } },
      {
        name: '_TimeReceived',
        data: { type: 'datetime', ms: Float64Array.from(runs, (r) => r.at + 60_000 + Math.floor(r.took * 240_000)) },
      },
    ],
  };
}
