/** What taught a baseline and what was kept from it, as facts that a reader can check. Nothing here changes a judgement. */
import { DAY } from '../base/time';
import type { Exclusion, ExclusionCause, LearntBaseline } from '../protocol/coverage';
import type { LogSource } from '../protocol/source';
import type { Analysis } from './analysis';
import type { Baseline } from './baseline';
import type { AssessmentContext } from './context';
import { binStart } from './volumes';
import { concerns, type DatedWindow, dateWindow, GUARD } from './windows';

export function learntBaseline(context: AssessmentContext, source: LogSource, a: Analysis): LearntBaseline | null {
  const { baseline: b, volumes: v } = a;
  if (!b) return null;
  return {
    regime: b.regime,
    zone: b.zone,
    taughtDays: a.past.learnt!.taughtDays,
    days: (v.last - v.first) / v.binsPerDay,
    ...a.past.learnt!.shapes,
    excluded: exclusions(context, source, a, b),
  };
}

/** Every maximal stretch that did not teach, with all that kept it from it. */
function exclusions(context: AssessmentContext, source: LogSource, a: Analysis, b: Baseline): Exclusion[] {
  const { volumes: v } = a;
  const windows = [...context.windows, ...(context.otherIncidents ?? [])]
    .filter((w) => concerns(w, source))
    .flatMap((w) => dateWindow(w, context.now) ?? []);
  const out: Exclusion[] = [];
  let lastTaught = v.last;
  while (lastTaught > v.first && b.taught[lastTaught - 1] === 0) lastTaught--;
  for (let from = v.first; from < v.last; ) {
    from = b.taught.indexOf(0, from);
    if (from < 0 || from >= v.last) break;
    const taught = b.taught.indexOf(1, from);
    const to = taught < 0 ? v.last : Math.min(v.last, taught);
    out.push(exclusionOf(a, windows, from, to, to === v.last ? lastTaught : v.last));
    from = to;
  }
  return out;
}

function exclusionOf(a: Analysis, windows: readonly DatedWindow[], from: number, to: number, edge: number): Exclusion {
  const { volumes: v } = a;
  const [start, end] = [binStart(v, from), binStart(v, to)];
  const inside = windows.filter((w) => w.startEarliest - GUARD < end && w.endLatest + GUARD > start);
  const causes: ExclusionCause[] = inside.length > 0 ? ['window'] : [];
  if (a.candidates.some((c) => c.from < to && c.to > from)) causes.push('loss');
  if (v.unknown.subarray(from, to).every((u) => u === 1)) causes.push('unreadable');
  // The newest day teaches only when it is whole: an update after one more hour must not change the past.
  if (causes.length === 0) causes.push(edge === from && (to - from) * v.bin <= 2 * DAY ? 'unfinished' : 'day-off');
  return { start, end, causes, windows: inside.map(({ window: w }) => `${w.incident}/${w.id}`) };
}
