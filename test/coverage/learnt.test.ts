import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../src/base/time';
import { assess, at, windowOf } from '../eval/assess';
import { generate, NOISE } from '../eval/noise';
import { cleanTable, logSource } from '../eval/tables';

const FROM = 7 * 168;

describe('what a baseline says of itself', () => {
  const { rows } = generate({ ...NOISE, shape: 'office', rate: 60, seed: 3 });
  const silent = rows.map((n, h) => (h >= FROM + 30 && h < FROM + 60 ? 0 : n));
  const learn = (windows = [windowOf('w', ['T'], FROM, FROM + 100)]) =>
    assess([{ source: logSource('T'), volumes: cleanTable(silent, 3, true) }], { windows }).sources[0]!.baseline!;

  it('names the window that was kept from it, with a guard of a day', () => {
    const b = learn();
    expect(b.regime).toBe('hour-of-week');
    const kept = b.excluded.find((e) => e.causes.includes('window'))!;
    expect(kept.windows).toEqual(['incident/w']);
    expect(kept.causes).toContain('loss');
    expect(kept.start).toBe(at(FROM) - DAY);
    expect(kept.end).toBe(at(FROM + 100) + DAY);
    expect(b.taughtDays).toBeLessThan(b.days);
  });

  it('names a loss that nobody claims', () => {
    const kept = learn([]).excluded.find((e) => e.causes.includes('loss'))!;
    expect(kept.windows).toEqual([]);
    expect(kept.start).toBeLessThanOrEqual(at(FROM + 30));
    expect(kept.end).toBeGreaterThanOrEqual(at(FROM + 60));
    expect((kept.end - kept.start) / HOUR).toBeLessThan(7 * 24);
  });

  it('tells a weekday from a weekend by the hour', () => {
    const { weekday, weekend } = learn();
    expect(weekday).toHaveLength(24);
    expect(Math.max(...weekday)).toBeGreaterThan(2 * Math.max(...weekend));
  });

  it('is null where there is none', () => {
    const short = cleanTable(rows.slice(0, 72), 3, true);
    expect(assess([{ source: logSource('T'), volumes: short }]).sources[0]!.baseline).toBeNull();
  });
});
