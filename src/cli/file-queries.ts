import { LineIndex } from '../base/text';
import { readDetections } from '../detections/read';
import type { QueryOutcome } from '../protocol/records';

/** A query of a file or of the command line. */
export interface GivenQuery {
  readonly kql: string;
  /** The same outcome with offsets into the text that was given. */
  placed(outcome: QueryOutcome): QueryOutcome;
  /** Where an offset of a placed outcome lies, for people; "" where there is none. */
  place(start: number | null): string;
}

/** The query of the command line. */
export const inlineQuery = (kql: string): GivenQuery => ({
  kql,
  placed: (outcome) => outcome,
  place: (start) => (start === null ? '' : ` (at ${start})`),
});

/**
 * The queries of a file, as the editor divides it: by blank lines in KQL, one a rule in YAML and ARM, one a fence in Markdown. A file
 * in which none is found is one query as it stands.
 */
export function fileQueries(path: string, text: string): readonly GivenQuery[] {
  const lines = new LineIndex(text);
  const place = (start: number | null) => {
    if (start === null) return '';
    const at = lines.positionAt(start);
    return ` (line ${at.line + 1}, column ${at.character + 1})`;
  };
  const found = readDetections(path, text).detections;
  if (found.length === 0) return [{ kql: text, placed: (outcome) => outcome, place }];
  return found.map(({ kql, embedded }) => ({
    kql,
    place,
    placed: (outcome) => moved(outcome, (at) => embedded.toHost(at)),
  }));
}

function moved(outcome: QueryOutcome, to: (offset: number) => number): QueryOutcome {
  const start = <T extends { readonly start: number | null }>(x: T): T =>
    x.start === null ? x : { ...x, start: to(x.start) };
  if (outcome.kind === 'refused') return { ...outcome, refused: outcome.refused.map(start) };
  return outcome.kind === 'invalid' ? { ...outcome, faults: outcome.faults.map(start) } : outcome;
}
