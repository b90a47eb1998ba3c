import { shownText } from './cell-text';
import type { ChartData, ChartPoint } from './chart-data';

/** What stands at one place of a chart: its name on the axis, and a line for each series that has a value there. */
export interface Readout {
  readonly place: string;
  /** `series` is its place among the chart's series. */
  readonly values: readonly { readonly series: number; readonly name: string; readonly y: number }[];
  /** Position on the axis, as in the points. */
  readonly x: number;
}

/** The values at the place nearest to `x`; undefined where there is no point at all. Pies have no axis. */
export function readoutAt(data: ChartData, x: number): Readout | undefined {
  if (data.kind === 'pie') return undefined;
  let nearest: number | undefined;
  for (const s of data.series)
    for (const p of s.points)
      if (!Number.isNaN(p.y) && (nearest === undefined || Math.abs(p.x - x) < Math.abs(nearest - x))) nearest = p.x;
  if (nearest === undefined) return undefined;
  const at = nearest;
  const values = data.series.flatMap((s, series) => {
    const point = s.points.find((p: ChartPoint) => p.x === at && !Number.isNaN(p.y));
    return point ? [{ series, name: s.name, y: point.y }] : [];
  });
  return { place: placeText(data, at), values: values.sort((a, b) => b.y - a.y), x: at };
}

/** The next place of the axis in a direction, for keys; from nowhere, the first or the last. */
export function stepFrom(data: ChartData, x: number | undefined, by: -1 | 1): number | undefined {
  let next: number | undefined;
  for (const s of data.series)
    for (const p of s.points) {
      if (Number.isNaN(p.y) || (x !== undefined && (p.x - x) * by <= 0)) continue;
      if (next === undefined || (p.x - next) * by < 0) next = p.x;
    }
  return next ?? x;
}

function placeText({ axis, categories }: ChartData, x: number): string {
  if (axis === 'category') return categories[x] || '(empty)';
  if (axis === 'number') return x.toLocaleString('en-US', { maximumFractionDigits: 6 });
  const text = shownText(new Date(x).toISOString(), 'datetime');
  return /[+-]\d\d:\d\d$/.test(text) ? text : `${text} UTC`;
}

export const valueText = (y: number): string => y.toLocaleString('en-US', { maximumFractionDigits: 4 });
