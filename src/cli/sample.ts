import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createTableWriter } from '../query/local/table-writer';
import { truthToJson, writeSample } from '../sample/sample';
import {
  type CommandIo,
  createProgressLine,
  EXIT,
  type ExitCode,
  fileFault,
  inputError,
  interrupted,
  usageError,
} from './io';
import { numberOption } from './options';

export interface SampleCommandOptions {
  readonly seed: string;
  readonly scale: string;
  readonly truth?: string;
}

const WRITER_THREADS = 2;

/** `gapline sample`: writes the sample tenant; what was planted goes to `--truth` only. */
export async function sample(io: CommandIo, directory: string, o: SampleCommandOptions): Promise<ExitCode> {
  const seed = numberOption('seed', o.seed, 0);
  const scale = numberOption('scale', o.scale, 0);
  if (!Number.isInteger(seed)) throw usageError(`--seed ${o.seed}: write a whole number.`);
  if (scale === 0 || scale > 10) throw usageError(`--scale ${o.scale}: write a number above 0, at most 10.`);
  const folder = resolve(io.cwd, directory);
  const truthFile = o.truth === undefined ? null : resolve(io.cwd, o.truth);
  if (truthFile?.startsWith(`${folder}/`)) throw usageError('--truth must not lie in the folder that the tool reads.');
  const progress = createProgressLine(io);
  try {
    const truth = await writeSample({
      writer: createTableWriter({ threads: WRITER_THREADS }),
      folder,
      seed,
      scale,
      signal: io.signal,
      onProgress: (done, total, rows) => progress.show(`${rows} rows in ${done} of ${total} tables`, done / total),
    });
    progress.clear();
    if (truthFile !== null) {
      await mkdir(dirname(truthFile), { recursive: true });
      await writeFile(truthFile, `${JSON.stringify(truthToJson(truth), null, 2)}\n`, 'utf8');
    }
    io.err(`The sample tenant is in ${folder}.\n`);
    return EXIT.ok;
  } catch (error) {
    if (io.signal.aborted) throw interrupted();
    if (isFileError(error)) throw inputError(`${directory} could not be written: ${fileFault(error)}.`);
    throw error;
  } finally {
    progress.clear();
  }
}

/** Faults of the disk (no right, no room, no folder) are the user's to mend; all others are ours. */
const isFileError = (error: unknown): boolean =>
  error instanceof Error && ('code' in error ? /^E[A-Z]+$/.test(String(error.code)) : /IO Error/.test(error.message));
