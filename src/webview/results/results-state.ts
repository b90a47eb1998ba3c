import type { ColumnFilter, RowView } from '../../protocol/row-view';

/** What the results page keeps while VS Code throws it away, because another tab is in front. */
export interface KeptState {
  readonly pinned: boolean;
  /** Of the results that the rest speaks of; a new run has another. */
  readonly id: string;
  /** Tab in front, its picture, and its sort and filters. */
  readonly current: number;
  readonly picture: 'grid' | 'chart';
  readonly view: RowView;
  /** The query, and by tab the columns that are pinned in its results: they stay when it is run again. */
  readonly query: string;
  readonly columns: readonly (readonly string[])[];
}

/** Reads what was kept, by this version of the page or an older one; undefined where it is anything else. */
export function readKept(value: unknown): KeptState | undefined {
  if (!isRecord(value) || typeof value['pinned'] !== 'boolean') return undefined;
  const { pinned, id, current, picture, view, query, columns } = value;
  return {
    pinned,
    id: typeof id === 'string' ? id : '',
    current: typeof current === 'number' ? current : 0,
    picture: picture === 'chart' ? 'chart' : 'grid',
    view: readView(view),
    query: typeof query === 'string' ? query : '',
    columns: Array.isArray(columns) ? columns.map(readNames) : [],
  };
}

const readNames = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];

function readView(value: unknown): RowView {
  if (!isRecord(value)) return { sort: null, filter: '', columns: [] };
  const { sort, filter, columns } = value;
  return {
    sort:
      isRecord(sort) && typeof sort['column'] === 'number'
        ? { column: sort['column'], descending: sort['descending'] === true }
        : null,
    filter: typeof filter === 'string' ? filter : '',
    columns: Array.isArray(columns) ? columns.filter(isFilter) : [],
  };
}

function isFilter(value: unknown): value is ColumnFilter {
  if (!isRecord(value) || typeof value['column'] !== 'number') return false;
  const text = (name: string) => typeof value[name] === 'string';
  switch (value['kind']) {
    case 'empty':
    case 'filled':
      return true;
    case 'range':
      return text('least') && text('most');
    case 'contains':
    case 'excludes':
    case 'equals':
    case 'differs':
      return text('text');
    default:
      return false;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
