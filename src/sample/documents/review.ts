import type { PlannedClaim } from '../planted';
import { PIR_FILE, PIR_SHA256 } from './pir';

export const REVIEW_FILE = 'ms-2024-09.pir.yaml';

/** What each claim says, where the document says it, and the window that it belongs to. */
interface Statement {
  readonly window: string;
  readonly service: string;
  readonly kind: 'partial' | 'delay';
  readonly text: string;
  readonly section: string;
  readonly quote: string;
  readonly from?: string;
}
const AFFECTED = 'Affected services';
const STATEMENTS: Readonly<Record<string, Statement>> = {
  'c-001': {
    window: 'w-entra',
    service: 'Microsoft Entra',
    kind: 'partial',
    text: 'Sign-in logs and activity logs are potentially incomplete.',
    section: AFFECTED,
    quote: 'sign-in logs and activity logs were potentially incomplete',
  },
  'c-002': {
    window: 'w-logic-apps',
    service: 'Azure Logic Apps',
    kind: 'partial',
    text: 'Telemetry in Log Analytics and diagnostic settings has intermittent gaps.',
    section: AFFECTED,
    quote: 'intermittent gaps in telemetry in Log Analytics, resource logs and diagnostic settings',
  },
  'c-003': {
    window: 'w-healthcare',
    service: 'Azure Healthcare APIs',
    kind: 'partial',
    text: 'Diagnostic logs are partially incomplete.',
    section: AFFECTED,
    quote: 'diagnostic logs were partially incomplete',
  },
  'c-004': {
    window: 'w-sentinel',
    service: 'Microsoft Sentinel',
    kind: 'partial',
    text: 'Security-related logs or events may have gaps, and alerts may be missing.',
    section: AFFECTED,
    quote: 'potential gaps in security-related logs or events',
  },
  'c-005': {
    window: 'w-azure-monitor',
    service: 'Azure Monitor',
    kind: 'partial',
    text: 'Queries over log data from affected services give fewer results.',
    section: AFFECTED,
    quote: 'gaps or fewer results in queries over log data from affected services',
  },
  'c-006': {
    window: 'w-trusted-signing',
    service: 'Azure Trusted Signing',
    kind: 'partial',
    text: 'SignTransaction logs are partially incomplete.',
    section: AFFECTED,
    quote: 'SignTransaction and SignHistory logs were partially incomplete',
  },
  'c-007': {
    window: 'w-virtual-desktop',
    service: 'Azure Virtual Desktop',
    kind: 'partial',
    text: 'Application Insights logs are partially incomplete.',
    section: AFFECTED,
    quote: 'Application Insights logs were partially incomplete',
  },
  'c-008': {
    window: 'w-desktop-connectivity',
    service: 'Azure Virtual Desktop',
    kind: 'partial',
    text: 'Connectivity was not affected: connection records are whole.',
    section: AFFECTED,
    quote: 'Connectivity and the main functions were not affected',
  },
  'c-009': {
    window: 'w-power-platform',
    service: 'Power Platform',
    kind: 'partial',
    text: 'Activity logging shows minor discrepancies.',
    section: AFFECTED,
    quote: 'minor discrepancies in reports, data exports and activity logging',
  },
  'c-010': {
    window: 'w-late-delivery',
    service: 'Azure Logic Apps',
    kind: 'delay',
    text: 'During the workaround some logs arrived late.',
    section: 'How did we respond?',
    quote: 'some logs came with extra latency or late',
    from: '"2024-09-19"',
  },
};

/** The review of the incident as a newcomer finds it: windows and claims, nothing tested yet. */
export function reviewYaml(claims: readonly PlannedClaim[]): string {
  const known = claims.map((claim) => ({ claim, statement: STATEMENTS[claim.id]! }));
  const windows = known.map(
    ({ claim, statement: s }) => `  ${s.window}:
    service: ${s.service}
    sources:
${claim.sources.map((source) => `      - ${source}`).join('\n')}
    kind: ${s.kind}
    start: ${s.from ?? '"2024-09-02T23:00Z~"'}
    end:
      earliest: "2024-09-19"
      latest: "2024-10-03"
      said: workaround from 19 September, for some services until 3 October
    claims: [${claim.id}]`,
  );
  const statements = known.map(
    ({ claim, statement: s }) => `  ${claim.id}:
    text: ${JSON.stringify(s.text)}
    kind: ${claim.kind}
    at:
      source: src-preliminary
      section: ${JSON.stringify(s.section)}
      quote: ${JSON.stringify(s.quote)}
    results: {}`,
  );
  return `# Which of the vendor's claims hold in this tenant? "Test all claims" fills in the results.
pir: 1
id: ms-2024-09
title: Multiple services - partially incomplete log data (September 2024)
vendor: microsoft
vendorIds: []          # no tracking id appears in any copy that was read
stage: preliminary     # notice | preliminary | final | unknown
review: draft          # draft | in-review | reviewed | closed
sources:
  src-preliminary:
    kind: vendor-pir
    file: ${PIR_FILE}
    sha256: "${PIR_SHA256}"
    retrieved: "2024-10-18T09:00:00Z"
windows:
${windows.join('\n')}
claims:
${statements.join('\n')}
evidence: {}
actions:
  a-001:
    text: Re-run identity detections over the window and a day after it.
    owner: soc
    due: "2024-11-01"
    state: open
`;
}
