/** The usual day of a source, for readers. */
import type { LearntBaseline } from '../protocol/coverage';
import type { Baseline } from './baseline';
import { isWeekend, seasonOf } from './season';
import type { Volumes } from './volumes';

/** Mean expected rows of each bin of the day, over the bins that taught. */
export type DayShapes = Pick<LearntBaseline, 'weekday' | 'weekend'>;

export function dayShapes(v: Volumes, b: Baseline): DayShapes {
  const season = seasonOf(v, b.zone) ?? seasonOf(v, null)!;
  const sum = [new Float64Array(v.binsPerDay), new Float64Array(v.binsPerDay)] as const;
  const count = [new Float64Array(v.binsPerDay), new Float64Array(v.binsPerDay)] as const;
  for (let i = v.first; i < v.last; i++) {
    if (b.taught[i] === 0) continue;
    const key = season.key[i]!;
    const part = isWeekend(key, v.binsPerDay);
    sum[part][key % v.binsPerDay]! += b.mu[i]!;
    count[part][key % v.binsPerDay]!++;
  }
  const means = (part: 0 | 1) => Array.from(sum[part], (s, h) => (count[part][h]! > 0 ? s / count[part][h]! : 0));
  return { weekday: means(0), weekend: means(1) };
}
