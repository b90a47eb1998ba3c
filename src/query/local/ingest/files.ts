import { constants } from 'node:fs';
import { access, lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { messageOf } from '../../../base/result';
import type { DataProblem } from '../../../protocol/datahost';

/** A file of the user's folder that may hold rows. */
export interface FoundFile {
  /** Absolute, with links resolved. */
  readonly path: string;
  /** Below the folder, with `/`. */
  readonly relative: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

export interface FoundFiles {
  /** The folder with links resolved. */
  readonly root: string;
  /** In order of their relative paths, so that rows keep one order. */
  readonly files: readonly FoundFile[];
  readonly watchlists: readonly FoundFile[];
  readonly problems: readonly DataProblem[];
}

const DATA = /\.(parquet|csv|tsv|json|ndjson|jsonl)(\.(gz|gzip|zst|zstd))?$|\.(gz|zst)$/i;
/** Archives and workbooks that people put beside their exports. */
const PACKED = /\.(zip|7z|rar|tar|xlsx|xls)$/i;
/** Files and folders of a workspace that hold no logs. */
const NOT_DATA =
  /^(package|package-lock|tsconfig|launch|settings|tasks|extensions)(\..*)?\.json$|\.(pir|schema)\.json$/i;
const SKIPPED_FOLDERS = new Set(['node_modules', '$RECYCLE.BIN', 'System Volume Information']);
const WATCHLISTS = 'watchlists';

/** Walks the folder. Links that lead out of it are said and not followed; links inside it lead to what is read anyway. */
export async function findFiles(folder: string, storage: string): Promise<FoundFiles> {
  const root = await realpath(folder);
  const hidden = await realpath(storage).catch(() => storage);
  const found: { path: string; watchlist: boolean }[] = [];
  const problems: DataProblem[] = [];
  const walk = async (dir: string, watchlist: boolean): Promise<void> => {
    const entries = await readdir(dir, { withFileTypes: true }).catch((error: unknown) => {
      problems.push(unreadable(toRelative(root, dir) || '.', messageOf(error)));
      return [];
    });
    for (const entry of entries) {
      const path = join(dir, entry.name);
      if (entry.name.startsWith('.') || path === hidden) continue;
      if (entry.isSymbolicLink()) {
        const target = await realpath(path).catch(() => null);
        if (target === null || !isInside(root, target)) problems.push(linkOutside(toRelative(root, path)));
      } else if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.has(entry.name)) await walk(path, watchlist || entry.name === WATCHLISTS);
      } else if (entry.isFile() && PACKED.test(entry.name)) problems.push(packed(toRelative(root, path)));
      else if (entry.isFile() && DATA.test(entry.name) && !NOT_DATA.test(entry.name)) found.push({ path, watchlist });
    }
  };
  await walk(root, false);
  const described = await describeAll(root, found, problems);
  return {
    root,
    files: described.filter((f) => !f.watchlist).map((f) => f.file),
    watchlists: described.filter((f) => f.watchlist).map((f) => f.file),
    problems,
  };
}

async function describeAll(
  root: string,
  found: readonly { readonly path: string; readonly watchlist: boolean }[],
  problems: DataProblem[],
): Promise<{ file: FoundFile; watchlist: boolean }[]> {
  const out: { file: FoundFile; watchlist: boolean }[] = [];
  for (let i = 0; i < found.length; i += 256) {
    await Promise.all(
      found.slice(i, i + 256).map(async ({ path, watchlist }) => {
        const name = toRelative(root, path);
        try {
          await access(path, constants.R_OK);
          const { size, mtimeMs } = await stat(path);
          out.push({ file: { path, relative: name, size, modified: mtimeMs }, watchlist });
        } catch (error) {
          problems.push(unreadable(name, messageOf(error)));
        }
      }),
    );
  }
  return out.sort((a, b) => (a.file.relative < b.file.relative ? -1 : 1));
}

/** True when the file has another size or time than when it was found, or is gone. */
export async function hasChanged(file: FoundFile): Promise<boolean> {
  const now = await lstat(file.path).catch(() => null);
  return now === null || now.size !== file.size || now.mtimeMs !== file.modified;
}

/** Those that are no longer what they were when they were found. */
export async function changedFiles(files: readonly FoundFile[]): Promise<FoundFile[]> {
  const changed = await Promise.all(files.map(hasChanged));
  return files.filter((_, i) => changed[i]);
}

export const stemOf = (file: FoundFile): string => basename(file.relative).replace(DATA, '');

function toRelative(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

/** Whether a path, links resolved, lies in a folder. */
export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function unreadable(file: string, why: string): DataProblem {
  // The folder itself has no name within itself.
  if (file === '' || file === '.')
    return {
      severity: 'error',
      code: 'unreadable-file',
      message: `The folder cannot be read (${/EACCES|EPERM/.test(why) ? 'your account has no permission' : why}).`,
      file: null,
      line: null,
    };
  const denied = /EACCES|EPERM/.test(why);
  const message = denied
    ? `${file} may not be read: your account has no permission. Its rows are missing.`
    : `${file} cannot be read (${why}). Its rows are missing.`;
  return { severity: 'error', code: 'unreadable-file', message, file, line: null };
}

function linkOutside(file: string): DataProblem {
  const message = `${file} is a link that leads out of the folder, so it is not read. Copy what it names into the folder.`;
  return { severity: 'warning', code: 'link-outside', message, file, line: null };
}

/** Says that a file is an archive or a workbook. */
export function packed(file: string): DataProblem {
  const todo = /\.xlsx?$/i.test(file) ? 'Save its sheets as CSV' : 'Unpack it';
  const message = `${file} is not read. ${todo} if it holds logs.`;
  return { severity: 'information', code: 'unreadable-file', message, file, line: null };
}

/** What is read now, for people: the file, or how many of which table. */
export const nameOf = (files: readonly FoundFile[], table: string): string =>
  files.length === 1 ? files[0]!.relative : `${files.length.toLocaleString('en')} files of ${table}`;
