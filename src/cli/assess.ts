import { type Assessment, AssessmentCancelled, type AssessRequest, assessConnection } from '../assessment/assess';
import { unknownSettings } from '../assessment/source-settings';
import type { Span } from '../base/time';
import type { ReviewText } from '../protocol/datahost';
import type { CliEngines, CliFolder } from './engines';
import { type CommandIo, createProgressLine, interrupted, printable } from './io';

export interface AssessOptions extends Pick<AssessRequest, 'from' | 'to' | 'sources' | 'materiality'> {
  readonly reviews: readonly ReviewText[];
  readonly bin?: Span;
  /** Tables that detections read. */
  readonly read?: readonly string[];
}

/** Runs the assessment with a progress line; says problems on stderr. */
export async function assess(
  io: CommandIo,
  engines: CliEngines,
  folder: CliFolder,
  o: AssessOptions,
): Promise<Assessment> {
  const progress = createProgressLine(io);
  try {
    const create = await engines.createCoverage();
    const request = {
      ...o,
      read: o.read ?? [],
      declarations: folder.declarations,
      onProgress: progress.show,
      signal: io.signal,
    };
    const found = await assessConnection(folder, request, create);
    progress.clear();
    const unknown = unknownSettings(folder.declarations.settings ?? new Map(), found.coverage.sources);
    for (const p of [...(folder.settingProblems ?? []), ...unknown, ...found.problems])
      io.err(`warning: ${printable(p)}\n`);
    for (const r of found.reviews) for (const p of r.problems) io.err(`${printable(r.path)}: ${printable(p)}\n`);
    return found;
  } catch (error) {
    throw error instanceof AssessmentCancelled ? interrupted() : error;
  } finally {
    progress.clear();
  }
}
