import { kqlName, kqlString } from '../base/kql-text';
import type { Instant } from '../base/time';
import { catalogSources } from '../catalog/services';
import type { TableInfo } from '../protocol/datahost';
import type { Cell } from '../protocol/records';
import type { LogSource } from '../protocol/source';
import type { Connection } from '../query/connection';
import { faultText } from './fault-text';
import { spellingOf } from './spelling';

/** Columns of a result of `countsQuery`: a table that has them holds counts of log sources and no log of its own. */
const MARKS = ['GaplineSource', 'BinStart', 'BinMinutes', 'DelayMinutes', 'RowCount'];

export const isCounted = (table: TableInfo): boolean => MARKS.every((m) => table.columns.some((c) => c.name === m));

/** A log source whose counts are in the data, and its rows are not. */
export interface CountedSource {
  readonly id: string;
  readonly table: string;
  /** Whether the counts know ingestion times, keys and sizes. */
  readonly timed: boolean;
  readonly keyed: boolean;
  readonly sized: boolean;
  /** The longest bin. */
  readonly binMinutes: number;
  /** True where there are shorter bins too. */
  readonly mixed: boolean;
  /** Names under which the counts have it. */
  readonly names: readonly string[];
}

/** The log sources that the counted tables hold. */
export async function countedSources(
  connection: Connection,
  tables: readonly TableInfo[],
  { now, signal }: { readonly now: Instant; readonly signal?: AbortSignal },
): Promise<{ readonly sources: readonly CountedSource[]; readonly problems: readonly string[] }> {
  const sources: CountedSource[] = [];
  const problems: string[] = [];
  for (const table of tables.filter(isCounted)) {
    const has = (name: string) => table.columns.some((c) => c.name === name);
    const outcome = await connection.query(
      [
        kqlName(table.name),
        `| summarize gl_timed = countif(isnotnull(tolong(DelayMinutes))), gl_keyed = ${has('KeyCount') ? 'countif(isnotnull(tolong(KeyCount)))' : '0'}, gl_bytes = ${has('Bytes') ? 'sum(todouble(Bytes))' : 'real(0)'}, gl_bin = max(tolong(BinMinutes)), gl_least = min(tolong(BinMinutes)) by gl_source = tostring(GaplineSource)`,
      ].join('\n'),
      { now, signal },
    );
    const result = outcome.kind === 'results' ? outcome.tables[0] : undefined;
    if (!result) {
      problems.push(`The counts in ${table.name} could not be read: ${faultText(outcome)}`);
      continue;
    }
    const column = (name: string): readonly Cell[] =>
      result.values[result.columns.findIndex((c) => c.name === name)] ?? [];
    const number = (c: Cell | undefined) => Number(c ?? 0);
    column('gl_source').forEach((id, i) => {
      if (typeof id === 'string' && id !== '')
        sources.push({
          id,
          table: table.name,
          timed: number(column('gl_timed')[i]) > 0,
          keyed: number(column('gl_keyed')[i]) > 0,
          sized: number(column('gl_bytes')[i]) > 0,
          binMinutes: number(column('gl_bin')[i]),
          mixed: number(column('gl_least')[i]) < number(column('gl_bin')[i]),
          names: [id],
        });
    });
  }
  return { sources: joined(sources), problems };
}

/** Sources of one table whose names differ in spelling alone are one, under the catalogue's name where it has one. */
function joined(sources: readonly CountedSource[]): readonly CountedSource[] {
  const spell = spellingOf([], catalogSources().keys());
  const out = new Map<string, CountedSource>();
  for (const s of sources) {
    const key = `${s.table}\n${s.id.trim().toLowerCase()}`;
    const before = out.get(key);
    out.set(
      key,
      before
        ? {
            ...before,
            timed: before.timed && s.timed,
            keyed: before.keyed && s.keyed,
            sized: before.sized && s.sized,
            binMinutes: Math.max(before.binMinutes, s.binMinutes),
            mixed: before.mixed || s.mixed || before.binMinutes !== s.binMinutes,
            names: [...before.names, ...s.names].sort(),
          }
        : { ...s, id: spell(s.id) },
    );
  }
  return [...out.values()];
}

/** The source as its counts know it: times, keys and sizes are columns of the counts. */
export function asCounted(source: LogSource, counted: CountedSource): LogSource {
  return {
    ...source,
    counts: {
      table: counted.table,
      binMinutes: counted.binMinutes,
      ...((counted.names.length > 1 || counted.names[0] !== source.id) && { names: counted.names }),
      ...(counted.mixed && { mixed: true }),
    },
    eventTime: 'BinStart',
    restampable: !catalogSources().get(source.id)?.eventTime,
    ingestionTime: counted.timed ? 'DelayMinutes' : null,
    key: counted.keyed ? ['KeyCount'] : null,
    size: counted.sized ? 'Bytes' : null,
    notes: [...source.notes, 'Judged by counts that were exported; its rows are not in this data.'],
  };
}

/** Cells of a counted source; a cell that two exports hold is taken once, from the one that knows more rows. */
export function countedCells(source: LogSource): string {
  const by = ['gl_at = todatetime(BinStart)', 'gl_minutes = tolong(DelayMinutes)'];
  const best = ['gl_n = max(tolong(RowCount))', 'gl_e = max(todatetime(LastEvent))'];
  if (source.ingestionTime !== null) best.push('gl_i = max(todatetime(LastIngested))');
  if (source.size !== null) best.push('gl_b = max(todouble(Bytes))');
  return `${countsOf(source)}\n| where isnotnull(tolong(RowCount))\n| summarize ${best.join(', ')} by ${by.join(', ')}`;
}

/**
 * Rows of the counts table that are about this source. Where some were counted in shorter bins than others, those are added up to the
 * longest: taken as they are, an hour that both have would count twice. Keys of shorter bins cannot be added up.
 */
export function countsOf(source: LogSource): string {
  const { table, names, mixed, binMinutes } = source.counts ?? { table: '', binMinutes: 60 };
  const own = names
    ? `GaplineSource in (${names.map((name) => kqlString(name)).join(', ')})`
    : `GaplineSource == ${kqlString(source.id)}`;
  const rows = `${kqlName(table)}\n| where ${own}`;
  if (!mixed) return rows;
  const longest = `tolong(BinMinutes) == ${binMinutes}`;
  const cell = [
    'gl_first = todatetime(BinStart)',
    'DelayMinutes = tolong(DelayMinutes)',
    'BinMinutes = tolong(BinMinutes)',
  ];
  const once = ['RowCount = max(tolong(RowCount))', 'LastEvent = max(todatetime(LastEvent))'];
  const sums = ['RowCount = sum(RowCount)', 'LastEvent = max(LastEvent)'];
  if (source.ingestionTime !== null) {
    once.push('LastIngested = max(todatetime(LastIngested))');
    sums.push('LastIngested = max(LastIngested)');
  }
  if (source.size !== null) {
    once.push('Bytes = max(todouble(Bytes))');
    sums.push('Bytes = sum(Bytes)');
  }
  if (source.key !== null) {
    once.push(`KeyCount = maxif(tolong(KeyCount), ${longest})`);
    sums.push('KeyCount = max(KeyCount)');
  }
  return `${rows}\n| summarize ${once.join(', ')} by ${cell.join(', ')}\n| summarize ${sums.join(', ')} by BinStart = bin(gl_first, ${binMinutes}m), DelayMinutes, BinMinutes`;
}

/**
 * The source with what its bins leave unsaid: keys that were counted in shorter bins than are judged are added up, so that one that
 * comes again in the next of them counts twice, and a repetition is not seen.
 */
export function withBinNote(source: LogSource, binMinutes: number): LogSource {
  const counted = source.counts?.binMinutes;
  if (counted === undefined || source.key === null || counted >= binMinutes) return source;
  const note = `Keys were counted in bins of ${counted} minutes: a record that repeats under another time is not seen, so repeated rows may be more than is said.`;
  return { ...source, notes: [...source.notes, note] };
}
