import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  floorTo,
  formatInstant,
  formatSpan,
  formatTicks,
  formatTimespan,
  HOUR,
  type Instant,
  instantToTicks,
  intersect,
  parseInstant,
  parseSpan,
  type Span,
  ticksToInstant,
} from '../../src/base/time';

const at = (text: string) => parseInstant(text)!;

describe('instants', () => {
  const check = (text: string, expected: string | undefined) => {
    const parsed = parseInstant(text);
    expect(parsed === undefined ? undefined : formatInstant(parsed), text).toBe(expected);
  };
  it('reads what people and machines write', () => {
    check('2024-09-02T23:00Z', '2024-09-02T23:00:00Z');
    check('2024-09-02', '2024-09-02T00:00:00Z');
    check('2024-09', '2024-09-01T00:00:00Z');
    check('2024-09-02 23:00:01.5', '2024-09-02T23:00:01.500Z');
    check('2024-09-02T23:00:00.1234567Z', '2024-09-02T23:00:00.123Z');
    check('2024-09-03T01:00+02:00', '2024-09-02T23:00:00Z');
    check('0001-01-01', '0001-01-01T00:00:00Z');
  });
  it('refuses dates that do not exist', () => {
    for (const text of ['2024-06-31', '2024-13-01', '2024-01-01T25:00Z', 'yesterday', '', '2024'])
      check(text, undefined);
  });
  it('survives the way to ticks and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (ms) => {
        expect(ticksToInstant(instantToTicks(ms as Instant))).toBe(ms);
      }),
    );
  });
  it('prints ticks as the engine does', () => {
    expect(formatTicks(instantToTicks(at('2024-09-02T23:00Z')) + 5n)).toBe('2024-09-02T23:00:00.0000005Z');
    expect(formatTicks(0n)).toBe('0001-01-01T00:00:00.0000000Z');
    expect(formatTicks(instantToTicks(at('1955-11-05')) + 12_345n)).toBe('1955-11-05T00:00:00.0012345Z');
  });
  it('floors before 1970 too', () => {
    expect(formatInstant(floorTo(at('1969-12-31T23:30Z'), HOUR))).toBe('1969-12-31T23:00:00Z');
  });
});

describe('spans', () => {
  it('prints timespans as the engine does', () => {
    expect(formatTimespan(937_840_000_005n)).toBe('1.02:03:04.0000005');
    expect(formatTimespan(-36_000_000_000n)).toBe('-01:00:00');
    expect(formatTimespan(0n)).toBe('00:00:00');
  });
  it('reads and prints ISO 8601 durations', () => {
    for (const text of ['PT1H', 'P1DT12H', 'PT4M', 'PT1.5S', 'P17D']) expect(formatSpan(parseSpan(text)!)).toBe(text);
    expect(parseSpan('1h')).toBe(HOUR);
    expect(parseSpan('90m')).toBe(1.5 * HOUR);
    expect(formatSpan(0 as Span)).toBe('PT0S');
    for (const text of ['P', 'PT', '1', 'h', '']) expect(parseSpan(text), text).toBeUndefined();
  });
  it('intersects half-open intervals', () => {
    const i = (a: string, b: string) => ({ start: at(a), end: at(b) });
    expect(intersect(i('2024-09-01', '2024-09-03'), i('2024-09-02', '2024-09-05'))).toEqual(
      i('2024-09-02', '2024-09-03'),
    );
    expect(intersect(i('2024-09-01', '2024-09-02'), i('2024-09-02', '2024-09-05'))).toBeUndefined();
  });
});
