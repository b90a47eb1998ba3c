import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { messageOf } from '../base/result';

/** `gapline.sources` of a folder's VS Code settings. */
export interface FolderSettings {
  /** The value as it is written, anything at all; undefined: it is not set. */
  readonly sources: unknown;
  /** Sentences about a file that cannot be read as settings. */
  readonly problems: readonly string[];
}

const SETTINGS = join('.vscode', 'settings.json');
const MOST_BYTES = 5_000_000;

/**
 * Reads what VS Code would apply to the folder: `.vscode/settings.json` of the folder itself, else of the nearest folder above it up to
 * the working directory. So the command line and the editor judge by the same retention, licence and plan. A user's own settings
 * and those of a `.code-workspace` file are not read.
 */
export async function readFolderSettings(folder: string, cwd: string): Promise<FolderSettings> {
  for (const directory of upTo(resolve(folder), resolve(cwd))) {
    const path = join(directory, SETTINGS);
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null || text.length > MOST_BYTES) continue;
    try {
      const value: unknown = JSON.parse(withoutComments(text));
      const sources =
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)['gapline.sources'] : undefined;
      return { sources, problems: [] };
    } catch (error) {
      const why = messageOf(error).split('\n')[0]!;
      return {
        sources: undefined,
        problems: [`${relative(cwd, path) || path} cannot be read as settings (${why}); it is ignored.`],
      };
    }
  }
  return { sources: undefined, problems: [] };
}

/** The folder and those above it, as far as the working directory; the folder alone where it lies elsewhere. */
function upTo(folder: string, cwd: string): readonly string[] {
  if (folder !== cwd && !folder.startsWith(cwd.endsWith(sep) ? cwd : cwd + sep)) return [folder];
  const all = [folder];
  for (let at = folder; at !== cwd; at = dirname(at)) all.push(dirname(at));
  return all;
}

/** Settings are JSON with comments and commas before a closing bracket; texts stay as they are. */
export function withoutComments(text: string): string {
  const TEXT = '"(?:\\\\.|[^"\\\\])*"';
  const outside = (pattern: string) => new RegExp(`${TEXT}|${pattern}`, 'g');
  const keepTexts = (found: string) => (found.startsWith('"') ? found : ' ');
  return text
    .replace(/^\uFEFF/, '')
    .replace(outside('//[^\\n]*|/\\*[\\s\\S]*?\\*/'), keepTexts)
    .replace(outside(',(?=\\s*[}\\]])'), keepTexts);
}
