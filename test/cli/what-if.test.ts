import { describe, expect, it } from 'vitest';
import { run } from './run-command';

describe('gapline what-if', () => {
  it('says what is lost and what is late', async () => {
    const args = [
      '--rate',
      '100',
      '--event-size',
      '500',
      '--cache',
      '10GB',
      '--stop',
      '2024-09-02',
      '--restart',
      '2024-09-05',
      '--format',
      'json',
    ];
    const { code, out } = await run(['what-if', ...args]);
    expect(code).toBe(0);
    // 20 million events fit; 72 h at 100 a second are 25.92 million.
    expect(JSON.parse(out)).toMatchObject({ capacity: 20_000_000, lost: 5_920_000, late: 20_000_000 });
  });
});

describe('gapline what-if in words', () => {
  it('says what the figures are', async () => {
    const times = ['--stop', '2024-09-02T23:00Z', '--restart', '2024-09-19T12:00Z'];
    const { out } = await run(['what-if', '--rate', '5000', '--event-size', '200', '--cache', '10000MB', ...times]);
    expect(out.split('\n')).toEqual([
      'The cache holds 50,000,000 events; 7,146,000,000 are collected while the agent cannot upload.',
      // t* = restart − capacity / rate: 50 million events at 5,000 a second are 2 h 46 min 40 s.
      'Lost: 7,096,000,000 events, collected from 2024-09-02 23:00 UTC to 2024-09-19 09:13 UTC',
      'Late: 50,000,000 events, collected from 2024-09-19 09:13 UTC to 2024-09-19 12:00 UTC',
      'The cache is full after 2 h 46 min.',
      '',
    ]);
  });
});
