/** Status of a loss, by the first line of the order that holds, and what its segment says of it. */
import { HOUR } from '../base/time';
import type { LossEstimate } from '../protocol/review';
import type { ConfigurationChange, LogSource } from '../protocol/source';
import type { Status } from '../protocol/status';
import type { Analysis } from './analysis';
import { rangedEstimate, unionLoss, type WindowLoss, windowLoss } from './loss';
import { restampSpike, type Spike } from './restamp';
import { LEAST_EXPECTED } from './silence';
import { binStart, sumOver } from './volumes';

/** A share of arrival below which nothing useful came. */
export const GONE = 0.05;
/** Late rows that make up this share of the deficit have recovered it. */
export const RECOVERED = 0.95;
/** A change may be logged this long before it bites or after. */
const CHANGE_SLACK = 6 * HOUR;

export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly startLow: number;
  readonly startHigh: number;
  readonly endLow: number;
  readonly endHigh: number;
  readonly ongoing: boolean;
}

export interface JudgedLoss {
  readonly status: Status;
  readonly piece: Piece;
  readonly loss: WindowLoss;
  readonly late: number | null;
  readonly spike: Spike | null;
  readonly change: ConfigurationChange | null;
}

/** @param until first bin of the next loss, or the end of the data. */
export function judgeLoss(
  source: LogSource,
  a: Analysis,
  piece: Piece,
  changes: readonly ConfigurationChange[],
  until: number,
): JudgedLoss {
  const v = a.volumes;
  const loss = windowLoss(v, a.baseline!, piece.from, piece.to);
  const late = a.delays.late ? sumOver(a.delays.late, piece.from, piece.to) : null;
  const change = piece.ongoing ? explainingChange(source, v, piece, changes) : null;
  const spike = source.restampable ? restampSpike(v, a.baseline!, piece.to, loss.deficit, until) : null;
  const onTimeDeficit = loss.expected - (loss.observed - (late ?? 0));
  const status: Status =
    loss.expected < LEAST_EXPECTED
      ? 'INSUFFICIENT'
      : change
        ? 'STEP_CHANGE'
        : spike
          ? 'RESTAMPED'
          : late !== null && onTimeDeficit > 0 && late >= RECOVERED * onTimeDeficit
            ? 'RECOVERED'
            : loss.observed < GONE * loss.expected
              ? 'GAP'
              : 'PARTIAL';
  return { status, piece, loss, late, spike, change };
}

function explainingChange(
  source: LogSource,
  v: Analysis['volumes'],
  piece: Piece,
  changes: readonly ConfigurationChange[],
): ConfigurationChange | null {
  const from = binStart(v, piece.startLow) - CHANGE_SLACK;
  const to = binStart(v, piece.startHigh + 1) + CHANGE_SLACK;
  const named = changes.filter((c) => c.at >= from && c.at <= to && c.sources.includes(source.id));
  const near = (c: ConfigurationChange) => Math.abs(c.at - binStart(v, piece.from));
  return named.sort((x, y) => near(x) - near(y))[0] ?? null;
}

/** The loss of several pieces together, less what a restamped spike brought back. */
export function togetherLoss(a: Analysis, judged: readonly JudgedLoss[]): WindowLoss {
  return withBack(
    unionLoss(
      a.volumes,
      a.baseline!,
      judged.map((j) => j.piece),
    ),
    judged,
  );
}

function withBack(loss: WindowLoss, judged: readonly JudgedLoss[]): WindowLoss {
  return { ...loss, deficit: loss.deficit - judged.reduce((sum, j) => sum + (j.spike?.excess ?? 0), 0) };
}

/** Lost rows of the pieces with their 90 % interval, over the narrowest and the widest reading of where they lie. */
export function togetherLost(a: Analysis, judged: readonly JudgedLoss[]): LossEstimate {
  const reading = (start: (p: Piece) => number, end: (p: Piece) => number) => {
    const bins: { from: number; to: number }[] = [];
    for (const { piece } of judged) {
      const from = Math.max(0, bins.at(-1)?.to ?? 0, start(piece));
      const to = Math.min(a.volumes.bins, end(piece));
      if (to > from) bins.push({ from, to });
    }
    return bins.length ? [withBack(unionLoss(a.volumes, a.baseline!, bins), judged)] : [];
  };
  return rangedEstimate(togetherLoss(a, judged), [
    ...reading(
      (p) => p.startLow,
      (p) => p.endHigh,
    ),
    ...reading(
      (p) => p.startHigh,
      (p) => p.endLow,
    ),
  ]);
}

/** Splits a loss where it is wholly silent for long: a partial loss that becomes a total one has two statuses. */
export function splitBySilence(a: Analysis, piece: Piece): Piece[] {
  const { volumes: v, baseline } = a;
  const least = Math.max(2, Math.round(6 * v.perHour));
  const cuts: { from: number; to: number }[] = [];
  for (let i = piece.from; i < piece.to; ) {
    let j = i;
    while (j < piece.to && v.unknown[j] === 0 && v.records[j]! < GONE * baseline!.mu[j]!) j++;
    if (j - i >= least && sumOver(baseline!.mu, i, j) >= 2 * LEAST_EXPECTED) cuts.push({ from: i, to: j });
    i = Math.max(j, i + 1);
  }
  const edges = [piece.from, ...cuts.flatMap((c) => [c.from, c.to]), piece.to];
  const all = edges.filter((e, n) => n === 0 || e > edges[n - 1]!);
  // Too few rows to have a status of their own before the first silence only widen the range in which it may have begun.
  const bounds = all.length > 2 && sumOver(baseline!.mu, all[0]!, all[1]!) < LEAST_EXPECTED ? all.slice(1) : all;
  return bounds.slice(0, -1).map((from, n): Piece => {
    const to = bounds[n + 1]!;
    return {
      from,
      to,
      startLow: n === 0 ? piece.startLow : Math.max(0, from - 1),
      startHigh: n === 0 ? Math.max(piece.startHigh, from) : from,
      endLow: to === piece.to ? piece.endLow : to,
      endHigh: to === piece.to ? piece.endHigh : to + 1,
      ongoing: piece.ongoing && to === piece.to,
    };
  });
}
