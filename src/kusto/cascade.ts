import { lexemes } from './lexemes';

/** As much of a diagnostic as tells whether it only follows from another. */
interface Found {
  readonly code: string;
  readonly start: number;
}

/** What the parser says, in contrast to what does not bind. Of these codes all are errors. */
export const isSyntaxCode = (code: string): boolean => /^KS(?:0\d\d|176|198|250)$/.test(code);

/** Where statements end: at each semicolon, those in bodies of functions too. */
function statementEnds(text: string): number[] {
  return lexemes(text)
    .filter((l) => l.kind === 'sign' && text[l.start] === ';')
    .map((l) => l.start);
}

/**
 * The diagnostics without those that only follow from another: behind the first thing that a statement's parser stumbles on, it
 * reads something else than was meant. What stands before that is kept, and so is each other statement.
 */
export function withoutCascade<T extends Found>(
  text: string,
  found: readonly T[],
  isSyntax: (d: T) => boolean = (d) => isSyntaxCode(d.code),
): readonly T[] {
  if (!found.some(isSyntax)) return found;
  const ends = statementEnds(text);
  const statementOf = (at: number) => {
    const next = ends.findIndex((end) => at <= end);
    return next < 0 ? ends.length : next;
  };
  const first = new Map<number, T>();
  for (const d of found) {
    if (!isSyntax(d)) continue;
    const statement = statementOf(d.start);
    const before = first.get(statement);
    if (!before || d.start < before.start) first.set(statement, d);
  }
  return found.filter((d) => {
    const broken = first.get(statementOf(d.start));
    return !broken || d === broken || d.start < broken.start;
  });
}
