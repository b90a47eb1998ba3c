/** A small review that has nothing wrong with it. */
export const EXAMPLE = `# a review
pir: 1
id: ms-example
title: Example Logging - partial log records
vendorIds: [ZZ0X-T1T]
stage: final
review: in-review
sources:
  src-final: {kind: vendor-pir, file: sources/final.md}
windows:
  w-signin:
    service: Example Identity
    sources: [SigninLogs]
    kind: loss          # loss | delay | duplicate
    start: "2031-03-04T02:10Z"
    end: "2031-03-05"
    lossEstimate: {percent: 4, basis: vendor}
    claims: [c-001]
  w-diag:
    service: Example Monitor
    sources: [AzureDiagnostics/MICROSOFT.LOGIC]
    kind: delay
    start: "2031-03-04T01:50Z~"
    end:
      latest: "2031-03-05"
      said: by the end of 5 March
    claims: [c-002]
claims:
  c-001:
    text: About 4% of sign-in records are missing.
    kind: loss
    at: {source: src-final, quote: About 4% of records are missing}
    results: {}
  c-002:
    text: Diagnostic records arrived late.
    kind: delay
evidence: {}
`;
