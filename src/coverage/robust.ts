/** Robust location and scale. */

/** Median of unsorted values; 0 of none. */
export function median(values: readonly number[] | Float64Array): number {
  if (values.length === 0) return 0;
  const s = Float64Array.from(values).sort();
  const h = s.length >> 1;
  return s.length % 2 ? s[h]! : 0.5 * (s[h - 1]! + s[h]!);
}

/** Standard deviation by the median absolute deviation, as of a normal; 0 of none. */
export function robustSd(values: readonly number[] | Float64Array): number {
  const mid = median(values);
  return 1.4826 * median(Float64Array.from(values, (x) => Math.abs(x - mid)));
}
