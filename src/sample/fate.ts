/** What becomes of each row: taken in on time, late, lost, or twice. Faults act on rows; everything that is counted is counted here. */
import { DAY, HOUR, type Instant, type Span } from '../base/time';
import { type AgentFaults, type AgentSpec, FATE, simulateAgent } from '../coverage/agent';
import { FROM, TO } from './clock-shapes';
import type { SourceModel } from './model';
import { logNormalSampler, normalQuantile } from './noise';
import { stream, type Volume } from './volume';

/** What goes wrong with one source. */
export type Fault =
  | { readonly effect: 'agent' | 'restamped'; readonly spec: AgentSpec; readonly faults: AgentFaults }
  | { readonly effect: 'silence' | 'ongoing' | 'switched-off'; readonly start: Instant; readonly end: Instant }
  | { readonly effect: 'duplicate'; readonly start: Instant; readonly end: Instant; readonly share: number }
  /** Rows made out of another source's rows: the share by hour of the span that cannot be made. */
  | { readonly effect: 'partial'; readonly missing: Float64Array };

export interface Fates {
  /** `FATE` of each row of the volume; `held`: not yet taken in when the export was made. */
  readonly fate: Uint8Array;
  /** Ingestion time, ms; NaN where the row never came. */
  readonly receivedMs: Float64Array;
  /** Rows that came twice, ascending. */
  readonly doubled: Uint32Array;
}

/** Azure Monitor replaces a TimeGenerated that is more than this before receipt, or more than a day after it. */
export const RESTAMP_BEFORE = 2 * DAY;
export const RESTAMP_AFTER = DAY;

/** TimeGenerated as the platform leaves it (docs: standard columns in Azure Monitor Logs). */
export const restamp = (eventMs: number, receivedMs: number): number =>
  receivedMs - eventMs > RESTAMP_BEFORE || eventMs - receivedMs > RESTAMP_AFTER ? receivedMs : eventMs;

/** The delay that one row in a thousand exceeds while all is well. */
export const onTimeLimit = (model: SourceModel): Span =>
  (model.delay.median * Math.exp(model.delay.sigma * normalQuantile(0.999))) as Span;

export function decideFates(model: SourceModel, volume: Volume, fault: Fault | undefined, seed: number): Fates {
  const { times } = volume;
  const fate = new Uint8Array(times.length);
  const receivedMs = times.slice();
  let doubled = new Uint32Array(0);
  if (fault) {
    if ('spec' in fault) runAgent(model, times, fault, fate, receivedMs);
    else if (fault.effect === 'duplicate') doubled = doubledRows(times, fault, stream(seed, `${model.id} doubles`));
    else if (fault.effect === 'partial') thin(times, fault.missing, fate, stream(seed, `${model.id} thinning`));
    else
      for (let i = 0; i < times.length; i++) if (times[i]! >= fault.start && times[i]! < fault.end) fate[i] = FATE.lost;
  }
  addDelays(model, fate, receivedMs, seed);
  return { fate, receivedMs, doubled };
}

/** Runs the agent over the part of the volume that its faults can touch. */
function runAgent(
  model: SourceModel,
  times: Float64Array,
  fault: { readonly spec: AgentSpec; readonly faults: AgentFaults },
  fate: Uint8Array,
  receivedMs: Float64Array,
): void {
  const first = Math.min(...fault.faults.deadlocks.map((d) => d.at)) - HOUR;
  const last = Math.max(...fault.faults.restarts) + 4 * DAY;
  const from = lowerBound(times, first);
  const to = lowerBound(times, last);
  const spec = { ...fault.spec, lateAfter: onTimeLimit(model) };
  const outcome = simulateAgent(spec, fault.faults, times.subarray(from, to));
  fate.set(outcome.fate, from);
  receivedMs.set(outcome.arrival, from);
}

function doubledRows(
  times: Float64Array,
  fault: { readonly start: Instant; readonly end: Instant; readonly share: number },
  random: () => number,
): Uint32Array<ArrayBuffer> {
  const rows: number[] = [];
  for (let i = lowerBound(times, fault.start); i < times.length && times[i]! < fault.end; i++) {
    if (random() < fault.share) rows.push(i);
  }
  return Uint32Array.from(rows);
}

function thin(times: Float64Array, missing: Float64Array, fate: Uint8Array, random: () => number): void {
  for (let i = 0; i < times.length; i++) {
    if (random() < missing[hourOf(times[i]!)]!) fate[i] = FATE.lost;
  }
}

/** Adds the pipeline's own delay to each row that came; what arrives after the export was made is not in it. */
function addDelays(model: SourceModel, fate: Uint8Array, receivedMs: Float64Array, seed: number): void {
  const delay = logNormalSampler(model.delay.median, model.delay.sigma);
  const random = stream(seed, `${model.id} delays`);
  for (let i = 0; i < fate.length; i++) {
    const wait = delay(random);
    receivedMs[i] = fate[i] === FATE.lost ? Number.NaN : Math.round(receivedMs[i]! + wait);
    if (receivedMs[i]! >= TO) fate[i] = FATE.held;
  }
}

/** Hour of the span, 0 at its start. */
export const hourOf = (at: number): number => Math.floor((at - FROM) / HOUR);

/** First place whose time is not before `at`. */
export function lowerBound(times: Float64Array, at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
