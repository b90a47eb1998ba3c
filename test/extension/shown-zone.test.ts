import { describe, expect, it } from 'vitest';
import { fractionDigits, shownText } from '../../src/webview/results/cell-text';
import { readZone, UTC } from '../../src/webview/results/shown-zone';

function check(setting: string, time: string, expected: string): void {
  const zone = readZone(setting);
  if (!zone) throw new Error(`${setting} is no zone`);
  expect(shownText(time, 'datetime', { zone }), `${time} in ${setting}`).toBe(expected);
}

describe('times in the grid', () => {
  it('are UTC as the data are, unless another zone is set', () => {
    for (const setting of ['', 'UTC', 'utc', 'Etc/UTC'])
      check(setting, '2024-09-02T01:15:00.1230000Z', '2024-09-02 01:15:00.123');
    expect(readZone('UTC')).toBe(UTC);
  });

  it('say their offset, for an hour comes twice in autumn', () => {
    check('Europe/Berlin', '2024-10-27T00:30:00.0000000Z', '2024-10-27 02:30:00 +02:00');
    check('Europe/Berlin', '2024-10-27T01:30:00.0000001Z', '2024-10-27 02:30:00.0000001 +01:00');
    check('America/St_Johns', '2024-09-02T01:15:00.5000000Z', '2024-09-01 22:45:00.5 -02:30');
    check('Asia/Kathmandu', '2024-12-31T23:59:59.0000000Z', '2025-01-01 05:44:59 +05:45');
    check('Europe/London', '2024-01-01T00:00:00.0000000Z', '2024-01-01 00:00:00 +00:00');
  });

  it('stay as they are where they are no times', () => {
    check('Europe/Berlin', 'never', 'never');
    check('Europe/Berlin', '9999-12-31T23:59:59.9999999Z', '10000-01-01 00:59:59.9999999 +01:00');
  });

  it('are UTC where the setting is no zone', () => {
    for (const setting of ['Mars/Olympus', 'Berlin', '🕐', '__proto__'])
      expect(readZone(setting), setting).toBeUndefined();
    expect(readZone('local')?.name).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone);
  });
});

describe('digits after the second', () => {
  it('are those that carry something', () => {
    for (const [cell, type, digits] of [
      ['2024-09-02T01:15:00.1230000Z', 'datetime', 3],
      ['2024-09-02T01:15:00.0000000Z', 'datetime', 0],
      ['2024-09-02T01:15:00.0000001Z', 'datetime', 7],
      ['1.02:03:04.5000000', 'timespan', 1],
      ['10.02:03:00', 'timespan', 0],
      ['1.50', 'decimal', 0],
      [null, 'datetime', 0],
    ] as const)
      expect(fractionDigits(cell, type), String(cell)).toBe(digits);
  });

  it('are as many as the column has, so that its times stand below one another', () => {
    expect(shownText('2024-09-02T01:15:00.0000000Z', 'datetime', { digits: 3, zone: UTC })).toBe(
      '2024-09-02 01:15:00.000',
    );
    expect(shownText('1.02:03:04', 'timespan', { digits: 2 })).toBe('1.02:03:04.00');
    const zone = readZone('Europe/Berlin')!;
    expect(shownText('2024-09-02T01:15:00.5000000Z', 'datetime', { digits: 3, zone })).toBe(
      '2024-09-02 03:15:00.500 +02:00',
    );
  });
});
