import { fileName } from '../base/text';
import type { ResultColumn } from '../protocol/records';

/** A watchlist that a repository keeps: its alias, where that is written, its columns. */
export interface WatchlistFile {
  readonly alias: string;
  /** Host offsets of the alias; the same where nothing but the file's name gives it. */
  readonly start: number;
  readonly end: number;
  readonly named: 'text' | 'file';
  readonly columns: readonly ResultColumn[];
}

const FOLDER = /(?:^|[\\/])watchlists?[\\/]/i;
const ALIAS = /(["']?)watchlistAlias\1[ \t]*:[ \t]*(["']?)([\w.-]+)\2/i;
const RAW = /(["']?)rawContent\1[ \t]*:[ \t]*(?:[|>][+-]?[ \t]*\r?\n[ \t]*)?(["']?)((?:(?!\\r|\\n)[^\r\n])*)/i;

/** True when a file may hold a watchlist. */
export function mayHoldWatchlist(path: string, text: string): boolean {
  if (/\.csv$/i.test(path)) return FOLDER.test(path);
  return /\.(json|ya?ml)$/i.test(path) && ALIAS.test(text);
}

/** The watchlist of one file: a CSV in `watchlists/` by its name, or JSON and YAML that say `watchlistAlias`. */
export function readWatchlist(path: string, text: string): WatchlistFile | null {
  if (/\.csv$/i.test(path)) {
    if (!FOLDER.test(path)) return null;
    const file = fileName(path);
    const alias = file.replace(/\.[^.]*$/, '');
    return { alias, start: 0, end: 0, named: 'file', columns: columnsOf(/^\ufeff?([^\r\n]*)/.exec(text)![1]!) };
  }
  const found = /\.(json|ya?ml)$/i.test(path) ? ALIAS.exec(text) : null;
  if (!found) return null;
  const end = found.index + found[0].length - found[2]!.length;
  const header = RAW.exec(text)?.[3]?.replace(/\\"/g, '"') ?? '';
  return { alias: found[3]!, start: end - found[3]!.length, end, named: 'text', columns: columnsOf(header) };
}

/** Columns of a CSV's first line; a watchlist holds texts. */
function columnsOf(header: string): ResultColumn[] {
  const fields = [...header.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)];
  const names = fields.map((m) => (m[1]?.replace(/""/g, '"') ?? m[2] ?? '').trim());
  return [...new Set(names)].filter((n) => n !== '').map((name) => ({ name, type: 'string' }));
}
