/** When rows happen: the rate of a source over the week, its noise, its holiday, and the rows that the story puts in. */
import { hashText, type Random, seededRandom } from '../base/random';
import { HOUR } from '../base/time';
import { DAYS, FROM, HOLIDAY, holidayFactor, localHourOfWeek, weekOf } from './clock-shapes';
import type { SourceModel, StagedRow } from './model';
import { dayLevels, negativeBinomial } from './noise';

export interface Volume {
  /** Event times of every row that happens, ascending, ms. */
  readonly times: Float64Array;
  /** Draws of staged rows, by place in `times`. */
  readonly staged: ReadonlyMap<number, Readonly<Record<string, number>>>;
}

/** A stream of chance of its own for a purpose, so that a change in one place moves nothing elsewhere. */
export const stream = (seed: number, purpose: string): Random => seededRandom(hashText(`${seed}/${purpose}`));

/** Part of the day level that all sources of people share: a busy Monday is busy everywhere. */
const SHARED_SD = 0.035;
export const sharedDays = (seed: number): Float64Array => dayLevels(stream(seed, 'shared days'), DAYS, SHARED_SD);

/** Expected rows of each hour, before the scatter of single hours. */
export function hourlyMeans(model: SourceModel, seed: number, scale: number, shared: Float64Array): Float64Array {
  const week = weekOf(model.shape);
  const own = Math.sqrt(Math.max(0, model.daySd ** 2 - SHARED_SD ** 2));
  const levels = dayLevels(stream(seed, `${model.id} days`), DAYS, own);
  const means = new Float64Array(DAYS * 24);
  for (let h = 0; h < means.length; h++) {
    const at = FROM + h * HOUR;
    const day = Math.floor(h / 24);
    const closed = at >= HOLIDAY.start && at < HOLIDAY.end ? holidayFactor(model.shape) : 1;
    const level = levels[day]! + shared[day]! + (model.growth ?? 0) * (h / means.length - 0.5);
    means[h] = model.rate * scale * week[localHourOfWeek(at)]! * closed * Math.exp(level);
  }
  return means;
}

export function drawVolume(
  model: SourceModel,
  seed: number,
  scale: number,
  shared: Float64Array,
  story: readonly StagedRow[],
): Volume {
  const means = hourlyMeans(model, seed, scale, shared);
  const random = stream(seed, `${model.id} counts`);
  const counts = Uint32Array.from(means, (mean) => negativeBinomial(random, mean, model.k));
  const total = counts.reduce((a, b) => a + b, 0);
  const own = story.filter((s) => s.source === model.id).sort((a, b) => a.at - b.at);
  const times = new Float64Array(total + own.length);
  const staged = new Map<number, Readonly<Record<string, number>>>();
  const within = stream(seed, `${model.id} times`);
  let at = 0;
  let next = 0;
  for (let h = 0; h < counts.length; h++) {
    const start = FROM + h * HOUR;
    for (const t of spread(within, counts[h]!)) {
      const time = Math.floor(start + t * HOUR);
      while (next < own.length && own[next]!.at <= time) {
        staged.set(at, own[next]!.draws);
        times[at++] = own[next++]!.at;
      }
      times[at++] = time;
    }
  }
  while (next < own.length) {
    staged.set(at, own[next]!.draws);
    times[at++] = own[next++]!.at;
  }
  return { times, staged };
}

const scratch: { values: Float64Array } = { values: new Float64Array(0) };
/** `count` sorted uniform numbers in (0, 1): partial sums of exponentials over their total (valid until the next call). */
function spread(random: Random, count: number): Float64Array {
  if (scratch.values.length < count) scratch.values = new Float64Array(count * 2);
  const values = scratch.values;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum -= Math.log(1 - random());
    values[i] = sum;
  }
  sum -= Math.log(1 - random());
  for (let i = 0; i < count; i++) values[i] = values[i]! / sum;
  return values.subarray(0, count);
}
