import { isMap, isScalar, type Pair, parseDocument, type Scalar, visit, type YAMLMap } from 'yaml';
import { fileStem, LineIndex } from '../base/text';
import type { Detection, DetectionProblem, ReadDetections } from './detection';
import {
  entityMappings,
  fieldOf,
  inStyle,
  listOf,
  noSettings,
  type RuleSource,
  ruleSettings,
  spanOf,
  textOf,
} from './read-rule';
import { embeddedScalar } from './yaml-scalar';

/** True when a JSON text may hold rules: exported rules, templates and custom detections name what they are. */
export function looksLikeArmRule(text: string): boolean {
  return (
    /alertRules|savedSearches|scheduledQueryRules|queryCondition|"queryFrequency"|"kind"\s*:\s*"(?:Scheduled|NRT)"/i.test(
      text,
    ) && /"query(?:Text)?"\s*:/.test(text)
  );
}

/** Kind of a rule: what stands beside `properties` says it, or a period among them. */
function kindOf(map: YAMLMap, around: YAMLMap | undefined): Detection['kind'] {
  const kind = (textOf(fieldOf(map, 'kind')) ?? (around ? textOf(fieldOf(around, 'kind')) : null))?.toLowerCase();
  if (kind === 'nrt') return 'nrt';
  if (kind === 'scheduled' || fieldOf(map, 'queryPeriod') !== undefined) return 'scheduled';
  return 'hunting';
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
      if (!map || !isScalar(pair.value)) return;
      const rule = queryOf(
        source,
        path,
        detections.length,
        { query: pair.value as Scalar, map, around: maps.at(-2) },
        problems,
      );
      if (rule) detections.push(rule);
    },
  });
  return { detections, problems };
}

interface Found {
  readonly query: Scalar;
  readonly map: YAMLMap;
  /** The map around the properties. */
  readonly around: YAMLMap | undefined;
}

function queryOf(
  source: RuleSource,
  path: string,
  before: number,
  { query, map, around }: Found,
  problems: DetectionProblem[],
): Detection | null {
  const written = embeddedScalar(source.text, query);
  // `[concat(…)]` is an ARM expression, not KQL.
  if (!written || written.text.trim() === '' || /^\[(?!\[).*\]$/s.test(written.text.trim())) return null;
  const embedded = inStyle(written, 'json');
  const file = fileStem(path);
  const outer = around && fieldOf(map, 'displayName') === undefined ? around : map;
  return {
    id: textOf(fieldOf(map, 'alertRuleTemplateName')) ?? `${file}-${before + 1}`,
    name: textOf(fieldOf(outer, 'displayName')) ?? file,
    file: path,
    kind: kindOf(map, around),
    kql: embedded.text,
    embedded,
    queryPeriod: spanOf(source, map, 'queryPeriod', problems),
    queryFrequency: spanOf(source, map, 'queryFrequency', problems),
    severity: textOf(fieldOf(map, 'severity')),
    tactics: listOf(fieldOf(map, 'tactics')),
    techniques: listOf(fieldOf(map, 'techniques')),
    entityMappings: entityMappings(source.lines, fieldOf(map, 'entityMappings')),
    settings:
      fieldOf(map, 'queryPeriod') === undefined && kindOf(map, around) !== 'nrt'
        ? noSettings
        : ruleSettings(source, map),
    range: source.lines.range(embedded.hostStart, embedded.hostEnd),
  };
}
