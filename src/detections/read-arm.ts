import { isMap, isScalar, isSeq, type Pair, parseDocument, visit, type YAMLMap } from 'yaml';
import { LineIndex } from '../base/text';
import { parseSpan } from '../base/time';
import type { Detection, DetectionProblem, ReadDetections } from './detection';
import { embeddedScalar } from './yaml-scalar';

/** True when a JSON text may hold analytics rules: exported rules and ARM templates name the resource type. */
export function looksLikeArmRule(text: string): boolean {
  return /alertRules|savedSearches/i.test(text) && /"query"\s*:/.test(text);
}

const textOf = (map: YAMLMap, key: string): string | null => {
  const node = map.get(key, true);
  return isScalar(node) && node.value !== null ? String(node.value) : null;
};
const listOf = (map: YAMLMap, key: string): string[] => {
  const node = map.get(key, true);
  return isSeq(node) ? node.items.flatMap((i) => (isScalar(i) ? [String(i.value)] : [])) : [];
};

/** Analytics rules in ARM templates and in Sentinel's rule export. JSON is read as YAML's flow style, to keep positions. */
export function readArmRules(path: string, text: string): ReadDetections {
  const lines = new LineIndex(text);
  const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' });
  const problems: DetectionProblem[] = document.errors.map((fault) => ({
    severity: 'error',
    code: 'GL104',
    message: `This file cannot be read as JSON: ${fault.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')}`,
    range: lines.range(fault.pos[0], Math.max(fault.pos[1], fault.pos[0] + 1)),
  }));
  const detections: Detection[] = [];
  const file = path
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\.[^.]*$/, '');
  visit(document, {
    Pair: (_, pair: Pair) => {
      if (!isScalar(pair.key) || pair.key.value !== 'properties' || !isMap(pair.value)) return;
      const map = pair.value as YAMLMap;
      const query = map.get('query', true);
      if (!isScalar(query)) return;
      const embedded = embeddedScalar(text, query);
      // `[concat(…)]` is an ARM expression, not KQL.
      if (!embedded || embedded.text.trim() === '' || /^\[(?!\[).*\]$/s.test(embedded.text.trim())) return;
      const period = parseSpan(textOf(map, 'queryPeriod') ?? '') ?? null;
      detections.push({
        id: textOf(map, 'alertRuleTemplateName') ?? `${file}-${detections.length + 1}`,
        name: textOf(map, 'displayName') ?? file,
        file: path,
        kind: period === null ? 'hunting' : 'scheduled',
        kql: embedded.text,
        embedded,
        queryPeriod: period,
        queryFrequency: parseSpan(textOf(map, 'queryFrequency') ?? '') ?? null,
        severity: textOf(map, 'severity'),
        tactics: listOf(map, 'tactics'),
        techniques: listOf(map, 'techniques'),
        entityMappings: [],
        range: lines.range(embedded.hostStart, embedded.hostEnd),
      });
    },
  });
  return { detections, problems };
}
