import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf } from '../../base/result';
import { readSavedFunctions as readFileFunctions } from '../../detections/saved-functions';
import type { DataProblem } from '../../protocol/datahost';
import type { TranslateFunction } from './translate/contract';

/**
 * Functions that a workspace has saved (parsers, above all), from `functions/` in the folder of exports: KQL files, and the
 * YAML files in which Microsoft Sentinel's parsers are published.
 */
export interface SavedFunctions {
  readonly functions: readonly TranslateFunction[];
  readonly problems: readonly DataProblem[];
}

const FOLDER = 'functions';
/** A parser of this size was written by no one. */
const MOST_BYTES = 1_000_000;

async function functionFiles(root: string): Promise<string[]> {
  const folder = join(root, FOLDER);
  // A link that leads out of the folder is not followed; those who look for data say so.
  const own = await realpath(folder).catch(() => null);
  if (own === null || own !== join(await realpath(root), FOLDER)) return [];
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((e) => e.isFile() && /\.(kql|csl|kusto|ya?ml)$/i.test(e.name))
    .map((e) => join(e.parentPath, e.name))
    .sort();
}

/** Names, sizes and times of the files in `functions/` as one text, so that a change of any is seen; '' where there are none. */
export async function savedFunctionsStamp(root: string): Promise<string> {
  const files = await Promise.all(
    (await functionFiles(root)).map(async (path) => {
      const info = await stat(path).catch(() => null);
      return `${path}|${info?.size}|${info?.mtimeMs}`;
    }),
  );
  return files.join('\n');
}

/** Reads `functions/` below a folder, its folders included. What holds no function is said and left out. */
export async function readSavedFunctions(root: string): Promise<SavedFunctions> {
  const paths = await functionFiles(root);
  const functions = new Map<string, TranslateFunction>();
  const problems: DataProblem[] = [];
  for (const path of paths) {
    const file = path.slice(root.length + 1);
    const say = (message: string) =>
      problems.push({ severity: 'warning', code: 'config', message: `${file} ${message}`, file, line: null });
    try {
      const { size } = await stat(path);
      if (size > MOST_BYTES) say('is too large for a saved function.');
      else {
        const found = functionsOf(basename(path), await readFile(path, 'utf8'));
        if (found.length === 0) say('holds no function: a KQL query, or YAML with FunctionQuery or ParserQuery.');
        for (const f of found) {
          if (functions.has(f.name)) say(`saves ${f.name} again; the first one is used.`);
          else functions.set(f.name, f);
        }
      }
    } catch (error) {
      say(`cannot be read (${messageOf(error)}).`);
    }
  }
  return { functions: [...functions.values()], problems };
}

/** The functions of one file, read as the editor reads it, so that what binds there runs here. */
export const functionsOf = (file: string, text: string): TranslateFunction[] =>
  readFileFunctions(`${FOLDER}/${file}`, text).map(({ name, parameters, body }) => ({ name, parameters, body }));
