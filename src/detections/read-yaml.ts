import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type Scalar, type YAMLMap } from 'yaml';
import { LineIndex, type Range } from '../base/text';
import { parseSpan } from '../base/time';
import type { Detection, DetectionProblem, EntityMapping, ReadDetections } from './detection';
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
      problems.push({
        severity: 'error',
        code: 'GL101',
        message: `This rule cannot be read as YAML: ${fault.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')}`,
        range: lines.range(fault.pos[0], Math.max(fault.pos[1], fault.pos[0] + 1)),
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

const rangeOf = (lines: LineIndex, node: Node | null | undefined): Range =>
  lines.range(node?.range?.[0] ?? 0, node?.range?.[1] ?? 0);

function field(map: YAMLMap, key: string): unknown {
  return map.get(key, true);
}
function textOf(node: unknown): string | null {
  return isScalar(node) && node.value !== null ? String(node.value) : null;
}
function listOf(node: unknown): string[] {
  if (isSeq(node)) return node.items.flatMap((i) => textOf(i) ?? []);
  const one = textOf(node);
  return one ? one.split(/\s*,\s*/).filter(Boolean) : [];
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
    field(map, 'query') ??
    (isMap(field(map, 'queryCondition')) ? field(field(map, 'queryCondition') as YAMLMap, 'queryText') : undefined);
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
  const name = textOf(field(map, 'name')) ?? textOf(field(map, 'displayName'));
  const kind = textOf(field(map, 'kind'))?.toLowerCase();
  const spanOf = (key: string) => {
    const node = field(map, key);
    const written = textOf(node);
    if (written === null) return null;
    const value = parseSpan(written);
    if (value === undefined) {
      problems.push({
        severity: 'error',
        code: 'GL103',
        message: `${key} is “${written}”: write a span such as 1h, 14d or PT5M.`,
        range: rangeOf(lines, node as Node),
      });
    }
    return value ?? null;
  };
  const period = spanOf('queryPeriod');
  const frequency = spanOf('queryFrequency');
  const file = path
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\.[^.]*$/, '');
  detections.push({
    id: textOf(field(map, 'id')) ?? (detections.length ? `${file}-${detections.length + 1}` : file),
    name: name ?? file,
    file: path,
    kind:
      kind === 'nrt' ? 'nrt' : period !== null || frequency !== null || kind === 'scheduled' ? 'scheduled' : 'hunting',
    kql: embedded.text,
    embedded,
    queryPeriod: period,
    queryFrequency: frequency,
    severity: textOf(field(map, 'severity')),
    tactics: listOf(field(map, 'tactics')),
    techniques: [...listOf(field(map, 'relevantTechniques')), ...listOf(field(map, 'techniques'))],
    entityMappings: entityMappings(lines, field(map, 'entityMappings')),
    range: lines.range(embedded.hostStart, embedded.hostEnd),
  });
}

function entityMappings(lines: LineIndex, node: unknown): EntityMapping[] {
  if (!isSeq(node)) return [];
  return node.items.flatMap((entity) => {
    if (!isMap(entity)) return [];
    const fields = field(entity, 'fieldMappings');
    if (!isSeq(fields)) return [];
    return fields.items.flatMap((f) => {
      if (!isMap(f)) return [];
      const column = field(f, 'columnName');
      const written = textOf(column);
      if (written === null) return [];
      return {
        entity: textOf(field(entity, 'entityType')) ?? '',
        identifier: textOf(field(f, 'identifier')) ?? '',
        column: written,
        range: rangeOf(lines, column as Node),
      };
    });
  });
}
