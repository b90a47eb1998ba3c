import { editorName, kqlTime } from '../../base/kql-text';
import { instant } from '../../base/time';
import type { DataState } from '../data/session';

/** KQL for the rows of a log source in an interval; undefined where the source or its time column is not known. */
export function rowsQuery(state: DataState, source: string, start: number, end: number): string | undefined {
  if (state.kind !== 'open') return undefined;
  const found = state.assessment?.coverage.sources.find((s) => s.id === source);
  const table = state.data.tables.find((t) => t.name === (found?.table ?? source));
  if (!table?.timeColumn) return undefined;
  const time = (at: number) => kqlTime(instant(at));
  const column = editorName(table.timeColumn);
  return [
    editorName(table.name),
    ...(found?.filter ? [`| where ${found.filter}`] : []),
    `| where ${column} >= ${time(start)} and ${column} < ${time(end)}`,
    `| sort by ${column} asc`,
  ].join('\n');
}
