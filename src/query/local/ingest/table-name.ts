import { tableNameIgnoringCase } from '../../../catalog/tables';
import { type FoundFile, stemOf } from './files';

/** What a file's path says about its table. */
export interface NamedByPath {
  /** The catalogue's table, where a part of the path is its name. */
  readonly known: string | null;
  /** A name for a table that the catalogue does not know. */
  readonly fallback: string;
}

/** Ends of file names that are not part of a table's name: dates, parts, copies. */
const DECORATION =
  /(?:[-_. ]|^)(?:\d{4}-?\d\d(?:-?\d\d)?(?:[T_-]?\d\d(?:[-_:]?\d\d){0,2})?Z?|\(?\d+\)?|part[-_ ]?\d*|pt\d+[hm]|export|copy|utc)$/i;
/** Folders of archives that only say when: `y=2024`, `m=09`, `2024`, `dt=2024-09-01`. */
const WHEN = /^(?:\w+=.*|\d{1,4}|\d{4}-\d\d(?:-\d\d)?)$/;

/** Table of a file by its name, else by its nearest folder: `SigninLogs_2024-09.csv`, `am-SigninLogs/…/m=09/PT05M.json`. */
export function nameByPath(file: FoundFile): NamedByPath {
  const stems = [...undecorated(stemOf(file))];
  const folders = file.relative
    .split('/')
    .slice(0, -1)
    .reverse()
    .filter((f) => !WHEN.test(f));
  const names = [...stems, ...folders.flatMap((f) => [...undecorated(f)])];
  for (const name of names) {
    const known = knownTable(name);
    if (known) return { known, fallback: known };
  }
  const plain = stems.at(-1) || folders[0] || stemOf(file);
  return { known: null, fallback: toTableName(plain) };
}

/**
 * A table by its name, by the container of a data export (`am-SigninLogs`) or by that of a diagnostic setting
 * (`insights-logs-noninteractiveusersigninlogs`), whose categories of Entra lack the table's `AAD`.
 */
function knownTable(name: string): string | undefined {
  const [, archive, plain = name] = /^(am|insights-logs)-(.+)$/i.exec(name) ?? [];
  const known = tableNameIgnoringCase(plain);
  return known ?? (archive === 'insights-logs' ? tableNameIgnoringCase(`AAD${plain}`) : undefined);
}

/** The name, then the name with one decoration less, and so on; the shortest is last and may be empty. */
function* undecorated(name: string): Generator<string> {
  let rest = name;
  while (true) {
    yield rest;
    const less = rest.replace(DECORATION, '');
    if (less === rest) return;
    rest = less;
  }
}

/** A name that KQL can write without brackets. */
function toTableName(text: string): string {
  const name = text.replace(/[^\p{L}\p{N}_]+/gu, '_').replace(/^_+|_+$/g, '');
  return /^[\p{L}_]/u.test(name) ? name : `T_${name}`;
}

/** Turns a pattern of `gapline.yaml` (`*`, `**`, `?`, `{a,b}`) into a test of relative paths, in any case. */
export function globTest(pattern: string): (path: string) => boolean {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === '*' && pattern[i + 1] === '*') {
      i++;
      if (pattern[i + 1] === '/') i++;
      source += '(?:.*/)?';
      if (i >= pattern.length - 1 && !pattern.endsWith('/')) source += '[^/]*';
    } else if (c === '*') source += '[^/]*';
    else if (c === '?') source += '[^/]';
    else if (c === '{') source += '(?:';
    else if (c === '}') source += ')';
    else if (c === ',') source += source.lastIndexOf('(?:') > source.lastIndexOf(')') ? '|' : ',';
    else source += c.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  }
  const test = new RegExp(`^${source}$`, 'i');
  return (path) => test.test(path);
}
