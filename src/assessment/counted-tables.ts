import { kqlName, kqlString } from '../base/kql-text';
import type { Instant } from '../base/time';
import { catalogSources } from '../catalog/services';
import type { TableInfo } from '../protocol/datahost';
import type { Cell } from '../protocol/records';
import type { LogSource } from '../protocol/source';
import type { Connection } from '../query/connection';
import { faultText } from './fault-text';

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
  readonly binMinutes: number;
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
        `| summarize gl_timed = countif(isnotnull(tolong(DelayMinutes))), gl_keyed = ${has('KeyCount') ? 'countif(isnotnull(tolong(KeyCount)))' : '0'}, gl_bytes = ${has('Bytes') ? 'sum(todouble(Bytes))' : 'real(0)'}, gl_bin = max(tolong(BinMinutes)) by gl_source = tostring(GaplineSource)`,
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
        });
    });
  }
  return { sources, problems };
}

/** The source as its counts know it: times, keys and sizes are columns of the counts. */
export function asCounted(source: LogSource, counted: CountedSource): LogSource {
  return {
    ...source,
    counts: { table: counted.table, binMinutes: counted.binMinutes },
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

/** Rows of the counts table that are about this source. */
export const countsOf = (source: LogSource): string =>
  `${kqlName(source.counts?.table ?? '')}\n| where GaplineSource == ${kqlString(source.id)}`;
