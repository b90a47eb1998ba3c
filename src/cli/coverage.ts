import type { Assessment } from '../assessment/assess';
import {
  coverageToMarkdown,
  findingsOf,
  hasDetails,
  statusCounts,
  statusText,
  totalLoss,
  worstFirst,
} from '../assessment/coverage-markdown';
import { DAY, MINUTE } from '../base/time';
import type { CoverageReport, SourceCoverage } from '../protocol/coverage';
import { coverageToJson } from '../protocol/coverage-json';
import { lossText, percentText, reportTime, spanText } from '../review/report-text';
import { assess } from './assess';
import type { CliEngines } from './engines';
import { withFolder } from './folder';
import { reviewsFor } from './folder-reviews';
import { type CommandIo, EXIT, type ExitCode, printable, textTable, usageError } from './io';
import { choiceOption, rangeOption, spanOption, timeOption } from './options';

export interface CoverageCommandOptions {
  readonly folder: string;
  readonly from?: string;
  readonly to?: string;
  readonly now?: string;
  readonly bin: string;
  readonly source: readonly string[];
  readonly pir: readonly string[];
  readonly format: string;
  readonly failOn: string;
}

const FORMATS = ['text', 'json', 'markdown'] as const;
const LEVELS = ['gap', 'partial', 'undisclosed', 'never'] as const;

/** `gapline coverage`: the status of every log source. */
export async function coverage(io: CommandIo, engines: CliEngines, o: CoverageCommandOptions): Promise<ExitCode> {
  const format = choiceOption('format', o.format, FORMATS);
  const failOn = choiceOption('fail-on', o.failOn, LEVELS);
  const range = rangeOption(o.from, o.to);
  const bin = spanOption('bin', o.bin);
  if (bin < MINUTE || DAY % bin !== 0) throw usageError(`--bin ${o.bin}: write a part of a day, as 15m, 1h or 1d.`);
  const reviews = await reviewsFor(io, o.pir, o.folder);
  return withFolder(io, engines, o.folder, timeOption('now', o.now), async (folder) => {
    const found = await assess(io, engines, folder, { reviews, bin, sources: o.source, ...range });
    io.out(print(found.coverage, format));
    if (folder.describe().tables.length === 0) return EXIT.input;
    if (fails(found, failOn)) return EXIT.findings;
    // Nothing was judged where the range holds no data.
    if (found.coverage.from >= found.coverage.to) return EXIT.input;
    // A source that was asked for and is not there must not pass for one without findings.
    const plain = (id: string) => id.trim().toLowerCase();
    const there = new Set(found.coverage.sources.map((s) => plain(s.id)));
    return o.source.every((id) => there.has(plain(id))) ? EXIT.ok : EXIT.input;
  });
}

function print(report: CoverageReport, format: (typeof FORMATS)[number]): string {
  if (format === 'json') return `${JSON.stringify(coverageToJson(report))}\n`;
  return format === 'markdown' ? coverageToMarkdown(report) : toText(report);
}

/** Each level takes in those before it. */
function fails({ coverage: report, undisclosed }: Assessment, level: (typeof LEVELS)[number]): boolean {
  const statuses = new Set(report.sources.flatMap((s) => [s.status, ...s.segments.map((x) => x.status)]));
  if (level === 'never') return false;
  if (statuses.has('GAP')) return true;
  if (level === 'gap') return false;
  return statuses.has('PARTIAL') || (level === 'undisclosed' && undisclosed.length > 0);
}

function toText(report: CoverageReport): string {
  const head = `${reportTime(report.from)} to ${reportTime(report.to)}, as of ${reportTime(report.now)}\n${statusCounts(report)}\n`;
  if (report.sources.length === 0) return head;
  const sources = worstFirst(report.sources);
  const rows = sources.map((s) => [
    s.id,
    statusText(s),
    lossText(totalLoss(s)),
    percentText(s.minimumDetectableLoss),
    spanText(s.smallestProvableSilence),
  ]);
  return [
    head,
    '\n',
    textTable([
      ['log source', 'status', 'rows lost (90 % interval)', 'sees a loss from', 'sees a silence from'],
      ...rows,
    ]),
    ...sources.filter(hasDetails).map(detailsText),
  ].join('');
}

/** The findings of one source, each in its sentence (or why there can be none), and what a reader must know of it. */
function detailsText(s: SourceCoverage): string {
  return [
    `\n${printable(s.id)}\n`,
    ...(findingsOf(s).length === 0 ? [`  ${statusText(s)}: ${printable(s.sentence)}\n`] : []),
    ...findingsOf(s).map((x) => `  ${statusText(x)}: ${printable(x.sentence)}\n`),
    ...s.notes.map((n) => `  note: ${printable(n)}\n`),
  ].join('');
}
