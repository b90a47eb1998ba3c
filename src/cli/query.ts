import { outcomeToJson, resultToCsv, resultToNdjson, textRows } from '../assessment/result-text';
import { formatTicks, instantToTicks } from '../base/time';
import type { QueryOutcome, ResultTable } from '../protocol/records';
import type { CliEngines, CliFolder } from './engines';
import { fileQueries, type GivenQuery, inlineQuery } from './file-queries';
import { withFolder } from './folder';
import { type CommandIo, EXIT, type ExitCode, interrupted, printable, textTable, usageError } from './io';
import { choiceOption, numberOption, rangeOption, readText, timeOption } from './options';

export interface QueryCommandOptions {
  readonly file?: string;
  readonly folder?: string;
  readonly now?: string;
  readonly from?: string;
  readonly to?: string;
  readonly maxRows: string;
  readonly format: string;
  readonly explain?: boolean;
}

const FORMATS = ['table', 'json', 'ndjson', 'csv'] as const;

/** `gapline query`: runs KQL on a folder of exports, or on none. */
export async function query(
  io: CommandIo,
  engines: CliEngines,
  kql: string | undefined,
  o: QueryCommandOptions,
): Promise<ExitCode> {
  if ((kql === undefined) === (o.file === undefined)) throw usageError('Give a query or -f FILE, one of them.');
  const queries = kql === undefined ? fileQueries(o.file!, await readText(io, o.file!)) : [inlineQuery(kql)];
  const format = choiceOption('format', o.format, FORMATS);
  const maxRows = Math.floor(numberOption('max-rows', o.maxRows, 1));
  const now = timeOption('now', o.now);
  const { from, to } = rangeOption(o.from, o.to);
  return withFolder(io, engines, o.folder ?? null, now, async (folder) => {
    if (o.explain) return explain(io, folder, queries, now);
    const tables: ResultTable[] = [];
    let ran: Results | null = null;
    for (const query of queries) {
      const outcome = await folder.query(query.kql, {
        ...(now !== null && { now }),
        ...(from !== null && { from }),
        ...(to !== null && { to }),
        maxRows,
        signal: io.signal,
      });
      // The document is one: what fails stands in it alone.
      if (outcome.kind !== 'results') return printFault(io, query.placed(outcome), format, query);
      tables.push(...outcome.tables);
      ran ??= outcome;
    }
    if (ran) await printResults(io, { ...ran, tables }, format, formatTicks(instantToTicks(folder.describe().now)));
    return EXIT.ok;
  });
}

type Results = Extract<QueryOutcome, { kind: 'results' }>;

async function explain(
  io: CommandIo,
  folder: CliFolder,
  queries: readonly GivenQuery[],
  now: ReturnType<typeof timeOption>,
): Promise<ExitCode> {
  const statements: string[] = [];
  for (const query of queries) {
    const explained = await folder.explain(query.kql, now === null ? {} : { now });
    if (explained.kind !== 'sql') return printFault(io, query.placed(explained), 'json', query);
    statements.push(...explained.statements);
  }
  io.out(`${statements.join(';\n\n')};\n`);
  return EXIT.ok;
}

function printFault(
  io: CommandIo,
  outcome: QueryOutcome,
  format: (typeof FORMATS)[number],
  { place }: GivenQuery,
): ExitCode {
  const json = format === 'json' || format === 'ndjson';
  switch (outcome.kind) {
    case 'results':
      return EXIT.ok;
    case 'cancelled':
      throw interrupted();
    case 'refused':
      for (const r of outcome.refused)
        io.err(`refused: ${printable(r.name)}: ${printable(r.message)}${place(r.start)}\n`);
      if (json) io.out(`${JSON.stringify({ refused: outcome.refused })}\n`);
      return EXIT.findings;
    case 'invalid':
      for (const f of outcome.faults) io.err(`error: ${printable(f.message)}${place(f.start)}\n`);
      if (json) io.out(`${JSON.stringify({ invalid: outcome.faults })}\n`);
      return EXIT.input;
    case 'failed':
      io.err(`error: ${printable(outcome.message)}\n`);
      if (json) io.out(`${JSON.stringify({ failed: outcome.message })}\n`);
      return EXIT.input;
  }
}

async function printResults(
  io: CommandIo,
  outcome: Results,
  format: (typeof FORMATS)[number],
  now: string,
): Promise<void> {
  if (format === 'json') {
    io.out(`${JSON.stringify(outcomeToJson({ ...outcome, now: outcome.now || now }))}\n`);
    return;
  }
  for (const [i, table] of outcome.tables.entries()) {
    if (i > 0) io.out('\n');
    if (format === 'table') io.out(asTable(table));
    else io.out(format === 'csv' ? await resultToCsv(table) : await resultToNdjson(table));
    if (table.truncated) io.err(`Only the first ${table.rowCount} rows; --max-rows N gives more.\n`);
    for (const note of table.notes) io.err(`note: ${printable(note)}\n`);
  }
}

function asTable(table: ResultTable): string {
  const rows = textRows(table, 0, table.rowCount);
  return `${textTable([table.columns.map((c) => c.name), ...rows])}${table.rowCount === 0 ? 'no rows\n' : ''}`;
}
