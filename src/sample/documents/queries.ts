/** Hunting detections and starter queries, as plain KQL. */
export const huntingQueries: Readonly<Record<string, string>> = {
  'detections/forwarding-rule.kql': `// name: Inbox rule that forwards mail out of the house
// severity: High
// tactics: Collection
// techniques: T1114.003
// queryFrequency: 1h
// queryPeriod: 1d
OfficeActivity
| where TimeGenerated > ago(1d)
| where Operation in ("New-InboxRule", "Set-InboxRule")
| mv-apply Parameter = parse_json(Parameters) on (
    where tostring(Parameter.Name) in ("ForwardTo", "RedirectTo", "ForwardAsAttachmentTo")
    | project Receiver = tostring(Parameter.Value)
    )
| where Receiver !endswith "@alderwick.example"
| project TimeGenerated, UserId, ClientIP, Operation, Receiver
`,
  'detections/remote-desktop-guessing.kql': `// name: Remote desktop opened after many refused logons
// severity: High
// tactics: CredentialAccess
// techniques: T1110.001
// queryFrequency: 1h
// queryPeriod: 1d
DeviceLogonEvents
| where Timestamp > ago(1d)
| where LogonType == "RemoteInteractive"
| summarize
    Refused = countif(ActionType == "LogonFailed"),
    Accounts = dcountif(AccountName, ActionType == "LogonFailed"),
    Opened = make_set_if(AccountName, ActionType == "LogonSuccess", 10),
    First = min(Timestamp),
    Last = max(Timestamp)
    by DeviceName, RemoteIP
| where Refused >= 30 and array_length(Opened) > 0
`,
  'detections/release-signed-by-stranger.kql': `// name: Release certificate used by somebody who does not sign releases
// severity: High
// tactics: DefenseEvasion
// techniques: T1553.002
// queryFrequency: 1d
// queryPeriod: 14d
let signers = AzureDiagnostics
    | where TimeGenerated between (ago(14d) .. ago(1d))
    | where ResourceProvider == "MICROSOFT.CODESIGNING" and Category == "SignTransactions"
    | distinct ruleName_s, Caller_s;
AzureDiagnostics
| where TimeGenerated > ago(1d)
| where ResourceProvider == "MICROSOFT.CODESIGNING" and Category == "SignTransactions"
| where ResultType == "Succeeded"
| join kind=leftanti signers on ruleName_s, Caller_s
| summarize Transactions = count(), First = min(TimeGenerated), Last = max(TimeGenerated) by Profile = ruleName_s, Caller_s
`,
  'detections/break-glass-used.kql': `// name: Emergency account used
// severity: High
// tactics: InitialAccess
// techniques: T1078.004
// queryFrequency: 1h
// queryPeriod: 1d
let emergency = _GetWatchlist("break-glass") | project Account = tolower(SearchKey);
SigninLogs
| where TimeGenerated > ago(1d)
| where tolower(UserPrincipalName) in (emergency)
| project CreatedDateTime, UserPrincipalName, IPAddress, Location, ResultType, ResultDescription, AppDisplayName
`,
};

export const starterQueries: Readonly<Record<string, string>> = {
  'queries/volumes.kql': `// How many sign-ins a day? The timeline shows which of these days were incomplete.
SigninLogs
| where CreatedDateTime between (datetime(2024-08-19) .. datetime(2024-10-06))
| summarize SignIns = count(), Refused = countif(ResultType != "0") by Day = bin(CreatedDateTime, 1d)
| render timechart

// The same for everything that shares AzureDiagnostics: a filter decides which log source is read.
AzureDiagnostics
| where TimeGenerated between (datetime(2024-08-19) .. datetime(2024-10-06))
| summarize Rows = count() by ResourceProvider, Day = bin(TimeGenerated, 1d)
| render timechart

// What the billing pipeline counted: a second witness, keyed to the time of arrival.
Usage
| where DataType in ("SigninLogs", "AuditLogs", "AADNonInteractiveUserSignInLogs")
| summarize Megabytes = sum(Quantity) by DataType, Day = bin(StartTime, 1d)
| sort by DataType asc, Day asc
`,
  'queries/incident-hunt.kql': `// Who changed what in the directory while logs were being lost?
AuditLogs
| where ActivityDateTime between (datetime(2024-09-02 23:00) .. datetime(2024-10-03))
| where Category in ("RoleManagement", "Policy", "ApplicationManagement")
| extend Actor = coalesce(tostring(InitiatedBy.user.userPrincipalName), tostring(InitiatedBy.app.displayName))
| summarize Changes = count(), Operations = make_set(OperationName, 10) by Actor, Day = bin(ActivityDateTime, 1d)
| sort by Day asc

// How late did rows arrive?
LogicAppWorkflowRuntime
| where StartTime between (datetime(2024-09-01) .. datetime(2024-10-06))
| extend Delay = ingestion_time() - StartTime
| summarize Median = percentile(Delay, 50), Worst = max(Delay) by bin(StartTime, 6h)
| sort by StartTime asc

// Addresses from which sign-ins came during the incident and never before.
let before = SigninLogs
    | where CreatedDateTime between (datetime(2024-07-15) .. datetime(2024-09-02))
    | distinct IPAddress;
SigninLogs
| where CreatedDateTime between (datetime(2024-09-02 23:00) .. datetime(2024-10-03))
| where IPAddress !in (before)
| summarize SignIns = count(), People = dcount(UserPrincipalName), Countries = make_set(Location) by IPAddress
| top 20 by SignIns desc
`,
};
