import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, formatInstant, HOUR, type Instant, instant, parseInstant } from '../../src/base/time';
import { parseRate } from '../../src/coverage/agent';
import { type WhatIf, whatIf } from '../../src/extension/whatif/whatIfModel';
import { assumptions, rateWords, summary, whatIfPage, words } from '../../src/extension/whatif/whatIfPage';
import {
  type Field,
  faultOf,
  readValues,
  sourceValues,
  usualValues,
  type WhatIfValues,
} from '../../src/extension/whatif/whatIfValues';
import { facts, HOSTILE } from './source-fixture';

const SEPTEMBER: WhatIfValues = {
  rate: '5000/s',
  eventSize: '200',
  cache: '10000MB',
  stop: '2024-09-02T23:00',
  restart: '2024-09-19T12:00',
};
const INIT = { cspSource: 'https://csp.test', styleUri: 'https://csp.test/source.css' };
const ofValues = (change: Partial<WhatIfValues> = {}, source: string | null = null): WhatIf =>
  whatIf(readValues({ ...SEPTEMBER, ...change })!, source);
const textOf = (html: string): string => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
const l10n = { t: (message: string) => message };

describe('the values of a what-if', () => {
  const rate = (text: string, expected: number | undefined) => expect(parseRate(text), text).toBe(expected);
  it('reads rates by second, minute, hour and day', () => {
    rate('5000', 18_000_000);
    rate('5000/s', 18_000_000);
    rate('300 / min', 18_000);
    rate('212.5/h', 212.5);
    rate('48/D', 2);
    for (const text of ['', '0', '-1', '1e3', '5/w', 'many', '1/h/s', '9'.repeat(400)]) rate(text, undefined);
  });

  const fault = (field: Field, text: string, stop: string | undefined, expected: RegExp | undefined) => {
    const said = faultOf(l10n, field, text, stop);
    if (expected) expect(said).toMatch(expected);
    else expect(said).toBeUndefined();
  };
  it('says what is wrong with a value', () => {
    fault('rate', '0/s', undefined, /Write a rate/);
    fault('eventSize', '0', undefined, /Write a size/);
    fault('cache', '10 bananas', undefined, /Write a size/);
    fault('stop', 'yesterday', undefined, /Write a time/);
    fault('restart', '2024-09-02', '2024-09-02', /later than the stop/);
    for (const field of ['rate', 'eventSize', 'cache', 'stop', 'restart'] as const)
      fault(field, SEPTEMBER[field], SEPTEMBER.stop, undefined);
  });

  it('takes an upload rate, or none', () => {
    fault('upload', '', undefined, undefined);
    fault('upload', '2000/s', undefined, undefined);
    fault('upload', 'fast', undefined, /Write a rate as 2000\/s/);
    expect(readValues({ ...SEPTEMBER, upload: '2000/s' })).toMatchObject({ uploadPerHour: 7_200_000 });
    expect(readValues({ ...SEPTEMBER, upload: ' ' })).not.toHaveProperty('uploadPerHour');
    expect(readValues({ ...SEPTEMBER, upload: 'fast' })).toBeUndefined();
  });

  it('takes a profile of the week, or none', () => {
    fault('profile', '', undefined, undefined);
    fault('profile', 'office 12-22', undefined, undefined);
    fault('profile', 'lunar', undefined, /Write office, or a rate/);
    expect(readValues({ ...SEPTEMBER, profile: '200/h' })?.profile).toMatchObject({
      office: 18_000_000,
      otherwise: 200,
    });
    expect(readValues({ ...SEPTEMBER, profile: ' ' })).not.toHaveProperty('profile');
    expect(readValues({ ...SEPTEMBER, profile: 'lunar' })).toBeUndefined();
  });

  it('takes five good values, and nothing less', () => {
    expect(readValues(SEPTEMBER)).toMatchObject({ rate: 18_000_000, eventBytes: 200, cacheBytes: 1e10 });
    expect(readValues({ ...SEPTEMBER, restart: SEPTEMBER.stop })).toBeUndefined();
    for (const field of Object.keys(SEPTEMBER)) expect(readValues({ ...SEPTEMBER, [field]: '' })).toBeUndefined();
    const now = parseInstant('2024-10-13T00:30')!;
    expect(readValues(usualValues(now))).toMatchObject({ restart: parseInstant('2024-10-13T00:00')! });
  });

  it('takes from a log source its mean expected rate and its first finding, or the segment that is meant', () => {
    const { source, series } = facts();
    const first = source.segments.find((s) => s.status !== 'OK')!;
    const own = sourceValues(source, series!, {});
    const perHour = parseRate(own.rate!)!;
    // 200 rows in a mean hour were generated; what is lost afterwards must not make it less.
    expect(perHour).toBeGreaterThan(150);
    expect(perHour).toBeLessThan(260);
    expect(formatInstant(parseInstant(own.stop!)!)).toBe(formatInstant(first.start));
    const last = source.segments.at(-1)!;
    expect(parseInstant(sourceValues(source, series!, last).restart!)).toBe(last.end);
    expect(sourceValues({ ...source, segments: [] }, undefined, {})).toEqual({});
  });
});

describe('the model of a what-if', () => {
  it('has every moment of the stop either late or lost, and the rows of both add up', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e8, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 1e12 }),
        fc.integer({ min: 1, max: 400 * DAY }),
        (perHour, eventBytes, cacheBytes, length) => {
          const stop = instant(1.7e12);
          const restart = (stop + length) as Instant;
          const { stretches, effect } = whatIf({ rate: perHour, eventBytes, cacheBytes, stop, restart }, null);
          for (let i = 1; i < stretches.length; i++) expect(stretches[i]!.start).toBe(stretches[i - 1]!.end);
          const inside = stretches.filter((s) => s.fate !== 'on time');
          const sum = inside.reduce((n, s) => n + s.rows, 0);
          expect(Math.abs(sum - effect.stuck)).toBeLessThan(1e-6 * Math.max(1, effect.stuck));
          expect(effect.late).toBeLessThanOrEqual(effect.capacity);
        },
      ),
    );
  });

  it('says how much cache would have held all, and that much does hold all', () => {
    const { needed, lasts, effect } = ofValues();
    expect(lasts).toBeCloseTo((2 + 46 / 60 + 40 / 3600) * HOUR);
    expect(effect.lost).toBe(7_096_000_000);
    expect(ofValues({ cache: String(needed) }).effect.lost).toBe(0);
  });
});

describe('the page of a what-if', () => {
  const pageText = (change: Partial<WhatIfValues> = {}) =>
    textOf(whatIfPage(ofValues(change), { ...SEPTEMBER, ...change }, INIT));

  it('says what is lost and late, when, and what would have held it', () => {
    const text = pageText();
    expect(text).toContain('7,096,000,000 rows are lost');
    expect(text).toContain('5,000 rows per second of 200 B, a cache of 10 GB');
    expect(text).toContain('2 Sep 2024 23:00 – 19 Sep 2024 09:13:20 UTC');
    expect(text).toContain('a cache of 1.43 TB instead of 10 GB');
    expect(text).toContain('refuses new rows');
    for (const line of assumptions(ofValues())) expect(text).toContain(line);
  });

  it('says plainly where nothing is lost, where all is, and where no row comes', () => {
    const said = (change: Partial<WhatIfValues>) => [summary(ofValues(change)), ...words(ofValues(change))].join(' ');
    const whole = said({ restart: '2024-09-03T00:00' });
    expect(whole).toContain('Nothing is lost: the cache holds all 18,000,000 rows');
    expect(whole).not.toContain('Lost:');
    expect(whole).not.toContain('refuses');
    expect(said({ cache: '100' })).toContain('All 7,146,000,000 rows are lost');
    expect(said({ rate: '1/d', restart: '2024-09-02T23:10' })).toContain('No row is collected');
  });

  it('says when the backlog is up, and draws how the cache empties', () => {
    // 50 million rows at 2,000 a second are 25,000 s.
    const text = pageText({ upload: '2000/s' });
    expect(text).toContain('the last of it is there after 6 h 57 min, at 19 Sep 2024 18:56:40 UTC');
    expect(text).toContain('The backlog is up after');
    expect(text).toContain('new rows go straight out');
    const html = (upload: string) => whatIfPage(ofValues({ upload }), { ...SEPTEMBER, upload }, INIT);
    expect(html('2000/s')).toMatch(/uploaded: \d/);
    // More than a year of upload leaves the picture; its edge cuts it.
    expect(html('1/s')).not.toMatch(/uploaded: \d/);
    expect(html('1/s')).not.toMatch(/NaN|Infinity|undefined/);
    expect(pageText()).not.toContain('The backlog is up after');
  });

  it('draws a rate by the hour as steps, and says it', () => {
    // Friday evening to Tuesday noon: 62 h at 60,000, then 10 h at 600,000, 14 h at 60,000 and 4 h at 600,000.
    const friday = { rate: '600000/h', profile: '60000/h', stop: '2024-09-06T18:00', restart: '2024-09-10T12:00' };
    const w = ofValues({ ...friday, cache: '1GB' });
    expect(w.effect).toMatchObject({ stuck: 12_960_000, late: 5_000_000, lost: 7_960_000 });
    // 62 hours of the weekend are 3.72 million; the other 1.28 come on Monday in 2 h 8 min.
    expect(w.lasts / HOUR).toBeCloseTo(62 + 128 / 60);
    const html = whatIfPage(w, { ...SEPTEMBER, ...friday, cache: '1GB' }, INIT);
    const paths = [...html.matchAll(/<path class="([a-z]+) fate" d="([^"]+)"/g)];
    expect(paths.map((p) => p[1])).toEqual(['rows', 'missing', 'late', 'rows']);
    // The late part: Monday's last hours, the night, and Tuesday's first.
    expect(paths[2]![2]!.match(/H[\d.]+V(117|0)/g)).toHaveLength(3);
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
    const text = textOf(html);
    expect(text).toContain('167 rows per second in office hours');
    expect(text).toContain('in office hours (Monday to Friday 08:00–18:00 UTC)');
    expect(text).toContain('Public holidays and clock changes are not known');
    expect(text).not.toContain('The rate is constant');
  });

  it('draws years of a profile with no more steps than it has pixels', () => {
    const years = { profile: 'office', restart: '2044-09-02T23:00' };
    const html = whatIfPage(ofValues(years), { ...SEPTEMBER, ...years }, INIT);
    expect(html.length).toBeLessThan(100_000);
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('has the same stretches in picture and table', () => {
    const html = whatIfPage(ofValues(), SEPTEMBER, INIT);
    expect(html.match(/<rect class="[a-z]+ fate"/g)).toHaveLength(4);
    expect(html.match(/<th scope="row">/g)).toHaveLength(4);
    expect(html).toContain('<path class="cached"');
    expect(whatIfPage(ofValues({ cache: '100' }), SEPTEMBER, INIT)).not.toContain('<path class="cached"');
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('lets no name become markup, runs nothing, and links to itself with its values', () => {
    const html = whatIfPage(ofValues({}, HOSTILE), SEPTEMBER, INIT);
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<script');
    expect(html).not.toMatch(/ style=/);
    expect(html).toContain('default-src &#39;none&#39;; style-src https://csp.test');
    const commands = [...html.matchAll(/command:([\w.]+)\?([^"]*)/g)];
    expect(commands.map((c) => c[1])).toEqual(['gapline.whatIf']);
    const argument = decodeURIComponent(commands[0]![2]!.replaceAll('&#39;', "'"));
    expect(JSON.parse(argument)).toEqual([{ ...SEPTEMBER, source: HOSTILE, ask: true }]);
  });

  it('says a rate in a unit that leaves a figure to read', () => {
    expect(rateWords(18_000_000)).toBe('5,000 rows per second');
    expect(rateWords(212)).toBe('212 rows per hour');
    expect(rateWords(0.5)).toBe('12 rows per day');
  });
});
