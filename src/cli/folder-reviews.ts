import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ReviewText } from '../protocol/datahost';
import { type CommandIo, printable } from './io';
import { readReviews } from './options';

/** The reviews that are named; where none is, those that lie in the folder itself, which is said on stderr. */
export async function reviewsFor(
  io: CommandIo,
  named: readonly string[],
  folder: string,
): Promise<readonly ReviewText[]> {
  if (named.length > 0) return readReviews(io, named);
  // A folder that cannot be listed is reported where it is opened.
  const entries = await readdir(resolve(io.cwd, folder)).catch((): string[] => []);
  const found = entries.filter((name) => /\.pir\.ya?ml$/i.test(name)).sort();
  for (const name of found) io.err(`Windows and claims of ${printable(name)} are known.\n`);
  return readReviews(
    io,
    found.map((name) => join(folder, name)),
  );
}
