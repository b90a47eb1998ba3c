/**
 * What one assessment leaves to the next, so that a source is not learnt again where nothing that it depends on has changed. Nothing
 * is taken over on trust: what a result was made from is kept beside it and compared bit by bit, so that an assessment with memory
 * gives the bytes of one without.
 */
import type { StudyMemory } from './analysis';
import type { LocationMemory } from './findings';
import type { JudgementMemory } from './judgement';

/** Of one source. A part that is learnt anew takes the place of the one before, so that none grows. */
export interface SourceMemory extends StudyMemory, LocationMemory, JudgementMemory {}

export interface AssessmentMemory {
  /** @param pass of a control series, which is studied a second time when it has told the days off. */
  of(source: string, pass: Pass): SourceMemory;
  /** Forgets every other source. */
  keepOnly(sources: ReadonlySet<string>): void;
}

type Pass = 'alone' | 'with days off';

export function createAssessmentMemory(): AssessmentMemory {
  const kept = { alone: new Map<string, SourceMemory>(), 'with days off': new Map<string, SourceMemory>() };
  return {
    of(source, pass) {
      let memory = kept[pass].get(source);
      if (!memory) {
        memory = { study: null, fits: [], located: [], judgement: null };
        kept[pass].set(source, memory);
      }
      return memory;
    },
    keepOnly(sources) {
      for (const map of Object.values(kept)) for (const id of map.keys()) if (!sources.has(id)) map.delete(id);
    },
  };
}
