import { resolve } from 'node:path';
import { messageOf } from '../base/result';
import type { Instant } from '../base/time';
import type { DataProblem } from '../protocol/datahost';
import type { CliEngines, CliFolder } from './engines';
import { CommandError, type CommandIo, createProgressLine, inputError, interrupted, printable } from './io';

/**
 * Opens a folder, runs a command on it and closes it whatever happens. What is wrong with single files is said on stderr; a
 * folder that cannot be opened at all ends the command.
 */
export async function withFolder<T>(
  io: CommandIo,
  engines: CliEngines,
  folder: string | null,
  now: Instant | null,
  run: (open: CliFolder) => Promise<T>,
): Promise<T> {
  const progress = createProgressLine(io);
  let open: CliFolder;
  try {
    open = await engines.open({
      folder: folder === null ? null : resolve(io.cwd, folder),
      cwd: io.cwd,
      cache: io.cache,
      now,
      onProgress: progress.show,
      signal: io.signal,
    });
  } catch (error) {
    if (io.signal.aborted) throw interrupted();
    throw error instanceof CommandError ? error : inputError(messageOf(error));
  } finally {
    progress.clear();
  }
  try {
    for (const p of folder === null ? [] : open.describe().problems) io.err(`${problemText(p)}\n`);
    return await run(open);
  } finally {
    await open.close();
  }
}

/** `warning: a.csv:6: …`, the place once even where the message begins with it. */
function problemText({ severity, file, line, message }: DataProblem): string {
  const place = file === null ? '' : `${[file, line].filter((x) => x !== null).join(':')}: `;
  const rest = file !== null && message.startsWith(`${file}: `) ? message.slice(file.length + 2) : message;
  return printable(`${severity}: ${place}${rest}`);
}
