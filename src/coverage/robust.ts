/** Robust location and scale. */

/** Median of unsorted values; 0 of none. */
export function median(values: readonly number[] | Float64Array): number {
  if (values.length === 0) return 0;
  const s = Float64Array.from(values);
  const h = s.length >> 1;
  if (s.length < FEW) s.sort();
  else {
    arrange(s, h);
    // What lies before the middle is no larger: the largest of it is the other middle.
    if (s.length % 2 === 0) for (let i = 0; i < h; i++) if (s[i]! > s[h - 1]!) s[h - 1] = s[i]!;
  }
  return s.length % 2 ? s[h]! : 0.5 * (s[h - 1]! + s[h]!);
}

/** Below so many values sorting costs no more than selecting. */
const FEW = 40;

/** Hoare's selection: puts at `k` what sorting would put there, with nothing larger before it and nothing smaller behind. */
function arrange(s: Float64Array, k: number): void {
  let low = 0;
  let high = s.length - 1;
  while (low < high) {
    const pivot = s[(low + high) >> 1]!;
    // Not a number sorts behind all; it cannot be compared.
    if (Number.isNaN(pivot)) {
      s.sort();
      return;
    }
    let i = low;
    let j = high;
    while (i <= j) {
      while (s[i]! < pivot) i++;
      while (s[j]! > pivot) j--;
      if (i > j) break;
      const x = s[i]!;
      s[i++] = s[j]!;
      s[j--] = x;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else return;
  }
}

/** Standard deviation by the median absolute deviation, as of a normal; 0 of none. */
export function robustSd(values: readonly number[] | Float64Array): number {
  const mid = median(values);
  return 1.4826 * median(Float64Array.from(values, (x) => Math.abs(x - mid)));
}
