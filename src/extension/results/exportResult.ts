import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../base/result';
import type { ProgressParams, ResultFormat, WriteResultResult } from '../../protocol/datahost';
import { isWhole, type RowView, WHOLE } from '../../protocol/row-view';
import type { DataHost } from '../data/dataHost';
import { isCancellation } from '../data/faults';

/** A result that can be written to a file. */
export interface Exportable {
  readonly host: DataHost;
  readonly resultId: string;
  readonly table: number;
  readonly rowCount: number;
  /** The query gave more rows than are kept. */
  readonly truncated: boolean;
  /** Sort and filters of the grid, and how many rows pass them. */
  readonly view: RowView;
  readonly matching: number;
  /** Columns that the grid shows, in its order, of so many; null: all, as the query gave them. */
  readonly columns: readonly number[] | null;
  readonly columnCount: number;
  /** Where the logs are read from: a file of rows that is put there is one of them from then on. */
  readonly dataFolder: string | null;
  /** Runs the query again without the usual limit; gives the new result's id, or undefined where there is none. */
  runWhole(token: string, cancel: vscode.CancellationToken): Promise<string | undefined>;
}

interface FormatChoice extends vscode.QuickPickItem {
  readonly format: ResultFormat;
  readonly extension: string;
}
interface RowsChoice extends vscode.QuickPickItem {
  readonly view: RowView;
  readonly columns: readonly number[] | null;
  readonly again: boolean;
}

/** What a caller of the command may say instead of being asked. */
export interface ExportAnswers {
  readonly format?: ResultFormat;
  /** Absolute path. */
  readonly file?: string;
  /** `shown`: as the grid filters and sorts them, with the columns that it shows. */
  readonly rows?: 'shown' | 'all';
}

export function sayNothingToExport(): void {
  vscode.window.showInformationMessage(vscode.l10n.t('There is no result to export. Run a query first.'));
}

/** Reads what came with a command: a key binding may hold anything. */
export function readAnswers(argument: unknown): ExportAnswers {
  if (typeof argument !== 'object' || argument === null) return {};
  const { format, file, rows } = argument as Readonly<Record<string, unknown>>;
  const known = formats().find((f) => f.format === format);
  return {
    ...(known && { format: known.format }),
    ...(typeof file === 'string' && { file }),
    ...((rows === 'shown' || rows === 'all') && { rows }),
  };
}

/**
 * Asks for format, rows and place, and writes the file with progress; Cancel leaves no file behind. Gives the file, or
 * undefined where none was written.
 */
export async function exportResult(
  from: Exportable,
  onProgress: vscode.Event<ProgressParams>,
  answers: ExportAnswers,
): Promise<vscode.Uri | undefined> {
  const title = vscode.l10n.t('Export Results');
  const format =
    formats().find((f) => f.format === answers.format) ??
    (await vscode.window.showQuickPick(formats(), { title, placeHolder: vscode.l10n.t('Format') }));
  if (!format) return undefined;
  const choices = rowsChoices(from);
  const rows =
    choices.length === 1 || answers.rows !== undefined
      ? (choices.find((c) => answers.rows !== 'all' || !isShown(c)) ?? choices[0]!)
      : await vscode.window.showQuickPick(choices, { title, placeHolder: vscode.l10n.t('Rows') });
  if (!rows) return undefined;
  const target = answers.file === undefined ? await askFile(format) : vscode.Uri.file(answers.file);
  if (!target) return undefined;
  try {
    const written = await write(from, { format: format.format, file: target.fsPath, rows }, onProgress);
    if (!written) return undefined;
    // Whoever waits for the file does not wait until the message is read.
    told(target, format, written, from.dataFolder);
    return target;
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return undefined;
  }
}

const formats = (): readonly FormatChoice[] => [
  { label: 'CSV', description: vscode.l10n.t('values as they are'), format: 'csv', extension: 'csv' },
  {
    label: vscode.l10n.t('CSV for spreadsheets'),
    description: vscode.l10n.t('text that would run as a formula gets an apostrophe before it'),
    format: 'spreadsheet',
    extension: 'csv',
  },
  { label: 'NDJSON', description: vscode.l10n.t('one JSON object a row'), format: 'ndjson', extension: 'ndjson' },
  { label: 'Parquet', description: vscode.l10n.t('typed and compressed'), format: 'parquet', extension: 'parquet' },
  { label: 'Markdown', description: vscode.l10n.t('a table for a report'), format: 'markdown', extension: 'md' },
  {
    label: 'JSON',
    description: vscode.l10n.t('with columns and notes, as the command line prints it'),
    format: 'json',
    extension: 'json',
  },
];

/** Whether a choice is what the grid shows, in contrast to what the query gave. */
const isShown = ({ view, columns }: Pick<RowsChoice, 'view' | 'columns'>): boolean =>
  columns !== null || !isWhole(view);

function rowsChoices(from: Exportable): readonly RowsChoice[] {
  const { view, matching, rowCount, truncated, columns, columnCount } = from;
  const count = (n: number) => n.toLocaleString('en-US');
  const shown: RowsChoice = {
    label: vscode.l10n.t('As shown'),
    description:
      columns === null
        ? vscode.l10n.t('{0} of {1} rows, filtered and sorted as in the grid', count(matching), count(rowCount))
        : vscode.l10n.t(
            '{0} of {1} rows and {2} of {3} columns, as in the grid',
            ...[count(matching), count(rowCount), columns.length, columnCount],
          ),
    view,
    columns,
    again: false,
  };
  const kept: RowsChoice = {
    label: truncated ? vscode.l10n.t('Rows kept') : vscode.l10n.t('All rows'),
    description: vscode.l10n.t('{0} rows, in the order of the query', count(rowCount)),
    view: WHOLE,
    columns: null,
    again: false,
  };
  const again: RowsChoice = {
    label: vscode.l10n.t('All rows that the query gives'),
    description: vscode.l10n.t('runs it again, for at most {0} rows', count(MOST_ROWS)),
    view: WHOLE,
    columns: null,
    again: true,
  };
  return [...(isShown(from) ? [shown] : []), kept, ...(truncated ? [again] : [])];
}

/** Rows that a query is run for again at most: the limit of the setting `gapline.results.maxRows`. */
export const MOST_ROWS = 1_000_000;

async function askFile(format: FormatChoice): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    defaultUri: folder && vscode.Uri.joinPath(folder, `results.${format.extension}`),
    filters: { [format.label]: [format.extension] },
    title: vscode.l10n.t('Export Results'),
  });
  if (target && target.scheme !== 'file')
    throw new Error(vscode.l10n.t('Results can be written to a folder of this machine only.'));
  return target;
}

interface Job {
  readonly format: ResultFormat;
  readonly file: string;
  readonly rows: RowsChoice;
}

function write(
  from: Exportable,
  { format, file, rows }: Job,
  onProgress: vscode.Event<ProgressParams>,
): Thenable<WriteResultResult | undefined> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Exporting results'),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, cancel) => {
    const token = randomUUID();
    let done = 0;
    const listener = onProgress((p) => {
      if (p.token !== token) return;
      const percent = Math.round((p.fraction ?? 0) * 100);
      progress.report({ message: p.message, increment: Math.max(0, percent - done) });
      done = Math.max(done, percent);
    });
    const again = rows.again ? await from.runWhole(token, cancel) : undefined;
    try {
      if (rows.again && again === undefined) return undefined;
      const resultId = again ?? from.resultId;
      const { view, columns } = rows;
      return await from.host.writeResult(
        { resultId, table: from.table, format, file, view, ...(columns && { columns }), token },
        cancel,
      );
    } finally {
      listener.dispose();
      if (again !== undefined) await from.host.releaseResult(again);
    }
  });
}

const isInside = (file: string, folder: string): boolean => {
  const way = path.relative(folder, file);
  return way !== '' && !way.startsWith('..') && !path.isAbsolute(way);
};

function told(
  target: vscode.Uri,
  format: FormatChoice,
  { rows, bytes }: WriteResultResult,
  dataFolder: string | null,
): void {
  const size = bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
  const name = target.path.split('/').at(-1) ?? target.path;
  const written = vscode.l10n.t('{0} rows written to {1} ({2}).', rows.toLocaleString('en-US'), name, size);
  const among = dataFolder !== null && format.format !== 'markdown' && isInside(target.fsPath, dataFolder);
  const message = among
    ? vscode.l10n.t('{0} It lies among the logs: when they are read again, it is a table of its own.', written)
    : written;
  const open = vscode.l10n.t('Open');
  vscode.window
    .showInformationMessage(message, ...(format.format === 'parquet' ? [] : [open]))
    .then((chosen) => (chosen === open ? vscode.commands.executeCommand('vscode.open', target) : undefined))
    .then(undefined, (error: unknown) => {
      // The file may be gone, or too large for an editor, by the time that it is asked for.
      vscode.window.showErrorMessage(vscode.l10n.t('{0} could not be opened: {1}', name, messageOf(error)));
    });
}
