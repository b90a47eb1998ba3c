import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type Scalar, type YAMLMap } from 'yaml';
import { fileStem, LineIndex } from '../base/text';
import type { Detection, DetectionProblem, ReadDetections } from './detection';
import { entityMappings, fieldOf, listOf, rangeOf, ruleSettings, spanOf, textOf } from './read-rule';
import { embeddedScalar } from './yaml-scalar';

/**
 * True when a YAML text looks like a rule: two of the keys that Sentinel's templates have. Neither of them must be `query:`, so that a
 * rule whose query line is what is broken is still taken for a rule, and its fault is said.
 */
export function looksLikeRule(text: string): boolean {
  const keys = text.matchAll(
    /^[ \t]*(?:- )?(query|queryFrequency|queryPeriod|triggerOperator|tactics|relevantTechniques|requiredDataConnectors|entityMappings|detectionAction|queryCondition)[ \t]*:/gm,
  );
  return new Set([...keys].map((m) => m[1])).size >= 2;
}

/** Analytics rules and hunting queries as Sentinel's YAML templates write them. */
export function readYamlRules(path: string, text: string): ReadDetections {
  const lines = new LineIndex(text);
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: counter, uniqueKeys: true, logLevel: 'silent' });
  const problems: DetectionProblem[] = [];
  const detections: Detection[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    for (const fault of document.errors) {
      // One character is hard to see: the whole word is marked, such as a key that is there twice.
      const marked = /^[\w.-]*/.exec(text.slice(fault.pos[0], fault.pos[0] + 100))![0].length || 1;
      problems.push({
        severity: 'error',
        code: 'GL101',
        message: `This rule cannot be read as YAML: ${fault.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')}`,
        range: lines.range(fault.pos[0], Math.max(fault.pos[1], fault.pos[0] + marked)),
      });
    }
    const root = document.contents;
    if (isMap(root)) readRule(path, text, lines, root, detections, problems);
    else if (isSeq(root)) {
      for (const item of root.items) if (isMap(item)) readRule(path, text, lines, item, detections, problems);
    }
  }
  return { detections, problems };
}

function readRule(
  path: string,
  text: string,
  lines: LineIndex,
  map: YAMLMap,
  detections: Detection[],
  problems: DetectionProblem[],
): void {
  const query =
    fieldOf(map, 'query') ??
    (isMap(fieldOf(map, 'queryCondition'))
      ? fieldOf(fieldOf(map, 'queryCondition') as YAMLMap, 'queryText')
      : undefined);
  if (query === undefined) return;
  const embedded = isScalar(query) ? embeddedScalar(text, query as Scalar) : null;
  if (!embedded || embedded.text.trim() === '') {
    problems.push({
      severity: 'error',
      code: 'GL102',
      message: 'The rule has no query text.',
      range: rangeOf(lines, query as Node),
    });
    return;
  }
  const name = textOf(fieldOf(map, 'name')) ?? textOf(fieldOf(map, 'displayName'));
  const kind = textOf(fieldOf(map, 'kind'))?.toLowerCase();
  const period = spanOf({ text, lines }, map, 'queryPeriod', problems);
  const frequency = spanOf({ text, lines }, map, 'queryFrequency', problems);
  const file = fileStem(path);
  detections.push({
    id: textOf(fieldOf(map, 'id')) ?? (detections.length ? `${file}-${detections.length + 1}` : file),
    name: name ?? file,
    file: path,
    kind:
      kind === 'nrt' ? 'nrt' : period !== null || frequency !== null || kind === 'scheduled' ? 'scheduled' : 'hunting',
    kql: embedded.text,
    embedded,
    queryPeriod: period,
    queryFrequency: frequency,
    severity: textOf(fieldOf(map, 'severity')),
    tactics: listOf(fieldOf(map, 'tactics')),
    techniques: [...listOf(fieldOf(map, 'relevantTechniques')), ...listOf(fieldOf(map, 'techniques'))],
    entityMappings: entityMappings(lines, fieldOf(map, 'entityMappings')),
    settings: ruleSettings({ text, lines }, map),
    range: lines.range(embedded.hostStart, embedded.hostEnd),
  });
}
