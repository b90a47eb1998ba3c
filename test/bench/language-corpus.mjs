// Queries of a made-up repository for bench and fuzz: the same on every machine.
const TABLES = [
  ['SigninLogs', 'UserPrincipalName', 'IPAddress', 'ResultType', 'LocationDetails'],
  ['AuditLogs', 'Identity', 'CorrelationId', 'OperationName', 'AdditionalDetails'],
  ['SecurityEvent', 'TargetUserName', 'IpAddress', 'EventID', 'EventData'],
  ['OfficeActivity', 'UserId', 'ClientIP', 'Operation', 'Parameters'],
  ['DeviceProcessEvents', 'AccountName', 'DeviceName', 'ActionType', 'AdditionalFields'],
  ['CommonSecurityLog', 'DestinationUserName', 'DestinationIP', 'DeviceAction', 'AdditionalExtensions'],
];

/** A small generator of numbers in [0, 1), the same on every machine. */
export function chance(seed) {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 4294967296;
  };
}

/** A query of ten lines; `i` makes it unlike the others. */
export function query(i) {
  const [table, who, where, what, bag] = TABLES[i % TABLES.length];
  const [other, , , kind] = TABLES[(i + 1 + (i >> 3)) % TABLES.length];
  return `// Query ${i}: ${table} against ${other}
let lookback${i} = ${1 + (i % 14)}d;
${table}
| where TimeGenerated > ago(lookback${i})
| where ${what} has_any ("a${i}", "b${i}") and isnotempty(${who})
| extend Detail${i} = tostring(parse_json(tostring(${bag})).detail)
| join kind=leftouter (${other} | where TimeGenerated > ago(1h) | summarize Seen = count() by ${kind}) on $left.${what} == $right.${kind}
| summarize Rows = count(), Users = dcount(${who}) by ${where}, Detail${i}, bin(TimeGenerated, 1h)
| where Rows > ${i}
| order by Rows desc
`;
}

/** 182 queries, 2,001 lines. */
export const longDocument = () => Array.from({ length: 182 }, (_, i) => query(i)).join('\n');

/** A Sentinel rule around a query of thirty lines. */
export function rule(i) {
  const filters = Array.from({ length: 20 }, (_, n) => `| where UserPrincipalName != "service${i}-${n}@example.com"`);
  const lines = [...query(i).trim().split('\n'), ...filters.map((f) => f.replace('UserPrincipalName', `Detail${i}`))];
  return `id: 00000000-0000-0000-0000-${String(i).padStart(12, '0')}
name: Rule ${i}
description: |
  Says what it is for.
severity: Medium
queryFrequency: 1h
queryPeriod: 14d
triggerOperator: gt
triggerThreshold: 0
tactics:
  - InitialAccess
relevantTechniques:
  - T1078
query: |
${lines.map((l) => `  ${l}`).join('\n')}
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: Rows
`;
}

/** The same rule as an ARM template holds it. */
export const armRule = (i) =>
  JSON.stringify(
    {
      resources: [
        {
          type: 'Microsoft.SecurityInsights/alertRules',
          properties: { displayName: `Rule ${i}`, query: query(i), queryPeriod: 'P14D', queryFrequency: 'PT1H' },
        },
      ],
    },
    null,
    2,
  );
