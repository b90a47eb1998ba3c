import { countsQuery, type ExportQuestion, exportScript, rowsQuery, SLICE, slicesOf } from '../assessment/export-query';
import { DAY, MINUTE } from '../base/time';
import { type CommandIo, EXIT, type ExitCode, usageError } from './io';
import { rangeOption, spanOption } from './options';

export interface ExportQueryOptions {
  readonly from: string;
  readonly to: string;
  readonly bin: string;
  readonly rows?: boolean;
  readonly workspace?: string;
}

const WORKSPACE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * `gapline export-query`: the KQL that a person runs where the logs are, counts by default and with `--rows` the records; with
 * `--workspace` the script that runs it in slices. Its result is read like any export.
 */
export async function exportQuery(io: CommandIo, sources: readonly string[], o: ExportQueryOptions): Promise<ExitCode> {
  const { from, to } = rangeOption(o.from, o.to);
  if (from === null || to === null) throw usageError('--from and --to are needed.');
  const bin = spanOption('bin', o.bin);
  if (bin < MINUTE || DAY % bin !== 0) throw usageError(`--bin ${o.bin}: write a part of a day, as 15m, 1h or 1d.`);
  if (sources.some((s) => s.trim() === '' || /[\u0000-\u001f]/.test(s)))
    throw usageError('A log source is a table, or table/filter.');
  const questions: ExportQuestion[] = sources.map((source) => ({ source, from, to, bin }));
  const rows = o.rows === true;
  if (o.workspace !== undefined) {
    if (!WORKSPACE.test(o.workspace))
      throw usageError(`--workspace ${o.workspace}: write the id of the workspace, a GUID.`);
    io.out(exportScript(questions, o.workspace, rows));
    return EXIT.ok;
  }
  // Counts of a source are one query; rows are cut, since a portal shows no more than 30,000 of them.
  io.out(questions.flatMap((q) => (rows ? slicesOf(q, SLICE.rows).map(rowsQuery) : [countsQuery(q)])).join('\n'));
  return EXIT.ok;
}
