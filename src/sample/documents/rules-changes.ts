import type { SampleRule } from './rule';

const ENTRA = 'AzureActiveDirectory';

/** Rules on changes in the directory and in the platform. */
export const changeRules: readonly SampleRule[] = [
  {
    file: 'secret-then-sign-in',
    name: 'New secret on an application, then a sign-in from elsewhere',
    description:
      'An application got a new secret and signed in within two hours from an address that it had not used in the week before.',
    severity: 'High',
    connectors: [[ENTRA, ['AuditLogs', 'AADServicePrincipalSignInLogs']]],
    frequency: 'PT1H',
    period: 'P7D',
    tactics: ['Persistence'],
    techniques: ['T1098.001'],
    query: `
let known = AADServicePrincipalSignInLogs
    | where TimeGenerated between (ago(7d) .. ago(1d))
    | distinct ServicePrincipalName, IPAddress;
AuditLogs
| where TimeGenerated > ago(1d)
| where OperationName has "Certificates and secrets management" and Result == "success"
| mv-expand Target = TargetResources
| extend
    ServicePrincipalName = tostring(Target.displayName),
    Actor = tostring(InitiatedBy.user.userPrincipalName),
    ActorAddress = tostring(InitiatedBy.user.ipAddress)
| project SecretAt = ActivityDateTime, ServicePrincipalName, Actor, ActorAddress
| join kind=inner (
    AADServicePrincipalSignInLogs
    | where TimeGenerated > ago(1d) and ResultType == "0"
    | join kind=leftanti known on ServicePrincipalName, IPAddress
    | project SignInAt = CreatedDateTime, ServicePrincipalName, IPAddress, ResourceDisplayName
    ) on ServicePrincipalName
| where SignInAt between (SecretAt .. 2h)
| summarize FirstSignIn = min(SignInAt), SignIns = count(), Resources = make_set(ResourceDisplayName, 10)
    by ServicePrincipalName, Actor, ActorAddress, SecretAt, IPAddress`,
    entities: [
      ['Account', 'FullName', 'Actor'],
      ['IP', 'Address', 'IPAddress'],
      ['CloudApplication', 'Name', 'ServicePrincipalName'],
    ],
  },
  {
    file: 'consent-to-read-mail',
    name: 'Consent that lets an application read mail',
    description: 'Somebody consented to an application whose permissions reach mail and outlive the session.',
    severity: 'High',
    connectors: [[ENTRA, ['AuditLogs']]],
    frequency: 'PT1H',
    period: 'P1D',
    tactics: ['Persistence', 'Collection'],
    techniques: ['T1528', 'T1114'],
    query: `
AuditLogs
| where TimeGenerated > ago(1d)
| where OperationName == "Consent to application" and Result == "success"
| mv-expand Target = TargetResources
| mv-expand Property = Target.modifiedProperties
| where tostring(Property.displayName) == "ConsentAction.Permissions"
| extend Permissions = tostring(parse_json(tostring(Property.newValue)))
| where Permissions has_any ("Mail.Read", "Mail.ReadWrite", "Mail.Send") and Permissions has "offline_access"
| project
    ActivityDateTime,
    Application = tostring(Target.displayName),
    Permissions,
    Actor = tostring(InitiatedBy.user.userPrincipalName),
    ActorAddress = tostring(InitiatedBy.user.ipAddress)`,
    entities: [
      ['Account', 'FullName', 'Actor'],
      ['IP', 'Address', 'ActorAddress'],
      ['CloudApplication', 'Name', 'Application'],
    ],
  },
  {
    file: 'privileged-role-given',
    name: 'Privileged role given',
    description: 'A role that rules the directory was given to somebody.',
    severity: 'High',
    connectors: [[ENTRA, ['AuditLogs']]],
    frequency: 'PT1H',
    period: 'P1D',
    tactics: ['PrivilegeEscalation', 'Persistence'],
    techniques: ['T1098.003'],
    query: `
let roles = dynamic(["Global Administrator", "Privileged Role Administrator", "Application Administrator"]);
AuditLogs
| where TimeGenerated > ago(1d)
| where OperationName has "Add member to role" and Result == "success"
| mv-expand Target = TargetResources
| mv-expand Property = Target.modifiedProperties
| where tostring(Property.displayName) == "Role.DisplayName"
| extend Role = trim('"', tostring(Property.newValue))
| where Role in (roles)
| project
    ActivityDateTime,
    Role,
    Receiver = tostring(Target.userPrincipalName),
    Actor = tostring(InitiatedBy.user.userPrincipalName),
    ActorAddress = tostring(InitiatedBy.user.ipAddress)`,
    entities: [
      ['Account', 'FullName', 'Receiver'],
      ['Account', 'FullName', 'Actor'],
      ['IP', 'Address', 'ActorAddress'],
    ],
  },
  {
    file: 'conditional-access-weakened',
    name: 'Conditional access policy changed or deleted',
    description: 'A conditional access policy was changed or deleted by a person.',
    severity: 'Medium',
    connectors: [[ENTRA, ['AuditLogs']]],
    frequency: 'PT1H',
    period: 'P1D',
    tactics: ['DefenseEvasion'],
    techniques: ['T1556'],
    query: `
AuditLogs
| where TimeGenerated > ago(1d)
| where LoggedByService == "Conditional Access"
| where OperationName in~ ("Update conditional access policy", "Delete conditional access policy")
| extend
    Policy = tostring(TargetResources[0].displayName),
    Actor = tostring(InitiatedBy.user.userPrincipalName),
    ActorAddress = tostring(InitiatedBy.user.ipAddress)
| where isnotempty(Actor)
| summarize Changes = make_list(OperationName, 10), First = min(ActivityDateTime), Last = max(ActivityDateTime)
    by Policy, Actor, ActorAddress`,
    entities: [
      ['Account', 'FullName', 'Actor'],
      ['IP', 'Address', 'ActorAddress'],
    ],
  },
  {
    file: 'diagnostic-setting-removed',
    name: 'Diagnostic setting removed',
    description: 'Logs of a resource go nowhere any more: somebody removed its diagnostic setting.',
    severity: 'Medium',
    connectors: [['AzureActivity', ['AzureActivity']]],
    frequency: 'PT1H',
    period: 'P1D',
    tactics: ['DefenseEvasion'],
    techniques: ['T1562.008'],
    query: `
AzureActivity
| where TimeGenerated > ago(1d)
| where OperationNameValue =~ "MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE"
| where ActivityStatusValue =~ "Success"
| extend Target = tostring(split(_ResourceId, "/providers/microsoft.insights/")[0])
| project TimeGenerated, Caller, CallerIpAddress, Target, ResourceGroup`,
    entities: [
      ['Account', 'FullName', 'Caller'],
      ['IP', 'Address', 'CallerIpAddress'],
      ['AzureResource', 'ResourceId', 'Target'],
    ],
  },
];
