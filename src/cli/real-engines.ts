import { createHash } from 'node:crypto';
import { mkdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readSourceSettings } from '../assessment/source-settings';
import { declarationsOf } from '../assessment/sources';
import { instant } from '../base/time';
import type { CliEngines } from './engines';
import { readFolderSettings } from './folder-settings';
import { fileFault, inputError } from './io';

/** The engines of the product; each is loaded by the command that needs it, so that `--help` costs nothing. */
export function realEngines(): CliEngines {
  const translator = async () => (await import('../query/local/translate/index')).createTranslator();
  return {
    translator,
    createCoverage: async () => (await import('../coverage/assessment')).createAssessment,
    async open(init) {
      const { openFolder } = await import('../query/local/open');
      const connection = await openFolder({
        folder: init.folder,
        storage: await storageOf(init.cache, init.folder),
        now: init.now,
        clock: () => instant(Date.now()),
        translator: await translator(),
        onProgress: (p) => init.onProgress(p.message, p.fraction),
        signal: init.signal,
      });
      const found = init.folder === null ? null : await readFolderSettings(init.folder, init.cwd ?? init.folder);
      const { settings, problems } = readSourceSettings(found?.sources);
      return Object.assign(connection, {
        declarations: declarationsOf(connection.config(), settings),
        settingProblems: [...(found?.problems ?? []), ...problems],
      });
    },
  };
}

/** One storage a folder, so that a second command on it finds what the first has imported. */
async function storageOf(cache: string, folder: string | null): Promise<string> {
  const name =
    folder === null
      ? 'none'
      : createHash('sha256')
          .update(await realFolder(folder))
          .digest('hex')
          .slice(0, 16);
  const storage = join(cache, name);
  // What is imported are people's logs: nobody else may read them.
  try {
    await mkdir(storage, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw inputError(
      `The cache ${storage} cannot be made: ${fileFault(error)}. Set XDG_CACHE_HOME to a folder that you may write to.`,
    );
  }
  return storage;
}

async function realFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) throw inputError(found ? `${folder} is no folder.` : `There is no folder ${folder}.`);
  return realpath(folder);
}
