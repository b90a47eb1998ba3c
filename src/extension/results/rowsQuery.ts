import { formatInstant, instant } from '../../base/time';
import type { DataState } from '../data/session';

/** KQL for the rows of a log source in an interval; undefined where the source or its time column is not known. */
export function rowsQuery(state: DataState, source: string, start: number, end: number): string | undefined {
  if (state.kind !== 'open') return undefined;
  const found = state.assessment?.coverage.sources.find((s) => s.id === source);
  const table = state.data.tables.find((t) => t.name === (found?.table ?? source));
  if (!table?.timeColumn) return undefined;
  const time = (at: number) => `datetime(${formatInstant(instant(at))})`;
  const column = kqlName(table.timeColumn);
  return [
    kqlName(table.name),
    ...(found?.filter ? [`| where ${found.filter}`] : []),
    `| where ${column} >= ${time(start)} and ${column} < ${time(end)}`,
    `| sort by ${column} asc`,
  ].join('\n');
}

/** A name as KQL takes it: quoted in brackets unless it is a plain identifier. */
export const kqlName = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) ? name : `['${name.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}']`;
