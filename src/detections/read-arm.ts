import { isMap, isScalar, type Pair, parseDocument, type Scalar, visit, type YAMLMap } from 'yaml';
import { LineIndex } from '../base/text';
import type { Detection, DetectionProblem, ReadDetections } from './detection';
import { inStyle, type RuleSource, templateRule } from './read-rule';
import { embeddedScalar } from './yaml-scalar';

/** True when a JSON text may hold rules: exported rules, templates and custom detections name what they are. */
export function looksLikeArmRule(text: string): boolean {
  return (
    /alertRules|savedSearches|scheduledQueryRules|queryCondition|"queryFrequency"|"kind"\s*:\s*"(?:Scheduled|NRT)"/i.test(
      text,
    ) && /"query(?:Text)?"\s*:/.test(text)
  );
}

/**
 * Rules in ARM templates, in Sentinel's rule export and in custom detections of Defender. JSON is read as YAML's flow style, to keep
 * positions.
 */
export function readArmRules(path: string, text: string): ReadDetections {
  const source: RuleSource = { text, lines: new LineIndex(text) };
  const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' });
  const problems: DetectionProblem[] = document.errors.map((fault) => ({
    severity: 'error',
    code: 'GL104',
    message: `This file cannot be read as JSON: ${fault.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')}`,
    range: source.lines.range(fault.pos[0], Math.max(fault.pos[1], fault.pos[0] + 1)),
  }));
  const detections: Detection[] = [];
  visit(document, {
    Pair: (_, pair: Pair, ancestors) => {
      if (!isScalar(pair.key) || (pair.key.value !== 'query' && pair.key.value !== 'queryText')) return;
      const maps = ancestors.filter(isMap) as YAMLMap[];
      const map = maps.at(-1);
      const written = map && isScalar(pair.value) ? embeddedScalar(text, pair.value as Scalar) : null;
      // `[concat(…)]` is an ARM expression, not KQL.
      if (!map || !written || written.text.trim() === '' || /^\[(?!\[).*\]$/s.test(written.text.trim())) return;
      const query = { embedded: inStyle(written, 'json'), map, around: maps.at(-2) };
      detections.push(templateRule(source, path, detections.length + 1, query, problems));
    },
  });
  return { detections, problems };
}
