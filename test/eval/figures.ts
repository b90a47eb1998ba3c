/** Figures of the evaluation: counts that become shares, with the bound that each must hold. */

export interface Figure {
  readonly name: string;
  readonly unit: 'share' | 'ratio' | 'ms';
  readonly value: number;
  /** What it must be, in words. */
  readonly of: string;
  readonly holds: boolean;
  readonly cases: number;
}

export interface Bound {
  readonly least?: number;
  readonly most?: number;
}

const words = (b: Bound): string =>
  b.least !== undefined && b.most !== undefined
    ? `between ${b.least} and ${b.most}`
    : b.least !== undefined
      ? `at least ${b.least}`
      : b.most !== undefined
        ? `at most ${b.most}`
        : 'for comparison';

export class Shares {
  private readonly counts = new Map<string, { hits: number; cases: number; bound: Bound }>();
  /** Adds `hits` of `cases` to a figure. */
  count(name: string, bound: Bound, hits: number | boolean, cases = 1): void {
    const c = this.counts.get(name) ?? { hits: 0, cases: 0, bound };
    c.hits += Number(hits);
    c.cases += cases;
    this.counts.set(name, c);
  }
  figures(): Figure[] {
    return [...this.counts].map(([name, { hits, cases, bound }]) => {
      const value = cases > 0 ? hits / cases : Number.NaN;
      const holds =
        (bound.least === undefined || value >= bound.least) && (bound.most === undefined || value <= bound.most);
      return { name, unit: 'share', value, of: words(bound), holds, cases };
    });
  }
}
