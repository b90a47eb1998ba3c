import { describe, expect, it } from 'vitest';
import { shownText } from '../../src/webview/results/cell-text';
import { readZone, UTC } from '../../src/webview/results/shown-zone';

function check(setting: string, time: string, expected: string): void {
  const zone = readZone(setting);
  if (!zone) throw new Error(`${setting} is no zone`);
  expect(shownText(time, 'datetime', zone), `${time} in ${setting}`).toBe(expected);
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
