import type { SampleRule } from './rule';

/** Rules on what is done with data. */
export const dataRules: readonly SampleRule[] = [
  {
    file: 'vault-read-in-bulk',
    name: 'Secrets of a vault read in bulk',
    description: 'One caller reads far more distinct secrets within ten minutes than applications do.',
    severity: 'High',
    connectors: [['AzureKeyVault', ['KeyVaultData']]],
    frequency: 'PT1H',
    period: 'P1D',
    tactics: ['CredentialAccess'],
    techniques: ['T1555.006'],
    query: `
AzureDiagnostics
| where TimeGenerated > ago(1d)
| where ResourceProvider == "MICROSOFT.KEYVAULT" and Category == "AuditEvent"
| where OperationName in ("SecretGet", "SecretList", "SecretBackup") and ResultType == "Success"
| summarize Secrets = dcount(requestUri_s), Reads = count(), Operations = make_set(OperationName, 5)
    by Caller = tostring(identity_claim_appid_g), CallerIPAddress, Resource, Window = bin(TimeGenerated, 10m)
| where Secrets >= 20`,
    entities: [['IP', 'Address', 'CallerIPAddress']],
  },
  {
    file: 'patient-records-in-bulk',
    name: 'Patient records read in bulk',
    description:
      'One caller reads patient records at a pace that no ward has. Counts over an hour, so that a hole in the log hides it.',
    severity: 'High',
    connectors: [['AzureHealthcareApis', ['MicrosoftHealthcareApisAuditLogs']]],
    frequency: 'PT1H',
    period: 'P1D',
    tactics: ['Collection', 'Exfiltration'],
    techniques: ['T1530'],
    query: `
MicrosoftHealthcareApisAuditLogs
| where TimeGenerated > ago(1d)
| where FhirResourceType == "Patient" and StatusCode < 300
| extend Caller = coalesce(tostring(CallerIdentity.upn), tostring(CallerIdentity.name))
| summarize Reads = countif(OperationName == "read"), Exports = countif(OperationName == "export")
    by Caller, CallerIPAddress, Window = bin(TimeGenerated, 1h)
| where Reads >= 150 or Exports > 0`,
    entities: [
      ['Account', 'FullName', 'Caller'],
      ['IP', 'Address', 'CallerIPAddress'],
    ],
  },
];
