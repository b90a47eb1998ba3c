import { lstat, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type FoundFile, isInside } from './files';

/** A file that `gapline.yaml` puts in the place of an address. */
export interface ExternalFile {
  readonly address: string;
  readonly file: FoundFile;
}

/**
 * The files behind addresses, whatever their names end with; several addresses may have one. What is not there, leads out of
 * the folder or is no file is left out.
 */
export async function externalFiles(
  mapped: Readonly<Record<string, string>>,
  root: string,
): Promise<readonly ExternalFile[]> {
  const found: ExternalFile[] = [];
  for (const [address, written] of Object.entries(mapped)) {
    const path = await realpath(join(root, written)).catch(() => null);
    if (path === null || path === root || !isInside(root, path)) continue;
    const info = await lstat(path).catch(() => null);
    if (!info?.isFile()) continue;
    const name = relative(root, path).split(sep).join('/');
    found.push({ address, file: { path, relative: name, size: info.size, modified: info.mtimeMs } });
  }
  return found;
}
