import type { ColumnFilter, RowSort, RowView } from '../../protocol/row-view';
import { type Arrangement, AS_GIVEN } from './grid-state';

/** What the results page keeps while VS Code throws it away, because another tab is in front. */
export interface KeptState {
  readonly pinned: boolean;
  /** Of the results that the rest speaks of; a new run has another. */
  readonly id: string;
  /** Tab in front, its picture, and its sort and filters. */
  readonly current: number;
  readonly picture: 'grid' | 'chart';
  readonly view: RowView;
  /** The query, and by tab how the columns of its results are arranged: it stays when it is run again. */
  readonly query: string;
  readonly columns: readonly Arrangement[];
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
    columns: Array.isArray(columns) ? columns.map(readArrangement) : [],
  };
}

/** An older page kept the names of the pinned columns alone. */
function readArrangement(value: unknown): Arrangement {
  if (!isRecord(value) || Array.isArray(value)) return { ...AS_GIVEN, pinned: readNames(value) };
  return { pinned: readNames(value['pinned']), hidden: readNames(value['hidden']), order: readNames(value['order']) };
}

const readNames = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];

function readView(value: unknown): RowView {
  if (!isRecord(value)) return { sort: null, filter: '', columns: [] };
  const { sort, filter, columns } = value;
  return {
    sort: readSort(sort),
    filter: typeof filter === 'string' ? filter : '',
    columns: Array.isArray(columns) ? columns.filter(isFilter) : [],
  };
}

function readSort(value: unknown): RowSort | null {
  const keys = isRecord(value) ? [value, ...(Array.isArray(value['after']) ? value['after'] : [])] : [];
  const [first, ...after] = keys.flatMap((key) =>
    isRecord(key) && typeof key['column'] === 'number'
      ? [{ column: key['column'], descending: key['descending'] === true }]
      : [],
  );
  if (!first) return null;
  return after.length === 0 ? first : { ...first, after };
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
