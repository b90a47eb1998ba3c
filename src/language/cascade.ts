import { isSyntaxCode } from '../kusto/cascade';
import type { EngineDiagnostic } from '../kusto/editor';
import { isHintValue } from './engine-severity';

/** What the parser says, in contrast to what does not bind. */
export const isSyntax = (d: EngineDiagnostic): boolean => d.severity === 'error' && isSyntaxCode(d.code);

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
