import { Command, CommanderError, Option } from 'commander';
import { messageOf } from '../base/result';
import { check } from './check';
import { coverage } from './coverage';
import type { CliEngines } from './engines';
import { exportQuery } from './export-query';
import { CommandError, type CommandIo, EXIT, type ExitCode, printable } from './io';
import { query } from './query';
import { review } from './review';
import { sample } from './sample';
import { VERSION } from './version';
import { whatIf } from './what-if';

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Runs a command line (without node and script) and gives its exit code; it never throws. */
export async function runCommandLine(args: readonly string[], io: CommandIo, engines: CliEngines): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = createProgram(io, engines, (c) => {
    code = c;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return io.signal.aborted ? EXIT.interrupted : code;
  } catch (error) {
    return exitCodeOf(error, io);
  }
}

function exitCodeOf(error: unknown, io: CommandIo): ExitCode {
  // Commander has said its sentence already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CommandError) {
    io.err(`gapline: ${printable(error.message)}\n`);
    return error.exitCode;
  }
  if (io.signal.aborted) {
    io.err('gapline: Interrupted.\n');
    return EXIT.interrupted;
  }
  io.err(
    `gapline: a fault of gapline itself: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}\n`,
  );
  return EXIT.fault;
}

type Done = (code: ExitCode) => void;

function createProgram(io: CommandIo, engines: CliEngines, done: Done): Command {
  const program = new Command('gapline')
    .description('Post-incident review on exported logs: were the logs there, and does the vendor’s story hold here?')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(gapline --help shows what there is)')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing found; 1 findings at or above --fail-on; 2 wrong usage; 3 an input could not be read; 4 interrupted; 70 a fault of gapline.',
    );
  addSample(program, io, done);
  addQuery(program, io, engines, done);
  addCheck(program, io, engines, done);
  addCoverage(program, io, engines, done);
  addReview(program, io, engines, done);
  addWhatIf(program, io, done);
  addExportQuery(program, io, done);
  return program;
}

function addSample(program: Command, io: CommandIo, done: Done): void {
  program
    .command('sample')
    .description('write the sample tenant')
    .argument('<dir>', 'folder to write into')
    .option('--seed <n>', 'the same seed writes the same bytes', '7')
    .option('--scale <s>', 'multiplies all rates', '1')
    .option('--truth <file>', 'write what was planted, for tests')
    .action(async (directory, options) => done(await sample(io, directory, options)));
}

function addQuery(program: Command, io: CommandIo, engines: CliEngines, done: Done): void {
  program
    .command('query')
    .description('run a query on a folder of exports, or on none (datatable, print, range)')
    .argument('[kql]', 'the query')
    .option('-f, --file <file>', 'read the query from a file')
    .option('--folder <dir>', 'folder of exported logs')
    .option('--now <time>', 'what now() and ago() mean')
    .option('--from <time>', 'time range on each table')
    .option('--to <time>', 'time range on each table')
    .option('--max-rows <n>', 'rows of each result', '10000')
    .addOption(new Option('--format <format>', 'table, json, ndjson or csv').default('table'))
    .option('--explain', 'print the SQL instead of running it')
    .action(async (kql, options) => done(await query(io, engines, kql, options)));
}

function addCheck(program: Command, io: CommandIo, engines: CliEngines, done: Done): void {
  program
    .command('check')
    .description('diagnostics of queries, rules and reviews; held against the data where a folder is given')
    .argument('<path...>', 'files and folders')
    .option('--folder <dir>', 'folder of exported logs')
    .option('--dialect <dialect>', 'sentinel, defender, adx or resourceGraph')
    .option('--pir <file>', 'review whose windows are known (repeatable)', collect, [])
    .option('--baseline <file>', 'findings of an earlier run (--format json) that are known')
    .option('--runnable', 'which queries would run on local files, and what is refused')
    .option('--format <format>', 'text, json or sarif', 'text')
    .option('--fail-on <severity>', 'error, warning or information', 'error')
    .action(async (paths, options) => done(await check(io, engines, paths, options)));
}

function addCoverage(program: Command, io: CommandIo, engines: CliEngines, done: Done): void {
  program
    .command('coverage')
    .description('status of every log source of a folder of exports')
    .requiredOption('--folder <dir>', 'folder of exported logs')
    .option('--from <time>', 'start of the range; the baseline sees all data')
    .option('--to <time>', 'end of the range')
    .option('--now <time>', 'when the data is judged')
    .option('--bin <span>', 'width of a bin', '1h')
    .option('--source <id>', 'only this log source (repeatable)', collect, [])
    .option('--pir <file>', 'review whose windows are known (repeatable)', collect, [])
    .option('--format <format>', 'text, json or markdown', 'text')
    .option('--fail-on <level>', 'gap, partial, undisclosed or never', 'gap')
    .action(async (options) => done(await coverage(io, engines, options)));
}

function addReview(program: Command, io: CommandIo, engines: CliEngines, done: Done): void {
  program
    .command('review')
    .description('test each claim of a review on a folder of exports')
    .argument('<file>', 'the review, a *.pir.yaml')
    .requiredOption('--folder <dir>', 'folder of exported logs')
    .option('--now <time>', 'when the data is judged')
    .option('--materiality <share>', 'loss that matters where a claim states none', '10%')
    .option('--write', 'put results and evidence into the file')
    .option('--format <format>', 'text, json, markdown or html', 'text')
    .option('--fail-on <level>', 'confirmed, undisclosed, inconclusive or never', 'confirmed')
    .action(async (file, options) => done(await review(io, engines, file, options)));
}

function addWhatIf(program: Command, io: CommandIo, done: Done): void {
  program
    .command('what-if')
    .description('what a stop of a collection agent loses and delays')
    .requiredOption('--rate <eps>', 'events a second')
    .requiredOption('--event-size <bytes>', 'mean size of an event')
    .requiredOption('--cache <bytes>', 'size of the cache, as 10GB')
    .requiredOption('--stop <time>', 'when the agent stops uploading')
    .requiredOption('--restart <time>', 'when it is restarted')
    .option('--policy <policy>', 'drop-oldest or drop-newest', 'drop-oldest')
    .option(
      '--profile <profile>',
      'busy by day: office, or the rate of nights and weekends as 200/h; hours in UTC as office 12-22',
    )
    .option('--drain <eps>', 'events a second that are uploaded after the restart')
    .option('--format <format>', 'text or json', 'text')
    .action(async (options) => done(await whatIf(io, options)));
}

function addExportQuery(program: Command, io: CommandIo, done: Done): void {
  program
    .command('export-query')
    .description('the KQL that counts log sources where they are; its saved result is read like any export')
    .argument('<source...>', 'log source ids, as SigninLogs or AzureDiagnostics/MICROSOFT.LOGIC')
    .requiredOption('--from <time>', 'start of the range')
    .requiredOption('--to <time>', 'end of the range')
    .option('--bin <span>', 'width of a bin', '1h')
    .option('--rows', 'the records with their ingestion time instead of counts, a query a day')
    .option('--workspace <id>', 'the script that runs it in slices with the Azure CLI')
    .action(async (sources, options) => done(await exportQuery(io, sources, options)));
}
