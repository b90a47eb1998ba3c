import type { EngineDiagnostic } from '../kusto/editor';
import { lexemes } from '../kusto/lexemes';
import { isHintValue } from './engine-severity';

/** What the parser says, in contrast to what does not bind. */
export const isSyntax = (d: EngineDiagnostic): boolean =>
  d.severity === 'error' && /^KS(?:0\d\d|198|250)$/.test(d.code);

/** True where a query does not parse; a value of a hint that is not known here is passed over, and the rest is read as meant. */
export const isBroken = (text: string, found: readonly EngineDiagnostic[]): boolean =>
  found.some((d) => isSyntax(d) && !isHintValue(text, d.start));

/** `Query:` or `Tags:` above a query. */
const LABEL = /^\s*[A-Z][\w ]*:[ \t]*(?:\/\/[^\r\n]*)?(?:[\r\n]|$)/;
/** A sentence: four words or more, with nothing of KQL between them. */
const SENTENCE = /^\s*[A-Z][\w'’-]*,?(?: [\w'’"`(][\w'’"`().,:;/-]*){3,}[ \t]*(?:[\r\n]|$)/;

/** True where a text beside queries is read as one: a heading, a description, a list of tags. */
export const isProse = (text: string, found: readonly EngineDiagnostic[]): boolean =>
  LABEL.test(text) || (SENTENCE.test(text) && found.some(isSyntax));

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
export function withoutCascade(text: string, found: readonly EngineDiagnostic[]): readonly EngineDiagnostic[] {
  if (!found.some(isSyntax)) return found;
  const ends = statementEnds(text);
  const statementOf = (at: number) => {
    const next = ends.findIndex((end) => at <= end);
    return next < 0 ? ends.length : next;
  };
  const first = new Map<number, EngineDiagnostic>();
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
