import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { tablesReadBy } from '../assessment/read-tables';
import { messageOf } from '../base/result';
import { fileName } from '../base/text';
import { type CheckDiagnostic, createChecker, declareSaved } from '../language/check';
import { createSchemaProvider } from '../language/schema';
import { factsOf } from '../protocol/facts';
import type { CoverageFacts } from '../protocol/language';
import { parseReview } from '../review/parse';
import { plural } from '../review/summary';
import { assess } from './assess';
import type { CliEngines } from './engines';
import { withFolder } from './folder';
import { reviewsFor } from './folder-reviews';
import { type CommandIo, EXIT, type ExitCode, fileFault, inputError, interrupted, printable } from './io';
import { choiceOption, readText } from './options';
import { type Runnable, runnableQueries } from './runnable';
import { toSarif } from './sarif';

export interface CheckCommandOptions {
  readonly folder?: string;
  readonly dialect?: string;
  readonly pir: readonly string[];
  readonly baseline?: string;
  readonly runnable?: boolean;
  readonly format: string;
  readonly failOn: string;
}

const FORMATS = ['text', 'json', 'sarif'] as const;
const SEVERITIES = ['error', 'warning', 'information'] as const;
const DIALECTS = ['sentinel', 'defender', 'adx', 'resourceGraph'] as const;

interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** `gapline check`: diagnostics of queries, rules and reviews; held against the data where a folder is given. */
export async function check(
  io: CommandIo,
  engines: CliEngines,
  paths: readonly string[],
  o: CheckCommandOptions,
): Promise<ExitCode> {
  const format = choiceOption('format', o.format, FORMATS);
  const failOn = choiceOption('fail-on', o.failOn, SEVERITIES);
  const dialect = o.dialect === undefined ? undefined : choiceOption('dialect', o.dialect, DIALECTS);
  const files = await readFiles(io, paths);
  const baseline = o.baseline === undefined ? null : readBaseline(o.baseline, await readText(io, o.baseline));
  if (o.runnable) return printRunnable(io, await runnableQueries(io, engines, files, o.folder ?? null), format, failOn);
  const schema = createSchemaProvider();
  declareSaved(schema, files);
  const coverage = o.folder === undefined ? null : await coverageFacts(io, engines, files, o.folder, o.pir, schema);
  const checker = createChecker({ coverage, schema, ...(dialect && { dialect }) });
  const found: CheckDiagnostic[] = [];
  for (const file of files) {
    if (io.signal.aborted) throw interrupted();
    found.push(...(isReview(file.path) ? reviewFindings(file) : checker.check(file.path, file.text)));
    // The engine does not yield: let an interrupt through between two files.
    await new Promise<void>((r) => setImmediate(r));
  }
  const shown = found.filter((f) => !baseline?.has(keyOf(f)));
  io.out(print(shown, format, io.cwd));
  const worst = SEVERITIES.indexOf(failOn);
  return shown.some((f) => SEVERITIES.indexOf(f.severity) <= worst) ? EXIT.findings : EXIT.ok;
}

const isReview = (path: string) => /\.pir\.ya?ml$/i.test(path);

function reviewFindings({ path, text }: TextFile): readonly CheckDiagnostic[] {
  return parseReview(path, text).problems.map((p) => ({
    file: path,
    range: p.range,
    code: p.code,
    severity: p.severity,
    message: p.message,
    rule: null,
  }));
}

async function coverageFacts(
  io: CommandIo,
  engines: CliEngines,
  files: readonly TextFile[],
  folder: string,
  pir: readonly string[],
  schema: ReturnType<typeof createSchemaProvider>,
): Promise<CoverageFacts> {
  const reviews = await reviewsFor(io, pir, folder);
  return withFolder(io, engines, folder, null, async (open) => {
    const { tables, problems, now } = open.describe();
    schema.setConnection({ tables, problems });
    const rules = files.filter((f) => !isReview(f.path));
    const read = await tablesReadBy(rules, { tables, now, signal: io.signal });
    return factsOf(await assess(io, engines, open, { reviews, read, from: null, to: null }));
  });
}

/** Files that are looked for in a folder; a file that is named is read whatever it is called. */
const CHECKED = /\.(kql|csl|kusto|ya?ml|jsonc?|bicep|md|markdown)$/i;
const SKIPPED = /^(node_modules|\.git|dist)$|\.notes$/;
const NOT_CHECKED = /(^|[\\/])gapline\.ya?ml$/i;

async function readFiles(io: CommandIo, paths: readonly string[]): Promise<readonly TextFile[]> {
  const files: string[] = [];
  for (const given of paths) {
    const path = resolve(io.cwd, given);
    try {
      if ((await stat(path)).isDirectory()) files.push(...(await filesIn(path)));
      else files.push(path);
    } catch (error) {
      throw inputError(`${given} could not be read: ${fileFault(error)}.`);
    }
  }
  return Promise.all(
    [...new Set(files)].map(async (path) => {
      try {
        return { path, text: await readFile(path, 'utf8') };
      } catch (error) {
        throw inputError(`${path} could not be read: ${fileFault(error)}.`);
      }
    }),
  );
}

async function filesIn(folder: string): Promise<string[]> {
  const out: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.test(entry.name)) out.push(...(await filesIn(path)));
    else if (entry.isFile() && CHECKED.test(entry.name) && !NOT_CHECKED.test(path)) out.push(path);
  }
  return out;
}

/** What makes two findings the same when lines have moved between them. */
const keyOf = (f: Pick<CheckDiagnostic, 'file' | 'code' | 'message'> & { readonly rule?: string | null }) =>
  JSON.stringify([fileName(f.file), f.rule ?? null, f.code, f.message]);

/** Findings of an earlier run (`--format json`) that are known and no longer shown. */
function readBaseline(path: string, text: string): ReadonlySet<string> {
  try {
    const list = JSON.parse(text) as readonly CheckDiagnostic[];
    return new Set(list.map(keyOf));
  } catch (error) {
    throw inputError(`${path} is no result of gapline check --format json: ${messageOf(error)}`);
  }
}

function print(found: readonly CheckDiagnostic[], format: (typeof FORMATS)[number], cwd: string): string {
  if (format === 'sarif') return `${JSON.stringify(toSarif(found, cwd))}\n`;
  if (format === 'json')
    return `${JSON.stringify(found.map(({ rule, ...f }) => (rule === null ? f : { ...f, rule })))}\n`;
  const short = (file: string) => (file.startsWith(`${cwd}/`) ? file.slice(cwd.length + 1) : file);
  const lines = found.map(
    (f) =>
      `${printable(short(f.file))}:${f.range.start.line + 1}:${f.range.start.character + 1}: ${f.severity} ${f.code}: ${printable(f.message)}\n`,
  );
  const count = (s: CheckDiagnostic['severity']) => found.filter((f) => f.severity === s).length;
  const counts = [
    plural(count('error'), 'error'),
    plural(count('warning'), 'warning'),
    plural(count('information'), 'note'),
  ];
  return `${lines.join('')}${counts.join(', ')}\n`;
}

/** What does not run locally is news, not a mistake in the rule: it fails a check only where news does. */
function printRunnable(
  io: CommandIo,
  r: Runnable,
  format: (typeof FORMATS)[number],
  failOn: (typeof SEVERITIES)[number],
): ExitCode {
  io.out(`${JSON.stringify(r)}\n`);
  if (format === 'text') {
    const share = r.total === 0 ? '' : ` (${Math.floor((100 * r.runnable) / r.total)} %)`;
    io.err(`${r.runnable} of ${r.total} ${r.total === 1 ? 'query' : 'queries'}${share} would run on local files.\n`);
  }
  return r.refused.length > 0 && failOn === 'information' ? EXIT.findings : EXIT.ok;
}
