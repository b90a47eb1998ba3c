/**
 * The assessment of a tenant: sources are added one by one, studied one by one, and judged together. Nothing here reads a
 * clock, a disk or chance: the same input gives the same result.
 */
import { finish, type Steps } from '../base/steps';
import type { Span } from '../base/time';
import type { LogSource, VolumeFailure, VolumeTable } from '../protocol/source';
import { type Analysis, analyse, type StudyMemory } from './analysis';
import type { AssessmentContext, AssessmentResult, Studied } from './context';
import { findHolidays } from './holidays';
import { judgeTogether } from './judgement';
import { type AssessmentMemory, createAssessmentMemory } from './memory';
import { concerns, type DatedWindow, dateWindow } from './windows';

export type { AssessmentContext, AssessmentResult } from './context';
export { type AssessmentMemory, createAssessmentMemory } from './memory';

export interface Assessment {
  /**
   * Takes in one source; cheap. `query` gives the KQL that counts it, for the results: rows are late from the delay given on (null:
   * late cannot be told), and where rows repeat keys it must count the keys.
   */
  add(
    source: LogSource,
    volumes: VolumeTable | VolumeFailure,
    query: (late: Span | null, repeated: boolean) => string,
  ): void;
  /**
   * Studies the sources added, then judges them together (Holm, Benjamini–Hochberg, segments, verdicts, undisclosed losses), in
   * steps of some milliseconds of CPU each, for callers that must answer in between: two for a source, more where a loss must be
   * dated. Adding a source after the first step is an error of the caller and ignored.
   */
  steps(): Generator<void, unknown, void>;
  /** Does what is left of the steps at once. */
  finish(): AssessmentResult;
}

const isFailure = (v: VolumeTable | VolumeFailure): v is VolumeFailure => 'reason' in v;

interface Added {
  readonly source: LogSource;
  readonly volumes: VolumeTable | VolumeFailure;
  readonly query: (late: Span | null, repeated: boolean) => string;
}

/** @param memory of an assessment of the same tenant before: it saves time, and changes nothing. */
export function createAssessment(
  context: AssessmentContext,
  memory: AssessmentMemory = createAssessmentMemory(),
): Assessment {
  const added: Added[] = [];
  let steps: Steps<AssessmentResult> | undefined;
  let result: AssessmentResult | undefined;
  function* all(): Steps<AssessmentResult> {
    memory.keepOnly(new Set(added.map((a) => a.source.id)));
    const studied = yield* study(context, added, memory);
    result = yield* judgeTogether(context, studied, (s) => memory.of(s.source.id, 'alone'));
    return result;
  }
  const run = () => {
    steps ??= all();
    return steps;
  };
  return {
    add(source, volumes, query) {
      if (!steps) added.push({ source, volumes, query });
    },
    steps: run,
    finish() {
      result ??= finish(run());
      return result;
    },
  };
}

/** Control series first, since they tell the days off that every other source must know. */
function* study(context: AssessmentContext, added: readonly Added[], memory: AssessmentMemory): Steps<Studied[]> {
  const out = new Map<Added, Studied>();
  const controls: Analysis[] = [];
  for (const a of added.filter((x) => x.source.role === 'control')) {
    const s = yield* studyOne(context, a, new Set(), memory.of(a.source.id, 'alone'));
    out.set(a, s);
    if (s.analysis) controls.push(s.analysis);
    yield;
  }
  const holidays = findHolidays(controls);
  for (const a of added) {
    if (out.has(a) && holidays.size === 0) continue;
    out.set(a, yield* studyOne(context, a, holidays, memory.of(a.source.id, out.has(a) ? 'with days off' : 'alone')));
    yield;
  }
  return added.flatMap((a) => out.get(a) ?? []);
}

function* studyOne(
  context: AssessmentContext,
  { source, volumes, query }: Added,
  holidays: ReadonlySet<number>,
  memory: StudyMemory,
): Steps<Studied> {
  if (isFailure(volumes)) return { source, query: query(null, false), table: null, failure: volumes, analysis: null };
  const windows = [...context.windows, ...(context.otherIncidents ?? [])]
    .filter((w) => concerns(w, source))
    .map((w) => dateWindow(w, context.now))
    .filter((w): w is DatedWindow => w !== null);
  const analysis = yield* analyse({ source, table: volumes, now: context.now, windows, holidays }, memory);
  return {
    source,
    query: query(analysis.delays.limit, analysis.duplicateRuns.length > 0),
    table: volumes,
    failure: null,
    analysis,
  };
}
