import { valueMeanings } from './value-meanings';

/**
 * Values that a column is often compared with, for completion. Only columns whose values are few and well known; the words
 * are those of the products' own schema references.
 */
const plain: Readonly<Record<string, readonly string[]>> = {
  AlertSeverity: ['"High"', '"Medium"', '"Low"', '"Informational"'],
  RiskLevelDuringSignIn: ['"none"', '"low"', '"medium"', '"high"', '"hidden"'],
  RiskLevelAggregated: ['"none"', '"low"', '"medium"', '"high"', '"hidden"'],
  RiskState: ['"none"', '"confirmedSafe"', '"remediated"', '"dismissed"', '"atRisk"', '"confirmedCompromised"'],
  ConditionalAccessStatus: ['"success"', '"failure"', '"notApplied"'],
  ClientAppUsed: [
    '"Browser"',
    '"Mobile Apps and Desktop clients"',
    '"Exchange ActiveSync"',
    '"IMAP4"',
    '"POP3"',
    '"Authenticated SMTP"',
    '"Other clients"',
  ],
  OfficeWorkload: ['"Exchange"', '"SharePoint"', '"OneDrive"', '"MicrosoftTeams"', '"AzureActiveDirectory"'],
  ResourceProvider: [
    '"MICROSOFT.LOGIC"',
    '"MICROSOFT.KEYVAULT"',
    '"MICROSOFT.NETWORK"',
    '"MICROSOFT.SQL"',
    '"MICROSOFT.HEALTHCAREAPIS"',
    '"MICROSOFT.AUTOMATION"',
  ],
  DeviceVendor: ['"Palo Alto Networks"', '"Fortinet"', '"Check Point"', '"Cisco"', '"Zscaler"', '"F5"'],
};

const NUMBERS = new Set(['EventID', 'LogonType']);
/** Keys in the order in which they are written: numbers as keys of an object would be sorted. */
const written = (column: string, values: readonly string[]): readonly string[] =>
  NUMBERS.has(column) ? values.filter((v) => /^\d+$/.test(v)) : values.map((v) => JSON.stringify(v));

const ofTable = new Map<string, Readonly<Record<string, readonly string[]>>>();

/** Values to offer by column, for a table. Tables without values of their own share one answer. */
export function valueExamplesOf(table: string): Readonly<Record<string, readonly string[]>> {
  const own = Object.keys(valueMeanings).some((key) => key.startsWith(`${table}.`)) ? table : '';
  const known = ofTable.get(own);
  if (known) return known;
  const explained = Object.entries(valueMeanings).flatMap(([key, values]) => {
    const [owner, column] = key.includes('.') ? key.split('.') : [own, key];
    return owner === own && column !== undefined ? [[column, written(column, Object.keys(values))] as const] : [];
  });
  const made = { ...plain, ...Object.fromEntries(explained) };
  ofTable.set(own, made);
  return made;
}
