import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR, type Instant, parseInstant, WEEK } from '../../src/base/time';
import { eventsBetween, hoursWords, officeProfile, outageEffect, parseProfile, spanOf } from '../../src/coverage/agent';

const profile = (rate: number, text: string) => officeProfile(rate, parseProfile(text)!);
const time = (text: string): Instant => parseInstant(text)!;

describe('a profile of the week as text', () => {
  function check(text: string, expected: object | undefined) {
    expect(parseProfile(text), text).toEqual(expected);
  }
  it('is a named shape or a rate, with other hours or without', () => {
    check('office', { otherwise: null, hours: { from: 8, to: 18 } });
    check(' Office 12-22 ', { otherwise: null, hours: { from: 12, to: 22 } });
    check('200/h', { otherwise: 200, hours: { from: 8, to: 18 } });
    check('0/h 16-2', { otherwise: 0, hours: { from: 16, to: 2 } });
    check('office 0-24', { otherwise: null, hours: { from: 0, to: 24 } });
    for (const text of [
      '',
      'weekly',
      'office 8-25',
      'office 24-8',
      'office 8-8',
      'office 8-0',
      '-1/h',
      '8-18',
      'office8-18',
    ])
      check(text, undefined);
  });
  it('is said in words', () => {
    expect(hoursWords({ from: 8, to: 18 })).toBe('Monday to Friday 08:00–18:00 UTC');
    expect(hoursWords({ from: 16, to: 2 })).toBe('Monday to Friday 16:00–02:00 UTC of the next day');
  });
});

describe('a profile of the week as a rate', () => {
  /** The rate in the hour that begins at a time. */
  function check(text: string, at: string, expected: number) {
    const { series } = profile(100, text);
    const start = time(at);
    expect(eventsBetween(series, start, (start + HOUR) as Instant), `${text} ${at}`).toBeCloseTo(expected);
  }
  it('is high from Monday to Friday in office hours, in any year', () => {
    // 2 September 2024 was a Monday, 2 January 1950 too.
    for (const monday of ['2024-09-02', '1950-01-02']) {
      check('20/h', `${monday}T07:00`, 20);
      check('20/h', `${monday}T08:00`, 100);
      check('20/h', `${monday}T17:00`, 100);
      check('20/h', `${monday}T18:00`, 20);
    }
    check('20/h', '2024-09-06T12:00', 100);
    check('20/h', '2024-09-07T12:00', 20);
    check('20/h', '2024-09-08T12:00', 20);
  });
  it('lets hours over midnight belong to the day on which they begin', () => {
    check('20/h 16-2', '2024-09-02T01:00', 20);
    check('20/h 16-2', '2024-09-03T01:00', 100);
    check('20/h 16-2', '2024-09-07T01:00', 100);
    check('20/h 16-2', '2024-09-07T02:00', 20);
    check('20/h 16-2', '2024-09-08T01:00', 20);
  });
  it('keeps the mean of the week where only the shape is named', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 24 }), (from, to) => {
        fc.pre(from !== to);
        const { series, office, otherwise } = profile(100, `office ${from}-${to}`);
        const start = time('2024-09-04T03:30');
        expect(eventsBetween(series, start, (start + WEEK) as Instant)).toBeCloseTo(100 * 168, 3);
        expect(office / otherwise).toBeCloseTo(10);
      }),
    );
  });
});

describe('a stop at a rate that repeats', () => {
  const effect = (stop: string, restart: string, policy: 'drop-oldest' | 'drop-newest' = 'drop-oldest') =>
    outageEffect({
      rate: profile(100, '10/h').series,
      eventBytes: 1,
      cacheBytes: 500,
      stop: time(stop),
      restart: time(restart),
      policy,
    });
  it('costs little over a weekend and much on a Monday', () => {
    // Friday 18:00 to Monday 08:00 are 62 hours at 10.
    expect(effect('2024-09-06T18:00', '2024-09-09T08:00')).toMatchObject({ stuck: 620, lost: 120, late: 500 });
    expect(effect('2024-09-09T08:00', '2024-09-09T18:00')).toMatchObject({ stuck: 1000, lost: 500 });
  });
  it('turns from lost to late where the last events that fit begin', () => {
    const { lostInterval, fullAfter } = effect('2024-09-06T18:00', '2024-09-09T10:00');
    // 200 of Monday morning and 300 of the 30 hours before.
    expect(lostInterval).toEqual({ start: time('2024-09-06T18:00'), end: time('2024-09-08T02:00') });
    expect(fullAfter).toBe(50 * HOUR);
    const refusing = effect('2024-09-06T18:00', '2024-09-09T10:00', 'drop-newest');
    expect(refusing.lostInterval!.start).toBe(time('2024-09-08T20:00'));
  });
  it('lasts over weeks as the closed form says', () => {
    const { series } = profile(100, '10/h');
    const start = time('2024-09-06T18:00');
    // A week has 50 office hours and 118 others.
    expect(spanOf(series, start, 3 * (50 * 100 + 118 * 10) + 500)).toBeCloseTo(3 * WEEK + 50 * HOUR, 0);
    expect(spanOf(0, start, 1)).toBe(Number.POSITIVE_INFINITY);
  });
});
