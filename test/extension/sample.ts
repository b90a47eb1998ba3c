import { DAY, HOUR, type Instant, parseInstant, type Span } from '../../src/base/time';
import type { Localization } from '../../src/extension/views/node';
import type { CoverageReport, Segment, SourceCoverage } from '../../src/protocol/coverage';
import type { AssessResult } from '../../src/protocol/datahost';
import type { ClaimResult, IncidentWindow, StatedTime } from '../../src/protocol/review';

/** A small report by hand, for what the extension makes of reports. */
export const at = (text: string): Instant => parseInstant(text)!;
export const l10n: Localization = {
  t: (message, ...args) => message.replace(/\{(\d+)\}/g, (_, i: string) => String(args[Number(i)])),
};

export function segment(given: Partial<Segment> & { readonly from: string; readonly to: string }): Segment {
  const { from, to, ...rest } = given;
  const [start, end] = [at(from), at(to)];
  return {
    status: 'OK',
    reason: null,
    start,
    end,
    startRange: { earliest: start, latest: start },
    endRange: { earliest: end, latest: end },
    expected: 1200,
    observed: 1190,
    late: null,
    duplicates: null,
    delay: null,
    lost: null,
    signature: null,
    ongoing: false,
    sentence: 'As many rows as expected.',
    windows: [],
    explainedBy: null,
    ...rest,
  };
}

export function source(given: Partial<SourceCoverage> & { readonly id: string }): SourceCoverage {
  return {
    table: given.id,
    filter: null,
    services: ['Microsoft Entra ID'],
    status: 'OK',
    reason: null,
    ongoing: false,
    minimumDetectableLoss: 0.06,
    smallestProvableSilence: (2 * HOUR) as Span,
    notes: [],
    sentence: 'Nothing is missing that could have been seen.',
    segments: [],
    query: `${given.id} | summarize count() by bin(TimeGenerated, 1h)`,
    ...given,
  };
}

export const stated = (text: string): StatedTime => ({
  earliest: text === '' ? null : at(text),
  latest: text === '' ? null : at(text),
  text,
  approximate: false,
});

export function window(given: Partial<IncidentWindow> & { readonly id: string }): IncidentWindow {
  return {
    incident: 'ms-2024-09',
    label: 'MS-2024-09',
    service: 'Microsoft Entra ID',
    sources: ['SigninLogs'],
    kind: 'loss',
    start: stated('2024-09-02T23:00Z'),
    end: stated('2024-09-19'),
    lossShare: null,
    claims: ['c-001'],
    ...given,
  };
}

export function claim(given: Partial<ClaimResult> & { readonly id: string; readonly source: string }): ClaimResult {
  return {
    service: 'Microsoft Entra ID',
    kind: 'loss',
    verdict: 'CONFIRMED',
    reason: null,
    differs: [],
    minimumDetectableLoss: 0.05,
    settlesFrom: 0.06,
    lost: { estimate: 488, low: 430, high: 547 },
    late: 12,
    sentence: 'Rows are missing where the claim says so.',
    query: 'SigninLogs | count',
    ...given,
  };
}

export function report(sources: readonly SourceCoverage[]): CoverageReport {
  return { from: at('2024-07-15'), to: at('2024-10-13'), now: at('2024-10-13'), bin: HOUR, sources };
}

export const gap = segment({
  status: 'GAP',
  from: '2024-09-02T23:00Z',
  to: '2024-09-19T04:00Z',
  observed: 700,
  late: 12,
  lost: { estimate: 488, low: 430, high: 547 },
  windows: ['ms-2024-09/w-001'],
  sentence: 'No rows for 16 days.',
});

export function assessment(given: Partial<AssessResult> = {}): AssessResult {
  return {
    coverage: report([source({ id: 'SigninLogs', status: 'GAP', segments: [gap] })]),
    windows: [window({ id: 'w-001' })],
    reviews: [
      {
        path: '/w/ms-2024-09.pir.yaml',
        report: {
          claims: [claim({ id: 'c-001', source: 'SigninLogs' })],
          undisclosed: [
            {
              source: 'AuditLogs',
              start: at('2024-08-01'),
              end: at('2024-08-02'),
              startRange: { earliest: at('2024-08-01'), latest: (at('2024-08-01') + DAY) as Instant },
              lost: null,
            },
          ],
        },
        problems: [],
      },
    ],
    ...given,
  };
}
