import type { Instant, Span } from '../base/time';
import { formatInstant, HOUR, instant, MINUTE } from '../base/time';
import type { AssessmentContext, Assessment as CoverageAssessment } from '../coverage/assessment';
import type { CoverageReport, SourceSeries } from '../protocol/coverage';
import type { ReviewText } from '../protocol/datahost';
import type { IncidentWindow, ReviewReport, Undisclosed } from '../protocol/review';
import type { LogSource, VolumeFailure, VolumeTable } from '../protocol/source';
import type { Connection } from '../query/connection';
import type { Review, ReviewProblem } from '../review/document';
import { claimsOf, parseReview, windowsOf } from '../review/parse';
import { readChanges } from './changes';
import { withBinNote } from './counted-tables';
import { knownIncidentWindows } from './known-incidents';
import { withLineage } from './lineage';
import { type Prepared, prepare } from './prepare';
import { keptFrom, withinRetention, withRetentionNotes } from './retention';
import { type Declarations, isDerived, upstreamOf } from './sources';
import { endOf, extendedFrom, extendedTo, isFailure, provingQuery, readVolumes } from './volumes';
import { readWitnesses, withWitnesses } from './witnesses';

/** What is asked of a connection: were the logs there, and do the reviews' claims hold here. */
export interface AssessRequest {
  readonly reviews: readonly ReviewText[];
  /** Tables that detections read: they are expected to be there. */
  readonly read: readonly string[];
  readonly declarations: Declarations;
  /** Range of the report; null: from the first to the last of the data, or now. The baseline always sees all data. */
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly bin?: Span;
  /** Log source ids; left out: all. */
  readonly sources?: readonly string[];
  /** Loss that matters where a claim states none, 0–1; 0.1 where left out. */
  readonly materiality?: number;
  readonly onProgress?: (message: string, fraction: number | null) => void;
  readonly signal?: AbortSignal;
}

export interface AssessedReview {
  readonly path: string;
  readonly report: ReviewReport;
  /** Problems of the file, as sentences with their line. */
  readonly problems: readonly string[];
  /** Null where the file could not be read. */
  readonly review: Review | null;
}

export interface Assessment {
  readonly coverage: CoverageReport;
  readonly series: readonly SourceSeries[];
  readonly windows: readonly IncidentWindow[];
  readonly reviews: readonly AssessedReview[];
  /** Gaps that no review's claim covers. */
  readonly undisclosed: readonly Undisclosed[];
  /** Sentences about the data that a reader of the report must know. */
  readonly problems: readonly string[];
}

/** The statistics behind an assessment; a test may give another. */
export type CreateCoverage = (context: AssessmentContext) => CoverageAssessment;

/** Thrown when the caller gave the assessment up. */
export class AssessmentCancelled extends Error {
  constructor() {
    super('The assessment was cancelled.');
  }
}

/** One seed for all: the same data gives the same figures on every machine. */
const SEED = 1;
const MATERIALITY = 0.1;

/** Lets other requests run between two steps, and stops where the caller has given up. */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  if (signal?.aborted) throw new AssessmentCancelled();
}

/** Assesses every log source of a connection and tests every claim of the reviews. */
export async function assessConnection(
  connection: Connection,
  request: AssessRequest,
  createCoverage: CreateCoverage,
): Promise<Assessment> {
  const { signal, onProgress } = request;
  const bin = request.bin ?? HOUR;
  const { now } = connection.describe();
  const parsed = withOwnNames(request.reviews.map((r) => ({ path: r.path, ...parseReview(r.path, r.text) })));
  const reviews = parsed.flatMap((p) => p.review ?? []);
  onProgress?.('Looking at the tables', 0);
  const prepared = await prepare(connection, { ...request, windows: reviews.flatMap(windowsOf), now });
  await breathe(signal);
  const changes = await readChanges(connection, prepared.tables, prepared.all, { now, signal });
  const counted = await countSources(connection, prepared, { bin, now, onProgress, signal });
  const end = endOfData(counted, now);
  const start = startOfData(counted, end);
  const range = rangeOf(request, start, end);
  const run = createCoverage({
    now,
    ...range,
    windows: prepared.windows,
    claims: reviews.flatMap((review) => claimsOf(review).map((claim) => ({ incident: review.incident, claim }))),
    changes: changes.changes,
    materiality: request.materiality ?? MATERIALITY,
    seed: SEED,
    otherIncidents: knownIncidentWindows(),
    derived: (service) => ({ derived: isDerived(service), upstream: upstreamOf(service) }),
  });
  const nothing = rangeProblems(request, start, end);
  for (const { source, volumes } of counted)
    run.add(
      withBinNote(withRetentionNotes(source, now), bin / MINUTE),
      isFailure(volumes)
        ? volumes
        : nothing[0] !== undefined
          ? { reason: 'retention', message: nothing[0] }
          : framed(source, volumes, { start, end, now }),
      (late, repeated) => provingQuery(source, bin, late, repeated),
    );
  const steps = run.steps();
  for (let i = 0; !steps.next().done; i++) {
    // Two steps for most sources: study and judgement.
    onProgress?.('Judging what was counted', 0.6 + 0.4 * Math.min(1, i / (2 * counted.length)));
    await breathe(signal);
  }
  const done = run.finish();
  await breathe(signal);
  const witnesses = await readWitnesses(connection, prepared.tables, { now, signal });
  await breathe(signal);
  onProgress?.('Done', 1);
  return {
    coverage: {
      ...range,
      now,
      bin,
      sources: withWitnesses(withLineage(done.sources, prepared.all), witnesses.findings),
    },
    series: done.series,
    windows: prepared.windows,
    reviews: parsed.map((p) => ({
      path: p.path,
      report: done.reviews.find((r) => r.incident === p.review?.incident)?.report ?? { claims: [], undisclosed: [] },
      problems: p.problems.filter((x) => x.severity !== 'information').map(problemText),
      review: p.review,
    })),
    undisclosed: done.undisclosed,
    problems: [
      ...prepared.problems,
      ...witnesses.problems,
      ...nothing,
      ...(changes.problem ? [changes.problem] : []),
      ...failuresOf(counted),
    ],
  };
}

/** Reviews of the same file name in two folders are two incidents: the later ones get a number. */
function withOwnNames<T extends { readonly review: Review | null }>(parsed: readonly T[]): readonly T[] {
  const seen = new Map<string, number>();
  return parsed.map((p) => {
    if (!p.review) return p;
    const count = (seen.get(p.review.incident) ?? 0) + 1;
    seen.set(p.review.incident, count);
    return count === 1 ? p : { ...p, review: { ...p.review, incident: `${p.review.incident} (${count})` } };
  });
}

const problemText = (p: ReviewProblem): string => `line ${p.range.start.line + 1}: ${p.message}`;

interface Counted {
  readonly source: LogSource;
  readonly volumes: VolumeTable | VolumeFailure;
}

async function countSources(
  connection: Connection,
  prepared: Prepared,
  ask: {
    readonly bin: Span;
    readonly now: Instant;
    readonly onProgress: AssessRequest['onProgress'];
    readonly signal: AbortSignal | undefined;
  },
): Promise<readonly Counted[]> {
  const counted: Counted[] = [];
  for (const [i, { source, failure }] of prepared.sources.entries()) {
    ask.onProgress?.(`Counting ${source.id}`, (0.6 * i) / prepared.sources.length);
    const volumes =
      failure ?? (await readVolumes(connection, { source, bin: ask.bin, now: ask.now, signal: ask.signal }));
    // A query that was stopped with the assessment is no failure of the source.
    await breathe(ask.signal);
    counted.push({ source, volumes });
  }
  return counted;
}

/**
 * Where the data as a whole ends, at most now. Beyond it nothing can be said: an export that ends is no outage. A source that ends
 * before it is silent from there on.
 */
function endOfData(counted: readonly Counted[], now: Instant): Instant {
  const ends = counted.flatMap(({ volumes: v }) => (isFailure(v) ? [] : (endOf(v) ?? [])));
  return ends.length === 0 ? now : instant(Math.min(now, Math.max(...ends)));
}

/** Volumes of the time that is kept, from where the data begins to where it ends. */
function framed(
  source: LogSource,
  volumes: VolumeTable,
  { start, end, now }: { readonly start: Instant; readonly end: Instant; readonly now: Instant },
): VolumeTable | VolumeFailure {
  const kept = withinRetention(volumes, source, now);
  if (isFailure(kept)) return kept;
  return extendedTo(extendedFrom(kept, instant(Math.max(start, keptFrom(source, now) ?? start))), end);
}

/** Where the data as a whole begins. */
function startOfData(counted: readonly Counted[], end: Instant): Instant {
  const starts = counted.flatMap(({ volumes: v }) => (isFailure(v) || v.bins === 0 ? [] : [v.start]));
  return instant(Math.min(...starts, end));
}

/** The range of the report: what was asked, else from the first row to the end of the data. */
function rangeOf(request: AssessRequest, start: Instant, end: Instant): { from: Instant; to: Instant } {
  const to = request.to ?? end;
  return { from: instant(Math.min(request.from ?? start, to)), to };
}

/** A range that was asked for and holds no data at all is said: an empty report must not pass for a good one. */
function rangeProblems({ from, to }: AssessRequest, start: Instant, end: Instant): string[] {
  if (from !== null && from >= end)
    return [`The data ends at ${formatInstant(end)}: nothing is known from ${formatInstant(from)} on.`];
  if (to !== null && to <= start)
    return [`The data begins at ${formatInstant(start)}: nothing is known before ${formatInstant(to)}.`];
  return [];
}

function failuresOf(counted: readonly Counted[]): string[] {
  return counted.flatMap(({ source, volumes }) =>
    isFailure(volumes) && volumes.reason === 'query-failed'
      ? [`${source.id} could not be counted: ${volumes.message}`]
      : [],
  );
}
