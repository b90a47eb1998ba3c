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

describe('gapline what-if by the hour of the week', () => {
  const args = ['what-if', '--rate', '1', '--event-size', '1', '--cache', '14400'];
  const weekend = ['--stop', '2024-09-06T18:00', '--restart', '2024-09-09T08:00'];
  it('takes the rate of nights and weekends', async () => {
    const { out, code } = await run([...args, ...weekend, '--profile', '360/h']);
    expect(code).toBe(0);
    expect(out.split('\n').slice(0, 4)).toEqual([
      '3,600 events an hour Monday to Friday 08:00–18:00 UTC, 360 otherwise.',
      'The cache holds 14,400 events; 22,320 are collected while the agent cannot upload.',
      'Lost: 7,920 events, collected from 2024-09-06 18:00 UTC to 2024-09-07 16:00 UTC',
      'Late: 14,400 events, collected from 2024-09-07 16:00 UTC to 2024-09-09 08:00 UTC',
    ]);
  });
  it('keeps the mean of a named shape, and gives both rates as JSON', async () => {
    const { out } = await run([...args, ...weekend, '--profile', 'office 12-22', '--format', 'json']);
    const { profile } = JSON.parse(out);
    expect(profile).toMatchObject({ from: 12, to: 22 });
    expect(50 * profile.officePerHour + 118 * profile.otherwisePerHour).toBeCloseTo(168 * 3600);
    expect(profile.officePerHour / profile.otherwisePerHour).toBeCloseTo(10);
  });
  it('refuses what is no profile', async () => {
    const { code, err } = await run([...args, ...weekend, '--profile', 'lunar']);
    expect(code).toBe(2);
    expect(err).toContain('--profile lunar: write office');
  });
});
