import type { Dynamic, ResultColumn } from '../../protocol/records';
import { formatCount } from '../../timeline/format';
import { cellText, isNumeric, shownText } from './cell-text';

/** Sum, mean and ends of the numbers; ends of the times where there is no number; else how many values there are. */
export function summaryFacts(
  selected: readonly { readonly column: ResultColumn; readonly cells: readonly (Dynamic | undefined)[] }[],
): readonly string[] {
  const filled = selected.flatMap(({ column, cells }) =>
    cells.filter((cell) => cellText(cell) !== '').map((cell) => ({ column, cell })),
  );
  const total = selected.reduce((n, { cells }) => n + cells.length, 0);
  const empty = total - filled.length;
  const rest = empty > 0 ? [`${formatCount(empty)} empty`] : [];
  const numbers = filled
    .filter(({ column }) => isNumeric(column))
    .map(({ cell }) => Number(cell))
    .filter((n) => Number.isFinite(n));
  if (numbers.length > 0) return [...rest, ...numberFacts(numbers)];
  const times = filled
    .filter(({ column }) => column.type === 'datetime')
    .map(({ cell }) => cellText(cell))
    .sort();
  if (times.length > 0 && times.length === filled.length)
    return [...rest, `from ${shownText(times[0], 'datetime')}`, `to ${shownText(times.at(-1), 'datetime')}`];
  const distinct = new Set(filled.map(({ cell }) => cellText(cell))).size;
  return filled.length === 0 ? rest : [...rest, `${formatCount(distinct)} distinct`];
}

function numberFacts(numbers: readonly number[]): readonly string[] {
  let sum = 0;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const n of numbers) {
    sum += n;
    least = Math.min(least, n);
    most = Math.max(most, n);
  }
  // Beyond 2^53 a sum of integers is no longer exact.
  const about = Math.abs(sum) > Number.MAX_SAFE_INTEGER ? '≈ ' : '';
  return [
    `sum ${about}${numberText(sum)}`,
    `mean ${numberText(sum / numbers.length)}`,
    `min ${numberText(least)}`,
    `max ${numberText(most)}`,
  ];
}

const numberText = (n: number): string =>
  Math.abs(n) >= 1e15 || (n !== 0 && Math.abs(n) < 1e-4)
    ? String(Number(n.toPrecision(6)))
    : n.toLocaleString('en-US', { maximumFractionDigits: 4 });
