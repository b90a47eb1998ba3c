import { isMap, isPair, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml';
import { fileStem, type LineIndex, type Range } from '../base/text';
import { parseSpan, type Span } from '../base/time';
import type { Detection, DetectionProblem, EntityMapping, RuleColumn, RuleSettings } from './detection';
import { type EmbeddedText, mappedText } from './offset-map';
import { embeddedScalar } from './yaml-scalar';

/** Parts of a rule that YAML templates, ARM templates and exported rules write under the same keys. */

/** What is read of a file. */
export interface RuleSource {
  readonly text: string;
  readonly lines: LineIndex;
  /** The text of a scalar where the file is no YAML. */
  readonly embedded?: (node: Scalar) => EmbeddedText | null;
}

export const fieldOf = (map: YAMLMap, key: string): unknown => map.get(key, true);

export function textOf(node: unknown): string | null {
  return isScalar(node) && node.value !== null ? String(node.value) : null;
}

export function listOf(node: unknown): string[] {
  if (isSeq(node)) return node.items.flatMap((i) => textOf(i) ?? []);
  const one = textOf(node);
  return one ? one.split(/\s*,\s*/).filter(Boolean) : [];
}

/** Where a value stands; of one in quotes, what is between them. */
export function rangeOf(lines: LineIndex, node: Node | null | undefined): Range {
  const [start, end] = node?.range ?? [0, 0];
  const quoted = isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') && end - start > 1;
  return quoted ? lines.range(start + 1, end - 1) : lines.range(start, end);
}

/** A span under a key; one that cannot be read is a problem. */
export function spanOf(source: RuleSource, map: YAMLMap, key: string, problems: DetectionProblem[]): Span | null {
  const node = fieldOf(map, key);
  const written = textOf(node);
  // `[parameters('period')]` is worked out when the template is deployed.
  if (written === null || /^\[.*\]$/s.test(written)) return null;
  const value = parseSpan(written);
  if (value === undefined) {
    problems.push({
      severity: 'error',
      code: 'GL103',
      message: `${key} is “${written}”: write a span such as 1h, 14d or PT5M.`,
      range: rangeOf(source.lines, node as Node),
    });
  }
  return value ?? null;
}

export function entityMappings(lines: LineIndex, node: unknown): EntityMapping[] {
  if (!isSeq(node)) return [];
  return node.items.flatMap((entity) => {
    if (!isMap(entity)) return [];
    const fields = fieldOf(entity, 'fieldMappings');
    if (!isSeq(fields)) return [];
    return fields.items.flatMap((f) => {
      if (!isMap(f)) return [];
      const column = fieldOf(f, 'columnName');
      const written = textOf(column);
      if (written === null) return [];
      return {
        entity: textOf(fieldOf(entity, 'entityType')) ?? '',
        identifier: textOf(fieldOf(f, 'identifier')) ?? '',
        column: written,
        range: rangeOf(lines, column as Node),
      };
    });
  });
}

/** A column that a scalar names as a whole. */
const namedColumn = (lines: LineIndex, use: string, node: unknown): RuleColumn[] => {
  const column = textOf(node);
  return column ? [{ use, column, range: rangeOf(lines, node as Node) }] : [];
};

/** `{{column}}` in a text, each where it stands. */
function placeholders(source: RuleSource, use: string, node: unknown): RuleColumn[] {
  if (!isScalar(node)) return [];
  const written = source.embedded ? source.embedded(node as Scalar) : embeddedScalar(source.text, node as Scalar);
  if (!written) return [];
  return [...written.text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].flatMap((m) => {
    const column = m[1]!;
    if (column === '') return [];
    const start = m.index + m[0].indexOf(column);
    return {
      use,
      column,
      range: source.lines.range(written.toHost(start), written.toHost(start + column.length)),
    };
  });
}

const OVERRIDES = [
  'alertDisplayNameFormat',
  'alertDescriptionFormat',
  'alertTacticsColumnName',
  'alertSeverityColumnName',
];

/** customDetails, alertDetailsOverride and incident grouping: columns that they name, and what has limits. */
export function ruleSettings(source: RuleSource, map: YAMLMap): RuleSettings {
  const { lines } = source;
  const columns: RuleColumn[] = [];
  const details = fieldOf(map, 'customDetails');
  const pairs = isMap(details) ? details.items.filter(isPair) : [];
  for (const pair of pairs) columns.push(...namedColumn(lines, `custom detail ${String(pair.key)}`, pair.value));
  const override = fieldOf(map, 'alertDetailsOverride');
  const formats: { key: string; placeholders: number; range: Range }[] = [];
  if (isMap(override)) {
    for (const key of OVERRIDES) {
      const node = fieldOf(override, key);
      if (key.endsWith('ColumnName')) columns.push(...namedColumn(lines, key, node));
      else {
        const found = placeholders(source, key, node);
        columns.push(...found);
        if (isScalar(node)) formats.push({ key, placeholders: found.length, range: rangeOf(lines, node as Node) });
      }
    }
    const dynamicProperties = fieldOf(override, 'alertDynamicProperties');
    if (isSeq(dynamicProperties)) {
      for (const p of dynamicProperties.items) {
        if (!isMap(p)) continue;
        const name = textOf(fieldOf(p, 'alertProperty')) ?? 'alert property';
        columns.push(...namedColumn(lines, name, fieldOf(p, 'value')));
      }
    }
  }
  const at = (key: string, within: YAMLMap = map) => {
    const node = fieldOf(within, key);
    return node === undefined || node === null ? null : { text: textOf(node), range: rangeOf(lines, node as Node) };
  };
  const grouping = fieldOf(map, 'eventGroupingSettings');
  const schedule = fieldOf(map, 'schedule');
  const every = isMap(schedule) ? at('period', schedule) : null;
  return {
    columns,
    formats,
    customDetails: pairs.length,
    detailsRange: isMap(details) ? rangeOf(lines, details) : null,
    aggregation: isMap(grouping) ? at('aggregationKind', grouping) : null,
    period: at('queryPeriod'),
    frequency: at('queryFrequency'),
    continuous: every && /^0$|^continuous$/i.test(every.text ?? '') ? every : null,
    trigger: at('triggerOperator') ?? at('triggerThreshold'),
  };
}

/** Settings of a query that is no rule. */
export const noSettings: RuleSettings = {
  columns: [],
  formats: [],
  customDetails: 0,
  detailsRange: null,
  aggregation: null,
  period: null,
  frequency: null,
  continuous: null,
  trigger: null,
};

/** A query in a template's object, and the object around that. */
export interface TemplateQuery {
  readonly embedded: EmbeddedText;
  readonly map: YAMLMap;
  readonly around: YAMLMap | undefined;
}

/** Kind of a rule: what stands beside `properties` says it, or a period among them. */
function kindOf(map: YAMLMap, around: YAMLMap | undefined): Detection['kind'] {
  const kind = (textOf(fieldOf(map, 'kind')) ?? (around ? textOf(fieldOf(around, 'kind')) : null))?.toLowerCase();
  if (kind === 'nrt') return 'nrt';
  if (kind === 'scheduled' || fieldOf(map, 'queryPeriod') !== undefined) return 'scheduled';
  return 'hunting';
}

/** A rule as templates write it, the `number`-th of its file: the query among its properties, the kind beside them. */
export function templateRule(
  source: RuleSource,
  path: string,
  number: number,
  { embedded, map, around }: TemplateQuery,
  problems: DetectionProblem[],
): Detection {
  const file = fileStem(path);
  const outer = around && fieldOf(map, 'displayName') === undefined ? around : map;
  const kind = kindOf(map, around);
  return {
    id: textOf(fieldOf(map, 'alertRuleTemplateName')) ?? `${file}-${number}`,
    name: textOf(fieldOf(outer, 'displayName')) ?? file,
    file: path,
    kind,
    kql: embedded.text,
    embedded,
    queryPeriod: spanOf(source, map, 'queryPeriod', problems),
    queryFrequency: spanOf(source, map, 'queryFrequency', problems),
    severity: textOf(fieldOf(map, 'severity')),
    tactics: listOf(fieldOf(map, 'tactics')),
    techniques: listOf(fieldOf(map, 'techniques')),
    entityMappings: entityMappings(source.lines, fieldOf(map, 'entityMappings')),
    settings: settingsOf(source, kind, map, outer),
    range: source.lines.range(embedded.hostStart, embedded.hostEnd),
  };
}

/** A custom detection keeps its schedule beside the object of its query; a saved query has no settings. */
function settingsOf(source: RuleSource, kind: Detection['kind'], map: YAMLMap, outer: YAMLMap): RuleSettings {
  if (kind !== 'hunting') return ruleSettings(source, map);
  const { continuous } = ruleSettings(source, outer);
  return continuous ? { ...noSettings, continuous } : noSettings;
}

/** The same text with another notation, for hosts whose escapes differ. */
export function inStyle(e: EmbeddedText, style: EmbeddedText['style']): EmbeddedText {
  const hostOf = Int32Array.from({ length: e.text.length + 1 }, (_, i) => e.toHost(i));
  return mappedText(e.text, hostOf, style, e.indent, e.hostStart);
}
