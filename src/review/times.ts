import { DAY, HOUR, type Instant, instant, MINUTE, parseInstant } from '../base/time';
import type { StatedTime } from '../protocol/review';

/** A time that a document does not state. */
export const NOT_STATED: StatedTime = { earliest: null, latest: null, text: '', approximate: false };

interface Cut {
  readonly earliest: Instant;
  readonly latest: Instant;
  /** How far "about" reaches on each side, in ms. */
  readonly about: number;
}

const SHAPE = /^(\d{4})-(\d\d)(?:-(\d\d)(?:[T ]\d\d:\d\d(:\d\d(?:\.\d+)?)?)?)?\s*(?:Z|[+-]\d\d:?\d\d)?$/;

/** The interval that a time cut at its precision stands for: a month or a day as a whole, a clock time as a point. */
function cut(text: string): Cut | undefined {
  const shape = SHAPE.exec(text);
  const at = shape ? parseInstant(text) : undefined;
  if (!shape || at === undefined) return undefined;
  const [, year, month, day, seconds] = shape;
  if (day === undefined) {
    const next = instant(Date.UTC(Number(year), Number(month), 1));
    return { earliest: at, latest: next, about: 30 * DAY };
  }
  const clock = text.includes(':');
  if (!clock) return { earliest: at, latest: instant(at + DAY), about: DAY };
  return { earliest: at, latest: at, about: seconds === undefined ? HOUR : MINUTE };
}

/**
 * Reads a time as reviews state it: `2024-09-05` (the whole day), `2024-09-02T23:00Z` (a point), either with `~` behind it
 * (about: an hour more on each side of a time given to the minute, a day more on each side of a day).
 * Returns a sentence where it is no time.
 */
export function parseTimeText(text: string): StatedTime | string {
  const written = text.trim();
  const approximate = written.endsWith('~');
  const found = cut(approximate ? written.slice(0, -1).trim() : written);
  if (!found)
    return `“${written}” is no time. Write "2024-09-05", "2024-09-02T23:00Z", "2024-09-02T23:00Z~" (about), {earliest, latest, said} or null.`;
  const wider = approximate ? found.about : 0;
  return {
    earliest: instant(found.earliest - wider),
    latest: instant(found.latest + wider),
    text: written,
    approximate,
  };
}

/** Joins the bounds of `{earliest, latest, said}`; a bound left out is not stated. */
export function boundedTime(
  earliest: StatedTime | null,
  latest: StatedTime | null,
  said: string | null,
): StatedTime | string {
  const low = earliest?.earliest ?? null;
  const high = latest?.latest ?? null;
  if (low !== null && high !== null && high < low) return 'The latest time lies before the earliest.';
  const text =
    said ??
    [earliest ? `not before ${earliest.text}` : '', latest ? `not after ${latest.text}` : '']
      .filter((t) => t !== '')
      .join(', ');
  return { earliest: low, latest: high, text, approximate: true };
}

/** Whether an end lies wholly before a start, whatever their precision. */
export function endsBeforeStart(start: StatedTime, end: StatedTime): boolean {
  const first = start.earliest ?? start.latest;
  const last = end.latest ?? end.earliest;
  return first !== null && last !== null && last < first;
}
