import { stringify } from 'yaml';
import { ZONE } from '../clock-shapes';
import { ADMIN, people, upns } from '../directory';
import { sourceModels } from '../tables';
import { DATAVERSE_FILES } from '../tables/power';

/** `gapline.yaml`: what files cannot say of themselves. */
export function gaplineYaml(): string {
  const zoned = [...sourceModels.values()].filter((m) => m.shape !== 'flat' && m.shape !== 'batch').map((m) => m.id);
  const sources: Record<string, Record<string, unknown>> = {};
  for (const id of zoned) sources[id] = { seasonalZone: ZONE };
  sources['DataverseActivity'] = { files: DATAVERSE_FILES, ingestion: 'ReceivedAt', seasonalZone: ZONE };
  sources['AzureDiagnostics/MICROSOFT.KEYVAULT'] = {
    filter: 'ResourceProvider == "MICROSOFT.KEYVAULT" and Category == "AuditEvent"',
  };
  const expected = [...sourceModels.keys()].filter((id) => id !== 'SecurityAlert');
  return `# What these exports cannot say of themselves. See the README for every key.
${stringify({ now: '2024-10-13T00:00:00Z', zone: 'UTC', expect: expected, sources }, { lineWidth: 0 })}`;
}

export const watchlists: Readonly<Record<string, string>> = {
  'watchlists/break-glass.csv': `SearchKey,Account,Owner,Purpose
${upns[ADMIN.breakGlass]!},break.glass,identity.admin,Emergency access
`,
  'watchlists/privileged-people.csv': `SearchKey,Name,Department
${[ADMIN.ops, ADMIN.identity, ADMIN.cloud, 2, 3, 4].map((p) => `${upns[p]!},${people[p]!.name},${people[p]!.department}`).join('\n')}
`,
};
