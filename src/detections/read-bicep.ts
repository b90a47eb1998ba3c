import { isScalar } from 'yaml';
import { LineIndex } from '../base/text';
import { bicepObjects } from './bicep-objects';
import type { Detection, DetectionProblem, ReadDetections } from './detection';
import { fieldOf, type RuleSource, templateRule } from './read-rule';

const PROPERTY = /^[ \t]*(?:query|queryText)[ \t]*:[ \t]*'(?!'(?!'))/m;

/** True when a Bicep text gives a property `query` a text. */
export const looksLikeBicepRule = (text: string): boolean => PROPERTY.test(text) || INLINE.test(text);
/** The same where the object stands on one line. */
const INLINE = /[{,][ \t]*(?:query|queryText)[ \t]*:[ \t]*'(?!'(?!'))/;

/** Rules in Bicep: objects with a property `query` whose value is a text, in quotes or in three of them. */
export function readBicep(path: string, text: string): ReadDetections {
  const { objects, texts } = bicepObjects(text);
  const source: RuleSource = { text, lines: new LineIndex(text), embedded: (node) => texts.get(node) ?? null };
  const detections: Detection[] = [];
  const problems: DetectionProblem[] = [];
  for (const { map, around } of objects) {
    const node = fieldOf(map, 'query') ?? fieldOf(map, 'queryText');
    const embedded = isScalar(node) ? texts.get(node) : undefined;
    if (!embedded || embedded.text.trim() === '') continue;
    const query = { embedded, map, around: around?.map };
    detections.push(templateRule(source, path, detections.length + 1, query, problems));
  }
  return { detections, problems };
}
