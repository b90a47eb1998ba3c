import { HOUR, type Instant, parseInstant } from '../../src/base/time';
import type { TimelineBand, TimelineLane, TimelineSegment, ToTimeline } from '../../src/protocol/webview';
import { emptyModel, receive, type TimelineModel } from '../../src/timeline/model';

export const at = (text: string): Instant => parseInstant(text)!;

export function segment(
  status: TimelineSegment['status'],
  start: string,
  end: string,
  change: Partial<TimelineSegment> = {},
): TimelineSegment {
  return {
    status,
    start: at(start),
    end: at(end),
    startRange: { earliest: at(start), latest: at(start) },
    endRange: { earliest: at(end), latest: at(end) },
    ongoing: false,
    sentence: '',
    lost: null,
    ...change,
  };
}

export const lane = (id: string, change: Partial<TimelineLane> = {}): TimelineLane => ({
  id,
  label: id,
  service: 'Microsoft Entra',
  status: 'OK',
  sentence: '',
  segments: [],
  verdicts: [],
  ...change,
});

export const band = (id: string, start: string, end: string, change: Partial<TimelineBand> = {}): TimelineBand => ({
  id,
  label: 'MS-2024-09',
  kind: 'loss',
  service: 'Microsoft Entra',
  sources: ['SigninLogs'],
  startEarliest: at(start),
  startLatest: at(start),
  endEarliest: at(end),
  endLatest: at(end),
  ...change,
});

type ModelMessage = Extract<ToTimeline, { type: 'model' }>;

export const modelMessage = (change: Partial<ModelMessage> = {}): ModelMessage => ({
  type: 'model',
  title: 'A review',
  from: at('2024-09-01'),
  to: at('2024-09-11'),
  now: at('2024-09-11'),
  lanes: [lane('SigninLogs'), lane('AuditLogs')],
  bands: [band('w-1', '2024-09-02T23:00Z', '2024-09-05T00:00Z')],
  message: null,
  ...change,
});

export function seriesMessage(id: string, observed: readonly number[], start = '2024-09-01'): ToTimeline {
  const flat = (v: number) => new Float64Array(observed.length).fill(v);
  return {
    type: 'series',
    series: {
      lane: id,
      bin: HOUR,
      start: at(start),
      observed: Float64Array.from(observed),
      late: null,
      expected: flat(100),
      expectedLow: flat(80),
      expectedHigh: flat(120),
    },
  };
}

export const modelOf = (...messages: readonly ToTimeline[]): TimelineModel => messages.reduce(receive, emptyModel);
