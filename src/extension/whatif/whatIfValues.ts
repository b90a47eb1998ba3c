import { parseBytes } from '../../base/bytes';
import { DAY, floorTo, formatInstant, HOUR, type Instant, type Interval, MINUTE, parseInstant } from '../../base/time';
import { type OfficeProfile, officeProfile, parseProfile, parseRate } from '../../coverage/agent';
import type { SourceCoverage, SourceSeries } from '../../protocol/coverage';
import { FINDINGS } from '../../protocol/status';
import type { Localization } from '../views/node';

/** The values as a person types them. */
export interface WhatIfValues {
  /** `5000/s`, `300/min`, `212/h`, `90000/d`; a plain number is by second, as on the command line. */
  readonly rate: string;
  /** `500`, `1.2kB`. */
  readonly eventSize: string;
  /** `10000MB`, `4GiB`. */
  readonly cache: string;
  /** ISO 8601, UTC where no zone is said. */
  readonly stop: string;
  readonly restart: string;
  /** How fast the backlog is uploaded after the restart, as a rate; empty or left out: not known. */
  readonly upload?: string;
  /** `office`, or the rate of nights and weekends (`200/h`), with hours in UTC (`office 12-22`); empty or left out: constant. */
  readonly profile?: string;
}

/** The values as the model takes them. */
export interface WhatIfInputs {
  /** Rows per hour, constant unless there is a profile. */
  readonly rate: number;
  /** Bytes. */
  readonly eventBytes: number;
  /** Bytes. */
  readonly cacheBytes: number;
  readonly stop: Instant;
  readonly restart: Instant;
  /** Rows of the backlog per hour that are uploaded after the restart; left out: not known. */
  readonly uploadPerHour?: number;
  readonly profile?: OfficeProfile;
}

/** In the order in which they are asked. */
export const FIELDS = ['rate', 'eventSize', 'cache', 'stop', 'restart', 'upload', 'profile'] as const;
export type Field = (typeof FIELDS)[number];

/** What is wrong with a text, in words; undefined where nothing is. The restart is held against the stop that was said before. */
export function faultOf(l10n: Localization, field: Field, text: string, stop: string | undefined): string | undefined {
  switch (field) {
    case 'rate':
      return parseRate(text) === undefined
        ? l10n.t('Write a rate as 5000/s, 300/min, 212/h or 90000/d; without a unit it is by second.')
        : undefined;
    case 'upload':
      return text.trim() !== '' && parseRate(text) === undefined
        ? l10n.t('Write a rate as 2000/s or 90000/h, or nothing where it is not known.')
        : undefined;
    case 'profile':
      return text.trim() !== '' && parseProfile(text) === undefined
        ? l10n.t(
            'Write office, or a rate as 200/h, with other hours in UTC as office 12-22; or nothing where the rate is constant.',
          )
        : undefined;
    case 'eventSize':
    case 'cache':
      return parseBytes(text) === undefined ? l10n.t('Write a size as 500, 500MB or 4GiB.') : undefined;
    default: {
      const at = parseInstant(text);
      if (at === undefined) return l10n.t('Write a time as 2024-09-02T23:00; without a zone it is UTC.');
      const stopped = field === 'restart' && stop !== undefined ? parseInstant(stop) : undefined;
      return stopped !== undefined && at <= stopped ? l10n.t('The restart must be later than the stop.') : undefined;
    }
  }
}

/** The values as the model takes them; undefined where one is missing or is none. */
export function readValues(v: Partial<WhatIfValues>): WhatIfInputs | undefined {
  const rate = parseRate(v.rate ?? '');
  const eventBytes = parseBytes(v.eventSize ?? '');
  const cacheBytes = parseBytes(v.cache ?? '');
  const stop = parseInstant(v.stop ?? '');
  const restart = parseInstant(v.restart ?? '');
  if (rate === undefined || eventBytes === undefined || cacheBytes === undefined) return undefined;
  if (stop === undefined || restart === undefined || restart <= stop) return undefined;
  const upload = (v.upload ?? '').trim();
  const uploadPerHour = upload === '' ? undefined : parseRate(upload);
  if (upload !== '' && uploadPerHour === undefined) return undefined;
  const shape = (v.profile ?? '').trim();
  const said = shape === '' ? undefined : parseProfile(shape);
  if (shape !== '' && said === undefined) return undefined;
  const profile = said && officeProfile(rate, said);
  return {
    rate,
    eventBytes,
    cacheBytes,
    stop,
    restart,
    ...(profile && { profile }),
    ...(uploadPerHour !== undefined && { uploadPerHour }),
  };
}

/** What is offered where nothing is known: a busy server, and the default cache of the Azure Monitor Agent. */
export function usualValues(now: Instant): WhatIfValues {
  const restart = floorTo(now, HOUR);
  return {
    rate: '100/s',
    eventSize: '500',
    cache: '10000MB',
    ...timesOf({ start: (restart - 3 * DAY) as Instant, end: restart }),
  };
}

/** Whole minutes, since a person is to read and change them. */
function timesOf({ start, end }: Interval): Pick<WhatIfValues, 'stop' | 'restart'> {
  const text = (at: Instant) => formatInstant(floorTo(at, MINUTE)).slice(0, 16);
  return { stop: text(start), restart: text(end) };
}

const mean = (values: Float64Array): number | undefined => {
  const known = values.filter((n) => !Number.isNaN(n));
  return known.length === 0 ? undefined : known.reduce((a, n) => a + n, 0) / known.length;
};

/**
 * What a log source says of itself: its mean rate as expected (a loss must not pass for a low rate), else as seen, and the
 * interval of the segment that is meant, else of its first finding.
 */
export function sourceValues(
  source: SourceCoverage,
  series: SourceSeries | undefined,
  place: Partial<Interval>,
): Partial<WhatIfValues> {
  const perBin = series && (mean(series.expected) ?? mean(series.observed));
  const perHour = series && perBin ? (perBin * HOUR) / series.bin : 0;
  const meant =
    source.segments.find((s) => s.start === place.start && s.end === place.end) ??
    source.segments.find((s) => FINDINGS.has(s.status));
  return {
    // Plain digits always: an exponent would not be read back.
    ...(perHour >= 1e-4 && { rate: `${perHour < 100 ? Number(perHour.toPrecision(3)) : Math.round(perHour)}/h` }),
    ...(meant && meant.end - meant.start >= MINUTE && timesOf(meant)),
  };
}
