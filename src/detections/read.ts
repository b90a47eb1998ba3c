import type { ReadDetections } from './detection';
import { looksLikeArmRule, readArmRules } from './read-arm';
import { looksLikeBicepRule, readBicep } from './read-bicep';
import { readKqlFile } from './read-kql';
import { looksLikeMarkdownKql, readMarkdownFences } from './read-markdown';
import { looksLikeRule, readYamlRules } from './read-yaml';

const NONE: ReadDetections = { detections: [], problems: [] };

/** Kinds of file that may hold detections, by name. */
export function mayHoldDetections(path: string): boolean {
  return /\.(ya?ml|kql|csl|kusto|json|jsonc|bicep|md|markdown)$/i.test(path) && !/\.(pir|note)\.ya?ml$/i.test(path);
}

/**
 * Reads the detections of one file: Sentinel YAML (analytics and hunting), ARM JSON, Bicep, `.kql`, fences in Markdown. Files that
 * hold none give nothing; broken ones give problems with their range. Never throws on what a file says.
 */
export function readDetections(path: string, text: string): ReadDetections {
  if (!mayHoldDetections(path)) return NONE;
  if (/\.(kql|csl|kusto)$/i.test(path)) return readKqlFile(path, text);
  if (/\.jsonc?$/i.test(path)) return looksLikeArmRule(text) ? readArmRules(path, text) : NONE;
  if (/\.bicep$/i.test(path)) return looksLikeBicepRule(text) ? readBicep(path, text) : NONE;
  if (/\.(md|markdown)$/i.test(path)) return looksLikeMarkdownKql(text) ? readMarkdownFences(path, text) : NONE;
  return looksLikeRule(text) ? readYamlRules(path, text) : NONE;
}
