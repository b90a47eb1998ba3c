/**
 * The assessment of a tenant: sources are added one by one, studied one by one, and judged together. Nothing here reads a
 * clock, a disk or chance: the same input gives the same result.
 */
import type { Span } from '../base/time';
import type { LogSource, VolumeFailure, VolumeTable } from '../protocol/source';
import { type Analysis, analyse } from './analysis';
import type { AssessmentContext, AssessmentResult, Studied } from './context';
import { findHolidays } from './holidays';
import { judgeTogether } from './judgement';
import { concerns, type DatedWindow, dateWindow } from './windows';

export type { AssessmentContext, AssessmentResult } from './context';

export interface Assessment {
  /**
   * Takes in one source; cheap. `query` gives the KQL that counts it, for the results: rows are late from the delay given on (null:
   * late cannot be told).
   */
  add(source: LogSource, volumes: VolumeTable | VolumeFailure, query: (late: Span | null) => string): void;
  /**
   * Studies the sources added, one per step (≤ 10 ms of CPU each), for callers that must answer in between; `finish` does
   * what is left. Adding a source after the first step is an error of the caller and ignored.
   */
  steps(): Generator<void, void, void>;
  /** Holm, Benjamini–Hochberg, segments, verdicts, undisclosed losses. */
  finish(): AssessmentResult;
}

const isFailure = (v: VolumeTable | VolumeFailure): v is VolumeFailure => 'reason' in v;

interface Added {
  readonly source: LogSource;
  readonly volumes: VolumeTable | VolumeFailure;
  readonly query: (late: Span | null) => string;
}

export function createAssessment(context: AssessmentContext): Assessment {
  const added: Added[] = [];
  const studied = new Map<Added, Studied>();
  let steps: Generator<void, void, void> | undefined;
  const run = () => {
    steps ??= study(context, [...added], studied);
    return steps;
  };
  return {
    add(source, volumes, query) {
      if (!steps) added.push({ source, volumes, query });
    },
    steps: run,
    finish() {
      for (const _ of run());
      return judgeTogether(
        context,
        added.flatMap((a) => studied.get(a) ?? []),
      );
    },
  };
}

/** Control series first, since they tell the days off that every other source must know. */
function* study(
  context: AssessmentContext,
  added: readonly Added[],
  out: Map<Added, Studied>,
): Generator<void, void, void> {
  const controls: Analysis[] = [];
  for (const a of added.filter((x) => x.source.role === 'control')) {
    const s = studyOne(context, a, new Set());
    out.set(a, s);
    if (s.analysis) controls.push(s.analysis);
    yield;
  }
  const holidays = findHolidays(controls);
  for (const a of added) {
    if (out.has(a) && holidays.size === 0) continue;
    out.set(a, studyOne(context, a, holidays));
    yield;
  }
}

function studyOne(
  context: AssessmentContext,
  { source, volumes, query }: Added,
  holidays: ReadonlySet<number>,
): Studied {
  if (isFailure(volumes)) return { source, query: query(null), table: null, failure: volumes, analysis: null };
  const windows = [...context.windows, ...(context.otherIncidents ?? [])]
    .filter((w) => concerns(w, source))
    .map((w) => dateWindow(w, context.now))
    .filter((w): w is DatedWindow => w !== null);
  const analysis = analyse({ source, table: volumes, now: context.now, windows, holidays });
  return { source, query: query(analysis.delays.limit), table: volumes, failure: null, analysis };
}
