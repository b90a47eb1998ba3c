import { kqlName, kqlSpan, kqlTime } from '../base/kql-text';
import {
  DAY,
  floorTo,
  formatInstant,
  HOUR,
  type Instant,
  instant,
  MINUTE,
  plus,
  type Span,
  span,
  ticksToInstant,
} from '../base/time';
import type { Cell, QueryOutcome, ResultTable } from '../protocol/records';
import type { LogSource, VolumeFailure, VolumeTable } from '../protocol/source';
import type { Connection } from '../query/connection';
import { countedCells, countsOf } from './counted-tables';
import { faultText } from './fault-text';
import { rowsOf } from './sources';

export interface VolumeQuestion {
  readonly source: LogSource;
  readonly bin: Span;
  readonly now: Instant;
  readonly signal?: AbortSignal;
}

/** Rows are counted by delay in steps of five minutes below six hours, of an hour beyond, up to 90 days. */
const FINE = span(5 * MINUTE);
const COARSE = HOUR;
const FINE_UNTIL = span(6 * HOUR);
const MOST_DELAY = span(90 * DAY);
/** No log of a workspace is older; a time before this is no event time. */
const SANE_START = instant(Date.UTC(2000, 0, 1));
/** A clock may run ahead by this much and still tell the time. */
const AHEAD = DAY;
/** Rows before a hole this long, when they are few, are stray times and no history. */
const STRAY_HOLE = span(60 * DAY);
const STRAY_SHARE = 0.01;
/** Cells of one volume query: three months of hours, each with late rows of a month, stay far below. */
const MOST_CELLS = 3_000_000;
/** Distinct keys are counted in slices of time, so that memory holds the keys of one slice. */
const KEYS_PER_SLICE = 400_000;

/**
 * The KQL that counts a source by hour: what a reader runs to see the figures for themselves. It asks for `ingestion_time()`, which
 * a workspace has for every table and a folder of exports has where the column is known, so that it runs in both. Where rows
 * repeat keys it counts the keys beside them.
 */
export function provingQuery(source: LogSource, bin: Span, lateFrom: Span | null, repeated = false): string {
  const keys = repeated && source.key !== null;
  if (source.counts && keys)
    return `${countsOf(source)}\n| summarize RowCount = max(tolong(RowCount)), KeyCount = max(tolong(KeyCount)) by BinStart = todatetime(BinStart), DelayMinutes = tolong(DelayMinutes)\n| summarize RowCount = sum(RowCount), KeyCount = max(KeyCount) by BinStart\n| summarize Rows = sum(RowCount), Keys = sum(KeyCount) by Bin = bin(BinStart, ${kqlSpan(bin)})\n| extend Repeated = Rows - Keys\n| sort by Bin asc`;
  if (source.counts)
    return `${countsOf(source)}\n| summarize RowCount = max(tolong(RowCount)) by BinStart = todatetime(BinStart), DelayMinutes = tolong(DelayMinutes)\n| summarize Rows = sum(RowCount) by Bin = bin(BinStart, ${kqlSpan(bin)})\n| sort by Bin asc`;
  if (source.eventTime === null) return `${rowsOf(source)}\n| count`;
  const time = kqlName(source.eventTime);
  const late =
    source.ingestionTime === null || lateFrom === null
      ? ''
      : `, Late = countif(ingestion_time() - ${time} >= ${kqlSpan(lateFrom)})`;
  const counted = `${rowsOf(source)}\n| summarize Rows = count()${late}`;
  const by = `by Bin = bin(${time}, ${kqlSpan(bin)})`;
  if (!keys) return `${counted} ${by}\n| sort by Bin asc`;
  const key = (source.key ?? []).map(kqlName);
  const end = '| extend Repeated = Rows - Keys\n| sort by Bin asc';
  if (key.length === 1) return `${counted}, Keys = count_distinct(${key[0]}) ${by}\n${end}`;
  const sums = `Rows = sum(Rows)${late && ', Late = sum(Late)'}, Keys = count()`;
  return `${counted} ${by}, ${key.join(', ')}\n| summarize ${sums} by Bin\n${end}`;
}

/** The one KQL that brings a source's volumes: rows (and bytes) by event bin and delay. */
export function volumeQuery({ source, bin, now }: VolumeQuestion): string {
  if (source.counts) return countedQuery(source, bin, now);
  const event = kqlName(source.eventTime ?? '');
  const sane = `${event} >= ${kqlTime(SANE_START)} and ${event} <= ${kqlTime(plus(now, AHEAD))}`;
  const lines = [rowsOf(source), `| extend gl_bin = iff(${sane}, bin(${event}, ${kqlSpan(bin)}), datetime(null))`];
  const sums = ['gl_rows = count()', `gl_last = max(${event})`];
  const by = ['gl_bin'];
  if (source.ingestionTime !== null) {
    const late = `${kqlName(source.ingestionTime)} - ${event}`;
    lines.push(`| extend gl_late = ${late}`);
    lines.push(
      `| extend gl_delay = case(gl_late > ${kqlSpan(MOST_DELAY)}, ${kqlSpan(MOST_DELAY)}, gl_late >= ${kqlSpan(FINE_UNTIL)}, bin(gl_late, ${kqlSpan(COARSE)}), bin(gl_late, ${kqlSpan(FINE)}))`,
    );
    sums.push(`gl_seen = max(${kqlName(source.ingestionTime)})`);
    by.push('gl_delay');
  }
  if (source.size !== null) sums.push(`gl_bytes = sum(${kqlName(source.size)})`);
  lines.push(`| summarize ${sums.join(', ')} by ${by.join(', ')}`);
  return lines.join('\n');
}

/** The same out of counts that were exported. */
function countedQuery(source: LogSource, bin: Span, now: Instant): string {
  const sums = ['gl_rows = sum(gl_n)', 'gl_last = max(gl_e)'];
  if (source.ingestionTime !== null) sums.push('gl_seen = max(gl_i)');
  if (source.size !== null) sums.push('gl_bytes = sum(gl_b)');
  const sane = `gl_at >= ${kqlTime(SANE_START)} and gl_at <= ${kqlTime(plus(now, AHEAD))}`;
  const delay = source.ingestionTime === null ? '' : ', gl_delay = gl_minutes * 1m';
  return `${countedCells(source)}\n| summarize ${sums.join(', ')} by gl_bin = iff(${sane}, bin(gl_at, ${kqlSpan(bin)}), datetime(null))${delay}`;
}

/** Counts a source where its data is. A query that fails is a failure with its reason, never a gap. */
export async function readVolumes(
  connection: Connection,
  question: VolumeQuestion,
): Promise<VolumeTable | VolumeFailure> {
  const { source, signal, now } = question;
  if (source.eventTime === null)
    return { reason: 'no-time', message: `${source.table} has no time column; gapline.yaml can name one (time:).` };
  if (source.counts && source.counts.binMinutes * MINUTE > question.bin)
    return {
      reason: 'partial-result',
      message: `${source.id} was counted in bins of ${source.counts.binMinutes} minutes: shorter ones cannot be told (--bin).`,
    };
  const outcome = await connection.query(volumeQuery(question), { now, maxRows: MOST_CELLS, signal });
  const table = onlyTable(outcome, source.id);
  if ('reason' in table) return table;
  if (table.truncated)
    return {
      reason: 'partial-result',
      message: `${source.id} has more than ${MOST_CELLS} cells; a part would look like a gap.`,
    };
  const cells = cellsOf(table);
  const frame = frameOf(cells, question.bin);
  const volumes = fill(cells, frame, source.size !== null);
  if (volumes.bins === 0 && volumes.outside > 0)
    return {
      reason: 'no-time',
      message: `None of the ${volumes.outside} rows of ${source.id} has a time (${source.eventTime}) between 2000 and a day after now, ${formatInstant(now)}.`,
    };
  if (source.key === null || volumes.bins === 0) return volumes;
  const distinct = await readDistinct(connection, question, volumes);
  return distinct instanceof Float64Array ? { ...volumes, distinct } : distinct;
}

export const isFailure = (v: VolumeTable | VolumeFailure): v is VolumeFailure => 'reason' in v;

/** The table of an outcome with one result, or why there is none. */
function onlyTable(outcome: QueryOutcome, id: string): ResultTable | VolumeFailure {
  if (outcome.kind === 'results' && outcome.tables[0]) return outcome.tables[0];
  return { reason: 'query-failed', message: `${id}: ${faultText(outcome)}` };
}

interface VolumeCell {
  /** Start of the event bin; null outside any sane time. */
  readonly at: Instant | null;
  readonly delay: number;
  readonly rows: number;
  readonly bytes: number;
  /** Latest event or ingestion time in the cell. */
  readonly seen: Instant | null;
}

function cellsOf(table: ResultTable): readonly VolumeCell[] {
  const column = (name: string): readonly Cell[] | undefined => {
    const i = table.columns.findIndex((c) => c.name === name);
    return i < 0 ? undefined : table.values[i];
  };
  const time = (c: Cell | undefined): Instant | null => (typeof c === 'bigint' ? ticksToInstant(c) : null);
  const [bins, delays, rows, bytes] = [column('gl_bin'), column('gl_delay'), column('gl_rows'), column('gl_bytes')];
  const [last, seen] = [column('gl_last'), column('gl_seen')];
  return Array.from({ length: table.rowCount }, (_, r) => {
    const delay = delays?.[r];
    const at = time(bins?.[r]);
    const times = [at === null ? null : time(last?.[r]), time(seen?.[r])].filter((t): t is Instant => t !== null);
    return {
      at,
      delay: typeof delay === 'bigint' ? Number(delay / 10_000n) : Number.NaN,
      rows: Number(rows?.[r] ?? 0),
      bytes: Number(bytes?.[r] ?? 0),
      seen: times.length > 0 ? instant(Math.max(...times)) : null,
    };
  });
}

interface Frame {
  readonly start: Instant;
  readonly bins: number;
  readonly bin: Span;
}

/** First to last bin with rows; few rows far before all others are stray times and no history. */
function frameOf(cells: readonly VolumeCell[], bin: Span): Frame {
  const byBin = new Map<Instant, number>();
  for (const c of cells) if (c.at !== null) byBin.set(c.at, (byBin.get(c.at) ?? 0) + c.rows);
  const times = [...byBin.keys()].sort((a, b) => a - b);
  const total = [...byBin.values()].reduce((a, b) => a + b, 0);
  let first = 0;
  let before = 0;
  for (let i = 1; i < times.length; i++) {
    before += byBin.get(times[i - 1]!) ?? 0;
    if (times[i]! - times[i - 1]! > STRAY_HOLE && before < total * STRAY_SHARE) first = i;
  }
  const start = times[first];
  if (start === undefined) return { start: floorTo(instant(0), bin), bins: 0, bin };
  return { start, bins: Math.round((times[times.length - 1]! - start) / bin) + 1, bin };
}

function fill(cells: readonly VolumeCell[], frame: Frame, sized: boolean): VolumeTable {
  const inside = cells.filter((c) => c.at !== null && c.at >= frame.start && frame.bins > 0);
  const seen = inside.map((c) => c.seen).filter((t): t is Instant => t !== null);
  const outside = cells.reduce((sum, c) => sum + c.rows, 0) - inside.reduce((sum, c) => sum + c.rows, 0);
  return {
    bin: frame.bin,
    start: frame.start,
    bins: frame.bins,
    eventBin: Int32Array.from(inside, (c) => Math.round(((c.at as Instant) - frame.start) / frame.bin)),
    delay: Float64Array.from(inside, (c) => c.delay),
    rows: Float64Array.from(inside, (c) => c.rows),
    bytes: sized ? Float64Array.from(inside, (c) => c.bytes) : null,
    distinct: null,
    outside,
    lastSeen: seen.length > 0 ? instant(seen.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)) : null,
  };
}

/** The end of the last bin; null where there is no bin. */
export const endOf = (v: VolumeTable): Instant | null => (v.bins === 0 ? null : instant(v.start + v.bins * v.bin));

/**
 * Volumes with empty bins up to `end`: a source that has fallen silent ends at its last row, and only what else came after it
 * shows that it is silent.
 */
export function extendedTo(v: VolumeTable, end: Instant): VolumeTable {
  const bins = Math.ceil((end - v.start) / v.bin);
  if (v.bins === 0 || bins <= v.bins) return v;
  const distinct = v.distinct && new Float64Array(bins);
  distinct?.set(v.distinct ?? []);
  return { ...v, bins, distinct };
}

/** The first days of a source tell how many rows it has at which hour. */
const FIRST_DAYS = 28;
/** A stretch without rows in which fewer than this many are expected proves nothing: it is no edge of the data. */
const LEAST_EXPECTED = 9.2;

/**
 * Volumes with empty bins back to `from`, where so few rows are expected before the first one that chance explains their absence: a
 * small source rarely has a row in the very first hour of an export. A source that is expected to have had rows begins where it begins.
 */
export function extendedFrom(v: VolumeTable, from: Instant): VolumeTable {
  const before = Math.round((v.start - from) / v.bin);
  if (v.bins === 0 || before <= 0 || expectedBefore(v, before) >= LEAST_EXPECTED) return v;
  const distinct = v.distinct && new Float64Array(v.bins + before);
  distinct?.set(v.distinct ?? [], before);
  return {
    ...v,
    start: instant(v.start - before * v.bin),
    bins: v.bins + before,
    eventBin: v.eventBin.map((b) => b + before),
    distinct,
  };
}

/** Rows to expect in the bins before the first one, by the same hours of the first days. */
function expectedBefore(v: VolumeTable, before: number): number {
  const perDay = Math.round(DAY / v.bin);
  const days = Math.min(FIRST_DAYS, Math.floor(v.bins / perDay));
  if (days === 0) return Number.POSITIVE_INFINITY;
  const byBin = new Float64Array(perDay);
  v.eventBin.forEach((b, i) => {
    if (b < days * perDay) byBin[b % perDay]! += v.rows[i] ?? 0;
  });
  let expected = 0;
  for (let i = 1; i <= before && expected < LEAST_EXPECTED; i++)
    expected += byBin[((-i % perDay) + perDay) % perDay]! / days;
  return expected;
}

/** KQL that counts distinct keys by event bin from one instant to another. */
export function distinctQuery(source: LogSource, bin: Span, from: Instant, to: Instant): string {
  if (source.counts)
    return `${countsOf(source)}\n| where isnotnull(tolong(KeyCount)) and todatetime(BinStart) >= ${kqlTime(from)} and todatetime(BinStart) < ${kqlTime(to)}\n| summarize gl_k = max(tolong(KeyCount)) by gl_at = todatetime(BinStart)\n| summarize gl_distinct = sum(gl_k) by gl_bin = bin(gl_at, ${kqlSpan(bin)})`;
  const event = kqlName(source.eventTime ?? '');
  const key = (source.key ?? []).map(kqlName);
  const head = `${rowsOf(source)}\n| where ${event} >= ${kqlTime(from)} and ${event} < ${kqlTime(to)}`;
  const gl = `gl_bin = bin(${event}, ${kqlSpan(bin)})`;
  if (key.length === 1) return `${head}\n| summarize gl_distinct = count_distinct(${key[0]}) by ${gl}`;
  return `${head}\n| summarize by ${gl}, ${key.join(', ')}\n| summarize gl_distinct = count() by gl_bin`;
}

async function readDistinct(
  connection: Connection,
  { source, bin, now, signal }: VolumeQuestion,
  volumes: VolumeTable,
): Promise<Float64Array | VolumeFailure> {
  const distinct = new Float64Array(volumes.bins);
  for (const [first, end] of slices(volumes)) {
    const from = instant(volumes.start + first * bin);
    const to = instant(volumes.start + end * bin);
    const outcome = await connection.query(distinctQuery(source, bin, from, to), {
      now,
      maxRows: end - first + 1,
      signal,
    });
    const table = onlyTable(outcome, `${source.id} (keys from ${formatInstant(from)})`);
    if ('reason' in table) return table;
    const at = table.values[table.columns.findIndex((c) => c.name === 'gl_bin')] ?? [];
    const counts = table.values[table.columns.findIndex((c) => c.name === 'gl_distinct')] ?? [];
    at.forEach((t, r) => {
      if (typeof t === 'bigint')
        distinct[Math.round((ticksToInstant(t) - volumes.start) / bin)] = Number(counts[r] ?? 0);
    });
  }
  return distinct;
}

/** Runs of bins that hold about `KEYS_PER_SLICE` rows each. */
function* slices(volumes: VolumeTable): Generator<[first: number, end: number]> {
  const perBin = new Float64Array(volumes.bins);
  volumes.eventBin.forEach((b, i) => {
    perBin[b] = (perBin[b] ?? 0) + (volumes.rows[i] ?? 0);
  });
  let first = 0;
  let rows = 0;
  for (let b = 0; b < volumes.bins; b++) {
    if (rows > 0 && rows + perBin[b]! > KEYS_PER_SLICE) {
      yield [first, b];
      first = b;
      rows = 0;
    }
    rows += perBin[b]!;
  }
  yield [first, volumes.bins];
}
