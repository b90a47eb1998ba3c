/** Benjamini and Hochberg 1995: p-values adjusted so that the expected share of false findings stays at their level. */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = p.map((x, i) => ({ x, i })).sort((a, b) => b.x - a.x || b.i - a.i);
  const out = new Array<number>(p.length).fill(1);
  let running = 1;
  order.forEach(({ x, i }, rank) => {
    running = Math.min(running, (x * p.length) / (p.length - rank));
    out[i] = running;
  });
  return out;
}
