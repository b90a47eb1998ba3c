import { describe, expect, it } from 'vitest';
import { HOUR } from '../../src/base/time';
import { countNothings, emptyModel, isEmpty, nothingOf, receive, segmentAt } from '../../src/timeline/model';
import { at, lane, modelMessage, modelOf, segment, seriesMessage } from './fixture';

describe('model', () => {
  it('starts with nothing known, and says what it waits for', () => {
    expect(emptyModel.loaded).toBe(false);
    expect(receive(emptyModel, { type: 'progress', message: 'Reading 3 of 12' }).progress).toBe('Reading 3 of 12');
  });

  it('keeps the volumes of lanes that are still there when a new model comes', () => {
    const before = modelOf(modelMessage(), seriesMessage('SigninLogs', [1, 2, 3]));
    const after = receive(before, modelMessage({ lanes: [lane('SigninLogs'), lane('SecurityEvent')] }));
    expect(after.lanes.map((l) => l.volumes?.length ?? null)).toEqual([3, null]);
  });

  it('drops volumes of a lane that it does not know', () => {
    expect(modelOf(modelMessage(), seriesMessage('Unknown', [1])).lanes.map((l) => l.volumes)).toEqual([null, null]);
  });

  it('reads typed arrays that crossed as plain objects', () => {
    const message = seriesMessage('SigninLogs', [5, 6]);
    const crossed = structuredClone(message) as unknown as { series: { observed: unknown } };
    crossed.series.observed = { 0: 5, 1: 6 };
    const model = modelOf(modelMessage(), crossed as never);
    expect([...model.lanes[0]!.volumes!.observed.values]).toEqual([5, 6]);
    expect(model.bin).toBe(HOUR);
  });

  it('scales a lane by what is usual, not by one spike', () => {
    const observed = new Array(1000).fill(100);
    observed[500] = 90_000;
    expect(modelOf(modelMessage(), seriesMessage('SigninLogs', observed)).lanes[0]!.volumes!.top).toBeLessThan(200);
  });

  it('is empty without lanes, windows and results', () => {
    expect(isEmpty(modelOf(modelMessage({ lanes: [], bands: [] })))).toBe(true);
    expect(isEmpty(modelOf(modelMessage({ lanes: [] })))).toBe(false);
  });
});

describe('the four nothings', () => {
  const segments = [
    segment('OK', '2024-09-01', '2024-09-11'),
    segment('GAP', '2024-09-01T02:00Z', '2024-09-01T04:00Z'),
    segment('NOT_COLLECTED', '2024-09-01T06:00Z', '2024-09-01T07:00Z'),
    segment('NOT_EVALUABLE', '2024-09-01T08:00Z', '2024-09-01T09:00Z'),
  ];
  const model = modelOf(
    modelMessage({ lanes: [lane('SigninLogs', { segments })] }),
    seriesMessage('SigninLogs', [5, 0, 0, 0, 5, 5, 0, 5, 0, 5]),
  );

  it('are counted apart', () => {
    expect(countNothings(model.lanes[0]!)).toEqual({ quiet: 1, silent: 2, 'not-collected': 1, 'not-evaluable': 1 });
  });

  it('follow the lane where no segment says', () => {
    expect(nothingOf(undefined, 'NOT_COLLECTED')).toBe('not-collected');
    expect(nothingOf(undefined, 'OK')).toBe('quiet');
    expect(nothingOf(segment('PENDING', '2024-09-01', '2024-09-02'), 'OK')).toBe('not-evaluable');
  });

  it('take a finding over the whole stretch that it lies in', () => {
    expect(segmentAt(model.lanes[0]!, at('2024-09-01T03:00Z'))?.status).toBe('GAP');
    expect(segmentAt(model.lanes[0]!, at('2024-09-01T05:00Z'))?.status).toBe('OK');
  });
});
