/** From what became of a source's rows to batches of columns, and to files. */
import { DAY, type Interval } from '../base/time';
import { FATE } from '../coverage/agent';
import type { ColumnData, NamedColumn, TableBatch } from '../protocol/table-writer';
import { DAYS, FROM, TO } from './clock-shapes';
import { drawAll, gather, stack } from './columns';
import { type Fates, lowerBound, restamp } from './fate';
import type { ColumnModel, RowContext, SourceModel, TableExport } from './model';
import { logNormalSampler } from './noise';
import { stream, type Volume } from './volume';

/** A source with its rows decided. */
export interface DecidedSource {
  readonly model: SourceModel;
  readonly volume: Volume;
  readonly fates: Fates;
}

/** Rows that a batch aims at. */
const BATCH_ROWS = 60_000;

/** The files of a table: one, or one a month. */
export function filesOf(table: TableExport): { readonly path: string; readonly span: Interval }[] {
  if (!table.monthly) return [{ path: table.path, span: { start: FROM, end: TO } }];
  const files: { path: string; span: Interval }[] = [];
  for (let month = 6; month <= 9; month++) {
    const start = Math.max(FROM, Date.UTC(2024, month, 1));
    const end = Math.min(TO, Date.UTC(2024, month + 1, 1));
    files.push({
      path: `${table.path}/2024-${String(month + 1).padStart(2, '0')}.${table.format}`,
      span: { start, end } as Interval,
    });
  }
  return files;
}

/** Batches of a table within a span, in the order of the events. A span without any row still gives its columns. */
export function* batches(
  table: TableExport,
  sources: readonly DecidedSource[],
  span: Interval,
  seed: number,
  onRows: (rows: number) => void,
): Generator<TableBatch> {
  const rows = sources.reduce((n, s) => n + s.volume.times.length, 0);
  const days = Math.max(1, Math.min(31, Math.floor(BATCH_ROWS / Math.max(1, rows / DAYS))));
  const names = columnNames(table);
  let given = 0;
  for (let start: number = span.start; start < span.end; start += days * DAY) {
    const end = Math.min(span.end, start + days * DAY);
    const parts = sources.map((s) => part(table, s, start, end, seed));
    const rowCount = parts.reduce((n, p) => n + p.count, 0);
    if (rowCount === 0 && (given > 0 || end < span.end)) continue;
    given += rowCount;
    onRows(rowCount);
    const columns: NamedColumn[] = names.map((name) => ({
      name,
      data: stack(
        name,
        parts.map((p) => ({ count: p.count, data: p.columns.get(name) })),
      ),
    }));
    yield { rowCount, columns };
  }
}

function columnNames(table: TableExport): string[] {
  const own = table.sources.flatMap((s) => s.columns.map((c) => c.name));
  const event = table.eventColumn ? [table.eventColumn] : [];
  const ingestion = table.ingestionColumn ? [table.ingestionColumn] : [];
  return [...new Set(['TimeGenerated', ...event, ...own, ...ingestion])];
}

interface Part {
  readonly count: number;
  readonly columns: ReadonlyMap<string, ColumnData>;
}

/** The rows of one source between two times that are in the export. */
function part(table: TableExport, source: DecidedSource, start: number, end: number, seed: number): Part {
  const { volume, fates, model } = source;
  const from = lowerBound(volume.times, start);
  const to = lowerBound(volume.times, end);
  const kept: number[] = [];
  const staged = new Map<number, Readonly<Record<string, number>>>();
  for (let i = from; i < to; i++) {
    if (fates.fate[i] === FATE.lost || fates.fate[i] === FATE.held) continue;
    const given = volume.staged.get(i);
    if (given) staged.set(kept.length, given);
    kept.push(i);
  }
  const rows = contextOf(kept, source, stream(seed, `${model.id} rows ${start}`));
  drawAll(model.draws, rows, staged);
  const columns = new Map<string, ColumnData>();
  for (const column of allColumns(table, model)) columns.set(column.name, column.make(rows));
  return twice({ count: kept.length, columns }, source, kept, table, seed);
}

function contextOf(kept: readonly number[], source: DecidedSource, random: () => number): RowContext {
  const count = kept.length;
  const eventMs = new Float64Array(count);
  const receivedMs = new Float64Array(count);
  const generatedMs = new Float64Array(count);
  const serial = new Uint32Array(count);
  for (let j = 0; j < count; j++) {
    const i = kept[j]!;
    eventMs[j] = source.volume.times[i]!;
    receivedMs[j] = source.fates.receivedMs[i]!;
    generatedMs[j] = restamp(eventMs[j]!, receivedMs[j]!);
    serial[j] = i;
  }
  return { random, count, eventMs, receivedMs, generatedMs, serial, draws: {} };
}

function allColumns(table: TableExport, model: SourceModel): ColumnModel[] {
  return [
    { name: 'TimeGenerated', make: (r) => ({ type: 'datetime', ms: r.generatedMs }) },
    ...(table.eventColumn
      ? [{ name: table.eventColumn, make: (r: RowContext): ColumnData => ({ type: 'datetime', ms: r.eventMs }) }]
      : []),
    ...model.columns,
    ...(table.ingestionColumn
      ? [{ name: table.ingestionColumn, make: (r: RowContext): ColumnData => ({ type: 'datetime', ms: r.receivedMs }) }]
      : []),
  ];
}

/** Adds the second copies of rows that came twice: the same record, taken in again a little later. */
function twice(once: Part, source: DecidedSource, kept: readonly number[], table: TableExport, seed: number): Part {
  if (source.fates.doubled.length === 0) return once;
  const doubled = new Set(source.fates.doubled);
  const order: number[] = [];
  const copy: boolean[] = [];
  kept.forEach((i, j) => {
    order.push(j);
    copy.push(false);
    if (!doubled.has(i)) return;
    order.push(j);
    copy.push(true);
  });
  if (order.length === once.count) return once;
  const rows = Uint32Array.from(order);
  const columns = new Map([...once.columns].map(([name, data]) => [name, gather(data, rows)]));
  const ingestion = table.ingestionColumn === null ? undefined : columns.get(table.ingestionColumn);
  if (ingestion?.type === 'datetime') {
    const { median, sigma } = source.model.delay;
    const again = logNormalSampler(median / 4, sigma);
    const random = stream(seed, `${source.model.id} second copies ${kept[0]}`);
    ingestion.ms.forEach((t, j) => {
      if (copy[j]) ingestion.ms[j] = Math.round(t + again(random));
    });
  }
  return { count: order.length, columns };
}
