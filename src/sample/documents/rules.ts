import { stringify } from 'yaml';
import { hashText } from '../../base/random';
import { HOUR, parseSpan } from '../../base/time';
import { guidOf } from '../directory';
import type { SampleRule } from './rule';
import { changeRules } from './rules-changes';
import { dataRules } from './rules-data';
import { signInRules } from './rules-signins';

export const sampleRules: readonly SampleRule[] = [...signInRules, ...changeRules, ...dataRules];

/** Rules as they run, for the health table. */
export const RULES = sampleRules.map((r) => ({ name: r.name, everyMs: parseSpan(r.frequency) ?? HOUR }));

export function ruleYaml(rule: SampleRule): string {
  return stringify(
    {
      id: guidOf(`rule ${rule.file}`),
      name: rule.name,
      description: rule.description,
      severity: rule.severity,
      status: 'Available',
      requiredDataConnectors: rule.connectors.map(([connectorId, dataTypes]) => ({ connectorId, dataTypes })),
      queryFrequency: rule.frequency,
      queryPeriod: rule.period,
      triggerOperator: 'gt',
      triggerThreshold: 0,
      tactics: rule.tactics,
      relevantTechniques: rule.techniques,
      query: `${rule.query.trim()}\n`,
      entityMappings: rule.entities.map(([entityType, identifier, columnName]) => ({
        entityType,
        fieldMappings: [{ identifier, columnName }],
      })),
      version: `1.0.${hashText(rule.file) % 7}`,
      kind: 'Scheduled',
    },
    { lineWidth: 0 },
  );
}
