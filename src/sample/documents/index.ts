/** Everything in the folder that is text: settings, detections, watchlists, queries, the incident's documents. */
import type { PlannedClaim } from '../planted';
import { PIR_FILE, PIR_TEXT } from './pir';
import { huntingQueries, starterQueries } from './queries';
import { REVIEW_FILE, reviewYaml } from './review';
import { ruleYaml, sampleRules } from './rules';
import { gaplineYaml, watchlists } from './settings';

export interface SampleDocument {
  readonly path: string;
  readonly text: string;
}

export function documents(claims: readonly PlannedClaim[]): SampleDocument[] {
  const texts: Record<string, string> = {
    'gapline.yaml': gaplineYaml(),
    ...Object.fromEntries(sampleRules.map((rule) => [`detections/${rule.file}.yaml`, ruleYaml(rule)])),
    ...huntingQueries,
    ...watchlists,
    ...starterQueries,
    [PIR_FILE]: PIR_TEXT,
    [REVIEW_FILE]: reviewYaml(claims),
  };
  return Object.entries(texts).map(([path, text]) => ({ path, text }));
}
