import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Assessment } from '../assessment/assess';
import { resultToCsv } from '../assessment/result-text';
import { reviewToJson } from '../protocol/coverage-json';
import type { ReviewReport } from '../protocol/review';
import type { Review } from '../review/document';
import { reviewToHtml } from '../review/html';
import { reviewToMarkdown } from '../review/markdown';
import { parseReview } from '../review/parse';
import { lossText, percentText, reportTime, verdictText } from '../review/report-text';
import { summaryOf } from '../review/summary';
import { type Evidence, writeResults } from '../review/write';
import { assess } from './assess';
import type { CliEngines, CliFolder } from './engines';
import { withFolder } from './folder';
import { type CommandIo, EXIT, type ExitCode, fileFault, inputError, printable, textTable } from './io';
import { choiceOption, readText, shareOption, timeOption } from './options';
import { VERSION } from './version';

export interface ReviewCommandOptions {
  readonly folder: string;
  readonly now?: string;
  readonly materiality: string;
  readonly write?: boolean;
  readonly format: string;
  readonly failOn: string;
}

const FORMATS = ['text', 'json', 'markdown', 'html'] as const;
const LEVELS = ['confirmed', 'undisclosed', 'inconclusive', 'never'] as const;

/** `gapline review`: tests each claim of a review on a folder of exports. */
export async function review(
  io: CommandIo,
  engines: CliEngines,
  file: string,
  o: ReviewCommandOptions,
): Promise<ExitCode> {
  const format = choiceOption('format', o.format, FORMATS);
  const failOn = choiceOption('fail-on', o.failOn, LEVELS);
  const materiality = shareOption('materiality', o.materiality);
  const path = resolve(io.cwd, file);
  const text = await readText(io, file);
  return withFolder(io, engines, o.folder, timeOption('now', o.now), async (folder) => {
    const found = await assess(io, engines, folder, { reviews: [{ path, text }], materiality, from: null, to: null });
    const { report, review: parsed } = found.reviews[0]!;
    if (!parsed) throw inputError(`${file} is no review.`);
    const whole: ReviewReport = { claims: report.claims, undisclosed: report.undisclosed };
    if (o.write) await writeBack(io, folder, path, text, whole, found);
    io.out(print(whole, parsed, found, format));
    // Nothing was tested where there is no data: that must not pass for "nothing found".
    if (folder.describe().tables.length === 0) return EXIT.input;
    if (fails(whole, failOn)) return EXIT.findings;
    // What stands behind a fault of the YAML was not read, so it was not tested.
    return parseReview(path, text).problems.some((p) => p.code === 'yaml-syntax') ? EXIT.input : EXIT.ok;
  });
}

/** Each level takes in those before it; a claim that something was not affected counts where it is contradicted. */
function fails(report: ReviewReport, level: (typeof LEVELS)[number]): boolean {
  if (level === 'never') return false;
  if (
    report.claims.some((c) => c.verdict === 'CONTRADICTED' || (c.verdict === 'CONFIRMED' && c.kind !== 'not-affected'))
  )
    return true;
  if (level === 'confirmed') return false;
  if (report.undisclosed.length > 0) return true;
  return level === 'inconclusive' && report.claims.some((c) => c.verdict === 'INCONCLUSIVE');
}

function print(report: ReviewReport, parsed: Review, found: Assessment, format: (typeof FORMATS)[number]): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(reviewToJson(report))}\n`;
    case 'markdown':
      return reviewToMarkdown(report, parsed, found.coverage);
    case 'html':
      return reviewToHtml(report, parsed, found.coverage);
    case 'text':
      return toText(report);
  }
}

function toText(report: ReviewReport): string {
  const rows = report.claims.map((c) => [
    c.id,
    c.source,
    c.kind,
    verdictText(c),
    lossText(c.lost),
    percentText(c.minimumDetectableLoss),
  ]);
  const undisclosed = report.undisclosed.map(
    (u) => `  ${printable(u.source)}: ${reportTime(u.start)} to ${reportTime(u.end)}, rows lost: ${lossText(u.lost)}\n`,
  );
  return [
    ...summaryOf(report).map((line) => `${printable(line)}\n`),
    ...(rows.length > 0
      ? [
          '\n',
          textTable([
            ['claim', 'log source', 'kind', 'verdict', 'rows lost (90 % interval)', 'sees a loss from'],
            ...rows,
          ]),
          '\n',
        ]
      : []),
    ...report.claims.map((c) => `${printable(c.id)} ${printable(c.source)}: ${printable(c.sentence)}\n`),
    ...(undisclosed.length > 0 ? ['\nUNDISCLOSED: no claim covers these\n', ...undisclosed] : []),
  ].join('');
}

/** Puts results and evidence into the review's file; all else in it stays as it is. */
async function writeBack(
  io: CommandIo,
  folder: CliFolder,
  path: string,
  text: string,
  report: ReviewReport,
  found: Assessment,
): Promise<void> {
  const evidence: Evidence[] = [];
  const queries = new Map(report.claims.filter((c) => c.query !== '').map((c) => [c.source, c.query]));
  for (const [source, kql] of queries) {
    const outcome = await folder.query(kql, { maxRows: 1_000_000, signal: io.signal });
    const table = outcome.kind === 'results' ? outcome.tables[0] : undefined;
    if (!table) continue;
    const covers = { start: found.coverage.from, end: found.coverage.to };
    const resultSha256 = sha256(await resultToCsv(table));
    evidence.push({ source, query: kql, querySha256: sha256(kql), resultSha256, covers, tool: `gapline ${VERSION}` });
  }
  const written = writeResults(text, report, evidence);
  if (written === text) return;
  const partial = `${path}.partial`;
  try {
    await writeFile(partial, written, 'utf8');
    await rename(partial, path);
  } catch (error) {
    throw inputError(`${path} could not be written: ${fileFault(error)}.`);
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
