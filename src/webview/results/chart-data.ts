import { parseInstant } from '../../base/time';
import type { Dynamic, ResultColumn } from '../../protocol/records';
import type { GridResult } from '../../protocol/webview';
import { cellText, isNumeric } from './cell-text';
import { unfoldSeries } from './series-rows';

/** A chart's data: series over a time, a number or categories. */
export interface ChartData {
  readonly kind: 'line' | 'area' | 'points' | 'columns' | 'bars' | 'pie';
  readonly title: string;
  /** `time` in ms since 1970; `number` as it is; `category` an index into `categories`. */
  readonly axis: 'time' | 'number' | 'category';
  readonly categories: readonly string[];
  readonly series: readonly ChartSeries[];
  /** Series stand on one another; as a share, their sum is 100. */
  readonly stack: Stack;
  readonly axes: ChartAxes;
  /** Series or slices that were put together or left out, said below the chart. */
  readonly note: string | null;
}
export interface ChartSeries {
  readonly name: string;
  readonly points: readonly ChartPoint[];
  /** Points that the query found to be anomalies. */
  readonly marks?: readonly ChartPoint[];
}
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  /** Where a stacked value begins; absent: at zero. */
  readonly base?: number;
}
export type Stack = 'none' | 'sum' | 'share';
/** What `render … with (…)` says of the axes; null: as the data goes. */
export interface ChartAxes {
  readonly xTitle: string;
  readonly yTitle: string;
  readonly yMin: number | null;
  readonly yMax: number | null;
  readonly logarithmic: boolean;
  readonly legend: boolean;
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

/** How a result is shown first: as a chart, a card, or a table, with a sentence where another picture was asked for. */
export function pictureOf(render: string | null): {
  readonly kind: 'chart' | 'card' | 'table';
  readonly note: string | null;
} {
  const kind = render?.toLowerCase() ?? 'table';
  if (kind in KINDS) return { kind: 'chart', note: null };
  if (kind === 'card') return { kind: 'card', note: null };
  const note = kind === 'table' ? null : `render ${render} is not drawn here: the result is shown as a table.`;
  return { kind: 'table', note };
}

/** Series beyond this many are left out, slices and categories likewise: more cannot be told apart. */
const MAX_SERIES = 12;
const MAX_CATEGORIES = 60;
const MAX_SLICES = 9;

/**
 * Columns are read as the engine's `render` does: the x axis is `xcolumn`, else the first time column of a time chart, else
 * the first column; the values are `ycolumns`, else all other numeric columns; other text columns name the series.
 */
export function chartData(given: GridResult, givenRows: readonly (readonly Dynamic[])[]): ChartData | string {
  const render = given.render?.toLowerCase() ?? '';
  const kind = KINDS[render];
  if (!kind) return `“${given.render}” is not drawn here; the rows are in the grid.`;
  const { columns, rows, cut } = unfoldSeries(given.columns, givenRows);
  const result = { ...given, columns };
  const roles = rolesOf(result, kind);
  if (typeof roles === 'string') return roles;
  const properties = given.renderProperties ?? {};
  const title = properties['title'] ?? '';
  const data =
    kind === 'pie'
      ? pieData(roles, rows, title)
      : seriesData({ kind, ...modes(render, kind, properties) }, roles, rows, title);
  const note = cut ? ['not all points of the series', data.note].filter((n) => n).join('; ') : data.note;
  return { ...data, axes: axesOf(properties), note };
}

type Properties = Readonly<Record<string, string>>;

/** Kusto's `kind=` property: series stand alone unless they are stacked. */
function modes(render: string, kind: ChartData['kind'], properties: Properties): Pick<Mode, 'stack' | 'accumulate'> {
  const asked = properties['kind']?.toLowerCase() ?? '';
  const stackable = kind === 'area' || kind === 'columns' || kind === 'bars';
  const stack = !stackable
    ? 'none'
    : asked === 'stacked100'
      ? 'share'
      : asked === 'stacked' || render === 'stackedareachart'
        ? 'sum'
        : 'none';
  return { stack, accumulate: properties['accumulate']?.toLowerCase() === 'true' };
}

interface Mode {
  readonly kind: ChartData['kind'];
  readonly stack: Stack;
  readonly accumulate: boolean;
}

function axesOf(properties: Properties): ChartAxes {
  const number = (text: string | undefined) => {
    const n = Number(text ?? Number.NaN);
    return text?.trim() === '' || Number.isNaN(n) ? null : n;
  };
  return {
    xTitle: properties['xtitle'] ?? '',
    yTitle: properties['ytitle'] ?? '',
    yMin: number(properties['ymin']),
    yMax: number(properties['ymax']),
    logarithmic: properties['yaxis']?.toLowerCase() === 'log',
    legend: properties['legend']?.toLowerCase() !== 'hidden',
  };
}

interface Roles {
  readonly columns: readonly ResultColumn[];
  readonly x: number;
  readonly ys: readonly number[];
  readonly split: readonly number[];
  readonly anomalies: readonly number[];
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
  const anomalies = named(renderProperties['anomalycolumns']);
  const numeric = columns.flatMap((c, i) => (i !== x && isNumeric(c) && !anomalies.includes(i) ? [i] : []));
  const ys = asked.length > 0 ? asked : numeric;
  if (ys.length === 0) return 'There is no numeric column to draw; the rows are in the grid.';
  const askedSplit = named(renderProperties['series']);
  const texts = columns.flatMap((c, i) =>
    i !== x && !ys.includes(i) && !anomalies.includes(i) && !isNumeric(c) && c.type !== 'datetime' ? [i] : [],
  );
  return { columns, x, ys, split: askedSplit.length > 0 ? askedSplit : texts, anomalies };
}

const numberOf = (cell: Dynamic | undefined): number =>
  cell === null || cell === undefined ? Number.NaN : Number(cell);

function seriesData(mode: Mode, roles: Roles, rows: readonly (readonly Dynamic[])[], title: string): ChartData {
  const { kind, stack, accumulate } = mode;
  const { columns, x, ys, split, anomalies } = roles;
  const type = columns[x]!.type;
  const byCategory = kind === 'columns' || kind === 'bars' || (type !== 'datetime' && !isNumeric(columns[x]!));
  const axis = byCategory ? 'category' : type === 'datetime' ? 'time' : 'number';
  const categories: string[] = [];
  const index = new Map<string, number>();
  const xOf = (cell: Dynamic | undefined): number => {
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
  const found = new Map<string, ChartPoint[]>();
  const marks = new Map<string, ChartPoint[]>();
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
        // Which of several values an anomaly belongs to is not said; the first stands for the series.
        if (y === ys[0] && anomalies.some((a) => Number(row[a] ?? 0) !== 0))
          marks.set(name, [...(marks.get(name) ?? []), { x: at, y: value }]);
      }
  }
  const all = [...found].map(([name, points]): ChartSeries => {
    const sorted = axis === 'category' ? points : [...points].sort((a, b) => a.x - b.x);
    const marked = marks.get(name);
    return { name, points: accumulate ? running(sorted) : sorted, ...(marked && { marks: marked }) };
  });
  const largest = [...all].sort((a, b) => weight(b) - weight(a)).slice(0, MAX_SERIES);
  const series = stack === 'none' ? largest : stacked(largest, stack);
  const notes = [
    ...(all.length > series.length
      ? [`the ${series.length} largest of ${all.length.toLocaleString('en-US')} series`]
      : []),
    ...(left > 0 ? [`${left.toLocaleString('en-US')} rows without a place on the axis left out`] : []),
  ];
  const note = notes.length > 0 ? notes.join('; ') : null;
  const days = type === 'datetime' && categories.every((c) => c.endsWith(' 00:00'));
  const names = days ? categories.map((c) => c.slice(0, 10)) : categories;
  return { kind, title, axis, categories: names, series, stack, axes: axesOf({}), note };
}

/** Each value with those before it. */
function running(points: readonly ChartPoint[]): readonly ChartPoint[] {
  let sum = 0;
  return points.map((p) => {
    sum += Number.isNaN(p.y) ? 0 : p.y;
    return { x: p.x, y: sum };
  });
}

/** Values on one another at the same place, those below zero downwards; as shares of their sum where asked. */
function stacked(series: readonly ChartSeries[], stack: Stack): readonly ChartSeries[] {
  const sums = new Map<number, number>();
  for (const s of series) for (const p of s.points) sums.set(p.x, (sums.get(p.x) ?? 0) + Math.abs(p.y || 0));
  const tops = { up: new Map<number, number>(), down: new Map<number, number>() };
  return series.map((s) => ({
    ...s,
    points: s.points
      .filter((p) => !Number.isNaN(p.y))
      .map((p) => {
        const y = stack === 'share' ? (100 * p.y) / (sums.get(p.x) || 1) : p.y;
        const side = y < 0 ? tops.down : tops.up;
        const base = side.get(p.x) ?? 0;
        side.set(p.x, base + y);
        return { x: p.x, y, base };
      }),
  }));
}

const weight = (s: ChartSeries): number =>
  s.points.reduce((sum, p) => sum + (Number.isNaN(p.y) ? 0 : Math.abs(p.y)), 0);

function pieData({ x, ys }: Roles, rows: readonly (readonly Dynamic[])[], title: string): ChartData {
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
    stack: 'none',
    axes: axesOf({}),
    note: negative > 0 ? `${negative.toLocaleString('en-US')} rows without a positive value left out` : null,
  };
}
