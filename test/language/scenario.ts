import type { KqlDocument } from '../../src/language/document';
import { createSchemaProvider } from '../../src/language/schema';
import { createLanguageService, type LanguageService } from '../../src/language/service';
import type { CoverageFacts } from '../../src/protocol/language';

/** One engine and one schema for a suite: the grammar is built once. */
export const schema = createSchemaProvider();
export const service: LanguageService = createLanguageService({ schema });

export interface Scenario {
  readonly service: LanguageService;
  readonly document: KqlDocument;
  readonly position: { readonly line: number; readonly character: number };
  readonly offset: number;
  readonly text: string;
}

let opened = 0;
/** Opens a text in which `$0` marks the cursor. */
export function scenario(marked: string, file = 'query.kql', facts: CoverageFacts | null = null): Scenario {
  const offset = marked.indexOf('$0');
  const text = offset < 0 ? marked : marked.slice(0, offset) + marked.slice(offset + 2);
  const s = facts ? createLanguageService({ schema, coverage: facts }) : service;
  const document = s.open({ uri: `file:///w/${++opened}/${file}`, version: 1, text });
  return { service: s, document, position: document.lines.positionAt(Math.max(0, offset)), offset, text };
}

const WORDS = { 1: 'Error', 2: 'Warning', 3: 'Information', 4: 'Hint' } as const;

/** Diagnostics as `KS142 Error «Nope»`. */
export function diagnosed(text: string, file?: string, facts?: CoverageFacts): string[] {
  const s = scenario(text, file, facts);
  return s.service.diagnostics(s.document).map((d) => {
    const from = s.document.lines.offsetAt(d.range.start);
    const to = s.document.lines.offsetAt(d.range.end);
    return `${d.code} ${WORDS[d.severity ?? 1]} «${s.text.slice(from, to)}»`;
  });
}
