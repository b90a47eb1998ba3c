import type { SourceDeclaration } from './sources';

/** What tells nothing apart: case, and blanks at the ends. */
const plain = (name: string): string => name.trim().toLowerCase();

function byPlainName(names: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) groups.set(plain(name), [...(groups.get(plain(name)) ?? []), name]);
  return groups;
}

/**
 * Reads a name of a log source as it is spelled in the data, else in the catalogue: `signinlogs ` is SigninLogs, and no source of its own
 * that would be missing. A name that nobody knows, or that two names of the data differ from by case alone, stays as it is.
 *
 * @param data names in the data; @param known names of the catalogue.
 */
export function spellingOf(data: Iterable<string>, known: Iterable<string>): (name: string) => string {
  const index = (names: Iterable<string>) => {
    const own = [...names];
    return { exact: new Set(own), byPlain: byPlainName(own) };
  };
  const all = [index(data), index(known)];
  return (name) => {
    for (const { exact, byPlain } of all) {
      if (exact.has(name)) return name;
      const same = byPlain.get(plain(name)) ?? [];
      if (same.length === 1) return same[0]!;
    }
    return name.trim();
  };
}

/** Groups of names that differ by case or blanks alone, those of more than one spelling. */
export function spelledTwice(names: Iterable<string>): readonly (readonly string[])[] {
  return [...byPlainName(new Set(names)).values()].filter((g) => g.length > 1).map((g) => [...g].sort());
}

/** Declarations under the names of the data; what two spellings declare is put together, the first one's word first. */
export function respelled(
  sources: ReadonlyMap<string, SourceDeclaration>,
  spell: (name: string) => string,
): ReadonlyMap<string, SourceDeclaration> {
  const out = new Map<string, SourceDeclaration>();
  for (const [name, said] of sources) {
    const id = spell(name);
    const before = out.get(id);
    out.set(id, before ? { ...said, ...definedOf(before) } : said);
  }
  return out;
}

const definedOf = (d: SourceDeclaration): SourceDeclaration =>
  Object.fromEntries(Object.entries(d).filter(([, value]) => value != null && value !== false)) as SourceDeclaration;

/** Sentences for what was read under another name than it was written. */
export const readAs = (place: string, names: Iterable<string>, spell: (name: string) => string): readonly string[] =>
  [...new Set(names)]
    .filter((name) => spell(name) !== name)
    .map((name) => `${place} names ${JSON.stringify(name)}: read as ${spell(name)}.`);
