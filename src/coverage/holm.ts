/** Holm 1979: p-values adjusted so that the chance of any false rejection in the family stays at its level. Order is kept. */
export function holm(p: readonly number[]): number[] {
  const order = p.map((x, i) => ({ x, i })).sort((a, b) => a.x - b.x || a.i - b.i);
  const out = new Array<number>(p.length).fill(1);
  let running = 0;
  order.forEach(({ x, i }, rank) => {
    running = Math.max(running, Math.min(1, (p.length - rank) * x));
    out[i] = running;
  });
  return out;
}
