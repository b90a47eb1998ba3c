import type { SampleRule } from './rule';

const ENTRA = 'AzureActiveDirectory';

/** Rules on sign-ins of people. */
export const signInRules: readonly SampleRule[] = [
  {
    file: 'password-spray',
    name: 'Many accounts refused from one address',
    description:
      'One address fails with wrong passwords on many accounts within an hour; a success from it afterwards is listed.',
    severity: 'Medium',
    connectors: [[ENTRA, ['SigninLogs']]],
    frequency: 'PT1H',
    period: 'P1D',
    tactics: ['CredentialAccess'],
    techniques: ['T1110'],
    query: `
let refused = SigninLogs
    | where TimeGenerated > ago(1d)
    | where ResultType in ("50126", "50053")
    | summarize Accounts = dcount(UserPrincipalName), Failures = count(), First = min(CreatedDateTime), Last = max(CreatedDateTime)
        by IPAddress, Window = bin(CreatedDateTime, 1h)
    | where Accounts >= 20;
refused
| join kind=leftouter (
    SigninLogs
    | where TimeGenerated > ago(1d) and ResultType == "0"
    | project IPAddress, Opened = UserPrincipalName, OpenedAt = CreatedDateTime
    ) on IPAddress
| summarize Opened = make_set(Opened, 20) by IPAddress, Window, Accounts, Failures, First, Last
| sort by Accounts desc`,
    entities: [['IP', 'Address', 'IPAddress']],
  },
  {
    file: 'country-new-to-person',
    name: 'Sign-in from a country new to the person',
    description: 'A success from a country from which the same person has not signed in during the two weeks before.',
    severity: 'Medium',
    connectors: [[ENTRA, ['SigninLogs']]],
    frequency: 'P1D',
    period: 'P14D',
    tactics: ['InitialAccess'],
    techniques: ['T1078'],
    query: `
let recent = 1d;
let known = SigninLogs
    | where TimeGenerated between (ago(14d) .. ago(recent))
    | where ResultType == "0"
    | summarize Countries = make_set(Location, 50), Days = dcount(bin(TimeGenerated, 1d)) by UserPrincipalName
    | where Days >= 3;
SigninLogs
| where TimeGenerated > ago(recent)
| where ResultType == "0" and isnotempty(Location)
| lookup kind=inner known on UserPrincipalName
| where not(set_has_element(Countries, Location))
| extend City = tostring(LocationDetails.city), Browser = tostring(DeviceDetail.browser)
| project CreatedDateTime, UserPrincipalName, IPAddress, Location, City, Browser, AppDisplayName, RiskLevelDuringSignIn`,
    entities: [
      ['Account', 'FullName', 'UserPrincipalName'],
      ['IP', 'Address', 'IPAddress'],
    ],
  },
  {
    file: 'prompts-until-accepted',
    name: 'Strong authentication pressed until accepted',
    description:
      'Ten or more prompts that were not completed, then one that was, for one person from one address within half an hour.',
    severity: 'High',
    connectors: [[ENTRA, ['SigninLogs']]],
    frequency: 'PT1H',
    period: 'P1D',
    tactics: ['CredentialAccess'],
    techniques: ['T1621'],
    query: `
SigninLogs
| where TimeGenerated > ago(1d)
| where ResultType in ("0", "500121")
| summarize
    Prompts = countif(ResultType == "500121"),
    FirstPrompt = minif(CreatedDateTime, ResultType == "500121"),
    Accepted = maxif(CreatedDateTime, ResultType == "0")
    by UserPrincipalName, IPAddress
| where Prompts >= 10 and Accepted between (FirstPrompt .. 30m)
| project UserPrincipalName, IPAddress, Prompts, FirstPrompt, Accepted`,
    entities: [
      ['Account', 'FullName', 'UserPrincipalName'],
      ['IP', 'Address', 'IPAddress'],
    ],
  },
  {
    file: 'session-without-sign-in',
    name: 'Session used from an address without sign-in',
    description:
      'A session is refreshed from an address at which the same person has not signed in interactively within the week before. Reads two log sources: a hole in SigninLogs makes it fire falsely, a hole in the other makes it blind.',
    severity: 'High',
    connectors: [[ENTRA, ['SigninLogs', 'AADNonInteractiveUserSignInLogs']]],
    frequency: 'PT6H',
    period: 'P7D',
    tactics: ['CredentialAccess', 'LateralMovement'],
    techniques: ['T1528', 'T1550'],
    query: `
let seen = SigninLogs
    | where TimeGenerated > ago(7d)
    | where ResultType == "0"
    | distinct UserPrincipalName, IPAddress;
AADNonInteractiveUserSignInLogs
| where TimeGenerated > ago(1d)
| where ResultType == "0" and Location !in ("AT", "DE", "SK", "CZ", "NL")
| summarize Refreshes = count(), First = min(CreatedDateTime), Last = max(CreatedDateTime), Agents = make_set(UserAgent, 5)
    by UserPrincipalName, IPAddress, Location
| join kind=leftanti seen on UserPrincipalName, IPAddress
| where Refreshes >= 3`,
    entities: [
      ['Account', 'FullName', 'UserPrincipalName'],
      ['IP', 'Address', 'IPAddress'],
    ],
  },
];
