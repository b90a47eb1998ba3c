import { expect, it } from 'vitest';
import { chartData } from '../../src/webview/results/chart-data';
import { readoutAt, stepFrom } from '../../src/webview/results/chart-readout';

const columns = [
  { name: 't', type: 'datetime' as const },
  { name: 'app', type: 'string' as const },
  { name: 'n', type: 'long' as const },
];
const rows = [
  ['2024-09-01T00:00:00Z', 'a', 5],
  ['2024-09-01T01:00:00Z', 'a', null],
  ['2024-09-01T01:00:00Z', 'b', 7],
  ['2024-09-01T03:00:00Z', 'a', 4],
  ['2024-09-01T03:00:00Z', 'b', 9],
];
const data = chartData({ columns, rowCount: 5, truncated: false, notes: [], render: 'timechart' }, rows);
const at = (text: string) => Date.parse(`2024-09-01T${text}Z`);

it('reads off the values nearest to a place, the largest first', () => {
  if (typeof data === 'string') throw new Error(data);
  const read = (x: number) => {
    const found = readoutAt(data, x);
    return [found?.place, ...(found?.values ?? []).map((v) => `${v.name} ${v.y}`)];
  };
  expect(read(at('02:40:00'))).toEqual(['2024-09-01 03:00:00 UTC', 'b 9', 'a 4']);
  expect(read(at('01:10:00'))).toEqual(['2024-09-01 01:00:00 UTC', 'b 7']);
  expect(read(0)).toEqual(['2024-09-01 00:00:00 UTC', 'a 5']);
  expect(readoutAt({ ...data, series: [] }, 0)).toBeUndefined();
});

it('steps from place to place, and stays at the ends', () => {
  if (typeof data === 'string') throw new Error(data);
  expect(stepFrom(data, undefined, 1)).toBe(at('00:00:00'));
  expect(stepFrom(data, at('00:00:00'), 1)).toBe(at('01:00:00'));
  expect(stepFrom(data, at('03:00:00'), 1)).toBe(at('03:00:00'));
  expect(stepFrom(data, undefined, -1)).toBe(at('03:00:00'));
});
