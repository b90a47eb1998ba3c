import { parseInstant } from '../base/time';
import type { Json, ResultColumn } from '../protocol/records';
import type { GridResult } from '../protocol/webview';
import { cellText, isNumeric } from './cell-text';

/** A chart's data: series over a time, a number or categories. */
export interface ChartData {
  readonly kind: 'line' | 'area' | 'points' | 'columns' | 'bars' | 'pie';
  readonly title: string;
  /** `time` in ms since 1970; `number` as it is; `category` an index into `categories`. */
  readonly axis: 'time' | 'number' | 'category';
  readonly categories: readonly string[];
  readonly series: readonly ChartSeries[];
  /** Series or slices that were put together or left out, said below the chart. */
  readonly note: string | null;
}
export interface ChartSeries {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const KINDS: Readonly<Record<string, ChartData['kind']>> = {
  timechart: 'line',
  linechart: 'line',
  anomalychart: 'line',
  areachart: 'area',
  stackedareachart: 'area',
  scatterchart: 'points',
  columnchart: 'columns',
  barchart: 'bars',
  piechart: 'pie',
};

export const isDrawn = (render: string | null): boolean => render !== null && render.toLowerCase() in KINDS;

/** Series beyond this many are left out, slices and categories likewise: more cannot be told apart. */
const MAX_SERIES = 12;
const MAX_CATEGORIES = 60;
const MAX_SLICES = 9;

/**
 * Columns are read as the engine's `render` does: the x axis is `xcolumn`, else the first time column of a time chart, else
 * the first column; the values are `ycolumns`, else all other numeric columns; other text columns name the series.
 */
export function chartData(result: GridResult, rows: readonly (readonly Json[])[]): ChartData | string {
  const kind = KINDS[result.render?.toLowerCase() ?? ''];
  if (!kind) return `“${result.render}” is not drawn here; the rows are in the grid.`;
  const roles = rolesOf(result, kind);
  if (typeof roles === 'string') return roles;
  const title = result.renderProperties?.['title'] ?? '';
  return kind === 'pie' ? pieData(roles, rows, title) : seriesData(kind, roles, rows, title);
}

interface Roles {
  readonly columns: readonly ResultColumn[];
  readonly x: number;
  readonly ys: readonly number[];
  readonly split: readonly number[];
}

function rolesOf({ columns, renderProperties = {} }: GridResult, kind: ChartData['kind']): Roles | string {
  const named = (list: string | undefined): readonly number[] =>
    (list ?? '')
      .split(',')
      .map((n) => columns.findIndex((c) => c.name.toLowerCase() === n.trim().toLowerCase()))
      .filter((i) => i >= 0);
  const overTime = kind === 'line' || kind === 'area' || kind === 'points';
  const time = columns.findIndex((c) => c.type === 'datetime');
  const x = named(renderProperties['xcolumn'])[0] ?? (overTime && time >= 0 ? time : 0);
  const asked = named(renderProperties['ycolumns']);
  const numeric = columns.flatMap((c, i) => (i !== x && isNumeric(c) ? [i] : []));
  const ys = asked.length > 0 ? asked : numeric;
  if (ys.length === 0) return 'There is no numeric column to draw; the rows are in the grid.';
  const askedSplit = named(renderProperties['series']);
  const texts = columns.flatMap((c, i) =>
    i !== x && !ys.includes(i) && !isNumeric(c) && c.type !== 'datetime' ? [i] : [],
  );
  return { columns, x, ys, split: askedSplit.length > 0 ? askedSplit : texts };
}

const numberOf = (cell: Json | undefined): number => (cell === null || cell === undefined ? Number.NaN : Number(cell));

function seriesData(
  kind: ChartData['kind'],
  roles: Roles,
  rows: readonly (readonly Json[])[],
  title: string,
): ChartData {
  const { columns, x, ys, split } = roles;
  const type = columns[x]!.type;
  const byCategory = kind === 'columns' || kind === 'bars' || (type !== 'datetime' && !isNumeric(columns[x]!));
  const axis = byCategory ? 'category' : type === 'datetime' ? 'time' : 'number';
  const categories: string[] = [];
  const index = new Map<string, number>();
  const xOf = (cell: Json | undefined): number => {
    const text = cellText(cell);
    if (axis === 'time') return parseInstant(text) ?? Number.NaN;
    if (axis === 'number') return numberOf(cell);
    const known = index.get(text);
    if (known !== undefined) return known;
    if (categories.length >= MAX_CATEGORIES) return Number.NaN;
    index.set(text, categories.length);
    categories.push(type === 'datetime' ? text.slice(0, 16).replace('T', ' ') : text);
    return categories.length - 1;
  };
  const found = new Map<string, { x: number; y: number }[]>();
  let left = 0;
  for (const row of rows) {
    const at = xOf(row[x]);
    if (Number.isNaN(at)) left++;
    else
      for (const y of ys) {
        const value = numberOf(row[y]);
        const group = split.map((c) => cellText(row[c])).join(' · ');
        const name = group ? (ys.length > 1 ? `${group} · ${columns[y]!.name}` : group) : columns[y]!.name;
        const points = found.get(name) ?? [];
        points.push({ x: at, y: value });
        found.set(name, points);
      }
  }
  const all = [...found].map(([name, points]) => ({
    name,
    points: axis === 'category' ? points : [...points].sort((a, b) => a.x - b.x),
  }));
  const series = [...all].sort((a, b) => weight(b) - weight(a)).slice(0, MAX_SERIES);
  const notes = [
    ...(all.length > series.length
      ? [`the ${series.length} largest of ${all.length.toLocaleString('en-US')} series`]
      : []),
    ...(left > 0 ? [`${left.toLocaleString('en-US')} rows without a place on the axis left out`] : []),
  ];
  return { kind, title, axis, categories, series, note: notes.length > 0 ? notes.join('; ') : null };
}

const weight = (s: ChartSeries): number =>
  s.points.reduce((sum, p) => sum + (Number.isNaN(p.y) ? 0 : Math.abs(p.y)), 0);

function pieData({ x, ys }: Roles, rows: readonly (readonly Json[])[], title: string): ChartData {
  const sums = new Map<string, number>();
  let negative = 0;
  for (const row of rows) {
    const value = numberOf(row[ys[0]!]);
    const name = cellText(row[x]) || '(empty)';
    if (value > 0) sums.set(name, (sums.get(name) ?? 0) + value);
    else negative++;
  }
  const sorted = [...sums].sort((a, b) => b[1] - a[1]);
  const rest = sorted.slice(MAX_SLICES).reduce((sum, [, v]) => sum + v, 0);
  const slices = [
    ...sorted.slice(0, MAX_SLICES),
    ...(rest > 0 ? [[`${sorted.length - MAX_SLICES} others`, rest] as const] : []),
  ];
  return {
    kind: 'pie',
    title,
    axis: 'category',
    categories: slices.map(([name]) => name),
    series: [{ name: 'share', points: slices.map(([, y], i) => ({ x: i, y })) }],
    note: negative > 0 ? `${negative.toLocaleString('en-US')} rows without a positive value left out` : null,
  };
}
